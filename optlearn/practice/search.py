"""Which program does what a learner's rule does: every right form, then one mistake in each of them, then two."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from optlearn.optimizers import Optimizer
from optlearn.practice.bench import Bench
from optlearn.practice.mistakes import forms, mistaken
from optlearn.practice.program import Program, names_in, read
from optlearn.practice.rewrite import Edit, Kind, pretty

PAIRS_FOR = 1.0  # seconds that may go into pairs of mistakes
CLOSE, CLOSE_IN_SINGLE = 1e-9, 3e-5
USUAL = {"memory": (0.9, 0.99, 0.999, 0.95), "η": (1.0, 0.1, 0.01, 0.001), "ε": (1e-7, 1e-8, 1e-6, 1e-10)}
MOST_VALUES = 256


class Observed(NamedTuple):
    """What a learner's rule did.

    Attributes
    ----------
    params, gradients, after : array (paths, steps, 2)
        What it was given at each step, and the parameters that it returned.
    taken : dict of str to array
        The numbers that it takes, by their names in the optimizer, (paths, steps, 1).
    found : tuple of float
        The numbers that stand in its code.
    single : bool
        Something in it is computed in single precision.
    """

    params: np.ndarray
    gradients: np.ndarray
    after: np.ndarray
    taken: dict[str, np.ndarray]
    found: tuple[float, ...]
    single: bool


@dataclass(frozen=True)
class Fit:
    """A program that does what the learner's rule does: a form with its conventions, and the mistakes in it."""

    optimizer: type[Optimizer]
    conventions: tuple[Edit, ...]
    mistakes: tuple[Edit, ...]
    numbers: tuple[tuple[str, float], ...]  # those that the rule fixes, by letter, where they are not the default

    @property
    def cost(self) -> float:
        """How unlikely it is."""
        return len(self.conventions) + sum(1.5 * edit.kind.rank for edit in self.mistakes)

    @property
    def edits(self) -> tuple[Edit, ...]:
        return (*self.mistakes, *self.conventions)


