"""Which letters a lesson uses, and what docs/notation.md says of each.

Only files are read, so that a rule that TensorFlow does not take yet has letters as well.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

import nbformat

from optlearn import typeset

ROOT = Path(__file__).resolve().parents[1]
ALIAS = {"varepsilon": "ε", "varphi": "φ", "partial": "∂", "sum": "Σ", "Lambda": "Λ", "xi": "ξ", "pi": "π"}
ALIAS |= {"alpha": "α", "beta": "β", "gamma": "γ", "Delta": "Δ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ"}
ALIAS |= {"kappa": "κ", "lambda": "λ", "mu": "μ", "rho": "ρ", "sigma": "σ", "Sigma": "Σ"}
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| (\d\d) \| ([^|]+) \|$", re.MULTILINE)


class Row(NamedTuple):
    """A row of the table of symbols: letters, what they mean, where that is said first, and where it holds."""

    letters: tuple[str, ...]
    meaning: str
    introduced: str
    holds: tuple[str, ...]

    def holds_in(self, number: str) -> bool:
        return self.holds == ("all",) or number in self.holds

    @property
    def shared(self) -> bool:
        """Whether it is more than the letter of one lesson."""
        return len(self.holds) > 1


def rows(notation: str) -> list[Row]:
    """The table of symbols in the text of docs/notation.md."""
    found = ROW.findall(notation.split("## Words")[0])
    return [Row(split(symbols), meaning, first, tuple(holds.split(", "))) for symbols, meaning, first, holds in found]


def unexplained(path: Path, notation: str, root: Path = ROOT) -> dict[str, list[Row]]:
    """The letters of a notebook that have no row there, and the rows that they have elsewhere."""
    table, number = rows(notation), path.stem[:2]
    known = {letter for row in table if row.holds_in(number) for letter in row.letters}
    return {letter: [row for row in table if letter in row.letters] for letter in sorted(used(path, root) - known)}


def used(path: Path, root: Path = ROOT) -> set[str]:
    """The letters of all that is typeset in a notebook, its rules included, and the Greek ones of its prose.

    Raises
    ------
    ValueError
        If a line of a formula cannot be read.
    """
    cells = nbformat.read(path, as_version=4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    found = set()
    for block in re.findall(r"\$\$(.+?)\$\$", text, re.DOTALL) + re.findall(r"(?<!\$)\$([^$]+)\$(?!\$)", text):
        found |= of(block)
    for name in re.findall(r"show_rule\((\w+)\)", "\n".join(cell.source for cell in cells if cell.cell_type == "code")):
        for line in _formula(name, root):
            found |= of(typeset.latex(typeset.parse(line)))
    plain = re.sub(r"\$\$.+?\$\$|\$[^$]+\$|`[^`]*`", " ", text, flags=re.DOTALL)
    return found | set(re.findall(r"[α-ωΔΛΣ]", plain))


def of(mathematics: str) -> set[str]:
    """The letters of a formula in LaTeX: Latin ones alone, Greek ones, and those with a hat."""
    text = re.sub(r"\\(?:text|operatorname|begin|end)\{[^}]*\}", " ", mathematics)
    found = {f"{letter}\u0302" for letter in re.findall(r"\\hat\{?\s*([a-z])", text)}
    text = re.sub(r"\\hat\{?\s*[a-z]\}?", " ", text)
    commands = re.findall(r"\\([a-zA-Z]+)", text)
    found |= {ALIAS[name] for name in commands if name in ALIAS}
    return found | set(re.findall(r"[A-Za-z]", re.sub(r"\\[a-zA-Z]+", " ", text)))


def split(symbols: str) -> tuple[str, ...]:
    """The letters of a list such as "m̂, v̂", with each hat as a sign of its own."""
    return tuple(unicodedata.normalize("NFD", symbols).split(", "))


def _formula(name: str, root: Path) -> list[str]:
    """The second paragraph of a rule's docstring."""
    file = root / "optlearn" / "optimizers" / f"{name.lower()}.py"
    tree = ast.parse(file.read_text("utf-8"))
    (kind,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    return (ast.get_docstring(kind) or "").split("\n\n")[1].splitlines()
