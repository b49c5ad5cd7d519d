"""The best setting of a rule, sought until it lies inside the grid."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from optlearn.evidence.scores import ROUNDING, Score, scores_of, steps_to
from optlearn.evidence.seeds import cases_of
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem
from optlearn.tunable import Hyper

MOST = 0.9  # the share of the cases that must get there: 11 of 12
WIDEST = 8  # powers of ten to which a grid is widened, up and down; six nines for a memory


@dataclass(frozen=True)
class Axis:
    """One number of a rule on an even grid, counted in whole places, so that it can be widened on both sides."""

    name: str
    about: Hyper
    density: int  # places in a power of ten

    def value(self, place: int) -> float:
        """The number at a place: three digits of it, or of what it lacks to 1."""
        power = float(f"{10 ** (place / self.density):.3g}")
        return power if self.about.scale == "log" else 1 - float(f"{10 ** (-place / self.density):.3g}")

    def place(self, value: float) -> int:
        """The place nearest to a number."""
        even = np.log10(value) if self.about.scale == "log" else -np.log10(1 - value)
        return round(float(even) * self.density)

    @property
    def limits(self) -> tuple[int, int]:
        """The first and last place a grid can be widened to."""
        if self.about.scale == "log":
            return -WIDEST * self.density, WIDEST * self.density
        return 0, 6 * self.density


@dataclass(frozen=True, eq=False, repr=False)
class Tuned:
    """What `tuned` found.

    Attributes
    ----------
    best : Optimizer
        The rule, with the numbers that are best.
    values : dict
        Those numbers.
    score : float
        Its score: the median over the cases. Infinite if more than one in ten never got there.
    scores : (cases,)
        Its score in each case.
    good : (low, high)
        The range of the first number with which it gets there at all, around the best: for `steps_to`, in the
        given steps; all else at its best.
    ends : (bool, bool)
        Whether the good range has a lower and an upper end, or goes on as far as was sought.
    tried : dict
        For each number the values that were tried, and under "score" the scores, (values, ...).
    """

    best: Optimizer
    values: dict[str, float]
    score: float
    scores: np.ndarray
    good: tuple[float, float]
    ends: tuple[bool, bool]
    tried: dict[str, np.ndarray]

    @property
    def rate(self) -> float:
        """The first of the numbers that were tuned: the learning rate, unless told otherwise."""
        return next(iter(self.values.values()))

    @property
    def width(self) -> float:
        """The powers of ten that the good range spans, infinite where no end was found."""
        low, high = self.good
        return float(np.log10(high / low)) if all(self.ends) and low > 0 else np.inf

    def __repr__(self) -> str:
        symbols = self.best.hypers()
        numbers = ", ".join(f"{symbols[name].symbol} = {short(value)}" for name, value in self.values.items())
        if not np.isfinite(self.score):
            return f"{type(self.best).__name__}: no setting gets there"
        (low, high), (first, last) = self.good, self.ends
        lower = short(low) if first else f"no end found down to {short(low)}"
        upper = short(high) if last else f"no end found up to {short(high)}"
        return f"{type(self.best).__name__}: best {numbers}, score {short(self.score)}; good from {lower} to {upper}"


def short(value: float) -> str:
    """A number in two digits: 120, 0.0028, 3.2e+05."""
    return f"{float(f'{value:.2g}'):g}"


def tuned(
    rule: Optimizer,
    problem: Problem,
    *,
    steps: int = 500,
    score: Score | None = None,
    seeds: Iterable[int] | None = None,
    start: Sequence | None = None,
    over: str | Sequence[str] = "learning_rate",
    between: tuple[float, float] | None = None,
) -> Tuned:
    """The best value of one number of a rule, or of several, all else as it is.

    >>> tuned(Adam(), ParabolaFit()).best
    Adam(learning_rate=0.631, ...)
    >>> tuned(Momentum(), Rosenbrock(), over=("learning_rate", "momentum"), seeds=range(12))

    The grid begins as wide as the slider and is widened until the best, and the range of good values around it,
    lie inside; or to 1e-8 and 1e8, where it is said that no end was found. Among equals the middle is taken. All
    cases are scored in few calls: seconds.

    Parameters
    ----------
    score : Score
        `steps_to()` unless given: steps until the loss stays within 1 % of the way. Or `last_tenth()`.
    seeds : whole numbers, optional
        Each is a case: it draws the noise of a problem that has some, and otherwise the start. The score is the
        median over the cases.
    start : point, optional
        The start of every case; without it and without seeds, the problem's own.
    over : name, or names
        The numbers to tune.
    between : (low, high), optional
        Where the grid of the first number begins; it is widened just the same.
    """
    score = score or steps_to()
    names = (over,) if isinstance(over, str) else tuple(over)
    if not names:
        raise ValueError(f"over={over!r}: name at least one number of {type(rule).__name__}.")
    axes = [_axis(rule, name, 20 if len(names) == 1 else 8) for name in names]
    cases = cases_of(problem, seeds, start)
    ranges = [_begin(axis, between if axis is axes[0] else None) for axis in axes]

    def scores(*values: np.ndarray) -> np.ndarray:
        numbers = {axis.name: each for axis, each in zip(axes, values, strict=True)}
        return scores_of(rule, cases, steps, score, numbers)

    def good(table: np.ndarray, best: tuple[int, ...]) -> list[tuple[int, int]]:
        return [_good(table <= score.enough, best, k) for k in range(len(axes))]

    ranges, table, best, known = _search(axes, ranges, scores, good)
    return _result(rule, axes, ranges, table, best, good(table, best)[0], known)


def _search(axes: list[Axis], ranges: list[tuple[int, int]], scores: Callable, inner: Callable) -> tuple:
    """Widen a grid until what is `inner` of its table, around the best, lies inside: (ranges, table, best, known).

    `scores`: of the values along each axis, one for each cell; `known`: those of each cell, (cases,).
    """
    known: dict[tuple[int, ...], np.ndarray] = {}
    while True:
        cells = list(itertools.product(*(range(first, last + 1) for first, last in ranges)))
        new = [cell for cell in cells if cell not in known]
        columns = zip(axes, zip(*new, strict=True), strict=True)
        values = (np.array([axis.value(place) for place in places]) for axis, places in columns)
        known |= dict(zip(new, scores(*values), strict=True))
        table = np.array([together(known[cell]) for cell in cells])
        table = table.reshape([last - first + 1 for first, last in ranges])
        best = _best(table)
        wider = [_wider(*each) for each in zip(axes, ranges, inner(table, best), strict=True)]
        if wider == ranges:
            return ranges, table, best, known
        ranges = wider


@dataclass(frozen=True, eq=False, repr=False)
class Sought:
    """What `sought` found: the `best` number; all that were `tried`, (values,); their `scores`, (values, cases)."""

    best: float
    tried: np.ndarray
    scores: np.ndarray


def sought(scores: Callable[[np.ndarray], np.ndarray], between: tuple[float, float], density: int = 4) -> Sought:
    """The best value of a positive number, whatever computes the scores; as with `tuned`, it lies inside the grid.

    >>> sought(lambda rates: ends_of_a_network(rates), between=(0.01, 1)).best

    Parameters
    ----------
    scores : function
        Of some values (values,): their scores (values, cases), the smaller the better, infinite where a case never
        gets there. What counts is the median over the cases.
    between : (low, high)
        Where the grid begins. It is widened by a power of ten while the best stands at an end.
    density : int
        Values in a power of ten.
    """
    axis = Axis("", Hyper("", *between, scale="log"), density)

    def checked(values: np.ndarray) -> np.ndarray:
        found = np.asarray(scores(values), float)
        if found.ndim != 2 or len(found) != len(values):
            raise ValueError(
                f"For {len(values)} values the scores have shape {found.shape}: it must be (values, cases)."
            )
        return np.where(np.isnan(found), np.inf, found)

    def inner(table: np.ndarray, best: tuple[int, ...]) -> list[tuple[int, int]]:
        return [(*best, *best)] if np.isfinite(table[best]) else [(1, len(table) - 2)]  # nothing to go after

    begin = [tuple(axis.place(value) for value in between)]
    [(first, last)], _, (best,), known = _search([axis], begin, checked, inner)
    places = range(first, last + 1)
    tried, of_each = (np.array([get(place) for place in places]) for get in (axis.value, lambda place: known[place,]))
    return Sought(axis.value(first + best), tried, of_each)


def _axis(rule: Optimizer, name: str, density: int) -> Axis:
    if name not in rule.hypers():
        raise ValueError(f"over={name!r}: {type(rule).__name__} can tune {', '.join(rule.hypers())}.")
    about = rule.hypers()[name]
    if about.scale == "linear":
        raise ValueError(f"over={name!r}: only numbers on a logarithmic scale, and memories, can be tuned.")
    return Axis(name, about, density)


def _begin(axis: Axis, between: tuple[float, float] | None) -> tuple[int, int]:
    least, most = axis.limits
    low, high = between or (axis.about.low, axis.about.high)
    return max(least, axis.place(low)), min(most, axis.place(high))


def together(scores: np.ndarray) -> float:
    """The median of the cases; infinite if more than one in ten never gets there."""
    return float(np.median(scores)) if np.mean(np.isinf(scores)) <= 1 - MOST else np.inf


def _best(table: np.ndarray) -> tuple[int, ...]:
    """The cell of the smallest score; among equals, the one nearest to their middle."""
    least = table.min()
    equal = np.argwhere(table <= least * (1 + ROUNDING) if np.isfinite(least) else np.ones(table.shape, bool))
    return tuple(equal[((equal - equal.mean(axis=0)) ** 2).sum(axis=1).argmin()].tolist())


def _good(enough: np.ndarray, best: tuple[int, ...], axis: int) -> tuple[int, int]:
    """The first and last place along an axis, around the best, whose score is good enough."""
    line = enough[tuple(slice(None) if k == axis else place for k, place in enumerate(best))]
    low = high = best[axis]
    while low > 0 and line[low - 1]:
        low -= 1
    while high < len(line) - 1 and line[high + 1]:
        high += 1
    return low, high


def _wider(axis: Axis, ends: tuple[int, int], good: tuple[int, int]) -> tuple[int, int]:
    """A power of ten more on each side where the good range touches the end of the grid."""
    (first, last), (least, most), (low, high) = ends, axis.limits, good
    return (
        max(least, first - axis.density) if low == 0 else first,
        min(most, last + axis.density) if high == last - first else last,
    )


def _result(rule, axes, ranges, table, best, good, known) -> Tuned:
    tried = {
        axis.name: np.array([axis.value(place) for place in range(first, last + 1)])
        for axis, (first, last) in zip(axes, ranges, strict=True)
    }
    values = {axis.name: float(tried[axis.name][place]) for axis, place in zip(axes, best, strict=True)}
    cell = tuple(place + first for place, (first, _) in zip(best, ranges, strict=True))
    numbers, (low, high) = tried[axes[0].name], good
    return Tuned(
        best=rule.replace(**values),
        values=values,
        score=float(table[best]),
        scores=known[cell],
        good=(float(numbers[low]), float(numbers[high])),
        ends=(low > 0 or numbers[0] == 0, high < len(numbers) - 1),  # a memory cannot be less than 0
        tried=tried | {"score": table},
    )
