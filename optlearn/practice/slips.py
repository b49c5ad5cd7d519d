"""Mistakes made from a rule's own syntax tree: one sign, factor, name or bracket of it, written otherwise."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from optlearn.practice.program import Program
from optlearn.practice.rewrite import Edit, Kind, pretty
from optlearn.practice.trees import code_of, names_in, parse, replaced, with_number

OPPOSITE = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
WORDS = {
    ast.Add: "A minus stands where a plus belongs",
    ast.Sub: "A plus stands where a minus belongs",
    ast.Mult: "You divide where you should multiply",
    ast.Div: "You multiply where you should divide",
}
ONLY_NOW = "It is for this step only: the next one starts from"
SLIP = Kind("a slip", "", "", "", rank=2)
LITERAL = Kind("a number for {letter}", "", "", "", rank=1)
LATE = Kind("the old {X}", "", "", "", rank=1)


def slips(program: Program, letters: dict[str, str], only: str | None = None) -> Iterator[Edit]:
    """Every small change of every line, of what is stored, and of the order in which the lines are computed.

    Parameters
    ----------
    letters : dict
        The letters that are hyper-parameters.
    only : str, optional
        A line; then no other one is changed.
    """
    for target, text in program.lines:
        if only not in (None, target):
            continue
        for what, new in _of_tree(text):
            yield _edit(program, target, new, what)
        for what, new in _of_names(program, target, text, letters):
            yield _edit(program, target, new, what)
        for name, new in _of_before(program, target, text):
            late = "every gradient works one step late. Compute the new one first."
            says = f"The old {pretty(name)} is used for {pretty(target)}: {late}"
            yield Edit(LATE, f"the old {pretty(name)} in {pretty(target)}", says, ((target, new),))
    if only is None:
        yield from _of_state(program)
        yield from _of_letters(program, letters)


def literals(program: Program, numbers: dict[str, list[float]]) -> Iterator[Edit]:
    """A number in place of a letter, wherever that stands: each of those given for a letter."""
    for letter, values in numbers.items():
        parts = [part for part in program.parts if letter in names_in(part[1])]
        for value in dict.fromkeys(values) if parts else ():
            says = (
                f"The number {value:g} stands in the code where {pretty(letter)} belongs: your rule takes it as an "
                "argument, and does not use it there."
            )
            changes = tuple((target, with_number(text, letter, value)) for target, text in parts)
            yield Edit(LITERAL, f"{value:g} in place of {pretty(letter)}", says, changes)


def _edit(program: Program, target: str, new: str, what: str) -> Edit:
    says = f"{what}: you have {pretty(target)} = {pretty(new)}, and it is {pretty(target)} = {pretty(program[target])}."
    return Edit(SLIP, f"{pretty(target)} = {pretty(new)}", says, ((target, new),))


@lru_cache(None)
def _of_tree(text: str) -> list[tuple[str, str]]:
    """Other operators, lost terms and factors, and brackets that close elsewhere: in words, and the expression."""
    tree, found = parse(text), []
    for node in ast.walk(tree):
        found += [(what, _replaced(tree, node, new)) for what, new in _instead(node)]
    return list({new: (what, new) for what, new in found if new != text}.values())


def _instead(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What could stand in place of a node."""
    if isinstance(node, ast.BinOp):
        kind, a, b = type(node.op), node.left, node.right
        if kind in OPPOSITE:
            yield WORDS[kind], ast.BinOp(a, OPPOSITE[kind](), b)
        if kind is ast.Div:
            yield "The fraction is upside down", ast.BinOp(b, kind(), a)
        if kind is ast.Sub:
            yield "The two sides of a minus have changed places", ast.BinOp(b, kind(), a)
        lost = {ast.Add: "A term", ast.Sub: "A term", ast.Mult: "A factor", ast.Div: "A factor", ast.Pow: "A power"}
        if kind in lost:
            yield lost[kind] + " is missing", a
        if kind in (ast.Add, ast.Mult):
            yield lost[kind] + " is missing", b
        if kind in (ast.Div, ast.Mult) and isinstance(b, ast.BinOp) and isinstance(b.op, ast.Add | ast.Sub):
            early = ast.BinOp(ast.BinOp(a, kind(), b.left), b.op, b.right)
            yield "A bracket is missing, or closes too early", early
        if kind in (ast.Add, ast.Sub) and isinstance(b, ast.BinOp) and isinstance(b.op, ast.Mult | ast.Div):
            late = ast.BinOp(ast.BinOp(a, kind(), b.left), b.op, b.right)
            yield "A bracket closes too late", late
        if kind in (ast.Add, ast.Sub) and isinstance(a, ast.BinOp) and isinstance(a.op, ast.Mult):
            yield "A bracket closes too late", ast.BinOp(a.left, a.op, ast.BinOp(a.right, kind(), b))
        if kind is ast.Sub and getattr(a, "value", None) == 1:
            yield "It is 1 minus this", b
    elif isinstance(node, ast.Call) and len(node.args) == 1:
        yield f"{pretty(ast.unparse(node.func))} is missing", node.args[0]
    elif isinstance(node, ast.Call) and len(node.args) == 2 and node.func.attr in ("maximum", "minimum"):
        other = {"maximum": "minimum", "minimum": "maximum"}[node.func.attr]
        yield f"It is the {node.func.attr}", ast.Call(ast.Attribute(node.func.value, other), node.args, [])
        yield f"The {node.func.attr} is missing", node.args[0]
        yield f"The {node.func.attr} is missing", node.args[1]


