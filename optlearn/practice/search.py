"""Which program does what a learner's rule does: every right form, then one mistake in each of them, then two.

What is likely comes first: forms and mistakes whose buffers are those that the rule stores, those on record, and few
conventions. All variants of one line go at once.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from optlearn.optimizers import Optimizer
from optlearn.practice.bench import Bench, Value
from optlearn.practice.mistakes import forms, mistaken
from optlearn.practice.program import Program, needed, read
from optlearn.practice.rewrite import Edit
from optlearn.practice.slips import literals
from optlearn.practice.trees import names_in
from optlearn.practice.values import Observed, in_code, possible, usual

SINGLE_FOR, PAIRS_FOR = 0.6, 0.5  # seconds of this thread that may go into forms with one mistake, and with two
CLOSE, CLOSE_IN_SINGLE = 1e-9, 3e-5
MOST_VALUES = 256
CANNOT_BE_RUN = (NameError, KeyError, ValueError, TypeError, AttributeError)
Form = tuple[Program, tuple[Edit, ...], dict[str, Any]]  # with its conventions, and numbers that only these have


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


@dataclass(frozen=True, eq=False, repr=False)
class _First:
    """A first one of two mistakes in a form."""

    form: Form
    edit: Edit
    unlikely: tuple[float, float]
    tells: bool  # with it, more of the buffers are those that are stored
    all: list[_First]  # those of this form, the likelier ones first


class Search:
    """All hypotheses about one observed rule, as forms of one optimizer."""

    def __init__(self, optimizer: type[Optimizer], seen: Observed, free: bool = False):
        self.optimizer, self.seen, self.rule = optimizer, seen, read(optimizer)
        self.fixed = possible(optimizer, self.rule.letters, seen, free)
        self.choices = list(itertools.islice(itertools.product(*self.fixed.values()), MOST_VALUES))
        numbers = {letter: seen.taken[field] for letter, field in self.rule.letters.items() if field in seen.taken}
        for at, letter in enumerate(self.fixed):
            numbers[letter] = _column([choice[at] for choice in self.choices])
        self.bench = Bench(seen.params, seen.gradients, numbers, self.rule.functions)
        self.lost = ~np.isfinite(seen.after)
        with np.errstate(all="ignore"):
            moved = np.abs(seen.after - seen.params)
            size = np.maximum(np.abs(seen.after), np.abs(seen.params))
            close = CLOSE_IN_SINGLE * np.maximum(size, 1e-3) if seen.single else CLOSE * moved + 1e-13 * size
        self.close = np.where(self.lost, -1, close)  # nothing is close to what is no number
        self._stored: dict[int, bool] = {}
        self._evident: dict[tuple, int] = {}

    # ---- One program

    def _run(self, program: Program, until: str = "θ", **instead: Value) -> dict[str, Value]:
        """The values of a program's lines; none if it cannot be run."""
        try:
            return self.bench.run(program, instead, until)
        except CANNOT_BE_RUN:
            return {}

    def _line(self, program: Program, line: str, text: str, now: dict[str, Value]) -> Value | None:
        """The value of a line written otherwise in a program, of which all values are known as it is now."""
        if now and not any(name.startswith("state.") for name in names_in(text)):
            with contextlib.suppress(*CANNOT_BE_RUN):
                return self.bench.one(program, text, now)
        return self._run(program.with_(((line, text),)), line).get(line)

    def same(self, program: Program) -> np.ndarray:
        """For each choice of values, whether a program does what was observed."""
        values = self._run(program)
        return self._agrees(values["θ"][1]) if values else np.zeros(1, bool)

    def _agrees(self, theta: Any) -> np.ndarray:
        """Whether new parameters are those observed: for each variant along the leading axes."""
        theta = np.broadcast_to(theta, np.broadcast_shapes(np.shape(theta), self.seen.after.shape))
        one = theta[..., 2, 4, :]  # most are told apart by any one step
        if not ((np.abs(one - self.seen.after[2, 4]) <= self.close[2, 4]) | self.lost[2, 4]).all(axis=-1).any():
            return np.zeros(theta.shape[:-3], bool)
        apart = np.abs(theta - self.seen.after)
        return ((apart <= self.close) | (self.lost & ~np.isfinite(theta))).all(axis=(-3, -2, -1))

    def _fit(self, form: Form, mistakes: tuple[Edit, ...], same: np.ndarray) -> Fit:
        choice = self.choices[int(np.argmax(same))] if same.size == len(self.choices) else self.choices[0]
        told = {}
        for letter, value in zip(self.fixed, choice, strict=True):
            if np.ndim(value) == 0 and value != getattr(self.optimizer, self.rule.letters[letter]):
                told[letter] = value
        return Fit(self.optimizer, form[1], mistakes, tuple((told | form[2]).items()))

    def evidence(self, program: Program) -> int:
        """How many buffers of a program the learner's rule stores, whatever it calls them."""
        names = [name for name, _ in program.lines if name in program.kept.values()]
        values = self._run(program, until=names[-1]) if names else {}
        return sum(self._is_stored(values[name]) for name in names if name in values)

    def _is_stored(self, value: Value) -> bool:
        number, array = value
        if number not in self._stored:
            mine = np.abs(self.seen.stored)[:, :, None, :]
            close = (CLOSE_IN_SINGLE if self.seen.single else CLOSE) * mine
            array = np.broadcast_to(array, np.broadcast_shapes(np.shape(array), (*self.seen.after.shape[:2], 1)))
            with np.errstate(all="ignore"):
                alike = np.abs(np.abs(array)[..., None] - mine) <= close
            alike |= np.isnan(mine) & ~np.isfinite(array)[..., None]
            self._stored[number] = bool(alike.all(axis=(-4, -3)).any(axis=-1).all(axis=-1).any())
        return self._stored[number]

    # ---- Many

    def forms(self) -> Iterator[Form]:
        """Every right form, with each value of the numbers that the rule itself does not have."""
        for form, conventions in forms(self.optimizer).items():
            numbers = {name: values for edit in conventions for name, values in edit.kind.numbers.items()}
            yield from ((form, conventions, extra) for extra in self._with_numbers(numbers))

    def _with_numbers(self, numbers: dict[str, tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
        """Each choice of values for numbers that the rule itself does not have."""
        for values in itertools.product(*(self._extra(v) for v in numbers.values())):
            yield dict(zip(numbers, values, strict=True))

    def _extra(self, usual: tuple[Any, ...]) -> list[Any]:
        letters = {field: letter for letter, field in self.rule.letters.items()}
        usual = [self.bench.given[letters[v]][1] if isinstance(v, str) else v for v in usual]
        known = [v for v in usual if np.ndim(v) or v in self.seen.found]
        found = [v for v in self.seen.found if 0 < v <= 1 and not any(np.ndim(u) == 0 and u == v for u in known)]
        return known or [*found, *usual][:6]

    def likely(self) -> list[Form]:
        """The forms, those first whose buffers are stored, with the likeliest values of numbers of their own."""
        found = []
        for form, conventions, extra in self.forms():
            if not found or form != found[-1][1][0]:
                self.bench.give(extra)
                found.append((-self.evidence(form), (form, conventions, extra)))
        return [form for _, form in sorted(found, key=lambda each: (each[0], len(each[1][1])))]

    def right(self, most: int = 9) -> list[Fit]:
        """The right forms that fit, fewest conventions first, and at most so many."""
        fits = []
        for form in self.forms():
            if len(form[1]) > min([most, *(fit.cost for fit in fits)]):
                break
            self.bench.give(form[2])
            same = self.same(form[0])
            if same.any():
                fits.append(self._fit(form, (), same))
        return _best(fits)

    def single(self, seconds: float = SINGLE_FOR) -> list[Fit]:
        """The likeliest explanations with one mistake, in as many forms as there is time for."""
        fits, until = [], time.thread_time() + seconds
        for form in self.likely():
            if time.thread_time() > until:
                break
            if len(form[1]) <= min((fit.cost for fit in fits), default=9):
                fits += [self._fit(form, (edit,), same) for edit, same in self._fitting(form, self._edits(form[0]))]
        return _best(fits)

    def double(self) -> list[Fit]:
        """The likeliest explanations with two mistakes, as far as there is time."""
        fits, until = [], time.thread_time() + PAIRS_FOR
        firsts = [first for form in self.likely() if time.thread_time() < until for first in self._firsts(form)]
        firsts = sorted(firsts, key=lambda first: first.unlikely)
        groups = [list(group) for _, group in itertools.groupby(firsts, key=lambda first: first.unlikely[0])]
        ways = (self._telling, self._others, self._again)
        for choose, first in (pair for group in groups for pair in itertools.product(ways, group)):
            least = min((len(fit.conventions) for fit in fits), default=9)
            if time.thread_time() > until or len(first.form[1]) > least:
                break
            changed = (first.form[0].with_(first.edit.changes), *first.form[1:])
            for second, same in self._fitting(changed, choose(first, changed[0])):
                fits.append(self._fit(first.form, (first.edit, second), same))
        return _best(fits)

    def _firsts(self, form: Form) -> list[_First]:
        """The edits of a form, those on record first, each with how many of the buffers it makes are stored."""
        program, conventions, extra = form
        self.bench.give(extra)
        kept = needed(program, {f"kept.{field}" for field in program.kept})
        buffers = tuple(part for part in program.parts if part[0] in kept)
        so_far, found = self.evidence(program), []
        for edit in sorted(self._edits(program), key=lambda edit: edit.kind.rank):
            key, stored = (buffers, edit.changes), so_far
            if any(target in kept for target, _ in edit.changes):
                if key not in self._evident:
                    self._evident[key] = self.evidence(program.with_(edit.changes))
                stored = self._evident[key]
            unlikely = (-stored, edit.kind.rank + len(conventions) / 2)
            found.append(_First(form, edit, unlikely, stored > so_far, found))
        return found

    def _telling(self, first: _First, changed: Program) -> list[Edit]:
        """The edits beside a first one that, as it does, make a buffer as it is stored."""
        return [each.edit for each in first.all if first.tells and each.tells and _are_apart(first.edit, each.edit)]

    def _others(self, first: _First, changed: Program) -> list[Edit]:
        """All edits beside a first one; but those in whose turn it was tried already."""
        since = 0 if first.tells else first.all.index(first)
        return [each.edit for each in first.all[since:] if _are_apart(first.edit, each.edit)]

    def _again(self, first: _First, changed: Program) -> list[Edit]:
        """The edits of a line that a first one has changed."""
        lines = [target for target, _ in changed.lines]
        return [e for t, _ in first.edit.changes if t in lines for e in mistaken(self.optimizer, changed, t)]

    def _edits(self, form: Program) -> list[Edit]:
        hypers, numbers = self.optimizer.hypers(), {}
        for letter, field in self.rule.letters.items():
            if field in self.seen.taken:
                more = (*in_code(self.seen, field, hypers[field]), *usual(field, hypers[field]))
                numbers[letter] = [getattr(self.optimizer, field), *more]
        return [*mistaken(self.optimizer, form), *literals(form, numbers)]

    def _fitting(self, form: Form, edits: Iterable[Edit]) -> Iterator[tuple[Edit, np.ndarray]]:
        """Those of the edits with which a form does what was observed: all that change one line alone at once."""
        program, _, extra = form
        self.bench.give(extra)
        lines, groups, rest = dict(program.lines), {}, []
        for edit in edits:
            alone = len(edit.changes) == 1 and edit.changes[0][0] in lines and not edit.kind.numbers
            (groups.setdefault(edit.changes[0][0], []) if alone else rest).append(edit)
        now = self._run(program)
        for line, group in groups.items():
            values = [(edit, self._line(program, line, edit.changes[0][1], now)) for edit in group]
            values = [(edit, value[1]) for edit, value in values if value and np.size(value[1])]
            axes = 3 + (len(self.choices) > 1)
            stacked = self.bench.stack([value for _, value in values], axes) if values else None
            theta = stacked and self._run(program, **{line: stacked}).get("θ")
            if theta and np.ndim(theta[1]) > axes:  # else the line is not used
                agree = self._agrees(theta[1]).reshape(len(values), -1).any(axis=1)
                rest += [edit for (edit, _), fits in zip(values, agree, strict=True) if fits]
        for edit in rest:
            for numbers in self._with_numbers(edit.kind.numbers):
                self.bench.give(numbers)
                same = self.same(program.with_(edit.changes))
                if same.any():
                    yield edit, same
                    break


def _are_apart(first: Edit, second: Edit) -> bool:
    """Whether two edits change different parts; that both count the steps does not matter."""
    shared = {"k", "init.k", "kept.k"}
    return not {target for target, _ in first.changes} & {target for target, _ in second.changes} - shared


def _best(fits: list[Fit]) -> list[Fit]:
    """The likeliest of them, each explanation once; with its numbers at their defaults, if that explains as much."""
    costs = [(fit.cost, len(fit.numbers)) for fit in fits]
    best = [fit for fit, cost in zip(fits, costs, strict=True) if cost == min(costs)]
    return list({frozenset(e.name for e in fit.edits): fit for fit in reversed(best)}.values())[::-1]


def _column(values: list[Any]) -> np.ndarray:
    """Values along a leading axis, (values, paths or 1, steps or 1, 1)."""
    arrays = [np.reshape(v, (1, 1, 1)) if np.ndim(v) == 0 else v for v in values]
    return np.stack(np.broadcast_arrays(*arrays)).astype(float)
