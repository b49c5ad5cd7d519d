"""What the kernel does for a lab: runs for code, runs in place of the browser's, and a check of these."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import tensorflow as tf

from optlearn.live.offer import Offer
from optlearn.live.parts import refused
from optlearn.live.regimes import regimes
from optlearn.loop import run_all
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem
from optlearn.run import Run
from optlearn.training import train

GRID = 96  # points along each side of a landscape that is computed here
AGREEMENT = 1e-9  # as a share of the largest number of a record
CHAOS = 1e3  # times as far as the kernel's own runs part when one begins a rounding error away


class Kernel:
    """Runs the states of an offer, and remembers the last."""

    def __init__(self, offer: Offer):
        self._offer, self._key, self._runs = offer, "", []

    def runs(self, state: dict[str, Any]) -> list[Run]:
        """A run for each rule."""
        optimizers, problem = self._offer.owners(state)
        key = json.dumps([state, str(problem)])
        if key != self._key:
            self._runs = self._run(optimizers, problem, state["steps"], state["start"])
            self._key = key
        return self._runs

    def _run(self, optimizers: list[Optimizer], problem: Problem, steps: int, start: list) -> list[Run]:
        return [train(each, problem, steps, start) for each in optimizers]

    def try_out(self, parts: dict[str, Any], state: dict[str, Any]) -> None:
        """Run what the browser cannot, so that what is wrong with it is raised here and now."""
        problem = self._offer.problems[state["problem"]]
        if any(refused(parts, index, problem) for index in range(len(self._offer.optimizers))):
            self.runs(state)

    def notice(self, parts: dict[str, Any], problem: Problem) -> str:
        """Which rules the kernel runs, and why, in a line."""
        whys = {
            type(each).__name__: refused(parts, index, problem) for index, each in enumerate(self._offer.optimizers)
        }
        return " ".join(f"The kernel runs {name}: {why}." for name, why in whys.items() if why)

    def ends(self, state: dict[str, Any], numbers: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Loss at the end and regime of the first rule, for values of two numbers: both (second, first)."""
        (optimizer, *_), problem = self._offer.owners(state)
        names, shape = list(numbers), tuple(len(values) for values in reversed(numbers.values()))
        across, up = (mesh.ravel() for mesh in np.meshgrid(*numbers.values()))
        starts = np.broadcast_to(np.asarray(state["start"], float), (across.size, *problem.shape))
        values = dict(zip(names, (across, up), strict=True))
        record = run_all(optimizer, problem, state["steps"], starts, values, compiled=False)
        runs = Run(optimizer, problem, axes={"place": np.arange(across.size)}, **record)
        return runs.loss[:, -1].reshape(shape), regimes(runs).reshape(shape)

    def results(self, wish: dict[str, Any]) -> dict[str, Any]:
        """All that the browser needs to draw a state, for each rule: see `unpacked` in kernel.js."""
        runs = self.runs({name: wish[name] for name in ("values", "start", "problem", "steps")})
        return {"key": wish["key"], "results": [_result(run) for run in runs]}

    def agrees(self, report: dict[str, Any]) -> bool:
        """Whether some rows of the browser's record are those of the kernel's, as far as chaos lets them be.

        Chaos is measured: how far the kernel's own run parts from one that begins a rounding error away.
        """
        state = {name: report[name] for name in ("values", "start", "problem", "steps")}
        run = self.runs(state)[report["index"]]
        start = np.asarray(state["start"])
        near = train(run.optimizer, run.problem, run.steps, run.problem.project(start * (1 + 2**-52) + 2**-60))
        last = run.steps if run.diverged_at is None else run.diverged_at - 1
        for row in report["rows"]:
            step, *numbers = int(row[0]), *map(float, row[1:])
            if step > last:
                return True
            with np.errstate(all="ignore"):
                here, there = (_row(each)[: step + 1, : len(numbers)] for each in (run, near))
                scale, parted = np.abs(here).max(axis=0), np.abs(here - there).max(axis=0)
                if not (np.abs(here[-1] - numbers) <= AGREEMENT * scale + CHAOS * parted + 1e-300).all():
                    return False
        return True


def _row(run: Run) -> np.ndarray:
    """Loss and parameters, (steps + 1, 1 + n)."""
    return np.column_stack([run.loss, run.params.reshape(run.steps + 1, -1)])


def _result(run: Run) -> dict[str, Any]:
    """The record of a run as the browser keeps one, and what there is to know of its problem."""
    problem = run.problem
    named = {"params": run.params, "loss": run.loss, "gradient": run.gradient, **dict(_fields(run.state))}
    columns, rows, at = {}, [], 0
    for name, values in named.items():
        columns[name] = {"at": at, "shape": list(values.shape[1:])}
        rows.append(values.reshape(run.steps + 1, -1))
        at += rows[-1].shape[1]
    result = {"data": np.concatenate(rows, axis=1).tobytes(), "width": at, "columns": columns}
    result |= {"steps": run.steps, "k": list(problem.values.values()), "watched": [], "smallest": 0.0}
    if not problem.is_plane:
        return result | {"watched": [np.ascontiguousarray(line).tobytes() for line in problem.watched(run.params).T]}
    if problem.minima:
        result["smallest"] = float(problem.loss(tf.constant(problem.minima, tf.float64)).numpy().min())
    return result | {"heights": problem.grid(GRID)[2].tobytes(), "count": GRID}


def _fields(state: Any, path: str = "state"):
    """state.m, state.rule.v, ... and the array of each."""
    for name in getattr(state, "_fields", ()):
        part = getattr(state, name)
        yield from _fields(part, f"{path}.{name}") if hasattr(part, "_fields") else [(f"{path}.{name}", part)]
