"""Which program does what a learner's rule does: every right form, then one mistake in each of them, then two."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from optlearn.optimizers import Optimizer
from optlearn.practice.bench import Bench
from optlearn.practice.mistakes import forms, mistaken, mistaken_line
from optlearn.practice.program import Program, names_in, read, with_number
from optlearn.practice.rewrite import Edit, Kind, pretty

SINGLE_FOR, PAIRS_FOR = 0.9, 0.5  # seconds of this thread that may go into forms with one mistake, and with two
CLOSE, CLOSE_IN_SINGLE = 1e-9, 3e-5
USUAL = {
    "memory": (0.9, 0.99, 0.999, 0.95),
    "learning_rate": (1.0, 0.1, 0.01, 0.001),
    "epsilon": (1e-7, 1e-8, 1e-6, 1e-10),
}
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
    def is_on_record(self) -> bool:
        """All its mistakes are known of this very rule."""
        return all(edit.kind.rank == 0 for edit in self.mistakes)

    @property
    def edits(self) -> tuple[Edit, ...]:
        return (*self.mistakes, *self.conventions)


class Search:
    """All hypotheses about one observed rule, as forms of one optimizer."""

    def __init__(self, optimizer: type[Optimizer], seen: Observed, free: bool = False):
        self.optimizer, self.seen, self.rule = optimizer, seen, read(optimizer)
        self.fixed = self._values(free)
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
            usual = USUAL.get("memory" if memory else field, ())
            stands = [v for v in self.seen.found if _plausible(v, letter, memory, hypers[field])]
            more = stands + [1.0] * (field == "learning_rate") if self.seen.found else list(usual)
            others = [self.seen.taken[f] for f in self.seen.taken if free and self._alike(f, field)]
            values[letter] = [*others, *dict.fromkeys([default, *more])][:12]
        return values

    def _alike(self, taken: str, field: str) -> bool:
        decays = ("momentum", "rho", "beta_1", "beta_2", "adam_beta_1", "adam_beta_2")
        return taken in decays and field in decays

    # ---- One program

    def _same(self, program: Program, extra: dict[str, Any] | None = None) -> np.ndarray:
        """For each choice of values, whether a program does what was observed."""
        self.bench.give(extra or {})
        try:
            theta = self.bench.run(program)["θ"][1]
        except (NameError, KeyError, ValueError, TypeError, AttributeError):
            return np.zeros(1, bool)
        return self._agrees(theta)

    def _agrees(self, theta: Any) -> np.ndarray:
        """Whether new parameters are those observed: for each variant along the leading axes."""
        theta = np.broadcast_to(theta, np.broadcast_shapes(np.shape(theta), self.seen.after.shape))
        one = theta[..., 2, 4, :]  # most are told apart by any one step
        if not ((np.abs(one - self.seen.after[2, 4]) <= self.close[2, 4]) | self.lost[2, 4]).all(axis=-1).any():
            return np.zeros(theta.shape[:-3], bool)
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
        known = [v for v in usual if np.ndim(v) or v in self.seen.found]
        found = [v for v in self.seen.found if 0 < v <= 1 and not any(np.ndim(u) == 0 and u == v for u in known)]
        return known or [*found, *usual][:6]

    def right(self, most: int = 9) -> list[Fit]:
        """The right forms that fit, fewest conventions first, and at most so many."""
        fits = []
        for form, conventions, extra in self.forms():
            if len(conventions) > min([most, *(fit.cost for fit in fits)]):
                break
            same = self._same(form, extra)
            if same.any():
                fits.append(self._fit(conventions, (), same, extra))
        return _best(fits)

    def single(self, seconds: float = SINGLE_FOR) -> list[Fit]:
        """The likeliest explanations with one mistake, in as many forms as there is time for."""
        fits, until = [], time.thread_time() + seconds
        for form, conventions, extra in self.forms():
            if time.thread_time() > until or (fits and len(conventions) > min(fit.cost for fit in fits)):
                break
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
            usual = USUAL.get("memory" if memory else field, ())
            found = [v for v in self.seen.found if _plausible(v, letter, memory, about)]
            for value in dict.fromkeys([default, *found, *usual]):
                changes = tuple(
                    (t, with_number(text, letter, value)) for t, text in form.parts if letter in names_in(text)
                )
                says = (
                    f"The number {value:g} stands in the code where {pretty(letter)} belongs: your rule takes it as an "
                    "argument, and does not use it there."
                )
                kind = Kind("a number for {letter}", "", "", says, rank=1)
                yield Edit(kind, f"{value:g} in place of {pretty(letter)}", says, changes)

    def double(self) -> list[Fit]:
        """The likeliest explanations with two mistakes, in as many forms as there is time for."""
        until = time.thread_time() + PAIRS_FOR
        variants = [_Variants(self, *form) for form in self._each_form()]
        for look in (
            _Variants.on_record,
            _Variants.several,
            _Variants.anew,
            _Variants.mixed,
            _Variants.all,
            _Variants.of_one_line,
        ):
            fits: list[Fit] = []
            for each in variants:
                if time.thread_time() > until or (fits and len(each.conventions) > min(f.cost for f in fits)):
                    break
                self.bench.give(each.extra)
                fits += [self._fit(each.conventions, pair, same, each.extra) for pair, same in look(each, until)]
            if fits:
                return _best(fits)
        return []

    def _each_form(self) -> Iterator[tuple[Program, tuple[Edit, ...], dict[str, Any]]]:
        """Every form once, with the likeliest values of the numbers that the rule itself does not have."""
        seen: set[Program] = set()
        for form, conventions, extra in self.forms():
            if form not in seen:
                seen.add(form)
                yield form, conventions, extra

    def value(self, program: Program, line: str) -> Any:
        """What a line holds at every step; None if it cannot be computed."""
        try:
            return self.bench.run(program)[line][1]
        except (NameError, KeyError, ValueError, TypeError, AttributeError):
            return None

    def variants_agree(self, program: Program, line: str, stacked: Any, number: int) -> np.ndarray:
        """For each variant of a line, whether a program with it may do what was observed."""
        try:
            fits = self._agrees(self.bench.run(program, {line: stacked})["θ"][1])
        except (NameError, KeyError, ValueError, TypeError, AttributeError):
            return np.zeros(0, int)
        fits = fits.reshape(fits.shape[0], -1).any(axis=1) if fits.ndim > 1 else fits
        return np.flatnonzero(fits) if fits.shape == (number,) else np.zeros(0, int)


class _Variants:
    """All mistakes in one form, sorted by the line whose value they change, so that pairs of them go by the hundred."""

    def __init__(self, search: Search, form: Program, conventions: tuple[Edit, ...], extra: dict[str, Any]):
        self.search, self.form, self.conventions, self.extra = search, form, conventions, extra

    @cached_property
    def edits(self) -> list[Edit]:
        return [*mistaken(self.search.optimizer, self.form), *self.search._literals(self.form)]

    @cached_property
    def groups(self) -> dict[str, list[tuple[Edit, Any]]]:
        """By the line: the edits that change the value of this line alone, and what it is then."""
        lines, groups = [target for target, _ in self.form.lines], {}
        for edit in self.edits:
            line = _only_line(edit, lines)
            value = self.search.value(self.form.with_(edit.changes), line) if line else None
            if value is not None:
                groups.setdefault(line, []).append((edit, value))
        return {line: groups[line] for line in lines if line in groups}

    @cached_property
    def others(self) -> list[Edit]:
        """The edits that change more than one line."""
        alone = {id(edit) for group in self.groups.values() for edit, _ in group}
        return [edit for edit in self.edits if id(edit) not in alone]

    def on_record(self, until: float) -> Iterator[tuple[tuple[Edit, Edit], np.ndarray]]:
        """Two lines, with what people are known to write."""
        yield from self._on_two_lines(1, until)

    def all(self, until: float) -> Iterator[tuple[tuple[Edit, Edit], np.ndarray]]:
        """Two lines, with any slip."""
        yield from self._on_two_lines(2, until)

    def several(self, until: float) -> Iterator[tuple[tuple[Edit, Edit], np.ndarray]]:
        """Two edits, each of which changes several lines, or where a buffer starts."""
        others = [edit for edit in self.others if edit.kind.rank < 2]
        yield from self._apart(itertools.combinations(others, 2), until)

    def mixed(self, until: float) -> Iterator[tuple[tuple[Edit, Edit], np.ndarray]]:
        """An edit that changes several lines, and one that changes one."""
        others = [edit for edit in self.others if edit.kind.rank < 2]
        alone = [edit for group in self.groups.values() for edit, _ in group if edit.kind.rank < 2]
        yield from self._apart(itertools.product(others, alone), until)

    def _apart(
        self, pairs: Iterable[tuple[Edit, Edit]], until: float
    ) -> Iterator[tuple[tuple[Edit, Edit], np.ndarray]]:
        """Those of the pairs that change different parts."""
        shared = {"k", "init.k", "kept.k"}
        for first, second in pairs:
            if time.thread_time() > until:
                return
            if not {t for t, _ in first.changes} & {t for t, _ in second.changes} - shared:
                yield from self._both(first, second)

    def anew(self, until: float) -> Iterator[tuple[tuple[Edit, Edit], np.ndarray]]:
        """A second edit of one of several lines that a first one has changed."""
        yield from self._again([edit for edit in self.others if edit.kind.rank < 2], 1, until)

    def of_one_line(self, until: float) -> Iterator[tuple[tuple[Edit, Edit], np.ndarray]]:
        """Two edits of the same line, the second of what the first has made of it."""
        yield from self._again(sorted(self.edits, key=lambda e: e.kind.rank), 2, until)

    def _again(self, edits: list[Edit], rank: int, until: float) -> Iterator[tuple[tuple[Edit, Edit], np.ndarray]]:
        lines = [target for target, _ in self.form.lines]
        for edit in edits:
            changed = self.form.with_(edit.changes)
            for line in (target for target, _ in edit.changes if target in lines):
                if time.thread_time() > until:
                    return
                for other in mistaken_line(self.search.optimizer, changed, line):
                    if other.kind.rank <= rank:
                        yield from self._both(edit, other)

    def _both(self, first: Edit, second: Edit) -> Iterator[tuple[tuple[Edit, Edit], np.ndarray]]:
        same = self.search._same(self.form.with_(first.changes).with_(second.changes))
        if same.any():
            yield (first, second), same

    def _on_two_lines(self, rank: int, until: float) -> Iterator[tuple[tuple[Edit, Edit], np.ndarray]]:
        """All variants of one line at once, with each variant of one below it."""
        for line, below in itertools.combinations(self.groups, 2):
            above = [pair for pair in self.groups[line] if pair[0].kind.rank <= rank]
            if not above or time.thread_time() > until:
                continue
            stacked = self.search.bench.stack([value for _, value in above])
            for edit, _ in self.groups[below]:
                if edit.kind.rank <= rank:
                    program = self.form.with_(edit.changes)
                    for number in self.search.variants_agree(program, line, stacked, len(above)):
                        yield from self._both(above[number][0], edit)


def _only_line(edit: Edit, lines: list[str]) -> str | None:
    """The line whose value alone an edit changes, if there is one."""
    return edit.changes[0][0] if len(edit.changes) == 1 and edit.changes[0][0] in lines else None


def _best(fits: list[Fit]) -> list[Fit]:
    """The likeliest of them, each explanation once; with its numbers at their defaults, if that explains as much."""
    costs = [(fit.cost, len(fit.numbers)) for fit in fits]
    best = [fit for fit, cost in zip(fits, costs, strict=True) if cost == min(costs)]
    return list({frozenset(e.name for e in fit.edits): fit for fit in reversed(best)}.values())[::-1]


def _column(values: list[Any]) -> np.ndarray:
    """Values along a leading axis, (values, paths or 1, steps or 1, 1)."""
    arrays = [np.reshape(v, (1, 1, 1)) if np.ndim(v) == 0 else v for v in values]
    return np.stack(np.broadcast_arrays(*arrays)).astype(float)


def _plausible(value: float, letter: str, memory: bool, about: Any) -> bool:
    if memory:
        return 0.3 <= value < 1
    low, high = (0.0, 0.01) if letter[0] == "ε" else (0.0, 1000.0)
    return low < value <= high and about.allows(value)
