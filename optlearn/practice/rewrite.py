"""Kinds of changes as pairs of code, before and after, found and made anywhere in a program.

One capital letter stands for any expression, B and H for a name, F for a field or a line. An expression fits wherever
it occurs; assignments fit whole parts of the program, `init.F = X` and `kept.F = X` among them. What is new in `after`
becomes a new line.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from optlearn.practice.program import Program
from optlearn.practice.trees import code_of, names_in, parse, rebuilt, replaced

FORUMS = "questions in forums, many times over"
ANY, NAMES = frozenset("ACDEGIJKLMNOPQRSTUVWXYZ"), frozenset("BFH")
LETTERS = {"β1": "β₁", "β2": "β₂", "λ1": "λ₁", "λ2": "λ₂", "ε1": "ε₁", "ε2": "ε₂", "params": "θ", "tf.": ""}
SIGNS = {" ** 2": "²", " ** t": "ᵗ", " ** ": "^", " * ": "·", " - ": " − ", "[..., :1]": " of a", "[..., 1:]": " of b"}
PLACES = {"init": "the start of {}", "kept": "what is kept as {}"}


@dataclass(frozen=True)
class Kind:
    """A kind of change: what is written in place of what, and what to say to somebody who wrote it.

    Attributes
    ----------
    name, says : str
        With {X} for what the capital letters stand for, and {line} for where it is.
    before, after : str
        Code; see the top of this file.
    right : bool
        Somebody else calls it right: a convention.
    rank : int
        How unlikely it is, beside others that do the same: 0 on record for this rule, 1 on record,
             2 of some syntax tree.
    sees, why, where : str
        What one sees of it, why people write it, and where it was found.
    on : str
        The problem on which it is best seen.
    numbers : dict
        Values that people use for letters which the rule itself does not have.
    """

    name: str
    before: str
    after: str
    says: str
    sees: str = ""
    why: str = ""
    where: str = FORUMS
    on: str = "ParabolaFit"
    right: bool = False
    rank: int = 1
    numbers: dict[str, tuple[float, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Edit:
    """A kind of change at one place: the parts that it writes otherwise."""

    kind: Kind
    name: str
    says: str
    changes: tuple[tuple[str, str], ...]


def edits(kind: Kind, program: Program) -> list[Edit]:
    """Every way in which this kind of change can be made in a program."""
    pattern, after, texts = _block(kind.before), _block(kind.after), dict(program.parts)
    if isinstance(pattern, ast.AST):
        found = [
            (found | {"line": _place(target)}, ((target, text),))
            for target, old in program.parts
            if all(word in old for word in _words(kind.before))
            for found, text in _inside(old, kind.before, kind.after)
            if text != old
        ]
    else:
        found = [
            ({k: v for k, v in bound.items() if k[:2] != "= "}, _filled(after, bound))
            for bound in _whole(pattern, program.parts, {})
        ]
    return [
        Edit(kind, _told(kind.name, bound), _told(kind.says, bound), changes)
        for bound, changes in found
        if any(texts.get(target) != text for target, text in changes) and _can_be_computed(changes, program, kind)
    ]


def _can_be_computed(changes: tuple[tuple[str, str], ...], program: Program, kind: Kind) -> bool:
    """Whether a change uses nothing that the program does not have, such as t where no steps are counted."""
    targets = [target for target, _ in changes]
    known = {"params", "g", "apart", *kind.numbers, *targets} | program.names
    known |= {f"state.{target[5:]}" for target in targets if target.startswith("kept.")}
    return all(name in known for _, text in changes for name in names_in(text))


@lru_cache(None)
def _block(text: str) -> Any:
    """An expression, or pairs of a target and an expression."""
    body = ast.parse(text).body
    if isinstance(body[0], ast.Expr):
        return body[0].value
    return tuple((ast.unparse(node.targets[0]), node.value) for node in body)


@lru_cache(None)
def _words(text: str) -> frozenset[str]:
    """The names that code has to have for a pattern to fit."""
    nodes = list(ast.walk(_block(text)))
    names = {n.id for n in nodes if isinstance(n, ast.Name)} | {n.attr for n in nodes if isinstance(n, ast.Attribute)}
    return frozenset(names - ANY - NAMES)


@lru_cache(None)
def _inside(text: str, before: str, after: str) -> list[tuple[dict[str, str], str]]:
    """Every place in an expression where a pattern fits: what its letters stand for, and the expression rewritten."""
    tree, pattern, found = parse(text), _block(before), []
    for node in ast.walk(tree):
        bound: dict[str, str] = {}
        if _fits(pattern, node, bound):
            new = _fill(_block(after), bound)
            found.append((bound, code_of(replaced(tree, node, new))))
    return found


def _whole(pattern: tuple, parts: tuple[tuple[str, str], ...], bound: dict[str, str]) -> list[dict[str, str]]:
    """Every way in which assignments fit parts of a program."""
    if not pattern:
        return [bound]
    (target, value), rest = pattern[0], pattern[1:]
    found = []
    for name, text in parts:
        new = dict(bound)
        if _same_target(target, name, new) and _fits(value, parse(text), new):
            new.setdefault("line", _place(name))
            found += _whole(rest, parts, new)
    return found


def _same_target(pattern: str, name: str, bound: dict[str, str]) -> bool:
    place, _, letter = pattern.rpartition(".")
    at, _, own = name.rpartition(".")
    if place != at:
        return False
    if letter not in ANY | NAMES:
        return letter == own
    return bound.setdefault(letter, own) == own


def _filled(after: tuple, bound: dict[str, str]) -> tuple[tuple[str, str], ...]:
    changes = []
    for target, value in after:
        place, dot, letter = target.rpartition(".")
        changes.append((f"{place}{dot}{bound.get(letter, letter)}", code_of(_fill(value, bound))))
    return tuple(changes)


def _fits(pattern: Any, node: Any, bound: dict[str, str]) -> bool:
    if isinstance(pattern, ast.Name) and (pattern.id in ANY or (pattern.id in NAMES and isinstance(node, ast.Name))):
        text = code_of(node)
        return bound.setdefault(pattern.id, text) == text
    if isinstance(pattern, ast.AST):
        return type(pattern) is type(node) and all(
            _fits(getattr(pattern, name), getattr(node, name), bound) for name in pattern._fields if name != "ctx"
        )
    if isinstance(pattern, list):
        return len(pattern) == len(node) and all(_fits(p, n, bound) for p, n in zip(pattern, node, strict=True))
    if isinstance(pattern, str) and pattern in NAMES:
        return bound.setdefault(pattern, node) == node
    return pattern == node


def _fill(node: ast.AST, bound: dict[str, str]) -> ast.AST:
    """A new tree, in which letters are what they stand for."""
    if isinstance(node, ast.Name) and node.id in bound:
        return parse(bound[node.id])
    if isinstance(node, ast.Attribute):
        return ast.Attribute(_fill(node.value, bound), bound.get(node.attr, node.attr), node.ctx)
    return rebuilt(node, lambda child: _fill(child, bound))


def _place(target: str) -> str:
    where, _, name = target.rpartition(".")
    return PLACES[where].format(pretty(name)) if where else pretty(name)


def _told(words: str, bound: dict[str, str]) -> str:
    if "{" not in words:
        return words
    return re.sub(r"\{(\w+)\}", lambda m: pretty(bound[m[1]]) if m[1] in bound else m[0], words)


@lru_cache(None)
def pretty(text: str) -> str:
    """Code in the letters of a formula."""
    text = re.sub(r"tf\.sqrt\(([^()]*)\)", lambda m: f"√{m[1]}" if m[1].isidentifier() else f"√({m[1]})", text)
    text = re.sub(r"tf\.abs\(([^()]*)\)", r"|\1|", text)
    text = re.sub(r"state\.(\w+)", r"\1_old", text)
    for words in (LETTERS, SIGNS):
        for old, new in words.items():
            text = text.replace(old, new)
    return text.replace("tf.sqrt", "√").replace("sqrt(", "√(")
