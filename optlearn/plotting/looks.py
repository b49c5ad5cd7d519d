"""Colours and line styles: what each optimizer, schedule and parameter looks like in every picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import seaborn as sns

from optlearn import optimizers
from optlearn.optimizers import Optimizer
from optlearn.run import Run
from optlearn.schedules import Scheduled

PALETTE = sns.color_palette("colorblind").as_hex()
# Number in the palette, and line style. Rules that a lesson compares differ in colour.
LOOKS = {
    "SGD": (0, "-"),
    "Momentum": (1, "-"),
    "Nesterov": (2, "-"),
    "Adagrad": (3, "-"),
    "RMSprop": (9, "-"),
    "RMSpropCentered": (9, "--"),
    "RMSpropMomentum": (9, "-."),
    "Adadelta": (5, "-"),
    "Adam": (4, "-"),
    "AMSGrad": (3, "--"),
    "AdamW": (0, "--"),
    "Adamax": (5, "--"),
    "Nadam": (2, "--"),
    "Ftrl": (0, "-."),
    "Lion": (1, "--"),
    "Lamb": (5, "-."),
    "Adafactor": (3, "-."),
    "Muon": (2, "-."),
    "ScheduleFreeAdamW": (1, "-."),
}
LOOKS_OF_SCHEDULES = {
    "CosineDecay": (1, "-"),
    "CosineDecayRestarts": (1, "--"),
    "PiecewiseConstantDecay": (3, "-"),
    "ExponentialDecay": (2, "-"),
    "InverseTimeDecay": (5, "-"),
    "PolynomialDecay": (9, "-"),
}
PARAMETER_COLORS = ["#333333", PALETTE[5], PALETTE[2], PALETTE[1], PALETTE[0], PALETTE[7]]
LINE_STYLES: list[Any] = ["-", "--", "-.", ":", (0, (7, 1.6, 1, 1.6, 1, 1.6)), (0, (9, 2.5)), (0, (2.5, 1))]
DASHES = {"-": [], "--": [3.7, 1.6], "-.": [6.4, 1.6, 1, 1.6], ":": [1, 1.65]}  # in line widths, as matplotlib's
OWN = {"color": "black", "linestyle": "--"}  # an optimizer that is not in the package
GHOST = {"color": "#707070", "linestyle": ":"}


def set_theme() -> None:
    """Make pyplot's figures wide, sharp and legible at the back of the room."""
    plt.rcParams.update({"figure.figsize": (10.8, 3.8), "figure.dpi": 100, "font.size": 12})


def style(optimizer: Optimizer) -> dict[str, str]:
    """The colour and line style of an optimizer, or of its schedule, as keywords for `Axes.plot`."""
    if isinstance(optimizer, Scheduled):
        look = LOOKS_OF_SCHEDULES.get(type(optimizer.template).__name__)
    else:
        look = LOOKS[type(optimizer).__name__] if type(optimizer) in optimizers.ALL else None
    if look is None:
        return OWN
    color, linestyle = look
    return {"color": PALETTE[color], "linestyle": linestyle}


def parameter_style(index: int) -> dict[str, str]:
    """The colour and line style of the parameter with this number, as keywords for `Axes.plot`."""
    return {
        "color": PARAMETER_COLORS[index % len(PARAMETER_COLORS)],
        "linestyle": LINE_STYLES[index % len(LINE_STYLES)],
    }


def looks_of(rules: Sequence[Optimizer]) -> list[dict[str, Any]]:
    """The styles of optimizers that are compared: each its own, unless its colour or its dashes are taken already."""
    taken: list[dict[str, Any]] = []
    for rule in rules:
        look = style(rule)
        first = LINE_STYLES.index(look["linestyle"])
        colors = [look["color"], OWN["color"], *PALETTE]
        dashes = [*LINE_STYLES[first:], *LINE_STYLES[:first]]
        taken.append(
            {
                "color": _free(colors, [each["color"] for each in taken]),
                "linestyle": _free(dashes, [each["linestyle"] for each in taken]),
            }
        )
    return taken


def styles(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """The style of each of some runs that are compared: see `looks_of`."""
    return looks_of([run.optimizer for run in runs])


def dashes_of(linestyle: Any) -> list[float]:
    """The dashes and gaps of a line style, in line widths."""
    return DASHES[linestyle] if isinstance(linestyle, str) else list(linestyle[1])


def _free(wanted: Sequence, taken: Sequence) -> Any:
    """The first that is not taken; where all are, the first."""
    return next((each for each in wanted if each not in taken), wanted[0])
