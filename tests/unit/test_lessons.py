"""The lessons: a first screen that moves, proofs folded, times counted, one meaning for each symbol, one path."""

from __future__ import annotations

import ast
import re
import sys
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations, product
from pathlib import Path

import nbformat
import pytest

from optlearn import optimizers

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import letters  # noqa: E402
import lists  # noqa: E402
import minutes as clock  # noqa: E402

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CORE = ("00", "01", "02", "05", "07", "09", "22", "20", "21", "30")
FOLDED = ("# Imports", "# Proof", "# Question", "# Solution", "# Picture", "# @title Setup")


def cells(path: Path) -> list:
    return nbformat.read(path, as_version=4).cells


LESSONS = NOTEBOOKS
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
def test_proofs_imports_questions_solutions_and_mere_drawing_are_folded_and_nothing_else_is(path):
    for cell in code(path):
        assert folded(cell) == cell.source.startswith(FOLDED), f"this cell: {cell.source[:60]}"
        assert ("Predict(" in cell.source) == cell.source.startswith("# Question")


def asserting(some: list) -> list[str]:
    return [cell.source for cell in some if re.search(r"^\s*(assert |np\.testing\.)", cell.source, re.MULTILINE)]


@EACH_LESSON
def test_what_proves_a_claim_is_folded_and_nothing_in_view_is_a_test(path):
    proofs, seen = ([cell for cell in code(path) if folded(cell) is hidden] for hidden in (True, False))
    assert len(asserting(proofs)) >= 5
    assert asserting(seen) == []


LOSSES = re.compile(r"right: .*?loss ([\d.e−-]+).*?wrong: .*?loss ([\d.e−-]+)")


def sections(path: Path) -> list[list]:
    """The cells from each heading to the next; what stands before the first one is left out."""
    parts: list[list] = []
    for cell in cells(path):
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            parts.append([])
        if parts:
            parts[-1].append(cell)
    return parts


def wrong_ends_lower(cell) -> bool:
    """By the words under a picture of a right rule and a wrong one."""
    said = [LOSSES.search(output.get("data", {}).get("text/plain", "")) for output in cell.get("outputs", [])]
    ends = [[float(loss.replace("−", "-")) for loss in found.groups()] for found in said if found]
    return any(wrong < 0.999 * right for right, wrong in ends)


@EACH_LESSON
def test_where_a_wrong_rule_ends_lower_a_word_on_it_follows(path):
    for section in sections(path):
        shown = [place for place, cell in enumerate(section) if wrong_ends_lower(cell)]
        said = [place for place, cell in enumerate(section) if cell.cell_type == "markdown" and "lower" in cell.source]
        assert all(max(said, default=-1) > place for place in shown), section[0].source[:60]


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
    hints = re.findall(r'hint=?\s*=?\s*"([^"]+)"', "\n".join(cell.source for cell in code(path)))
    assert hints
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


@EACH_LESSON
def test_what_is_printed_has_few_digits(path):
    """Machines differ in the last ones. The power of 1 − 1/N in 08 needs six to differ from 1."""
    printed = [output.text for cell in code(path) for output in cell.outputs if output.output_type == "stream"]
    numbers = re.findall(r"\d*\.\d+", "\n".join(printed))
    assert [number for number in numbers if len(number.replace(".", "").lstrip("0")) > 6] == []


def alike(one: Path, other: Path) -> float:
    """How much of two lessons' sections is the same, in the same order: 0 to 1."""
    titles = [[title.split(":")[0] for title in headings(path)] for path in (one, other)]
    return SequenceMatcher(a=titles[0], b=titles[1], autojunk=False).ratio()


def test_no_two_lessons_are_built_alike():
    """The same sections in the same order are numbing in a row."""
    pairs = {(one.stem, other.stem): alike(one, other) for one, other in combinations(LESSONS, 2)}
    assert {pair: round(ratio, 2) for pair, ratio in pairs.items() if ratio > 0.75} == {}


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
        assert f"Next: [{stems[after]}]({stems[after]}.ipynb)" in prose(path), path.stem


def test_the_map_has_the_core_path_in_its_order_and_all_others_on_the_shelf():
    text = prose(NOTEBOOKS[0])
    path, shelf = text.split("**The shelf.**")
    rows = re.compile(r"^\| \[(\w+)\]\(\w+\.ipynb\) \| .+ \| (\d+) \|$", re.MULTILINE)
    assert [name[:2] for name, _ in rows.findall(path)] == list(CORE)
    others = [path.stem for path in NOTEBOOKS if path.stem[:2] not in CORE]
    assert [name for name, _ in rows.findall(shelf)] == others


@EACH_LESSON
def test_a_lesson_says_of_itself_what_the_lists_say_of_it(path):
    assert lists.lacking(lists.Lesson(path), lists.core()) == []


def test_the_lists_are_as_the_lessons_have_them():
    assert lists.stale() == [], "run `python tools/lists.py --write`"


def test_the_core_path_of_the_pages_is_the_one_of_the_lessons():
    assert [name[:2] for name in lists.core()] == list(CORE)


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


