"""What a lab offers: some rules, a list of problems, and every state they can be in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from optlearn import problems
from optlearn.live.description import differing, hypers_of, shared_numbers, to_lists
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem
from optlearn.training import check_kind, check_start, check_steps
from optlearn.tunable import Hyper


class Offer:
    """Rules and problems as they were given, from which those with the numbers of a state are made.

    A state is a dict with "values" (a number by name for each slider), "start" (lists), "problem" (its name)
    and "steps".
    """

    def __init__(
        self,
        optimizers: Sequence[Optimizer],
        problem: Problem,
        labels: Sequence[str] | None,
        ranges: dict[str, tuple[float, float]] | None,
        sliders: bool = True,
    ):
        for each in optimizers or (None,):
            check_kind("optimizer", each, Optimizer, "SGD(learning_rate=0.01)")
        check_kind("problem", problem, Problem, "ParabolaFit()")
        self.optimizers = tuple(optimizers)
        self.labels = _checked_labels(labels, optimizers)
        self.problems = {kind.__name__: kind() for kind in (*problems.ALL, *problems.MORE)} | {problem.name: problem}
        self.ranges = _checked_ranges(ranges or {}, hypers_of((*optimizers, problem)))
        self.sliders = sliders
        self.of_rules = (
            shared_numbers(*optimizers) if sliders else {}
        )  # what a slider moves in the rules, and how they were given

    def numbers_of(self, problem: Problem) -> dict[str, float]:
        """The numbers that are the problem's alone."""
        if not self.sliders:
            return {}
        theirs = {name for each in self.optimizers for name in each.hypers()}
        return {name: float(value) for name, value in problem.values.items() if name not in theirs}

    def owners(self, state: dict[str, Any]) -> tuple[list[Optimizer], Problem]:
        """The optimizers and the problem with the numbers of a state."""
        values, problem = state["values"], self.problems[state["problem"]]
        own = {name: values[name] for name in self.numbers_of(problem) if name in values}
        return [_with(each, values) for each in self.optimizers], _with(problem, own)

    def on(self, problem: Problem, values: dict[str, float], steps: int) -> dict[str, Any]:
        """The state in which another problem begins: at its own start, the numbers of the rules kept."""
        kept = {name: values[name] for name in self.of_rules}
        start, values = to_lists(problem.start), {**kept, **self.numbers_of(problem)}
        return {"values": values, "start": start, "problem": problem.name, "steps": steps}

    def changed(self, state: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
        """A state after changes of numbers, "problem" (a `Problem`), "start" or "steps", all checked.

        Raises
        ------
        ValueError
            If there is nothing of a name, or a value is not allowed.
        """
        problem = changes.get("problem", self.problems[state["problem"]])
        check_kind("problem", problem, Problem, "ParabolaFit()")
        if "problem" in changes:
            state = self.on(problem, state["values"], state["steps"])
        numbers = {name: value for name, value in changes.items() if name not in ("problem", "start", "steps")}
        if unknown := [name for name in numbers if name not in state["values"]]:
            names = ", ".join([*state["values"], "problem", "start", "steps"])
            if apart := differing(self.optimizers, self.labels).get(unknown[0]):
                raise ValueError(
                    f"{unknown[0]}: the rules differ in it ({apart}), so the lab has none for all. It has: {names}."
                )
            raise ValueError(f"{unknown[0]}: the lab has nothing of that name. It has: {names}.")
        for owner in (*self.optimizers, problem):  # whose own check names what is wrong
            _with(owner, numbers)
        steps = changes.get("steps", state["steps"])
        check_steps(steps)
        start = to_lists(check_start(problem, changes.get("start", state["start"])))
        self.problems[problem.name] = problem
        values = {**state["values"], **{name: float(value) for name, value in numbers.items()}}
        return {"values": values, "start": start, "problem": problem.name, "steps": int(steps)}


def _with(owner: Any, values: dict[str, float]) -> Any:
    return owner.replace(**{name: value for name, value in values.items() if name in owner.hypers()})


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
