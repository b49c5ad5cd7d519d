"""Write the lists of the lessons, from what each says of itself.

python tools/lists.py            say which file is not as the lessons have it; 1 if one is
python tools/lists.py --write    write them, and the times before (tools/minutes.py)

A lesson says of itself, in the metadata of its notebook, under "lesson":

"claim"                            what it shows: its line in the README
"read it if you", "you meet it"    its row in the map of the first notebook, unless it is on the core path
"letters"                          what a letter means in it, or "as in 07": the rows of docs/notation.md

From its rule and its number follow its place in docs/index.md, and for a rule that is not on the core path the links
to its neighbours. The core path is that of docs/index.md.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import letters
import minutes
import nbformat

ROOT = Path(__file__).resolve().parents[1]
MAP = "notebooks/00_start_here.ipynb"
TREE = r"(:caption: {}\n:hidden:\n\n)((?:\w+\n)*)"
WAYS = r"^(?:Previous|Next).*"
ROWS_OF_THE_MAP = r"(?<=\|---\|---\|---\|---\|\n)(?:\| \[.*\n)+"
EXAMPLE = {
    "claim": "what it shows, in a line",
    "read it if you": "want this or that",
    "you meet it": "in PyTorch and Optax",
}


@dataclass(frozen=True)
class Lesson:
    """A notebook, and what it says of itself."""

    path: Path

    @cached_property
    def notebook(self) -> nbformat.NotebookNode:
        return nbformat.read(self.path, as_version=4)

    @property
    def stem(self) -> str:
        return self.path.stem

    @property
    def number(self) -> str:
        return self.stem[:2]

    @property
    def about(self) -> dict:
        return self.notebook.metadata.get("lesson", {})

    @property
    def teaches_a_rule(self) -> bool:
        return any(cell.cell_type == "code" and "show_rule(" in cell.source for cell in self.notebook.cells)

    @property
    def has_ways(self) -> bool:
        """Whether there is a line that says where to go from here."""
        return any(re.search(WAYS, cell.source, re.MULTILINE) for cell in self.notebook.cells)

    @property
    def link(self) -> str:
        return f"[{self.stem}]({self.stem}.ipynb)"


def lessons(root: Path = ROOT) -> list[Lesson]:
    return [Lesson(path) for path in sorted((root / "notebooks").glob("*.ipynb"))]


def core(root: Path = ROOT) -> list[str]:
    """The names of the notebooks of the core path, in its order."""
    found = re.search(TREE.format("The core path"), (root / "docs" / "index.md").read_text("utf-8"))
    return found[2].split() if found else []


def lacking(lesson: Lesson, path: Sequence[str]) -> list[str]:
    """What a lesson has to say of itself, and does not."""
    wanted = list(EXAMPLE)[:1] if lesson.stem in path else list(EXAMPLE)
    return [name for name in wanted if not lesson.about.get(name)]


def lists(root: Path = ROOT) -> dict[Path, str]:
    """Each file with a list in it, as the lessons have it."""
    every, path = lessons(root), core(root)
    texts = {
        "README.md": lambda text: _rows(text, r"\| \[\d\d_\w+\]\(notebooks/.*", map(_claim, every)),
        "docs/index.md": lambda text: _trees(text, every, path),
        "docs/notation.md": lambda text: _letters(text, every),
    }
    found = {root / name: make((root / name).read_text("utf-8")) for name, make in texts.items()}
    off = [lesson for lesson in every if lesson.stem not in path]
    on = [lesson for lesson in every if lesson.stem in path]
    shelf = [lesson for lesson in off if lesson.teaches_a_rule]
    found |= {lesson.path: _changed(lesson, WAYS, _ways(lesson, shelf, on)) for lesson in shelf}
    rows = "".join(f"{_row(lesson)}\n" for lesson in off)
    return found | {root / MAP: _changed(Lesson(root / MAP), ROWS_OF_THE_MAP, rows)}


def stale(root: Path = ROOT) -> list[str]:
    """The files that are not as the lessons have them."""
    found = lists(root)
    return [path.relative_to(root).as_posix() for path in found if path.read_text("utf-8") != found[path]]


def _rows(text: str, row: str, rows: Iterator[str]) -> str:
    """A text with other rows in the place of those that match."""
    return re.sub(rf"(?:^{row}\n)+", lambda _: "".join(f"{each}\n" for each in rows), text, count=1, flags=re.MULTILINE)


def _claim(lesson: Lesson) -> str:
    return f"| [{lesson.stem}](notebooks/{lesson.stem}.ipynb) | {lesson.about.get('claim', '')} |"


def _row(lesson: Lesson) -> str:
    read, met = (lesson.about.get(name, "") for name in ("read it if you", "you meet it"))
    return f"| {lesson.link} | {read} | {met} | {(minutes.stated(lesson.path) or [0])[0]} |"


def _trees(text: str, every: list[Lesson], path: Sequence[str]) -> str:
    """The contents of the pages: rules on the shelf, the others for practice."""
    for caption, rules in (("The shelf", True), ("Practice", False)):
        names = [each.stem for each in every if each.teaches_a_rule == rules and each.stem not in path]
        entries = "".join(f"{name}\n" for name in names)
        text = re.sub(TREE.format(caption), lambda found, entries=entries: found[1] + entries, text)
    return text


def _ways(lesson: Lesson, shelf: list[Lesson], on: list[Lesson]) -> str:
    """Where to go from a lesson on the shelf."""
    place = shelf.index(lesson)
    ways = {
        "Previous on the shelf": shelf[:place][-1:],
        "Next on the shelf": shelf[place + 1 :][:1],
        "Next on the core path": [each for each in on if each.number > lesson.number][:1],
    }
    return ". ".join(f"{words}: {each.link}" for words, found in ways.items() for each in found)


def _changed(lesson: Lesson, pattern: str, instead: str) -> str:
    """The notebook with something else in the last place that matches, as the text of its file."""
    notebook = nbformat.from_dict(lesson.notebook)
    for cell in reversed(notebook.cells):
        found = list(re.finditer(pattern, cell.source, re.MULTILINE)) if cell.cell_type == "markdown" else []
        if found:
            low, high = found[-1].span()
            cell.source = cell.source[:low] + instead + cell.source[high:]
            break
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def _letters(text: str, every: list[Lesson]) -> str:
    for lesson in every:
        for symbols, meaning in lesson.about.get("letters", {}).items():
            known = re.fullmatch(r"as in (\d\d)", meaning)
            change = _held if known else _explained
            text = change(text, symbols, known[1] if known else meaning, lesson.number)
    return text


def _explained(text: str, symbols: str, meaning: str, number: str) -> str:
    """The table with a row for letters that are introduced in a lesson."""
    row = re.compile(rf"^\| {re.escape(symbols)} \| [^|]+ \| {number} \| ([^|]+) \|$", re.MULTILINE)
    if row.search(text):
        return row.sub(lambda found: f"| {symbols} | {meaning} | {number} | {found[1]} |", text)
    end = list(letters.ROW.finditer(text.split("## Words")[0]))[-1].end()
    return f"{text[:end]}\n| {symbols} | {meaning} | {number} | {number} |{text[end:]}"


def _held(text: str, symbols: str, introduced: str, number: str) -> str:
    """The table with one notebook more in which a row holds."""

    def more(found: re.Match) -> str:
        there, holds = found[1].split(", "), found[4].split(", ")
        if found[3] != introduced or not set(symbols.split(", ")) <= set(there) or holds == ["all"]:
            return found[0]
        return f"| {found[1]} | {found[2]} | {found[3]} | {', '.join(sorted({*holds, number}))} |"

    return letters.ROW.sub(more, text)


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the lists of the lessons, from what each says of itself.")
    parser.add_argument("--write", action="store_true", help="write what is not as the lessons have it")
    chosen = parser.parse_args()
    path = core()
    silent = [f'{each.stem}: "{name}" in its metadata' for each in lessons() for name in lacking(each, path)]
    if silent:
        print('A lesson says of itself, under "lesson" in the metadata of its notebook:', *EXAMPLE, sep="\n  ")
        print("There is no", *silent, sep="\n  ")
        return 1
    if chosen.write:
        minutes.write_all()
    old = stale()
    print("\n".join(old) or "All lists are as the lessons have them.")
    if chosen.write:
        for file, text in lists().items():
            file.write_text(text, "utf-8", newline="\n")
    return int(bool(old) and not chosen.write)


if __name__ == "__main__":
    sys.exit(main())
