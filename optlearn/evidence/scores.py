"""How good a run was, in one number that is the same for every rule; and many runs scored in one call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import tensorflow as tf

from optlearn.evidence.noise import in_one
from optlearn.evidence.seeds import Case
from optlearn.loop import WORTH, run_all
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem
from optlearn.run import Run

SHARE = 0.01  # of the way from the loss at the start to the smallest
FAR = 10  # times as far out as the edge of the picture: a run that goes farther is lost, even if it should come back
FLOOR = 1e-8  # of the way: below it a loss is told from the smallest by rounding alone
ROUNDING = 1e-6  # two scores that differ by less than this share are equal
NUMBERS = 400_000  # runs times steps in one call: some 40 MB of record
_turns: Counter[tuple] = Counter()  # of each loop, how many it was called for


@dataclass(frozen=True)
class Score:
    """A number for each run: the smaller, the better; infinite for a run that never got there.

    Attributes
    ----------
    words : str
        What is measured, for the heading of a table.
    measure : function of a gap (runs, steps + 1), to (runs,)
        The gap is the loss without noise, above the smallest, as a share of what it was at the start:
        1 at the start, 0 at the minimum, NaN from where a run is lost: not finite, or ten times as far out as
        the edge of the picture.
    minimum : float, optional
        The smallest loss, for a problem that does not know its own.
    enough : float
        A score up to this is good: with it, a run got there.
    """

    words: str
    measure: Callable[[np.ndarray], np.ndarray]
    minimum: float | None = None
    enough: float = np.finfo(float).max

    def of(self, runs: Run) -> np.ndarray:
        """The score of each of some runs with one axis, shape (runs,)."""
        return self.measure(self.gap(runs))

    def gap(self, runs: Run) -> np.ndarray:
        """The share of the way that is left, shape (runs, steps + 1)."""
        smallest = self.smallest(runs.problem)
        loss, distance = (each.numpy() for each in _seen_whole(runs.problem)(tf.constant(runs.params, tf.float64)))
        with np.errstate(all="ignore"):
            left = (loss - smallest) / (loss[:, :1] - smallest)
            lost = ~np.isfinite(left) | (distance > FAR)
        return np.where(np.logical_or.accumulate(lost, axis=1), np.nan, left)

    def smallest(self, problem: Problem) -> float:
        """The smallest loss there is; a ValueError where nobody knows one."""
        if self.minimum is not None:
            return self.minimum
        if not len(problem.minima):
            raise ValueError(
                f"{problem.name} names no minimum, so no run can be near it. "
                "Give one, steps_to(minimum=0.0), if there is one; a saddle has none."
            )
        return float(problem.loss(tf.constant(problem.minima, tf.float64)).numpy().min())


@lru_cache(maxsize=32)
def _seen_whole(problem: Problem) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """Of points: the loss without noise, and how far out they are, 1 at the edge of the picture.

    As a graph, which TensorFlow simplifies: several times as fast.
    """
    low, high = np.moveaxis(np.array(problem.bounds, float), -1, 0)

    def both(points: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        out = tf.abs(points - (low + high) / 2) / ((high - low) / 2)
        return problem.loss(points), tf.reduce_max(out, axis=range(2, 2 + len(problem.shape)))

    points = tf.TensorSpec((None, None, *problem.shape), tf.float64)
    return tf.function(both, autograph=False).get_concrete_function(points)


def steps_to(share: float = SHARE, minimum: float | None = None) -> Score:
    """Steps until the loss is within a share of the way down, and stays there to the end of the run."""

    def measure(gap: np.ndarray) -> np.ndarray:
        outside = ~(gap <= share)
        last = gap.shape[1] - 1 - outside[:, ::-1].argmax(axis=1)  # the last step that is outside
        first = np.where(outside.any(axis=1), last + 1, 0)
        return np.where(outside[:, -1], np.inf, first.astype(float))

    return Score(f"steps until the loss stays within {100 * share:g} % of the way", measure, minimum)


def last_tenth(minimum: float | None = None) -> Score:
    """What is left of the way, as a mean over the last tenth of the steps.

    Below a hundred-millionth of the way all are as good as there: what differs then is rounding.
    """

    def measure(gap: np.ndarray) -> np.ndarray:
        mean = gap[:, -max(1, gap.shape[1] // 10) :].mean(axis=1)
        return np.where(np.isfinite(mean), np.maximum(mean, FLOOR), np.inf)

    return Score("share of the way that is left, over the last tenth of the steps", measure, minimum, SHARE)


def scores_of(
    rule: Optimizer, cases: Sequence[Case], steps: int, score: Score, numbers: dict[str, np.ndarray]
) -> np.ndarray:
    """The score for every setting (settings,) of some numbers, in every case: shape (settings, cases)."""
    settings = len(next(iter(numbers.values())))
    scores = np.empty((settings, len(cases)))
    groups: dict[Problem, list[int]] = {}
    for place, (problem, _) in enumerate(cases):
        groups.setdefault(problem, []).append(place)
    for problem, seen in zip(groups, in_one(list(groups)), strict=True):
        places = groups[problem]
        starts = np.array([cases[place][1] for place in places])
        repeated = {name: np.repeat(values, len(places)) for name, values in numbers.items()}
        every = np.tile(starts, (settings, *[1] * (starts.ndim - 1)))
        scores[:, places] = _scored(rule, problem, seen, steps, score, every, repeated).reshape(settings, -1)
    return scores


def _scored(rule, problem, seen, steps, score, starts, numbers) -> np.ndarray:
    """The scores of any number of runs (runs,), in calls of one size, so that one program serves all."""
    count = len(starts)
    size = int(np.clip(NUMBERS // steps, 8, 128))
    calls = -(-count // size)
    rows = np.arange(calls * size) % count
    loop = rule.outline, seen.outline, steps, size
    _turns[loop] += calls * steps
    scores = []
    for some in np.split(rows, calls):
        values = {name: np.full(size, value) for name, value in (rule.values | seen.values).items()}
        values |= {name: each[some] for name, each in numbers.items()}
        record = run_all(rule, seen, steps, starts[some], values, compiled=_turns[loop] > WORTH)
        runs = Run(rule, problem, axes={"run": np.arange(size)}, **record)
        scores.append(score.of(runs))
    return np.concatenate(scores)[:count]
