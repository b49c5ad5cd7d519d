"""For tests that make many programs, each for a run or two."""

import pytest

from optlearn import loop


@pytest.fixture
def without_xla(monkeypatch):
    """Programs are traced, and not compiled: that would take longer than to run them. With XLA: test_training."""
    monkeypatch.setattr(loop, "USE_XLA", False)
