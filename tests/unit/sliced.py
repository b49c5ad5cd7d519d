"""What a notebook makes, without running it: the statements that some of its names need, and no others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nbformat


def made(path: Path, *kinds: str) -> dict[str, Any]:
    """What a notebook binds to names by a call of some classes, such as "Challenge": by its name.

    Raises
    ------
    ValueError
        If one name is bound to two of them.
    """
    statements = _statements(path)
    wanted = [each for each in statements if _called(each) in kinds]
    names = [each.targets[0].id for each in wanted]
    if len(names) != len(set(names)):
        raise ValueError(f"{path.name}: one name for two of {', '.join(kinds)}.")
    kept: set[int] = set()
    for each in wanted:
        _keep(statements, statements.index(each), kept)
    space: dict[str, Any] = {"__name__": "__main__"}
    found = {}
    for number in sorted(kept):
        module = ast.Module([statements[number]], [])
        exec(compile(module, str(path), "exec"), space)
        if statements[number] in wanted:
            name = statements[number].targets[0].id
            found[name] = space[name]
    return found


@cache
def _statements(path: Path) -> list[ast.stmt]:
    """All statements of all cells, but for the first cell, which installs."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return [each for cell in cells[1:] for each in ast.parse(cell.source).body]


def _called(statement: ast.stmt) -> str:
    call = getattr(statement, "value", None)
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name) and isinstance(call, ast.Call):
        return getattr(call.func, "id", "")
    return ""


def _keep(statements: list[ast.stmt], number: int, kept: set[int]) -> None:
    """A statement, and before it the last that binds each name it reads."""
    if number in kept:
        return
    kept.add(number)
    for name in _read(statements[number]):
        before = [k for k in range(number) if name in _bound(statements[k])]
        if before:
            _keep(statements, before[-1], kept)


def _read(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _bound(statement: ast.stmt) -> set[str]:
    return set(_names(statement))


def _names(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
