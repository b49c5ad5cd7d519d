"""On a laptop without Chromium the browser tests are skipped and say so; where they are required they fail."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYER = ["tests/browser/test_kernel.py", "tests/browser/test_apps.py"]  # that import no TensorFlow


def run_without_chromium(*arguments: str, **settings: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "OPTLEARN_REQUIRE_BROWSER")}
    environment = kept | {"PATH": str(Path(sys.executable).parent)} | settings
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_browser_tests_are_skipped_and_the_last_lines_say_why_and_what_is_missing():
    made = run_without_chromium("-n", "2", *LAYER)
    assert made.returncode == 0, made.stdout
    skipped = int(re.search(r"(\d+) skipped", made.stdout)[1])
    assert skipped > 20
    assert f"\n{skipped} skipped: no Chromium found\n" in made.stdout
    assert made.stdout.count("Chromium") == 1
    assert re.search(r"\nTo have all of them run, on Debian and Ubuntu: apt-get install chromium\n", made.stdout)


@pytest.mark.parametrize("name", ["CI", "OPTLEARN_REQUIRE_BROWSER"])
def test_a_missing_chromium_is_a_failure_where_the_browser_tests_are_required(name):
    made = run_without_chromium("--maxfail=1", LAYER[1], **{name: "1"})
    assert made.returncode == 1, made.stdout
    assert "no Chromium found" in made.stdout
    assert "skipped" not in made.stdout
