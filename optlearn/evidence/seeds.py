"""What a seed stands for, and a rule run once for each of many."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np
import tensorflow as tf

from optlearn.evidence.noise import in_one
from optlearn.loop import WORTH, run_all
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem
from optlearn.run import Run
from optlearn.training import check_start, check_steps

Case = tuple[Problem, np.ndarray]  # a problem with its noise, and a start


def seeded(problem: Problem, seed: int, start: Sequence | None = None) -> Case:
    """The problem and the start of a seed: it draws the noise where there is some, and otherwise the start.

    With a start, all seeds of a problem without noise are one case.
    """
    if "seed" in {field.name for field in dataclasses.fields(problem)}:
        return problem.replace(seed=int(seed)), check_start(problem, start)
    return problem, check_start(problem, start, None if start is not None else seed)


def turned(point: Sequence[float], degrees: float) -> tuple[float, float]:
    """A start (x, y) turned about the origin, as a valley is: else a rule is blamed for where it began."""
    angle = np.deg2rad(degrees)
    x, y = point
    return (float(np.cos(angle) * x - np.sin(angle) * y), float(np.sin(angle) * x + np.cos(angle) * y))


def cases_of(problem: Problem, seeds: Iterable[int] | None, start: Sequence | None) -> list[Case]:
    """The cases that rules are scored on: one for each seed, or the one start."""
    if seeds is None:
        return [(problem, check_start(problem, start))]
    cases = [seeded(problem, seed, start) for seed in seeds]
    if not cases:
        raise ValueError("seeds: give at least one, such as range(12).")
    return cases


def over_seeds(
    rule: Optimizer,
    problem: Problem,
    steps: int = 500,
    *,
    seeds: Iterable[int] = range(12),
    start: Sequence | None = None,
) -> Run:
    """Run a rule once for each seed: one record, with an axis "seed", from one program.

    >>> ends = over_seeds(Adam(0.1), NoisyParabolaFit(), 500).loss[:, -1]  # (12,)

    A seed draws what `seeded` says. The record's `problem` is the one given; its data may be those of another seed.
    """
    check_steps(steps)
    seeds = list(seeds)
    cases = cases_of(problem, seeds, start)
    alike = len({each for each, _ in cases}) == 1
    if alike:
        record = run_all(rule, problem, steps, np.array([point for _, point in cases]), {})
    else:
        noises = in_one([noise for noise, _ in cases])
        starts, lengths = [point[None] for _, point in cases], [steps] * len(cases)
        worth = len(cases) * steps > WORTH
        records = [run_all(rule, *each, {}, compiled=worth) for each in zip(noises, lengths, starts, strict=True)]
        record = tf.nest.map_structure(lambda *parts: np.concatenate(parts), *records)
    return Run(rule, problem, axes={"seed": np.array(seeds)}, **record)
