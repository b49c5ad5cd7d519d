"""What an exercise says to what a learner has done."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """Whether it is right, and why or why not."""

    right: bool
    text: str

    def __repr__(self) -> str:
        return self.text


def folded(title: str, lines: Sequence[str]) -> str:
    """Some lines of text that a reader of a saved notebook can unfold, as HTML."""
    texts = "<br>".join(html.escape(line) for line in lines)
    return f"<details><summary>{html.escape(title)}</summary>{texts}</details>"
