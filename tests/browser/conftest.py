"""The browser layer: for each worker one server, on a copy of the notebooks, and a Chromium for each file of tests."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

from tests import needs
from tests.browser.harness import CHROMIUM, NOTEBOOKS, chromium, server
from tests.unit.sliced import bound, needed, used_by, without_magics


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
    """A copy of the notebooks for their widgets, so that what JupyterLab saves touches no file of the project."""
    folder = tmp_path_factory.mktemp("notebooks")
    for path in NOTEBOOKS.glob("*.ipynb"):
        nbformat.write(for_its_widgets(nbformat.read(path, 4)), folder / path.name)
    return folder


def for_its_widgets(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook in which only those cells have code that show a widget, or that such a cell needs.

    The others, which take most of the time, keep what was stored of them until they are run. All cells are run and
    compared by nbval.
    """
    from optlearn.live.page import MIME  # here: where Chromium is missing, nobody waits for TensorFlow

    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    code = [ast.parse(without_magics(cell.source)).body for cell in cells]
    reads, binds = ([set().union(*map(names, each)) for each in code] for names in (used_by, bound))
    chosen = [i for i, cell in enumerate(cells) if any(MIME in output.get("data", {}) for output in cell.outputs)]
    for number in set(range(len(cells))) - needed(reads, binds, [0, *chosen]):
        cells[number].source = ""
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
