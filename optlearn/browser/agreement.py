"""Whether the browser's record of a run is the kernel's: equal, apart by chaos, or really different."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import tensorflow as tf

from optlearn.browser.rule import field_names

TOLERANCE = 1e-9
NOISE = 1e4  # times as far as two runs of the kernel are apart, rounding that differs at every step may lead
LATER = 2  # steps by which one run may leap later than another
GONE = 1e100  # a run that has come so far has diverged


class Agreement(NamedTuple):
    """What a comparison found.

    Attributes
    ----------
    kind : {"equal", "chaos", "different"}
    column : str
        Which part of the record is the first to differ; "" if none is.
    step : int
        At which step it does; -1 if it does not.
    distance : float
        Largest difference up to there, relative to the largest number of that column so far.
    """

    kind: Literal["equal", "chaos", "different"]
    column: str
    step: int
    distance: float


def agreement(
    kernel: dict[str, Any], browser: dict[str, np.ndarray], *others: dict[str, Any], tolerance: float = TOLERANCE
) -> Agreement:
    """Compare the browser's record of a run with the kernel's.

    Parameters
    ----------
    kernel : dict
        "params" of shape (steps + 1, *shape), "loss", "gradient" and "state", as `run_all` gives them.
    browser : dict
        As `unpacked` gives it.
    *others : dict
        The kernel's records of what should be the same run: not compiled, or from starts (`nearby`) and with numbers
        a rounding error away. Where these part from the first as early, no rounding can be right or wrong.
    """
    own = by_column(kernel)
    furthest = 0.0
    found = []
    for name, values in own.items():
        apart = distances(values, browser[name])
        step = _first(apart, tolerance)
        furthest = max(furthest, float(apart[: step + 1 or None].max()))
        if step >= 0:
            found.append((step, name))
    if not found:
        return Agreement("equal", "", -1, furthest)
    step, name = min(found)
    apart = distances(own[name], browser[name])[step]
    noise = [distances(own[name], by_column(other)[name])[: step + LATER + 1].max() for other in others]
    chaos = max(noise, default=0.0) * NOISE >= apart
    return Agreement("chaos" if chaos else "different", name, step, float(apart))


def distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How far two records of shape (steps + 1, ...) are apart at each step, relative to the first's size so far."""
    first, second = (np.reshape(each, (len(each), -1)) for each in (first, second))
    if first.shape[1] == 0:
        return np.zeros(len(first))
    with np.errstate(all="ignore"):
        apart = np.abs(first - second).max(axis=1)
        size = np.fmax.accumulate(np.abs(first).max(axis=1))
        relative = np.where(apart == 0, 0.0, apart / size)
    gone = [~(np.abs(each).max(axis=1) < GONE) for each in (first, second)]
    relative[gone[0] & gone[1]] = 0.0
    return np.where(np.isnan(relative) | (gone[0] ^ gone[1]), np.inf, relative)


def _first(apart: np.ndarray, tolerance: float) -> int:
    beyond = apart > tolerance
    return int(beyond.argmax()) if beyond.any() else -1


def by_column(record: dict[str, Any]) -> dict[str, np.ndarray]:
    """The parts of the kernel's record by the names of the browser's columns."""
    names, leaves = field_names(record["state"]), tf.nest.flatten(record["state"])
    fixed = {name: record[name] for name in ("params", "loss", "gradient")}
    return fixed | dict(zip(names, leaves, strict=True))


def unpacked(record: np.ndarray, columns: dict[str, dict[str, Any]]) -> dict[str, np.ndarray]:
    """The columns of a record that the browser has filled: each of shape (steps + 1, ...).

    Parameters
    ----------
    record : (steps + 1, width), or flat
    columns : dict
        As the engine of compose.js has it.
    """
    width = max(each["at"] + int(np.prod(each["shape"])) for each in columns.values())
    rows = np.reshape(record, (-1, width))
    return {
        name: rows[:, each["at"] : each["at"] + int(np.prod(each["shape"]))].reshape(-1, *each["shape"])
        for name, each in columns.items()
    }


def nearby(start: Sequence) -> np.ndarray:
    """Starts that are a rounding error away from one, (2, *shape)."""
    point = np.asarray(start, float)
    away = 1e-15 * np.maximum(np.abs(point), np.abs(point).max() or 1.0)
    return np.stack([point + away, point - away])
