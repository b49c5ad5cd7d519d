"""Quantities of a run, by their description as data: what a goal asks for, and what its words tell."""

from __future__ import annotations

from typing import Any

import numpy as np

from optlearn.run import Run


def owner_of(name: str, run: Run) -> Any:
    """What has a number of this name, the rule or the problem; a ValueError, if neither."""
    for owner in (run.optimizer, run.problem):
        if name in owner.hypers():
            return owner
    names = ", ".join([*run.optimizer.hypers(), *run.problem.hypers()])
    raise ValueError(f"{name!r}: the lab has no such number. It has: {names}.")


def measured(quantity: dict[str, Any], run: Run, *others: Run) -> float:
    """A quantity of a run.

    Raises
    ------
    ValueError
        If the run has no such number, step, parameter, or state.
    """
    if quantity["of"] == "value":
        return float(owner_of(quantity["name"], run).values[quantity["name"]])
    steps = _steps(quantity, run)
    values = np.asarray(SERIES[quantity["of"]](quantity, steps, run, *others), float)
    return float(getattr(np, quantity.get("by", "max"))(values))


def _steps(quantity: dict[str, Any], run: Run) -> slice:
    every = range(run.steps + 1)
    at, steps = quantity.get("at"), slice(quantity.get("from"), quantity.get("to"))
    if at is not None and -len(every) <= at < len(every):
        return slice(at % len(every), at % len(every) + 1)
    if at is not None or not len(every[steps]):
        where = f"[{at}]" if at is not None else f"[{steps.start}:{'' if steps.stop is None else steps.stop}]"
        raise ValueError(f"{quantity['of']}{where}: a run of {run.steps} steps has [0] to [{run.steps}].")
    return slice(every[steps].start, every[steps].stop)


def _rows(points: np.ndarray) -> np.ndarray:
    return points.reshape(len(points), -1)


def _param(quantity: dict[str, Any], steps: slice, run: Run, *others: Run) -> np.ndarray:
    rows = _rows(run.params[steps])
    return rows[:, _index(quantity, rows.shape[1])]


def _height(quantity: dict[str, Any], steps: slice, run: Run, *others: Run) -> np.ndarray:
    field, problem = quantity.get("field"), run.problem
    fields = getattr(run.state, "_fields", ())
    if field is not None and field not in fields:
        raise ValueError(f"height_of({field!r}): the rule keeps {', '.join(fields) or 'nothing'}.")
    if not problem.minima or not problem.is_plane:
        raise ValueError(f"height: where {problem.name} is lowest is not known.")
    points = run.params if field is None else getattr(run.state, field)
    return problem.loss(points[steps]).numpy() - problem.loss(np.array(problem.minima)).numpy().min()


def _watched(quantity: dict[str, Any], steps: slice, run: Run, *others: Run) -> np.ndarray:
    lines = run.problem.watched(run.params)
    return lines[steps, _index(quantity, lines.shape[1])]


def _zeros(quantity: dict[str, Any], steps: slice, run: Run, *others: Run) -> np.ndarray:
    rows = _rows(run.params[steps])
    return np.count_nonzero(rows[:, _index(quantity, rows.shape[1]) :] == 0, axis=1)


def _apart(quantity: dict[str, Any], steps: slice, run: Run, *others: Run) -> np.ndarray:
    if not others:
        raise ValueError("apart: the lab has one rule only.")
    return np.abs(_rows(run.params[steps]) - _rows(others[0].params[steps])).max(axis=1)


def _index(quantity: dict[str, Any], count: int) -> int:
    if not 0 <= quantity["index"] < count:
        raise ValueError(f"{quantity['of']}({quantity['index']}): there are 0 to {count - 1}.")
    return quantity["index"]


SERIES = {
    "loss": lambda quantity, steps, run, *others: run.loss[steps],
    "param": _param,
    "height": _height,
    "watched": _watched,
    "zeros": _zeros,
    "apart": _apart,
}
