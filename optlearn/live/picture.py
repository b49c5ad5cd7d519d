"""What the lab's browser side draws: a background by matplotlib, and lines as pixel coordinates over it."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text
from matplotlib.transforms import IdentityTransform
from PIL import Image

from optlearn import plotting
from optlearn.problems import Problem
from optlearn.run import Run

DPI = 200  # twice the pixels of the page, so that it is sharp when enlarged
FIXED_POINT = 2  # coordinates are sent as whole halves of a pixel
REACH = 16_000  # pixels from the corner at which a path is cut off: seven times the width of the picture
GAP = -(2**15)  # in place of a coordinate that is not finite
STILL_WIDTH = 1080
DASHES = {"-": [], "--": [3.7, 1.6], "-.": [6.4, 1.6, 1, 1.6], ":": [1, 1.65]}  # in line widths, as matplotlib's
GRID = 96  # points along each side of a landscape that changes with a slider


class Picture:
    """The frame around the lines: axes with fixed scales, and the way from numbers to pixels.

    It shows one or more tracks, each the runs of one optimizer. Every run becomes rows of pixel
    coordinates, one per step: x and y of the path, y of the loss, and then of a single track y of
    each quantity inside, parameter by parameter; of several, y of each parameter. Where a problem
    has no landscape, what it has to show in its place is more curves over the steps.
    """

    colors = 96  # of a still picture

    def __init__(self, tracks: Sequence[Run], limits: dict[str, Any], labels: Sequence[str] = ()):
        problem = tracks[0].problem
        self.figure = Figure(plotting.SIZE, dpi=DPI)
        self.limits = limits
        self.names = [name for name in limits if name != "loss"]
        self.panels = plotting.Panels.on(self.figure, len(self.names))
        if problem.is_plane:
            plotting.landscape(problem, self.panels.landscape)
        else:
            plotting.scale_view(self.panels.landscape, problem, tracks[0].steps)
        plotting.scale_loss(self.panels.loss, *limits["loss"])
        self.panels.loss.set_xlim(0, tracks[0].steps)
        self.looks = plotting.styles(tracks)
        for ax, name in zip(self.panels.inside, self.names, strict=True):
            scale = plotting.scale_quantity if len(tracks) == 1 else plotting.scale_parameter
            scale(ax, name, limits[name])
        if len(tracks) == 1:
            plotting.name_parameters(self.panels.inside[0], problem)
        else:
            plotting.legend_above(self.panels.loss, self.looks, labels)
        if len(tracks) == 1 and not problem.is_plane:
            plotting.view_legend(self.panels.landscape, problem)
        self.panels.dress()
        self.axes[-1].set_xlabel("step")
        self.lines = self._lines(tracks)

    @staticmethod
    def limits_for(tracks: Sequence[Run], old: dict[str, Any] | None = None) -> dict[str, Any]:
        """Limits of the loss axis and of each row below it that hold every run; never narrower than `old`."""
        good = [runs[np.isnan(runs.diverged_at)] if np.isnan(runs.diverged_at).any() else runs for runs in tracks]
        problem = tracks[0].problem
        limits = {"loss": plotting.loss_limits(problem, np.concatenate([runs.loss.ravel() for runs in good]))}
        if len(tracks) > 1 and not problem.is_plane:
            pass
        elif len(tracks) > 1:
            limits |= dict(zip(problem.parameter_names, problem.bounds, strict=True))
        else:
            for name, values in plotting.quantities(good[0]).items():
                limits[name] = plotting.quantity_limit(name, values)
        if old is None or old.keys() != limits.keys():
            return limits
        bottom, top = np.transpose([old["loss"], limits["loss"]])
        wider = {name: max(old[name], limits[name]) for name in limits if name != "loss"}
        return {"loss": (float(bottom.min()), float(top.max())), **wider}

    @staticmethod
    def fits(tracks: Sequence[Run], limits: dict[str, Any]) -> bool:
        """Whether the last run (the present one) has diverged, or stays within ten times the limits of every row."""
        if len(tracks) > 1 or np.isfinite(tracks[0].diverged_at[-1]):
            return True
        quantities = plotting.quantities(tracks[0][-1:])
        return all(plotting.quantity_limit(name, values) <= 10 * limits[name] for name, values in quantities.items())

    def _curves(self, track: int, runs: Run) -> list[tuple[int, np.ndarray, dict[str, str]]]:
        """The curves over the steps of one track: panel, values (runs, steps + 1) and style of each."""
        look = self.looks[track]
        problem, seen = runs.problem, []
        if not problem.is_plane:
            alone = len(self.looks) == 1
            lines = np.moveaxis(problem.watched(runs.params), -1, 0)
            seen = [(0, v, plotting.view_style(problem, i) if alone else look) for i, v in enumerate(lines)]
        if len(self.looks) > 1:
            inside = [(panel, runs.params[..., panel - 2], look) for panel in range(2, 2 + len(self.names))]
        else:
            quantities = plotting.quantities(runs)
            inside = [
                (panel, quantities[name][..., index], plotting.parameter_style(index))
                for panel, name in enumerate(self.names, start=2)
                for index in range(quantities[name].shape[-1])
            ]
        return [*seen, (1, runs.loss, look), *inside]

    def _lines(self, tracks: Sequence[Run]) -> list[dict[str, Any]]:
        """Which rows make which line, in which panel and style."""
        lines, row = [], 0
        for track, runs in enumerate(tracks):
            if runs.problem.is_plane:
                lines.append({"panel": 0, "x": row, "y": row + 1, **self.looks[track], "width": 2.2})
                row += 2
            for panel, _, look in self._curves(track, runs):
                lines.append({"panel": panel, "x": -1, "y": row, **look, "width": 2.2 if panel == 1 else 2})
                row += 1
        return lines

    @property
    def axes(self) -> list:
        return [self.panels.landscape, self.panels.loss, *self.panels.inside]

    def rows(self, tracks: Sequence[Run]) -> np.ndarray:
        """Pixel coordinates of every run, int16 of shape (runs, rows, steps + 1), y counted from the top.

        A run's lines end where it diverges.
        """
        return np.concatenate([self._rows_of(track, runs) for track, runs in enumerate(tracks)], axis=1)

    def _rows_of(self, track: int, runs: Run) -> np.ndarray:
        height = self.figure.bbox.height
        with np.errstate(all="ignore"):
            rows = []
            if runs.problem.is_plane:
                path = self.panels.landscape.transData.transform(runs.params.reshape(-1, 2))
                path = _cut_off(path.reshape(*runs.params.shape[:2], 2))
                rows = [path[..., 0], height - path[..., 1]]
            for panel, values, _ in self._curves(track, runs):
                points = np.column_stack([np.zeros(values.size), values.ravel()])
                rows.append(height - self.axes[panel].transData.transform(points)[:, 1].reshape(values.shape))
            pixels = np.stack(rows, axis=1)
            gone = np.arange(runs.steps + 1) > np.nan_to_num(runs.diverged_at, nan=np.inf)[:, None]
            finite = np.isfinite(pixels) & ~gone[:, None]
            halves = np.clip(np.nan_to_num(pixels), -REACH, REACH) * FIXED_POINT
        return np.where(finite, halves.round(), GAP).astype(np.int16)

    def background(self) -> bytes:
        """The frame without lines, as a PNG at twice the page's pixels."""
        return self._drawn().getvalue()

    def _drawn(self) -> io.BytesIO:
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=DPI, pil_kwargs={"compress_level": 1})
        for text in self.figure.findobj(Text):
            text._renderer = None  # else it keeps the canvas of this drawing: 8 MB for as long as the lab lives
        return buffer

    def still(self, rows: np.ndarray, ghost: np.ndarray | None = None, marks: Sequence[dict] = ()) -> bytes:
        """The frame with the lines of one run, rows (rows, steps + 1), as a small PNG."""
        lines = [*self._draw(ghost, ghost=True), *self._draw(rows), *(self._draw_mark(rows, mark) for mark in marks)]
        try:
            buffer = self._drawn()
        finally:
            for line in lines:
                line.remove()
        image = Image.open(buffer).convert("RGB")
        size = (STILL_WIDTH, round(STILL_WIDTH * image.height / image.width))
        small = io.BytesIO()
        image.resize(size, Image.Resampling.LANCZOS).quantize(self.colors, dither=Image.Dither.NONE).save(
            small, "png", optimize=True
        )
        return small.getvalue()

    def _draw(self, rows: np.ndarray | None, ghost: bool = False) -> list[Line2D]:
        if rows is None:
            return []
        values = np.where(rows == GAP, np.nan, rows / FIXED_POINT)
        drawn = []
        for line in self.lines:
            ax = self.axes[line["panel"]]
            box = ax.bbox
            x = values[line["x"]] if line["x"] >= 0 else np.linspace(box.x0, box.x1, values.shape[1])
            look = plotting.GHOST if ghost else {"color": line["color"], "linestyle": line["linestyle"]}
            effects = plotting.HALO if line["x"] >= 0 else None
            artist = Line2D(
                x, self.figure.bbox.height - values[line["y"]], **look, linewidth=line["width"], path_effects=effects
            )
            if line.get("fixed") == "point":
                artist.set(marker="o", markersize=9, markeredgecolor="white")
            artist.set_transform(IdentityTransform())
            artist.set_clip_path(ax.patch)
            drawn.append(self.figure.add_artist(artist, clip=False))
        if not ghost and self.lines[0]["x"] >= 0:
            start = Line2D(
                values[0, :1], self.figure.bbox.height - values[1, :1], marker="o", color="white",
                markeredgecolor="black", markersize=9, transform=IdentityTransform(),
            )  # fmt: skip
            drawn.append(self.figure.add_artist(start))
        return drawn

    def _draw_mark(self, rows: np.ndarray, mark: dict[str, Any]) -> Annotation:
        """A ring around a point of the first line of a panel, and beside it what there is to say."""
        line = next(line for line in self.lines if line["panel"] == mark["panel"])
        values = np.where(rows == GAP, np.nan, rows / FIXED_POINT)
        box = self.axes[mark["panel"]].bbox
        y = self.figure.bbox.height - values[line["y"]]
        x = values[line["x"]] if line["x"] >= 0 else np.linspace(box.x0, box.x1, len(y))
        step = np.flatnonzero(np.isfinite(x + y))[: mark["step"] + 1][-1]
        point = np.clip([x[step], y[step]], box.min, box.max)
        side = np.where(point > (box.min + box.max) / 2, -1, 1)
        note = Annotation(
            mark["text"], point, point + side * (60, 90), "figure pixels", "figure pixels",
            ha="left" if side[0] > 0 else "right", va="center", fontsize=11.5, annotation_clip=False,
            bbox={"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": "black"},
            arrowprops={"arrowstyle": "-", "linewidth": 1.5},
        )  # fmt: skip
        note.set_figure(self.figure)
        return self.figure.add_artist(note)

    def scene(self) -> dict[str, Any]:
        """Where the panels are, in pixels from the top left, and which lines are drawn in them."""
        height = self.figure.bbox.height
        return {
            "width": int(self.figure.bbox.width),
            "height": int(height),
            "dpi": DPI,
            "fixedPoint": FIXED_POINT,
            "panels": [[ax.bbox.x0, height - ax.bbox.y1, ax.bbox.width, ax.bbox.height] for ax in self.axes],
            "lines": self.lines,
            "ghost": plotting.GHOST,
            "dashes": DASHES,
            "bands": plotting.BAND_COLORS,
            "grid": GRID,
        }


