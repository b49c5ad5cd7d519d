"""A line of an optimizer written otherwise: a mistake or a convention, and the rule made from it."""

from __future__ import annotations

import inspect
import linecache
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Optimizer
from optlearn.problems import ParabolaFit, Problem

TUTORIAL = "a widely read tutorial that fits a and b of this very parabola with two gradient tapes"
FORUMS = "questions in forums, many times over"


@dataclass(frozen=True)
class Change:
    """One line of an optimizer, written otherwise.

    Attributes
    ----------
    name : str
        What it is called.
    optimizer : type
        The rule it belongs to.
    right, wrong : str
        The line as it stands in the package, and in its place.
    says : str
        What to tell somebody who wrote it.
    """

    name: str
    optimizer: type[Optimizer]
    right: str
    wrong: str
    says: str

    def rule(self) -> type[Optimizer]:
        """The optimizer with this change, as a class that `train`, `sweep` and `Lab` accept."""
        return build(self.optimizer, [self])


@dataclass(frozen=True)
class Mistake(Change):
    """A change that is wrong: what one sees of it, why people make it, where it was found, and where to look at it."""

    sees: str
    why: str
    where: str = FORUMS
    on: type[Problem] = ParabolaFit


@dataclass(frozen=True)
class Convention(Change):
    """A change that somebody else calls right; `says` tells who, and how to get from one to the other."""


class InNumPy:
    """The few TensorFlow functions of the rules, by NumPy: twenty times as fast on a handful of numbers."""

    sqrt, abs, sign, maximum, minimum, where = np.sqrt, np.abs, np.sign, np.maximum, np.minimum, np.where
    zeros, zeros_like, ones_like, concat = np.zeros, np.zeros_like, np.ones_like, np.concatenate
    reduce_sum, reduce_mean, clip_by_value = np.sum, np.mean, np.clip


def build(optimizer: type[Optimizer], changes: Sequence[Change], operations: Any = tf) -> type[Optimizer]:
    """An optimizer class made from the source of another, with some lines changed.

    Parameters
    ----------
    operations
        What `tf` is in it: TensorFlow, or `InNumPy`.

    Raises
    ------
    ValueError
        If a line to be changed is not in the source: the catalogue and the package have drifted apart.
    """
    source = source_of(optimizer, changes)
    namespace = vars(sys.modules[optimizer.__module__]) | {"tf": operations}
    file = f"<{optimizer.__name__}: {', '.join(change.name for change in changes)}>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file  # for whoever asks for its lines
    exec(compile(source, file, "exec"), namespace)
    made = namespace[optimizer.__name__]
    made.xla = False  # there are many, and each is run a few times only
    return made


def source_of(optimizer: type[Optimizer], changes: Sequence[Change] = ()) -> str:
    """The source of an optimizer, with some lines changed; errors as for `build`."""
    source = _source(optimizer)
    for change in changes:
        if source.count(change.right) != 1:
            raise ValueError(f"{change.name}: the line {change.right!r} stands {source.count(change.right)} times")
        before, after = source.split(change.right)
        indent = before[before.rfind("\n") + 1 :]
        wrong = textwrap.indent(change.wrong, indent).lstrip() if indent.isspace() else change.wrong
        source = before + wrong + after
    return source


@lru_cache
def _source(optimizer: type[Optimizer]) -> str:
    return inspect.getsource(optimizer)


def compatible(first: Change, second: Change) -> bool:
    """Whether two changes touch different lines of one rule, so that somebody can make both."""
    lines = [{line.strip() for line in change.right.splitlines()} for change in (first, second)]
    return first.optimizer is second.optimizer and not lines[0] & lines[1]


def zeros(state: str) -> str:
    return f"{state}=tf.zeros_like(params)"


KICK = {
    "says": "Your buffer starts at 0.9. It has to start at 0: no gradient has been seen yet.",
    "sees": "a kick in one direction before any gradient was seen",
    "why": "0.9 is the number that belongs to momentum, and it slips into the line where the buffer is made",
    "where": TUTORIAL,
}
SHARED_ROOT = {
    "says": "The second parameter's step is divided by the root that belongs to the first. Each parameter has its own.",
    "sees": "b's step follows a's history of gradients",
    "why": "the line for a is copied for b, and one letter is not changed",
    "where": TUTORIAL,
}
BRACKET = {
    "says": "ε is added to the parameter. It belongs under the fraction bar, in the same bracket as the root.",
    "sees": "almost nothing with a small ε, a steady drift upwards with a large one; 0/0 before any gradient",
    "why": "a bracket closes too early",
}
NO_EPSILON = {
    "says": "There is no ε. Under the fraction bar it keeps the step a number where no gradient has been seen.",
    "sees": "nothing, until a gradient is exactly 0 from the start: 0/0, and from then on not-a-number",
    "why": "ε looks like a trifle, and most runs go well without it",
}
NO_ROOT = {
    "says": "You divide by the gathered g² itself. Take its root first: that has the units of g.",
    "sees": "tiny steps where the gradient is large, huge ones where it is small",
    "why": "the root is the last thing to be written, and is forgotten",
}
