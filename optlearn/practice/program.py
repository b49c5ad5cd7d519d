"""A rule as a handful of assignments that can be matched, rewritten, run by NumPy, and made a class again.

A program maps targets to expressions, in the order in which they are computed. `init.m` is what the field m of the
state starts as, `m` a line of the update, `θ` the new parameters, and `kept.m` what is stored as m. So every part of a
rule has a name, and a change of it is one pair: a target and its new expression.
"""

from __future__ import annotations

import ast
import copy
import inspect
import sys
import textwrap
from dataclasses import dataclass
from functools import cache, cached_property
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from optlearn.optimizers import Optimizer
from optlearn.practice.trees import names_in

VECTOR = SimpleNamespace(shape=(1, 2))  # what is asked here is always a vector: runs, and two parameters


class InNumPy:
    """The TensorFlow functions of the rules, by NumPy. All parameters are vectors, so every mean is along the last "
    "axis."""

    sqrt, abs, sign, maximum, minimum, where = np.sqrt, np.abs, np.sign, np.maximum, np.minimum, np.where
    exp, math = np.exp, SimpleNamespace(log=np.log)
    zeros_like, ones_like, clip_by_value = np.zeros_like, np.ones_like, np.clip
    concat = staticmethod(lambda parts, axis: np.concatenate(np.broadcast_arrays(*parts), axis))
    zeros = staticmethod(lambda shape, dtype=None: np.zeros(shape))
    reduce_sum = staticmethod(lambda x, axis=-1, keepdims=True: np.sum(x, axis=-1, keepdims=True))
    reduce_mean = staticmethod(lambda x, axis=-1, keepdims=True: np.mean(x, axis=-1, keepdims=True))


@dataclass(frozen=True)
class Program:
    """The assignments of a rule: pairs of a target and the text of its expression."""

    parts: tuple[tuple[str, str], ...]

    def __getitem__(self, target: str) -> str:
        return next(text for name, text in self.parts if name == target)

    def with_(self, changes: tuple[tuple[str, str], ...]) -> Program:
        """Other expressions for some targets. A new line stands as early as what it needs allows."""
        parts = dict(self.parts)
        known = set(parts)
        parts = list((parts | {target: text for target, text in changes if target in known}).items())
        for target, text in changes:
            if target in known:
                continue
            needs, first = set(names_in(text)), sum(name.startswith("init.") for name, _ in parts)
            at = 0 if target.startswith("init.") else len(parts) if target.startswith("kept.") else first
            if "." not in target:
                at = max([at, *(number + 1 for number, (name, _) in enumerate(parts) if name in needs)])
            parts.insert(at, (target, text))
            known.add(target)
        return Program(tuple(parts))

    @cached_property
    def lines(self) -> list[tuple[str, str]]:
        """The lines of the update."""
        return [pair for pair in self.parts if "." not in pair[0]]

    @cached_property
    def names(self) -> set[str]:
        """All names in it: targets, letters, and fields as `state.m`."""
        used = {name for _, text in self.parts for name in names_in(text)}
        return used | {name for name, _ in self.parts} | {f"state.{field}" for field in self.kept}

    @cached_property
    def starts(self) -> dict[str, str]:
        """What the fields of the state start as."""
        return {name[5:]: text for name, text in self.parts if name.startswith("init.")}

    @cached_property
    def kept(self) -> dict[str, str]:
        """What is stored in the fields of the state."""
        return {name[5:]: text for name, text in self.parts if name.startswith("kept.")}


class Rule(NamedTuple):
    """A program with what its letters stand for: hyper-parameters by their fields, and the functions that it calls."""

    program: Program
    letters: dict[str, str]
    functions: dict[str, Any]


@cache
def read(kind: type[Optimizer]) -> Rule:
    """The rule of an optimizer, as it is written in its class, for parameters that are a vector.

    Raises
    ------
    ValueError
        If the class is written in a way that is not understood here.
    """
    try:
        return _Reader(kind).rule
    except (OSError, TypeError, StopIteration, KeyError, IndexError, AttributeError) as error:
        raise ValueError(f"{kind.__name__}: its source cannot be read as a list of assignments ({error}).") from error


