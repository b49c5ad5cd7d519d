"""Memory that was used for a moment, back to the system: a notebook's kernel may share two gigabytes with others."""

from __future__ import annotations

import ctypes
import gc
import sys
from functools import lru_cache


def give_back() -> None:
    """Return to the system what compiling has freed: glibc would keep 40 to 100 MB for a later use."""
    gc.collect()  # a traced graph is a ring of references
    _freeze_imports()
    if sys.platform == "linux":
        malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if malloc_trim:
            malloc_trim(0)


@lru_cache(maxsize=1)
def _freeze_imports() -> None:
    """Once: what has been imported stays, so later searches for garbage pass over it, in a tenth of the time."""
    gc.freeze()
