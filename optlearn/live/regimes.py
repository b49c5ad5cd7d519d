"""What a run does: it creeps, it rings, or it leaves. The browser tells them apart in the same way: see regimes.js."""

from __future__ import annotations

import numpy as np

from optlearn.run import Run

CREEPS, RINGS, LEAVES = range(3)


def regimes(runs: Run) -> np.ndarray:
    """The regime of each of some runs on a plane, (runs,)."""
    with np.errstate(all="ignore"):
        return np.where(_leaves(runs), LEAVES, np.where(_rings(runs), RINGS, CREEPS))


def _leaves(runs: Run) -> np.ndarray:
    """It ends nowhere, a thousand times as far out as the picture, or higher than it began with steps that grow."""
    low, high = np.transpose(runs.problem.bounds)
    last = runs.loss[:, -1]
    near = (np.abs(runs.params[:, -1] - (low + high) / 2) <= 500 * (high - low)).all(axis=-1)
    moves = np.abs(np.diff(runs.params, axis=1)).max(axis=-1)
    early, late = (_longest(moves, runs.steps, *part) for part in ((0.25, 0.5), (0.75, 1)))
    return ~np.isfinite(last) | ~near | ((last > runs.loss[:, 0]) & (late > early))


def _longest(moves: np.ndarray, steps: int, begin: float, end: float) -> np.ndarray:
    part = moves[:, int(begin * steps) : int(end * steps)]
    return np.fmax.reduce(part, axis=1, initial=0.0)


def _rings(runs: Run) -> np.ndarray:
    """A parameter turns round oftener than there are parameters, which a sum of decays cannot."""
    low, high = np.transpose(runs.problem.bounds)
    moves = np.diff(runs.params, axis=1)
    signs = np.where(np.abs(moves) < 1e-6 * (high - low), 0, np.where(moves > 0, 1, -1))
    turns, before = np.zeros(signs[:, 0].shape, int), np.zeros(signs[:, 0].shape, int)
    for now in np.moveaxis(signs, 1, 0):
        turns += (now != 0) & (before != 0) & (now != before)
        before = np.where(now != 0, now, before)
    return (turns > signs.shape[-1]).any(axis=-1)
