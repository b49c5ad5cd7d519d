"""The labs of a notebook without the notebook: its statements that make them, and those that these need."""

from __future__ import annotations

import ast
import linecache
from pathlib import Path
from typing import Any

import nbformat

from optlearn.live import Lab

KINDS = {"Lab", "Race"}


def labs_of(path: Path) -> dict[str, Lab]:
    """Each lab that a notebook assigns to a name, by that name and the line where it stands."""
    code = "\n".join(cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code")
    plain = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in code.splitlines())
    statements = ast.parse(plain).body
    needed = _needed(statements)
    file = f"<{path.stem}>"
    linecache.cache[file] = (
        len(plain),
        None,
        plain.splitlines(keepends=True),
        file,
    )  # a rule's lines are read from there
    scope: dict[str, Any] = {"__name__": "__main__"}
    found = {}
    for number in sorted(needed):
        statement = statements[number]
        exec(compile(ast.Module([statement], []), file, "exec"), scope)
        for name in _bound(statement) if _makes_a_lab(statement) else ():
            found[f"{name}, line {statement.lineno}"] = scope[name]
    return found


def makes(path: Path) -> int:
    """How many labs are made in a notebook, by its text."""
    cells = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    plain = "\n".join(line for cell in cells for line in cell.splitlines() if not line.lstrip().startswith(("%", "!")))
    return sum(map(_is_a_call_of_a_lab, ast.walk(ast.parse(plain))))


def _needed(statements: list[ast.stmt]) -> set[int]:
    """The numbers of the statements that make labs, and of all that these need, in turn."""
    wanted = [number for number, statement in enumerate(statements) if _makes_a_lab(statement)]
    needed: set[int] = set()
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


def _makes_a_lab(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign) and any(map(_is_a_call_of_a_lab, ast.walk(statement)))


def _is_a_call_of_a_lab(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr == "compare" else node.func
    return isinstance(called, ast.Name) and called.id in KINDS


def _bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.With) else set()


def _used(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
