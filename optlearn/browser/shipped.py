"""The parts of the package's own rules and problems, which come with it: a lab of these has nothing to trace.

`python -m optlearn.browser` writes them anew. As long as that has not been done after a change of their
sources, they are not used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from optlearn import optimizers, problems, tunable
from optlearn.browser.problem import translate_problem
from optlearn.browser.rule import translate_rule
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem
from optlearn.tunable import Tunable

FILE = Path(__file__).with_name("parts.json")
STEPS = 500
PROBLEMS = (*problems.ALL, *problems.MORE)


def ours(of: Tunable) -> bool:
    """Whether all code of a rule or problem is this package's own."""
    return type(of) in (*optimizers.RULES, *PROBLEMS)


def known(of: Tunable) -> bool:
    """Whether a rule or problem is ours, or one of ours with a line changed by the catalogue of mistakes."""
    return ours(of) or type(of).__module__.startswith("optlearn.optimizers.")


def rule(optimizer: Optimizer, shape: Sequence[int]) -> dict[str, Any] | None:
    """The part of a rule, if it came with the package."""
    return _find(optimizer, f"{type(optimizer).__name__} {list(shape)}")


def problem(problem: Problem, steps: int) -> dict[str, Any] | None:
    """The part of a problem for so many steps, if it came with the package."""
    part = _find(problem, type(problem).__name__)
    return part if part and (part["steps"] or steps) >= steps else None


def _find(of: Tunable, key: str) -> dict[str, Any] | None:
    """A part of a class of ours whose fixed choices are the usual ones."""
    usual = ours(of) and of.outline == type(of)().outline
    return _parts().get(key) if usual else None


@lru_cache(maxsize=1)
def _parts() -> dict[str, dict[str, Any]]:
    """All parts by their keys; none, if they were made from other sources."""
    try:
        stored = json.loads(FILE.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return stored["parts"] if stored["sources"] == sources() else {}


def sources() -> str:
    """A digest of all the code that a rule, a problem or their translation is made of."""
    folders = [Path(module.__file__).parent for module in (optimizers, problems)] + [Path(__file__).parent]
    files = [Path(tunable.__file__), *(file for folder in folders for file in sorted(folder.glob("*.py")))]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_text("utf-8").encode())  # with \n for every end of a line
    return digest.hexdigest()


def make() -> dict[str, dict[str, Any]]:
    """The parts, made now."""
    shapes = sorted({kind().shape for kind in PROBLEMS})
    parts = {
        f"{kind.__name__} {list(shape)}": translate_rule(kind(), shape) for kind in optimizers.RULES for shape in shapes
    }
    return parts | {kind.__name__: translate_problem(kind(), STEPS) for kind in PROBLEMS}


def write() -> None:
    """Write the parts, each in a line of its own."""
    lines = [f"{json.dumps(key)}: {json.dumps(part, ensure_ascii=False)}" for key, part in make().items()]
    text = f'{{"sources": {json.dumps(sources())}, "parts": {{\n' + ",\n".join(lines) + "\n}}\n"
    FILE.write_text(text, "utf-8")
