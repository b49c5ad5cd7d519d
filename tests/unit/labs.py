"""The labs of a notebook, without running it."""

from __future__ import annotations

import ast
from pathlib import Path

from optlearn.live import Lab
from tests.unit.sliced import bound, code_of, run

KINDS = {"Lab", "Race", "beside"}


def labs_of(path: Path) -> dict[str, Lab]:
    """Each lab that a notebook assigns to a name, by that name and the line where it stands."""
    found = {}
    for statement, scope in run(path, _assigned):
        for name in bound(statement):
            found[f"{name}, line {statement.lineno}"] = scope[name]
    return found


def makes(path: Path) -> int:
    """How many labs a notebook makes, by its text: calls of a lab, and of a function of its own that returns one."""
    statements = ast.parse(code_of(path)).body
    kinds = _kinds(statements)
    outside = [statement for statement in statements if not isinstance(statement, ast.FunctionDef)]
    return sum(_is_a_call_of(kinds, node) for statement in outside for node in ast.walk(statement))


def _assigned(statements: list[ast.stmt]) -> list[int]:
    """The numbers of the statements that give a lab a name."""
    kinds = _kinds(statements)
    return [i for i, each in enumerate(statements) if isinstance(each, ast.Assign) and _calls(kinds, each)]


def _kinds(statements: list[ast.stmt]) -> set[str]:
    """What is called to make a lab: `Lab`, and the notebook's own functions that do."""
    return KINDS | {each.name for each in statements if isinstance(each, ast.FunctionDef) and _calls(KINDS, each)}


def _calls(kinds: set[str], statement: ast.stmt) -> bool:
    return any(_is_a_call_of(kinds, node) for node in ast.walk(statement))


def _is_a_call_of(kinds: set[str], node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr == "compare" else node.func
    return isinstance(called, ast.Name) and called.id in kinds
