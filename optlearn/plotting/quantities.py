"""What is worth seeing inside an optimizer, over the steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from optlearn.problems import Problem
from optlearn.run import Run

RATE = "effective rate |Δθ| / |g|"


def quantities(run: Run) -> dict[str, np.ndarray]:
    """What is worth seeing inside the optimizer: for each name an array like `run.params`.

    The gradient, every field of the state that has the parameters' shape and is used, and the effective rate
    |Δθ| / |g|: how far a step went for each unit of gradient, where the step is more than rounding.
    With more than three, the gradient is left out. Of matrices and of more than four parameters, all
    these are norms.
    """
    if not shown_one_by_one(run.problem):
        return _norms(run)
    found = {"gradient g": run.gradient}
    for name, values in _kept(run.state):
        if values.shape == run.params.shape and values.any():
            found[f"state {name}"] = values
    with np.errstate(all="ignore"):
        step, before = np.abs(np.diff(run.params, axis=-2)), run.params[..., :-1, :]
        rate = np.where(step > 100 * np.spacing(np.abs(before)), step / np.abs(run.gradient[..., :-1, :]), np.nan)
    found[RATE] = np.concatenate([rate, rate[..., -1:, :]], axis=-2)
    if len(found) > 3:
        del found["gradient g"]
    return found


def shown_one_by_one(problem: Problem) -> bool:
    """Whether the inside of an optimizer is shown for each parameter: there are no more than four, in a vector."""
    return len(problem.shape) == 1 and problem.shape[0] <= 4


def _kept(state: Any) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays that a state names; those of a scheduled rule's own state among them."""
    for name in getattr(state, "_fields", ()):
        part = getattr(state, name)
        yield from _kept(part) if hasattr(part, "_fields") else [(name, part)]


def _norms(run: Run) -> dict[str, np.ndarray]:
    lead = run.loss.shape
    found = {"gradient g": run.gradient}
    for name, values in _kept(run.state):
        if values.ndim > len(lead) and values.any():
            found[f"state {name}"] = values
    with np.errstate(all="ignore"):
        found = {f"‖{name}‖": np.linalg.norm(v.reshape(*lead, -1), axis=-1)[..., None] for name, v in found.items()}
        step = np.linalg.norm(np.diff(run.params, axis=len(lead) - 1).reshape(*lead[:-1], run.steps, -1), axis=-1)
        rate = step[..., None] / found["‖gradient g‖"][..., :-1, :]
    found[RATE] = np.concatenate([rate, rate[..., -1:, :]], axis=-2)
    if len(found) > 3:
        del found["‖gradient g‖"]
    return found
