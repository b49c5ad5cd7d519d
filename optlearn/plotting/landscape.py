"""The landscape of a problem: bands of colour, lines of equal loss, and a scale that says how high they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.ticker import MaxNLocator

from optlearn.problems import Problem

BANDS = 14
LOW, HIGH = np.array([86, 128, 171]) / 255, np.array([250, 250, 246]) / 255  # dark is low
BAND_COLORS = [to_hex(LOW + (HIGH - LOW) * (i / (BANDS - 1)) ** 0.8) for i in range(BANDS)]
CONTOUR = (38 / 255, 66 / 255, 98 / 255, 0.38)


def levels(loss: np.ndarray) -> np.ndarray:
    """Loss values (BANDS + 1,) that part a landscape into bands, narrower in area towards the minimum."""
    shares = np.linspace(0, 1, BANDS + 1) ** 1.6
    values = np.quantile(loss[np.isfinite(loss)], shares) if np.isfinite(loss).any() else shares
    return values + 1e-12 * (1 + np.abs(values).max()) * np.arange(BANDS + 1)  # strictly rising, even on a plain


def landscape(problem: Problem, ax: Axes | None = None, scale: bool = False) -> Axes:
    """Bands and contours of the loss over the two parameters: dark is low, stars are the known minima.

    `scale` puts beside it how high the bands are.
    """
    ax = ax or plt.gca()
    x, y, loss = problem.grid()
    heights = levels(loss)
    ax.contourf(x, y, loss, levels=heights, colors=BAND_COLORS)
    with np.errstate(all="ignore"):
        ax.contour(x, y, np.ma.masked_invalid(loss), levels=heights[1:-1], colors=[CONTOUR], linewidths=0.6)
    for minimum in problem.minima:
        star(ax, minimum)
    ax.set(xlim=problem.bounds[0], ylim=problem.bounds[1])
    ax.set_xlabel(problem.parameter_names[0])
    ax.set_ylabel(problem.parameter_names[1], rotation=0)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=(1, 2, 5, 10)))
    if scale:
        draw_scale(ax, heights)
    return ax


def star(ax: Axes, point) -> None:
    """A minimum: seen over a path, and the path seen in it."""
    ax.plot(*point, "*", markersize=12, fillstyle="none", markeredgecolor="white", markeredgewidth=2.6, zorder=5)
    ax.plot(*point, "*", markersize=12, fillstyle="none", markeredgecolor="#222222", markeredgewidth=1.1, zorder=5.1)


def draw_scale(ax: Axes, heights: np.ndarray) -> Axes:
    """One step of equal height for each band, at the right of the axes; every second level is named."""
    bar = ax.inset_axes((1.02, 0, 0.028, 1))
    bar.barh(np.arange(BANDS) + 0.5, 1, height=1, color=BAND_COLORS)
    named = np.arange(0, BANDS + 1, 2)
    bar.set(xlim=(0, 1), ylim=(0, BANDS), xticks=[], yticks=named)
    bar.set_yticklabels(briefs(heights[named]))
    bar.yaxis.tick_right()
    bar.tick_params(labelsize=8.5, length=0, pad=2)
    bar.set_title("loss", fontsize=9, loc="left", pad=7)
    return bar


def briefs(values: Sequence[float]) -> list[str]:
    """Heights in few letters: those that would read alike have more digits."""
    texts = [brief(value) for value in values]
    for digits in (3, 4):
        texts = [
            brief(value, digits) if texts.count(text) > 1 else text for value, text in zip(values, texts, strict=True)
        ]
    return texts


def brief(value: float, digits: int = 2) -> str:
    """A height in few letters: 0.14, 5.4e3, 2.4e−4."""
    short = re.sub(r"\.?0+e", "e", f"{value:.{digits - 1}e}")
    split = [way.partition("e") for way in (f"{value:.{digits}g}", short)]
    ways = [mantissa + (f"e{int(exponent)}" if exponent else "") for mantissa, _, exponent in split]
    return min(ways, key=len).replace("-", "−")
