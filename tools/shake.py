"""Run the notebooks where the last bits of every number differ, and say what flips.

python tools/shake.py                                  all notebooks, in every way
python tools/shake.py notebooks/14_lamb.ipynb          these
python tools/shake.py --ways xla-off older shake-1     in these ways
python tools/shake.py --shakes 10                      so many starts

Two machines agree in about 15 digits. Where a run is chaotic, the 16th decides how it ends: a claim about such a
run holds on one machine and fails on the next. A way is one of

xla-off    the programs are traced, and not compiled
older      compiled as for a processor without AVX, and NumPy without it
shake-N    every start is moved by some 1e-13 of itself, another one for each N

A cell flips if its assertion fails, or if its stored text output is another one.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
TIMEOUT = 600  # seconds for one cell
OLDER = {
    "XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2",
    "NPY_DISABLE_CPU_FEATURES": "AVX512_SPR AVX512_ICL AVX512_SKX X86_V4 X86_V3 AVX2 FMA3",
    "OPENBLAS_CORETYPE": "Nehalem",
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the notebooks where the last bits differ, and say what flips.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all in notebooks/")
    parser.add_argument("--ways", nargs="+", help="default: xla-off, older and the shakes")
    parser.add_argument("--shakes", type=int, default=3)
    chosen = parser.parse_args()
    paths = [path.resolve() for path in chosen.notebooks] or sorted(NOTEBOOKS.glob("*.ipynb"))
    ways = chosen.ways or ["xla-off", "older", *(f"shake-{seed + 1}" for seed in range(chosen.shakes))]
    with tempfile.TemporaryDirectory(prefix="optlearn-programs-") as programs:
        flipped = [(way, path.stem) for way in ways for path in paths if not stands(path, way, programs)]
    print(f"{len(flipped)} of {len(ways) * len(paths)} runs flipped:", *(f"{stem} ({way})" for way, stem in flipped))
    return 1 if flipped else 0


def settings(way: str, programs: str) -> dict[str, str]:
    """The environment variables of a way; shaken starts share their compiled programs, in a folder."""
    if way == "older":
        return OLDER
    if way == "xla-off":
        return {"OPTLEARN_XLA": "0"}
    cache = f"--tf_xla_persistent_cache_directory={programs} --tf_xla_persistent_cache_device_types=CPU"
    return {"OPTLEARN_SHAKE": way.removeprefix("shake-"), "TF_XLA_FLAGS": cache}


def stands(path: Path, way: str, programs: str) -> bool:
    """Run one notebook in one way; prints what flips."""
    begin = time.monotonic()
    notebook = nbformat.read(path, as_version=4)
    flips = list(run(notebook, path, settings(way, programs)))
    print(f"{way:<8} {path.stem}: {time.monotonic() - begin:.0f} s, {len(flips) or 'nothing'} flipped", flush=True)
    for flip in flips:
        print(f"    {flip}", flush=True)
    return not flips


def run(notebook: nbformat.NotebookNode, path: Path, variables: dict[str, str]):
    """What flips, in words, as it happens: every cell runs, whatever the one before it did."""
    stored = [_texts(cell) for cell in notebook.cells]
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        timeout=TIMEOUT,
        extra_arguments=["--log-level=ERROR"],
    )
    with client.setup_kernel(env={**os.environ, **variables}):
        for position, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, position)
            except CellExecutionError as error:
                yield f"[{position}] {error.ename}: {error.evalue} in {_line(error)}"
                continue
            except (CellTimeoutError, DeadKernelError) as error:
                yield f"[{position}] {error}"
                return
            if cell.cell_type == "code" and _texts(cell) != stored[position]:
                yield f"[{position}] said {_first_difference(stored[position], _texts(cell))}"


def _texts(cell: nbformat.NotebookNode) -> list[str]:
    """The lines of text of a cell's outputs; pictures are left out."""
    text = ""
    for output in cell.get("outputs", []):
        text += output.get("text", "")  # of what is printed, where it is cut is chance
        text += "".join(output.get("data", {}).get(kind, "") for kind in ("text/plain", "text/markdown", "text/html"))
    return text.splitlines()


def _first_difference(before: list[str], after: list[str]) -> str:
    for one, other in zip(before, after, strict=False):
        if one != other:
            return f"{one!r}, now {other!r}"
    return f"{len(before)} lines, now {len(after)}"


def _line(error: CellExecutionError) -> str:
    """The line of the cell that failed."""
    lines = re.sub(r"\x1b\[[\d;]*m", "", str(error.traceback)).splitlines()
    marked = [line for line in lines if "-->" in line]
    return " ".join(marked[-1].split()) if marked else "its code"


if __name__ == "__main__":
    sys.exit(main())