def test_the_short_visit_takes_90_minutes():
    (visit,) = [each.source for each in cells(NOTEBOOKS[0]) if each.source.startswith("**With 90 minutes only**")]
    total = 0.0
    for name, heading in re.findall(r"\]\((\w+)\.ipynb\) up to \*([^*]+)\*", visit):
        read = cells(ROOT / "notebooks" / f"{name}.ipynb")
        ends = [place for place, each in enumerate(read) if each.source.startswith(f"## {heading}")]
        assert ends, f"{name} has no section {heading!r}"
        total += clock.minutes(read[: ends[0]])
    assert 80 <= total <= 100, f"it takes {total:.0f}"


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


# Symbols


NOTATION = (ROOT / "docs" / "notation.md").read_text("utf-8")
HELD = [path.stem[:2] for path in LESSONS]


def test_the_letters_of_a_formula_are_found():
    assert letters.of(r"\frac{\eta\,\hat{m}}{\sqrt{\hat v} + \varepsilon} \text{, or else} x_{\max}") == {
        "η", "m\u0302", "v\u0302", "ε", "x",
    }  # fmt: skip


def test_no_letter_has_two_meanings_in_one_notebook():
    """By the table: two rows with one letter hold in different notebooks."""
    seen = Counter()
    for row in letters.rows(NOTATION):
        for letter, number in product(row.letters, HELD if row.holds == ("all",) else row.holds):
            seen[letter, number] += 1
    assert {place: count for place, count in seen.items() if count > 1} == {}


@pytest.mark.parametrize("number", HELD)
def test_every_letter_of_a_notebook_is_in_the_table_for_that_notebook(number):
    path = next(path for path in NOTEBOOKS if path.stem.startswith(number))
    assert letters.unexplained(path, NOTATION) == {}, 'say it in its metadata, under "lesson" and "letters"'


# References


BIBLIOGRAPHY = (ROOT / "docs" / "references.bib").read_text("utf-8")
ENTRIES = dict(re.findall(r"^@\w+\{(\w+),\n(.+?)\n\}$", BIBLIOGRAPHY, re.MULTILINE | re.DOTALL))


def plain(title: str) -> str:
    """A title without accents, brackets, case and signs."""
    bare = re.sub(r"[{}\\'`^\"]", "", title)
    bare = "".join(letter for letter in unicodedata.normalize("NFD", bare) if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", bare.lower()))


def test_the_bibliography_is_sorted_and_says_of_each_entry_what_was_checked():
    assert list(ENTRIES) == sorted(ENTRIES)
    assert len(ENTRIES) == BIBLIOGRAPHY.count("\n@")
    for key, body in ENTRIES.items():
        for field in ("author", "title", "year", "note"):
            assert re.search(rf"^\s+{field}\s+= ", body, re.MULTILINE), f"{key} has no {field}"
        assert re.search(r"[Cc]hecked", body), f"{key}: what was checked?"
        assert not re.search(r"memory\.|[Nn]ot checked", body), f"{key}: what could not be checked is left out"
        assert year(body) in key


def year(body: str) -> str:
    return re.search(r"year\s+= \{(\d+)\}", body)[1]


YEARS = {plain(re.search(r"title\s+= \{(.+)\},?$", body, re.MULTILINE)[1]): year(body) for body in ENTRIES.values()}


@EACH_LESSON
def test_what_a_lesson_cites_is_in_the_bibliography_with_its_year(path):
    section = prose(path).split("## References")[1]
    assert "(../docs/references.bib)" in section
    cited = re.findall(r"^- .*?\*([^*]+)\*(.*)$", section, re.MULTILINE)
    assert len(cited) == section.count("\n- ") >= 1
    assert [title for title, _ in cited if plain(title) not in YEARS] == []
    assert [title for title, rest in cited if YEARS[plain(title)] not in re.findall(r"\d{4}", rest)] == []


@pytest.mark.parametrize("kind", optimizers.RULES, ids=lambda kind: kind.__name__)
def test_what_the_docstring_of_a_rule_cites_is_in_the_bibliography(kind):
    paper = re.search(r"Paper: (.+?)Differs from:", kind.__doc__, re.DOTALL)[1]
    titles = re.findall(r'"([^"]+)"', paper)
    assert titles
    assert [title for title in titles if plain(title) not in YEARS] == []
    assert [title for title in titles if YEARS[plain(title)] not in paper] == []


def test_nothing_is_in_the_bibliography_that_nobody_cites():
    others = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "optlearn" / "optimizers").glob("*.py")]
    texts = [prose(path) for path in NOTEBOOKS] + [path.read_text("utf-8") for path in others]
    everything = plain(" ".join(texts))
    assert [title for title in YEARS if title not in everything] == []


# Fair comparisons


def code_of(path: Path) -> list[str]:
    return [cell.source for cell in code(path)]


EVIDENCE = ("tuned", "ranking", "holds", "because", "over_seeds")
CONTEST = re.compile(r"\b(?:wins?|winners?|fastest|ends lowe(?:r|st))\b")
FOREVER = re.compile(r"\b(?:for ever|comes? to rest|never (?:rests?|stops?|settles?|arrives?))\b")


