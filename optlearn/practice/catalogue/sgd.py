"""Mistakes in writing SGD, and conventions of it."""

from optlearn.optimizers import SGD
from optlearn.practice.change import Mistake

CHANGES = (
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
)
