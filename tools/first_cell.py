"""The first code cell of every notebook, folded: it finds optlearn, gets it on Colab, or says how to install it.

python tools/first_cell.py                        into all notebooks, as this file has it
python tools/first_cell.py notebooks/01_sgd.ipynb into these

It may be run at any time, as often as one likes. The address comes from pyproject.toml, where `make badge` writes it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from fresh import ROOT, project
from nbformat import NotebookNode, v4

BEGIN = "# @title Setup"
CELL = """\
# @title Setup: nothing to do where optlearn is installed
import importlib.util
import subprocess
import sys

SOURCE = "{source}"


class Missing(ImportError):
    def _render_traceback_(self):
        return [str(self)]


if importlib.util.find_spec("optlearn") is None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", SOURCE]
    if not SOURCE:
        raise Missing("This notebook needs the package optlearn: open it where you got it from, by `make lab`.")
    if "google.colab" not in sys.modules or subprocess.run(pip, capture_output=True).returncode:
        raise Missing(f"This notebook needs optlearn. In a terminal: pip install {{SOURCE}}  Then restart the kernel.")
"""
# Folded in JupyterLab, in Colab, and left out of slides.
METADATA = {"cellView": "form", "jupyter": {"source_hidden": True}, "slideshow": {"slide_type": "skip"}}


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or sorted(ROOT.glob("notebooks/*.ipynb"))
    changed = [path.name for path in paths if put_into_file(path)]
    print(f"the first cell is new in {', '.join(changed)}" if changed else "the first cells are as they should be")


def put_into_file(path: Path) -> bool:
    """Whether the file had to be changed."""
    before = path.read_text("utf-8")
    notebook = nbformat.reads(before, as_version=4)
    put(notebook)
    after = nbformat.writes(notebook).rstrip("\n") + "\n"
    if after == before:
        return False
    path.write_text(after, "utf-8", newline="\n")
    return True


def put(notebook: NotebookNode) -> None:
    """Put the cell before all other code, in place of what was there of it; all else keeps its order."""
    cells = [cell for cell in notebook.cells if not is_first_cell(cell)]
    place = next((place for place, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))
    ran = any(cell.get("execution_count") for cell in cells)
    first = v4.new_code_cell(text(), metadata=METADATA, execution_count=1 if ran else None)
    notebook.cells = [*cells[:place], first, *cells[place:]]
    count = 0
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02}"
        if cell.cell_type == "code" and cell.execution_count and cell.source.strip():
            count += 1
            _renumber(cell, count)


def is_first_cell(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and cell.source.startswith(BEGIN)


def text() -> str:
    """The cell, with the address of the project, if it has one yet."""
    return CELL.format(source=source()).rstrip()


def source() -> str:
    """What `pip install` takes: an archive of the newest state. Empty as long as there is none."""
    return project().get("urls", {}).get("Download", "")


def _renumber(cell: NotebookNode, count: int) -> None:
    cell.execution_count = count
    for output in cell.outputs:
        if "execution_count" in output:
            output.execution_count = count


if __name__ == "__main__":
    main()
