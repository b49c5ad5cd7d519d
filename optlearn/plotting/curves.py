"""What runs look like: their way over the landscape, their loss, and what is inside the optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from optlearn.plotting.landscape import landscape, star
from optlearn.plotting.looks import GHOST, parameter_style, styles
from optlearn.plotting.marks import draw_names
from optlearn.plotting.quantities import quantities, shown_one_by_one
from optlearn.plotting.scales import Scale, fitted, fitted_to_loss
from optlearn.plotting.trace import Rim, Trace
from optlearn.problems import Problem
from optlearn.run import Run


def path(
    *runs: Run,
    ax: Axes | None = None,
    labels: Sequence[str] | None = None,
    ghosts: Sequence[Run] = (),
    scale: bool = False,
) -> Axes:
    """The parameters of one or more runs of one problem, on its landscape. A circle marks the start.

    `ghosts` are drawn behind, all alike; `scale` puts beside it how high the landscape is.
    """
    ax = landscape(runs[0].problem, ax, scale)
    for ghost in ghosts:
        add(ax, *alive(ghost, ghost.params).T, **GHOST, linewidth=1.6)
    for run, look in zip(runs, styles(runs), strict=True):  # under all: where two go one way, both are seen
        add(ax, *alive(run, run.params).T, Rim, is_path=True, color=look["color"], linewidth=1.7, label="_")
    for run, look, label in zip(runs, styles(runs), labels or _labels(runs), strict=True):
        add(ax, *alive(run, run.params).T, is_path=True, **look, linewidth=1.7, label=label)
        ax.plot(*run.params[0], "o", color="white", markeredgecolor="black", markersize=9, zorder=4)
    for minimum in runs[0].problem.minima:
        star(ax, minimum)
    return _legend(ax, runs, labels)


def watched(
    *runs: Run, ax: Axes | None = None, labels: Sequence[str] | None = None, ghosts: Sequence[Run] = ()
) -> Axes:
    """What the problem of some runs has to show in place of a landscape, over the steps: see `Problem.view`."""
    ax, problem = ax or plt.gca(), runs[0].problem
    view = problem.view
    ax.set(xlim=(0, max(run.steps for run in runs)), xlabel="step")
    Scale("log" if view.log else "linear", view.low, view.high).apply(ax)
    ax.set_title(view.title, loc="left", fontsize=12, pad=4)
    for ghost in ghosts:
        for values in problem.watched(ghost.params).T:
            over_steps(ax, values, GHOST)
    alone, lines = len(runs) == 1, []
    for run, look, label in zip(runs, styles(runs), labels or _labels(runs), strict=True):
        for index, values in enumerate(problem.watched(run.params).T):
            own = _view_style(problem, index) if alone else look
            over_steps(ax, values, own, label="_" if alone or index else label)
            lines.append((view.names[index], values))
    names = list(dict.fromkeys(view.names))
    if not alone and 1 < len(names) < 5 and len(names) == len(view.names):  # each says which
        draw_names(ax, lines)
    if not alone or labels:
        return _legend(ax, runs, labels)
    if len(names) > 1:
        handles = [Line2D([], [], **parameter_style(i), linewidth=2, label=name) for i, name in enumerate(names)]
        tight = {"columnspacing": 1.0, "handletextpad": 0.5, "fontsize": 10.5}
        ax.legend(handles=handles, ncols=min(len(names), 4), framealpha=0.9, loc="upper center", **tight)
    return ax


def loss_curve(
    *runs: Run, ax: Axes | None = None, labels: Sequence[str] | None = None, ghosts: Sequence[Run] = ()
) -> Axes:
    """The loss of one or more runs over the steps, on a logarithmic axis where no loss is negative."""
    ax = ax or plt.gca()
    every, problem = [*runs, *ghosts], runs[0].problem
    highest = np.inf
    if problem.is_plane:
        grid = problem.grid(41)[2]
        highest = float(grid[np.isfinite(grid)].max(initial=-np.inf))
    fitted_to_loss(np.concatenate([alive(run, run.loss) for run in every]), highest).apply(ax)
    for ghost in ghosts:
        over_steps(ax, ghost.loss, GHOST)
    for run, look, label in zip(runs, styles(runs), labels or _labels(runs), strict=True):
        over_steps(ax, run.loss, look, label=label)
    ax.set(xlim=(0, max(run.steps for run in runs)), xlabel="step", ylabel="loss")
    return _legend(ax, runs, labels)


def inside(run: Run, axes: Sequence[Axes] | None = None, ghosts: Sequence[Run] = ()) -> Sequence[Axes]:
    """What the optimizer keeps and does, for each parameter over the steps: one row for each of `quantities`."""
    rows = quantities(run)
    behind = [quantities(ghost) for ghost in ghosts]
    if axes is None:
        axes = np.atleast_1d(plt.gcf().subplots(len(rows), 1, sharex=True))
    for ax, (name, values) in zip(axes, rows.items(), strict=True):
        old = [each[name] for each in behind if name in each]
        kept = [alive(each, lines) for each, lines in zip([run, *ghosts], [values, *old], strict=False)]
        fitted(*kept).apply(ax)
        ax.set_title(name, loc="left", fontsize=12, pad=4)
        for lines in kept[1:]:
            for line in lines.T:
                over_steps(ax, line, GHOST)
        for index, line in enumerate(kept[0].T):
            over_steps(ax, line, parameter_style(index))
    name_parameters(axes[0], run.problem)
    axes[-1].set(xlim=(0, run.steps), xlabel="step")
    return axes


def alive(run: Run, values: np.ndarray) -> np.ndarray:
    """What is recorded of a run up to the step at which it diverges."""
    return values if run.diverged_at is None else values[: run.diverged_at + 1]


def over_steps(ax: Axes, values: np.ndarray, look: dict[str, Any], label: str = "_") -> None:
    """A line over the steps."""
    add(ax, np.arange(len(values)), values, **look, linewidth=1.6, label=label)


def add(ax: Axes, x: np.ndarray, y: np.ndarray, kind: type[Trace] = Trace, **look: Any) -> Trace:
    """A line on axes whose limits stay."""
    line = kind(x, y, **look)
    limits = ax.get_xlim(), ax.get_ylim()
    ax.add_line(line)
    ax.set(xlim=limits[0], ylim=limits[1])
    return line


def name_parameters(ax: Axes, problem: Problem) -> None:
    """Say which line of the inside is which parameter, where there is one for each."""
    if shown_one_by_one(problem):
        names = problem.parameter_names
        legend_above(ax, [parameter_style(index) for index in range(len(names))], names)


def legend_above(ax: Axes, looks: Sequence[dict[str, Any]], names: Sequence[str], over_all: bool = False) -> None:
    """Which line is which, above the right end of the axes; or of the whole figure."""
    whole: dict[str, Any] = {"loc": "upper right", "bbox_to_anchor": (0.98, 1)}
    (ax.figure if over_all else ax).legend(
        handles=[Line2D([], [], **look, linewidth=2, label=name) for look, name in zip(looks, names, strict=True)],
        ncols=len(names),
        frameon=False,
        borderaxespad=0,
        fontsize=11,
        **(whole if over_all else {"loc": "lower right", "bbox_to_anchor": (1, 1)}),
    )


def width_of(names: Sequence[str]) -> float:
    """How wide a legend with these names is, in points: 7 for a letter, and 40 for each piece of a line."""
    return sum(7 * len(name) + 40 for name in names)


def _view_style(problem: Problem, index: int) -> dict[str, Any]:
    """The look of a line of `Problem.watched`: that of its name."""
    names = problem.view.names
    return parameter_style(list(dict.fromkeys(names)).index(names[index]))


def _labels(runs: Sequence[Run]) -> list[str]:
    return [type(run.optimizer).__name__ for run in runs]


def _legend(ax: Axes, runs: Sequence[Run], labels: Sequence[str] | None) -> Axes:
    if labels or len(runs) > 1:
        ax.legend(framealpha=0.9)
    return ax
