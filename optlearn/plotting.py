"""Still pictures of runs: the loss curve, the path on the landscape, and what is inside the optimizer.

Every function takes matplotlib axes, or makes its own, and returns them, as seaborn's do. Colours and
line styles mean the same everywhere: each optimizer has its own, and so has each parameter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from optlearn.family import family  # noqa: F401 - notebooks say plotting.family
from optlearn.looks import GHOST, LINE_STYLES, OWN, PARAMETER_COLORS, parameter_style, style  # noqa: F401 - likewise
from optlearn.problems import Problem
from optlearn.run import Run

BANDS = 14
BAND_COLORS = [to_hex(0.55 + 0.45 * np.array(color)) for color in sns.color_palette("viridis", BANDS)]
HALO = [patheffects.Stroke(linewidth=4, foreground="white", alpha=0.8), patheffects.Normal()]


def set_theme() -> None:
    """Make pyplot's figures wide, sharp and legible at the back of the room."""
    plt.rcParams.update({"figure.figsize": (10.8, 3.8), "figure.dpi": 100, "font.size": 12})


def levels(loss: np.ndarray) -> np.ndarray:
    """Loss values (BANDS + 1,) that part a landscape into bands, narrower in area towards the minimum."""
    shares = np.linspace(0, 1, BANDS + 1) ** 1.6
    values = np.quantile(loss[np.isfinite(loss)], shares) if np.isfinite(loss).any() else shares
    return values + 1e-12 * (1 + np.abs(values).max()) * np.arange(BANDS + 1)  # strictly rising, even on a plain


def landscape(problem: Problem, ax: Axes | None = None) -> Axes:
    """Contours of the loss over the first two parameters: dark is low, stars are the known minima."""
    ax = ax or plt.gca()
    x, y, loss = problem.grid()
    ax.contourf(x, y, loss, levels=levels(loss), colors=BAND_COLORS)
    for minimum in problem.minima:
        ax.plot(*minimum, "*", color="white", markeredgecolor="black", markersize=15, zorder=4)
    ax.set(xlim=problem.bounds[0], ylim=problem.bounds[1])
    ax.set_xlabel(problem.parameter_names[0])
    ax.set_ylabel(problem.parameter_names[1], rotation=0)
    return ax


def path(*runs: Run, ax: Axes | None = None, labels: Sequence[str] | None = None) -> Axes:
    """The parameters of one or more runs of one problem, on its landscape. A circle marks the start."""
    ax = landscape(runs[0].problem, ax)
    for run, look, label in zip(runs, styles(runs), labels or _labels(runs), strict=True):
        ax.plot(*run.params.T, **look, linewidth=2, label=label, path_effects=HALO)
        ax.plot(*run.params[0], "o", color="white", markeredgecolor="black", markersize=9)
    return _legend(ax, runs, labels)


def watched(*runs: Run, ax: Axes | None = None, labels: Sequence[str] | None = None) -> Axes:
    """What the problem of some runs has to show in place of a landscape, over the steps: see `Problem.view`."""
    ax = ax or plt.gca()
    scale_view(ax, runs[0].problem, max(run.steps for run in runs))
    alone = len(runs) == 1
    for run, look, label in zip(runs, styles(runs), labels or _labels(runs), strict=True):
        for index, values in enumerate(run.problem.watched(run.params).T):
            ax.plot(values, **(view_style(run.problem, index) if alone else look), label=None if index else label)
    if alone:
        view_legend(ax, runs[0].problem)
        return ax
    return _legend(ax, runs, labels)


def loss_curve(*runs: Run, ax: Axes | None = None, labels: Sequence[str] | None = None) -> Axes:
    """The loss of one or more runs over the steps, on a logarithmic axis where no loss is negative."""
    ax = ax or plt.gca()
    scale_loss(ax, *loss_limits(runs[0].problem, np.concatenate([run.loss.ravel() for run in runs])))
    for run, look, label in zip(runs, styles(runs), labels or _labels(runs), strict=True):
        ax.plot(run.loss, **look, linewidth=2, label=label)
    ax.set(xlim=(0, max(run.steps for run in runs)), xlabel="step", ylabel="loss")
    return _legend(ax, runs, labels)


def inside(run: Run, axes: Sequence[Axes] | None = None) -> Sequence[Axes]:
    """What the optimizer keeps and does, for each parameter over the steps: one row for each of `quantities`."""
    rows = quantities(run)
    if axes is None:
        axes = np.atleast_1d(plt.gcf().subplots(len(rows), 1, sharex=True))
    for ax, (name, values) in zip(axes, rows.items(), strict=True):
        scale_quantity(ax, name, quantity_limit(name, values))
        for index in range(values.shape[-1]):
            ax.plot(values[:, index], **parameter_style(index), linewidth=2)
    name_parameters(axes[0], run.problem)
    axes[-1].set(xlim=(0, run.steps), xlabel="step")
    return axes


