"""What the parts of a rule and of a problem have in common; compose.js puts the two together to one function.

They meet in these names. Parameters of up to `LIMIT` numbers are p0, p1, ..., their gradient g0, g1, ..., what
the rule makes of them n0, n1, ...; of more, the arrays p, g and n. The loss is f, the step t, the rule's numbers h0,
h1, ..., the problem's k0, k1, ..., the state s0_0, s0_1, ..., s1_0, ..., or the arrays s0, s1, ...
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from optlearn.browser.graph import LOAD, RUN, STEP, Node
from optlearn.browser.literals import js
from optlearn.browser.ops import HELPERS
from optlearn.browser.script import LIMIT, Script
from optlearn.browser.tables import packed


def names(letter: str, node: Node) -> list[str] | str:
    """What the numbers of a tensor are called: names for each, or that of an array."""
    return [f"{letter}{i}" for i in range(node.size)] if node.size <= LIMIT else letter


def define(script: Script, letter: str, node: Node, word: str = "const ") -> None:
    """Give the numbers of an output their names, at each step."""
    called = names(letter, node)
    if isinstance(called, str):
        script.fill(called, node)
    else:
        pairs = zip(called, script.atoms(node), strict=True)
        script.lines[STEP].append(word + ",".join(f"{name}={js(atom)}" for name, atom in pairs) + ";")


def finished(script: Script, head: dict[str, Any], shape: Sequence[int], pieces: dict[str, str]) -> dict[str, Any]:
    """The part, once its script is written."""
    load, begin = ("".join(script.lines[when]) for when in (LOAD, RUN))
    text = "".join((load, begin, *pieces.values()))
    return {
        **head,
        "shape": list(shape),
        "small": prod(shape) <= LIMIT,
        "helpers": {name: helper for name, helper in HELPERS.items() if f"{name}(" in text},
        "tables": {name: packed(node, read) for node, (name, read) in script.tables.items()},
        "script": {"load": load, "begin": begin, **pieces},
    }
