"""TensorFlow without its log.

Only the two switches together keep its start-up silent; both are read when TensorFlow is imported. And still the builds
that can use a GPU say, before they have read them, that they found none: so while it is imported, nobody listens.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

SWITCHES = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}


def keep_tensorflow_quiet() -> None:
    """From now on, unless somebody has asked for the log."""
    for name, value in SWITCHES.items():
        os.environ.setdefault(name, value)
    asked_for = os.environ["TF_CPP_MIN_LOG_LEVEL"] != SWITCHES["TF_CPP_MIN_LOG_LEVEL"]
    if not asked_for and "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, _FirstImport())


class _FirstImport(MetaPathFinder):
    """Stands at the door until TensorFlow is imported for the first time."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None:
            run = spec.loader.exec_module

            def quietly(module: ModuleType) -> None:
                with _nobody_listens():
                    run(module)

            spec.loader.exec_module = quietly
        return spec


@contextlib.contextmanager
def _nobody_listens() -> Iterator[None]:
    """The process's stderr leads nowhere: what is written there by C++ does not pass through `sys.stderr`."""
    try:
        kept = os.dup(2)
    except OSError:  # there is none
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
