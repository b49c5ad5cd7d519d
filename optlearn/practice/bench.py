"""What a program does on a record of gradients, by NumPy: thousands of programs in a second.

The parameters before each step are those of the learner's own run, so that a program is right if every one of its
steps is. Lines that remember nothing are computed for all steps at once; those that do, step by step. Whatever two
programs have in common is computed once. Any number of variants of a line, or of values of a number, goes along a
leading axis.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from optlearn.practice.program import InNumPy, Program
from optlearn.practice.trees import names_in

Value = tuple[int, Any]  # which value it is, and the value


class Bench:
    """Runs programs on one record.

    Parameters
    ----------
    params, gradients : array (paths, steps, n)
        Before each step, and at it.
    numbers : dict of str to array
        By letter: numbers that broadcast against (paths, steps, n), or with leading axes.
    functions : dict
        What the programs call.
    """

    def __init__(self, params: np.ndarray, gradients: np.ndarray, numbers: dict[str, Any], functions: dict[str, Any]):
        self.steps, self.size = params.shape[-2], params.shape[-1:]
        self.functions = {"tf": InNumPy, "apart": np.array([-1.0, 0.0]), "__builtins__": {}} | functions
        self._known: dict[Any, Value] = {}
        self._values: dict[int, Any] = {}
        self.given = {"params": self._new(params), "g": self._new(gradients)}
        self.given |= {name: self._new(value) for name, value in numbers.items()}

    def _new(self, value: Any) -> Value:
        return len(self._values), self._values.setdefault(len(self._values), value)

    def give(self, numbers: dict[str, Any]) -> None:
        """Set numbers that the rule itself does not have."""
        for name, value in numbers.items():
            key = ("given", name, value if np.ndim(value) == 0 else id(value))
            self.given[name] = self._known.setdefault(key, self._new(np.asarray(value)))

    def stack(self, values: list[Any], axes: int) -> Value:
        """Several variants of one value, each with so many axes, (variants, ..., paths, steps, n), for `run`."""
        values = [np.reshape(v, (1,) * (axes - np.ndim(v)) + np.shape(v)) for v in values]
        return self._new(np.stack(np.broadcast_arrays(*values)))

    def run(
        self, program: Program, instead: dict[str, Value] | None = None, until: str | None = None
    ) -> dict[str, Value]:
        """The value of every line, each (..., paths, steps, n) or what broadcasts to it.

        Parameters
        ----------
        instead : dict, optional
            Values that take the place of lines.
        until : str, optional
            The last line that is needed.
        """
        instead = instead or {}
        values = self.given | instead
        starts, kept = program.starts, program.kept
        shape = tuple((target, names_in(text)) for target, text in program.lines)
        for block in _plan(shape, tuple(kept.items()), frozenset(instead)):
            lines = program.lines[block.first : block.last + 1]
            if block.fields is not None:
                self._loop(lines, block, values, starts, kept)
            elif lines[0][0] not in instead:
                values[lines[0][0]] = self._line(lines[0][1], values, starts, kept)
            if until in values:
                break
        return values

    def one(self, program: Program, text: str, values: dict[str, Value]) -> Value:
        """An expression that uses no old value, with the values of the lines of a program."""
        return self._line(text, values, program.starts, program.kept)

    def _line(self, text: str, values: dict[str, Value], starts: dict[str, str], kept: dict[str, str]) -> Value:
        """A line that can be computed for all steps at once."""
        used = [
            self._before(n[6:], values, starts, kept) if n[:6] == "state." else values.get(n) for n in names_in(text)
        ]
        key = (text, *[value[0] if value else -1 for value in used])
        if key not in self._known:
            names = {n: value[1] for n, value in zip(names_in(text), used, strict=True) if value}
            self._known[key] = self._new(_evaluate(text, names, self.functions))
        return self._known[key]

    def _before(self, field: str, values: dict[str, Value], starts: dict[str, str], kept: dict[str, str]) -> Value:
        """What a field of the state holds before each step."""
        if kept[field] == f"state.{field}":  # nothing is ever stored
            return self._known.setdefault(("start", starts[field]), self._new(self._start(starts[field])))
        if f"state.{field}" in names_in(kept[field]):
            return self._alone(field, values, starts, kept)
        after = values[kept[field]] if kept[field] in values else self._line(kept[field], values, starts, kept)
        key = ("before", after[0], starts[field])
        if key not in self._known:
            start = np.asarray(self._start(starts[field]))
            rows = _with_steps(after[1], self.steps)[..., :-1, :]
            start = np.broadcast_to(start, np.broadcast_shapes(start.shape, (*rows.shape[:-2], rows.shape[-1])))
            rows = np.broadcast_to(rows, (*start.shape[:-1], *rows.shape[-2:-1], start.shape[-1]))
            self._known[key] = self._new(np.concatenate([start[..., None, :], rows], axis=-2))
        return self._known[key]

    def _alone(self, field: str, values: dict[str, Value], starts: dict[str, str], kept: dict[str, str]) -> Value:
        """A field that goes on from itself, and from no line that does."""
        outer = {n: values[n] for n in names_in(kept[field]) if n in values}
        key = ("alone", starts[field], kept[field], *[value[0] for value in outer.values()])
        if key not in self._known:
            rows = [self._start(starts[field])]
            for step in range(self.steps - 1):
                names = {n: _at(value[1], step) for n, value in outer.items()}
                rows.append(_evaluate(kept[field], names | {f"state.{field}": rows[-1]}, self.functions))
            self._known[key] = self._new(_joined(rows))
        return self._known[key]

    def _start(self, text: str) -> Any:
        names = {n: _at(self.given[n][1], 0) for n in names_in(text) if n in self.given}
        return _evaluate(text, names, self.functions)

    def _loop(
        self,
        lines: list[tuple[str, str]],
        block: Block,
        values: dict[str, Value],
        starts: dict[str, str],
        kept: dict[str, str],
    ) -> None:
        """Lines that remember what they or each other did, step by step."""
        outer = {n: values[n] for n in block.outer if n in values}
        key = (
            *lines,
            *[starts[f] for f in block.fields],
            *[kept[f] for f in block.fields],
            *[v[0] for v in outer.values()],
        )
        if key not in self._known:
            rows = {n: [_at(v[1], step) for step in range(self.steps)] for n, v in outer.items()}
            state = {f: self._start(starts[f]) for f in block.fields}
            done: dict[str, list] = {target: [] for target, _ in lines}
            for step in range(self.steps):
                names = {n: row[step] for n, row in rows.items()}
                names["state"] = SimpleNamespace(**state)
                for target, text in lines:
                    names[target] = eval(_compiled(text), self.functions, names)
                    if np.shape(names[target])[-1:] > self.size:
                        raise ValueError(f"{target} grows longer from step to step")
                    done[target].append(names[target])
                state = {f: eval(_compiled(kept[f]), self.functions, names) for f in block.fields}
            self._known[key] = {target: self._new(_joined(each)) for target, each in done.items()}
        values |= self._known[key]


class Block(NamedTuple):
    """Lines from `first` to `last`; `fields` of the state that link them from step to step, or None for a plain "
    "line."""

    first: int
    last: int
    fields: tuple[str, ...] | None
    outer: tuple[str, ...]


