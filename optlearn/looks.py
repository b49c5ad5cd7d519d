"""Colours and line styles, which mean the same in every picture: each optimizer has its own, and each parameter."""

from __future__ import annotations

import seaborn as sns

from optlearn import optimizers
from optlearn.optimizers import Optimizer
from optlearn.schedules import Scheduled

COLORS = ("blue", "orange", "green", "red", "purple", "brown", "pink", "grey", "yellow", "sky")
PALETTE = dict(zip(COLORS, sns.color_palette("colorblind").as_hex(), strict=True))  # for colour-blind readers
DASHES = {"solid": "-", "dashed": "--", "dashdot": "-.", "dotted": ":"}
LINE_STYLES = list(DASHES.values())
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
    return {"color": PALETTE.get(color, "black"), "linestyle": DASHES[dashes]}


def parameter_style(index: int) -> dict[str, str]:
    """The colour and line style of the parameter with this number, as keywords for `Axes.plot`."""
    return {
        "color": PARAMETER_COLORS[index % len(PARAMETER_COLORS)],
        "linestyle": LINE_STYLES[index % len(LINE_STYLES)],
    }
