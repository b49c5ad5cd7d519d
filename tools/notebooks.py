"""Run the notebooks and store their outputs, so that two runs give the same bytes.

python tools/notebooks.py                        all in notebooks/
python tools/notebooks.py notebooks/01_sgd.ipynb these
python tools/notebooks.py --check                run nothing; fail unless all is as a run would leave it
"""

from __future__ import annotations

import argparse
import base64
import io
import itertools
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import first_cell
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from PIL import Image

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
LARGEST = 500  # kilobytes
OTHERS = 48  # colours of a picture besides those of lines, letters and landscapes
TIMEOUT = 300  # seconds for one cell
WIDGET = "application/vnd.jupyter.widget-view+json"


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the notebooks and store their outputs.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all in notebooks/")
    parser.add_argument("--check", action="store_true", help="run nothing, only say what a run would change")
    chosen = parser.parse_args()
    paths = chosen.notebooks or sorted(NOTEBOOKS.glob("*.ipynb"))
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(check if chosen.check else run, paths))
    return 0 if all(results) else 1


def run(path: Path) -> bool:
    """Run one notebook in its own folder and store it; after an error the file stays as it was."""
    begin = time.monotonic()
    notebook = nbformat.read(path, as_version=4)
    if of_the_project(path):
        first_cell.put(notebook)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        timeout=TIMEOUT,
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],  # kernels warn that a local connection is not encrypted
    )
    try:
        with client.setup_kernel():
            for position, cell in enumerate(notebook.cells):
                client.execute_cell(cell, position)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        print(f"{path.name}: error in cell {position}\n{error}", flush=True)
        return False
    write(path, notebook)
    print(f"{path.name}: {time.monotonic() - begin:.1f} s, {path.stat().st_size / 1000:.0f} KB", flush=True)
    return check(path)


def check(path: Path) -> bool:
    """Whether a notebook is as a run leaves it; prints what is not."""
    text = path.read_text("utf-8")
    faults = list(find_faults(nbformat.reads(text, as_version=4)))
    if text != render(nbformat.reads(text, as_version=4)):
        faults.append("not in its normal form: run `make notebooks`")
    if of_the_project(path) and not has_first_cell(text):
        faults.append("not with the first cell that it should have: run `python tools/first_cell.py`")
    if path.stat().st_size > 1000 * LARGEST:
        faults.append(f"{path.stat().st_size / 1000:.0f} KB, more than {LARGEST} KB")
    for fault in faults:
        print(f"{path.name}: {fault}", flush=True)
    return not faults


def of_the_project(path: Path) -> bool:
    return path.resolve().parent == NOTEBOOKS


def has_first_cell(text: str) -> bool:
    """Whether the first cell is the one that all notebooks have, in its place."""
    notebook = nbformat.reads(text, as_version=4)
    before = [cell.source for cell in notebook.cells]
    first_cell.put(notebook)
    return [cell.source for cell in notebook.cells] == before


def find_faults(notebook: NotebookNode):
    """What is wrong with the stored outputs, in words."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        yield "not run from top to bottom: run `make notebooks`"
    for cell in code:
        for output in cell.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                yield f"cell [{cell.execution_count}] shows red: {output.get('text') or output.ename}"


def write(path: Path, notebook: NotebookNode) -> None:
    path.write_text(render(notebook), "utf-8", newline="\n")


def render(notebook: NotebookNode) -> str:
    """The text of the file, without anything that differs from run to run."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = {"name": "python"}
    notebook.metadata.kernelspec = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    for position, cell in enumerate(notebook.cells):
        cell.id = f"cell-{position:02}"
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [_still(output) for output in _merge_streams(cell.outputs)]
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def _merge_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Text printed in several pieces, in one: where it was cut is chance."""
    merged = []
    for name, group in itertools.groupby(outputs, key=lambda output: output.get("name")):
        first, *others = group
        if name:
            first.text += "".join(other.text for other in others)
            others = []
        merged += [first, *others]
    return merged


def _still(output: NotebookNode) -> NotebookNode:
    """A widget needs a kernel, which a reader of the file has not: keep its still picture and its words."""
    data = output.get("data", {})
    if "image/png" in data or "text/plain" in data:
        data.pop(WIDGET, None)
    if "image/png" in data:
        data["image/png"] = _small(data["image/png"])
    return output


def _small(png: str) -> str:
    """A picture in few colours, a third of the size; one that is so already stays as it is, to the byte."""
    picture = Image.open(io.BytesIO(base64.b64decode(png)))
    if picture.mode == "P":
        return png
    from optlearn import plotting  # here: who only checks does not wait for TensorFlow
    from optlearn.live.reduced import in_few_colors

    small = io.BytesIO()
    kept = {*plotting.PALETTE.values(), *plotting.PARAMETER_COLORS, *plotting.BAND_COLORS}
    in_few_colors(picture, sorted(kept), OTHERS).save(small, "png", optimize=True)
    return base64.b64encode(small.getvalue()).decode() + "\n"


if __name__ == "__main__":
    sys.exit(main())
