"""The lines of a formula, as they stand in a docstring, set as mathematics: `v ← β·v − η·g` becomes LaTeX.

One source for both: what a person reads in the file of a rule is what a notebook shows. `parse` makes a tree of a
line, `latex` writes the tree. The tests compute with the same trees, and hold each formula to the code below it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, NamedTuple

GREEK = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "Δ": r"\Delta", "δ": r"\delta", "ε": r"\varepsilon",
    "η": r"\eta", "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu", "ρ": r"\rho", "σ": r"\sigma",
    "φ": r"\varphi",
}  # fmt: skip
KNOWN = {"max": r"\max", "min": r"\min"}  # other names of functions are set upright
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵗᵏᵀ", "0123456789+−tkT")
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊ₜₖᵢₛ", "0123456789+tkis")
HAT = "\u0302"

TOKEN = re.compile(
    r"""(?P<number>\d+(?:\.\d+)?|½)
      | (?P<word>[A-Za-z]{2,})
      | (?P<name>[A-Za-zΑ-Ωα-ω]\u0302?[₀-₉₊ₜₖᵢₛ]*′*)
      | (?P<raised>[⁰¹²³⁴-⁹⁺⁻ᵗᵏᵀ]+)
      | (?P<sign>[←=+−·/^()|‖√,±])
      | (?P<space>\s+)""",
    re.VERBOSE,
)


class Term(NamedTuple):
    """A node of the tree: what it is, and what it is made of.

    Kinds: "number" and "name" (their text), "call" (name, *arguments), "group", "absolute", "norm", "root",
    "negative", "either" (± x), "power", "+", "−", "·", "/", and at the top "←" or "=".
    """

    kind: str
    parts: tuple[Any, ...]


class Line(NamedTuple):
    """One line of a formula: a statement, and words that say more, among them perhaps another statement."""

    statement: Term
    words: str = ""
    then: Term | None = None
    more: str = ""


def parse(line: str) -> Line:
    """The tree of one line.

    A line is a statement, `name ← expression` or `name = expression`. Behind a comma, or two spaces, words may
    follow, and they may lead to one more statement: `X = q / ‖q‖, five times X ← 2·X`.

    Raises
    ------
    ValueError
        If it cannot be read, with the place.
    """
    line = unicodedata.normalize("NFD", line.strip())
    head, words = _cut(line)
    inner = re.search(r"\S+ [←=] .+?(?=$| where )", words)
    if not inner:
        return Line(_Reader(head).statement(), words)
    return Line(_Reader(head).statement(), words[: inner.start()], _Reader(inner[0]).statement(), words[inner.end() :])


def latex(line: Line) -> str:
    """A line as LaTeX, aligned at its arrow."""
    text = _statement(line.statement, "&")
    if line.words:
        text += rf"\text{{{line.words}}}" if line.words[0] == "," else rf"\quad\text{{{line.words}}}"
    if line.then:
        text += _statement(line.then)
    return text + (rf"\text{{{line.more}}}" if line.more else "")


def symbol(text: str) -> str:
    """A single symbol, such as β₁ or m̂, as LaTeX."""
    return _name(unicodedata.normalize("NFD", text))


def _cut(line: str) -> tuple[str, str]:
    """The statement of a line, and the words behind it."""
    depth = 0
    for place, letter in enumerate(line):
        if depth == 0 and (letter == "," or line[place : place + 2] == "  "):
            words = line[place:] if letter == "," else line[place:].strip()
            return line[:place], words
        depth += (letter == "(") - (letter == ")")
    return line, ""


class _Reader:
    """Recursive descent over the tokens of one statement."""

    def __init__(self, text: str):
        self.text, self.tokens, self.place = text, [], 0
        end = 0
        for match in TOKEN.finditer(text):
            if match.start() != end:
                break
            end = match.end()
            self.tokens += _tokens(match)
        if end != len(text):
            raise ValueError(f"cannot read {text[end]!r} in the formula {text!r}")

    @property
    def next(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def take(self, *signs: str) -> str | None:
        """The next token, if it is one of these signs."""
        if self.next[0] != "sign" or self.next[1] not in signs:
            return None
        self.place += 1
        return self.tokens[self.place - 1][1]

    def need(self, *signs: str) -> str:
        found = self.take(*signs)
        if found is None:
            raise ValueError(f"{self.next[1] or 'the end'!r} in place of {' or '.join(signs)} in {self.text!r}")
        return found

    def statement(self) -> Term:
        left = self.atom()
        arrow = self.need("←", "=")
        made = Term(arrow, (left, self.sum()))
        if self.next[0] != "end":
            raise ValueError(f"{self.next[1]!r} is left over in the formula {self.text!r}")
        return made

    def sum(self) -> Term:
        sign = self.take("−", "±")
        left = self.product()
        if sign:
            left = Term("negative" if sign == "−" else "either", (left,))
        while sign := self.take("+", "−"):
            left = Term(sign, (left, self.product()))
        return left

    def product(self) -> Term:
        left = self.power()
        while (sign := self.take("·", "/")) or self.next[0] == "name":
            left = Term(sign or "·", (left, self.power()))
        return left

    def power(self) -> Term:
        base = self.atom()
        if self.next[0] == "raised":
            self.place += 1
            return Term("power", (base, _Reader(self.tokens[self.place - 1][1].translate(RAISED)).sum()))
        if self.take("^"):
            minus = self.take("−")
            exponent = self.atom()
            return Term("power", (base, Term("negative", (exponent,)) if minus else exponent))
        return base

    def atom(self) -> Term:
        kind, text = self.next
        if kind in ("number", "name", "word"):
            self.place += 1
            if kind == "word" and self.take("("):
                return self.call(text)
            return Term("number" if kind == "number" else "name", (text,))
        if self.take("√"):
            return Term("root", (self.atom(),))
        opening = self.need("(", "|", "‖")
        inside = self.sum()
        self.need({"(": ")"}.get(opening, opening))
        return Term({"(": "group", "|": "absolute", "‖": "norm"}[opening], (inside,))

    def call(self, name: str) -> Term:
        arguments = [self.sum()]
        while self.take(","):
            arguments.append(self.sum())
        self.need(")")
        return Term("call", (name, *arguments))


def _tokens(match: re.Match) -> list[tuple[str, str]]:
    """The tokens of a match: none for a space, and XX is X times X."""
    kind, text = match.lastgroup, match[0]
    if kind == "space":
        return []
    if kind == "word" and text.isupper() and match.string[match.end() : match.end() + 1] != "(":
        return [("name", letter) for letter in text]
    return [(kind, text)]


def _statement(term: Term, mark: str = "") -> str:
    left, right = term.parts
    arrow = r"\leftarrow" if term.kind == "←" else "="
    return f"{_tex(left)} {mark}{arrow} {_tex(right)}"


def _tex(term: Term, small: bool = False) -> str:
    """A tree as LaTeX. `small`: inside a fraction, where a second one is written with a slash."""
    kind, parts = term
    match kind:
        case "number":
            return r"\tfrac{1}{2}" if parts[0] == "½" else parts[0]
        case "name":
            return _name(parts[0])
        case "call":
            name = KNOWN.get(parts[0], rf"\operatorname{{{parts[0]}}}")
            return rf"{name}({', '.join(_tex(each, True) for each in parts[1:])})"
        case "power":
            raised = parts[1]
            exponent = r"\mathsf{T}" if raised == Term("name", ("T",)) else _tex(raised, True)
            return f"{_tex(parts[0], small)}^{{{exponent}}}"
        case "root":
            return rf"\sqrt{{{_bare(parts[0], small)}}}"
        case "/" if not small:
            return rf"\frac{{{_bare(parts[0], True)}}}{{{_bare(parts[1], True)}}}"
        case "·":
            left, right = (_tex(each, small) for each in parts)
            return left + (r" \cdot " if right[0].isdigit() or right.startswith(r"\tfrac") else r"\,") + right
        case "+" | "−" | "/":
            return f"{_tex(parts[0], small)} {kind.replace('−', '-')} {_tex(parts[1], small)}"
    before, after = {
        "group": ("(", ")"), "absolute": ("|", "|"), "norm": (r"\lVert ", r" \rVert"),
        "negative": ("-", ""), "either": (r"\pm ", ""),
    }[kind]  # fmt: skip
    inside = _tex(parts[0], small)
    if kind == "group" and r"\frac" in inside:
        before, after = r"\left(", r"\right)"
    return before + inside + after


def _bare(term: Term, small: bool) -> str:
    """Without brackets around the whole: a fraction bar or a root says as much."""
    return _tex(term.parts[0] if term.kind == "group" else term, small)


def _name(text: str) -> str:
    """A symbol with its hat, its index and its primes; a word upright."""
    if len(text) > 1 and text.isascii():
        return rf"\text{{{text}}}"
    letter, *rest = text
    body = GREEK.get(letter, letter)
    rest = "".join(rest)
    if rest.startswith(HAT):
        body, rest = rf"\hat{{{body}}}", rest[1:]
    index, primes = rest.rstrip("′").translate(LOWERED), rest.count("′") * "'"
    return body + (f"_{{{index}}}" if len(index) > 1 else f"_{index}" if index else "") + primes
