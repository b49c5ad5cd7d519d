"""What a picture shows, in one line of text: for screen readers, for tests, and for who looks away."""

from __future__ import annotations

import numpy as np

from optlearn.run import Run


def outcomes(runs: Run) -> list[str]:
    """One sentence for each run of a record with one axis of runs: where it got, or where it was lost."""
    diverged, left, there = runs.diverged_at, left_at(runs), settled_at(runs)
    return [_outcome(runs, *each) for each in zip(range(len(runs.loss)), diverged, left, there, strict=True)]


def left_at(runs: Run) -> np.ndarray:
    """The first step at which each run is outside the picture, NaN for never: nowhere is not outside."""
    low, high = np.transpose(runs.problem.bounds)
    outside = ((runs.params < low) | (runs.params > high)).any(axis=-1)
    outside &= np.arange(runs.steps + 1) <= np.nan_to_num(runs.diverged_at, nan=np.inf)[:, None]
    return np.where(outside.any(axis=-1), outside.argmax(axis=-1), np.nan)


def settled_at(runs: Run) -> np.ndarray:
    """The step from which each run stays within 0.1 % of its first height above the smallest loss; NaN for never."""
    if not runs.problem.minima:
        return np.full(len(runs.loss), np.nan)
    smallest = runs.problem.loss(np.array(runs.problem.minima)).numpy().min()
    with np.errstate(invalid="ignore"):
        there = runs.loss - smallest <= 0.001 * (runs.loss[:, :1] - smallest)
    last_away = runs.steps - (~there[:, ::-1]).argmax(axis=-1)
    return np.where(there.all(axis=-1), 0, np.where(there[:, -1], last_away + 1, np.nan))


def _outcome(runs: Run, index: int, diverged: float, left: float, there: float) -> str:
    words = []
    if np.isfinite(left):
        words.append(f"left the picture at step {left:.0f}")
    if np.isfinite(diverged):
        return ", ".join([*words, f"diverged at step {diverged:.0f}"])
    names = ", ".join(runs.problem.parameter_names)
    point = ", ".join(number(value) for value in runs.params[index, -1])
    words.append(f"loss {number(runs.loss[index, -1])} after {runs.steps} steps, at ({names}) = ({point})")
    if np.isfinite(there):
        words.append(f"99.9 % of the way down from step {there:.0f}")
    return ", ".join(words)


def number(value: float) -> str:
    """Four significant digits, with a true minus sign."""
    return f"{value:.4g}".replace("-", "−")
