"""The live lab: sliders, a path on a landscape, a loss curve, and the inside of the optimizer, moving together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from optlearn.live import description
from optlearn.live.bundle import packed
from optlearn.live.description import hypers_of
from optlearn.live.kernel import Kernel
from optlearn.live.mapping import Edge, describe_map, map_under
from optlearn.live.model import LOCK, STATE, Model
from optlearn.live.offer import Offer
from optlearn.live.page import MIME, page_of, stored
from optlearn.live.parts import parts_for
from optlearn.live.snapshot import STILL_METADATA, Snapshot
from optlearn.live.still import still
from optlearn.live.words import left_at, numbers_in_words, outcomes_of, parted_at
from optlearn.optimizers import Optimizer
from optlearn.plotting import Under
from optlearn.problems import ParabolaFit, Problem
from optlearn.run import Run
from optlearn.training import check_start, check_steps

PANELS = {"path": 0, "loss": 1}
SCRIPTS = Path(__file__).parent / "js"


class Lab(Model):
    """One or more optimizers on a problem, with a slider for every number of both.

    The browser runs the rules itself, translated from TensorFlow's own trace, so a drag never waits for the
    kernel. The kernel hears where the sliders come to rest, and computes `run` when somebody asks for it. A
    rule that cannot be translated is run by the kernel, on request; all else stays the same.

    Parameters
    ----------
    optimizer : Optimizer, or a sequence of them
        Several run side by side. A slider moves that number of all that have it; a number in which they
        differ, such as a learning rate chosen for each, has none: a line under the sliders says what each has.
    problem : Problem
    steps : int
    start : n numbers, optional
        Where to begin; otherwise `problem.start`. Can be dragged in the picture.
    ranges : dict, optional
        First and last stop of some sliders, where the field's own range is too wide for the lesson:
        ``{"learning_rate": (1e-4, 1e-2)}``.
    labels : sequence of str, optional
        What to call each of several optimizers; otherwise by the names of their classes.
    map : two names of sliders, optional
        Shows a map of the first number across and the second up, a whole run of the first optimizer at each of
        64 x 64 places: how low it ends, and whether it creeps, rings or leaves. To move over it is to move both.
    edge : function, optional
        For values of the map's second number (points,), those of the first at which theory has an edge.

    Attributes
    ----------
    values : dict
        The number that each slider stands at, by name. Can be set, observed, and linked with other widgets.
    start : list
    problem : str
        The name of the problem on screen.
    steps, step : int
        How many steps there are, and where the scrubber stands.
    run : Run
        The kernel's own run of the numbers on screen, computed when asked for; of several, the first.
    runs : list of Run
        All runs on screen.
    text : str
        The line under the picture that says what it shows.
    notice : str
        A quiet word on why the kernel has to run a rule; otherwise "".
    error : Exception or None
        What went wrong in the last thing asked for, if anything did.
    """

    _esm = packed(SCRIPTS / "lab.js")
    _css = Path(__file__).with_name("lab.css")

    def __init__(
        self,
        optimizer: Optimizer | Sequence[Optimizer],
        problem: Problem | None = None,
        *,
        steps: int = 500,
        start: Sequence[float] | None = None,
        ranges: dict[str, tuple[float, float]] | None = None,
        labels: Sequence[str] | None = None,
        map: tuple[str, str] | None = None,  # noqa: A002 - it is what the reader sees
        edge: Edge | None = None,
    ):
        problem = ParabolaFit() if problem is None else problem
        optimizers = tuple(optimizer) if isinstance(optimizer, list | tuple) else (optimizer,)
        self._offer = self._make_offer(optimizers, problem, labels, ranges)
        check_steps(steps)
        first = self._offer.on(problem, self._offer.of_rules, int(steps))
        self._first = first | {"start": description.to_lists(check_start(problem, start))}
        numbers = hypers_of([*optimizers, problem]) | self._offer.ranges
        sliders = {name: numbers[name] for name in self._first["values"]}
        self._map = None if map is None else describe_map(map, edge, sliders, problem)
        if map is not None:
            self._esm = packed(SCRIPTS / "map" / "lab.js")
        self._marks: list[dict[str, Any]] = []
        self._moved: list[Callable[[], None]] = []
        self.error: Exception | None = None
        self._kernel = self._make_kernel(self._offer)
        parts = parts_for(optimizers, [problem], self._first["steps"])
        self._kernel.try_out(parts, self._first)
        scene = self._described(self._first)
        notice = self._kernel.notice(parts, problem)
        super().__init__(**self._first, step=int(steps), parts=parts, scene=scene, notice=notice)
        self._checking = True
        self.observe(self._on_ask, "ask")
        self.observe(self._on_change, ["problem", "steps"])

    @classmethod
    def compare(cls, right: Optimizer, wrong: Optimizer, problem: Problem | None = None, **more: Any) -> Lab:
        """A lab of two rules, the step at which they part marked. `more` as for every lab."""
        return cls((right, wrong), problem, **{"labels": ("right", "wrong"), **more})

    # What code and cells use

    @property
    def run(self) -> Run:
        return self.runs[0]

    @property
    def runs(self) -> list[Run]:
        with LOCK:
            return self._kernel.runs(self._state)

    @property
    def text(self) -> str:
        runs = self.runs
        hypers = hypers_of([*(run.optimizer for run in runs), runs[0].problem])
        outcomes = outcomes_of([run.as_one_of_many() for run in runs], self._offer.labels)
        return f"{numbers_in_words(hypers, self.values)}: {outcomes[0]}"

    def set(self, **values: Any) -> None:
        """Change numbers of the optimizer or the problem, or `problem`, `start` or `steps`; as by hand.

        >>> lab.set(learning_rate=0.01, start=(-1, 3))

        Raises
        ------
        ValueError
            If a name or value is not allowed. The lab then stays as it was.
        """
        with LOCK, self._reporting():
            self._show(
                self._offer.changed(self._state, values), fresh=not values.keys().isdisjoint({"problem", "steps"})
            )

    def reset(self) -> None:
        """Everything back to where it was when the lab was made; the pinned run goes as well."""
        with LOCK, self._reporting():
            self._show(self._first, fresh=True)

    def pin(self) -> None:
        """Keep the present run in the picture as a ghost, to compare the next ones with."""
        self.pinned = {"values": dict(self.values), "start": list(self.start), "text": self.text}

    def unpin(self) -> None:
        """Take the ghost away."""
        self.pinned = {}

    def point_out(self, text: str, step: int | None = None, panel: str = "path", **values: Any) -> None:
        """Say something about a point of the first run, in the picture, whenever the sliders stand as then.

        Parameters
        ----------
        step : int, optional
            Where: otherwise where the run leaves the picture, or its end.
        panel : {"path", "loss"}
            In which panel.
        **values
            What to set first, as with `set`.

        Raises
        ------
        ValueError
            If the step or the panel does not exist, or a value is not allowed.
        """
        if panel not in PANELS:
            raise ValueError(f"panel={panel!r}: panel must be one of {', '.join(PANELS)}.")
        with LOCK:
            self.set(**values)
            if step is None:
                left = left_at(self.run.as_one_of_many())[0]
                step = self.steps if np.isnan(left) else int(left)
            if not 0 <= step <= self.steps:
                raise ValueError(f"step={step!r}: step must be a whole number from 0 to {self.steps}.")
            self._marks.append({"text": text, "step": step, "panel": PANELS[panel], **self._state})
            self.scene = self._described(self._state)

    def unpoint(self) -> None:
        """Take everything that was pointed out away again."""
        with LOCK:
            self._marks.clear()
            self.scene = self._described(self._state)

    def on_moved(self, tell: Callable[[], None]) -> None:
        """Call a function whenever the lab has been moved by hand, in the browser, and has come to rest."""
        self._moved.append(tell)

    def _has_moved(self) -> None:
        for tell in self._moved:
            tell()

    def snapshot(self) -> Snapshot:
        """The present picture, as it stands, for a cell to show."""
        with LOCK:
            return Snapshot(self.still(), self.text)

    def still(self) -> bytes:
        """The present picture as a PNG."""
        with LOCK:
            runs = self.runs
            marks = [mark for mark in self._marks if all(mark[name] == self._state[name] for name in STATE[:3])]
            if len(runs) == 2 and (step := int(parted_at([run.as_one_of_many() for run in runs])[0])) >= 0:
                marks.append({"text": f"they part at step {step}", "step": step, "panel": 1})
            pinned = {name: self.pinned[name] for name in ("values", "start") if self.pinned}
            ghosts = self._kernel.runs(self._state | pinned) if pinned else []
            return still(runs, self._offer.labels, ghosts, marks, self._under())

    def _under(self) -> Under | None:
        """What a still picture has under the loss in place of the inside: the map, if there is one."""
        problem = self._offer.problems[self.problem]
        if not self._map or not problem.is_plane or not all(name in self.values for name in self._map["names"]):
            return None
        numbers = hypers_of([*self._offer.optimizers, problem]) | self._offer.ranges
        return map_under(self._map, self._state, numbers, self._kernel)

    def page(self) -> dict[str, Any]:
        """All that a page without a kernel needs to show this lab: the model's traits, and the parts they refer to.

        Returns
        -------
        dict
            See `page_of`.
        """
        with LOCK:
            self._fill_rest()
            names = (*STATE, "step", "pinned", "notice", "notes", "scene", "parts", "rest")
            return page_of("lab", {name: getattr(self, name) for name in names})

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        alive = {MIME: stored(self.page())}
        return {**super()._repr_mimebundle_(), **self.snapshot()._repr_mimebundle_()[0], **alive}, STILL_METADATA

    # What the browser is told

    def _described(self, state: dict[str, Any]) -> dict[str, Any]:
        offer = self._offer
        differing = description.describe_differing(offer.optimizers, offer.labels) if offer.sliders else []
        shapes = list(dict.fromkeys(problem.shape for problem in offer.problems.values()))
        through: description.Through = {}
        for values in (self._first["values"], *(mark["values"] for mark in self._marks)):
            for name, value in values.items():
                through.setdefault(name, []).append(value)
        return {
            "title": " and ".join(type(each).__name__ for each in offer.optimizers),
            "first": self._first,
            "tracks": description.describe_tracks(offer.optimizers, offer.labels),
            "looks": description.parameter_looks(),
            "numbers": description.describe_numbers(offer.optimizers, offer.ranges, through, shapes),
            "problems": [description.describe_problem(p, offer.ranges, through) for p in offer.problems.values()],
            "marks": list(self._marks),
            **({"map": self._map} if self._map else {}),
            **({"differing": differing} if differing else {}),
            **self._described_more(),
        }

    def _make_offer(self, *given: Any) -> Offer:
        return Offer(*given)

    def _make_kernel(self, offer: Offer) -> Kernel:
        return Kernel(offer)

    def _described_more(self) -> dict[str, Any]:
        """What a kind of lab has to say beyond that, for its own piece of the browser's side."""
        return {}
