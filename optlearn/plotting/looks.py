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

COLORS = ("blue", "orange", "green", "red", "purple", "brown", "pink", "grey", "yellow", "sky")
PALETTE = dict(zip(COLORS, sns.color_palette("colorblind").as_hex(), strict=True))  # for colour-blind readers
STYLES = {"solid": "-", "dashed": "--", "dashdot": "-.", "dotted": ":"}
LINE_STYLES: list[Any] = [*STYLES.values(), (0, (7, 1.6, 1, 1.6, 1, 1.6)), (0, (9, 2.5)), (0, (2.5, 1))]
DASHES = {"-": [], "--": [3.7, 1.6], "-.": [6.4, 1.6, 1, 1.6], ":": [1, 1.65]}  # in line widths, as matplotlib's
LOOKS = {kind.__name__: (kind.facts.color, kind.facts.dashes) for kind in optimizers.RULES}
LOOKS_OF_SCHEDULES = {
    "CosineDecay": ("orange", "solid"),
    "CosineDecayRestarts": ("orange", "dashed"),
    "PiecewiseConstantDecay": ("red", "solid"),
    "ExponentialDecay": ("green", "solid"),
    "InverseTimeDecay": ("brown", "solid"),
    "PolynomialDecay": ("sky", "solid"),
}
PARAMETER_COLORS = ["#333333", *(PALETTE[name] for name in ("brown", "green", "orange", "blue", "grey"))]
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
        kind = type(optimizer)
        look = LOOKS[kind.__name__] if kind in optimizers.RULES else None
    if look is None:
        return OWN
    color, dashes = look
    return {"color": PALETTE.get(color, "black"), "linestyle": STYLES[dashes]}


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
        colors = [look["color"], OWN["color"], *PALETTE.values()]
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
