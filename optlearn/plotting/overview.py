"""Path, loss curve and the inside of the optimizer in one figure: the live lab, as a still picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from optlearn.plotting.curves import alive, inside, legend_above, loss_curve, over_steps, path, watched, width_of
from optlearn.plotting.looks import GHOST, styles
from optlearn.plotting.marks import draw_exit, draw_mark
from optlearn.plotting.quantities import quantities
from optlearn.plotting.scales import Scale
from optlearn.plotting.under import Under
from optlearn.run import Run

SIZE = (10.8, 4.7)  # inches at 100 dots: the lab is 1080 pixels wide
LINE = 18  # points of paper: a title needs so much room above a panel
BESIDE = 290  # points: names that are wider together get a line of their own above all panels


def overview(*runs: Run, labels: Sequence[str] | None = None) -> Figure:
    """Path, loss curve and the inside of one run, or of several each parameter, in one figure like the live lab."""
    return draw_overview(plt.figure(figsize=SIZE), runs, labels)


def draw_overview(
    figure: Figure,
    runs: Sequence[Run],
    labels: Sequence[str] | None = None,
    ghosts: Sequence[Run] = (),
    marks: Sequence[dict[str, Any]] = (),
    under: Under | None = None,
) -> Figure:
    """Draw an overview on an empty figure.

    Parameters
    ----------
    ghosts : runs that are drawn behind, all alike
    marks : dicts
        "text", the "step" of the first run that it speaks of, and "panel": 0 for the path, 1 for the loss.
    under : what stands under the loss in place of the inside
    """
    problem, alone = runs[0].problem, len(runs) == 1
    rows = list(quantities(runs[0])) if alone else list(problem.parameter_names) if problem.is_plane else []
    names = [] if alone else labels or [type(run.optimizer).__name__ for run in runs]
    over_all = width_of(names) > BESIDE
    top = 0.875 if over_all else 0.94
    heights = under.heights if under else [2.1] + [1] * len(rows)
    panels = Panels.on(figure, heights, top, shared=not under)
    if problem.is_plane:
        path(*runs, ax=panels.landscape, ghosts=ghosts, scale=True)
    else:
        watched(*runs, ax=panels.landscape, ghosts=ghosts)
    loss_curve(*runs, ax=panels.loss, ghosts=ghosts)
    if under:
        under.draw(panels.inside[0], panels.loss)
    elif alone:
        inside(runs[0], panels.inside, ghosts)
    else:
        _parameters(panels.inside, runs, ghosts)
    if not alone:
        _name_runs(panels, runs, names, over_all)
    panels.dress(bool(under))
    _mark(panels, runs, names, marks)
    return figure


@dataclass(frozen=True)
class Panels:
    """The axes of an overview: the landscape, the loss, and a row for each quantity inside the optimizer."""

    landscape: Axes
    loss: Axes
    inside: list[Axes]

    @staticmethod
    def on(figure: Figure, heights: Sequence[float], top: float = 0.94, shared: bool = True) -> Panels:
        """Lay out the panels on an empty figure of size `SIZE`, up to `top` of its height.

        `heights`: of the panels beside the landscape, that of the loss first; `shared`: they have one axis of steps.
        """
        left = figure.add_axes((0.06, 0.12, 0.38, top - 0.12))
        space = {"left": 0.545, "right": 0.98, "bottom": 0.12, "top": top}
        gap = LINE / (72 * figure.get_figheight() * (top - 0.12) - LINE * (len(heights) - 1)) * len(heights)
        hspace = max(0.45 if shared else 0.52, gap)
        grid = figure.add_gridspec(len(heights), 1, **space, hspace=hspace, height_ratios=heights)
        loss, *inside = grid.subplots(sharex=shared, squeeze=False)[:, 0]
        return Panels(left, loss, inside)

    def dress(self, under: bool = False) -> None:
        """Titles and ticks, large enough for the back row; `under` the loss there may be a panel of its own kind."""
        for ax in [self.landscape, self.loss, *self.inside]:
            ax.tick_params(labelsize=10.5, length=3)
            ax.xaxis.label.set_size(12)
            ax.yaxis.label.set_size(13)
            ax.title.set_fontsize(12)
        self.loss.set(ylabel="", xlabel="")
        for ax in [self.loss, *(() if under else self.inside)]:
            ax.grid(axis="y", color="0.87", linewidth=0.8)
            ax.set_axisbelow(True)
        self.loss.set_title("loss", loc="left", fontsize=12, pad=4)
        (self.loss if under else (self.inside or [self.loss])[-1]).set_xlabel("step")


def _parameters(axes: Sequence[Axes], runs: Sequence[Run], ghosts: Sequence[Run]) -> None:
    """Of several runs each parameter over the steps, as far as the landscape reaches and a little more."""
    problem = runs[0].problem
    for index, ax in enumerate(axes):
        low, high = problem.bounds[index]
        Scale("linear", low - 0.1 * (high - low), high + 0.1 * (high - low)).apply(ax)
        ax.set_title(problem.parameter_names[index], loc="left", fontsize=12, pad=4)
        for ghost in ghosts:
            over_steps(ax, alive(ghost, ghost.params)[:, index], GHOST)
        for run, look in zip(runs, styles(runs), strict=True):
            over_steps(ax, alive(run, run.params)[:, index], look)


def _name_runs(panels: Panels, runs: Sequence[Run], names: Sequence[str], over_all: bool) -> None:
    """One legend for all panels, above the loss; where there are many names, or long ones, above everything."""
    for ax in (panels.landscape, panels.loss):
        if legend := ax.get_legend():
            legend.remove()
    legend_above(panels.loss, styles(runs), names, over_all)


def _mark(panels: Panels, runs: Sequence[Run], names: Sequence[str], marks: Sequence[dict[str, Any]]) -> None:
    for run, who in zip(runs, names or [""], strict=True) if runs[0].problem.is_plane else ():
        draw_exit(panels.landscape, run, len(runs) < 3, who)
    lines = {
        0: [run.params for run in runs],
        1: [np.column_stack([np.arange(run.steps + 1), run.loss]) for run in runs],
    }
    for mark in marks:
        ax, (points, *others) = (panels.landscape, panels.loss)[mark["panel"]], lines[mark["panel"]]
        if mark["panel"] or runs[0].problem.is_plane:
            draw_mark(ax, points, mark["step"], mark["text"], others=others)
