"""How long the notebooks take a reader, counted; the times they state are these.

python tools/minutes.py            a table
python tools/minutes.py --write    put the counted times into the notebooks, and into the map of the first

Counted are words at 150 a minute, a line of code in view or of displayed mathematics at 4 seconds, a prediction at
1.5 minutes, a challenge at 4, a rule to write at 7, and an exercise at 6. Folded cells and outputs count nothing. What
follows the first heading "Beyond the core" is not of the core.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
WORDS_A_MINUTE = 150
LINE, PREDICTION, CHALLENGE, RULE, EXERCISE = 4 / 60, 1.5, 4.0, 7.0, 6.0
BEYOND = "## Beyond the core"
STATED = re.compile(
    r"(\*\*It takes\*\* about )(\d+)( minutes)(?:(; the core, up to \*Beyond the core\*, takes about )(\d+))?"
)


def minutes(cells: Sequence) -> float:
    """What the cells of a notebook take a reader."""
    total, exercises = 0.0, False
    for cell in cells:
        if cell.cell_type == "code":
            total += _code(cell)
            continue
        if cell.source.startswith("## "):
            exercises = cell.source.startswith("## On your own")
        total += _prose(cell.source)
        if exercises:
            total += EXERCISE * len(re.findall(r"^\d+\. ", cell.source, re.MULTILINE))
    return total


def _prose(text: str) -> float:
    """Words, and lines of displayed mathematics."""
    displayed = re.findall(r"\$\$.+?\$\$", text, re.DOTALL)
    lines = sum(1 + block.count(r"\\") for block in displayed)
    for block in displayed:
        text = text.replace(block, " ")
    text = re.sub(r"\]\([^)]*\)|<[^>]*>", " ", text)  # where a link leads is not read
    return len(re.findall(r"\w+", re.sub(r"\$[^$]+\$", "formula", text))) / WORDS_A_MINUTE + LINE * lines


def _code(cell) -> float:
    """Lines in view, and what there is to do; a question is folded, and yet there to be answered."""
    folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    lines = 0 if folded else len([line for line in cell.source.splitlines() if line.strip()])
    asked = PREDICTION * len(re.findall(r"= Predict\(", cell.source)) if not re.match("# Solution", cell.source) else 0
    to_do = 0 if folded else CHALLENGE * len(re.findall(r"= Challenge\(", cell.source))
    to_write = RULE if not folded and re.search(r"^check\(", cell.source, re.MULTILINE) else 0
    return LINE * lines + asked + to_do + to_write


def core(cells: Sequence) -> list:
    """The cells before the first heading that says "Beyond the core"."""
    ends = [place for place, cell in enumerate(cells) if cell.source.startswith(BEYOND)]
    return list(cells[: ends[0]] if ends else cells)


def rounded(count: float) -> int:
    """To five minutes, upwards."""
    return 5 * math.ceil(count / 5)


def counted(path: Path) -> tuple[int, int]:
    """The whole and the core of a notebook, in minutes, to five."""
    cells = nbformat.read(path, as_version=4).cells
    return rounded(minutes(cells)), rounded(minutes(core(cells)))


def stated(path: Path) -> tuple[int, int] | None:
    """The times that a notebook states: the whole and the core."""
    for cell in nbformat.read(path, as_version=4).cells:
        found = STATED.search(cell.source)
        if found:
            return int(found[2]), int(found[5] or found[2])
    return None


def write(path: Path, times: dict[str, int]) -> None:
    """Put the counted times into a notebook: its own, and those of the table of all."""
    notebook = nbformat.read(path, as_version=4)
    whole, of_core = counted(path)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = STATED.sub(
                lambda found: f"{found[1]}{whole}{found[3]}" + (f"{found[4]}{of_core}" if found[4] else ""), cell.source
            )
            cell.source = ROW.sub(lambda row: f"{row[1]}{times.get(row[2], int(row[3]))} |", cell.source)
    path.write_text(nbformat.writes(notebook).rstrip("\n") + "\n", "utf-8", newline="\n")


def write_all() -> None:
    """Put the counted times into all notebooks."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    times = {path.stem: counted(path)[0] for path in paths}
    for path in paths:
        write(path, times)


ROW = re.compile(r"(?m)^(\| \[(\w+)\]\(\w+\.ipynb\) \|.* )(\d+) \|$")  # of the map in the first notebook


def main() -> int:
    parser = argparse.ArgumentParser(description="Count how long the notebooks take a reader.")
    parser.add_argument("--write", action="store_true", help="put the times into the notebooks")
    chosen = parser.parse_args()
    times = {path: counted(path) for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    for path, (whole, of_core) in times.items():
        said = stated(path)
        print(f"{path.stem:<26}{whole:>5}{f'core {of_core}' if of_core < whole else '':>10}   says {said and said[0]}")
    print(f"{'all':<26}{sum(whole for whole, _ in times.values()):>5}")
    if chosen.write:
        write_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
