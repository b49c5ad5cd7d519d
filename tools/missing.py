"""Print what a rule still owes: what to add, and where, in the order in which it is best done. `make missing`.

Only files are read here, so that a rule that is half written, or not even Python yet, gets an answer as well.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import entries
import letters
import lists

ROOT = Path(__file__).resolve().parents[1]
NO_RULES = ("__init__", "base")
RIGHT = 3  # ways to write the right rule, as learners do
MEANS = "what it means, for docs/notation.md"
KEPT = "nothing is owed"
HEADINGS = ("In three lines", "On your own")  # of every lesson
REST = "What else it owes is read from that file: ask again once it is there."


@dataclass(frozen=True)
class Rule:
    """The files of one rule.

    Attributes
    ----------
    name : str
        The name of its files, such as "adamw": the class's, in small letters.
    root : Path
        The repository.
    """

    name: str
    root: Path = ROOT

    def text(self, file: str) -> str:
        """What is in a file; nothing, if there is none."""
        path = self.root / file
        return path.read_text("utf-8") if path.is_file() else ""

    @property
    def file(self) -> str:
        return f"optlearn/optimizers/{self.name}.py"

    @cached_property
    def node(self) -> ast.ClassDef | None:
        """The class, as a syntax tree."""
        classes = [each for each in entries.parsed(self.text(self.file)).body if isinstance(each, ast.ClassDef)]
        return next((each for each in classes if each.name.lower() == self.name), None)

    @property
    def kind(self) -> str:
        """The name of the class."""
        return self.node.name if self.node else self.name

    @property
    def numbers(self) -> list[str]:
        """The fields that are numbers with a slider."""
        fields = [each for each in self.node.body if isinstance(each, ast.AnnAssign)] if self.node else []
        return [each.target.id for each in fields if isinstance(each.value, ast.Call)]

    @property
    def facts(self) -> dict[str, ast.expr]:
        """What the class says of itself: the arguments of its `Facts`."""
        for each in self.node.body if self.node else []:
            if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "facts":
                return {argument.arg: argument.value for argument in each.value.keywords}
        return {}

    @cached_property
    def notebooks(self) -> list[tuple[str, str]]:
        """Name and code of every notebook that shows the rule."""
        found = []
        for path in sorted((self.root / "notebooks").glob("*.ipynb")):
            source = "".join(path.read_text("utf-8"))
            if f"show_rule({self.kind})" in source:
                found.append((path.name, _code(source)))
        return found

    @property
    def free(self) -> str:
        """The number of the next notebook, such as "27"."""
        taken = {int(path.name[:2]) for path in (self.root / "notebooks").glob("[0-9][0-9]_*.ipynb")}
        return f"{next(number for number in range(100) if number not in taken):02}"


def _code(notebook: str) -> str:
    """All code of a notebook."""
    cells = json.loads(notebook)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def owed(rule: Rule) -> list[str]:
    """What the rule still owes, in order: each a sentence that says what to add, and where."""
    unread = list(_file(rule))
    if unread:
        return unread  # all else is read from there
    parts = (_registration, _browser, _facts, _oracle, _catalogue, _learners, _notebook, _letters)
    parts += (_cited, _contract, _shown, _changelog)
    return [debt for part in parts for debt in part(rule)]


def _file(rule: Rule) -> Iterator[str]:
    text = rule.text(rule.file)
    if not text:
        yield f"{rule.file}: the rule. Copy the file that is nearest, and change it."
        return
    try:
        ast.parse(text)
    except SyntaxError as error:
        yield f"{rule.file}, line {error.lineno}: this is not Python yet ({error.msg})."
        return
    if rule.node is None:
        yield f"{rule.file}: a class whose name is {rule.name} in small letters."
        return
    parts = (ast.get_docstring(rule.node) or "").split("\n\n")
    if len(parts) != 3 or "Paper: " not in parts[-1] or "Differs from: " not in parts[-1]:
        yield (
            f"{rule.file}: a docstring of three parts: the idea in a sentence; the formula line by line; "
            '"Paper: " with the number of the equation, and "Differs from: ".'
        )
    methods = {each.name for each in rule.node.body if isinstance(each, ast.FunctionDef)}
    if "update" not in methods:
        yield f"{rule.file}: the method update(self, params, g, state)."


def _registration(rule: Rule) -> Iterator[str]:
    line = f"from optlearn.optimizers.{rule.name} import {rule.kind}"
    if line not in rule.text("optlearn/optimizers/__init__.py").splitlines():
        yield f"optlearn/optimizers/__init__.py: the line `{line}`, at its place in teaching order."


def _browser(rule: Rule) -> Iterator[str]:
    file = "optlearn/browser/parts.json"
    if f'"{rule.kind} [2]":' not in rule.text(file):
        yield f"{file}: its step in JavaScript, which `python -m optlearn.browser` writes."


def _facts(rule: Rule) -> Iterator[str]:
    known = {
        "color": 'color="pink", or another one, which with its dashes no other rule has',
        "good_rate": "good_rate=0.1: a learning rate at which it does well on the parabola",
    }
    if rule.name != "sgd":
        known["parents"] = 'parents=("Adam",): the rules it was made from, by the word of its authors'
    for name in [name for name in known if name not in rule.facts]:
        yield f"{rule.file}: in `facts = Facts(...)`, {known[name]}."


def _oracle(rule: Rule) -> Iterator[str]:
    file = f"tests/unit/oracle/{rule.name}.py"
    names = {}
    for each in entries.parsed(rule.text(file)).body:
        if isinstance(each, ast.FunctionDef):
            names[each.name] = [argument.arg for argument in each.args.args]
        elif isinstance(each, ast.Assign):
            names[ast.unparse(each.targets[0])] = []
    numbers = ", ".join(rule.numbers)
    if "path" not in names:
        yield f"{file}: the rule in plain NumPy, from the paper: path(gradient, w, steps, {numbers})."
    else:
        absent = [name for name in rule.numbers if name not in names["path"]]
        if absent:
            yield f"{file}: path takes no {', '.join(absent)}; it is given all numbers, by their names."
    if "THREE_STEPS" not in names:
        yield f"{file}: THREE_STEPS = ({{numbers}}, [θ₁, θ₂, θ₃]), by hand, from 0 under the constant gradient 2."
    if "acts_on" in rule.facts and "matrix_path" not in names:
        yield f"{file}: matrix_path(gradients, w, learning_rate, ...), since the class says acts_on."


def _catalogue(rule: Rule) -> Iterator[str]:
    file = f"optlearn/practice/catalogue/{rule.name}.py"
    if not entries.names(rule.text(file)):
        yield f"{file}: the mistakes people make with it, and the conventions that only look like mistakes."


def _learners(rule: Rule) -> Iterator[str]:
    file = f"tests/unit/learners/{rule.name}.py"
    text = rule.text(file)
    found = len(re.findall(rf"^@right\({rule.kind}\)", text, re.MULTILINE))
    elsewhere = re.search(rf"^    {rule.kind}: \[", rule.text("tests/unit/test_practice.py"), re.MULTILINE)
    if found < RIGHT and not elsewhere:
        ways = f"in {RIGHT} ways, each below @right({rule.kind}); {found} so far"
        yield f"{file}: the right rule as learners write it, {ways}."
    for name in entries.names(rule.text(f"optlearn/practice/catalogue/{rule.name}.py")):
        if f'"{name}"' not in text:
            yield f'{file}: "{name}" of the catalogue, written from its description: below @row({rule.kind}, "{name}").'


def _notebook(rule: Rule) -> Iterator[str]:
    if not rule.notebooks:
        yield f"notebooks/{rule.free}_{rule.name}.ipynb: its lesson, with show_rule({rule.kind}). Copy 18_ademamix."
        return
    (name, code), *_ = rule.notebooks
    if not re.search(rf"Lab\(.*\b{rule.kind}\(", code):
        yield f"notebooks/{name}: a Lab with {rule.kind}(...)."
    if "keras" in rule.facts and "tf.keras.optimizers." not in code:
        yield f"notebooks/{name}: a comparison with tf.keras.optimizers."
    lesson = lists.Lesson(rule.root / "notebooks" / name)
    for each in lists.lacking(lesson, lists.core(rule.root)):
        yield f'notebooks/{name}: in its metadata, under "lesson", "{each}": "{lists.EXAMPLE[each]}".'
    if '"execution_count": null' in rule.text(f"notebooks/{name}"):
        yield f"notebooks/{name}: its outputs, which `python tools/notebooks.py notebooks/{name}` stores."
    for each in HEADINGS:
        if f'"## {each}' not in rule.text(f"notebooks/{name}"):
            yield f'notebooks/{name}: a part with the heading "## {each}".'
    if not lesson.has_ways:
        yield f'notebooks/{name}: below its references, a line that begins with "Next". What follows is written.'


def _letters(rule: Rule) -> Iterator[str]:
    notation = rule.text("docs/notation.md")
    for name, _ in rule.notebooks[:1]:
        path = rule.root / "notebooks" / name
        said = {each for symbols in lists.Lesson(path).about.get("letters", {}) for each in letters.split(symbols)}
        try:
            unknown = letters.unexplained(path, notation, rule.root)
        except ValueError as error:
            yield f"{rule.file}: a formula that can be read. {error}"
            return
        for letter in sorted(unknown.keys() - said):
            known = "; ".join(f'"as in {row.introduced}" is: {row.meaning}' for row in unknown[letter] if row.shared)
            other = f", or {known}" if known else ""
            yield f'notebooks/{name}: in its metadata, under "lesson" and "letters", "{letter}": {MEANS}{other}.'


def _cited(rule: Rule) -> Iterator[str]:
    paper = re.search(r"Paper: (.+?)Differs from:", ast.get_docstring(rule.node) or "", re.DOTALL)
    known = _words(rule.text("docs/references.bib"))
    for title in re.findall(r'"([^"]+)"', paper[1] if paper else ""):
        if _words(title) not in known:
            yield f'docs/references.bib: "{" ".join(title.split())}", with a note that says what was checked in it.'


def _words(text: str) -> str:
    """A title without accents, brackets, case and signs, or a whole bibliography of them."""
    bare = unicodedata.normalize("NFD", re.sub(r"[{}\\'`^\"]", "", text.lower()))
    return " ".join(re.findall(r"\w+", "".join(each for each in bare if not unicodedata.combining(each))))


def _contract(rule: Rule) -> Iterator[str]:
    if f"| `{rule.kind}` |" not in rule.text("docs/keras.md"):
        yield "docs/keras.md: its row in the table of the contract, which `python -m tests.unit.contract` writes."


def _shown(rule: Rule) -> Iterator[str]:
    """Notebooks that show all rules, of which a stored output says that they were run without this one."""
    every = {}
    for path in sorted((rule.root / "notebooks").glob("*.ipynb")):
        text = path.read_text("utf-8")
        if re.search(r"optimizers\.RULES|plotting\.family\(", _code(text)):
            every[f"notebooks/{path.name}"] = "optimizers.RULES" not in text or f"| {rule.kind} |" in text
    if not all(every.values()):
        names = " ".join(every)
        yield f"{names}: they show all rules, and were run without this one: `python tools/notebooks.py {names}`."


def _changelog(rule: Rule) -> Iterator[str]:
    if not re.search(rf"`{rule.kind}`", rule.text("CHANGELOG.md")):
        variant = rule.name.removeprefix("rmsprop")
        if variant == rule.name or variant not in rule.text("CHANGELOG.md"):
            yield f"CHANGELOG.md: a line below Unreleased that names `{rule.kind}`."


def is_translated() -> bool:
    """Whether the JavaScript of the package is that of the present sources: asked last, since it imports all."""
    from optlearn.browser import shipped

    return json.loads(shipped.FILE.read_text("utf-8"))["sources"] == shipped.sources()


def rules(root: Path = ROOT) -> list[Rule]:
    """All rules that have a file, be it a half-written one."""
    files = sorted((root / "optlearn" / "optimizers").glob("*.py"))
    return [Rule(path.stem, root) for path in files if path.stem not in NO_RULES]


def main(names: list[str]) -> int:
    """Print what the named rules owe, or all; returns 1 if there is anything."""
    wanted = [Rule(name.lower().removesuffix(".py")) for name in names] or rules()
    debts = {rule: owed(rule) for rule in wanted}
    stale = lists.stale()
    for rule, owes in debts.items():
        if owes:
            print(f"{rule.kind} still owes:")
            print("\n".join(f"  {number}. {debt}" for number, debt in enumerate(owes, 1)))
        if owes and rule.node is None:
            print(f"  {REST}")
    if stale:
        print("These lists are not as the lessons have them, and `python tools/lists.py --write` writes them:")
        print("\n".join(f"  {file}" for file in stale))
    paid = not stale and not any(debts.values())
    if paid and not is_translated():
        print("optlearn/browser/parts.json was made from other sources: `python -m optlearn.browser` writes it anew.")
        return 1
    if paid:
        print(f"{', '.join(rule.kind for rule in wanted)}: {KEPT}. What the tests hold it to: make test.")
    return int(not paid)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
