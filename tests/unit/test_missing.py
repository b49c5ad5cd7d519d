"""`make missing`: whatever a rule still owes is named, in order, with where it goes."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from optlearn.browser import shipped

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import lists  # noqa: E402
import missing  # noqa: E402


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
        "notebooks/20_compare.ipynb",
        "notebooks/32_choosing.ipynb",
        "docs/references.bib",
        "docs/keras.md",
        "docs/index.md",
        "docs/notation.md",
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
    "the notebook": ("notebooks/13_lion.ipynb", "", "", ["notebooks/01_lion.ipynb", "show_rule(Lion)"]),
    "the lab": ("notebooks/13_lion.ipynb", r"\bLab\(", "Board(", ["a Lab with Lion(...)"]),
    "Keras": ("notebooks/13_lion.ipynb", r"tf\.keras\.optimizers", "optax", ["tf.keras.optimizers"]),
    "its exercises": ("notebooks/13_lion.ipynb", "## On your own", "## More", ['the heading "## On your own"']),
    "its claim": ("notebooks/13_lion.ipynb", '"claim"', '"title"', ['"claim": "what it shows, in a line"']),
    "its row": ("notebooks/13_lion.ipynb", '"you meet it"', '"met"', ['"you meet it": "in PyTorch']),
    "its outputs": (
        "notebooks/13_lion.ipynb", r'"execution_count": \d+', '"execution_count": null',
        ["its outputs, which `python tools/notebooks.py notebooks/13_lion.ipynb`"],
    ),
    "its neighbours": ("notebooks/13_lion.ipynb", "Previous on", "On", ['a line that begins with "Next"']),
    "a letter": (
        "docs/notation.md", r"\| β \| β₁, share of m[^\n]*\n", "",
        ['under "lesson" and "letters", "β": what it means', 'or "as in 02" is: memory of the velocity'],
    ),
    "a formula": (RULE, "m ← ", "m <- ", ["a formula that can be read"]),
    "the tables of all": (
        "notebooks/32_choosing.ipynb", r"\| Lion \|", "| Tiger |",
        ["were run without this one: `python tools/notebooks.py notebooks/00_start_here.ipynb notebooks/32"],
    ),
    "the bibliography": ("docs/references.bib", "Symbolic Discovery", "Discovery", ['"Symbolic Discovery of Opt']),
    "the contract": ("docs/keras.md", r"\| `Lion` \|", "| `Tiger` |", ["python -m tests.unit.contract"]),
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


def test_a_translation_of_other_sources_is_named_when_nothing_else_is_owed(capsys, monkeypatch):
    monkeypatch.setattr(shipped, "sources", lambda: "of another day")
    assert missing.main(["lion"]) == 1
    assert "`python -m optlearn.browser`" in capsys.readouterr().out


def test_a_notebook_is_found_by_the_rule_it_shows_and_not_by_its_name(lion):
    (lion / "notebooks/13_lion.ipynb").rename(lion / "notebooks/19_signs.ipynb")
    assert not [debt for debt in missing.owed(missing.Rule("lion", lion)) if '"letters"' not in debt]


# The lists


@pytest.fixture
def listed(lion) -> Path:
    """A repository whose lists are as its few lessons have them."""
    for file, text in lists.lists(lion).items():
        file.write_text(text, "utf-8")
    assert lists.stale(lion) == []
    return lion


def test_a_new_lesson_is_in_every_list_and_its_neighbour_leads_to_it(listed):
    shutil.copy(ROOT / "notebooks/19_adan.ipynb", listed / "notebooks/27_adan.ipynb")
    old = {"README.md", "docs/index.md", "notebooks/13_lion.ipynb", "notebooks/27_adan.ipynb", lists.MAP}
    assert set(lists.stale(listed)) == old
    found = {file.name: text for file, text in lists.lists(listed).items()}
    assert "| [27_adan](notebooks/27_adan.ipynb) | a look ahead" in found["README.md"]
    assert "13_lion\n27_adan\n" in found["index.md"]
    assert "| [27_adan](27_adan.ipynb) | want Nesterov's look ahead" in found["00_start_here.ipynb"]
    assert "Next on the shelf: [27_adan](27_adan.ipynb)" in found["13_lion.ipynb"]
    assert "Previous on the shelf: [13_lion](13_lion.ipynb)" in found["27_adan.ipynb"]


@pytest.mark.parametrize(
    ("letters", "row"),
    [
        ({"ψ": "a phase"}, "| ψ | a phase | 13 | 13 |"),
        ({"φ": "as in 02"}, "in `Ravine`, the angle of the valley | 02 | 02, 04, 13"),
        ({"v̂": "as in 07"}, "| m̂, v̂ | m and v with their bias corrected | 07 | 07, 08, 09, 10, 11, 13, "),
        ({"η": "as in 00"}, "| η | learning rate | 00 | all |"),
    ],
)
def test_what_a_lesson_says_of_a_letter_is_a_row_of_the_notation(listed, letters, row):
    path = listed / "notebooks/13_lion.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    notebook["metadata"]["lesson"]["letters"] = letters
    path.write_text(json.dumps(notebook), "utf-8")
    notation = lists.lists(listed)[listed / "docs/notation.md"]
    assert row in notation
    (listed / "docs/notation.md").write_text(notation, "utf-8")
    assert lists.lists(listed)[listed / "docs/notation.md"] == notation
