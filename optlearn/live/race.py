"""The live race: several optimizers from one start, each with the learning rate that is best for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from optlearn import plotting
from optlearn.live.lab import Lab
from optlearn.live.picture import GAP, Picture, pack
from optlearn.live.words import left_at, number, outcomes
from optlearn.loop import give_memory_back, run_all, trim
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem
from optlearn.run import Run

RATES = np.geomspace(1e-5, 10, 121)  # 20 to a decade, the same ones for all
LAST = 0.1  # the share of the steps over which the loss at the end is averaged


class Race(Lab):
    """Several optimizers on one problem, in one live figure that is fair by construction.

    All have one start, one number of gradients, and the same noise, where a problem has any. Each
    tries the 121 learning rates of `RATES`, its other numbers as given, and runs with the one whose
    loss is smallest, without noise and averaged over the last tenth of the steps. The lowest panel
    shows that loss for every rate: how much depends on the choice. When the start is dragged or
    another problem is chosen, the rates are chosen anew.

    Parameters
    ----------
    optimizers : sequence of Optimizer
    problem, steps, start, labels
        As in a `Lab`.

    Attributes
    ----------
    rates : dict
        For each label, the learning rate that was chosen.
    final : dict
        For each label the losses at the end (len(RATES),): infinite where a run diverged.
    """

    def __init__(
        self,
        optimizers: Sequence[Optimizer],
        problem: Problem | None = None,
        *,
        steps: int = 500,
        start: Sequence[float] | None = None,
        labels: Sequence[str] | None = None,
    ):
        if not isinstance(optimizers, list | tuple) or len(optimizers) < 2:
            raise ValueError(f"optimizers={optimizers!r}: a race needs at least two, in a list.")
        super().__init__(optimizers, problem, steps=steps, start=start, labels=labels)

    @property
    def rates(self) -> dict[str, float]:
        return {label: run.optimizer.learning_rate for label, run in zip(self._labels, self.runs, strict=True)}

    @property
    def final(self) -> dict[str, np.ndarray]:
        return dict(zip(self._labels, self._final, strict=True))

    def _show(self, optimizers, problem, steps, start, whole: bool = True) -> None:
        """Choose the rates for a state, and put the runs on screen; nothing changes if that fails."""
        every = [_every_rate(each, problem, steps, start) for each in optimizers]
        final = np.array([_at_the_end(runs) for runs in every])
        tracks = [_only(runs, int(which)) for runs, which in zip(every, final.argmin(axis=1), strict=True)]
        del every
        picture, redraw, rescale = self._picture_for(tracks)
        picture.final = final
        rows = picture.rows(tracks)

        self._optimizers, self._problem, self._steps, self._start = optimizers, problem, steps, start
        self._tracks, self._final, self._stops, self._picture = tracks, final, {}, picture
        with self.hold_sync():
            if redraw:
                self.background = picture.background()
            if rescale:
                self.pinned, self.step = {}, steps
            self.scene = self._scene()
            self.blocks = {"": self._block(rows)}
            self.position = {}
        give_memory_back() if redraw else trim()

    def _block(self, rows: np.ndarray) -> dict[str, Any]:
        left = [int(np.nan_to_num(left_at(runs), nan=-1)[0]) for runs in self._tracks]
        texts = [
            f"{label} with η = {number(runs.optimizer.learning_rate)}: {outcomes(runs, brief=True)[0]}"
            for label, runs in zip(self._labels, self._tracks, strict=True)
        ]
        return {
            "data": pack(rows), "rows": rows.shape[1], "texts": ["; ".join(texts)],
            "left": [left], "parted": [-1], "others": {},
        }  # fmt: skip


class RacePicture(Picture):
    """The frame of a race: path, loss, and the loss at the end against the learning rate."""

    final: np.ndarray  # (tracks, len(RATES))
    colors = 200

    def __init__(self, tracks: Sequence[Run], limits: dict[str, Any], labels: Sequence[str] = ()):
        super().__init__(tracks, {"loss": limits["loss"]}, labels)
        self.panels.landscape.set_position((0.06, 0.115, 0.4, 0.775))
        self.panels.loss.set_position((0.54, 0.575, 0.445, 0.315))
        strip = self.figure.add_axes((0.54, 0.115, 0.445, 0.3))
        legend = self.panels.loss.get_legend()
        handles = [legend.legend_handles, [text.get_text() for text in legend.get_texts()]]
        legend.remove()
        self.figure.legend(
            *handles, loc="upper center", ncols=len(labels), frameon=False, fontsize=11, borderaxespad=0.1
        )
        plotting.scale_loss(strip, *limits["loss"])
        strip.set(xscale="log", xlim=(RATES[0], RATES[-1]))
        strip.tick_params(labelsize=10.5, length=3)
        strip.set_title("loss at the end, for each learning rate", loc="left", fontsize=12, pad=4)
        self.panels.inside.append(strip)
        row = sum(2 if line["x"] >= 0 else 1 for line in self.lines)
        for look in self.looks:
            where = {"panel": len(self.axes) - 1, **look, "width": 2}
            self.lines.append({**where, "x": row, "y": row + 1, "fixed": "line"})
            self.lines.append({**where, "x": row + 2, "y": row + 3, "fixed": "point"})
            row += 4

    def rows(self, tracks: Sequence[Run]) -> np.ndarray:
        """As for every picture, and then for each track the curve of its rates, and the one that was chosen."""
        rows = [super().rows(tracks)[0]]
        strip, height, bottom = self.axes[-1], self.figure.bbox.height, self.limits["loss"][0]
        for final in self.final:
            points = np.full((2, rows[0].shape[-1]), np.nan)
            places = np.linspace(0, len(RATES) - 1, min(len(RATES), points.shape[1])).round().astype(int)
            shown = np.maximum(np.where(np.isfinite(final), final, np.nan), bottom)  # below the panel is at its edge
            points[:, : len(places)] = strip.transData.transform(np.column_stack([RATES, shown])[places]).T
            best = strip.transData.transform((RATES[final.argmin()], max(final.min(), bottom)))
            for x, y in (points, np.repeat(best[:, None], points.shape[1], axis=1)):
                pixels = np.stack([x, height - y])
                halves = np.clip(np.nan_to_num(pixels), -16_000, 16_000) * 2
                rows.append(np.where(np.isfinite(pixels), halves.round(), GAP).astype(np.int16))
        return np.concatenate(rows)[None]


Race._frame = RacePicture


def _every_rate(optimizer: Optimizer, problem: Problem, steps: int, start: np.ndarray) -> Run:
    """A run for each of `RATES`: one axis, "run"."""
    numbers = {name: np.full(len(RATES), float(value)) for name, value in (optimizer.values | problem.values).items()}
    numbers["learning_rate"] = RATES
    starts = np.broadcast_to(start, (len(RATES), *problem.shape))
    record = run_all(optimizer, problem, steps, starts, numbers, compiled=False)  # there would be many programs
    return Run(optimizer, problem, axes={"run": np.arange(len(RATES))}, **record)


def _at_the_end(runs: Run) -> np.ndarray:
    """The loss of each run, without noise, averaged over the last tenth of its steps; infinite if it diverged."""
    tail = runs.params[:, -max(1, round(LAST * runs.steps)) :]
    with np.errstate(all="ignore"):
        loss = runs.problem.loss(tf.constant(tail, tf.float64)).numpy().mean(axis=1)
    return np.where(np.isnan(runs.diverged_at) & np.isfinite(loss), loss, np.inf)


def _only(runs: Run, which: int) -> Run:
    """One of the runs alone, in memory of its own, its optimizer with that rate."""
    part = {name: tf.nest.map_structure(lambda a: np.copy(a[which : which + 1]), getattr(runs, name))
            for name in ("params", "loss", "gradient", "state")}  # fmt: skip
    optimizer = runs.optimizer.replace(learning_rate=float(RATES[which]))
    return Run(optimizer, runs.problem, axes={"run": np.arange(1)}, **part)
