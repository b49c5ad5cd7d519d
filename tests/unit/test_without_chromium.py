"""On a laptop without Chromium the browser tests are skipped and say so; where they are required they fail."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYER = ["tests/browser/test_layout.py", "tests/browser/test_apps.py"]


def run_without_chromium(*arguments: str, **settings: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "OPTLEARN_REQUIRE_BROWSER")}
    environment = kept | {"PATH": str(Path(sys.executable).parent)} | settings
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_browser_tests_are_skipped_with_one_line_that_says_so():
    made = run_without_chromium("-n", "2", *LAYER)
    assert made.returncode == 0, made.stdout
    skipped = int(re.search(r"(\d+) skipped", made.stdout)[1])
    assert skipped > 20
    assert made.stdout.count("Chromium") == 1
    assert f"{skipped} browser tests: Skipped: no Chromium found. To have them run, on Debian" in made.stdout


@pytest.mark.parametrize("name", ["CI", "OPTLEARN_REQUIRE_BROWSER"])
def test_a_missing_chromium_is_a_failure_where_the_browser_tests_are_required(name):
    made = run_without_chromium("--maxfail=1", LAYER[1], **{name: "1"})
    assert made.returncode == 1, made.stdout
    assert "no Chromium found" in made.stdout
    assert "skipped" not in made.stdout
