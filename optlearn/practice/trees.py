"""Expressions as syntax trees: read, written, and with a part replaced."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

SIGNS = {
    ast.BitAnd: ("&", 0.5),
    ast.Add: ("+", 1),
    ast.Sub: ("-", 1),
    ast.Mult: ("*", 2),
    ast.Div: ("/", 2),
    ast.Pow: ("**", 4),
}  # and how firmly each binds


@lru_cache(None)
def parse(text: str) -> ast.expr:
    """The syntax tree of an expression. Never change it."""
    return ast.parse(text, mode="eval").body


def code_of(node: ast.AST) -> str:
    """An expression as code, as by `ast.unparse`. What it shares with other trees is written once."""
    if not hasattr(node, "code"):
        node.code = _code_of(node)
    return node.code


def _code_of(node: ast.AST) -> str:
    if isinstance(node, ast.BinOp):
        (sign, rank), power = SIGNS[type(node.op)], isinstance(node.op, ast.Pow)
        return f"{_within(node.left, rank + power)} {sign} {_within(node.right, rank + (not power))}"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return f"-{_within(node.operand, 3)}"
    if isinstance(node, ast.Call):
        named = [f"{each.arg}={code_of(each.value)}" for each in node.keywords]
        return f"{code_of(node.func)}({', '.join([*map(code_of, node.args), *named])})"
    if isinstance(node, ast.Attribute):
        return f"{_within(node.value, 5)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ast.unparse(node)


def _within(node: ast.AST, rank: int) -> str:
    """An expression as a part of another one, in brackets where it binds less than that."""
    own = 3 if isinstance(node, ast.UnaryOp) else 0 if isinstance(node, ast.Compare | ast.IfExp) else 5
    own = SIGNS[type(node.op)][1] if isinstance(node, ast.BinOp) else own
    return f"({code_of(node)})" if own < rank else code_of(node)


def replaced(tree: ast.AST, old: ast.AST, new: ast.AST) -> ast.AST:
    """A tree with one node of it replaced; what lies beside that is shared."""
    if tree is old:
        return new
    return rebuilt(tree, lambda child: replaced(child, old, new) if _holds(child, old) else child)


def rebuilt(node: ast.AST, each: Callable[[ast.AST], ast.AST]) -> ast.AST:
    """A copy of a node, whose children are what a function makes of them."""

    def made(value: Any) -> Any:
        if isinstance(value, list):
            return [made(part) for part in value]
        return each(value) if isinstance(value, ast.AST) else value

    return type(node)(**{name: made(value) for name, value in ast.iter_fields(node)})


def _holds(node: Any, other: ast.AST) -> bool:
    """Whether a node may have another one in it, by its place in the text."""
    first = getattr(node, "col_offset", None)
    return first is not None and first <= other.col_offset and other.end_col_offset <= node.end_col_offset


@lru_cache(None)
def names_in(text: str) -> tuple[str, ...]:
    """The names that an expression uses; what was stored is `state.m`."""
    nodes = list(ast.walk(parse(text)))
    old = {n.attr for n in nodes if isinstance(n, ast.Attribute) and getattr(n.value, "id", "") == "state"}
    plain = {n.id for n in nodes if isinstance(n, ast.Name)} - {"state", "tf"}
    return (*sorted(plain), *(f"state.{name}" for name in sorted(old)))


def with_number(text: str, letter: str, value: float | str) -> str:
    """An expression with a number, or another letter, in place of a letter."""
    new = value if isinstance(value, str) else repr(float(value))
    return re.sub(rf"\b{re.escape(letter)}\b", new, text)
