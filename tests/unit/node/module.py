"""The browser's side of the lab without a browser: its modules, run by node."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from optlearn.live.bundle import bundle

ENTRIES = Path(__file__).parents[1] / "js"
NODE = shutil.which("node") or shutil.which("nodejs")
CALL = """
import {{ readFileSync }} from "node:fs";
import lib from "./{name}.mjs";
const infinite = (value) => typeof value === "number" && !Number.isFinite(value);
const plain = (key, value) => (ArrayBuffer.isView(value) ? Array.from(value) : infinite(value) ? String(value) : value);
console.log(JSON.stringify(lib.main(JSON.parse(readFileSync(0, "utf8"))), plain));
"""


def in_node(name: str, given: Any) -> Any:
    """What `main` of a module in tests/unit/js returns for some input; numbers that are not finite come as strings."""
    if not NODE:
        pytest.skip("no node found. To have them run, on Debian and Ubuntu: apt-get install nodejs")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{name}.mjs").write_text(bundle(ENTRIES / f"{name}.js", "main"), "utf-8")
        call = Path(folder) / "call.mjs"
        call.write_text(CALL.format(name=name), "utf-8")
        done = subprocess.run([NODE, call], input=json.dumps(given), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
