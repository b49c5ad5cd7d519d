"""What a lab's map shows, for the browser and for a still picture: two sliders, and where theory draws the edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from optlearn import plotting
from optlearn.live.kernel import Kernel
from optlearn.problems import Problem
from optlearn.tunable import Hyper

Edge = Callable[[np.ndarray], np.ndarray]
POINTS = 201
COLUMNS = 48  # of a still picture


def describe_map(
    names: Sequence[str], edge: Edge | None, numbers: dict[str, Hyper], problem: Problem
) -> dict[str, Any]:
    """The two numbers of a map, the first across, and the line of its edge.

    Parameters
    ----------
    edge : function, optional
        For values of the second number, (points,), those of the first at which theory has an edge.
    numbers
        What is known of every number that has a slider.

    Raises
    ------
    ValueError
        If there are not two different names, or one has no slider.
    """
    if isinstance(names, str) or len(names) != 2 or names[0] == names[1] or not all(name in numbers for name in names):
        raise ValueError(f"map={names!r}: a map needs two different sliders. There are: {', '.join(numbers)}.")
    described: dict[str, Any] = {"names": list(names)}
    if edge is None:
        return described
    first, second = (numbers[name] for name in names)
    up = second.stops(POINTS)
    across = np.broadcast_to(np.asarray(edge(up), float), up.shape)
    seen = np.isfinite(across) & (across >= first.low) & (across <= first.high)
    points = np.column_stack([across, up])[seen]
    return {**described, "edge": {"problem": problem.name, "points": points.tolist()}}


def map_under(
    described: dict[str, Any], state: dict[str, Any], numbers: dict[str, Hyper], kernel: Kernel
) -> plotting.Under:
    """The map of a state for a still picture, by whole runs of the kernel."""
    first, second = (numbers[name] for name in described["names"])
    places = [_middles(number) for number in (first, second)]
    loss, regime = kernel.ends(state, dict(zip(described["names"], places, strict=True)))
    edge = described.get("edge", {})
    points = edge["points"] if edge.get("problem") == state["problem"] else []
    point = tuple(state["values"][name] for name in described["names"])
    cells = plotting.Cells(first, second, loss, regime, np.reshape(points, (-1, 2)), point)
    return plotting.Under(lambda ax, _: plotting.draw_map(ax, cells), (1.2, 3.4))


def _middles(number: Hyper) -> np.ndarray:
    """The values in the middles of the columns."""
    fine = number.stops(2 * COLUMNS + 1)
    return fine[1::2]
