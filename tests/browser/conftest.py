"""The browser layer: for each worker one server, on a copy of the notebooks, and a Chromium for each file of tests."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

from tests import needs
from tests.browser.harness import CHROMIUM, NOTEBOOKS, chromium, server
from tests.unit.sliced import bound, used_by, without_magics


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=4, reruns_delay=1))  # on a busy machine it may be late
            item.add_marker(needs.mark("chromium"))


@pytest.fixture(scope="module")
def browser():
    """Chromium. Not for the whole session: while it runs, nothing else in this thread can use asyncio."""
    if not CHROMIUM:
        pytest.fail(needs.missing("chromium"), pytrace=False)
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """A copy of the notebooks without their proofs, so that what JupyterLab saves touches no file of the project."""
    folder = tmp_path_factory.mktemp("notebooks")
    for path in NOTEBOOKS.glob("*.ipynb"):
        nbformat.write(without_proofs(nbformat.read(path, 4)), folder / path.name)
    return folder


def without_proofs(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook without the folded cells that prove, as far as no later cell reads a name from them.

    They show nothing, take most of the time, and are run and compared where all cells are, by nbval.
    """
    used: set[str] = set()
    for number in reversed(range(len(notebook.cells))):
        cell = notebook.cells[number]
        if cell.cell_type != "code":
            continue
        statements = ast.parse(without_magics(cell.source)).body
        names = set().union(*map(bound, statements))
        if cell.source.startswith(("# Proof", "# Solution")) and not names & used:
            del notebook.cells[number]
        else:
            used |= set().union(*map(used_by, statements))
    return notebook


@pytest.fixture(scope="session")
def write(folder):
    """A function that writes a notebook of some cells; it returns the file's name."""

    def write(name: str, *cells: str) -> str:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, folder / name)
        return name

    return write


@pytest.fixture(scope="session")
def address(folder):
    """JupyterLab."""
    with server(folder) as address:
        yield address