@lru_cache(100_000)
def _plan(lines: tuple, kept: tuple, instead: frozenset[str]) -> list[Block]:
    """In which pieces lines, as (target, names), have to be computed."""
    stored, at = dict(kept), {target: number for number, (target, _) in enumerate(lines)}
    blocks, first = [], 0
    while first < len(lines):
        last, number, looped = first, first, False
        while number <= last and lines[first][0] not in instead:
            for name in lines[number][1]:
                sources = names_in(stored.get(name[6:], "0")) if name[:6] == "state." else ()
                for place in (at.get(n.removeprefix("state."), -1) for n in sources if n not in instead):
                    if place >= first:
                        last, looped = max(place, last), True
            number += 1
        used = [n for _, names in lines[first : last + 1] for n in names]
        fields = tuple(dict.fromkeys(n[6:] for n in used if n[:6] == "state."))
        own = {target for target, _ in lines[first : last + 1]}
        outer = dict.fromkeys(
            n for n in [*used, *(n for f in fields for n in names_in(stored.get(f, "0")))] if n not in own
        )
        blocks.append(Block(first, last, fields if looped else None, tuple(outer)))
        first = last + 1
    return blocks


def _evaluate(text: str, names: dict[str, Any], functions: dict[str, Any]) -> Any:
    old = {n[6:]: value for n, value in names.items() if n[:6] == "state."}
    return eval(_compiled(text), functions, names | {"state": SimpleNamespace(**old)})


@lru_cache(None)
def _compiled(text: str) -> Any:
    return compile(ast.parse(text, mode="eval"), "<a line>", "eval")


def _with_steps(value: Any, steps: int) -> np.ndarray:
    """A value with an axis of steps before its last one."""
    value = np.asarray(value)
    value = value.reshape((1,) * (2 - value.ndim) + value.shape) if value.ndim < 2 else value
    return np.broadcast_to(value, (*value.shape[:-2], steps, value.shape[-1]))


def _at(value: Any, step: int) -> Any:
    return value[..., min(step, value.shape[-2] - 1), :] if np.ndim(value) > 1 else value


def _joined(rows: list[Any]) -> np.ndarray:
    rows = [np.atleast_1d(row) for row in rows]
    if any(row.shape != rows[0].shape for row in rows):
        rows = np.broadcast_arrays(*rows)
    return np.stack(rows, axis=-2)
