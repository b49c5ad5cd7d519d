"""The live race: several optimizers from one start, each with the learning rate that is best for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from optlearn import plotting
from optlearn.live.bundle import packed
from optlearn.live.kernel import Kernel
from optlearn.live.lab import SCRIPTS, Lab
from optlearn.live.offer import Offer
from optlearn.live.words import number, outcomes
from optlearn.loop import run_all
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem
from optlearn.run import Run

RATES = np.array(
    [float(f"{rate:.6g}") for rate in np.geomspace(1e-5, 10, 121)]
)  # 20 to a decade, the same ones for all
LAST = 0.1  # the share of the steps over which the loss at the end is averaged
TIE = 1e-9  # as a share of the way down: as low as rounding can tell


class Race(Lab):
    """Several optimizers on one problem, in one live figure that is fair by construction.

    All have one start, one number of gradients, and the same noise, where a problem has any. Each
    tries the 121 learning rates of `RATES`, its other numbers as given, and runs with the one whose
    loss is smallest, without noise and averaged over the last tenth of the steps. The lowest panel
    shows that loss for every rate: how much depends on the choice. While the start is dragged, and
    when another problem is chosen, the rates are chosen anew.

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

    _esm = packed(SCRIPTS / "race" / "lab.js")

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
        if without := [type(each).__name__ for each in optimizers if "learning_rate" not in each.hypers()]:
            raise ValueError(f"{', '.join(without)}: a race chooses the learning_rate, and there is none.")
        super().__init__(optimizers, problem, steps=steps, start=start, labels=labels)

    @property
    def rates(self) -> dict[str, float]:
        return {label: run.optimizer.learning_rate for label, run in zip(self._offer.labels, self.runs, strict=True)}

    @property
    def final(self) -> dict[str, np.ndarray]:
        return dict(zip(self._offer.labels, self._kernel.final(self._state), strict=True))

    @property
    def text(self) -> str:
        return "; ".join(
            f"{label} with η = {number(run.optimizer.learning_rate)}: {outcomes(run.as_one_of_many(), brief=True)[0]}"
            for label, run in zip(self._offer.labels, self.runs, strict=True)
        )

    def _make_offer(self, *given: Any) -> Offer:
        return Offer(*given, sliders=False)

    def _make_kernel(self, offer: Offer) -> Kernel:
        return RaceKernel(offer)

    def _under(self) -> plotting.Under:
        """The losses at the end of every rate."""
        runs, losses = self.runs, list(self.final.values())
        return plotting.Under(lambda ax, loss: plotting.draw_rates(ax, loss, runs, RATES, losses), (1, 1))

    def _described_more(self) -> dict[str, Any]:
        return {"race": {"rates": RATES.tolist(), "last": LAST}}


class RaceKernel(Kernel):
    """Runs every rule with the rate that is best for it."""

    def final(self, state: dict[str, Any]) -> list[np.ndarray]:
        """For each rule the losses at the end, (len(RATES),)."""
        self.runs(state)
        return self._final

    def _run(self, optimizers: list[Optimizer], problem: Problem, steps: int, start: list) -> list[Run]:
        tried = [_tried(each, problem, steps, np.asarray(start, float)) for each in optimizers]
        self._final = [losses for losses, _ in tried]
        chosen = [each.replace(learning_rate=rate) for each, (_, rate) in zip(optimizers, tried, strict=True)]
        return super()._run(chosen, problem, steps, start)


def _tried(optimizer: Optimizer, problem: Problem, steps: int, start: np.ndarray) -> tuple[np.ndarray, float]:
    """The loss at the end for each of `RATES`, and the best of them: among those that tie, the one first there."""
    starts = np.broadcast_to(start, (len(RATES), *problem.shape))
    record = run_all(optimizer, problem, steps, starts, {"learning_rate": RATES}, compiled=False)
    runs = Run(optimizer, problem, axes={"learning_rate": RATES}, **record)
    with np.errstate(all="ignore"):
        height = problem.loss(tf.constant(runs.params, tf.float64)).numpy()
        lost = ~np.isnan(runs.diverged_at)
        losses, means = (
            np.where(lost | ~np.isfinite(part.mean(axis=1)), np.inf, part.mean(axis=1))
            for part in (height[:, -max(1, round(LAST * steps)) :], height)
        )
        tied = losses <= losses.min() + TIE * abs(height[0, 0] - losses.min())
    return losses, float(RATES[np.where(tied, means, np.inf).argmin()])
