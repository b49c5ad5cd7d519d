"""The live lab: sliders, a path on a landscape, a loss curve, and the inside of the optimizer, moving together."""

from __future__ import annotations

import base64
import dataclasses
import threading
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import tensorflow as tf
import traitlets

from optlearn import problems
from optlearn.live.picture import Picture, pack, pack_landscapes
from optlearn.live.shown import Shown
from optlearn.live.words import left_at, number, outcomes_of, parted_at
from optlearn.loop import give_memory_back, run_all, trim
from optlearn.optimizers import Optimizer
from optlearn.problems import ParabolaFit, Problem
from optlearn.run import Run
from optlearn.training import check_kind, check_start, check_steps
from optlearn.tunable import Hyper

STOPS = 41
RECORDED = ("params", "loss", "gradient", "state")
# Requests from the browser and cells of the notebook run on different threads, and matplotlib on one at a time.
LOCK = threading.RLock()
STILL_METADATA = {"image/png": {"width": 1080}}


@dataclass(frozen=True)
class Snapshot:
    """A still picture of a lab, and the line that says what it shows."""

    png: bytes
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        return {"text/plain": self.text, "image/png": base64.b64encode(self.png).decode()}, STILL_METADATA


class Lab(Shown, anywidget.AnyWidget):
    """One or more optimizers on a problem, with a slider for every number of both.

    Each slider has 41 stops. The runs of all stops of every slider, the others where they stand, are
    computed at once and sent to the browser ahead of the drag, so that a drag never waits for the
    kernel. When a slider comes to rest, the kernel computes the other sliders' runs again.

    Parameters
    ----------
    optimizer : Optimizer, or a sequence of them
        Several run side by side. A slider moves that number of all that have it; a number in which they
        differ, such as a learning rate chosen for each, has none.
    problem : Problem
    steps : int
    start : n numbers, optional
        Where to begin; otherwise `problem.start`. Can be dragged in the picture.
    ranges : dict, optional
        First and last stop of some sliders, where the field's own range is too wide for the lesson:
        ``{"learning_rate": (1e-4, 1e-2)}``.
    labels : sequence of str, optional
        What to call each of several optimizers; otherwise by the names of their classes.

    Attributes
    ----------
    run : Run
        The run on screen; of several, the first.
    runs : list of Run
        All runs on screen.
    text : str
        The line under the picture that says what it shows.
    error : Exception or None
        What went wrong in the last thing asked for, if anything did.
    """

    _esm = Path(__file__).with_name("lab.js")
    _css = Path(__file__).with_name("lab.css")
    _frame = Picture

    scene = traitlets.Dict().tag(sync=True)  # what stays while sliders move
    background = traitlets.Bytes().tag(sync=True)  # a PNG
    blocks = traitlets.Dict().tag(sync=True)  # for each slider, and for "" the present run: lines and texts
    position = traitlets.Dict().tag(sync=True)  # the stop each slider stands at
    pinned = traitlets.Dict().tag(sync=True)  # the lines of the pinned run, and its name
    step = traitlets.Int(0).tag(sync=True)  # where the scrubber stands
    alert = traitlets.Unicode().tag(sync=True)  # the text of `error`
    ask = traitlets.Dict().tag(sync=True)  # the browser's latest request
    answered = traitlets.Int(0).tag(sync=True)  # the number of the latest request that was answered
    notes = traitlets.Dict().tag(sync=True)  # lines of text under the picture, by whoever has something to say

    def __init__(
        self,
        optimizer: Optimizer | Sequence[Optimizer],
        problem: Problem | None = None,
        *,
        steps: int = 500,
        start: Sequence[float] | None = None,
        ranges: dict[str, tuple[float, float]] | None = None,
        labels: Sequence[str] | None = None,
    ):
        problem = ParabolaFit() if problem is None else problem
        optimizers = tuple(optimizer) if isinstance(optimizer, list | tuple) else (optimizer,)
        for each in optimizers or (None,):
            check_kind("optimizer", each, Optimizer, "SGD(learning_rate=0.01)")
        check_kind("problem", problem, Problem, "ParabolaFit()")
        check_steps(steps)
        super().__init__()
        self.error: Exception | None = None
        self._picture: Picture | None = None
        self._marks: list[dict[str, Any]] = []
        self._labels = _checked_labels(labels, optimizers)
        self._first = {"optimizers": optimizers, "problem": problem, "steps": steps}
        self._first["start"] = check_start(problem, start)
        self._ranges = _checked_ranges(ranges or {}, _hypers(*optimizers, problem))
        self._choices = {kind.__name__: kind() for kind in (*problems.ALL, *problems.MORE)} | {problem.name: problem}
        with LOCK:
            self._show(**self._first)
        self.observe(self._on_ask, "ask")

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
        return [runs[0] for runs in self._tracks]

    @property
    def text(self) -> str:
        return self.blocks[""]["texts"][0]

    def set(self, **values: Any) -> None:
        """Change numbers of the optimizer or the problem, or `problem`, `start` or `steps`; as by hand.

        >>> lab.set(learning_rate=0.01, start=(-1, 3))

        Raises
        ------
        ValueError
            If a name or value is not allowed. The lab then stays as it was.
        """
        with LOCK, self._reporting(), self.hold_sync():
            self._show(**self._changed(values))
            if "problem" in values:
                self._choices[self._problem.name] = self._problem
                self.scene = self._scene()

    def reset(self) -> None:
        """Everything back to where it was when the lab was made; the pinned run goes as well."""
        with LOCK, self._reporting():
            self.pinned = {}
            self._show(**self._first)

    def pin(self) -> None:
        """Keep the present run in the picture as a ghost, to compare the next ones with."""
        with LOCK:
            self.pinned = {"data": self._picture.rows(self._tracks)[0].tobytes(), "text": self.text}

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
        panels = {"path": 0, "loss": 1}
        if panel not in panels:
            raise ValueError(f"panel={panel!r}: panel must be one of {', '.join(panels)}.")
        with LOCK:
            self.set(**values)
            left = left_at(self._tracks[0])[0]
            step = (self._steps if np.isnan(left) else int(left)) if step is None else step
            if not 0 <= step <= self._steps:
                raise ValueError(f"step={step!r}: step must be a whole number from 0 to {self._steps}.")
            here = {"problem": self._problem.name, "start": self._start.tolist()}
            now = _values(*self._optimizers, self._problem)
            self._marks.append({"text": text, "step": step, "panel": panels[panel], "here": here, "values": now})
            self.scene = self._scene()

    def unpoint(self) -> None:
        """Take everything that was pointed out away again."""
        with LOCK:
            self._marks.clear()
            self.scene = self._scene()

    def snapshot(self) -> Snapshot:
        """The present picture, as it stands, for a cell to show."""
        return Snapshot(self.still(), self.text)

    def still(self) -> bytes:
        """The present picture as a PNG."""
        with LOCK:
            rows = self._picture.rows(self._tracks)[0]
            ghost = np.frombuffer(self.pinned["data"], np.int16).reshape(rows.shape) if self.pinned else None
            marks = [mark for mark in self._marks_now() if mark["position"] == self.position]
            parted = self.blocks[""]["parted"][0]
            if parted >= 0:
                marks.append({"text": f"they part at step {parted}", "step": parted, "panel": 1})
            return self._picture.still(rows, ghost, marks)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        return {**super()._repr_mimebundle_(), **self.snapshot()._repr_mimebundle_()[0]}, STILL_METADATA

    # How it works

    def _changed(self, values: dict[str, Any]) -> dict[str, Any]:
        """The whole state after a change, checked."""
        state = {"optimizers": self._optimizers, "problem": self._problem, "steps": self._steps, "start": self._start}
        if "problem" in values:
            check_kind("problem", values["problem"], Problem, "ParabolaFit()")
            state["problem"], state["start"] = values["problem"], None
        state |= {name: values[name] for name in ("start", "steps") if name in values}
        for name in values.keys() - {"problem", "start", "steps"}:
            if name not in _hypers(*state["optimizers"], state["problem"]):
                names = [*_hypers(*state["optimizers"], state["problem"]), "problem", "start", "steps"]
                raise ValueError(f"{name}: the lab has nothing of that name. It has: {', '.join(names)}.")
            state["optimizers"] = tuple(_replaced(each, name, values[name]) for each in state["optimizers"])
            if not any(name in each.hypers() for each in state["optimizers"]):
                state["problem"] = _replaced(state["problem"], name, values[name])
        check_steps(state["steps"])
        return {**state, "start": check_start(state["problem"], state["start"])}

    def _show(self, optimizers, problem, steps, start, whole: bool = True) -> None:
        """Compute all runs for a state and put them on screen; nothing changes if that fails."""
        stops = self._stops_for(optimizers, problem)
        now = _values(*optimizers, problem)
        tracks = [_all_runs(each, problem, steps, start, stops, now) for each in optimizers]
        picture, redraw, rescale = self._picture_for(tracks)
        position = {name: int(np.flatnonzero(values == now[name])[0]) for name, values in stops.items()}
        blocks = _blocks(picture, tracks, self._labels, stops, position, whole)

        self._optimizers, self._problem, self._steps, self._start = optimizers, problem, steps, start
        self._tracks = [_last_of(runs) for runs in tracks]
        self._stops, self._picture = stops, picture
        with self.hold_sync():
            if redraw:
                self.background = picture.background()
            if rescale:
                self.pinned, self.step = {}, steps
            self.scene = self._scene()
            self.blocks, self.position = blocks, position
        del tracks, blocks
        if redraw:
            give_memory_back()
        elif whole:
            trim()

    def _stops_for(self, optimizers: Sequence[Optimizer], problem: Problem) -> dict[str, np.ndarray]:
        """The stops of each slider with an effect, through the present value and all that can be asked for again."""
        hypers = {**_hypers(*optimizers, problem), **self._ranges}
        now = _values(*optimizers, problem)
        used = {name for each in optimizers for name in each.hypers().keys() - set(each.unused(problem.shape))}
        through = [
            _values(*self._first["optimizers"], self._first["problem"]),
            *(m["values"] for m in self._marks),
            now,
        ]
        return {
            name: hypers[name].stops(STOPS, *(values[name] for values in through if name in values))
            for name in now
            if name in used or name in problem.hypers()
        }

    def _picture_for(self, tracks: Sequence[Run]) -> tuple[Picture, bool, bool]:
        """The frame for these runs, whether it has to be drawn anew, and whether its scales have changed."""
        old, problem = self._picture, tracks[0].problem
        if old is None or (problem.outline, tracks[0].steps) != (self._problem.outline, self._steps):
            return self._frame(tracks, Picture.limits_for(tracks), self._labels), True, True
        if not Picture.fits(tracks, old.limits):
            return self._frame(tracks, Picture.limits_for(tracks, old.limits), self._labels), True, True
        if problem != self._problem:
            return self._frame(tracks, old.limits, self._labels), True, False
        return old, False, False

    def _marks_now(self) -> list[dict[str, Any]]:
        """What was pointed out and can be reached by the sliders now, with their position there."""
        here = {"problem": self._problem.name, "start": self._start.tolist()}
        marks = []
        for mark in self._marks:
            values = mark["values"]
            at = {name: np.flatnonzero(self._stops[name] == values.get(name)) for name in self._stops}
            if mark["here"] == here and mark["step"] <= self._steps and all(map(len, at.values())):
                position = {name: int(stop[0]) for name, stop in at.items()}
                marks.append({"text": mark["text"], "step": mark["step"], "panel": mark["panel"], "position": position})
        return marks

    def _scene(self) -> dict[str, Any]:
        return {
            **self._picture.scene(),
            "steps": self._steps,
            "start": self._start.tolist(),
            "plane": self._problem.is_plane,
            "bounds": self._problem.bounds,
            "minima": self._problem.minima if self._problem.is_plane else [],
            "names": self._problem.parameter_names,
            "title": f"{' and '.join(type(each).__name__ for each in self._optimizers)} on {self._problem.name}",
            "problems": list(self._choices),
            "problem": self._problem.name,
            "marks": self._marks_now(),
            "sliders": [
                {"name": name, "symbol": about.symbol, "stops": [number(value) for value in self._stops[name]]}
                for name, about in _hypers(*self._optimizers, self._problem).items()
                if name in self._stops
            ],
        }

    def _on_ask(self, change: Any) -> None:
        """The browser's request: slider stops, a start, another problem, or a reset."""
        with LOCK, self.hold_sync():
            ask = self.ask
            if ask.get("id", 0) <= self.answered:
                return  # a newer request was answered while this one waited
            try:
                with self._reporting():
                    self._answer(ask)
            except Exception:  # noqa: BLE001, S110 - shown in the lab and kept in lab.error
                pass
            self.answered = ask["id"]

    def _answer(self, ask: dict[str, Any]) -> None:
        if ask.get("reset"):
            self.reset()
            return
        # Not the sliders of a problem that has gone meanwhile.
        position = {name: stop for name, stop in ask.get("position", {}).items() if name in self._stops}
        values = {name: self._stops[name][stop] for name, stop in position.items()}
        if "problem" in ask:
            values = {name: value for name, value in values.items() if name in _hypers(*self._optimizers)}
            values["problem"] = self._choices[ask["problem"]]
        if "start" in ask:
            values["start"] = ask["start"]
        self._show(**self._changed(values), whole=not ask.get("dragging"))

    @contextmanager
    def _reporting(self):
        """Keep an error in `error` and show it in the lab; clear both when all is well."""
        try:
            yield
        except Exception as error:
            self.error, self.alert = error, f"{type(error).__name__}: {error}"
            raise
        self.error, self.alert = None, ""


