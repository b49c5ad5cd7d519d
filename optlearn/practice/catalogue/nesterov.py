"""Mistakes in writing Nesterov, and conventions of it."""

from optlearn.optimizers import Nesterov
from optlearn.practice.change import FORUMS, KICK, Convention, Mistake, zeros

CHANGES = (
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
        zeros("v"),
        "v=tf.zeros_like(params) + 0.9",
        **KICK | {"where": FORUMS},
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
)
