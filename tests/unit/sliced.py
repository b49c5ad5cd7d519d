"""What a notebook makes, without running it: some of its statements, and those that these need."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable, Iterator
from pathlib import Path
from symtable import SymbolTable, symtable
from typing import Any

import nbformat


def made(path: Path, *kinds: str) -> dict[str, Any]:
    """What a notebook binds to names by a call of some classes, such as "Challenge": by its name.

    Raises
    ------
    ValueError
        If one name is bound to two of them.
    """
    found: dict[str, Any] = {}
    for statement, scope in run(
        path, lambda statements: [i for i, each in enumerate(statements) if _called(each) in kinds]
    ):
        name = statement.targets[0].id
        if name in found:
            raise ValueError(f"{path.name}: one name for two of {', '.join(kinds)}.")
        found[name] = scope[name]
    return found


def run(path: Path, choose: Callable[[list[ast.stmt]], list[int]]) -> Iterator[tuple[ast.Assign, dict[str, Any]]]:
    """Run the chosen statements of a notebook, and what these need; each chosen one comes with all names so far."""
    code = code_of(path)
    statements, file = ast.parse(code).body, f"<{path.stem}>"
    # From there the lines of a rule are read.
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    chosen, scope = choose(statements), {"__name__": "__main__"}
    for number in sorted(needed([*map(used_by, statements)], [*map(bound, statements)], chosen)):
        exec(compile(ast.Module([statements[number]], []), file, "exec"), scope)
        if number in chosen:
            yield statements[number], scope


def code_of(path: Path) -> str:
    """The code of a notebook without its magics."""
    cells = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    return without_magics("\n".join(cells))


def without_magics(code: str) -> str:
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in code.splitlines())


def bound(statement: ast.stmt) -> set[str]:
    """The names that a statement binds."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.With) else set()


def used_by(statement: ast.stmt) -> set[str]:
    """The names that a statement reads from outside: none of a function's own, of a comprehension's, of a loop's."""
    own = {
        node.id
        for each in ast.walk(statement)
        if isinstance(each, ast.For)
        for node in ast.walk(each.target)
        if isinstance(node, ast.Name)
    }
    return _global_names(symtable(ast.unparse(statement), "<a statement>", "exec")) - own


def _global_names(table: SymbolTable) -> set[str]:
    is_top = table.get_type() == "module"
    names = {each.get_name() for each in table.get_symbols() if each.is_referenced() and (is_top or each.is_global())}
    return names.union(*map(_global_names, table.get_children()))


def _called(statement: ast.stmt) -> str:
    call = getattr(statement, "value", None)
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name) and isinstance(call, ast.Call):
        return getattr(call.func, "id", "")
    return ""


def needed(reads: list[set[str]], binds: list[set[str]], chosen: list[int]) -> set[int]:
    """The chosen statements, or cells, and in turn the last before each of them that bind what it reads."""
    wanted, found = list(chosen), set()
    while wanted:
        number = wanted.pop()
        if number in found:
            continue
        found.add(number)
        for name in reads[number]:
            wanted += [i for i in range(number) if name in binds[i]][-1:]
    return found