def overview(*runs: Run, labels: Sequence[str] | None = None) -> Figure:
    """Path, loss curve and the inside of the first run, in one figure like that of the live lab."""
    figure = plt.figure(figsize=SIZE)
    panels = Panels.on(figure, len(quantities(runs[0])))
    show = path if runs[0].problem.is_plane else watched
    show(*runs, ax=panels.landscape, labels=labels)
    loss_curve(*runs, ax=panels.loss, labels=labels)
    inside(runs[0], panels.inside)
    panels.dress()
    return figure


# What the live lab shares with the still pictures: the same panels, the same scales.

SIZE = (10.8, 4.6)  # inches at 100 dots: the lab is 1080 pixels wide


@dataclass(frozen=True)
class Panels:
    """The axes of an overview: the landscape, the loss, and a row for each quantity inside the optimizer."""

    landscape: Axes
    loss: Axes
    inside: list[Axes]

    @staticmethod
    def on(figure: Figure, rows: int) -> Panels:
        """Lay out the panels on an empty figure of size `SIZE`."""
        left = figure.add_axes((0.06, 0.115, 0.4, 0.835))
        grid = figure.add_gridspec(
            rows + 1, 1, left=0.54, right=0.985, bottom=0.115, top=0.95, hspace=0.42, height_ratios=[2.1] + [1] * rows
        )
        axes = grid.subplots(sharex=True, squeeze=False)[:, 0].tolist()
        return Panels(left, axes[0], axes[1:])

    def dress(self) -> None:
        """Titles and ticks, large enough for the back row."""
        for ax in [self.landscape, self.loss, *self.inside]:
            ax.tick_params(labelsize=10.5, length=3)
            ax.xaxis.label.set_size(12)
            ax.yaxis.label.set_size(13)
        self.loss.set_ylabel("")
        self.loss.set_title("loss", loc="left", fontsize=12, pad=4)
        self.loss.set_xlabel("")
        for ax in self.inside:
            ax.title.set_fontsize(12)


def quantities(run: Run) -> dict[str, np.ndarray]:
    """What is worth seeing inside the optimizer: for each name an array like `run.params`.

    The gradient, every field of the state that has the parameters' shape, and the effective rate
    |Δθ| / |g|: how far a step went for each unit of gradient, where the step is more than rounding.
    With more than three, the gradient is left out. Of matrices and of more than four parameters, all
    these are norms.
    """
    if not shown_one_by_one(run.problem):
        return _norms(run)
    found = {"gradient g": run.gradient}
    for name, values in _kept(run.state):
        if values.shape == run.params.shape:
            found[f"state {name}"] = values
    with np.errstate(all="ignore"):
        step, before = np.abs(np.diff(run.params, axis=-2)), run.params[..., :-1, :]
        rate = np.where(step > 100 * np.spacing(np.abs(before)), step / np.abs(run.gradient[..., :-1, :]), np.nan)
    found[RATE] = np.concatenate([rate, rate[..., -1:, :]], axis=-2)
    if len(found) > 3:
        del found["gradient g"]
    return found


def shown_one_by_one(problem: Problem) -> bool:
    """Whether the inside of an optimizer is shown for each parameter: there are no more than four, in a vector."""
    return len(problem.shape) == 1 and problem.shape[0] <= 4


def _kept(state: Any) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays that a state names; those of a scheduled rule's own state among them."""
    for name in getattr(state, "_fields", ()):
        part = getattr(state, name)
        yield from _kept(part) if hasattr(part, "_fields") else [(name, part)]


def _norms(run: Run) -> dict[str, np.ndarray]:
    lead = run.loss.shape
    found = {"gradient g": run.gradient}
    for name, values in _kept(run.state):
        if values.ndim > len(lead):
            found[f"state {name}"] = values
    with np.errstate(all="ignore"):
        found = {f"‖{name}‖": np.linalg.norm(v.reshape(*lead, -1), axis=-1)[..., None] for name, v in found.items()}
        step = np.linalg.norm(np.diff(run.params, axis=len(lead) - 1).reshape(*lead[:-1], run.steps, -1), axis=-1)
        rate = step[..., None] / found["‖gradient g‖"][..., :-1, :]
    found[RATE] = np.concatenate([rate, rate[..., -1:, :]], axis=-2)
    if len(found) > 3:
        del found["‖gradient g‖"]
    return found


RATE = "effective rate |Δθ| / |g|"


def loss_limits(problem: Problem, loss: np.ndarray) -> tuple[float, float]:
    """Bottom and top of the loss axis: the top covers every start in the picture, the bottom what runs reach.

    Without a landscape, the top is the largest loss of the runs.
    """
    seen = problem.grid(41)[2] if problem.is_plane else loss
    finite = seen[np.isfinite(seen)]
    top = float(finite.max(initial=0)) or float(np.abs(finite).max(initial=0)) or 1.0
    reached = loss[np.isfinite(loss)]
    lowest = float(min(reached.min(initial=top), finite.min(initial=top)))
    if lowest < 0:
        return -100 * top, 1.5 * top
    return max(0.7 * lowest, 1e-9 * top), 1.5 * top


