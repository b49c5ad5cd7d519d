"""Numbers and pieces of JavaScript as text."""

from __future__ import annotations

import math
from collections.abc import Sequence

Atom = bool | int | float | str  # one number: known, or as JavaScript


def js(value: Atom) -> str:
    """An atom as JavaScript, in brackets where it needs them."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if math.isnan(value):
        return "NaN"
    text = "Infinity" if math.isinf(value) else repr(abs(value)).removesuffix(".0")
    return f"(-{text})" if math.copysign(1, value) < 0 else text


def bare(text: str) -> str:
    """Without the brackets around all of it."""
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return text[1:-1] if place == len(text) - 1 else text
    return text


def loops(index: Sequence[int | str], sizes: Sequence[int], body: str) -> str:
    """A body for all values of the index's variables."""
    heads = [f"for(let {i}=0;{i}<{size};{i}++)" for i, size in zip(index, sizes, strict=True) if isinstance(i, str)]
    return "".join(heads) + "{" + body + "}"
