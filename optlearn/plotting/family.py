"""Who builds on whom."""

from __future__ import annotations

import re

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from optlearn.plotting.looks import LOOKS, PALETTE

# Who builds on whom, and the column and row of each in the figure.
FAMILY = {
    "SGD": ((), 0, 3),
    "Momentum": (("SGD",), 1, 2),
    "Adagrad": (("SGD",), 1, 4),
    "Nesterov": (("Momentum",), 2, 0),
    "Muon": (("Momentum",), 2, 0.8),
    "Lion": (("Momentum",), 2, 1.6),
    "RMSprop": (("Adagrad",), 2, 4),
    "Ftrl": (("Adagrad",), 2, 5),
    "Adam": (("Momentum", "RMSprop"), 3, 3),
    "RMSpropMomentum": (("Momentum", "RMSprop"), 3, 2),
    "Adadelta": (("RMSprop",), 3, 4.2),
    "RMSpropCentered": (("RMSprop",), 3, 5.2),
    "Nadam": (("Adam", "Nesterov"), 4, 0),
    "AMSGrad": (("Adam",), 4, 1),
    "Adamax": (("Adam",), 4, 2),
    "AdamW": (("Adam",), 4, 3),
    "Adafactor": (("Adam",), 4, 4),
    "Lamb": (("Adam",), 4, 5),
    "ScheduleFreeAdamW": (("AdamW",), 5, 3),
}


def family(ax: Axes | None = None) -> Axes:
    """Who builds on whom: each optimizer in its colour, an arrow from every one that it takes something from."""
    ax = ax or plt.gca()
    for name, (parents, column, row) in FAMILY.items():
        for parent in parents:
            _, left, above = FAMILY[parent]
            ax.annotate(
                "", (column - 0.36, row), (left + 0.36, above),
                arrowprops={"arrowstyle": "->", "color": "0.6", "connectionstyle": "arc3,rad=0", "linewidth": 1.5},
            )  # fmt: skip
        color = PALETTE[LOOKS[name][0]]
        words = re.sub("^(ScheduleFree|RMSprop)(?=.)", r"\1\n", name)
        box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": color, "linewidth": 2.5}
        ax.text(column, row, words, ha="center", va="center", fontsize=11, bbox=box)
    ax.set(xlim=(-0.5, 5.6), ylim=(5.6, -0.6))
    ax.axis("off")
    return ax
