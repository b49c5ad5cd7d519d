"""A process of node that stays, and runs translated rules for the tests."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

NODE = shutil.which("node") or shutil.which("nodejs")
NEEDED = pytest.mark.skipif(NODE is None, reason="there is no node, which runs JavaScript without a browser")


class Node:
    """Answers questions by serve.mjs."""

    def __init__(self) -> None:
        command = [NODE, str(Path(__file__).with_name("serve.mjs"))]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, what: str, **more: Any) -> dict[str, Any]:
        """The answer, with arrays for numbers; a RuntimeError says what went wrong in JavaScript."""
        self.process.stdin.write(json.dumps({"ask": what, **more}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return {name: _array(value) if name in ARRAYS else value for name, value in answer.items()}

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


ARRAYS = ("record", "path", "ends", "many", "single", "lines", "out")


def _array(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text))
