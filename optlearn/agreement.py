"""Whether two ways of running one rule agree, and if not, whether it is rounding that grew or another rule.

Two programs for one formula sum in different orders, so that the last digits differ. On most ways down that does not
matter. On some it does: each step makes the difference larger, until the two go ways of their own. Then a run that
starts a hair's breadth beside the first one leaves it as well, and as soon. This is what is looked at here.

A few starts beside are not enough: rounding happens at every step, and a way that first narrows and then widens makes
what was rounded in the narrows large, while a difference from the start has died away by then. So the growth is taken
from the narrowest step on, and from runs that start farther beside, in which the narrows can be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

GONE = 1e100  # a path that has come so far has diverged
SHAKE = 1e-15  # how far beside, as a part of the start: some five times the distance between two numbers
FARTHER = 1e4  # times as far beside, to see how a way narrows and widens
ALLOWANCE = 100  # two programs round anew at every step, and in numbers that are larger than the parameters


@dataclass(frozen=True)
class Agreement:
    """Two paths side by side, and how far a start beside the first one's would have led from it.

    Attributes
    ----------
    agrees : bool
        They are never farther apart than the tolerance, and what such starts explain.
    steps : int
        How many steps were compared.
    calm : int
        For how many of them a hair's breadth at the start makes no difference that counts.
    parted_at : int, optional
        The first step at which they are farther apart than the tolerance; None if they never are.
    apart : float
        How far, there, or at most: as a part of the largest number on the path so far.
    shake, beside : float
        How far beside those runs started, and how far they are there, or at most.
    """

    agrees: bool
    steps: int
    calm: int
    parted_at: int | None
    apart: float
    shake: float
    beside: float

    def __str__(self) -> str:
        if self.parted_at is None:
            return f"they agree over {self.steps} steps, to {self.apart:.1g}"
        hair = f"a run that starts {self.shake:.1g} beside the first is {self.beside:.1g} from it there"
        verdict = "this is rounding that grew, and no other rule" if self.agrees else "rounding does not explain that"
        return f"they part at step {self.parted_at}, by {self.apart:.1g}; {hair}: {verdict}"


def compare(path: np.ndarray, other: np.ndarray, beside: np.ndarray, tolerance: float = 1e-12) -> Agreement:
    """Compare two paths of one rule.

    Parameters
    ----------
    path, other : (steps + 1, ...)
        What the two ways of running it recorded: parameters, or anything else.
    beside : (6, steps + 1, ...)
        The first way again, from the starts that `shaken` gives.
    tolerance : float
        How far apart the two may be where nothing grows, as a part of the largest number so far.
    """
    apart = distances(path, other)
    hair, shake = _widening(np.array([distances(path, each) for each in beside]))
    explained = np.maximum(tolerance, ALLOWANCE * hair)
    wrong, far, grown = (_first(~(a <= b)) for a, b in ((apart, explained), (apart, tolerance), (explained, tolerance)))
    parted_at = far if wrong is None else wrong
    where = int(np.argmax(apart)) if parted_at is None else parted_at
    calm = len(path) - 1 if grown is None else max(grown - 1, 0)
    return Agreement(wrong is None, len(path) - 1, calm, parted_at, float(apart[where]), shake, float(hair[where]))


def distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How far two records of shape (steps + 1, ...) are apart at each step, relative to the first's size so far."""
    first, second = (np.reshape(each, (len(each), -1)) for each in (first, second))
    if first.shape[1] == 0:
        return np.zeros(len(first))
    with np.errstate(all="ignore"):
        apart = np.abs(first - second).max(axis=1)
        size = np.fmax.accumulate(np.abs(first).max(axis=1))
        relative = np.where(apart == 0, 0.0, apart / size)
    gone = [~(np.abs(each).max(axis=1) < GONE) for each in (first, second)]
    relative[gone[0] & gone[1]] = 0.0
    return np.where(np.isnan(relative) | (gone[0] ^ gone[1]), np.inf, relative)


def shaken(start: Sequence[float] | np.ndarray, by: float = SHAKE) -> np.ndarray:
    """Starts a hair's breadth beside one, and farther, (6, *shape): larger numbers, and every second one smaller."""
    start = np.asarray(start, float)
    signs = np.resize([1.0, -1.0], start.size).reshape(start.shape)
    unit = by * (np.abs(start).max(initial=0.0) or 1.0)
    sides = np.stack([np.ones(start.shape), signs, -signs])
    return np.concatenate([start + unit * sides, start + FARTHER * unit * sides])


def _first(met: np.ndarray) -> int | None:
    return int(np.argmax(met)) if met.any() else None


def _widening(apart: np.ndarray) -> tuple[np.ndarray, float]:
    """How far a hair's breadth has grown by each step, (steps + 1,), and how wide it is.

    `apart`: how far each run beside is from the first, at each step, (runs, steps + 1).
    """
    apart = np.nan_to_num(apart, nan=np.inf)
    shake = float(apart[:, 0].min())
    narrowest = np.minimum.accumulate(np.maximum(apart, shake / 5), axis=1)
    grown = shake * np.max(apart / narrowest, axis=0)
    seen = apart[apart[:, 0] <= 2 * shake].max(axis=0)
    return np.maximum.accumulate(np.fmax(grown, seen)), shake
