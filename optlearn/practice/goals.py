"""What a challenge asks for, as data: conditions on the numbers and the record of a run.

Python judges them here, the browser in judge.js, with one verdict and in the same words.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from optlearn.live.words import number
from optlearn.practice.measured import measured, owner_of
from optlearn.problems.base import fill
from optlearn.run import Run

Judged = tuple[bool, str]


@dataclass(frozen=True)
class Condition:
    """A quantity of a run, and between what it must lie: "<", "<=", ">" or ">=" a number, or "within" two."""

    quantity: dict[str, Any]
    test: str
    ends: tuple[float, ...]

    @property
    def data(self) -> dict[str, Any]:
        return {"quantity": self.quantity, "is": self.test, "ends": list(self.ends)}


@dataclass(frozen=True, eq=False)
class Quantity:
    """One number that can be read off a run, to be compared: ``loss[-1] < 0.2``, ``value("rho").within(0.8, 0.9)``."""

    data: dict[str, Any]

    def __lt__(self, bound: float) -> Condition:
        return self._compared("<", bound)

    def __le__(self, bound: float) -> Condition:
        return self._compared("<=", bound)

    def __gt__(self, bound: float) -> Condition:
        return self._compared(">", bound)

    def __ge__(self, bound: float) -> Condition:
        return self._compared(">=", bound)

    def within(self, low: float, high: float) -> Condition:
        """Both ends allowed."""
        return self._compared("within", low, high)

    def _compared(self, test: str, *ends: float) -> Condition:
        return Condition(self.data, test, tuple(float(end) for end in ends))


@dataclass(frozen=True)
class Span:
    """A quantity over some steps, of which one number is to be made."""

    data: dict[str, Any]

    def mean(self) -> Quantity:
        return Quantity({**self.data, "by": "mean"})

    def max(self) -> Quantity:
        return Quantity({**self.data, "by": "max"})

    def min(self) -> Quantity:
        return Quantity({**self.data, "by": "min"})


@dataclass(frozen=True)
class Series:
    """A quantity at every step: ``series[-1]`` is its last number, ``series[-50:].mean()`` the mean of the last 50."""

    data: dict[str, Any]

    def __getitem__(self, which: int | slice) -> Quantity | Span:
        if not isinstance(which, slice):
            return Quantity({**self.data, "at": int(which)})
        if which.step is not None:
            raise ValueError(f"{which}: a goal is about steps in a row, such as [-50:].")
        return Span({**self.data, "from": which.start or 0, "to": which.stop})


loss = Series({"of": "loss"})  # as the optimizer met it: that of the mini-batch, where the problem has one
height = Series({"of": "height"})  # the loss without noise at the parameters, above the smallest there is
apart = Series({"of": "apart"})  # the largest difference of a parameter between the first two runs


def value(name: str) -> Quantity:
    """A number of the rule or the problem, by its name."""
    return Quantity({"of": "value", "name": name})


def param(index: int) -> Series:
    """A parameter, row by row if they are a matrix."""
    return Series({"of": "param", "index": index})


def height_of(field: str) -> Series:
    """`height` at a point that the rule keeps in its state, such as the mean "x"."""
    return Series({"of": "height", "field": field})


def watched(index: int) -> Series:
    """One of the lines that a problem without a landscape shows."""
    return Series({"of": "watched", "index": index})


def zeros(first: int = 0) -> Series:
    """How many parameters, from the given one on, are exactly 0."""
    return Series({"of": "zeros", "index": first})


@dataclass(frozen=True, init=False)
class Goal:
    """What a challenge asks for.

    Parameters
    ----------
    text : str
        The task, in words.
    *conditions : Condition
        All of them must hold, and the run must not diverge.
    says : str
        How far the run is, in words, with the numbers of the conditions in their order: "{0:.3g}", or "{all:.3g}".
    judge : callable, in place of conditions
        Takes a run and says whether the goal is met, and in words how far it is: (bool, str). It needs a kernel.

    Attributes
    ----------
    data : dict or None
        The same for the browser; None if it needs a kernel.
    """

    text: str
    data: dict[str, Any] | None

    def __init__(self, text: str, *conditions: Any, says: str = "", judge: Callable[[Run], Judged] | None = None):
        if len(conditions) == 1 and callable(conditions[0]):
            conditions, judge = (), conditions[0]
        wrong = [each for each in conditions if not isinstance(each, Condition)]
        if wrong or bool(conditions) == bool(judge) or bool(conditions) != bool(says):
            given = f"{wrong[0]!r}: " if wrong else ""
            raise ValueError(
                f"{given}a goal has conditions, such as loss[-1] < 0.2, and says=..., or a function that judges."
            )
        data = {"kind": "conditions", "conditions": [each.data for each in conditions], "says": says}
        self._set(text, None if judge else data, judge)

    @classmethod
    def of(cls, text: str, data: dict[str, Any]) -> Goal:
        """A goal of a kind of its own."""
        goal = cls.__new__(cls)
        goal._set(text, data, None)
        return goal

    def _set(self, text: str, data: dict[str, Any] | None, judge: Callable[[Run], Judged] | None) -> None:
        for name, it in (("text", text), ("data", data), ("_judge", judge)):
            object.__setattr__(self, name, it)

    def judge(self, *runs: Run) -> Judged:
        """Whether the goal is met by what is on screen, one run or several, and in words how far it is."""
        return self._judge(runs[0]) if self._judge else JUDGES[self.data["kind"]](self.data, *runs)


def reach(loss: float, within: int) -> Goal:
    """Get down to a loss within some steps."""
    data = {"kind": "reach", "loss": float(loss), "within": int(within)}
    return Goal.of(f"Reach loss {number(loss)} within {within} steps.", data)


def largest(name: str, at_least: float) -> Goal:
    """The largest number with which the run still converges: met from `at_least` on."""
    data = {"kind": "largest", "name": name, "at_least": float(at_least)}
    return Goal.of(f"Find the largest {name.replace('_', ' ')} that still converges from here.", data)


# ---- judged


def _judge_reach(data: dict[str, Any], run: Run, *others: Run) -> Judged:
    step, within, loss = run.reached(data["loss"]), data["within"], number(data["loss"])
    if step is not None and step <= within:
        return True, f"loss {loss} at step {step}"
    if step is not None:
        return False, f"loss {loss} at step {step}: {step - within} too late"
    if run.diverged_at is not None:
        return False, f"it diverges at step {run.diverged_at}"
    return False, f"the smallest loss so far is {number(run.loss.min())}"


def _judge_largest(data: dict[str, Any], run: Run, *others: Run) -> Judged:
    name, at_least = data["name"], data["at_least"]
    owner = owner_of(name, run)
    value = owner.values[name]
    said = f"{owner.hypers()[name].symbol} = {number(value)}"
    if run.diverged_at is not None:
        return False, f"{said} diverges at step {run.diverged_at}: too large"
    if not run.loss[-1] < run.loss[0]:
        return False, f"{said} does not come down: too large"
    if value >= at_least:
        return True, f"{said} still converges"
    share = math.floor(100 * value / at_least + 0.5)
    return False, f"{said} converges, and there is room: this is {share} % of what is asked"


def _judge_conditions(data: dict[str, Any], *runs: Run) -> Judged:
    if runs[0].diverged_at is not None:
        return False, f"it diverges at step {runs[0].diverged_at}"
    of_both = any(each["quantity"]["of"] == "apart" for each in data["conditions"])
    if of_both and len(runs) > 1 and runs[1].diverged_at is not None:
        return False, f"the second run diverges at step {runs[1].diverged_at}"
    values = [measured(each["quantity"], *runs) for each in data["conditions"]]
    met = all(HOLDS[each["is"]](value, *each["ends"]) for each, value in zip(data["conditions"], values, strict=True))
    return met, fill(data["says"], values)


JUDGES = {"reach": _judge_reach, "largest": _judge_largest, "conditions": _judge_conditions}
HOLDS = {
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "within": lambda value, low, high: low <= value <= high,
}