class _Reader:
    """Reads the source of a class."""

    def __init__(self, kind: type[Optimizer]):
        self.kind, self.letters, self.known, self.lines = kind, {}, {}, []
        made = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
        methods = {node.name: node for node in made.body if isinstance(node, ast.FunctionDef)}
        starts = self._starts(methods["init"]) if "init" in methods else ()
        functions = _functions(sys.modules[kind.__module__])
        for node in methods["update"].body:
            if isinstance(node, ast.If) and eval(ast.unparse(node.test), {"params": VECTOR}):
                node = node.body[0]
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):  # it goes by another rule
                attribute = node.value.func.value.attr  # such as adamw in self.adamw.update(...)
                other = read(type(getattr(kind(), attribute)))
                letters = {letter: _behind(kind, attribute, field) for letter, field in other.letters.items()}
                self.rule = Rule(other.program, letters, other.functions)
                return
            if isinstance(node, ast.Return):
                kept = self._kept(node.value.elts[1])
                break
            self._line(node)
        program = Program((*starts, *self.lines, *kept))
        alive = needed(program, {"θ"})
        self.rule = Rule(Program(tuple(part for part in program.parts if part[0] in alive)), self.letters, functions)

    def _starts(self, method: ast.FunctionDef) -> list[tuple[str, str]]:
        """What the fields of the state start as."""
        names = {}
        for node in method.body[:-1]:
            if isinstance(node.value, ast.Compare):
                self._line(node)
            else:
                names[node.targets[0].id] = self._plain(node.value, names)
        call = method.body[-1].value
        pairs = [*zip(self.kind.State._fields, call.args, strict=False), *((k.arg, k.value) for k in call.keywords)]
        return [(f"init.{field}", ast.unparse(self._plain(value, names))) for field, value in pairs]

    def _line(self, node: ast.Assign) -> None:
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Tuple) and isinstance(value, ast.GeneratorExp):  # a, b = (f(x) for x in (p, q))
            loop = value.generators[0]
            for name, each in zip(target.elts, loop.iter.elts, strict=True):
                self._add(name.id, self._plain(value.elt, {loop.target.id: each}))
        elif isinstance(target, ast.Tuple):
            self.letters |= {name.id: each.attr for name, each in zip(target.elts, value.elts, strict=True)}
        elif isinstance(value, ast.Attribute) and getattr(value.value, "id", "") == "self":
            self.letters[target.id] = value.attr
        else:
            self._add(target.id, self._plain(value, {}))

    def _add(self, target: str, value: ast.AST) -> None:
        text = ast.unparse(value)
        if isinstance(value, ast.Compare):
            self.known[target] = eval(text, {"params": VECTOR})
        else:
            self.lines.append((target, text))

    def _kept(self, value: ast.AST) -> list[tuple[str, str]]:
        if not isinstance(value, ast.Call):
            return []
        return [
            (f"kept.{field}", ast.unparse(self._plain(each, {})))
            for field, each in zip(self.kind.State._fields, value.args, strict=True)
        ]

    def _plain(self, node: ast.AST, names: dict[str, ast.AST]) -> ast.AST:
        """An expression without `self.`, without names that stand for other expressions, and without known choices."""
        reader = self

        class Plain(ast.NodeTransformer):
            def visit_Attribute(self, node):
                if getattr(node.value, "id", "") == "self":
                    letter = next((k for k, field in reader.letters.items() if field == node.attr), node.attr)
                    reader.letters[letter] = node.attr
                    return ast.Name(letter, ast.Load())
                return self.generic_visit(node)

            def visit_Name(self, node):
                return names.get(node.id, node)

            def visit_IfExp(self, node):
                known = eval(ast.unparse(node.test), dict(reader.known))
                return self.visit(node.body if known else node.orelse)

        return Plain().visit(copy.deepcopy(node))


def _behind(kind: type[Optimizer], attribute: str, name: str) -> str:
    """The field of an optimizer that moves a number of the other rule by which it goes."""
    return next(h for h in kind.hypers() if getattr(getattr(kind(**{h: 0.123}), attribute), name) == 0.123)


def needed(program: Program, targets: set[str]) -> set[str]:
    """What some parts of a program depend on, these included."""
    found, texts = set(targets), dict(program.parts)
    while True:
        used = {n for name in found if name in texts for n in names_in(texts[name])}
        more = used | {f"{kind}.{n[6:]}" for n in used if n.startswith("state.") for kind in ("init", "kept")}
        if more <= found:
            return found
        found |= more


def _functions(module: Any) -> dict[str, Any]:
    """The functions of a module that compute something, by NumPy."""
    namespace = {"tf": InNumPy}
    for function in (f for f in vars(module).values() if inspect.isfunction(f) and f.__module__ == module.__name__):
        exec(textwrap.dedent(inspect.getsource(function)), namespace)
    return namespace