def uses_evidence(sources: list[str]) -> bool:
    """Whether a comparison goes through the package's own: a function that is only called so does not count."""
    text = "\n".join(sources)
    imported = re.findall(r"^from optlearn\.evidence import (.+)$", text, re.MULTILINE)
    return any(re.search(rf"\b{name}\(", text) for name in EVIDENCE if any(name in line for line in imported))


def picks_from_a_sweep(source: str) -> list[str]:
    """The least of a sweep over rates, picked by hand: nothing says whether it stands at the end of the grid."""
    if re.search(r"assert 0 < \w+ < len\(", source):  # it is shown to lie inside
        return []
    tree = ast.parse(source)
    named, picked = set(), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and "sweep(" in ast.unparse(node.value) and "rate" in ast.unparse(node.value):
            named |= {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and re.search(r"(argmin|argmax)$", ast.unparse(node.func)):
            inside = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
            if inside & named or "sweep(" in ast.unparse(node):
                picked.append(ast.unparse(node))
    return picked


def test_a_rate_picked_from_a_sweep_by_hand_is_found():
    assert picks_from_a_sweep("ends = sweep(SGD(), p, learning_rate=rates).loss\nprint(rates[ends.argmin()])")
    assert picks_from_a_sweep("rates[np.nanargmin(sweep(SGD(), p, learning_rate=rates).loss)]")
    assert not picks_from_a_sweep("best = tuned(SGD(), p).rate\nrow = heights.argmin()")


@EACH_LESSON
def test_no_lesson_picks_the_best_rate_of_a_grid_by_hand(path):
    """The best rate is sought by `tuned`, whose grid is widened until the best lies inside."""
    assert [picked for source in code_of(path) for picked in picks_from_a_sweep(source)] == []


RULE_NAMES = {kind.__name__ for kind in optimizers.RULES}


def rules_in(node: ast.AST) -> set[str]:
    """The rules that a part of the code names: as a class, or in a string such as "Adam"."""
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    words = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return (names | words) & RULE_NAMES


def put_in_order(source: str) -> list[str]:
    """Where rules are ordered by how they did: sorted by what they end at, or held to be below one another."""
    found = []
    for node in ast.walk(ast.parse(source)):
        sorts = isinstance(node, ast.Call) and ast.unparse(node.func) in ("min", "max", "sorted")
        if sorts and re.search(r"key=.*\b(loss|final)\b", ast.unparse(node)):
            found.append(ast.unparse(node))
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Lt | ast.Gt):
            sides = [rules_in(side) for side in (node.left, node.comparators[0])]
            if all(sides) and not sides[0] & sides[1]:
                found.append(ast.unparse(node))
    return found


def test_rules_put_in_order_by_their_losses_are_found():
    assert put_in_order("sorted(race.final, key=lambda name: race.final[name].min())")
    assert put_in_order("assert powers['Adamax', 0.9] < powers['Adam', 0.9] - 1")
    assert put_in_order("assert train(Adam(0.01), p).loss[-1] < train(Lamb(0.01), p).loss[-1]")
    assert not put_in_order("assert loss['Adam', 10] < loss['Adam', 20]; ranking([SGD(), Adam()], p)")


@EACH_LESSON
def test_no_lesson_puts_rules_in_order_without_evidence(path):
    sources = code_of(path)
    assert uses_evidence(sources) or [found for source in sources for found in put_in_order(source)] == []


def test_each_lesson_that_claims_who_is_first_or_what_never_happens_tries_it_by_evidence():
    """A sentence with one of these words is a claim about more than one case."""
    silent = {
        path.stem: sorted({word.lower() for word in (CONTEST.findall(prose(path)) + FOREVER.findall(prose(path)))})
        for path in LESSONS[1:]  # the first is a map of the others
        if (CONTEST.search(prose(path)) or FOREVER.search(prose(path))) and not uses_evidence(code_of(path))
    }
    assert silent == {}


def horizons(source: str) -> list[float]:
    """The longest horizon of each trial over horizons, as a multiple of the shortest."""
    found = []
    for node in ast.walk(ast.parse(source)):
        for word in getattr(node, "keywords", []):
            if word.arg == "horizon" and isinstance(word.value, ast.Tuple | ast.List):
                values = [ast.literal_eval(value) for value in word.value.elts]
                found.append(max(values) / min(values))
    return found


def longest(path: Path) -> int:
    """The largest number of steps that a lesson's proofs run, by what is written in them."""
    numbers = [int(number.replace("_", "")) for cell in code(path) if cell.source.startswith("# Proof")
               for number in re.findall(r"\b\d[\d_]{3,}\b", cell.source)]  # fmt: skip
    return max(numbers, default=0)


@EACH_LESSON
def test_what_is_said_to_go_on_without_end_was_run_for_ten_times_as_long(path):
    """That something never ends or never rests needs a trial at the tenfold horizon, or thousands of steps."""
    if path == LESSONS[0] or not FOREVER.search(prose(path)):
        return
    tried = max((each for source in code_of(path) for each in horizons(source)), default=0)
    assert tried >= 10 or longest(path) >= 5000
