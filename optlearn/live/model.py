"""What the lab and the browser tell each other: the numbers that both keep, their checks, questions and answers."""

from __future__ import annotations

import threading
from contextlib import contextmanager, nullcontext
from typing import Any

import anywidget
import traitlets

from optlearn.hints import in_short
from optlearn.live import description
from optlearn.live.kernel import Kernel
from optlearn.live.offer import Offer
from optlearn.live.parts import merged, parts_for, serves
from optlearn.live.shown import Shown
from optlearn.training import check_start, check_steps

# Messages from the browser and cells of the notebook run on different threads, and matplotlib on one at a time.
LOCK = threading.RLock()
STATE = ("values", "start", "problem", "steps")


class NotAllowed(traitlets.TraitError, ValueError):
    """A value that a trait of a lab does not take."""


@contextmanager
def _refusing():
    """What is wrong with a value, as the error by which a trait keeps its old one."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise NotAllowed(str(error)) from error


class Model(Shown, anywidget.AnyWidget):
    """The state of a lab: checked whoever changes it, and the same in the kernel and in the browser."""

    scene = traitlets.Dict().tag(sync=True)  # what is shown: rules, problems, sliders, marks
    parts = traitlets.Dict().tag(sync=True)  # translated: the rules, and the problems that were shown
    rest = traitlets.Dict().tag(sync=True)  # translated: the other problems of the list
    values = traitlets.Dict().tag(sync=True)
    start = traitlets.List().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    step = traitlets.Int().tag(sync=True)
    pinned = traitlets.Dict().tag(sync=True)  # values, start and text of the pinned run
    alert = traitlets.Unicode().tag(sync=True)  # the text of `error`
    notice = traitlets.Unicode().tag(sync=True)
    notes = traitlets.Dict().tag(sync=True)  # lines of text under the picture, by whoever has something to say
    ask = traitlets.Dict().tag(sync=True)  # the browser's latest request
    answer = traitlets.Dict().tag(sync=True)  # the kernel's answer to it
    distrusted = traitlets.List().tag(sync=True)  # "0 Ravine": the kernel runs the first rule on it

    _offer: Offer
    _kernel: Kernel
    _checking = False  # whether what is set by hand has to be followed by all that hangs on it
    _telling = False  # whether it is the browser that sets it
    _cannot_run: dict[str, Any] | None = None  # the state that the browser asked to have run, in vain

    @property
    def _state(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in STATE}

    def _show(self, state: dict[str, Any], fresh: bool = False) -> None:
        """Put a checked state on screen; `fresh`: of another length or problem, so that no pinned run is left."""
        parts, rest = self.parts, self.rest
        problem = self._offer.problems[state["problem"]]
        if not serves(parts, problem, state["steps"]):
            parts, rest = merged(parts, parts_for(self._offer.optimizers, [problem], state["steps"])), {}
            self._kernel.try_out(parts, state)
        with self._unchecked(), self.hold_sync(), self.hold_trait_notifications():
            self.parts, self.rest, self.notice = parts, rest, self._kernel.notice(parts, problem)
            self.scene = self._described(state)
            if fresh:
                self.pinned, self.step = {}, state["steps"]
            for name, value in state.items():
                setattr(self, name, value)

    def _described(self, state: dict[str, Any]) -> dict[str, Any]:
        """The scene of a state."""
        raise NotImplementedError

    def _has_moved(self) -> None:
        """It was moved by hand, and has come to rest."""

    def _fill_rest(self) -> None:
        """Translate the other problems of the list, for whoever chooses one while the kernel is busy or gone."""
        missing = [p for p in self._offer.problems.values() if not serves(self.parts, p, self.steps)]
        if missing and not self.rest:
            self.rest = parts_for(self._offer.optimizers, missing, self.steps, safe=True)

    # What comes from the browser, and from whoever sets a trait

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """What the browser sends. An error in it is shown, and the browser put back to where the lab is."""
        with LOCK:
            moved = set(sync_data)
            self._telling = True  # the browser knows itself where another problem begins
            try:
                with self._reporting() if not moved.isdisjoint(STATE) else nullcontext():
                    super().set_state(sync_data)
            except Exception:  # noqa: BLE001 - shown in the lab and kept in lab.error
                self.send_state(moved & {*STATE, "step", "pinned"})
            finally:
                self._telling = False
            if not self.error and not moved.isdisjoint(STATE):
                self._has_moved()

    @traitlets.validate("values")
    def _check_values(self, proposal: Any) -> dict[str, float]:
        """Some of the numbers may be left out: they stay as they are."""
        state = self._offer.on(self._offer.problems[self.problem], self._offer.of_rules, self.steps)
        state["values"] |= {name: value for name, value in self.values.items() if name in state["values"]}
        with _refusing():
            return self._offer.changed(state, proposal["value"])["values"]

    @traitlets.validate("start")
    def _check_start(self, proposal: Any) -> list:
        with _refusing():
            return description.to_lists(check_start(self._offer.problems[self.problem], proposal["value"]))

    @traitlets.validate("problem")
    def _check_problem(self, proposal: Any) -> str:
        if proposal["value"] not in self._offer.problems:
            raise NotAllowed(f"problem={proposal['value']!r}: the lab offers {', '.join(self._offer.problems)}.")
        return proposal["value"]

    @traitlets.validate("steps")
    def _check_steps(self, proposal: Any) -> int:
        with _refusing():
            check_steps(proposal["value"])
        return proposal["value"]

    def _on_change(self, change: Any) -> None:
        """Somebody has set the problem or the number of steps, and nothing else."""
        if self._checking and not self._telling:
            state = self._state
            if change["name"] == "problem":
                state = self._offer.on(self._offer.problems[self.problem], self.values, self.steps)
            self._show(state, fresh=True)

    def _on_ask(self, change: Any) -> None:
        """What the browser asks for: a run, a look at its own first record, the other problems."""
        with LOCK:
            ask, answer = self.ask, {"id": self.ask.get("id", 0)}
            if answer["id"] <= self.answer.get("id", 0):
                return
            try:
                if ask.get("rest"):
                    self._fill_rest()
                for report in ask.get("check", []):
                    self._hold_against_the_kernel(report)
                if "run" in ask:
                    self._cannot_run = {name: ask["run"].get(name) for name in STATE}
                    with self._reporting():
                        answer |= self._kernel.results(ask["run"])
                        self._cannot_run = None
            except Exception:  # noqa: BLE001, S110 - shown in the lab and kept in lab.error
                pass
            self.answer = answer

    def _hold_against_the_kernel(self, report: dict[str, Any]) -> None:
        """The first record of a rule on a problem, of which the browser has sent some rows."""
        if not self._kernel.agrees(report):
            self.distrusted = [*self.distrusted, f"{report['index']} {report['problem']}"]
            rule = type(self._offer.optimizers[report["index"]]).__name__
            self.notice = f"The kernel runs {rule} on {report['problem']}: the browser's numbers come out otherwise."

    @contextmanager
    def _unchecked(self):
        """For a state that was checked as a whole."""
        self._checking = False
        try:
            yield
        finally:
            self._checking = True

    @contextmanager
    def _reporting(self):
        """Keep an error in `error` and show it in the lab; clear both when all is well.

        A state that cannot be run is not well for being told once more: where a slider came to rest, its error stays.
        """
        try:
            yield
        except Exception as error:
            self.error, self.alert = error, in_short(error)
            raise
        if self._cannot_run != self._state:
            self.error, self.alert = None, ""
