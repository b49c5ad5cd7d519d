"""`python -m tests.benchmarks`: one table of what things cost, beside the usual way and the budget.

The machine is taken to be noisy: ours and theirs are run in turn, and medians are compared.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.table import Table

PARTS = ("core", "live", "memory")
PACKAGES = ("tensorflow_cpu", "tensorflow", "keras", "jupyterlab", "ipywidgets", "matplotlib")


def main() -> None:
    """Measure, print, and write to a file if asked to."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PARTS, help="measure one part")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: minutes become one, figures less sure")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the table to a file")
    options = parser.parse_args()

    table = Table()
    for part in [options.only] if options.only else PARTS:
        module = importlib.import_module(f"tests.benchmarks.{part}")
        for title, rows in module.rows(options.quick):
            table.parts.append((title, rows))
    text = f"{machine()}\n\n{table}\n"
    print(text, end="")
    if options.out:
        options.out.write_text(text)


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
