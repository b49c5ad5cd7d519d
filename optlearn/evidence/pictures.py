"""What a picture shows of the lines in it, so that a sentence beside it can be held to it."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

FLAT = 0.02  # a line that spans less of the panel's height looks level
SEEN = 0.9  # the share of a line's points that must lie inside
EMPTY = 0.4  # the share of a panel that may lie beyond everything drawn, on one side


def drawn(axes: Axes, label: str) -> tuple[np.ndarray, np.ndarray]:
    """The x and y of the line with this label, those inside the panel: what a sentence about it can claim."""
    for line in axes.get_lines():
        if line.get_label() == label:
            x, y = _data(line)
            inside = _inside(axes, x, y)
            return x[inside], y[inside]
    labels = ", ".join(str(line.get_label()) for line in axes.get_lines()) or "none"
    raise ValueError(f"label={label!r}: no such line in the panel; there are {labels}.")


def faults(axes: Axes) -> list[str]:
    """What a panel hides of its lines: those that leave it, look flat, look alike, or fill a corner of it."""
    lines = [line for line in axes.get_lines() if len(_data(line)[0]) > 2]
    found = []
    for line in lines:
        name, (x, y) = line.get_label(), _data(line)
        height = np.ptp(_places(axes, x, y)[1])
        seen = _inside(axes, x, y).mean()
        if seen < SEEN:
            found.append(f"{name}: {1 - seen:.0%} of it is outside")
        elif height < FLAT:
            found.append(f"{name}: looks level, over {height:.1%} of the height")
    for one, other in itertools.combinations(lines, 2):
        if _look(one) == _look(other):
            found.append(f"{one.get_label()} and {other.get_label()}: the same colour and dash")
    if lines:
        places = np.concatenate([_places(axes, *_data(line))[1] for line in lines])
        if places.min() > EMPTY or places.max() < 1 - EMPTY:
            found.append(f"the lines fill {places.min():.0%} to {places.max():.0%} of the height")
    return found


def _data(line: Any) -> tuple[np.ndarray, np.ndarray]:
    x, y = (np.asarray(each, float) for each in (line.get_xdata(), line.get_ydata()))
    finite = np.isfinite(x) & np.isfinite(y)
    return x[finite], y[finite]


def _places(axes: Axes, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Where points are in the panel: (2, points), 0 to 1 from edge to edge."""
    axes.get_xlim(), axes.get_ylim()  # matplotlib chooses the limits when it is asked for them
    with np.errstate(all="ignore"):
        pixels = axes.transData.transform(np.column_stack([x, y]))
    return np.nan_to_num(axes.transAxes.inverted().transform(pixels), nan=-1.0).T


def _inside(axes: Axes, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    places = _places(axes, x, y)
    return ((places >= -1e-6) & (places <= 1 + 1e-6)).all(axis=0)


def _look(line: Any) -> tuple[str, str]:
    return to_hex(line.get_color()), line.get_linestyle()
