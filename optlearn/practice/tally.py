"""How much of a notebook is answered, met and written: one quiet line. It lives in the kernel, and grades nobody."""

from __future__ import annotations

from weakref import WeakSet

import ipywidgets

from optlearn.live.page import MIME, page_of
from optlearn.live.shown import Shown

DONE = {"predictions": "answered", "challenges": "met", "rules": "written"}
_seen: dict[str, dict[str, bool]] = {kind: {} for kind in DONE}
_lines: WeakSet[Progress] = WeakSet()


class Progress(Shown, ipywidgets.HTML):
    """The line; it changes as things get done."""

    def _repr_mimebundle_(self, **kwargs):
        return {**super()._repr_mimebundle_(), "text/plain": text(), MIME: page_of("progress", {})}


def progress() -> Progress:
    """A line that says what of this notebook is answered, met and written, and keeps saying it."""
    line = Progress(text())
    _lines.add(line)
    return line


def text() -> str:
    """The line as it is now."""
    parts = [
        f"{sum(seen.values())} of {len(seen)} {kind if len(seen) > 1 else kind[:-1]} {DONE[kind]}"
        for kind, seen in _seen.items()
        if seen
    ]
    return ", ".join(parts) or "Nothing to do here yet."


def note(kind: str, name: str, done: bool) -> None:
    """Remember that there is something to do, or that it is done: once done, it stays so."""
    _seen[kind][name] = done or _seen[kind].get(name, False)
    for line in list(_lines):
        line.value = text()


def forget() -> None:
    """Start from nothing, as in a new kernel."""
    for seen in _seen.values():
        seen.clear()
