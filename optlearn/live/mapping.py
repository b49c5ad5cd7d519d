"""What a lab's map shows, as data for the browser: two sliders, and where theory draws the edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from optlearn.problems import Problem
from optlearn.tunable import Hyper

Edge = Callable[[np.ndarray], np.ndarray]
POINTS = 201


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
