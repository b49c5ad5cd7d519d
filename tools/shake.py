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

One notebook comes after the other. All its ways but `older` share a kernel, and so what is compiled.
A cell flips if its assertion fails, or if its stored text output is another one. No picture is drawn.
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
TIMEOUT = 600  # seconds for one cell
FIRST, NEXT = 30, 8  # seconds for a notebook in a new kernel, and once more in the same one, on two cores
OLDER = {
    "XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2",
    "NPY_DISABLE_CPU_FEATURES": "AVX512_SPR AVX512_ICL AVX512_SKX X86_V4 X86_V3 AVX2 FMA3",
    "OPENBLAS_CORETYPE": "Nehalem",
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the notebooks where the last bits differ, and say what flips.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all in notebooks/")
    parser.add_argument("--ways", nargs="+", help="default: older, xla-off and the shakes")
    parser.add_argument("--shakes", type=int, default=3)
    chosen = parser.parse_args()
    paths = [path.resolve() for path in chosen.notebooks] or sorted(NOTEBOOKS.glob("*.ipynb"))
    ways = chosen.ways or ["older", "xla-off", *(f"shake-{seed + 1}" for seed in range(chosen.shakes))]
    kernels = [list(group) for _, group in itertools.groupby(ways, key=lambda way: way == "older")]

    clock = Clock(len(paths) * (FIRST * len(kernels) + NEXT * (len(ways) - len(kernels))))
    print(f"{len(paths)} notebooks, each in {len(ways)} ways: {clock.left(0)} to go on two cores.", flush=True)
    flipped = []
    for done, path in enumerate(paths, 1):
        flipped += [f"{path.stem} ({way})" for kernel in kernels for way in stand_not(path, kernel)]
        print(f"[{done} of {len(paths)}] {path.stem}: {clock.left(done / len(paths))} to go", flush=True)
    print(f"{len(flipped)} of {len(ways) * len(paths)} runs flipped:", *flipped)
    return 1 if flipped else 0


class Clock:
    """The time that is left: at first as measured elsewhere, then more and more by what has been seen."""

    def __init__(self, seconds: float):
        self.seconds, self.begin = seconds, time.monotonic()

    def left(self, done: float) -> str:
        """In words, when so much of the whole, from 0 to 1, is done."""
        whole = (1 - done) * self.seconds + (time.monotonic() - self.begin)
        return f"{(1 - done) * whole / 60:.0f} min"


def stand_not(path: Path, ways: list[str]):
    """The ways, of those that share a kernel, in which a notebook flips; prints what does."""
    notebook = nbformat.read(path, as_version=4)
    stored = [_texts(cell) for cell in notebook.cells]
    notebook.cells.append(nbformat.v4.new_code_cell())  # the place of what begins a way
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        timeout=TIMEOUT,
        extra_arguments=["--log-level=ERROR"],
    )
    with client.setup_kernel(env={**os.environ, **(OLDER if "older" in ways else {})}):
        for way in ways:
            begin = time.monotonic()
            flips = list(run(client, stored, way))
            seconds = time.monotonic() - begin
            print(
                f"{path.stem}, {way}: {seconds:.0f} s, {len(flips) or 'nothing'} flipped",
                *flips,
                sep="\n    ",
                flush=True,
            )
            if flips:
                yield way


def beginning(way: str) -> str:
    """What the kernel is told before a way: nothing is left of the last one but its compiled programs; draw nothing."""
    return f"""
%reset -f
import logging
logging.getLogger("tensorflow").setLevel("ERROR")  # it warns of functions that are traced in every way anew
from IPython.core import pylabtools
pylabtools.print_figure = lambda *given, **more: None
from optlearn import loop
from optlearn.live import lab
from optlearn.practice import tally
lab.still = lambda *given: b""
tally.forget()
loop.USE_XLA = {way != "xla-off"}
loop.SHAKE = {way.removeprefix("shake-") if way.startswith("shake-") else None}
%reset -f
"""


def run(client: NotebookClient, stored: list[list[str]], way: str):
    """What flips, in words, as it happens: every cell runs, whatever the one before it did."""
    try:
        client.execute_cell(nbformat.v4.new_code_cell(beginning(way)), -1)
    except DeadKernelError as error:  # it died in the way before
        yield str(error)
        return
    for position, cell in enumerate(client.nb.cells[:-1]):
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
    pairs = itertools.zip_longest(before, after, fillvalue="")
    one, other = next(pair for pair in pairs if pair[0] != pair[1])
    return f"{one!r}, now {other!r}"


def _line(error: CellExecutionError) -> str:
    """The line of the cell that failed."""
    lines = re.sub(r"\x1b\[[\d;]*m", "", str(error.traceback)).splitlines()
    marked = [line for line in lines if "-->" in line]
    return " ".join(marked[-1].split()) if marked else "its code"


if __name__ == "__main__":
    sys.exit(main())