class Search:
    """All hypotheses about one observed rule, as forms of one optimizer."""

    def __init__(self, optimizer: type[Optimizer], seen: Observed, free: bool = False):
        self.optimizer, self.seen, self.rule = optimizer, seen, read(optimizer)
        self.fixed = {n: v for n, v in self._values(free).items()}
        self.choices = list(itertools.islice(itertools.product(*self.fixed.values()), MOST_VALUES))
        numbers = {letter: seen.taken[field] for letter, field in self.rule.letters.items() if field in seen.taken}
        for at, letter in enumerate(self.fixed):
            numbers[letter] = _column([choice[at] for choice in self.choices])
        self.bench = Bench(seen.params, seen.gradients, numbers, self.rule.functions)
        with np.errstate(all="ignore"):
            moved = np.abs(seen.after - seen.params)
            size = np.maximum(np.abs(seen.after), np.abs(seen.params))
            single = CLOSE_IN_SINGLE * np.maximum(size, 1e-3)
            self.close = single if seen.single else CLOSE * moved + 1e-13 * size
        self.lost = ~np.isfinite(seen.after)

    def _values(self, free: bool) -> dict[str, list[Any]]:
        """For each number that the rule does not take, what it could be: what stands in the code, or people use."""
        hypers, values = self.optimizer.hypers(), {}
        for letter, field in self.rule.letters.items():
            if field in self.seen.taken:
                continue
            default = getattr(self.optimizer, field)
            if field not in hypers:
                values[letter] = [default]
                continue
            memory = hypers[field].scale == "memory"
            usual = USUAL.get("memory" if memory else letter, ())
            stands = [v for v in self.seen.found if _plausible(v, letter, memory, hypers[field])]
            more = stands + [1.0] * (letter == "η") if self.seen.found else list(usual)
            others = [self.seen.taken[f] for f in self.seen.taken if free and self._alike(f, field)]
            values[letter] = [*others, *dict.fromkeys([default, *more])][:12]
        return values

    def _alike(self, taken: str, field: str) -> bool:
        decays = ("momentum", "rho", "beta_1", "beta_2", "adam_beta_1", "adam_beta_2")
        return taken in decays and field in decays

    # ---- One program

    def _same(self, program: Program, extra: dict[str, Any] | None = None) -> np.ndarray:
        """For each choice of values, whether a program does what was observed."""
        values = {name: self.bench._new(np.asarray(value)) for name, value in (extra or {}).items()}
        self.bench.given |= values
        try:
            theta = self.bench.run(program)["θ"][1]
        except (NameError, KeyError, ValueError, TypeError, AttributeError):
            return np.zeros(1, bool)
        return self._agrees(theta)

    def _agrees(self, theta: Any) -> np.ndarray:
        """Whether new parameters are those observed: for each variant along the leading axes."""
        theta = np.broadcast_to(theta, np.broadcast_shapes(np.shape(theta), self.seen.after.shape))
        apart = np.abs(theta - self.seen.after)
        return ((apart <= self.close) | (self.lost & ~np.isfinite(theta))).all(axis=(-3, -2, -1))

    def _fit(self, conventions: tuple[Edit, ...], mistakes: tuple[Edit, ...], same: np.ndarray, extra: dict) -> Fit:
        choice = self.choices[int(np.argmax(same))] if same.size == len(self.choices) else self.choices[0]
        told = {}
        for letter, value in zip(self.fixed, choice, strict=True):
            default = getattr(self.optimizer, self.rule.letters[letter])
            if np.ndim(value) == 0 and value != default:
                told[letter] = value
        return Fit(self.optimizer, conventions, mistakes, tuple((told | extra).items()))

    # ---- Many

    def forms(self) -> Iterator[tuple[Program, tuple[Edit, ...], dict[str, Any]]]:
        """Every right form, with each value of the numbers that the rule itself does not have."""
        for form, conventions in forms(self.optimizer).items():
            numbers = {name: values for edit in conventions for name, values in edit.kind.numbers.items()}
            for values in itertools.product(*(self._extra(v) for v in numbers.values())):
                yield form, conventions, dict(zip(numbers, values, strict=True))

    def _extra(self, usual: tuple[Any, ...]) -> list[Any]:
        letters = {field: letter for letter, field in self.rule.letters.items()}
        usual = [self.bench.given[letters[v]][1] if isinstance(v, str) else v for v in usual]
        found = [v for v in self.seen.found if 0 < v <= 1]
        return [*usual, *(v for v in found if v not in usual)][:10] if found else list(usual)

    def right(self) -> list[Fit]:
        """The right forms that fit, fewest conventions first."""
        fits = []
        for form, conventions, extra in self.forms():
            same = self._same(form, extra)
            if same.any():
                fits.append(self._fit(conventions, (), same, extra))
        return _best(fits)

    def single(self) -> list[Fit]:
        """The likeliest explanations with one mistake."""
        fits = []
        for form, conventions, extra in self.forms():
            for edit in (*mistaken(self.optimizer, form), *self._literals(form)):
                same = self._same(form.with_(edit.changes), extra)
                if same.any():
                    fits.append(self._fit(conventions, (edit,), same, extra))
        return _best(fits)

    def _literals(self, form: Program) -> Iterator[Edit]:
        """A number in place of one that the rule takes."""
        for letter, field in self.rule.letters.items():
            if field not in self.seen.taken:
                continue
            about = self.optimizer.hypers()[field]
            memory = about.scale == "memory"
            default = getattr(self.optimizer, field)
            usual = USUAL.get("memory" if memory else letter, ())
            found = [v for v in self.seen.found if _plausible(v, letter, memory, about)]
            for value in dict.fromkeys([*found, default, *usual]):
                changes = tuple((t, _with_number(text, letter, value)) for t, text in form.parts if letter in names_in(text))
                says = (
                    f"The number {value:g} stands in the code where {pretty(letter)} belongs: your rule takes it as an "
                    "argument, and does not use it there."
                )
                kind = Kind("a number for {letter}", "", "", says, rank=1)
                yield Edit(kind, f"{value:g} in place of {pretty(letter)}", says, changes)

    def double(self, until: float) -> list[Fit]:
        """The likeliest explanations with two mistakes, in as many forms as there is time for."""
        fits: list[Fit] = []
        seen = set()
        for form, conventions, extra in self.forms():
            if time.perf_counter() > until or (fits and len(conventions) > min(len(f.conventions) for f in fits)):
                break
            if form in seen:  # other values of the same numbers
                continue
            seen.add(form)
            self._same(form, extra)
            fits += [self._fit(conventions, pair, same, extra) for pair, same in self._pairs(form, until)]
        return _best(fits)

    def _pairs(self, form: Program, until: float) -> Iterator[tuple[tuple[Edit, Edit], np.ndarray]]:
        singles = [*mistaken(self.optimizer, form), *self._literals(form)]
        lines = [target for target, _ in form.lines]
        groups: dict[str, list[tuple[Edit, Any]]] = {}
        several = []
        for edit in singles:
            line = _only_line(form, edit, lines)
            value = self._value(form.with_(edit.changes), line) if line else None
            if value is None:
                several.append(edit)
            else:
                groups.setdefault(line, []).append((edit, value))
        for first, second in itertools.permutations(groups, 2):
            if lines.index(first) < lines.index(second) and time.perf_counter() < until:
                yield from self._on_two_lines(form, first, groups[first], groups[second])
        order = sorted(several + [edit for group in groups.values() for edit, _ in group], key=lambda e: e.kind.rank)
        for edit in order:
            if time.perf_counter() > until:
                return
            changed = form.with_(edit.changes)
            targets = {target for target, _ in edit.changes}
            for other in mistaken(self.optimizer, changed):
                if edit in several or targets & {target for target, _ in other.changes}:
                    same = self._same(changed.with_(other.changes))
                    if same.any():
                        yield (edit, other), same

    def _on_two_lines(self, form: Program, line: str, above: list[tuple[Edit, Any]], below: list[tuple[Edit, Any]]):
        """All variants of one line at once, with each variant of one below it."""
        deepest = max(np.ndim(value) for _, value in above)
        deepest = max(deepest, 4)
        stacked = self.bench.stack([np.reshape(v, (1,) * (deepest - np.ndim(v)) + np.shape(v)) for _, v in above])
        for edit, _ in below:
            try:
                theta = self.bench.run(form.with_(edit.changes), {line: stacked})["θ"][1]
            except (NameError, KeyError, ValueError, TypeError, AttributeError):
                continue
            fits = self._agrees(theta)
            fits = fits.reshape(fits.shape[0], -1).any(axis=1) if fits.ndim > 1 else fits
            if fits.shape != (len(above),):
                continue
            for number in np.flatnonzero(fits):
                other = above[number][0]
                same = self._same(form.with_(other.changes).with_(edit.changes))
                if same.any():
                    yield (other, edit), same

    def _value(self, program: Program, line: str) -> Any:
        try:
            return self.bench.run(program)[line][1]
        except (NameError, KeyError, ValueError, TypeError, AttributeError):
            return None


