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
from typing import Any

import numpy as np

from optlearn.practice.program import InNumPy, Program, names_in

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
        self.steps = params.shape[-2]
        self.functions = {"tf": InNumPy, "apart": np.array([-1.0, 0.0]), "__builtins__": {}} | functions
        self._known: dict[Any, Value] = {}
        self._values: dict[int, Any] = {}
        self.given = {"params": self._new(params), "g": self._new(gradients)}
        self.given |= {name: self._new(value) for name, value in numbers.items()}

    def _new(self, value: Any) -> Value:
        return len(self._values), self._values.setdefault(len(self._values), value)

    def stack(self, values: list[Any]) -> Value:
        """Several variants of one value, (variants, ..., paths, steps, n), for `run`."""
        deepest = max(np.ndim(v) for v in values)
        values = [np.reshape(v, (1,) * (deepest - np.ndim(v)) + np.shape(v)) for v in values]
        return self._new(np.stack(np.broadcast_arrays(*values)))

    def run(self, program: Program, instead: dict[str, Value] | None = None) -> dict[str, Value]:
        """The value of every line, each (..., paths, steps, n) or what broadcasts to it.

        Parameters
        ----------
        instead : dict, optional
            Values that take the place of lines.
        """
        values, instead = dict(self.given), instead or {}
        lines, starts, kept = program.lines, program.of("init"), program.of("kept")
        at = {target: number for number, (target, _) in enumerate(lines)}
        first = 0
        while first < len(lines):
            last = _last_of_loop(lines, kept, at, first, instead)
            if last is None:
                target, text = lines[first]
                values[target] = instead[target] if target in instead else self._line(text, values, starts, kept)
                first += 1
            else:
                self._loop(lines[first : last + 1], values, starts, kept)
                first = last + 1
        return values

    def _line(self, text: str, values: dict[str, Value], starts: dict[str, str], kept: dict[str, str]) -> Value:
        """A line that can be computed for all steps at once."""
        used = [self._before(n[6:], values, starts, kept) if n[:6] == "state." else values.get(n) for n in names_in(text)]
        key = (text, *(value[0] if value else -1 for value in used))
        if key not in self._known:
            names = {n: value[1] for n, value in zip(names_in(text), used, strict=True) if value}
            self._known[key] = self._new(_evaluate(text, names, self.functions))
        return self._known[key]

    def _before(self, field: str, values: dict[str, Value], starts: dict[str, str], kept: dict[str, str]) -> Value:
        """What a field of the state holds before each step."""
        after = values[kept[field]] if kept[field] in values else self._line(kept[field], values, starts, kept)
        key = ("before", after[0], starts[field], *(self.given[n][0] for n in names_in(starts[field]) if n in self.given))
        if key not in self._known:
            start = np.asarray(self._start(starts[field]))
            rows = _with_steps(after[1], self.steps)[..., :-1, :]
            start = np.broadcast_to(start, np.broadcast_shapes(start.shape, (*rows.shape[:-2], rows.shape[-1])))
            rows = np.broadcast_to(rows, (*start.shape[:-1], *rows.shape[-2:-1], start.shape[-1]))
            self._known[key] = self._new(np.concatenate([start[..., None, :], rows], axis=-2))
        return self._known[key]

    def _start(self, text: str) -> Any:
        names = {n: _at(self.given[n][1], 0) for n in names_in(text) if n in self.given}
        return _evaluate(text, names, self.functions)

    def _loop(
        self, lines: list[tuple[str, str]], values: dict[str, Value], starts: dict[str, str], kept: dict[str, str]
    ) -> None:
        """Lines that remember what they or each other did, step by step."""
        own = {target for target, _ in lines}
        fields = {n[6:] for _, text in lines for n in names_in(text) if n[:6] == "state."}
        outside = {n for f in fields for n in names_in(kept[f])} | {n for _, text in lines for n in names_in(text)}
        outer = {n: values[n] for n in outside if n in values and n not in own}
        key = (tuple(lines), *((f, starts[f], kept[f]) for f in sorted(fields)), *((n, v[0]) for n, v in sorted(outer.items())))
        if key not in self._known:
            rows = {n: _rows(v[1], self.steps) for n, v in outer.items()}
            state = {f: self._start(starts[f]) for f in fields}
            done: dict[str, list] = {target: [] for target in own}
            for step in range(self.steps):
                names = {n: row[step] for n, row in rows.items()}
                names["state"] = SimpleNamespace(**state)
                for target, text in lines:
                    names[target] = eval(_compiled(text), self.functions, names)
                    done[target].append(names[target])
                state = {f: eval(_compiled(kept[f]), self.functions, names) for f in fields}
            self._known[key] = {target: self._new(_joined(each)) for target, each in done.items()}
        values |= self._known[key]


def _last_of_loop(lines, kept, at, first, instead) -> int | None:
    """The last of the lines, from one on, that have to be computed together step by step; None for none."""
    if lines[first][0] in instead:
        return None
    last, number = None, first
    while number <= (first if last is None else last):
        for name in names_in(lines[number][1]):
            if name[:6] == "state.":
                for source in names_in(kept.get(name[6:], name[6:])):
                    place = at.get(source.removeprefix("state."), -1)
                    if place >= first and source not in instead:
                        last = max(place, number, first if last is None else last)
        number += 1
    return last


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


def _rows(value: Any, steps: int) -> list[Any]:
    return [_at(value, step) for step in range(steps)]


def _joined(rows: list[Any]) -> np.ndarray:
    rows = [np.atleast_1d(row) for row in rows]
    if any(row.shape != rows[0].shape for row in rows):
        rows = np.broadcast_arrays(*rows)
    return np.stack(rows, axis=-2)