def _checked_ranges(ranges: dict[str, tuple[float, float]], hypers: dict[str, Hyper]) -> dict[str, Hyper]:
    """The hyper-parameters whose sliders shall have other ends than their own."""
    for name, ends in ranges.items():
        if name not in hypers:
            raise ValueError(f"ranges: no slider is called {name!r}. There are: {', '.join(hypers)}.")
        if len(ends) != 2 or not hypers[name].allows(ends) or not ends[0] < ends[1]:
            raise ValueError(
                f"ranges: {name}={ends!r} must be (low, high) with low < high, each {hypers[name].allowed}."
            )
    return {name: replace(hypers[name], low=low, high=high) for name, (low, high) in ranges.items()}


def _checked_labels(labels: Sequence[str] | None, optimizers: Sequence[Optimizer]) -> list[str]:
    if labels is None:
        return [type(each).__name__ for each in optimizers]
    if len(labels) != len(optimizers):
        raise ValueError(f"labels={labels!r}: there must be {len(optimizers)}, one for each optimizer.")
    return list(labels)


def _hypers(*owners: Optimizer | Problem) -> dict[str, Hyper]:
    """The numbers that a slider moves: of all, each name once, unless two that have it differ in its value."""
    about = {name: about for owner in reversed(owners) for name, about in owner.hypers().items()}
    return {name: about[name] for name in _values(*owners)}


