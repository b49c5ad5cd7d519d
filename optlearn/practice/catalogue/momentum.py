"""Mistakes in writing Momentum, and conventions of it."""

from optlearn.optimizers import Momentum
from optlearn.practice.change import KICK, TUTORIAL, Convention, Mistake, zeros

CHANGES = (
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
    Mistake("a buffer that starts at 0.9", Momentum, zeros("v"), "v=tf.zeros_like(params) + 0.9", **KICK),
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
)
