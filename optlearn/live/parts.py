"""The translated rules and problems that a lab sends to the browser, and word of those that cannot be translated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from optlearn.browser import Untranslatable, problem_part, rule_part
from optlearn.hints import in_short
from optlearn.live.description import shape_key
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem


def parts_for(
    optimizers: Sequence[Optimizer], problems: Iterable[Problem], steps: int, safe: bool = False
) -> dict[str, Any]:
    """The parts of some rules for all shapes of some problems, and of these problems.

    Parameters
    ----------
    steps : int
        The longest run there will be: long tables are cut to it.
    safe : bool
        Whether an error in a learner's code is kept as the reason why there is no part, instead of raised: for
        problems that nobody has asked for yet.

    Returns
    -------
    dict
        "rules": for each rule its part by shape; "problems": parts by name. In place of a part {"refused": why}.
    """
    problems = list(problems)
    shapes = list(dict.fromkeys(problem.shape for problem in problems))
    return {
        "rules": [{shape_key(shape): _part(rule_part, safe, each, shape) for shape in shapes} for each in optimizers],
        "problems": {problem.name: _part(problem_part, safe, problem, steps) for problem in problems},
    }


def refused(parts: dict[str, Any], index: int, problem: Problem) -> str:
    """Why a rule on a problem cannot be run by the browser, or ""."""
    rule = parts["rules"][index].get(shape_key(problem.shape), {})
    return rule.get("refused") or parts["problems"].get(problem.name, {}).get("refused", "")


def serves(parts: dict[str, Any], problem: Problem, steps: int) -> bool:
    """Whether the parts of a problem are there, for runs of so many steps."""
    part = parts.get("problems", {}).get(problem.name)
    return part is not None and (part.get("steps") or steps) >= steps


def merged(first: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Parts of the same rules, and more of them."""
    rules = first.get("rules") or [{} for _ in more["rules"]]
    return {
        "rules": [{**old, **new} for old, new in zip(rules, more["rules"], strict=True)],
        "problems": {**first.get("problems", {}), **more["problems"]},
    }


def _part(make: Callable[..., dict], safe: bool, *of: Any) -> dict[str, Any]:
    try:
        part = make(*of)
        return {name: piece for name, piece in part.items() if name != "defaults"}  # these are in the scene
    except Untranslatable as error:
        return {"refused": str(error)}
    except Exception as error:
        if not safe:
            raise
        return {"refused": in_short(error)}
