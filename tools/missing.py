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
from typing import Any

ROOT = Path(__file__).parents[1]
NO_RULES = ("__init__", "base")
RIGHT = 3  # ways to write the right rule, as learners do
MAP = "notebooks/00_start_here.ipynb"
KEPT = "nothing is owed"
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
        classes = [each for each in _parsed(self.text(self.file)).body if isinstance(each, ast.ClassDef)]
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
                cells = json.loads(source)["cells"]
                code = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
                found.append((path.name, "\n".join(code)))
        return found


def owed(rule: Rule) -> list[str]:
    """What the rule still owes, in order: each a sentence that says what to add, and where."""
    unread = list(_file(rule))
    if unread:
        return unread  # all else is read from there
    parts = (_registration, _browser, _facts, _oracle, _catalogue, _learners, _notebook, _cited, _lists)
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
    for each in _parsed(rule.text(file)).body:
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
    if not names_of_entries(rule.text(file)):
        yield f"{file}: the mistakes people make with it, and the conventions that only look like mistakes."


def _learners(rule: Rule) -> Iterator[str]:
    file = f"tests/unit/learners/{rule.name}.py"
    text = rule.text(file)
    found = len(re.findall(rf"^@right\({rule.kind}\)", text, re.MULTILINE))
    elsewhere = re.search(rf"^    {rule.kind}: \[", rule.text("tests/unit/test_practice.py"), re.MULTILINE)
    if found < RIGHT and not elsewhere:
        ways = f"in {RIGHT} ways, each below @right({rule.kind}); {found} so far"
        yield f"{file}: the right rule as learners write it, {ways}."
    for name in names_of_entries(rule.text(f"optlearn/practice/catalogue/{rule.name}.py")):
        if f'"{name}"' not in text:
            yield f'{file}: "{name}" of the catalogue, written from its description: below @row({rule.kind}, "{name}").'


def _notebook(rule: Rule) -> Iterator[str]:
    if not rule.notebooks:
        yield f"notebooks/NN_{rule.name}.ipynb: its lesson, with show_rule({rule.kind})."
        return
    (name, code), *_ = rule.notebooks
    if not re.search(rf"Lab\(.*\b{rule.kind}\(", code):
        yield f"notebooks/{name}: a Lab with {rule.kind}(...)."
    if "keras" in rule.facts and "tf.keras.optimizers." not in code:
        yield f"notebooks/{name}: a comparison with tf.keras.optimizers."


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


def _lists(rule: Rule) -> Iterator[str]:
    if f"| `{rule.kind}` |" not in rule.text("docs/keras.md"):
        yield "docs/keras.md: its row in the table of the contract, which `python -m tests.unit.contract` writes."
    for name, _ in rule.notebooks:
        stem = name.removesuffix(".ipynb")
        if stem not in rule.text("docs/index.md").splitlines():
            yield f"docs/index.md: the line `{stem}` in the list of the shelf, or of the core path."
        if f"| [{stem}](notebooks/{name}) |" not in rule.text("README.md"):
            yield f"README.md: a line `| [{stem}](notebooks/{name}) | its claim |` in the list of notebooks."
        if f"| [{stem}]({name}) |" not in rule.text(MAP):
            yield f"{MAP}: in the map, a row `| [{stem}]({name}) | read it if you | where you meet it | minutes |`."
    if not re.search(rf"`{rule.kind}`", rule.text("CHANGELOG.md")):
        variant = rule.name.removeprefix("rmsprop")
        if variant == rule.name or variant not in rule.text("CHANGELOG.md"):
            yield f"CHANGELOG.md: a line below Unreleased that names `{rule.kind}`."


def names_of_entries(text: str) -> list[str]:
    """The names that a file of the catalogue puts on show: those of mistakes of which is said what one sees, of
    conventions of the rule as it stands in its class, and of shared kinds by `seen`."""
    values = {ast.unparse(node.targets[0]): node.value for node in _parsed(text).body if isinstance(node, ast.Assign)}
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


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.parse("")


def rules(root: Path = ROOT) -> list[Rule]:
    """All rules that have a file, be it a half-written one."""
    files = sorted((root / "optlearn" / "optimizers").glob("*.py"))
    return [Rule(path.stem, root) for path in files if path.stem not in NO_RULES]


def main(names: list[str]) -> int:
    """Print what the named rules owe, or all; returns 1 if there is anything."""
    wanted = [Rule(name.lower().removesuffix(".py")) for name in names] or rules()
    debts = {rule: owed(rule) for rule in wanted}
    for rule, owes in debts.items():
        if owes:
            print(f"{rule.kind} still owes:")
            print("\n".join(f"  {number}. {debt}" for number, debt in enumerate(owes, 1)))
        if owes and rule.node is None:
            print(f"  {REST}")
    if not any(debts.values()):
        print(f"{', '.join(rule.kind for rule in wanted)}: {KEPT}. What the tests hold it to: make test.")
    return int(any(debts.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
