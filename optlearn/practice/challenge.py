"""A task on a live lab with an end that can be checked: find the largest η, get there within so many steps."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from optlearn.live import Lab
from optlearn.live.shown import Shown
from optlearn.live.words import number
from optlearn.practice import tally
from optlearn.practice.verdict import Verdict, folded
from optlearn.run import Run


@dataclass(frozen=True)
class Goal:
    """What a challenge asks for.

    Attributes
    ----------
    text : str
        The task, in words.
    judge : callable
        Takes a run and says whether the goal is met, and in words how far it is: (bool, str).
    """

    text: str
    judge: Callable[[Run], tuple[bool, str]]


def reach(loss: float, within: int) -> Goal:
    """Get down to a loss within some steps."""

    def judge(run: Run) -> tuple[bool, str]:
        step = run.reached(loss)
        if step is not None and step <= within:
            return True, f"loss {number(loss)} at step {step}"
        if step is not None:
            return False, f"loss {number(loss)} at step {step}: {step - within} too late"
        if run.diverged_at is not None:
            return False, f"it diverges at step {run.diverged_at}"
        return False, f"the smallest loss so far is {number(run.loss.min())}"

    return Goal(f"Reach loss {number(loss)} within {within} steps.", judge)


def largest(name: str, at_least: float) -> Goal:
    """The largest number with which the run still converges: met from `at_least` on."""

    def judge(run: Run) -> tuple[bool, str]:
        owner = run.optimizer if name in run.optimizer.hypers() else run.problem
        value, symbol = owner.values[name], owner.hypers()[name].symbol
        said = f"{symbol} = {number(value)}"
        if run.diverged_at is not None:
            return False, f"{said} diverges at step {run.diverged_at}: too large"
        if not run.loss[-1] < run.loss[0]:
            return False, f"{said} does not come down: too large"
        if value >= at_least:
            return True, f"{said} still converges"
        return False, f"{said} converges, and there is room: this is {100 * value / at_least:.0f} % of what is asked"

    return Goal(f"Find the largest {name.replace('_', ' ')} that still converges from here.", judge)


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

    _esm = Path(__file__).with_name("challenge.js")
    _css = Path(__file__).with_name("practice.css")

    content = traitlets.Dict().tag(sync=True)  # goal and hint
    met = traitlets.Bool(False).tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    again = traitlets.Int(0).tag(sync=True)  # how often the browser has asked for a new beginning

    def __init__(self, lab: Lab, goal: Goal, *, only: str | Sequence[str] | None = None, hint: str = "", par: str = ""):
        self._lab, self._goal, self._par = lab, goal, par
        self._first = lab.run
        owners = (self._first.optimizer, self._first.problem)
        names = [name for owner in owners for name in owner.hypers()]
        self._only = names if only is None else [only] if isinstance(only, str) else list(only)
        unknown = set(self._only) - {*names, "start"}
        if unknown:
            raise ValueError(f"only={only!r}: the lab has {', '.join([*names, 'start'])}.")
        symbols = [about.symbol for owner in owners for name, about in owner.hypers().items() if name in self._only]
        alone = f" Change only {' and '.join(symbols)}." if only is not None and symbols else ""
        super().__init__(content={"goal": goal.text + alone, "hint": hint})
        tally.note("challenges", goal.text, done=False)
        lab.observe(self._watch, ["values", "start", "problem", "steps"])
        lab.on_moved(self._count)
        self.observe(self._start_again, "again")
        self._watch()

    def judge(self, run: Run) -> Verdict:
        """What the challenge would say to a run. It does not count as met."""
        spoiled = self._spoiled(run)
        if spoiled:
            return Verdict(False, spoiled)
        try:
            met, text = self._goal.judge(run)
        except Exception as error:  # noqa: BLE001 - a slip in somebody's goal must not stop a slider
            return Verdict(False, f"This goal cannot be judged: {type(error).__name__}: {error}")
        par = f" Par: {self._par}" if met and self._par else ""
        return Verdict(met, f"{'Met' if met else 'Not yet'}: {text}.{par}")

    def start_again(self) -> None:
        """Put the lab back to where the challenge found it."""
        first = self._first
        self._lab.set(
            problem=first.problem, **first.optimizer.values, start=first.params[0].tolist(), steps=first.steps
        )

    def _spoiled(self, run: Run) -> str:
        """What has been changed that must stay as it was, in words."""
        first = self._first
        if type(run.problem) is not type(first.problem) or run.steps != first.steps:
            return f"This one is about {first.steps} steps on {first.problem.name}."
        if "start" not in self._only and not np.allclose(run.params[0], first.params[0]):
            return "The start must stay where it was."
        for old, new in ((first.optimizer, run.optimizer), (first.problem, run.problem)):
            for name, about in old.hypers().items():
                if name not in self._only and old.values[name] != new.values.get(name):
                    return f"{about.symbol} must stay {number(old.values[name])} here."
        return ""

    def _watch(self, change: Any = None) -> None:
        verdict = self.judge(self._lab.run)
        self.text = verdict.text
        self._lab.notes = {**self._lab.notes, self._goal.text: f"Challenge. {self.text}"}

    def _count(self) -> None:
        if self.judge(self._lab.run).right:
            self.met = True
            tally.note("challenges", self._goal.text, done=True)

    def _start_again(self, change: Any) -> None:
        self.start_again()

    def __repr__(self) -> str:
        return f"Challenge. {self.content['goal']}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        data = super()._repr_mimebundle_()
        goal, hint = self.content["goal"], self.content["hint"]
        page = f"<p><b>Challenge.</b> {html.escape(goal)}</p>" + (folded("Hint", [hint]) if hint else "")
        return {**data, "text/plain": repr(self), "text/html": page}, {}
