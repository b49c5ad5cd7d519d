"""The parts of rules and problems: shipped with the package, or made before, or made now."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from optlearn.browser import shipped
from optlearn.browser.problem import translate_problem
from optlearn.browser.rule import translate_rule
from optlearn.browser.untranslatable import Untranslatable
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem
from optlearn.tunable import Tunable

ROOM = 256  # parts that are kept
_kept: dict[Hashable, dict[str, Any]] = {}


def rule_part(optimizer: Optimizer, shape: Sequence[int]) -> dict[str, Any]:
    """A rule for parameters of a shape, as JavaScript that compose.js puts together with a problem.

    Raises
    ------
    Untranslatable
        If the browser cannot compute it.
    Exception
        What the rule itself raises.
    """
    shape = tuple(shape)
    found = shipped.rule(optimizer, shape)
    return _part(optimizer, found, shape, lambda: translate_rule(optimizer, shape))


def problem_part(problem: Problem, steps: int = 500) -> dict[str, Any]:
    """A problem as JavaScript that compose.js puts together with a rule.

    Parameters
    ----------
    steps : int
        The longest run there will be. Long tables of mini-batches are cut to it, and then the part says so: its
        "steps" is the longest run it serves, None if it serves all.

    Raises
    ------
    Untranslatable
        If the browser cannot compute it.
    Exception
        What the problem itself raises.
    """
    found = shipped.problem(problem, steps)
    return _part(problem, found, steps, lambda: translate_problem(problem, steps))


def _part(of: Tunable, found: dict[str, Any] | None, more: Hashable, make: Callable[[], dict]) -> dict[str, Any]:
    """The part that was found, or one of the same outline that was made before, or a new one."""
    key = of.outline, more
    try:
        found = found or _kept.get(key)
    except TypeError:  # a field that cannot be a key, such as a list
        return _made(of, make)
    if found is None:
        if len(_kept) >= ROOM:
            del _kept[next(iter(_kept))]  # the oldest
        found = _kept[key] = _made(of, make)
    return {**found, "defaults": list(of.values.values())}


def _made(of: Tunable, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A new part. Of code that is not this package's own, a second one has to be the same."""
    part = make()
    if not shipped.known(of) and json.dumps(make()) != json.dumps(part):
        raise Untranslatable(
            f"{part['name']} is not the same each time it is looked at: there is a random number of NumPy or Python "
            "in it, the time, or something that it changes outside of its state"
        )
    return part
