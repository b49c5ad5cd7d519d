"""What a picture shows, in one line of text: for screen readers, for tests, and for who looks away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optlearn.run import Run
from optlearn.tunable import Hyper


def outcomes(runs: Run, brief: bool = False) -> list[str]:
    """One sentence for each run of a record with one axis of runs: where it got, or where it was lost."""
    diverged, left, there = runs.diverged_at, left_at(runs), settled_at(runs)
    return [_outcome(runs, brief, *each) for each in zip(range(len(runs.loss)), diverged, left, there, strict=True)]


def outcomes_of(tracks: Sequence[Run], labels: Sequence[str]) -> list[str]:
    """The same for several tracks side by side, each by its label, and where two of them part."""
    if len(tracks) == 1:
        return outcomes(tracks[0])
    each = [
        [f"{label}: {text}" for text in outcomes(runs, brief=True)] for label, runs in zip(labels, tracks, strict=True)
    ]
    texts = ["; ".join(parts) for parts in zip(*each, strict=True)]
    if len(tracks) != 2:
        return texts
    ends = (f"they part at step {step:.0f}" if step >= 0 else "they do not part" for step in parted_at(tracks))
    return [f"{text}; {end}" for text, end in zip(texts, ends, strict=True)]


def parted_at(tracks: Sequence[Run]) -> np.ndarray:
    """The first step at which two tracks stand visibly apart, by 1/200 of the picture: (runs,), −1 for never."""
    first, second = (runs.params.reshape(*runs.loss.shape, -1) for runs in tracks)
    low, high = np.reshape(tracks[0].problem.bounds, (-1, 2)).T
    with np.errstate(all="ignore"):
        together = (np.abs(first - second) <= (high - low) / 200).all(axis=-1)
    gone = np.arange(together.shape[-1]) > np.fmin(*(runs.diverged_at for runs in tracks))[:, None]
    apart = ~together & ~gone
    return np.where(apart.any(axis=-1), apart.argmax(axis=-1), -1)


def left_at(runs: Run) -> np.ndarray:
    """The first step at which each run is outside the picture, NaN for never: nowhere is not outside."""
    if not runs.problem.is_plane:
        return np.full(len(runs.loss), np.nan)
    low, high = np.transpose(runs.problem.bounds)
    outside = ((runs.params < low) | (runs.params > high)).any(axis=-1)
    outside &= np.arange(runs.steps + 1) <= np.nan_to_num(runs.diverged_at, nan=np.inf)[:, None]
    return np.where(outside.any(axis=-1), outside.argmax(axis=-1), np.nan)


def settled_at(runs: Run) -> np.ndarray:
    """The step from which each run stays within 0.1 % of its first height above the smallest loss.

    NaN for never, and for a start that is as low as rounding can tell: from there no way leads down.
    """
    if not runs.problem.minima or not runs.problem.is_plane:
        return np.full(len(runs.loss), np.nan)
    smallest = runs.problem.loss(np.array(runs.problem.minima)).numpy().min()
    with np.errstate(invalid="ignore"):
        height, loss = runs.loss[:, :1] - smallest, runs.loss
        there = (loss - smallest <= 0.001 * height) & (height > 1e-12 * np.abs(loss[:, :1]))
    last_away = runs.steps - (~there[:, ::-1]).argmax(axis=-1)
    return np.where(there.all(axis=-1), 0, np.where(there[:, -1], last_away + 1, np.nan))


def _outcome(runs: Run, brief: bool, index: int, diverged: float, left: float, there: float) -> str:
    words = []
    if np.isfinite(left):
        words.append(f"left the picture at step {left:.0f}")
    if np.isfinite(diverged):
        return ", ".join([*words, f"diverged at step {diverged:.0f}"])
    where = ""
    if not runs.problem.is_plane:
        where = f", {runs.problem.in_words(runs.params[index])}"
    elif not brief:
        names = ", ".join(runs.problem.parameter_names)
        where = f", at ({names}) = ({', '.join(number(value) for value in runs.params[index, -1])})"
    words.append(f"loss {number(runs.loss[index, -1])} after {runs.steps} steps{where}")
    if np.isfinite(there):
        words.append(f"99.9 % of the way down from step {there:.0f}")
    return ", ".join(words)


def numbers_in_words(hypers: dict[str, Hyper], values: dict[str, float]) -> str:
    """The numbers of a run in the letters of the formula: "η = 0.01, β = 0.9"."""
    return ", ".join(f"{about.symbol} = {number(values[name])}" for name, about in hypers.items() if name in values)


def number(value: float) -> str:
    """Four significant digits, with a true minus sign."""
    return f"{value:.4g}".replace("-", "−")