def _only_line(form: Program, edit: Edit, lines: list[str]) -> str | None:
    """The line whose value alone an edit changes, if there is one."""
    targets = [target for target, _ in edit.changes if "." not in target]
    starts = [target[5:] for target, _ in edit.changes if target.startswith("init.")]
    kept = form.of("kept")
    if len(edit.changes) == 1 and targets and targets[0] in lines:
        return targets[0]
    if len(edit.changes) == 1 and starts:
        line = kept.get(starts[0])
        readers = [name for name, text in form.lines if f"state.{starts[0]}" in names_in(text)]
        return line if readers == [line] else None
    return None


def _best(fits: list[Fit]) -> list[Fit]:
    """The likeliest of them, each explanation once."""
    if not fits:
        return []
    least = min(fit.cost for fit in fits)
    return list({tuple(e.name for e in fit.edits): fit for fit in reversed(fits) if fit.cost == least}.values())[::-1]


def _column(values: list[Any]) -> np.ndarray:
    """Values along a leading axis, (values, paths or 1, steps or 1, 1)."""
    arrays = [np.reshape(v, (1, 1, 1)) if np.ndim(v) == 0 else v for v in values]
    return np.stack(np.broadcast_arrays(*arrays)).astype(float)


def _plausible(value: float, letter: str, memory: bool, about: Any) -> bool:
    if memory:
        return 0.3 <= value < 1
    low, high = (0.0, 0.01) if letter[0] == "ε" else (0.0, 1000.0)
    return low < value <= high and about.allows(value)


def _with_number(text: str, letter: str, value: float) -> str:
    import re

    return re.sub(rf"\b{re.escape(letter)}\b", repr(float(value)), text)
