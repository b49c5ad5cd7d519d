"""What may stand under the loss in place of the inside of an optimizer: a map of two numbers, the rates of a race."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, NullLocator

from optlearn.plotting.landscape import BAND_COLORS, BANDS, levels
from optlearn.plotting.looks import styles
from optlearn.plotting.trace import Trace
from optlearn.run import Run
from optlearn.tunable import Hyper

REGIMES = ("creeps", "rings", "leaves")
HATCHES = ("", "....", "////")
MEMORIES = (0, 0.5, 0.9, 0.99, 0.999, 0.9999)


class Under(NamedTuple):
    """A panel under the loss: `draw` is given its axes and those of the loss; heights of the two."""

    draw: Callable[[Axes, Axes], None]
    heights: tuple[float, float]


class Cells(NamedTuple):
    """Whole runs at places of two numbers: see `draw_map`."""

    across: Hyper
    up: Hyper
    loss: np.ndarray
    regime: np.ndarray
    edge: np.ndarray
    point: tuple[float, float]


def draw_map(ax: Axes, cells: Cells) -> Axes:
    """A map: colour is the loss at the end, dark for low; dots say what rings, hatching what leaves.

    Parameters
    ----------
    cells : Cells
        The two numbers; loss and regime of each run, (up, across), an index of `REGIMES`; the edge that theory draws
        and the present point, both in values of the numbers: (points, 2) and two.
    """
    count = len(cells.loss)
    middles = (np.arange(count) + 0.5) / count
    shown = np.log(cells.loss[(cells.regime < 2) & (cells.loss > 0)])
    with np.errstate(all="ignore"):
        band = np.searchsorted(levels(shown)[1:-1], np.log(np.maximum(cells.loss, 1e-300)), side="right")
    colors = np.array([to_rgb(color) for color in BAND_COLORS])
    picture = colors[np.where(cells.regime == 2, BANDS - 1, band)]
    ax.imshow(picture, extent=(0, 1, 0, 1), origin="lower", aspect="auto", interpolation="nearest")
    for which in (1, 2):
        here = (cells.regime == which).astype(float)
        if here.any():
            hatched = ax.contourf(middles, middles, here, levels=[0.5, 1.5], colors="none", hatches=[HATCHES[which]])
            hatched.set(edgecolor="0.35", linewidth=0)
            ax.contour(middles, middles, here, levels=[0.5], colors="0.15", linewidths=0.9)
    numbers = (cells.across, cells.up)
    if len(cells.edge):
        edge = [number.share(values) for number, values in zip(numbers, cells.edge.T, strict=True)]
        ax.plot(*edge, color="white", linewidth=4.5)
        ax.plot(*edge, color="#222222", linewidth=2)
    ax.plot(
        *[[number.share(value)] for number, value in zip(numbers, cells.point, strict=True)],
        "o", color="white", markeredgecolor="black", markersize=10, markeredgewidth=1.6, zorder=5,
    )  # fmt: skip
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel=cells.across.symbol)
    ax.set_ylabel(cells.up.symbol, rotation=0)
    for number, axis in zip(numbers, (ax.xaxis, ax.yaxis), strict=True):
        ticks = _ticks(number)
        axis.set_ticks(number.share(ticks).tolist(), [f"{tick:.4g}" for tick in ticks])
    ax.set_title(f"map of {cells.across.symbol} and {cells.up.symbol}", loc="left", fontsize=12, pad=4)
    _legend(ax)
    return ax


def draw_rates(ax: Axes, loss: Axes, runs: Sequence[Run], rates: np.ndarray, losses: Sequence[np.ndarray]) -> Axes:
    """For each rule of a race the loss at the end for every rate, on the scale of the loss; dots: the rates chosen."""
    ax.set_xscale("log")
    bend = loss.yaxis.get_transform()
    near_zero = {"linthresh": bend.linthresh, "linscale": bend.linscale} if loss.get_yscale() == "symlog" else {}
    ax.set_yscale(loss.get_yscale(), **near_zero)
    ax.set(xlim=(rates[0], rates[-1]), ylim=loss.get_ylim(), xlabel="η")
    ax.yaxis.set_major_locator(FixedLocator(loss.get_yticks()))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_locator(NullLocator())
    for look, ends in zip(styles(runs), losses, strict=True):
        ax.add_line(Trace(rates, np.where(np.isfinite(ends), ends, np.nan), **look, linewidth=1.6))
    for look, run, ends in zip(styles(runs), runs, losses, strict=True):
        best = np.abs(rates - run.optimizer.learning_rate).argmin()
        if np.isfinite(ends[best]):
            end = np.clip(ends[best], *sorted(loss.get_ylim()))
            ax.plot(rates[best], end, "o", color=look["color"], markeredgecolor="white", markersize=9, clip_on=False)
    ax.set_title("loss at the end, for each learning rate", loc="left", fontsize=12, pad=4)
    ax.grid(axis="y", color="0.87", linewidth=0.8)
    return ax


def _legend(ax: Axes) -> None:
    """The regimes, in the line of the title."""
    colors = (BAND_COLORS[5], BAND_COLORS[5], BAND_COLORS[-1])
    patches: list[Any] = [
        Patch(facecolor=color, edgecolor="0.35", hatch=hatch[:4], label=name)
        for color, hatch, name in zip(colors, HATCHES, REGIMES, strict=True)
    ]
    ax.legend(
        handles=patches, ncols=3, loc="lower right", bbox_to_anchor=(1, 1), frameon=False, borderaxespad=0,
        fontsize=11, columnspacing=1, handlelength=1.4, handletextpad=0.5,
    )  # fmt: skip


def _ticks(number: Hyper) -> list[float]:
    if number.scale == "linear":
        return np.linspace(number.low, number.high, 5).tolist()
    if number.scale == "memory":
        return [value for value in MEMORIES if number.low <= value <= number.high]
    powers = range(int(np.ceil(np.log10(number.low) - 1e-9)), int(np.floor(np.log10(number.high) + 1e-9)) + 1)
    return [10.0**power for power in powers]
