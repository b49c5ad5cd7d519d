"""For unit tests: programs without XLA, and the scripts of tools/."""

import importlib
import sys
from pathlib import Path

import pytest

from optlearn import loop

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(autouse=True)
def begin_alike():
    """Layers of Keras that name no seed begin alike in every run: a test passes always, or never."""
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(1)


@pytest.fixture
def without_xla(monkeypatch):
    """Programs are traced, and not compiled: that would take longer than to run them. With XLA: test_training."""
    monkeypatch.setattr(loop, "USE_XLA", False)


@pytest.fixture
def tool(monkeypatch):
    """A function that imports a script of tools/, where each finds the others."""
    monkeypatch.syspath_prepend(TOOLS)
    return importlib.import_module
