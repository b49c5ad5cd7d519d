"""Run an optimizer on a problem: `train` once, `sweep` thousands of times in one compiled call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from optlearn.loop import run_all
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem
from optlearn.problems.base import sized
from optlearn.run import Run, check_axis, shortened
from optlearn.tunable import check_whole

__all__ = ["Run", "sweep", "train"]


def train(
    optimizer: Optimizer,
    problem: Problem,
    steps: int = 500,
    start: Sequence | None = None,
    seed: int | None = None,
) -> Run:
    """Run an optimizer on a problem, and record everything.

    Parameters
    ----------
    steps : int
        Number of updates, at least 1.
    start : n numbers, or rows of numbers, optional
        Where to begin; otherwise `problem.start`.
    seed : int, optional
        Instead of a start: draw one at random, uniformly within `problem.bounds`.

    Returns
    -------
    Run
        With `loss` of shape (steps + 1,), `params` and `gradient` of shape (steps + 1, *problem.shape),
        and `state`.

    Raises
    ------
    ValueError
        If steps, start or seed make no sense; the message says what is allowed.
    """
    return sweep(optimizer, problem, steps, start, seed)


def sweep(
    optimizer: Optimizer,
    problem: Problem,
    steps: int = 500,
    start: Sequence | None = None,
    seed: int | None = None,
    **axes: Any,
) -> Run:
    """Run every combination of some hyper-parameter values at once.

    >>> runs = sweep(Adam(), ParabolaFit(), learning_rate=np.geomspace(1e-4, 1, 61), beta_1=[0, 0.9, 0.99])
    >>> runs.loss.shape
    (61, 3, 501)

    Parameters
    ----------
    **axes
        Hyper-parameters of the optimizer or of the problem, each with the values it shall take. They
        become the leading axes of the record, in this order. All else is as in `train`.
    """
    check_kind("optimizer", optimizer, Optimizer, "SGD(learning_rate=0.01)")
    check_kind("problem", problem, Problem, "ParabolaFit()")
    check_steps(steps)
    start = check_start(problem, start, seed)
    hypers = {**optimizer.hypers(), **problem.hypers()}
    axes = {name: check_axis(hypers, f"{optimizer} on {problem}", name, values) for name, values in axes.items()}

    meshes = np.meshgrid(*axes.values(), indexing="ij")
    shape = tuple(len(values) for values in axes.values())
    numbers = {name: mesh.ravel() for name, mesh in zip(axes, meshes, strict=True)}
    starts = np.repeat(start[None], int(np.prod(shape)), axis=0)
    record = run_all(optimizer, problem, steps, starts, numbers)
    record = tf.nest.map_structure(lambda part: part.reshape(*shape, *part.shape[1:]), record)
    return Run(optimizer, problem, axes=axes, **record)


def check_steps(steps: Any) -> None:
    """Raise a ValueError unless `steps` is a whole number of at least 1."""
    check_whole(f"steps={steps!r}", "steps", steps)


def check_start(problem: Problem, start: Any = None, seed: int | None = None) -> np.ndarray:
    """The start as an array of shape `problem.shape`: the one given, or drawn from a seed, or the problem's own.

    Raises
    ------
    ValueError
        If it has the wrong shape, is not finite or not allowed, if the seed is no whole number, if both
        are given, or if the problem's own start, bounds and names do not fit each other.
    """
    _check_shapes(problem)
    if start is not None and seed is not None:
        raise ValueError(f"start={start!r} and seed={seed!r}: give one of them, not both.")
    if seed is not None:
        check_whole(f"seed={seed!r}", "seed", seed, least=0)
        drawn = np.random.default_rng(seed).uniform(*np.moveaxis(problem.bounds, -1, 0))
        return np.asarray(problem.project(drawn))
    wanted = f"{sized(problem.shape, 'finite numbers')}, one for each of {shortened(problem.parameter_names)}"
    try:
        point = np.array(problem.start if start is None else start, float)
    except (TypeError, ValueError):
        raise ValueError(f"start={start!r}: start must be {wanted}.") from None
    if point.shape != problem.shape or not np.isfinite(point).all():
        raise ValueError(f"start={start!r} has shape {point.shape}: start must be {wanted}.")
    nearest = np.asarray(problem.project(point))
    if nearest is not point and not np.allclose(nearest, point, rtol=1e-12):
        raise ValueError(f"start={start!r}: {problem.name} does not allow it; the nearest point is {nearest.tolist()}.")
    return point


def _check_shapes(problem: Problem) -> None:
    """Raise a ValueError unless start, bounds and names of a problem fit each other."""
    shape, names, bounds = problem.shape, problem.parameter_names, np.shape(problem.bounds)
    if len(shape) not in (1, 2) or len(names) != np.prod(shape) or bounds != (*shape, 2):
        raise ValueError(
            f"{problem.name} has a start of shape {shape}, bounds of shape {bounds} and {len(names)} names. "
            "They must be (n,), (n, 2) and n, or (rows, columns), (rows, columns, 2) and rows * columns."
        )


def check_kind(argument: str, value: Any, kind: type, example: str) -> None:
    """Raise a TypeError unless `value` is an object of that kind."""
    if not isinstance(value, kind):
        raise TypeError(f"{argument}={value!r}: {argument} must be an object such as {example}.")
