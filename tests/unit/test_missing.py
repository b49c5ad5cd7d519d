"""`make missing`: whatever a rule still owes is named, in order, with where it goes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tools import missing

ROOT = missing.ROOT


@pytest.mark.parametrize("rule", missing.rules(), ids=lambda rule: rule.kind)
def test_a_rule_owes_nothing(rule):
    assert missing.owed(rule) == []


@pytest.fixture
def lion(tmp_path) -> Path:
    """A repository with all that there is of one rule, to be broken."""
    files = [
        "optlearn/optimizers/lion.py",
        "optlearn/optimizers/__init__.py",
        "tests/unit/oracle/lion.py",
        "optlearn/practice/catalogue/lion.py",
        "tests/unit/learners/lion.py",
        "optlearn/browser/parts.json",
        "notebooks/13_lion.ipynb",
        "notebooks/00_start_here.ipynb",
        "docs/references.bib",
        "docs/keras.md",
        "docs/index.md",
        "README.md",
        "CHANGELOG.md",
    ]
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    assert missing.owed(missing.Rule("lion", tmp_path)) == []
    return tmp_path


def without(root: Path, file: str, pattern: str = "", instead: str = "") -> list[str]:
    """What Lion owes once a file is gone, or what matches the pattern in it is."""
    path = root / file
    if pattern:
        text, times = re.subn(pattern, instead, path.read_text("utf-8"), flags=re.DOTALL)
        assert times, f"{pattern} is not in {file}"
        path.write_text(text, "utf-8")
    else:
        path.unlink()
    return missing.owed(missing.Rule("lion", root))


RULE = "optlearn/optimizers/lion.py"
BROKEN = {
    "the rule": (RULE, "", "", ["the rule. Copy the file that is nearest"]),
    "half a rule": (RULE, r"return θ", "return (θ", ["line ", "this is not Python yet"]),
    "another class": (RULE, "class Lion", "class Tiger", ["a class whose name is lion"]),
    "the paper": (RULE, "Paper: ", "", ['"Paper: " with the number of the equation']),
    "update": (RULE, "def update", "def step", ["the method update(self, params, g, state)"]),
    "its line": ("optlearn/optimizers/__init__.py", r"from [\w.]+lion import Lion\n", "", ["the line `from optlearn"]),
    "its parents": (RULE, r'parents=\("AdamW",\),', "", ['parents=("Adam",): the rules it was made from']),
    "its colour": (RULE, r'color="orange",', "", ['color="pink"']),
    "its rate": (RULE, "good_rate=0.03,", "", ["good_rate=0.1"]),
    "the oracle": (
        "tests/unit/oracle/lion.py", "", "",
        ["path(gradient, w, steps, learning_rate, beta_1, beta_2)", "THREE_STEPS"],
    ),
    "a number of the oracle": ("tests/unit/oracle/lion.py", "beta_2", "decay", ["path takes no beta_2"]),
    "the three steps": ("tests/unit/oracle/lion.py", "THREE_STEPS", "STEPS", ["by hand, from 0"]),
    "matrices": (RULE, r"facts = Facts\(", 'facts = Facts(acts_on="rows",', ["matrix_path(gradients, w"]),
    "the catalogue": ("optlearn/practice/catalogue/lion.py", "", "", ["the mistakes people make with it"]),
    "a right one": ("tests/unit/learners/lion.py", r"@right\(Lion\)", "@wrong(Lion)", ["in 3 ways", "0 so far"]),
    "a mistake written": ("tests/unit/learners/lion.py", '"no sign"', '"sign"', ['"no sign" of the catalogue']),
    "the translation": ("optlearn/browser/parts.json", '"Lion \\[2\\]"', '"X"', ["python -m optlearn.browser"]),
    "the notebook": ("notebooks/13_lion.ipynb", "", "", ["notebooks/NN_lion.ipynb", "show_rule(Lion)"]),
    "the lab": ("notebooks/13_lion.ipynb", r"\bLab\(", "Board(", ["a Lab with Lion(...)"]),
    "Keras": ("notebooks/13_lion.ipynb", r"tf\.keras\.optimizers", "optax", ["tf.keras.optimizers"]),
    "README": ("README.md", r"\| \[13_lion\].*?\|\n", "", ["a line `| [13_lion](notebooks/13_lion.ipynb) |"]),
    "the map": ("notebooks/00_start_here.ipynb", r"\| \[13_lion\]", "| [lion]", ["in the map, a row `| [13_lion]"]),
    "the bibliography": ("docs/references.bib", "Symbolic Discovery", "Discovery", ['"Symbolic Discovery of Opt']),
    "the contract": ("docs/keras.md", r"\| `Lion` \|", "| `Tiger` |", ["python -m tests.unit.contract"]),
    "the pages": ("docs/index.md", r"\n13_lion\n", "\n", ["the line `13_lion`"]),
    "CHANGELOG": ("CHANGELOG.md", "`Lion`", "`Tiger`", ["CHANGELOG.md: a line below Unreleased that names `Lion`"]),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_each_thing_that_is_missing_is_named_with_its_place(lion, what):
    file, pattern, instead, told = BROKEN[what]
    debts = "\n".join(without(lion, file, pattern, instead))
    assert all(words in debts for words in told), debts
    assert file.split("/")[-1].removeprefix("13").removesuffix(".ipynb") in debts


def test_debts_come_in_the_order_in_which_they_are_best_paid(lion):
    files = ("CHANGELOG.md", "tests/unit/oracle/lion.py", "optlearn/practice/catalogue/lion.py")
    for file in (*files, "optlearn/browser/parts.json", "docs/references.bib"):
        (lion / file).unlink()
    places = [debt.split(":")[0] for debt in missing.owed(missing.Rule("lion", lion))]
    assert places == [
        "optlearn/browser/parts.json",
        *["tests/unit/oracle/lion.py"] * 2,
        "optlearn/practice/catalogue/lion.py",
        "docs/references.bib",
        "CHANGELOG.md",
    ]


def test_a_rule_of_which_there_is_nothing_owes_its_file_first(lion, capsys):
    assert missing.owed(missing.Rule("tiger", lion))[0].startswith("optlearn/optimizers/tiger.py: the rule.")
    assert missing.main(["Tiger"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("tiger still owes:\n  1. optlearn/optimizers/tiger.py")
    assert missing.REST in said


def test_of_all_rules_nothing_is_owed_and_the_command_says_so(capsys):
    assert missing.main([]) == 0
    assert missing.KEPT in capsys.readouterr().out


def test_a_notebook_is_found_by_the_rule_it_shows_and_not_by_its_name(lion):
    old, new = lion / "notebooks/13_lion.ipynb", lion / "notebooks/19_signs.ipynb"
    old.rename(new)
    assert json.loads(new.read_text("utf-8"))["cells"]
    places = [debt.split(":")[0] for debt in missing.owed(missing.Rule("lion", lion))]
    assert places == ["docs/index.md", "README.md", missing.MAP]
