"""The lines of a rule's `update` with their values: for a step taken apart.

`update` is followed while it is traced, so that its lines are seen as they run, in whatever class they stand: a rule
that hands over to another one shows the lines of both, and one that a schedule drives its own.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import numpy as np
import tensorflow as tf

from optlearn.browser.sources import NEW_PARAMS, Expression, Statement, statements
from optlearn.optimizers import Optimizer

Reference = dict[str, Any]  # {"number": of the rule} or {"column": of the record} or {"value": a fixed number}


@dataclass
class Line:
    """One assignment of an update, or a value that the code of a later one needs.

    Attributes
    ----------
    target : str
        The name on the left.
    side : Expression, optional
        The right.
    names : dict
        What each name in the code stands for, if that is known.
    value : tensor of float64, number or None
        None, if there is no value that could be shown.
    """

    target: str
    side: Expression | None = None
    names: dict[str, Reference] = field(default_factory=dict)
    value: tf.Tensor | float | None = None

    def described(self) -> dict[str, Any]:
        """What the browser is told, beside the tensor's numbers."""
        found: dict[str, Any] = {"target": self.target}
        if self.side is not None:
            found |= {"code": self.side.code, "pieces": list(self.side.pieces), "names": self.names}
        if isinstance(self.value, float):
            found["value"] = self.value
        return found


class Watch:
    """Follows all updates that run within it.

    Parameters
    ----------
    known : pairs
        Tensors that have a name already, and what to refer to them by.
    limit : int
        Tensors of more numbers are left out.
    """

    def __init__(self, known: Iterable[tuple[Any, Reference]], limit: int):
        self.graph, self.limit = tf.compat.v1.get_default_graph(), limit
        self.lines: list[Line] = []
        self.calls = 0
        self.known: dict[int, tuple[Any, Reference]] = {}  # with the tensor, so that no other object gets its id
        for tensor, reference in known:
            self.known[id(tensor)] = tensor, reference

    def __enter__(self) -> Watch:
        self.before = sys.gettrace()
        sys.settrace(self._call)
        return self

    def __exit__(self, *error: Any) -> None:
        sys.settrace(self.before)

    def _call(self, frame: FrameType, event: str, arg: Any) -> Callable | None:
        """Called by Python as a function begins; returns what is to be called at each of its lines."""
        if frame.f_code.co_name != "update" or not isinstance(rule := frame.f_locals.get("self"), Optimizer):
            return None
        self.calls += 1
        is_schedule = hasattr(type(rule), "rule_type")
        return None if is_schedule else _Call(self, frame).follow

    def refer(self, name: str, value: Any) -> Reference | None:
        """What a value is in the record. One that is in no column yet becomes a line without code."""
        if id(value) in self.known:
            return self.known[id(value)][1]
        number = _number(value)
        if number is not None:
            return {"value": number}
        return self.add(Line(name, value=value)) if self._can_show(value) else None

    def add(self, line: Line) -> Reference:
        """Append a line; returns what its value is in the record."""
        tensor, line.value = line.value, self._shown(line.value)
        reference = {"column": f"line.{len(self.lines)}"}
        self.lines.append(line)
        if tf.is_tensor(line.value):
            self.known[id(tensor)] = tensor, reference
        return reference

    def _shown(self, value: Any) -> tf.Tensor | float | None:
        return value if self._can_show(value) else _number(value)

    def _can_show(self, value: Any) -> bool:
        """Whether it is a tensor of a few numbers, of the step itself and not of a loop or branch within."""
        if not tf.is_tensor(value) or getattr(value, "graph", None) is not self.graph:
            return False
        kind = value.dtype
        a_number = kind.is_floating or kind.is_integer or kind.is_bool
        return a_number and value.shape.is_fully_defined() and value.shape.num_elements() <= self.limit


class _Call:
    """Follows one call of an update."""

    def __init__(self, watch: Watch, frame: FrameType):
        self.watch, self.now, self.names, self.calls = watch, None, {}, 0
        self.statements: list[Statement] = []
        with contextlib.suppress(Exception):  # source that is not to be had, or not to be read: no lines
            self.statements = statements(frame.f_code)

    def follow(self, frame: FrameType, event: str, arg: Any) -> Callable:
        """Called by Python before each line, and at the end."""
        if event == "line":
            found = next((each for each in self.statements if frame.f_lineno in each.lines), None)
            if found is not self.now:
                self._finish(frame.f_locals)
                self._begin(found, frame)
        elif event == "return":
            self._finish({**frame.f_locals, NEW_PARAMS: arg[0]} if isinstance(arg, tuple) and arg else frame.f_locals)
        return self.follow

    def _begin(self, statement: Statement | None, frame: FrameType) -> None:
        """Note what the names stand for before a statement is run, which may change it."""
        self.now, self.calls = statement, self.watch.calls
        if statement is None:
            return
        values = {name: _value(name, frame) for side in statement.sides for name in side.names}
        found = {name: self.watch.refer(name, value) for name, value in values.items()}
        self.names = {name: reference for name, reference in found.items() if reference}

    def _finish(self, local: dict[str, Any]) -> None:
        """Note what a statement has made."""
        statement, self.now = self.now, None
        if statement is None or self.watch.calls > self.calls:  # it called another update, which has its own lines
            return
        for target, side in zip(statement.targets, statement.sides, strict=True):
            value = local.get(target)
            if _is_new(value, self.watch, side, alone=len(statement.targets) == 1):
                names = {name: self.names[name] for name in side.names if name in self.names}
                self.watch.add(Line(target, side, names, value))


def _is_new(value: Any, watch: Watch, side: Expression, alone: bool) -> bool:
    """Whether a value is worth a line: not another name of a number or of the state."""
    if id(value) in watch.known:
        return alone and watch.known[id(value)][1].get("column", "").startswith("line.")
    if tf.is_tensor(value):
        return True
    return alone and _number(value) is not None and side.code not in side.names


def _value(name: str, frame: FrameType) -> Any:
    """What a name stands for, None if that is not to be had without running code."""
    first, *rest = name.split(".")
    value = frame.f_locals.get(first, frame.f_globals.get(first))
    for attribute in rest:
        if not isinstance(value, Optimizer | tuple):
            return None
        value = getattr(value, attribute, None)
    return value


def _number(value: Any) -> float | None:
    """A number that is fixed."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return None
    return float(value) if np.isfinite(value) else None  # JSON has no others