def _of_names(program: Program, target: str, text: str, letters: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Old for new, new for old, and one name for another that was computed before."""
    order = [name for name, _ in program.lines]
    before = order[: order.index(target)]
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "state":
            if node.attr in before:
                yield (
                    "The new value stands where the old one belongs",
                    _replaced(parse(text), node, ast.Name(node.attr)),
                )
        elif isinstance(node, ast.Name) and (node.id in before or node.id == "g"):
            for other in [*before, "g"]:
                if other not in (node.id, "t", "k"):
                    yield (
                        f"{pretty(other)} stands where {pretty(node.id)} belongs",
                        _replaced(parse(text), node, ast.Name(other)),
                    )
        elif isinstance(node, ast.Name) and node.id in letters:
            for other in letters:
                if other != node.id:
                    yield (
                        f"{pretty(other)} stands where {pretty(node.id)} belongs",
                        _replaced(parse(text), node, ast.Name(other)),
                    )


def _of_before(program: Program, target: str, text: str) -> Iterator[tuple[str, str]]:
    """The old value of a field, where its new one is used."""
    before = [name for name, _ in program.lines]
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.Name) and node.id in program.kept and node.id in before[: before.index(target)]:
            yield node.id, _replaced(parse(text), node, ast.Attribute(ast.Name("state"), node.id))


def _of_state(program: Program) -> Iterator[Edit]:
    """Something else stored, nothing stored, or stored twice."""
    lines, kept = dict(program.lines), program.kept
    made_of = {field: [n for n, text in lines.items() if kept[field] in names_in(text)] for field in kept}
    for field, name in kept.items():
        for other in [n for n in made_of[field] if n != "θ"]:
            says = f"{pretty(other)} is stored in place of {pretty(name)}. {ONLY_NOW} {pretty(name)}."
            yield Edit(SLIP, f"{pretty(other)} stored", says, ((f"kept.{field}", other),))
        says = f"{pretty(name)} is not stored: every step starts from what {pretty(field)} was in the beginning."
        yield Edit(SLIP, f"{pretty(field)} not stored", says, ((f"kept.{field}", f"state.{field}"),))
    several = tuple(
        (f"kept.{f}", others[0]) for f, others in made_of.items() if others and others[0] != "θ" and f != "t"
    )
    if len(several) > 1:
        names = " and ".join(pretty(new) for _, new in several)
        old = " and ".join(pretty(target[5:]) for target, _ in several)
        says = f"You store the corrected {names}. {ONLY_NOW.replace('It is', 'They are')} {old}."
        yield Edit(SLIP, f"{names} stored", says, several)


def _of_letters(program: Program, letters: dict[str, str]) -> Iterator[Edit]:
    """Two numbers exchanged everywhere."""
    pairs = [(a, b) for a in letters for b in letters if a < b and a[0] == b[0]]
    for a, b in pairs:
        swap = {a: b, b: a}
        word = re.compile(rf"\b({a}|{b})\b")
        changes = tuple(
            (t, word.sub(lambda m, swap=swap: swap[m[1]], text)) for t, text in program.parts if word.search(text)
        )
        if changes:
            says = f"{pretty(a)} and {pretty(b)} have changed places."
            yield Edit(SLIP, f"{pretty(a)} and {pretty(b)} exchanged", says, changes)


def _replaced(tree: ast.AST, old: ast.AST, new: ast.AST) -> str:
    return code_of(replaced(tree, old, new))
