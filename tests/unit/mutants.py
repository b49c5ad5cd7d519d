"""Rules broken on purpose, by machine: every expression of `init` and `update` written otherwise, one at a time."""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from optlearn.optimizers import Optimizer

OTHER = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
TWIN = {"maximum": "minimum", "minimum": "maximum", "zeros_like": "ones_like"}


@dataclass(frozen=True)
class Mutant:
    """One expression of a rule, written otherwise.

    Attributes
    ----------
    line : str
        The statement it is in, as it was.
    wrong : str
        The statement as it is now.
    source : str
        The whole class with it.
    """

    line: str
    wrong: str
    source: str

    def __str__(self) -> str:
        return f"{self.wrong}   instead of   {self.line}"


def mutants(kind: type[Optimizer]) -> list[Mutant]:
    """All of them, each source once."""
    tree = ast.parse(inspect.getsource(kind))
    made = {}
    for place, replacement in _changes(kind, tree):
        changed = copy.deepcopy(tree)
        old = _at(changed, place[:-1])
        field, index = place[-1]
        if index is None:
            setattr(old, field, replacement)
        else:
            getattr(old, field)[index] = replacement
        made.setdefault(ast.unparse(changed), (_statement(tree, place), _statement(changed, place)))
    made.pop(ast.unparse(tree), None)
    return [Mutant(line, wrong, source) for source, (line, wrong) in made.items()]


Place = tuple[tuple[str, int | None], ...]


def _changes(kind: type[Optimizer], tree: ast.Module) -> Iterator[tuple[Place, ast.AST]]:
    """Where something can be written otherwise, and what in its place."""
    class_place: Place = (("body", 0),)
    for number, method in enumerate(tree.body[0].body):
        if isinstance(method, ast.FunctionDef) and _computes(method):
            fields = set(kind.State._fields)
            for place, node in _expressions(method, (*class_place, ("body", number))):
                for replacement in _otherwise(kind, node, fields):
                    yield place, ast.copy_location(replacement, node)


def _computes(method: ast.FunctionDef) -> bool:
    """Whether a method is part of the formula: `init`, `update`, or a property that they use."""
    return method.name in ("init", "update") or any(ast.unparse(each) == "property" for each in method.decorator_list)


def _expressions(node: ast.AST, place: Place) -> Iterator[tuple[Place, ast.AST]]:
    """Every expression that is computed, with its place in the tree."""
    for field, value in ast.iter_fields(node):
        if field in ("args", "decorator_list", "returns", "annotation") and isinstance(node, ast.FunctionDef):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST):
                continue
            here = (*place, (field, index))
            if isinstance(child, ast.expr) and not isinstance(getattr(child, "ctx", None), ast.Store):
                yield here, child
            yield from _expressions(child, here)


def _otherwise(kind: type[Optimizer], node: ast.AST, fields: set[str]) -> Iterator[ast.AST]:
    """What else somebody could have written for an expression."""
    if isinstance(node, ast.BinOp):
        if type(node.op) in OTHER:
            yield ast.BinOp(node.left, OTHER[type(node.op)](), node.right)
            yield node.left
            if not isinstance(node.op, ast.Div):
                yield node.right
        if isinstance(node.op, ast.Pow):
            yield node.left
    elif isinstance(node, ast.Call):
        yield from _calls(node, fields)
    elif isinstance(node, ast.Name) and node.id in fields and isinstance(node.ctx, ast.Load):
        yield ast.Attribute(ast.Name("state", ast.Load()), node.id, ast.Load())  # the old for the new
    elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "self":
        hypers = kind.hypers()
        if node.attr in hypers:
            yield ast.Constant(getattr(kind, node.attr))  # a literal: it can no longer be set
    elif isinstance(node, ast.Tuple) and len(node.elts) > 1 and isinstance(node.elts[0], ast.Attribute):
        for elements in _exchanged(node.elts):
            yield ast.Tuple(elements, ast.Load())
    elif isinstance(node, ast.Constant) and isinstance(node.value, float):
        yield ast.Constant(node.value * 1.1 + 0.01)


def _calls(node: ast.Call, fields: set[str]) -> Iterator[ast.AST]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in TWIN:
        yield ast.Call(ast.Attribute(node.func.value, TWIN[name], ast.Load()), node.args, node.keywords)
    if name in ("sqrt", "sign", "abs"):
        yield node.args[0]
    if name in ("maximum", "minimum"):
        yield from node.args
    if name == "State" or (node.args and all(isinstance(each, ast.Attribute) for each in node.args)):
        for args in _exchanged(node.args):
            yield ast.Call(node.func, args, node.keywords)


def _exchanged(nodes: list[ast.expr]) -> Iterator[list[ast.expr]]:
    """The same with two neighbours exchanged."""
    for i in range(len(nodes) - 1):
        yield [*nodes[:i], nodes[i + 1], nodes[i], *nodes[i + 2 :]]


def _at(tree: ast.AST, place: Place) -> Any:
    for field, index in place:
        tree = getattr(tree, field)
        tree = tree if index is None else tree[index]
    return tree


def _statement(tree: ast.AST, place: Place) -> str:
    """The innermost statement around a place, as text."""
    found = tree
    for field, index in place:
        tree = getattr(tree, field)
        tree = tree if index is None else tree[index]
        found = tree if isinstance(tree, ast.stmt) else found
    return ast.unparse(found)
