"""The lessons: a first screen that moves, proofs folded, times counted, one meaning for each symbol, one path."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import minutes as clock  # noqa: E402

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CORE = ("00", "01", "02", "05", "07", "09", "22", "20", "21", "30")
FOLDED = ("# Imports", "# Proof", "# Question", "# Solution", "# @title Setup")


def cells(path: Path) -> list:
    return nbformat.read(path, as_version=4).cells


def is_lesson(path: Path) -> bool:
    """Whether a notebook has been rewritten as a lesson: its imports are folded."""
    return any(cell.source.startswith("# Imports") for cell in cells(path))


LESSONS = [path for path in NOTEBOOKS if is_lesson(path)]
EACH_LESSON = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def code(path: Path) -> list:
    return [cell for cell in cells(path) if cell.cell_type == "code"]


def folded(cell) -> bool:
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def prose(path: Path) -> str:
    return "\n\n".join(cell.source for cell in cells(path) if cell.cell_type == "markdown")


def headings(path: Path) -> list[str]:
    return re.findall(r"^## (.+)$", prose(path), re.MULTILINE)


def calls(path: Path, name: str) -> list[ast.Call]:
    """All calls of a function in a notebook."""
    nodes = [node for cell in code(path) for node in ast.walk(ast.parse(cell.source))]
    return [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == name]


# The first screen


@EACH_LESSON
def test_the_first_screen_moves_and_no_import_is_in_sight_before_it(path):
    seen = [cell for cell in cells(path) if not folded(cell)]
    assert seen[0].source.startswith("# ")
    assert re.search(r"\b(Lab|Race|beside|Lab\.compare)\(", seen[1].source), "a title, and then something to drag"
    assert "import" not in seen[1].source
    assert any("You will be able to" in cell.source for cell in seen[:6])


# Folded and in view


@EACH_LESSON
def test_proofs_imports_questions_and_solutions_are_folded_and_nothing_else_is(path):
    for cell in code(path):
        assert folded(cell) == cell.source.startswith(FOLDED), f"this cell: {cell.source[:60]}"
        assert ("Predict(" in cell.source) == cell.source.startswith("# Question")


@EACH_LESSON
def test_nothing_in_view_is_a_test(path):
    seen = [cell.source for cell in code(path) if not folded(cell)]
    assert not [source for source in seen if re.search(r"^\s*(assert |np\.testing\.)", source, re.MULTILINE)]
    assert sum("assert" in cell.source for cell in code(path) if folded(cell)) >= 5


# What there is to do


@EACH_LESSON
def test_a_lesson_asks_twice_has_a_challenge_and_ends_in_its_progress(path):
    assert len(calls(path, "Predict")) >= 2
    assert len(calls(path, "Challenge")) >= 1
    assert cells(path)[-1].source == "progress()"
    assert headings(path)[-1] == "References"
    assert {"In three lines", "On your own"} <= set(headings(path))


@EACH_LESSON
def test_hints_help_without_telling_a_number(path):
    texts = {node.arg: node.value for call in calls(path, "Challenge") for node in call.keywords}
    hints = re.findall(r'hint=?\s*=?\s*"([^"]+)"', "\n".join(cell.source for cell in code(path)))
    assert hints, texts
    assert [hint for hint in hints if re.search(r"\d", hint)] == []


def test_right_answers_are_spread_over_the_letters():
    letters = Counter()
    for path in LESSONS:
        for call in calls(path, "Predict"):
            if len(call.args) >= 3 and isinstance(call.args[2], ast.Constant) and isinstance(call.args[2].value, str):
                letters[call.args[2].value] += 1
    total = sum(letters.values())
    assert total >= 10
    assert max(letters.values()) <= 0.4 * total, letters
    assert min(letters[letter] for letter in "ABC") >= 0.15 * total, letters


def test_no_two_lessons_are_built_alike():
    """The same sections in the same order are numbing in a row."""
    seen = Counter(tuple(title.split(":")[0] for title in headings(path)) for path in LESSONS)
    assert max(seen.values()) == 1


# Mathematics


@EACH_LESSON
def test_formulas_are_typeset_and_every_displayed_one_is_whole(path):
    blocks = re.findall(r"\$\$(.+?)\$\$", prose(path), re.DOTALL)
    if path.stem[:2] in CORE[:5]:
        assert len(blocks) >= 3
    for block in blocks:
        assert block.count("{") == block.count("}"), block
        assert len(re.findall(r"\\begin", block)) == len(re.findall(r"\\end", block)), block
        assert len(re.findall(r"\\left\b", block)) == len(re.findall(r"\\right\b", block)), block
    rest = re.sub(r"\$\$.+?\$\$|`[^`]*`", "", prose(path), flags=re.DOTALL)
    assert rest.count("$") % 2 == 0


# The path


def test_next_leads_along_the_core_path():
    stems = {path.stem[:2]: path.stem for path in NOTEBOOKS}
    for here, after in zip(CORE, CORE[1:], strict=False):
        path = next(path for path in NOTEBOOKS if path.stem.startswith(here))
        if is_lesson(path):
            assert f"Next: [{stems[after]}]({stems[after]}.ipynb)" in prose(path), path.stem


def test_the_map_has_the_core_path_in_its_order_and_all_others_on_the_shelf():
    text = prose(NOTEBOOKS[0])
    path, shelf = text.split("**The shelf.**")
    rows = re.compile(r"^\| \[(\w+)\]\(\w+\.ipynb\) \| .+ \| (\d+) \|$", re.MULTILINE)
    assert [name[:2] for name, _ in rows.findall(path)] == list(CORE)
    others = [path.stem for path in NOTEBOOKS if path.stem[:2] not in CORE]
    assert [name for name, _ in rows.findall(shelf)] == others


# The times


@EACH_LESSON
def test_the_stated_time_is_the_counted_one(path):
    said = clock.stated(path)
    assert said, "it says nowhere: **It takes** about N minutes"
    for stated, counted in zip(said, clock.counted(path), strict=True):
        assert abs(stated - counted) <= 5, "run `python tools/minutes.py --write`"


def test_the_map_states_the_time_that_each_lesson_states():
    rows = {name: int(said) for _, name, said in clock.ROW.findall(prose(NOTEBOOKS[0]))}
    wrong = {path.stem: clock.stated(path)[0] for path in LESSONS if rows[path.stem] != clock.stated(path)[0]}
    assert wrong == {}, "run `python tools/minutes.py --write`"


def test_the_core_of_a_long_lesson_is_done_in_45_minutes():
    for path in LESSONS:
        if path.stem[:2] in ("02", "05"):
            whole, core = clock.counted(path)
            assert core <= 45 < whole


def cell(kind: str, source: str, **metadata):
    make = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
    return make(source, metadata=metadata)


def test_time_is_counted_for_words_lines_questions_challenges_rules_and_exercises():
    hidden = {"jupyter": {"source_hidden": True}}
    assert clock.minutes([cell("markdown", "word " * 150)]) == pytest.approx(1)
    assert clock.minutes([cell("markdown", "$$\na \\\\\nb\n$$")]) == pytest.approx(8 / 60)
    assert clock.minutes([cell("code", "x = 1\n\ny = 2\n")]) == pytest.approx(8 / 60)
    assert clock.minutes([cell("code", "# Proof\nassert x\n", **hidden)]) == 0
    assert clock.minutes([cell("code", "# Question\nq = Predict(1)", **hidden)]) == 1.5
    assert clock.minutes([cell("code", "c = Challenge(lab)")]) == pytest.approx(4 + 4 / 60)
    assert clock.minutes([cell("code", "check(Mine)")]) == pytest.approx(7 + 4 / 60)
    asked = [cell("markdown", "## On your own\n\n1. Do\n2. Do"), cell("markdown", "## References\n\n1. Book")]
    assert clock.minutes(asked) == pytest.approx(12 + 10 / 150)
    assert clock.core([*asked, cell("markdown", "## Beyond the core: more")]) == asked


def test_times_are_written_into_the_sentence_and_into_the_map(tmp_path):
    row = "| [01_sgd](01_sgd.ipynb) | one number decides | 99 |"
    text = f"**It takes** about 99 minutes.\n\n{row}"
    notebook = nbformat.v4.new_notebook(cells=[cell("markdown", text)])
    path = tmp_path / "00_x.ipynb"
    nbformat.write(notebook, path)
    clock.write(path, {"01_sgd": 30})
    (after,) = nbformat.read(path, as_version=4).cells
    assert after.source == text.replace("about 99", "about 5").replace("| 99 |", "| 30 |")
