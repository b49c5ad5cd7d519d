"""Mistakes people really make in writing an optimizer, and the conventions that only look like mistakes.

Each is a change of one line of the rule in the package, so that the wrong rule can be run beside the right one.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import tensorflow as tf

from optlearn.optimizers import SGD, Adagrad, Adam, Momentum, Nesterov, Optimizer, RMSprop
from optlearn.problems import ParabolaFit, Problem, Ravine

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
    exec(compile(source, f"<{optimizer.__name__}, changed>", "exec"), namespace)
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


def of(optimizer: type[Optimizer]) -> list[Change]:
    """All changes in the catalogue that belong to an optimizer, conventions last."""
    return [change for change in CATALOGUE if change.optimizer is optimizer]


def named(optimizer: type[Optimizer], name: str) -> Change:
    """The change of this name.

    Raises
    ------
    ValueError
        If the catalogue has none.
    """
    found = {change.name: change for change in of(optimizer)}
    if name not in found:
        raise ValueError(f"{name!r}: for {optimizer.__name__} the catalogue has {', '.join(found)}.")
    return found[name]


def _zeros(state: str) -> str:
    return f"{state}=tf.zeros_like(params)"


_KICK = {
    "says": "Your buffer starts at 0.9. It has to start at 0: no gradient has been seen yet.",
    "sees": "a kick in one direction before any gradient was seen",
    "why": "0.9 is the number that belongs to momentum, and it slips into the line where the buffer is made",
    "where": TUTORIAL,
}
_SHARED_ROOT = {
    "says": "The second parameter's step is divided by the root that belongs to the first. Each parameter has its own.",
    "sees": "b's step follows a's history of gradients",
    "why": "the line for a is copied for b, and one letter is not changed",
    "where": TUTORIAL,
}
_BRACKET = {
    "says": "ε is added to the parameter. It belongs under the fraction bar, in the same bracket as the root.",
    "sees": "almost nothing with a small ε, a steady drift upwards with a large one; 0/0 before any gradient",
    "why": "a bracket closes too early",
}
_NO_EPSILON = {
    "says": "There is no ε. Under the fraction bar it keeps the step a number where no gradient has been seen.",
    "sees": "nothing, until a gradient is exactly 0 from the start: 0/0, and from then on not-a-number",
    "why": "ε looks like a trifle, and most runs go well without it",
}
_NO_ROOT = {
    "says": "You divide by the gathered g² itself. Take its root first: that has the units of g.",
    "sees": "tiny steps where the gradient is large, huge ones where it is small",
    "why": "the root is the last thing to be written, and is forgotten",
}


CATALOGUE: tuple[Change, ...] = (
    # ---- SGD
    Mistake(
        "uphill",
        SGD,
        "θ = params - η * g",
        "θ = params + η * g",
        "The sign is wrong: you step along the gradient, which points uphill.",
        sees="the loss grows from the first step, with every learning rate",
        why="an update is an addition in most people's minds",
    ),
    Mistake(
        "a's gradient for b",
        SGD,
        "θ = params - η * g",
        "θ = params - η * (g * 0 + g[..., :1])",
        "The second parameter takes the first one's gradient.",
        sees="both parameters move by the same amount, and stop where a's slope is 0: far from the minimum",
        why="the line for a is copied for b, and one letter is not changed",
    ),
    # ---- Momentum
    Mistake(
        "the rate twice, for b",
        Momentum,
        "θ = params + v",
        "θ = params + tf.concat([v[..., :1], η * v[..., 1:]], axis=-1)",
        "Your velocity already contains the learning rate; you multiply by it again for the second parameter.",
        sees="a moves and b crawls: its rate is η²",
        why="two conventions meet in one program: η inside the velocity, and η outside of it",
        where=TUTORIAL,
    ),
    Mistake(
        "the rate twice",
        Momentum,
        "θ = params + v",
        "θ = params + η * v",
        "Your velocity already contains the learning rate, and you multiply by it again.",
        sees="everything crawls: the rate is η²",
        why="two conventions meet in one program: η inside the velocity, and η outside of it",
    ),
    Mistake("a buffer that starts at 0.9", Momentum, _zeros("v"), "v=tf.zeros_like(params) + 0.9", **_KICK),
    Mistake(
        "nothing fades",
        Momentum,
        "v = β * state.v - η * g",
        "v = state.v - η * g",
        "The old velocity is not multiplied by β: nothing ever fades.",
        sees="it swings for ever, as without friction",
        why="v −= ηg looks complete",
    ),
    Mistake(
        "β on the gradient",
        Momentum,
        "v = β * state.v - η * g",
        "v = state.v - β * η * g",
        "β multiplies the gradient. It has to multiply the old velocity, which is to fade.",
        sees="it swings for ever, as without friction",
        why="the two factors change places",
    ),
    Mistake(
        "one velocity for all",
        Momentum,
        "v = β * state.v - η * g",
        "first = β * state.v[..., 1:] - η * g[..., :1]\nv = tf.concat([first, β * first - η * g[..., 1:]], axis=-1)",
        "Both parameters share one velocity. Each needs its own.",
        sees="a is dragged along by b's gradient, and b by a's",
        why="one variable v in a loop over the parameters",
    ),
    Mistake(
        "the velocity of before",
        Momentum,
        "θ = params + v",
        "θ = params + state.v",
        "You step with the old velocity. Compute the new one first, then step with it.",
        sees="the first step does nothing, all others come one step late, and at a rate that was good it diverges",
        why="the two lines change places",
    ),
    Mistake(
        "uphill",
        Momentum,
        "v = β * state.v - η * g",
        "v = β * state.v + η * g",
        "The sign of the gradient is wrong: the velocity gathers speed uphill.",
        sees="the loss grows from the first step, with every learning rate",
        why="PyTorch's form has a plus here, and a minus in the next line",
    ),
    Convention(
        "PyTorch's form",
        Momentum,
        "v = β * state.v - η * g\n        θ = params + v",
        "v = β * state.v + g\nθ = params - η * v",
        "Not wrong: this is PyTorch's and Optax's form, with η outside the velocity. Its velocity is −1/η times "
        "Keras's. The two paths agree while η is constant, and part when η changes.",
    ),
    Convention(
        "damped momentum",
        Momentum,
        "v = β * state.v - η * g",
        "v = β * state.v - (1 - β) * η * g",
        "Not wrong: this is damped momentum, an average of the gradients. It is Keras's form with η·(1 − β) for η.",
    ),
    # ---- Nesterov
    Mistake(
        "no look-ahead",
        Nesterov,
        "θ = params + β * v - η * g",
        "θ = params + v",
        "This is plain momentum: nothing looks ahead. Perhaps the new velocity is computed and not used.",
        sees="it overshoots as momentum does",
        why="v is the step in momentum, so it must be the step here",
    ),
    Convention(
        "Sutskever's form",
        Nesterov,
        "θ = params + β * v - η * g",
        "θ = params + v",
        "Not wrong if the gradient you are given was taken at θ + β·v: then this is Sutskever's form of Nesterov. It "
        "keeps the point before the leap, and its path is that of Keras's form, shifted by β·v.",
    ),
    Mistake(
        "momentum counted twice",
        Nesterov,
        "θ = params + β * v - η * g",
        "θ = params + v + β * v",
        "Momentum is counted twice: you keep the look-ahead point as the base, and then add the whole velocity to it.",
        sees="it flies past the minimum: this is plain momentum, with the rate η·(1 + β)",
        why="the look-ahead is stored in the parameters, and nobody takes it back",
    ),
    Mistake(
        "a buffer that starts at 0.9",
        Nesterov,
        _zeros("v"),
        "v=tf.zeros_like(params) + 0.9",
        **_KICK | {"where": FORUMS},
    ),
    Mistake(
        "nothing fades",
        Nesterov,
        "v = β * state.v - η * g",
        "v = state.v - η * g",
        "The old velocity is not multiplied by β: nothing ever fades.",
        sees="it swings for long: only the look-ahead brakes a little",
        why="v −= ηg looks complete",
    ),
    Convention(
        "PyTorch's form",
        Nesterov,
        "v = β * state.v - η * g\n        θ = params + β * v - η * g",
        "v = β * state.v + g\nθ = params - η * (g + β * v)",
        "Not wrong: this is PyTorch's form, with η outside the velocity. Its velocity is −1/η times Keras's. "
        "The two paths agree while η is constant, and part when η changes.",
    ),
    # ---- Adagrad
    Mistake(
        "a product for a square",
        Adagrad,
        "a = state.a + g**2",
        "a = state.a + g * g[..., :1]",
        "The second accumulator adds the product of both gradients, not the square of its own.",
        sees="an accumulator that can fall and go negative; then the root is not a number",
        why="the line for a is copied for b, and only one of two letters is changed",
        where=TUTORIAL,
    ),
    Mistake(
        "a's root for b",
        Adagrad,
        "θ = params - η * g / tf.sqrt(a + ε)",
        "θ = params - η * g / tf.sqrt(a[..., :1] + ε)",
        **_SHARED_ROOT,
    ),
    Mistake(
        "the length of g",
        Adagrad,
        "a = state.a + g**2",
        "a = state.a + tf.reduce_sum(g**2, axis=-1, keepdims=True)",
        "You add the squared length of the whole gradient. Each parameter adds the square of its own part only.",
        sees="one rate for all parameters, which is what Adagrad was made to avoid",
        why="g² is read as ‖g‖²",
    ),
    Mistake(
        "no root",
        Adagrad,
        "θ = params - η * g / tf.sqrt(a + ε)",
        "θ = params - η * g / (a + ε)",
        **_NO_ROOT,
    ),
    Mistake(
        "no ε",
        Adagrad,
        "θ = params - η * g / tf.sqrt(a + ε)",
        "θ = params - η * g / tf.sqrt(a)",
        **_NO_EPSILON | {"sees": "nothing, as long as the accumulator starts above 0; from 0, 0/0 on flat ground"},
    ),
    Mistake(
        "ε outside of everything",
        Adagrad,
        "θ = params - η * g / tf.sqrt(a + ε)",
        "θ = params - η * g / tf.sqrt(a) + ε",
        **_BRACKET | {"sees": "almost nothing with a small ε, a steady drift upwards with a large one"},
    ),
    Mistake(
        "no sum",
        Adagrad,
        "a = state.a + g**2",
        "a = g**2",
        "The accumulator forgets: it holds the last g² only. Add to what was there.",
        sees="every step has the length η in every coordinate, and it never settles",
        why="= is written for +=",
    ),
    Mistake(
        "g without its square",
        Adagrad,
        "a = state.a + g**2",
        "a = state.a + g",
        "The accumulator adds g, not g²: parts of opposite sign cancel, and the sum can go negative.",
        sees="not-a-number as soon as the sum is negative",
        why="the square is forgotten",
    ),
    Mistake(
        "the square of the sum",
        Adagrad,
        "a = state.a + g**2\n        θ = params - η * g / tf.sqrt(a + ε)",
        "a = state.a + g\nθ = params - η * g / tf.sqrt(a**2 + ε)",
        "You add up g and square the sum. Square first, then add: or parts of opposite sign cancel.",
        sees="steps too small while g keeps its sign, and too large once it swings",
        why="Σg² is read as (Σg)²",
    ),
    Convention(
        "ε outside the root",
        Adagrad,
        "θ = params - η * g / tf.sqrt(a + ε)",
        "θ = params - η * g / (tf.sqrt(a) + ε)",
        "Not wrong: this is PyTorch's place for ε, outside the root. Keras has it inside. A small ε hardly matters.",
    ),
    Convention(
        "an accumulator from 0",
        Adagrad,
        "a=tf.zeros_like(params) + self.initial_accumulator_value",
        "a=tf.zeros_like(params)",
        "Not wrong: the paper and PyTorch start the accumulator at 0, Keras at 0.1. From 0, the first step is η in "
        "every coordinate.",
    ),
    # ---- RMSprop
    Mistake(
        "the window the wrong way round",
        RMSprop,
        "v = ρ * state.v + (1 - ρ) * g**2",
        "v = (1 - ρ) * state.v + ρ * g**2",
        "ρ and 1 − ρ have changed places: it is 0.9 of before and 0.1 of now.",
        sees="it forgets at once: nearly every step has the length η in every coordinate",
        why='the words "0.9 of now, 0.1 of before" sound as good',
        where=TUTORIAL,
    ),
    Mistake(
        "a's root for b",
        RMSprop,
        "θ = params - η * g / tf.sqrt(v + ε)",
        "θ = params - η * g / tf.sqrt(v[..., :1] + ε)",
        **_SHARED_ROOT,
    ),
    Mistake(
        "no (1 − ρ)",
        RMSprop,
        "v = ρ * state.v + (1 - ρ) * g**2",
        "v = ρ * state.v + g**2",
        "The factor 1 − ρ is missing before g²: this is a fading sum, not an average.",
        sees="all steps are too small, by the factor √(1 − ρ): about a third at ρ = 0.9",
        why="momentum has no such factor",
    ),
    Mistake(
        "no root",
        RMSprop,
        "θ = params - η * g / tf.sqrt(v + ε)",
        "θ = params - η * g / (v + ε)",
        **_NO_ROOT,
    ),
    Mistake(
        "no ε",
        RMSprop,
        "θ = params - η * g / tf.sqrt(v + ε)",
        "θ = params - η * g / tf.sqrt(v)",
        **_NO_EPSILON,
    ),
    Mistake(
        "ε outside of everything",
        RMSprop,
        "θ = params - η * g / tf.sqrt(v + ε)",
        "θ = params - η * g / tf.sqrt(v) + ε",
        **_BRACKET,
    ),
    Mistake(
        "g without its square",
        RMSprop,
        "v = ρ * state.v + (1 - ρ) * g**2",
        "v = ρ * state.v + (1 - ρ) * g",
        "The average is of g, not of g²: it can go negative, and then the root is not a number.",
        sees="not-a-number as soon as the average is negative",
        why="the square is forgotten",
    ),
    Mistake(
        "a buffer that starts at 0.9",
        RMSprop,
        _zeros("v"),
        "v=tf.zeros_like(params) + 0.9",
        **_KICK
        | {"sees": "where gradients are small, first steps that are too small; where large, nothing", "where": FORUMS}
        | {"on": Ravine},
    ),
    Convention(
        "ε outside the root",
        RMSprop,
        "θ = params - η * g / tf.sqrt(v + ε)",
        "θ = params - η * g / (tf.sqrt(v) + ε)",
        "Not wrong: this is PyTorch's place for ε, outside the root. Keras has it inside. A small ε hardly matters.",
    ),
    # ---- Adam
    Mistake(
        "m̂ and v̂ stored",
        Adam,
        "return θ, self.State(m, v, t)",
        "return θ, self.State(m̂, v̂, t)",
        "You store the corrected m̂ and v̂. They are for this step only: the next one starts from m and v.",
        sees="the step falls to almost nothing within ten steps: it freezes",
        why="m = m / (1 − β₁ᵗ) saves a name",
        where=TUTORIAL,
    ),
    Mistake(
        "m starts at 0.9",
        Adam,
        "m=tf.zeros_like(params)",
        "m=tf.zeros_like(params) + 0.9",
        **_KICK
        | {
            "says": "m starts at 0.9. It has to start at 0: no gradient has been seen yet.",
            "sees": "where gradients are small, long first steps that all go down; where they are large, nothing",
            "on": Ravine,
        },
    ),
    Mistake(
        "v starts at 0.9",
        Adam,
        "v=tf.zeros_like(params)",
        "v=tf.zeros_like(params) + 0.9",
        "v starts at 0.9. It has to start at 0: no gradient has been seen yet.",
        sees="where gradients are small, tiny first steps, as if one of 30 had been seen; where large, nothing",
        why="0.9 is the number that belongs to momentum, and it slips into the line where the buffer is made",
        where=TUTORIAL,
        on=Ravine,
    ),
    Mistake(
        "m corrected by a product",
        Adam,
        "m̂ = m / (1 - β1**t)",
        "m̂ = m * (1 - β1**t)",
        "You multiply m by 1 − β₁ᵗ. The correction divides: m is too small at first.",
        sees="a start a hundred times too slow",
        why='"correct by the factor" is read as a multiplication',
    ),
    Mistake(
        "v corrected by a product",
        Adam,
        "v̂ = v / (1 - β2**t)",
        "v̂ = v * (1 - β2**t)",
        "You multiply v by 1 − β₂ᵗ. The correction divides: v is too small at first.",
        sees="first steps a thousand times too long",
        why='"correct by the factor" is read as a multiplication',
    ),
    Mistake(
        "m corrected without the power",
        Adam,
        "m̂ = m / (1 - β1**t)",
        "m̂ = m / (1 - β1)",
        "1 − β₁ lacks the power t. So m is corrected for ever as if it were the first step.",
        sees="steps up to ten times too long, once m has filled",
        why="a small t is easily overlooked in print",
    ),
    Mistake(
        "v corrected without the power",
        Adam,
        "v̂ = v / (1 - β2**t)",
        "v̂ = v / (1 - β2)",
        "1 − β₂ lacks the power t. So v is corrected for ever as if it were the first step.",
        sees="steps that get ever smaller",
        why="a small t is easily overlooked in print",
    ),
    Mistake(
        "the power of the difference, for m",
        Adam,
        "m̂ = m / (1 - β1**t)",
        "m̂ = m / (1 - β1) ** t",
        "(1 − β₁)ᵗ is not 1 − β₁ᵗ: the power belongs to β₁ alone.",
        sees="it explodes within a few steps",
        why="a bracket is set by eye",
    ),
    Mistake(
        "the power of the difference, for v",
        Adam,
        "v̂ = v / (1 - β2**t)",
        "v̂ = v / (1 - β2) ** t",
        "(1 − β₂)ᵗ is not 1 − β₂ᵗ: the power belongs to β₂ alone.",
        sees="it stands still within a few steps",
        why="a bracket is set by eye",
    ),
    Mistake(
        "t never counts",
        Adam,
        "t = state.t + 1",
        "t = state.t * 0 + 1",
        "t stays 1. It has to count the steps, or m and v are corrected for ever as if it were the first one.",
        sees="with a steady slope, steps twice as long by the tenth, and a third as long in the end",
        why="t is set where the function begins, and not kept",
    ),
    Mistake(
        "m not corrected",
        Adam,
        "m̂ = m / (1 - β1**t)",
        "m̂ = m",
        "m is not corrected, v is.",
        sees="a start ten times too slow",
        why="the correction is written once, and forgotten the other time",
    ),
    Mistake(
        "v not corrected",
        Adam,
        "v̂ = v / (1 - β2**t)",
        "v̂ = v",
        "v is not corrected, m is.",
        sees="a first step thirty times too long, and a tenth that is still ten times too long",
        why="the correction is written once, and forgotten the other time",
    ),
    Mistake(
        "no root",
        Adam,
        "θ = params - η * m̂ / (tf.sqrt(v̂) + ε)",
        "θ = params - η * m̂ / (v̂ + ε)",
        **_NO_ROOT,
    ),
    Mistake(
        "no ε",
        Adam,
        "θ = params - η * m̂ / (tf.sqrt(v̂) + ε)",
        "θ = params - η * m̂ / tf.sqrt(v̂)",
        **_NO_EPSILON,
    ),
    Mistake(
        "ε outside of everything",
        Adam,
        "θ = params - η * m̂ / (tf.sqrt(v̂) + ε)",
        "θ = params - η * m̂ / tf.sqrt(v̂) + ε",
        **_BRACKET,
    ),
    Mistake(
        "the gradient in place of m̂",
        Adam,
        "θ = params - η * m̂ / (tf.sqrt(v̂) + ε)",
        "θ = params - η * g / (tf.sqrt(v̂) + ε)",
        "You step with g. Adam steps with m̂, the average of the gradients.",
        sees="RMSprop with a corrected start: no momentum",
        why="m is computed, and then not used",
    ),
    Convention(
        "Keras's ε",
        Adam,
        "θ = params - η * m̂ / (tf.sqrt(v̂) + ε)",
        "θ = params - η * m̂ / (tf.sqrt(v̂) + ε / tf.sqrt(1 - β2**t))",
        "Not wrong: this is Keras's place for ε, beside the uncorrected √v. It is the paper's form with ε/√(1 − β₂ᵗ).",
    ),
    Convention(
        "ε inside the root",
        Adam,
        "θ = params - η * m̂ / (tf.sqrt(v̂) + ε)",
        "θ = params - η * m̂ / tf.sqrt(v̂ + ε)",
        "Not wrong: ε stands inside the root, as in Keras's RMSprop. It is the usual form with a larger ε.",
    ),
    Convention(
        "no correction",
        Adam,
        "m̂ = m / (1 - β1**t)\n        v̂ = v / (1 - β2**t)",
        "m̂ = m\nv̂ = v",
        "Not wrong if you mean it: this is Adam without bias correction. Its first steps are 3.2, 4.2 and (at the "
        "tenth) 6.5 times as long.",
    ),
)

# The rules that the catalogue knows mistakes of; of others `diagnose` says where a rule leaves the right path.
TAUGHT = tuple(dict.fromkeys(change.optimizer for change in CATALOGUE))