def _values(*owners: Optimizer | Problem) -> dict[str, float]:
    """The value of each number that a slider moves, in the order of the owners."""
    found: dict[str, list[float]] = {}
    for owner in owners:
        for name, value in owner.values.items():
            found.setdefault(name, []).append(value)
    return {name: values[0] for name, values in found.items() if len(set(values)) == 1}


def _replaced(owner: Any, name: str, value: float) -> Any:
    return owner.replace(**{name: value}) if name in owner.hypers() else owner


def _all_runs(
    optimizer: Optimizer, problem: Problem, steps: int, start: np.ndarray, stops: dict[str, Any], now: dict[str, float]
) -> Run:
    """Every run that one slider can reach, slider by slider, and the present run last: one axis, "run"."""
    count = sum(map(len, stops.values())) + 1
    own = {**optimizer.values, **problem.values}
    numbers = {name: np.full(count, float(now.get(name, value))) for name, value in own.items()}
    low = 0
    for name, values in stops.items():
        if name in own:
            numbers[name][low : low + len(values)] = values
        low += len(values)
    record = run_all(optimizer, problem, steps, np.broadcast_to(start, (count, *problem.shape)), numbers)
    return Run(optimizer, problem, axes={"run": np.arange(count)}, **record)


def _last_of(runs: Run) -> Run:
    """The present run alone, in memory of its own: the others are with the browser."""
    last = runs[-1:]
    parts = {name: tf.nest.map_structure(np.copy, getattr(last, name)) for name in RECORDED}
    return dataclasses.replace(last, **parts)


