"""The family of the optimizers: who was made from whom, by the word of their authors."""

from __future__ import annotations

import re

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from optlearn import optimizers
from optlearn.plotting.looks import OWN, PALETTE, STYLES

OUTSIDE = "0.55"  # the frame of an ancestor that is not in the package
SWEEPS = 12  # of putting each rule level with its relatives: the order no longer changes long before


def parents() -> dict[str, tuple[str, ...]]:
    """For each optimizer, and each ancestor that is not in the package, the names of those it was made from."""
    known = {kind.__name__: kind.facts.parents for kind in optimizers.RULES}
    outside = dict.fromkeys(name for names in known.values() for name in names if name not in known)
    return known | dict.fromkeys(outside, ())


def places() -> dict[str, tuple[float, float]]:
    """Column and row of each in the figure: a rule stands right of all its parents, and as level as can be."""
    above = parents()
    column = {name: _generation(name, above) for name in above}
    below = {name: [child for child, names in above.items() if name in names] for name in above}
    for name in above.keys() - set(_in_package()):  # an ancestor from outside stands close to its first child
        column[name] = min(column[child] for child in below[name]) - 1
    columns = [[name for name in above if column[name] == number] for number in range(max(column.values()) + 1)]
    tallest = max(len(names) for names in columns)
    row = {name: place for names in columns for name, place in zip(names, _spread(len(names), tallest), strict=True)}
    for sweep in range(SWEEPS):
        relatives = above if sweep % 2 == 0 else below
        for names in columns:
            names.sort(key=lambda name: np.mean([row[other] for other in relatives[name]] or [row[name]]))
            row |= dict(zip(names, _spread(len(names), tallest), strict=True))
    return {name: (column[name], row[name]) for name in above}


def family(ax: Axes | None = None) -> Axes:
    """Who was made from whom: each in a frame that is its line, an arrow from every one that it took something from.

    Ancestors that are not in the package have a grey frame.
    """
    ax = ax or plt.gca()
    place, above = places(), parents()
    kinds = _in_package()
    lines = {
        name: (PALETTE[kind.facts.color], STYLES[kind.facts.dashes]) for name, kind in kinds.items() if kind.facts.color
    }
    for name, (column, row) in place.items():
        for parent in above[name]:
            left, height = place[parent]
            ax.annotate(
                "", (column - 0.36, row), (left + 0.36, height),
                arrowprops={"arrowstyle": "->", "color": "0.6", "connectionstyle": "arc3,rad=0", "linewidth": 1.5},
            )  # fmt: skip
        frame, dashes = lines.get(name, (OWN["color"] if name in kinds else OUTSIDE, "-"))
        words = re.sub("^(ScheduleFree|RMSprop)(?=.)", r"\1\n", name)
        box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": frame, "linewidth": 2.5}
        ax.text(column, row, words, ha="center", va="center", fontsize=11, linespacing=1, bbox=box | {"ls": dashes})
    columns, rows = zip(*place.values(), strict=True)
    ax.set(xlim=(-0.5, max(columns) + 0.6), ylim=(max(rows) + 0.6, min(rows) - 0.6))
    ax.axis("off")
    return ax


def _in_package() -> dict[str, type[optimizers.Optimizer]]:
    return {kind.__name__: kind for kind in optimizers.RULES}


def _generation(name: str, above: dict[str, tuple[str, ...]]) -> int:
    return max((_generation(parent, above) + 1 for parent in above[name]), default=0)


def _spread(count: int, tallest: int) -> list[float]:
    """Rows for so many boxes: evenly over the height of the tallest column, with its distances at least."""
    margin = (tallest - 1) / (2 * count)
    return np.linspace(margin, tallest - 1 - margin, count).tolist() if count < tallest else list(range(tallest))
