"""A learner's rule and what it does: run on gradients that tell mistakes apart, with two sets of numbers."""

from __future__ import annotations

import contextlib
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from optlearn import optimizers
from optlearn.optimizers import Optimizer
from optlearn.practice.names import named_in, numbers_in
from optlearn.practice.program import read
from optlearn.practice.sandbox import RaisedError, Rule, RuleError, as_usual
from optlearn.practice.search import Fit, Search
from optlearn.practice.values import Observed

STEPS = 14
CHANGE_AT = 8  # the learning rate is divided by ten before this step, to tell where the velocity keeps it
START = np.array([0.3, -0.7])
MOST_STORED = 20  # of one buffer, or of one collection of buffers


def probes() -> np.ndarray:
    """Gradients to feed a rule with, (probes, STEPS, 2): each tells some mistakes apart that others do not."""
    rng = np.random.default_rng(0)
    steps = np.arange(STEPS)
    constant = np.tile([1.0, -2.0], (STEPS, 1))
    late = np.where(steps[:, None] < 3, 0.0, rng.normal(size=(STEPS, 2)))  # a kick shows before the first gradient
    uneven = np.abs(rng.normal(size=(STEPS, 2))) * [10.0, 0.05]  # all positive: roots of sums of g exist
    alternating = np.stack([(-1.0) ** steps, 0.3 * (-1.0) ** (steps // 2)], axis=1)
    spike = np.where(steps[:, None] == 2, [20.0, -5.0], [0.1, 0.4])
    turning = rng.normal(size=(STEPS, 2)) * 10 ** rng.uniform(-1, 1, size=(STEPS, 2))  # for rules that see signs alone
    return np.stack([constant, late, uneven, alternating, spike, turning])


class Learner:
    """A learner's rule and what it does on the probes, with either set of values."""

    def __init__(
        self, rule: Any, reference: type[Optimizer], call: Callable = as_usual, skip: int = 3, name: str | None = None
    ):
        self.rule, self.name, self._way = rule, name or name_of(rule), (call, skip)
        try:
            self._run(rule, reference, tensors=False)
        except RaisedError as first:  # it may want tensors, for their methods
            try:
                self._run(rule, reference, tensors=True)
            except RuleError:
                raise first from None

    def _run(self, rule: Any, reference: type[Optimizer], tensors: bool) -> None:
        self.printed, self.forgets, self.single = False, False, False
        settings, gradients = reference.probes(), probes()
        once, again = (self._path(reference, settings[0], gradients[0], tensors) for _ in range(2))
        if not np.array_equal(once[0], again[0], equal_nan=True):
            raise RuleError(
                f"{self.name} does not do the same twice, from the same start. Does it keep something in a global "
                "variable, or draw numbers at random? What it remembers belongs into its state."
            )
        runs = [self._path(reference, each, g, tensors) for each in settings for g in gradients]
        paths = np.array([path for path, _ in runs])
        stored = [row for _, rows in runs for row in rows]
        alike = len({len(row) for row in stored}) == 1
        stored = np.reshape(stored, (*paths.shape[:2], -1)) if alike else np.zeros((*paths.shape[:2], 0))
        taken = {}
        for name in self.taken:
            rows = np.repeat([each[name] for each in settings], len(gradients))
            taken[name] = np.tile(rows[:, None, None], (1, STEPS, 1))
            if name == "learning_rate":
                taken[name][:, CHANGE_AT - 1 :] /= 10
        self.seen = Observed(
            paths[:, :, 0], np.concatenate([gradients] * len(settings)), paths[:, :, 1], stored, taken,
            numbers_in(self.rule), named_in(self.rule, reference, self.taken), self.single,
        )  # fmt: skip

    def _path(
        self, reference: type[Optimizer], settings: dict, gradients: np.ndarray, tensors: bool
    ) -> tuple[np.ndarray, list[list[float]]]:
        """One run of the rule on given gradients: before and after each step, (STEPS, 2, 2), and all that it stores.

        Where it loses its parameters, it is given the start again, so that one lost step does not hide all later ones.
        """
        late = settings | {"learning_rate": settings.get("learning_rate", 0.0) / 10}
        early, late = (Rule(self.rule, reference, values, tensors, *self._way) for values in (settings, late))
        self.taken = early.names
        apart = _apart(early, late)
        params, state, path, stored = START, early.init(START), [], []
        for step, gradient in enumerate(gradients, start=1):
            if step == CHANGE_AT:
                _hand_over(early, late, apart)
            rule = early if step < CHANGE_AT else late
            new, state = rule.update(params, gradient, state)
            path.append((params, new))
            stored.append(list(_numbers_in([state, getattr(rule.object, "__dict__", None)])))
            params = new if np.isfinite(new).all() else START
        self.printed = self.printed or early.printed + late.printed > 0
        self.single = self.single or early.single or late.single
        own = {name if isinstance(name, str) else name[0] for name in early.names.values()}
        kept = vars(early.object).keys() if hasattr(early.object, "__dict__") else ()
        self.forgets = early.forgets and not kept - own - {"_given", "_function"}
        return np.array(path), stored

    @property
    def is_still(self) -> bool:
        """It never moves."""
        return np.array_equal(self.seen.after, self.seen.params)

    @property
    def is_lost(self) -> bool:
        """It never returns a number."""
        return not np.isfinite(self.seen.after).any()

    def is_ambiguous(self, fits: list[Fit], reference: type[Optimizer]) -> bool:
        """Whether a convention depends on how the rule is called, and nothing in the rule says that it is meant so."""
        if not all("Not wrong if the gradient" in "".join(e.says for e in fit.conventions) for fit in fits):
            return False
        try:
            source = inspect.getsource(self.rule if inspect.isroutine(self.rule) else class_of(self.rule).update)
        except (OSError, TypeError):
            return True
        own = next((re.escape(n) for n in (self._own("momentum"),) if n), "momentum")
        uses = len(re.findall(rf"\b{own}\b(?!\s*=[^=])", source.split(":", 1)[1]))
        return uses != 1 or not re.search("nesterov|nag|ahead", self.name + source, re.IGNORECASE)

    def _own(self, name: str) -> str | None:
        names = Rule(self.rule, optimizers.Nesterov, {}, False, *self._way).names
        return names.get(name) if isinstance(names.get(name), str) else None

    def describe(self, search: Search, reference: type[Optimizer]) -> str:
        """What does not match anything known: where it leaves the right path, and by how much."""
        right = search.bench.run(read(reference).program)["θ"][1]
        right = np.broadcast_to(right if right.ndim == 3 else right[0], self.seen.after.shape)
        before, after = self.seen.params, self.seen.after
        with np.errstate(all="ignore"):
            ratios = (after - before) / (right - before)
            apart = ~(np.abs(after - right) <= 1e-7 * np.maximum(np.abs(right), 1e-3))
        apart &= np.isfinite(after) | np.isfinite(right)
        where = np.argwhere(apart)
        if not len(where):
            return f"{self.name} is not quite {reference.__name__}: it differs in the seventh digit and behind."
        path, step, which = min(where, key=lambda at: (at[1], not np.isfinite(ratios[tuple(at)])))
        mine, its, ratio = after[path, step, which], right[path, step, which], ratios[path, step, which]
        digits = next((d for d in (6, 9, 12) if f"{mine:.{d}g}" != f"{its:.{d}g}"), 17)
        text = (
            f"{self.name} leaves the path of {reference.__name__} at step {step + 1}, in the "
            f"{('first', 'second')[which]} parameter: it is {mine:.{digits}g} and should be {its:.{digits}g}."
        )
        if not np.isfinite(mine):
            return text + " Somewhere a root of a negative number is taken, or something is divided by 0."
        if self.is_still:
            return text + " It does not move."
        nearly = not np.isfinite(ratio) or f"{ratio:.4g}" == "1"
        return text if nearly else f"{text} The step is {ratio:.4g} times the right one."

    def notes(self, reference: type[Optimizer], forgotten: bool = False) -> str:
        """What else may help who wrote a wrong rule; with `forgotten`, of its state alone."""
        text = ""
        if self.forgets and reference.State._fields:
            text += "\nIt returns the new params alone, so that nothing is remembered: return new_params, new_state."
        left_out = [name for name in reference.hypers() if name not in self.taken]
        if left_out and not forgotten:
            values = [f"{name} = {getattr(reference, name):g}" for name in left_out]
            text += f"\nIt takes no {listed(left_out)}; the right one had {listed(values)}."
        return text


def _numbers_in(state: Any, depth: int = 0) -> Iterator[float]:
    """All numbers that a rule has stored, whatever they are packed in."""
    if isinstance(state, dict | list | tuple):
        for each in list(state.values() if isinstance(state, dict) else state)[:MOST_STORED] if depth < 5 else ():
            yield from _numbers_in(each, depth + 1)
    elif isinstance(state, float | int | np.ndarray | np.generic) or hasattr(state, "numpy"):
        with contextlib.suppress(Exception):  # of any kind: it is the learner's
            yield from np.ravel(np.asarray(state, float))[:MOST_STORED].tolist()


def _apart(early: Rule, late: Rule) -> set[str]:
    """The attributes in which two rules differ from birth: these hold the learning rate, under whatever name."""
    first, second = (getattr(rule.object, "__dict__", {}) for rule in (early, late))
    return {name for name in first if not _equal(first[name], second.get(name))}


def _hand_over(early: Rule, late: Rule, apart: set[str]) -> None:
    """Give the late rule what the early one remembers in itself, all but the learning rate."""
    for name, value in getattr(early.object, "__dict__", {}).items():
        if name not in apart:
            object.__setattr__(late.object, name, value)


def _equal(first: Any, second: Any) -> bool:
    if type(first) is type(second) and isinstance(first, dict | list | tuple):
        if isinstance(first, dict):
            return first.keys() == second.keys() and all(_equal(first[name], second[name]) for name in first)
        return len(first) == len(second) and all(map(_equal, first, second))
    try:
        return bool(np.all(first == second))
    except Exception:
        return first is second


def class_of(reference: Any) -> type[Optimizer]:
    return reference if isinstance(reference, type) else type(reference)


def listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def name_of(rule: Any) -> str:
    return getattr(rule, "__name__", type(rule).__name__)
