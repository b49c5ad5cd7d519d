"""A bar that moves while something takes its time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

import ipywidgets
from IPython.display import display

from optlearn.live.shown import Shown

PAUSE = 0.1  # seconds between two messages: a kernel may be far away


class Bar(Shown, ipywidgets.HBox):
    """A bar over some things to do, and a count of what was done for the present one.

    >>> for rule in Bar(rules, "trained"):
    ...     copies.train(rule, 20, seeds, watch=bar.tick)

    A notebook stores its words, which are the same in every run.

    Parameters
    ----------
    things : iterable
        Each takes a second or more. It is told by its text, or by the name of its class.
    words : str
        What is being done.

    Attributes
    ----------
    ticks : int
        Rounds of the present thing that are done.
    """

    def __init__(self, things: Iterable, words: str):
        self._things = list(things)
        self._words, self._name, self._told, self.ticks = words, "", 0.0, 0
        self._bar = ipywidgets.IntProgress(value=0, max=max(1, len(self._things)))
        self._label = ipywidgets.Label(words)
        super().__init__([self._bar, self._label])

    def __repr__(self) -> str:
        return f"{self._words}: {len(self._things)}"

    def __iter__(self) -> Iterator[Any]:
        display(self)
        for done, thing in enumerate(self._things):
            self._name, self.ticks = thing if isinstance(thing, str) else type(thing).__name__, 0
            self._bar.value = done
            self._label.value = f"{self._words}: {self._name}"
            yield thing
        self._bar.value = len(self._things)
        self._label.value = f"{self._words}: done"

    def tick(self) -> None:
        """One round more of the present thing."""
        self.ticks += 1
        if time.monotonic() - self._told >= PAUSE:
            self._told = time.monotonic()
            self._label.value = f"{self._words}: {self._name}, {self.ticks}"
