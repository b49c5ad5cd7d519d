"""Mistakes in writing Lion, and conventions of it."""

from optlearn.optimizers import Lion
from optlearn.practice.change import Convention, Mistake

OWN = "nobody's code in particular: it is easily written when the formula is new"

CHANGES = (
    Mistake(
        "one memory for both",
        Lion,
        "θ = params - η * tf.sign(β1 * state.m + (1 - β1) * g)",
        "θ = params - η * tf.sign(β2 * state.m + (1 - β2) * g)",
        "The step takes the sign of the new m. It has a mixture of its own: β₁ of the old m, 1 − β₁ of g.",
        sees="it turns round too late, and swings far beyond the minimum",
        why="Adam brings m up to date first, and steps along it",
        where=OWN,
    ),
    Mistake(
        "the mixture kept",
        Lion,
        "m = β2 * state.m + (1 - β2) * g",
        "m = β1 * state.m + (1 - β1) * g",
        "You keep the mixture with β₁ as the new m. The mixture is for this step only; m has β₂, a longer memory.",
        sees="a memory of ten steps in place of a hundred, and a wilder end",
        why="the mixture has just been computed, and storing it saves a line",
        where=OWN,
    ),
    Mistake(
        "the mixture of the new m",
        Lion,
        "θ = params - η * tf.sign(β1 * state.m + (1 - β1) * g)",
        "θ = params - η * tf.sign(β1 * (β2 * state.m + (1 - β2) * g) + (1 - β1) * g)",
        "m is brought up to date before it is mixed with g. The mixture is made of the old m.",
        sees="almost nothing: today's gradient counts 12 times as much as yesterday's, and not 11 times",
        why="the two lines look as if their order did not matter",
        where=OWN,
    ),
    Mistake(
        "no sign",
        Lion,
        "θ = params - η * tf.sign(β1 * state.m + (1 - β1) * g)",
        "θ = params - η * (β1 * state.m + (1 - β1) * g)",
        "You step by the mixture itself. Take its sign: every step has the length η in every coordinate.",
        sees="momentum, whose steps are as long as the gradients make them",
        why="the sign is the one thing that other rules do not have",
        where=OWN,
    ),
    Mistake(
        "a mean of signs",
        Lion,
        "m = β2 * state.m + (1 - β2) * g",
        "m = β2 * state.m + (1 - β2) * tf.sign(g)",
        "m gathers the signs of the gradients. It gathers the gradients themselves; the sign is taken at the end.",
        sees="a path that changes with the unit of the loss, since g is mixed with numbers between −1 and 1",
        why='"only the sign counts" is taken too far',
        where=OWN,
    ),
    Mistake(
        "one length for all",
        Lion,
        "θ = params - η * tf.sign(β1 * state.m + (1 - β1) * g)",
        "c = β1 * state.m + (1 - β1) * g\nθ = params - η * c / tf.sqrt(tf.reduce_sum(c**2, axis=-1, keepdims=True))",
        "You divide the mixture by its length. The sign is taken of each coordinate: each one moves by η.",
        sees="steps of length η in all, nearly all of it in the steepest coordinate",
        why="the sign of a vector is read as its direction",
        where=OWN,
    ),
    Convention(
        "Optax's decay",
        Lion,
        "θ = params - η * tf.sign(β1 * state.m + (1 - β1) * g)",
        "θ = params - η * (tf.sign(β1 * state.m + (1 - β1) * g) + 0.001 * params)",
        "Not wrong: the paper decays the weights as well, and 0.001 is Optax's default. Keras has that switched off.",
    ),
)