def scale_loss(ax: Axes, bottom: float, top: float) -> None:
    """Set scale, limits and ticks of a loss axis: logarithmic, on both sides of 0 if losses can be negative."""
    if bottom > 0:
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(numticks=5))
    else:
        ax.set_yscale("symlog", linthresh=top / 10)
        power = 10.0 ** np.floor(np.log10(top))
        ax.set_yticks([-10 * power, -power, 0, power])
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_ylim(bottom, top)


def quantity_limit(name: str, values: np.ndarray) -> float:
    """The largest size of a quantity worth showing: that of all finite values but the wildest."""
    sizes = np.abs(values[np.isfinite(values)])
    return float(np.quantile(sizes, 0.998) or sizes.max()) if sizes.any() else 1.0


def scale_quantity(ax: Axes, name: str, limit: float) -> None:
    """Set scale, limits, ticks and title of a row: three decades on either side of 0, or five below the top."""
    if name == RATE:
        ax.set_yscale("log")
        ax.set_ylim(1e-5 * limit, 3 * limit)
        ax.yaxis.set_major_locator(LogLocator(numticks=3))
    else:
        ax.set_yscale("symlog", linthresh=1e-3 * limit, linscale=0.4)
        ax.set_ylim(-2 * limit, 2 * limit)
        power = 10.0 ** np.floor(np.log10(limit))
        ax.set_yticks([-power, 0, power])
        ax.axhline(0, color="0.8", linewidth=1, zorder=0)
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_title(name, loc="left", fontsize=12, pad=4)


def scale_parameter(ax: Axes, name: str, bounds: tuple[float, float]) -> None:
    """Set limits and title of a row that shows a parameter: what the landscape shows of it, and a margin."""
    low, high = bounds
    ax.set_ylim(low - 0.1 * (high - low), high + 0.1 * (high - low))
    ax.set_title(name, loc="left", fontsize=12, pad=4)


def scale_view(ax: Axes, problem: Problem, steps: int) -> None:
    """Set scale, limits and title of the panel that stands in place of a landscape."""
    view = problem.view
    ax.set(xlim=(0, steps), xlabel="step")
    if view.log:
        ax.set_yscale("log")
        ax.yaxis.set_minor_locator(NullLocator())
    else:
        ax.axhline(0, color="0.8", linewidth=1, zorder=0)
    ax.set_ylim(view.low, view.high)
    ax.set_title(view.title, loc="left", fontsize=12, pad=4)


def view_style(problem: Problem, index: int) -> dict[str, str]:
    """The colour and line style of a line of `Problem.watched`: that of its name."""
    return parameter_style(list(dict.fromkeys(problem.view.names)).index(problem.view.names[index]))


def name_parameters(ax: Axes, problem: Problem) -> None:
    """Say which line of the inside is which parameter, where there is one for each."""
    if shown_one_by_one(problem):
        names = problem.parameter_names
        legend_above(ax, [parameter_style(index) for index in range(len(names))], names)


def view_legend(ax: Axes, problem: Problem) -> None:
    """Say which line of `Problem.watched` is which."""
    names = list(dict.fromkeys(problem.view.names))
    looks = [parameter_style(index) for index in range(len(names))]
    handles = [Line2D([], [], **look, linewidth=2, label=name) for look, name in zip(looks, names, strict=True)]
    if len(names) > 1:
        ax.legend(handles=handles, ncols=min(len(names), 4), framealpha=0.9, fontsize=10.5, loc="upper center")


def legend_above(ax: Axes, looks: Sequence[dict[str, str]], names: Sequence[str]) -> None:
    """Which line is which, above the right end of the axes."""
    ax.legend(
        handles=[Line2D([], [], **look, linewidth=2, label=name) for look, name in zip(looks, names, strict=True)],
        ncols=len(names),
        loc="lower right",
        bbox_to_anchor=(1, 1),
        frameon=False,
        borderaxespad=0,
        fontsize=11,
    )


def styles(runs: Sequence[Run]) -> list[dict[str, str]]:
    """The style of each run: that of its optimizer, with the next line style where it is taken already."""
    taken: list[dict[str, str]] = []
    for run in runs:
        look = style(run.optimizer)
        first = LINE_STYLES.index(look["linestyle"])
        cycle = [look | {"linestyle": dashes} for dashes in LINE_STYLES[first:] + LINE_STYLES[:first]]
        taken.append(next((free for free in cycle if free not in taken), look))
    return taken


def _labels(runs: Sequence[Run]) -> list[str]:
    return [type(run.optimizer).__name__ for run in runs]


def _legend(ax: Axes, runs: Sequence[Run], labels: Sequence[str] | None) -> Axes:
    if labels or len(runs) > 1:
        ax.legend(framealpha=0.9)
    return ax
