"""The axis that fits what a panel shows. The browser chooses by the same rules: see scales.js."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, LogFormatterMathtext, NullLocator

DECADES = 9  # no logarithmic axis shows more of what is small
DIPS = 0.01  # the share of the steps at which a loss may lie below its axis
APART = 14  # points from one number beside an axis to the next, at least
NEAR_ZERO = 3  # decades on either side of zero of an axis with both signs


@dataclass(frozen=True)
class Scale:
    """An axis: from `low` to `high`, and where it has both signs, evenly spaced below `threshold`."""

    kind: Literal["linear", "log", "symlog"]
    low: float
    high: float
    threshold: float = 1.0

    def apply(self, ax: Axes) -> None:
        """Set scale, limits and ticks of the vertical axis."""
        if self.kind == "log":
            ax.set_yscale("log")
            first, last = np.ceil(np.log10(self.low) - 1e-9), np.floor(np.log10(self.high) + 1e-9)
            apart = height_of(ax) / np.log10(self.high / self.low)
            stride = max(np.ceil((last - first + 1) / 5), np.ceil(APART / apart))
            ax.yaxis.set_major_locator(FixedLocator(10.0 ** np.arange(last, first - 1, -stride)))
        elif self.kind == "symlog":
            ax.set_yscale("symlog", linthresh=self.threshold, linscale=0.4)
            power = 10.0 ** np.floor(np.log10(max(-self.low, self.high)))
            ticks = np.array([value for value in (-power, 0, power) if self.low <= value <= self.high])
            low, high, *places = ax.yaxis.get_transform().transform(np.array([self.low, self.high, *ticks]))
            apart = height_of(ax) * np.diff(places) / (high - low)
            ax.yaxis.set_major_locator(FixedLocator(ticks if (apart >= APART).all() else ticks[ticks != 0]))
        if self.kind != "linear":
            ax.yaxis.set_minor_locator(NullLocator())
            ax.yaxis.set_major_formatter(LogFormatterMathtext())
        ax.set_ylim(self.low, self.high)


def height_of(ax: Axes) -> float:
    """How high axes are, in points of paper."""
    return float(ax.get_position().height * ax.figure.get_figheight() * 72)


def fitted(*lines: np.ndarray) -> Scale:
    """Logarithmic where no value is negative, else about zero; the wildest values are left out."""
    values = np.concatenate([np.ravel(line) for line in lines])
    values = values[np.isfinite(values)]
    sizes = np.abs(values[values != 0])
    if not sizes.size:
        return Scale("linear", -1, 1)
    largest = float(np.quantile(sizes, 0.998))
    if (values < 0).any():
        top = _rounded_up(1.2 * largest)
        return Scale("symlog", -top, top, top * 10.0**-NEAR_ZERO)
    top = largest if sizes.max() > 100 * largest else float(sizes.max())
    return _whole_decades(float(np.quantile(sizes, 0.01)), top)


def fitted_to_loss(loss: np.ndarray, highest: float = np.inf) -> Scale:
    """What the runs reach, no more above than the landscape has, `highest`, and no dip that noise makes alone."""
    finite = loss[np.isfinite(loss)]
    if not finite.size:
        return Scale("linear", 0, 1)
    low, top = float(finite.min()), float(finite.max())
    if np.isfinite(highest):
        top = min(top, 1.5 * highest)
    if low < 0:
        size = max(top, 0) or min(-low, 1)
        return Scale("symlog", -_rounded_up(min(-low, 100 * size)), _rounded_up(size), _rounded_up(size) / 10)
    top = top if top > 0 else 1.0
    return _whole_decades(max(low, float(np.quantile(finite, DIPS, method="lower")) / 10, 1e-9 * top), top)


def _whole_decades(low: float, high: float) -> Scale:
    """From one power of ten to another, so that the axis stays while a line changes a little."""
    top = np.ceil(np.log10(high) + np.log10(1.1))
    bottom = min(np.floor(np.log10(low) - np.log10(1.1)), top - 1)
    return Scale("log", 10.0 ** max(bottom, top - DECADES, -300), 10.0**top)


def _rounded_up(value: float) -> float:
    power = 10.0 ** np.floor(np.log10(value))
    return float(power * next(step for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9)))