def _cut_off(path: np.ndarray) -> np.ndarray:
    """A path (runs, steps + 1, 2) in pixels: where a step leads beyond REACH it stops there, and the rest is NaN.

    Clipping each coordinate by itself would bend the last step, and draw it where the run never was.
    """
    far = ~(np.abs(path) <= REACH).all(axis=-1)
    runs, steps = np.nonzero(far[:, 1:] & ~far[:, :-1])
    last, next_ = path[runs, steps], path[runs, steps + 1]
    way = next_ - last
    share = np.fmin.reduce((np.copysign(REACH, way) - last) / way, axis=-1, keepdims=True)
    cut = np.where(far[..., None], np.nan, path)
    cut[runs, steps + 1] = last + share * way
    return cut


def pack(rows: np.ndarray) -> bytes:
    """Rows of pixels as differences along the steps, deflated: a tenth to a third of the bytes."""
    return zlib.compress(np.diff(rows, axis=-1, prepend=np.int16(0)).astype("<i2").tobytes(), 1)


def pack_landscapes(problems: list[Problem]) -> bytes:
    """For each problem a GRID x GRID picture of its landscape, deflated: each byte says how far up the bands."""
    pictures = np.array([_heights(problem.outline, tuple(problem.values.items())) for problem in problems])
    return zlib.compress(np.diff(pictures, axis=-1, prepend=np.uint8(0)).tobytes(), 1)


@lru_cache(maxsize=256)  # of 9 KB: while the sliders of the optimizer move, those of the problem stay
def _heights(outline: tuple, values: tuple) -> np.ndarray:
    kind, *fixed = outline
    problem = kind(**dict(fixed), **dict(values))
    _, _, loss = problem.grid(GRID)
    height = np.interp(loss, plotting.levels(loss), np.linspace(0, 255, plotting.BANDS + 1))
    return height.round().astype(np.uint8)
