"""A task on a live lab with an end that can be checked: find the largest η, get there within so many steps."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from optlearn.live import Lab
from optlearn.live.bundle import bundle
from optlearn.live.model import STATE
from optlearn.live.page import MIME, lab_of, page_of
from optlearn.live.shown import Shown
from optlearn.live.words import number
from optlearn.practice import tally
from optlearn.practice.goals import Goal
from optlearn.practice.verdict import Verdict, folded
from optlearn.run import Run


class Challenge(Shown, anywidget.AnyWidget):
    """A task on a lab: it watches the run on screen, and says how far it is and when the task is done.

    Parameters
    ----------
    lab : Lab
    goal : Goal
        Such as `reach(0.2, within=40)`.
    only : str or sequence of str, optional
        The only numbers that may be changed ("start" among them); otherwise all numbers, but not the
        start, the problem or the number of steps.
    hint : str
        For who asks for it.
    par : str
        What a good solution gets to, told once the goal is met.

    Attributes
    ----------
    met : bool
        Whether the goal was ever met by hand, in the browser: what cells do with the lab does not count.
    text : str
        What there is to say of the run on screen.
    """

    _esm = bundle(Path(__file__).with_name("challenge.js"))
    _css = Path(__file__).with_name("practice.css")

    content = traitlets.Dict().tag(sync=True)  # goal and hint
    met = traitlets.Bool(False).tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    again = traitlets.Int(0).tag(sync=True)  # how often the browser has asked for a new beginning

    def __init__(self, lab: Lab, goal: Goal, *, only: str | Sequence[str] | None = None, hint: str = "", par: str = ""):
        self._lab, self._goal, self._par = lab, goal, par
        self._first, self._state = lab.run, {name: getattr(lab, name) for name in STATE}
        owners = (self._first.optimizer, self._first.problem)
        names = [name for owner in owners for name in owner.hypers()]
        self._only = names if only is None else [only] if isinstance(only, str) else list(only)
        unknown = set(self._only) - {*names, "start"}
        if unknown:
            raise ValueError(f"only={only!r}: the lab has {', '.join([*names, 'start'])}.")
        symbols = [about.symbol for owner in owners for name, about in owner.hypers().items() if name in self._only]
        alone = f" Change only {' and '.join(symbols)}." if only is not None and symbols else ""
        super().__init__(content={"goal": goal.text + alone, "hint": hint})
        if goal.data:
            goal.judge(*lab.runs)  # what the lab does not have is refused now
        tally.note("challenges", goal.text, done=False)
        lab.observe(self._watch, list(STATE))
        lab.on_moved(self._count)
        self.observe(self._start_again, "again")
        self._watch()

    def judge(self, *runs: Run) -> Verdict:
        """What the challenge would say to a run, or to those of several rules. It does not count as met."""
        spoiled = self._spoiled(runs[0])
        if spoiled:
            return Verdict(False, spoiled)
        try:
            met, text = self._goal.judge(*runs)
        except Exception as error:  # noqa: BLE001 - a slip in somebody's goal must not stop a slider
            return Verdict(False, f"This goal cannot be judged: {type(error).__name__}: {error}")
        par = f" Par: {self._par}" if met and self._par else ""
        return Verdict(met, f"{'Met' if met else 'Not yet'}: {text}.{par}")

    def start_again(self) -> None:
        """Put the lab back to where the challenge found it."""
        first = self._state
        self._lab.set(problem=self._first.problem, **first["values"], start=first["start"], steps=first["steps"])

    def _spoiled(self, run: Run) -> str:
        """What has been changed that must stay as it was, in words."""
        first = self._first
        if type(run.problem) is not type(first.problem) or run.steps != first.steps:
            return f"This one is about {first.steps} steps on {first.problem.name}."
        if "start" not in self._only and not np.array_equal(run.params[0], first.params[0]):
            return "The start must stay where it was."
        for old, new in ((first.optimizer, run.optimizer), (first.problem, run.problem)):
            for name, about in old.hypers().items():
                if name not in self._only and old.values[name] != new.values.get(name):
                    return f"{about.symbol} must stay {number(old.values[name])} here."
        return ""

    def _watch(self, change: Any = None) -> None:
        verdict = self.judge(*self._lab.runs)
        self.text = verdict.text
        self._lab.notes = {**self._lab.notes, self._goal.text: f"Challenge. {self.text}"}

    def _count(self) -> None:
        if self.judge(*self._lab.runs).right:
            self.met = True
            tally.note("challenges", self._goal.text, done=True)

    def _start_again(self, change: Any) -> None:
        self.start_again()

    def page(self) -> dict[str, Any]:
        """All that a page without a kernel needs to set this task: see `page_of`. Without "goal" it needs a kernel."""
        hypers = self._first.optimizer.hypers() | self._first.problem.hypers()
        values = self._state["values"]
        fixed = [
            [name, about.symbol, values[name]]
            for name, about in hypers.items()
            if name in values and name not in self._only
        ]
        task = {
            "goal": self._goal.data,
            "name": self._goal.text,
            "lab": lab_of(self._lab.scene),
            "first": self._state,
            "fixed": fixed,
            "start": "start" in self._only,
            "par": self._par,
        }
        return page_of("challenge", {"content": self.content, "text": self.text, "task": task})

    def __repr__(self) -> str:
        return f"Challenge. {self.content['goal']}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        data = super()._repr_mimebundle_()
        goal, hint = self.content["goal"], self.content["hint"]
        page = f"<p><b>Challenge.</b> {html.escape(goal)}</p>" + (folded("Hint", [hint]) if hint else "")
        return {**data, "text/plain": repr(self), "text/html": page, MIME: self.page()}, {}
