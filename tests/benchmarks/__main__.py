"""`python -m tests.benchmarks`: one table of what things cost, beside the usual way and the budget.

The machine is taken to be noisy: ours and theirs are run in turn, and medians are compared. A row is printed as soon
as it is measured, and written to a file, with all columns aligned, at the end.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.table import Table

PARTS = {"core": (8, 3), "live": (16, 5), "site": (3, 2), "memory": (4, 3)}  # minutes on two cores, and with --quick
PACKAGES = ("tensorflow_cpu", "tensorflow", "keras", "jupyterlab", "ipywidgets", "matplotlib")


def main() -> None:
    """Measure, print, and write to a file if asked to."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=list(PARTS), help="measure one part")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, figures less sure")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the table to a file")
    options = parser.parse_args()

    parts = [options.only] if options.only else list(PARTS)
    minutes, begin, table = sum(PARTS[part][options.quick] for part in parts), time.monotonic(), Table()
    about = machine()
    say(f"{about}\n\nThis takes about {minutes} minutes on two cores that have nothing else to do.\n")
    say(Table.head())
    for part in parts:
        module = importlib.import_module(f"tests.benchmarks.{part}")
        for title, rows in module.rows(options.quick):
            for line in table.add(title, rows):
                say(line)
    say(f"\n{table.verdict}\nIt took {(time.monotonic() - begin) / 60:.0f} minutes.")
    if options.out:
        options.out.write_text(f"{about}\n\n{table}\n")


def say(text: str) -> None:
    """Print it now, also into a pipe."""
    print(text, flush=True)


def machine() -> str:
    """What the figures were measured on, and how busy it was."""
    versions = [f"{name} {found}" for name in PACKAGES if (found := _version(name))]
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{os.cpu_count()} cores{load}, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {', '.join(versions)}"
    )


def _version(package: str) -> str | None:
    try:
        return version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
