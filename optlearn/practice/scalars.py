"""A program as people write it for two parameters: in the scalars a and b, one line after the other."""

from __future__ import annotations

import ast
from functools import cache

from optlearn.practice.program import Program
from optlearn.practice.trees import names_in, parse

SHARED = ("reduce_sum", "reduce_mean", "rms")  # of a vector these make one number
FILLED = {"zeros_like": "0.0", "ones_like": "1.0", "zeros": "0.0"}
FUNCTIONS = {"maximum": "max", "minimum": "min"}


def lines(program: Program) -> list[tuple[str, list[str]]]:
    """Where each buffer starts, the lines of the update, and what is stored beside them: (target, code for a and b).

    A line that needs an old value stands before the new one is computed, where that can be; else the old value is
    kept aside first.
    """
    vectors, done, found = _vectors(program), set(), []
    for field, text in program.starts.items():
        found.append((f"init.{field}", _both(field, text, f"init.{field}" in vectors, vectors, set())))
    order = _reordered(program.lines)
    aside = _aside(order, program.kept)
    for field in aside:
        own = [f"_{c}" for c in "ab"] if f"state.{field}" in vectors else [""]
        found.append((f"old.{field}", [f"{field}_old{c} = {field}{c}" for c in own]))
    for target, text in order:
        found.append((target, _both(target, text, target in vectors, vectors, done)))
        done.add(target)
    for field, text in program.kept.items():
        if text != field and (text != f"state.{field}" or field in aside):
            found.append((f"kept.{field}", _both(field, text, f"init.{field}" in vectors, vectors, done)))
    return found


def _reordered(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """With each line that needs an old value, and no new one, before the new one is there."""
    order = list(lines)
    for target, text in lines:
        late = [n[6:] for n in names_in(text) if n[:6] == "state." and n[6:] != target]
        for field in late:
            names = [name for name, _ in order]
            if field in names and names.index(field) < names.index(target) and field not in names_in(text):
                between = order[names.index(field) + 1 : names.index(target)]
                if not any(field in names_in(other) for _, other in between):
                    order.insert(names.index(target), order.pop(names.index(field)))
    return order


def _aside(order: list[tuple[str, str]], kept: dict[str, str]) -> list[str]:
    """The fields whose old value is needed after the new one is there."""
    done, needed = set(), []
    for target, text in (*order, *((f"kept.{field}", text) for field, text in kept.items())):
        needed += [n[6:] for n in names_in(text) if n[:6] == "state." and n[6:] in done]
        done.add(target)
    return list(dict.fromkeys(needed))


@cache
def _vectors(program: Program) -> frozenset[str]:
    """The names that hold one number for each parameter."""
    known = {"params", "g", "apart"}
    known |= {f"init.{field}" for field, text in program.starts.items() if "_like(params)" in text or text == "params"}
    known |= {f"state.{name[5:]}" for name in known if name.startswith("init.")}
    for target, text in program.lines:
        if _is_vector(parse(text), known) or target == "θ":
            known.add(target)
    return frozenset(known)


def _is_vector(node: ast.AST, known: set[str]) -> bool:
    if isinstance(node, ast.Subscript) or (isinstance(node, ast.Call) and _name(node.func) in SHARED):
        return False
    if isinstance(node, ast.Attribute) and _name(node.value) == "state":
        return f"state.{node.attr}" in known
    if isinstance(node, ast.Name):
        return node.id in known
    if isinstance(node, ast.Call) and _name(node.func) == "concat":
        return True
    return any(_is_vector(child, known) for child in ast.iter_child_nodes(node))


def _both(target: str, text: str, vector: bool, vectors: frozenset[str], done: set[str]) -> list[str]:
    if not vector:
        return [f"{target} = {_text(text, 'a', vectors, done)}"]
    left = {"a": "a", "b": "b"} if target == "θ" else {c: f"{target}_{c}" for c in "ab"}
    first, second = (_text(text, c, vectors, done) for c in "ab")
    return [f"{left['a']} = {first}", f"{left['b']} = {second.replace(f'({first})', left['a'])}"]


def _text(text: str, which: str, vectors: frozenset[str], done: set[str]) -> str:
    return ast.unparse(_Scalar(which, vectors, done).visit(ast.parse(text, mode="eval").body))


class _Scalar(ast.NodeTransformer):
    """An expression for one of the two parameters."""

    def __init__(self, which: str, vectors: frozenset[str], done: set[str]):
        self.which, self.vectors, self.done = which, vectors, done

    def visit_Name(self, node):
        if node.id == "params":
            return ast.Name(self.which)
        if node.id == "apart":
            return ast.Constant({"a": -1, "b": 0}[self.which])
        return ast.Name(f"{node.id}_{self.which}") if node.id in self.vectors else node

    def visit_Attribute(self, node):
        old = f"{node.attr}_old" if node.attr in self.done else node.attr
        return ast.Name(f"{old}_{self.which}" if f"state.{node.attr}" in self.vectors else old)

    def visit_Subscript(self, node):
        return self._for("a" if node.slice.elts[-1].lower is None else "b", node.value)

    def visit_Call(self, node):
        name, args = _name(node.func), node.args
        if name in FILLED:
            return ast.parse(FILLED[name], mode="eval").body
        if name == "concat":
            return self.visit(args[0].elts["ab".index(self.which)])
        if name == "rms":
            both = " + ".join(f"({ast.unparse(self._for(c, args[0]))}) ** 2" for c in "ab")
            return _tidy(f"sqrt(({both}) / 2)")
        if name in SHARED:
            both = " + ".join(f"({ast.unparse(self._for(c, args[0]))})" for c in "ab")
            return _tidy(f"({both}) / 2" if name == "reduce_mean" else both)
        args = [self.visit(arg) for arg in args]
        if name == "where":
            return ast.IfExp(args[0], args[1], args[2])
        if name == "clip_by_value":
            return _tidy(f"min(max({', '.join(ast.unparse(a) for a in args[:2])}), {ast.unparse(args[2])})")
        return ast.Call(ast.Name(FUNCTIONS.get(name, name)), args, [])

    def _for(self, which: str, node: ast.AST) -> ast.AST:
        return _Scalar(which, self.vectors, self.done).visit(ast.parse(ast.unparse(node), mode="eval").body)


def _tidy(text: str) -> ast.AST:
    return ast.parse(text, mode="eval").body


def _name(node: ast.AST) -> str:
    return getattr(node, "attr", None) or getattr(node, "id", "")
