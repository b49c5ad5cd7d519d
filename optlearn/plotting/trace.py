"""A line through the points of a run, in which a zigzag is no slab. The browser draws the same: see trace.js."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

PIXEL = 0.72  # points of paper to a pixel of the lab; all lengths are in pixels
REACH = 16_000  # where a line that leads far away is cut off
CELL = 8  # of squares this wide it is counted how much ink there is in them
CROWDED = (20, 30, 50)  # length of line in a square, from which strokes are paler
SHADES = (1, 0.5, 0.25, 0.1)
FIRST = 10  # strokes of a path that are strong whatever comes later
LONG = 9  # of steps this long each is seen


class Trace(Line2D):
    """A line that is pale where it goes to and fro so often that it would be a slab; there each step is a dot.

    Parameters
    ----------
    is_path : bool
        Whether it is the way over a landscape: its first strokes are strong whatever comes later, and its long steps
        are seen, each by a dot.
    """

    def __init__(self, x: Any, y: Any, is_path: bool = False, **look: Any):
        super().__init__(x, y, **look)
        self.is_path = is_path
        if self.is_dashed():
            self.set_zorder(self.get_zorder() + 0.1)  # over the solid ones: where two are one way, both are seen

    def draw(self, renderer: Any) -> None:
        """Draw it: how, depends on where its points come to lie on the paper."""
        if not self.get_visible():
            return
        unit = renderer.points_to_pixels(PIXEL)
        points = cut_off(self._on_paper() / unit)
        shades = shades_of(points)
        if self.is_path:
            shades[:FIRST] = 0
        gc = renderer.new_gc()
        self._set_gc_clip(gc)
        gc.set_joinstyle("round")
        gc.set_capstyle("butt")
        self._paint(renderer, gc, points, shades, unit)
        gc.restore()
        self.stale = False

    def _paint(self, renderer, gc, points, shades, unit) -> None:
        """The strokes, and their dots."""
        width, color, alpha = self.get_linewidth(), self.get_color(), self.get_alpha() or 1
        for which, shade in enumerate(SHADES):
            thin = min(width, 0.9) if which else width
            dashes = (0, None) if which else self._dash_pattern
            self._stroke(renderer, gc, points * unit, shades == which, thin, color, shade * alpha, dashes)
        self._dots(renderer, gc, points, shades, unit, alpha)

    def _on_paper(self) -> np.ndarray:
        """Where the points come to lie; on a logarithmic axis zero lies below it, and not at minus infinity."""
        data = self.get_xydata()
        points = self.get_transform().transform(data)
        if self.axes.get_yscale() == "log":
            points[data[:, 1] == 0, 1] = self.axes.bbox.y0 - self.axes.bbox.height
        return points

    def _stroke(self, renderer, gc, points, chosen, width, color, alpha, dashes=(0, None)) -> None:
        gc.set_linewidth(width)
        gc.set_foreground(color)
        gc.set_alpha(alpha)
        gc.set_dashes(*dashes)
        if chosen.any():
            renderer.draw_path(gc, strokes(points, chosen), IdentityTransform())

    def _dots(self, renderer, gc, points, shades, unit, alpha) -> None:
        """A dot for each long step of a path, and for each end of a pale stroke."""
        width = self.get_linewidth()
        pale = np.zeros(len(points), bool)
        pale[:-1] |= shades > 0
        pale[1:] |= shades > 0
        with np.errstate(invalid="ignore"):
            long = np.r_[False, np.hypot(*np.diff(points, axis=0).T) > LONG] & self.is_path & ~pale
        gc.set_alpha(alpha)
        gc.set_linewidth(0)
        gc.set_dashes(0, None)
        for chosen, radius in ((pale, 0.55 * width / PIXEL), (long, width / PIXEL)):
            places = points[chosen & np.isfinite(points).all(axis=1)] * unit
            dot, place = Affine2D().scale(radius * unit), IdentityTransform()
            renderer.draw_markers(gc, Path.unit_circle(), dot, Path(places), place, to_rgba(self.get_color()))


class Rim(Trace):
    """The white rim of the strong strokes of a path, for it to be seen on any ground."""

    def _paint(self, renderer, gc, points, shades, unit) -> None:
        self._stroke(renderer, gc, points * unit, shades == 0, self.get_linewidth() + 1.8, "white", 0.8)


def cut_off(points: np.ndarray) -> np.ndarray:
    """Points (n, 2): where a step leads beyond REACH it stops there, and the rest is NaN.

    Clipping each coordinate by itself would bend the last step, and draw it where the run never was.
    """
    with np.errstate(all="ignore"):
        far = (np.abs(points) > REACH).any(axis=1)  # where there is nothing, there is a gap
        if not far.any():
            return points
        first = int(far.argmax())
        cut = points.copy()
        cut[first:] = np.nan
        if first and not np.isnan(points[first]).any():
            way = points[first] - points[first - 1]
            shares = (np.copysign(REACH, way) - points[first - 1]) / way
            share = np.where(np.abs(points[first]) > REACH, shares, 1).min()
            cut[first] = points[first - 1] + share * way
        return cut


def shades_of(points: np.ndarray) -> np.ndarray:
    """For each stroke between two of n points how strong it is drawn, (n − 1,): an index of SHADES."""
    ways = np.diff(points, axis=0)
    with np.errstate(all="ignore"):
        lengths = np.hypot(*ways.T)
        known = lengths < REACH
    counts = np.where(known, np.clip(np.ceil(np.where(known, lengths, 0) / (CELL / 2)), 1, 400), 0).astype(int)
    stroke = np.repeat(np.arange(len(ways)), counts)  # the stroke of each piece, a few for each square it goes through
    place = np.arange(len(stroke)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = ((place + 0.5) / counts[stroke])[:, None]
    squares = np.floor((points[:-1][stroke] + share * ways[stroke]) / CELL)
    _, square = np.unique(squares, axis=0, return_inverse=True)
    piece = lengths[stroke] / counts[stroke]
    ink = np.bincount(square.ravel(), piece)[square.ravel()]
    with np.errstate(all="ignore"):
        crowd = np.bincount(stroke, piece * ink, len(ways)) / np.bincount(stroke, piece, len(ways))
    shades = np.searchsorted(CROWDED, np.nan_to_num(crowd), side="left")
    shades[1:-1] = np.maximum(shades[1:-1], np.minimum(shades[:-2], shades[2:]))  # no strong one alone among pale ones
    return shades


def strokes(points: np.ndarray, chosen: np.ndarray) -> Path:
    """The chosen strokes as one path: those that follow each other without a break."""
    finite = np.isfinite(points).all(axis=1)
    vertices, codes, last = [], [], -1
    for i in np.flatnonzero(chosen & finite[:-1] & finite[1:]):
        if i != last:
            vertices.append(points[i])
            codes.append(Path.MOVETO)
        vertices.append(points[i + 1])
        codes.append(Path.LINETO)
        last = i + 1
    return Path(np.reshape(vertices, (-1, 2)), codes)
