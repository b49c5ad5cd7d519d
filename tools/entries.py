"""The names of the entries in a file of the catalogue of mistakes, read and not run."""

from __future__ import annotations

import ast
from typing import Any


def names(text: str) -> list[str]:
    """The names that a file of the catalogue puts on show: those of mistakes of which is said what one sees, of
    conventions of the rule as it stands in its class, and of shared kinds by `seen`."""
    values = {ast.unparse(node.targets[0]): node.value for node in parsed(text).body if isinstance(node, ast.Assign)}
    texts = {name: value.value for name, value in values.items() if isinstance(value, ast.Constant)}
    calls = [each for each in getattr(values.get("ENTRIES"), "elts", []) if isinstance(each, ast.Call)]
    entries = [_arguments(each, texts) for each in calls]
    others = {line for entry in entries if entry.get("right") for line in _right_sides(entry["after"])}
    shown = [e for e in entries if "sees" in e or (e.get("right") and not others & _right_sides(e["before"]))]
    return list(dict.fromkeys(entry["name"] for entry in shown))


def _right_sides(text: str) -> set[str]:
    """What is assigned in some lines of code."""
    return {line.split(" = ")[-1] for line in text.splitlines()}


def _arguments(call: ast.Call, texts: dict[str, str]) -> dict[str, Any]:
    """What is given to `Kind` or `seen`, by name; constants of the file stand for themselves."""
    order = {"Kind": ("name", "before", "after", "says", "sees"), "seen": ("name", "sees")}[ast.unparse(call.func)]
    given = dict(zip(order, call.args, strict=False)) | {each.arg: each.value for each in call.keywords}
    if ast.unparse(call.func) == "seen":
        given.setdefault("sees", call.args[0])  # else it is as of its kind
    return {name: _in_words(value, texts) for name, value in given.items()}


def _in_words(value: ast.expr, texts: dict[str, str]) -> Any:
    """A constant; f-strings with those of the file put in; else the code."""
    if isinstance(value, ast.Constant):
        return value.value
    if isinstance(value, ast.JoinedStr):
        return "".join(_in_words(each, texts) for each in value.values)
    if isinstance(value, ast.FormattedValue):
        return _in_words(value.value, texts)
    return texts.get(ast.unparse(value), ast.unparse(value))


def parsed(text: str) -> ast.Module:
    """The syntax tree of a file; an empty one, if it is not Python yet."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.parse("")
