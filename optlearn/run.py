"""The record of a run, or of many: every loss, parameter, gradient and state, and what can be read off them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import tensorflow as tf

from optlearn.optimizers import Optimizer
from optlearn.problems import Problem
from optlearn.tunable import Hyper

WORLD = 1000  # a run has left the world when it is this many times farther out than the edge of the picture


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """What `train` and `sweep` return. For a sweep, every array has the sweep's axes in front.

    Attributes
    ----------
    params : (..., steps + 1, n), or (..., steps + 1, rows, columns)
        The parameters before the first update, after it, ..., after the last.
    loss : (..., steps + 1)
        The loss there, as the optimizer met it (that of the mini-batch, where the problem has one).
    gradient : as `params`
    state
        The optimizer's state, with an array (..., steps + 1, ...) in each of its fields.
    axes : dict
        The hyper-parameters swept over, in order, with their values. Empty for a single run.
    """

    optimizer: Optimizer
    problem: Problem
    params: np.ndarray
    loss: np.ndarray
    gradient: np.ndarray
    state: Any
    axes: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """Number of updates."""
        return self.loss.shape[-1] - 1

    @cached_property
    def diverged_at(self) -> int | None | np.ndarray:
        """First step that is not finite or has left the world: None if there is none.

        The world reaches a thousand times as far as `problem.bounds`. For a sweep: an array of floats, NaN for none.
        """
        points = self._points
        low, high = np.reshape(self.problem.bounds, (-1, 2)).T
        with np.errstate(all="ignore"):
            outside = np.abs(points - (low + high) / 2) > WORLD * (high - low) / 2
        return self._first(outside.any(axis=-1) | ~np.isfinite(points).all(axis=-1) | ~np.isfinite(self.loss))

    def stopped_at(self, tolerance: float = 1e-5, patience: int = 3) -> int | None | np.ndarray:
        """First step at which early stopping would have stopped; None (in a sweep NaN) if it never would.

        It stops when the loss has changed by no more than `tolerance` times itself, `patience` steps
        in a row; a larger change sets the count back to zero.
        """
        with np.errstate(all="ignore"):
            small = np.abs(np.diff(self.loss)) <= tolerance * np.abs(self.loss[..., :-1])
        in_a_row = np.zeros(small.shape[:-1], int)
        met = np.zeros(self.loss.shape, bool)
        for step in range(1, self.steps + 1):
            in_a_row = np.where(small[..., step - 1], in_a_row + 1, 0)
            met[..., step] = in_a_row >= patience
        return self._first(met)

    def reached(self, loss: float) -> int | None | np.ndarray:
        """First step at which the loss is at most `loss`; None (in a sweep NaN) if it never is."""
        with np.errstate(invalid="ignore"):
            return self._first(self.loss <= loss)

    def __getitem__(self, index: Any) -> Run:
        """One run, or some of the runs, of a sweep: `runs[3]`, `runs[:, 0]`."""
        index = index if isinstance(index, tuple) else (index,)
        if len(index) > len(self.axes):
            raise IndexError(f"This record has {len(self.axes)} axes {tuple(self.axes)}, not {len(index)}.")
        pick = dict(zip(self.axes, index, strict=False))
        values = {name: axis[pick.get(name, slice(None))] for name, axis in self.axes.items()}
        fixed = {name: float(value) for name, value in values.items() if np.ndim(value) == 0}

        def take(array: np.ndarray) -> np.ndarray:
            for place in reversed(range(len(index))):  # axis by axis: two lists pick rows and columns, not pairs
                array = array[(slice(None),) * place + (index[place],)]
            return array

        return Run(
            _set(self.optimizer, fixed),
            _set(self.problem, fixed),
            take(self.params),
            take(self.loss),
            take(self.gradient),
            tf.nest.map_structure(take, self.state),
            {name: value for name, value in values.items() if np.ndim(value)},
        )

    def as_one_of_many(self) -> Run:
        """A single run as a record with one axis, "run", of one entry."""
        parts = {name: tf.nest.map_structure(lambda part: part[None], getattr(self, name))
                 for name in ("params", "loss", "gradient", "state")}  # fmt: skip
        return Run(self.optimizer, self.problem, **parts, axes={"run": np.arange(1)})

    def to_frame(self) -> pd.DataFrame:
        """A long table for seaborn: a row for each step of each run, with the swept values, loss and parameters."""
        steps = np.arange(self.steps + 1)
        index = pd.MultiIndex.from_product([*self.axes.values(), steps], names=[*self.axes, "step"])
        columns = {"loss": self.loss.ravel()}
        points = self._points
        columns |= dict(zip(self.problem.parameter_names, points.reshape(-1, points.shape[-1]).T, strict=True))
        return pd.DataFrame(columns, index=index).reset_index()

    def __repr__(self) -> str:
        return self._describe_many() if self.axes else self._describe_one()

    def _describe_one(self) -> str:
        names = shortened(self.problem.parameter_names)
        last = self.steps if self.diverged_at is None else self.diverged_at
        lines = [f"{describe(self.optimizer)} on {describe(self.problem)}"]
        for word, step in (("start", 0), ("end", last)):
            point = shortened(f"{value:.4g}" for value in self._points[step])
            lines.append(f"  {word:<6} ({names}) = ({point}), loss {self.loss[step]:.4g}")
        return "\n".join([*lines, f"  why    {self._why()}"])

    def _why(self) -> str:
        diverged, stopped = self.diverged_at, self.stopped_at()
        if diverged is not None:
            return f"diverged at step {diverged} of {self.steps}"
        if stopped is not None:
            return f"tolerance met at step {stopped}: 3 steps in a row changed the loss by less than 0.001 %"
        return f"all {self.steps} steps used, the loss was still changing"

    def _describe_many(self) -> str:
        size = " x ".join(str(len(values)) for values in self.axes.values())
        axes = "\n".join(f"  {k:<15} {v.min():.4g} to {v.max():.4g}" for k, v in self.axes.items())
        diverged = int(np.isfinite(self.diverged_at).sum())
        final = self.loss[..., -1]
        with np.errstate(invalid="ignore"):
            best = np.unravel_index(np.nanargmin(np.where(np.isfinite(final), final, np.inf)), final.shape)
        at = ", ".join(f"{k}={v[i]:.4g}" for (k, v), i in zip(self.axes.items(), best, strict=True))
        return (
            f"{size} runs of {self.steps} steps: {describe(self.optimizer)} on {describe(self.problem)}\n{axes}\n"
            f"  diverged        {diverged} of {final.size}\n  smallest loss   {final[best]:.4g} at {at}"
        )

    @property
    def _points(self) -> np.ndarray:
        """The parameters row by row, shape (..., steps + 1, n), also where they are a matrix."""
        return self.params.reshape(*self.loss.shape, -1)

    def _first(self, met: np.ndarray) -> int | None | np.ndarray:
        """The first step at which a condition (..., steps + 1) holds."""
        first = np.where(met.any(axis=-1), met.argmax(axis=-1), np.nan)
        if self.axes:
            return first
        return None if np.isnan(first) else int(first)


def shortened(words: Iterable[str]) -> str:
    """The words in a row; of more than six, the first three and the last: "a, b, c, …, z"."""
    words = list(words)
    return ", ".join(words if len(words) <= 6 else [*words[:3], "…", words[-1]])


def describe(tunable: Optimizer | Problem) -> str:
    """Its name and numbers, four digits of each: "Adam(learning_rate=0.001, ...)"."""
    numbers = ", ".join(f"{name}={value:.4g}" for name, value in tunable.values.items())
    name = getattr(tunable, "name", type(tunable).__name__)
    return f"{name}({numbers})" if numbers else name


def _set(tunable: Optimizer | Problem, values: dict[str, float]) -> Any:
    return tunable.replace(**{name: value for name, value in values.items() if name in tunable.hypers()})


def check_axis(hypers: dict[str, Hyper], what: str, name: str, values: Any) -> np.ndarray:
    """The values (count,) that a hyper-parameter shall take; a ValueError if `what` has none of that name."""
    if name not in hypers:
        allowed = ", ".join(hypers) or "none"
        raise ValueError(f"{name}: no such hyper-parameter. {what} can sweep: {allowed}.")
    try:
        array = np.atleast_1d(np.asarray(values, float))
    except (TypeError, ValueError):
        array = np.array([np.nan])
    if array.ndim != 1 or array.size == 0 or not hypers[name].allows(array):
        raise ValueError(f"{name}={values!r}: every value must be {hypers[name].allowed}.")
    return array