def _blocks(
    picture: Picture, tracks: Sequence[Run], labels: Sequence[str], stops: dict[str, Any], position: dict, whole: bool
) -> dict:
    """The lines and texts of the stops of every slider, and of the present run under the name ""."""
    if not whole:
        tracks, stops = [runs[-1:] for runs in tracks], {}
    rows, texts = picture.rows(tracks), outcomes_of(tracks, labels)
    left = np.transpose([np.nan_to_num(left_at(runs), nan=-1).astype(int) for runs in tracks]).tolist()
    parted = parted_at(tracks).tolist() if len(tracks) == 2 else [-1] * len(rows)
    problem = tracks[0].problem
    blocks, low = {}, 0
    for name, values in [*stops.items(), ("", [None])]:
        part = slice(low, low + len(values))
        low += len(values)
        blocks[name] = {
            "data": pack(rows[part]),
            "rows": rows.shape[1],
            "texts": [
                f"{_numbers(tracks, {name: value})}: {text}" for value, text in zip(values, texts[part], strict=True)
            ],
            "left": left[part],
            "parted": parted[part],
            "others": {other: stop for other, stop in position.items() if other != name},
        }
        if name in problem.hypers() and problem.is_plane:
            blocks[name]["landscapes"] = pack_landscapes([problem.replace(**{name: v}) for v in values])
    return blocks


def _numbers(tracks: Sequence[Run], other: dict[str, float]) -> str:
    """The numbers of a run in the letters of the formula: "η = 0.01, β = 0.9"."""
    owners = [*(runs.optimizer for runs in tracks), tracks[0].problem]
    values = {**_values(*owners), **other}
    return ", ".join(f"{about.symbol} = {number(values[name])}" for name, about in _hypers(*owners).items())
