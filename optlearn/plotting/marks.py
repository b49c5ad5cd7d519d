"""Crosses, and labels beside what they speak of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation

from optlearn.run import Run

NAMED_AT = 0.05  # of the steps: where the name of a line stands


def draw_exit(ax: Axes, run: Run, labelled: bool, who: str = "") -> None:
    """A cross where a run leaves the landscape, and the step, if it is labelled; `who` is it, one of several?"""
    low, high = np.transpose(run.problem.bounds)
    last = run.steps if run.diverged_at is None else run.diverged_at
    with np.errstate(invalid="ignore"):
        outside = ((run.params < low) | (run.params > high)).any(axis=1)[: last + 1]
    if not outside.any():
        return
    step = int(outside.argmax())
    edge = _edge(run.params[max(step - 1, 0)], run.params[step], low, high)
    ax.plot(*edge, "x", color="white", markersize=11, markeredgewidth=5, zorder=6, clip_on=False)
    ax.plot(*edge, "x", color="#222222", markersize=9, markeredgewidth=2.4, zorder=6.1, clip_on=False)
    if labelled:
        draw_mark(ax, run.params, step, f"{who} leaves at step {step}".lstrip(), at=edge, plain=True)


def draw_mark(
    ax: Axes,
    points: np.ndarray,
    step: int,
    text: str,
    at: np.ndarray | None = None,
    plain: bool = False,
    others: Sequence[np.ndarray] = (),
) -> None:
    """A ring around the point at a step, and a label where it covers least of the lines and not the point.

    Parameters
    ----------
    points : array (steps + 1, 2)
        The line that the label speaks of; `others` are those that it should not cover either.
    at : array (2,)
        In place of the point at the step.
    plain : bool
        No ring, and no bold letters.
    """
    finite = np.flatnonzero(np.isfinite(points[: step + 1]).all(axis=1))
    if not finite.size:
        return
    at = points[finite[-1]] if at is None else at
    with np.errstate(all="ignore"):
        x, y = (
            np.clip(value, *sorted(limits)) for value, limits in zip(at, (ax.get_xlim(), ax.get_ylim()), strict=True)
        )
        across, up = _in_axes(ax, np.array([x, y]))
        lines = _in_axes(ax, np.concatenate([points, *others]))
    unit = 72 / ax.figure.dpi
    width, height = ax.bbox.width * unit, ax.bbox.height * unit
    size = np.array([0.62 * 11 * len(text) + 14, 22]) / [width, height]
    place = _best_place(np.array([across, up]), size, np.array([width, height]), lines)
    if not plain:
        ax.plot([x], [y], "o", color="none", markeredgecolor="#222222", markersize=13, markeredgewidth=1.5, zorder=7)
    ax.add_artist(
        Annotation(
            text, (x, y), place, "data", "axes fraction", ha="center", va="center", fontsize=11, zorder=8,
            fontweight="normal" if plain else "bold",
            bbox={"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": "#222222"},
            arrowprops={"arrowstyle": "-", "linewidth": 1.2, "shrinkB": 7},
        )
    )  # fmt: skip


def draw_names(ax: Axes, lines: Sequence[tuple[str, np.ndarray]]) -> None:
    """The names of lines over the steps, over their beginnings; where several are in one place, one after the other."""
    step = round(NAMED_AT * (ax.get_xlim()[1] - 1))
    places: dict[float, list[str]] = {}
    for name, values in lines:
        if not np.isfinite(values[step]):
            continue
        height = _in_axes(ax, np.array([step, values[step]]))[1]
        near = next((place for place in places if abs(place - height) < 0.05), height)
        if name not in places.setdefault(near, []):
            places[near].append(name)
    for height, names in places.items():
        text = ax.text(
            step, height + 0.015, ", ".join(names), transform=ax.get_xaxis_transform(), fontweight="bold",
            fontsize=11, va="bottom", zorder=8, clip_on=True,
        )  # fmt: skip
        text.set_path_effects([withStroke(linewidth=3, foreground="white")])


def _in_axes(ax: Axes, points: np.ndarray) -> np.ndarray:
    return ax.transAxes.inverted().transform(ax.transData.transform(points))


def _best_place(at: np.ndarray, size: np.ndarray, axes: np.ndarray, line: np.ndarray) -> np.ndarray:
    """The middle of a label of some size for a point, all in shares of the axes, whose size in points is `axes`."""
    best, least = at, np.inf
    for distance in (18, 35, 60, 95):
        for turn in range(8):
            way = np.array([np.cos(turn * np.pi / 4), np.sin(turn * np.pi / 4)])
            middle = np.clip(at + way * (distance / axes + size / 2), size / 2 + 0.01, 1 - size / 2 - 0.01)
            inside = (np.abs(line - middle) < size / 2 + 3 / axes).all(axis=1).sum()
            covers = (np.abs(at - middle) < size / 2 + 8 / axes).all()
            if (cost := inside + 1e6 * covers + 0.02 * distance) < least:
                best, least = middle, cost
    return best


def _edge(inside: np.ndarray, outside: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Where the way from inside a box to outside crosses its edge."""
    if not np.isfinite(outside).all():
        return np.clip(inside, low, high)
    with np.errstate(all="ignore"):
        shares = np.where(outside > high, (high - inside) / (outside - inside), (low - inside) / (outside - inside))
    share = np.where((outside > high) | (outside < low), shares, 1).min()
    return inside + np.clip(share, 0, 1) * (outside - inside)
