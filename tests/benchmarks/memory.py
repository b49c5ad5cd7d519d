"""Memory of a notebook's kernel, and sizes of the notebook files."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat

from tests.benchmarks import notebooks
from tests.benchmarks.kernel import Kernel, kernel
from tests.benchmarks.table import Row
from tests.browser.harness import NOTEBOOKS

LIMIT, FILE_LIMIT = 350, 500
MOVES = """
import numpy as np
rng = np.random.default_rng(0)
for _ in range({count}):
    name = rng.choice(list(lab._stops))
    lab.set(**{{name: float(rng.choice(lab._stops[name]))}})
"""
USUAL = "import tensorflow, seaborn, ipywidgets"


def rows(quick: bool) -> Iterator[tuple[str, Iterable[Row]]]:
    """The rows of this part, under their titles."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    if sys.platform == "linux":
        title = "private memory of the kernel; resident counts TensorFlow's library, whose pages kernels share"
        yield title, kernel_rows(paths, 50 if quick else 200)
    sizes = [Row(path.name, [path.stat().st_size / 1024], "KB", median=FILE_LIMIT) for path in paths]
    yield "notebook files", sizes


def kernel_rows(paths: list[Path], count: int) -> Iterator[Row]:
    """A kernel with a lab, and one for each notebook."""
    usual = imports_alone()
    yield from lab_rows(count, usual)
    yield from (notebook_row(path, usual) for path in paths)


def imports_alone() -> list[float]:
    """Megabytes of a kernel that has only imported what any such notebook would."""
    with kernel() as there:
        there.run(USUAL)
        return [there.memory()["private"]]


def lab_rows(count: int, usual: list[float]) -> list[Row]:
    """A notebook with an import cell and a lab, and the same after many moves of its sliders."""
    with kernel() as there:
        for cell in notebooks.LAB:
            there.run(cell)
        before = _row("import cell + Lab cell", there, usual)
        there.run(MOVES.format(count=count))
        after = _row(f"the same after {count} calls of lab.set", there, usual)
    return [before, after]


def notebook_row(path: Path, usual: list[float]) -> Row:
    """One notebook of the project, run from top to bottom."""
    with kernel(path.parent) as there:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                there.run(cell.source, "raises-exception" in cell.metadata.get("tags", []))
        return _row(path.name, there, usual)


def _row(what: str, there: Kernel, usual: list[float]) -> Row:
    found = there.memory()
    note = f" (resident {found['resident']:.0f} MB)"
    return Row(what, [found["private"]], "MB", usual, USUAL, median=LIMIT, note=note)
