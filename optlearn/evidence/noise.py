"""One problem in the noise of many seeds, as a single program: compiling one for each would take most of the time."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import tensorflow as tf

from optlearn.problems import Problem
from optlearn.tunable import Scalar, hyper


@dataclass(frozen=True)
class Seeded(Problem):
    """Problems that differ in their seed alone, of which each step sees a row of a table.

    Their tables stand in one, each after the other, and `first` says at which row a run begins.

    Attributes
    ----------
    table : str
        What has a row for each step: noise, or the numbers of the points in a batch.
    data : tuple of str
        What has a row for each point, if the points differ.
    """

    problems: tuple[Problem, ...]
    table: str
    data: tuple[str, ...]
    first: Scalar = hyper(0.0, symbol="first", low=0.0, high=1.0, scale="linear")

    def __getattribute__(self, name: str) -> Any:
        if name in ("start", "bounds", "minima", "parameter_names"):
            return getattr(self.problems[0], name)
        return super().__getattribute__(name)

    @cached_property
    def tables(self) -> dict[str, Any]:
        """All problems' tables by name, each after the other; a batch finds its own problem's points."""
        made = {name: _joined([getattr(problem, name) for problem in self.problems]) for name in self.data}
        rows = [getattr(problem, self.table) for problem in self.problems]
        points = _length(made) // len(rows) if made else 0
        made[self.table] = np.concatenate([each + place * points for place, each in enumerate(rows)])
        with tf.init_scope():  # a program is given them: what it has as constants, each would hold several times
            return tf.nest.map_structure(tf.constant, made)

    def loss(self, params, step=None):
        problem = copy(self.problems[0])
        vars(problem).update(self.tables)  # where a cached_property keeps what it has made
        first = tf.cast(tf.reshape(self.first, (-1,))[0], tf.int32)
        length = len(self.tables[self.table]) // len(self.problems)
        return problem.loss(params, first if step is None else first + step % length)

    def project(self, params):
        return self.problems[0].project(params)


def in_one(problems: Sequence[Problem]) -> list[Problem]:
    """Each of the problems, as one that shares its program with the others where that can be done."""
    first, *others = problems
    if not others or not hasattr(first, "seed") or any(other.replace(seed=first.seed) != first for other in others):
        return list(problems)
    if not _changes_with_the_step(first):  # its seed draws data, and no noise
        return list(problems)
    differ = [name for name in _kept(first) if not _equal(getattr(first, name), getattr(others[0], name))]
    whole = [name for name in differ if getattr(getattr(first, name), "dtype", np.dtype(float)).kind == "i"]
    tables = whole or differ
    if len(tables) != 1:
        return list(problems)
    length = len(getattr(first, tables[0]))
    points = {_length(getattr(first, name)) for name in differ if name not in tables}
    data = tuple(name for name in _kept(first) if name not in tables and _length(getattr(first, name)) in points)
    return [Seeded(tuple(problems), tables[0], data, float(length * place)) for place in range(len(problems))]


@lru_cache(maxsize=32)
def _changes_with_the_step(problem: Problem) -> bool:
    start = tf.constant([problem.start], tf.float64)
    traced = tf.function(lambda step: problem.loss(start, step), autograph=False)
    step, *_ = traced.get_concrete_function(tf.TensorSpec((), tf.int32)).graph.inputs
    return bool(step.consumers())


def _kept(problem: Problem) -> list[str]:
    """The names of what a problem makes once, its names and minima apart."""
    names = {name for kind in type(problem).__mro__ for name, value in vars(kind).items() if _is_cached(value)}
    return sorted(names - {"minima", "parameter_names"})


def _length(value: Any) -> int:
    return len(tf.nest.flatten(value)[0])


def _is_cached(value: Any) -> bool:
    return isinstance(value, cached_property)


def _joined(values: list[Any]) -> Any:
    return tf.nest.map_structure(lambda *parts: np.concatenate(parts), *values)


def _equal(one: Any, other: Any) -> bool:
    pairs = zip(tf.nest.flatten(one), tf.nest.flatten(other), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)
