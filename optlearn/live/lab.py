"""The live lab: sliders, a path on a landscape, a loss curve, and the inside of the optimizer, moving together."""

from __future__ import annotations

import base64
import threading
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from optlearn import problems
from optlearn.live.picture import Picture, pack, pack_landscapes
from optlearn.live.words import left_at, number, outcomes
from optlearn.loop import run_all
from optlearn.optimizers import Optimizer
from optlearn.problems import ParabolaFit, Problem
from optlearn.run import Run
from optlearn.training import check_kind, check_start, check_steps
from optlearn.tunable import Hyper

STOPS = 41
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


class Lab(anywidget.AnyWidget):
    """An optimizer on a problem, with a slider for every number of both.

    Each slider has 41 stops. The runs of all stops of every slider, the others where they stand, are
    computed at once and sent to the browser ahead of the drag, so that a drag never waits for the
    kernel. When a slider comes to rest, the kernel computes the other sliders' runs again.

    Parameters
    ----------
    optimizer : Optimizer
    problem : Problem
    steps : int
    start : n numbers, optional
        Where to begin; otherwise `problem.start`. Can be dragged in the picture.
    ranges : dict, optional
        First and last stop of some sliders, where the field's own range is too wide for the lesson:
        ``{"learning_rate": (1e-4, 1e-2)}``.

    Attributes
    ----------
    run : Run
        The run on screen.
    text : str
        The line under the picture that says what it shows.
    error : Exception or None
        What went wrong in the last thing asked for, if anything did.
    """

    _esm = Path(__file__).with_name("lab.js")
    _css = Path(__file__).with_name("lab.css")

    scene = traitlets.Dict().tag(sync=True)  # what stays while sliders move
    background = traitlets.Bytes().tag(sync=True)  # a PNG
    blocks = traitlets.Dict().tag(sync=True)  # for each slider, and for "" the present run: lines and texts
    position = traitlets.Dict().tag(sync=True)  # the stop each slider stands at
    pinned = traitlets.Dict().tag(sync=True)  # the lines of the pinned run, and its name
    step = traitlets.Int(0).tag(sync=True)  # where the scrubber stands
    alert = traitlets.Unicode().tag(sync=True)  # the text of `error`
    ask = traitlets.Dict().tag(sync=True)  # the browser's latest request
    answered = traitlets.Int(0).tag(sync=True)  # the number of the latest request that was answered

    def __init__(
        self,
        optimizer: Optimizer,
        problem: Problem | None = None,
        *,
        steps: int = 500,
        start: Sequence[float] | None = None,
        ranges: dict[str, tuple[float, float]] | None = None,
    ):
        problem = ParabolaFit() if problem is None else problem
        check_kind("optimizer", optimizer, Optimizer, "SGD(learning_rate=0.01)")
        check_kind("problem", problem, Problem, "ParabolaFit()")
        check_steps(steps)
        _check_plane(problem)
        super().__init__()
        self.error: Exception | None = None
        self._picture: Picture | None = None
        self._first = {"optimizer": optimizer, "problem": problem, "steps": steps}
        self._first["start"] = check_start(problem, start)
        self._ranges = _checked_ranges(ranges or {}, {**optimizer.hypers(), **problem.hypers()})
        self._choices = {kind.__name__: kind() for kind in problems.ALL} | {problem.name: problem}
        with LOCK:
            self._show(**self._first)
        self.observe(self._on_ask, "ask")

    # What code and cells use

    @property
    def run(self) -> Run:
        return self._runs[len(self._runs.loss) - 1]

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
            self.pinned = {"data": self._picture.rows(self._runs)[-1].tobytes(), "text": self.text}

    def unpin(self) -> None:
        """Take the ghost away."""
        self.pinned = {}

    def snapshot(self) -> Snapshot:
        """The present picture, as it stands, for a cell to show."""
        return Snapshot(self.still(), self.text)

    def still(self) -> bytes:
        """The present picture as a PNG."""
        with LOCK:
            rows = self._picture.rows(self._runs)[-1]
            ghost = np.frombuffer(self.pinned["data"], np.int16).reshape(rows.shape) if self.pinned else None
            return self._picture.still(rows, ghost)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**data, **self.snapshot()._repr_mimebundle_()[0]}, STILL_METADATA

    # How it works

    def _changed(self, values: dict[str, Any]) -> dict[str, Any]:
        """The whole state after a change, checked."""
        state = {"optimizer": self._optimizer, "problem": self._problem, "steps": self._steps, "start": self._start}
        if "problem" in values:
            check_kind("problem", values["problem"], Problem, "ParabolaFit()")
            _check_plane(values["problem"])
            state["problem"], state["start"] = values["problem"], None
        state |= {name: values[name] for name in ("start", "steps") if name in values}
        for name in values.keys() - {"problem", "start", "steps"}:
            owner = next((key for key in ("optimizer", "problem") if name in state[key].hypers()), None)
            if owner is None:
                names = [*state["optimizer"].hypers(), *state["problem"].hypers(), "problem", "start", "steps"]
                raise ValueError(f"{name}: the lab has nothing of that name. It has: {', '.join(names)}.")
            state[owner] = state[owner].replace(**{name: values[name]})
        check_steps(state["steps"])
        return {**state, "start": check_start(state["problem"], state["start"])}

    def _show(self, optimizer, problem, steps, start, whole: bool = True) -> None:
        """Compute all runs for a state and put them on screen; nothing changes if that fails."""
        stops = self._stops_for(optimizer, problem)
        runs = _all_runs(optimizer, problem, steps, start, stops)
        picture, redraw, rescale = self._picture_for(runs)
        now = {**optimizer.values, **problem.values}
        position = {name: int(np.flatnonzero(values == now[name])[0]) for name, values in stops.items()}
        blocks = _blocks(picture, runs, stops, position, whole)

        self._optimizer, self._problem, self._steps, self._start = optimizer, problem, steps, start
        self._runs, self._stops, self._picture = runs, stops, picture
        with self.hold_sync():
            if redraw:
                self.background = picture.background()
            if rescale:
                self.pinned, self.step = {}, steps
            self.scene = self._scene()
            self.blocks, self.position = blocks, position

    def _stops_for(self, optimizer: Optimizer, problem: Problem) -> dict[str, np.ndarray]:
        """The stops of every slider, through the present value and the one that reset brings back."""
        hypers = {**optimizer.hypers(), **problem.hypers(), **self._ranges}
        now = {**optimizer.values, **problem.values}
        first = {**self._first["optimizer"].values, **self._first["problem"].values}
        return {name: hypers[name].stops(STOPS, first.get(name, value), value) for name, value in now.items()}

    def _picture_for(self, runs: Run) -> tuple[Picture, bool, bool]:
        """The frame for these runs, whether it has to be drawn anew, and whether its scales have changed."""
        old = self._picture
        if old is None or (runs.problem.outline, runs.steps) != (self._problem.outline, self._steps):
            return Picture(runs, Picture.limits_for(runs)), True, True
        if not Picture.fits(runs, old.limits):
            return Picture(runs, Picture.limits_for(runs, old.limits)), True, True
        if runs.problem != self._problem:
            return Picture(runs, old.limits), True, False
        return old, False, False

    def _scene(self) -> dict[str, Any]:
        owners = [self._optimizer, self._problem]
        return {
            **self._picture.scene(),
            "steps": self._steps,
            "start": self._start.tolist(),
            "bounds": self._problem.bounds,
            "minima": self._problem.minima,
            "names": self._problem.parameter_names,
            "title": f"{type(self._optimizer).__name__} on {self._problem.name}",
            "problems": list(self._choices),
            "problem": self._problem.name,
            "sliders": [
                {"name": name, "symbol": h.symbol, "stops": [number(value) for value in self._stops[name]]}
                for owner in owners
                for name, h in owner.hypers().items()
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
            values = {name: value for name, value in values.items() if name in self._optimizer.hypers()}
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


def _check_plane(problem: Problem) -> None:
    names = problem.parameter_names
    if len(names) != 2:
        raise ValueError(f"{problem.name} has {len(names)} parameters {names}: the lab shows problems of two.")


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


def _all_runs(optimizer: Optimizer, problem: Problem, steps: int, start: np.ndarray, stops: dict[str, Any]) -> Run:
    """Every run that one slider can reach, slider by slider, and the present run last: one axis, "run"."""
    now = {**optimizer.values, **problem.values}
    count = sum(map(len, stops.values())) + 1
    numbers = {name: np.full(count, float(now[name])) for name in stops}
    low = 0
    for name, values in stops.items():
        numbers[name][low : low + len(values)] = values
        low += len(values)
    record = run_all(optimizer, problem, steps, np.tile(start, (count, 1)), numbers)
    return Run(optimizer, problem, axes={"run": np.arange(count)}, **record)


def _blocks(picture: Picture, runs: Run, stops: dict[str, Any], position: dict[str, int], whole: bool) -> dict:
    """The lines and texts of the stops of every slider, and of the present run under the name ""."""
    if not whole:
        runs, stops = runs[-1:], {}
    rows, texts, left = picture.rows(runs), outcomes(runs), np.nan_to_num(left_at(runs), nan=-1).astype(int).tolist()
    blocks, low = {}, 0
    for name, values in [*stops.items(), ("", [None])]:
        part = slice(low, low + len(values))
        low += len(values)
        blocks[name] = {
            "data": pack(rows[part]),
            "rows": rows.shape[1],
            "texts": [
                f"{_numbers(runs, {name: value})}: {text}" for value, text in zip(values, texts[part], strict=True)
            ],
            "left": left[part],
            "others": {other: stop for other, stop in position.items() if other != name},
        }
        if name in runs.problem.hypers():
            blocks[name]["landscapes"] = pack_landscapes([runs.problem.replace(**{name: v}) for v in values])
    return blocks


def _numbers(runs: Run, other: dict[str, float]) -> str:
    """The numbers of a run in the letters of the formula: "η = 0.01, β = 0.9"."""
    owners = (runs.optimizer, runs.problem)
    return ", ".join(
        f"{about.symbol} = {number(other.get(name, owner.values[name]))}"
        for owner in owners
        for name, about in owner.hypers().items()
    )
