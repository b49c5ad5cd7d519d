"""Programs that some tests need and a laptop may lack: who needs one is skipped, and the last lines say so.

>>> pytestmark = needs.mark("node")

Where they are required (CI, or OPTLEARN_REQUIRE_BROWSER), nothing is skipped: what needs one fails.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable

import pytest

# What tests call it: its name for people, the commands it may have, and its package in Debian and Ubuntu, if any.
PROGRAMS = {
    "chromium": ("Chromium", ("chromium", "chromium-browser", "google-chrome", "chrome"), "chromium"),
    "firefox": ("Firefox", ("firefox-esr", "firefox"), "firefox-esr"),
    "node": ("Node", ("node", "nodejs"), "nodejs"),
    "make": ("make", ("make",), "make"),
    "proxy": ("configurable-http-proxy (npm has it)", ("configurable-http-proxy",), ""),
}
YOUNGER = {"Muon": (3, 13), "ScheduleFreeAdamW": (3, 14)}  # with this rule in Keras only since that version
POSIX = pytest.mark.skipif(os.name == "nt", reason="not on Windows: start.cmd stands for make and its scripts there")
REQUIRED = bool(os.environ.get("CI") or os.environ.get("OPTLEARN_REQUIRE_BROWSER"))


def path(program: str) -> str | None:
    """Where a program is, if it is here."""
    return next(filter(None, map(shutil.which, PROGRAMS[program][1])), None)


def missing(program: str) -> str:
    """Why a test of a program that is not here cannot run."""
    return f"no {PROGRAMS[program][0]} found"


def mark(program: str) -> pytest.MarkDecorator:
    """Skips a test where its program is neither here nor required."""
    return pytest.mark.skipif(not path(program) and not REQUIRED, reason=missing(program))


def younger(test: str, version: str) -> str | None:
    """Why a test of this name cannot run with an older Keras: it compares with a class that is not there yet."""
    name = test.lower().replace("_", "")
    for kind, since in YOUNGER.items():
        if "keras" in name and kind.lower() in name and tuple(map(int, version.split(".")[:2])) < since:
            return f"Keras {version} has no {kind} as it is from {since[0]}.{since[1]} on"
    return None


def summary(reasons: Iterable[str]) -> list[str]:
    """Lines that say how many tests were skipped and why, and in one line what to install to have them run."""
    counted = Counter(reason.removeprefix("Skipped: ") for reason in reasons)
    lines = [f"{count} skipped: {reason}" for reason, count in counted.most_common()]
    packages = [package for program, (*_, package) in PROGRAMS.items() if package and missing(program) in counted]
    if packages:
        lines.append(f"To have all of them run, on Debian and Ubuntu: apt-get install {' '.join(packages)}")
    return lines
