"""The assignments in a function's source: what stands on the left and on the right, and the names in it."""

from __future__ import annotations

import ast
import inspect
import linecache
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from types import CodeType

NEW_PARAMS = "params"  # the target of `return ..., state`


@dataclass(frozen=True)
class Expression:
    """The right side of an assignment.

    Attributes
    ----------
    code : str
        In one line.
    pieces : tuple of str
        The code, cut before and after every name.
    names : tuple of str
        Those that may stand for a value: `β1`, `state.m`.
    """

    code: str
    pieces: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """An assignment outside of loops, or a return of new parameters that have no name.

    Attributes
    ----------
    lines : range
        Where it stands in its file.
    targets : tuple of str
    sides : tuple of Expression
        One for each target.
    """

    lines: range
    targets: tuple[str, ...]
    sides: tuple[Expression, ...]


def statements(code: CodeType) -> list[Statement]:
    """All of a function, in the order of its source; none if the source is not to be had."""
    lines = linecache.getlines(code.co_filename)[code.co_firstlineno - 1 :]
    if not lines:
        return []
    source = _Source(textwrap.dedent("".join(inspect.getblock(lines))), code.co_firstlineno - 1)
    return [found for node in _reached_once(source.function.body) if (found := source.statement(node))]


def _reached_once(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that are no part of a loop."""
    for node in body:
        if isinstance(node, ast.If | ast.With):
            yield from _reached_once(node.body)
            yield from _reached_once(getattr(node, "orelse", []))
        else:
            yield node


class _Source:
    """The text of one function, which begins after `above` lines of its file."""

    def __init__(self, text: str, above: int):
        (self.function,) = ast.parse(text).body
        self.above = above
        self.text = text.encode()  # Python counts columns in bytes
        self.starts = [0, *accumulate(map(len, self.text.splitlines(keepends=True)))]

    def statement(self, node: ast.stmt) -> Statement | None:
        lines = range(self.above + node.lineno, self.above + node.end_lineno + 1)
        match node:
            case ast.Assign(targets=[ast.Name() as target], value=value) | ast.AnnAssign(target=target, value=value):
                targets, values = [target], [value]
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                pass
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=value):
                values = [value] * len(targets)
            case ast.Return(value=ast.Tuple(elts=[value, _])) if not isinstance(value, ast.Name):
                targets, values = [ast.Name(NEW_PARAMS)], [value]
            case _:
                return None
        if None in values or len(values) != len(targets) or not all(isinstance(each, ast.Name) for each in targets):
            return None
        return Statement(lines, tuple(each.id for each in targets), tuple(map(self.expression, values)))

    def expression(self, node: ast.expr) -> Expression:
        inner = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        inner |= {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}  # of a lambda
        names = sorted((at, name) for at, name in self._names(node) if name.split(".")[0] not in inner)
        start, pieces = self._place(node.lineno, node.col_offset), []
        for at, name in names:
            pieces += [self.text[start:at].decode(), name]
            start = at + len(name.encode())
        pieces.append(self.text[start : self._place(node.end_lineno, node.end_col_offset)].decode())
        pieces = [_in_one_line(piece) for piece in pieces]
        return Expression("".join(pieces), tuple(pieces), tuple(dict.fromkeys(name for _, name in names)))

    def _names(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        """Where names stand, also those with dots."""
        chain = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""
        if chain.replace(".", "").isidentifier():
            at = self._place(node.lineno, node.col_offset)
            if self.text[at:].startswith(chain.encode()):
                yield at, chain
                return
        for child in ast.iter_child_nodes(node):
            yield from self._names(child)

    def _place(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column


def _in_one_line(piece: str) -> str:
    """Breaks within brackets are left out, other white space is one blank."""
    joined = re.sub(r"(?<=[(\[])\s*\n\s*|\s*\n\s*(?=[)\]])", "", piece)
    return re.sub(r"\s+", " ", joined)
