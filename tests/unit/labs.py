"""The labs of a notebook without the notebook: its statements that make them, and those that these need."""

from __future__ import annotations

import ast
import linecache
from pathlib import Path
from typing import Any

import nbformat

from optlearn.live import Lab

KINDS = {"Lab", "Race", "beside"}


def labs_of(path: Path) -> dict[str, Lab]:
    """Each lab that a notebook assigns to a name, by that name and the line where it stands."""
    plain = code_of(path)
    statements = ast.parse(plain).body
    made = _assigned(statements)
    file = f"<{path.stem}>"
    linecache.cache[file] = (
        len(plain),
        None,
        plain.splitlines(keepends=True),
        file,
    )  # from where a rule's lines are read
    scope: dict[str, Any] = {"__name__": "__main__"}
    found = {}
    for number in sorted(_needed(statements, made)):
        statement = statements[number]
        exec(compile(ast.Module([statement], []), file, "exec"), scope)
        for name in _bound(statement) if number in made else ():
            found[f"{name}, line {statement.lineno}"] = scope[name]
    return found


def makes(path: Path) -> int:
    """How many labs a notebook makes, by its text: calls of a lab, and of a function of its own that returns one."""
    statements = ast.parse(code_of(path)).body
    kinds = _kinds(statements)
    outside = [statement for statement in statements if not isinstance(statement, ast.FunctionDef)]
    return sum(_is_a_call_of(kinds, node) for statement in outside for node in ast.walk(statement))


def code_of(path: Path) -> str:
    """The code of a notebook without its magics."""
    cells = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    lines = [line for cell in cells for line in cell.splitlines()]
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)


def _needed(statements: list[ast.stmt], wanted: list[int]) -> set[int]:
    """The numbers of the statements that make labs, and of all that these need, in turn."""
    wanted, needed = list(wanted), set()
    while wanted:
        number = wanted.pop()
        if number in needed:
            continue
        needed.add(number)
        for name in _used(statements[number]):
            makers = [i for i, other in enumerate(statements) if name in _bound(other)]
            before = [i for i in makers if i < number]
            wanted += before[-1:] or makers[:1]  # a function may use what is made after it
    return needed


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


def _bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.With) else set()


def _used(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
