"""Mistakes in writing Lamb, and conventions of it."""

from optlearn.optimizers import Lamb
from optlearn.practice.change import Convention, Mistake
from optlearn.problems import TwoLayers

STEP = "θ = params - η * φ * r"
RATIO = "φ = tf.where((size > 0) & (length > 0), size / tf.where(length > 0, length, 1.0), 1.0)"
NORMS = "size, length = (tf.sqrt(tf.reduce_sum(x**2, axis=-1, keepdims=True)) for x in (params, r))"

CHANGES = (
    Mistake(
        "no ratio",
        Lamb,
        STEP,
        "θ = params - η * r",
        "The ratio is missing in the step: this is Adam.",
        sees="a small layer changes by a far larger share of itself than a large one",
        why="it is computed, and the last line is still Adam's",
        on=TwoLayers,
    ),
    Mistake(
        "the ratio upside down",
        Lamb,
        RATIO,
        "φ = tf.where((size > 0) & (length > 0), length / tf.where(size > 0, size, 1.0), 1.0)",
        "The ratio is upside down: it has to be the layer's size over the length of r.",
        sees="large layers hardly move, and small ones fly off",
        why="both are norms, and either order looks like a normalisation",
        on=TwoLayers,
    ),
    Mistake(
        "the gradient's norm",
        Lamb,
        NORMS,
        "size, length = (tf.sqrt(tf.reduce_sum(x**2, axis=-1, keepdims=True)) for x in (params, g))",
        "You divide by the norm of the gradient. It has to be that of r, the step before it is scaled.",
        sees="steps whose length depends on the units of the loss: tiny on steep ground, huge on flat",
        why="LARS, which came before, divides by the gradient's norm",
        on=TwoLayers,
    ),
    Mistake(
        "a ratio for each weight",
        Lamb,
        NORMS,
        "size, length = (tf.abs(x) for x in (params, r))",
        "Each weight has a ratio of its own. It has to be one for the whole layer, of its norm.",
        sees="every weight changes by the share η of itself, and none ever changes its sign",
        why="abs and norm are one function in some libraries",
        on=TwoLayers,
    ),
    Convention(
        "no correction",
        Lamb,
        "r = m / (1 - β1**t) / (tf.sqrt(v / (1 - β2**t)) + ε)",
        "r = m / (tf.sqrt(v) + ε)",
        "Not wrong: without bias correction r has another length, and the ratio takes that out again. Only ε weighs "
        "more in the first steps.",
    ),
)
