"""Mistakes in writing Adamax, and conventions of it."""

from optlearn.optimizers import Adamax
from optlearn.practice.change import Convention, Mistake
from optlearn.problems import RareSpikes

LARGEST = "u = tf.maximum(β2 * state.u, tf.abs(g))"
STEP = "θ = params - η * m̂ / (u + ε)"

CHANGES = (
    Mistake(
        "nothing fades",
        Adamax,
        LARGEST,
        "u = tf.maximum(state.u, tf.abs(g))",
        "The largest gradient never fades: multiply the old one by β₂ before you compare.",
        sees="one spike slows the run down for good",
        why="a maximum is thought of as one of all times",
        on=RareSpikes,
    ),
    Mistake(
        "the sign kept",
        Adamax,
        LARGEST,
        "u = tf.maximum(β2 * state.u, g)",
        "You compare with g and not with its size: a large negative gradient is not noticed.",
        sees="huge steps where gradients are negative, from the first one on",
        why="abs is forgotten, and on a slope that only rises nothing shows it",
    ),
    Mistake(
        "the largest of squares",
        Adamax,
        LARGEST,
        "u = tf.maximum(β2 * state.u, g**2)",
        "You keep the largest g². It has to be the largest |g|, which has the units of g.",
        sees="tiny steps where gradients are large, huge ones where they are small",
        why="Adam's line has g² in it",
    ),
    Mistake(
        "the maximum corrected",
        Adamax,
        STEP,
        "θ = params - η * m̂ / (u / (1 - β2**t) + ε)",
        "You correct u for its start. A maximum needs no correction: the first gradient fills it.",
        sees="a start that is a thousand times too slow",
        why="Adam corrects both, so both are corrected here",
    ),
    Mistake(
        "m not corrected",
        Adamax,
        "m̂ = m / (1 - β1**t)",
        "m̂ = m",
        "m is not corrected: it starts at 0, and is too small at first.",
        sees="a start ten times too slow",
        why="u needs no correction, and m is taken to need none either",
    ),
    Convention(
        "PyTorch's ε",
        Adamax,
        LARGEST + "\n        m̂ = m / (1 - β1**t)\n        " + STEP,
        "u = tf.maximum(β2 * state.u, tf.abs(g) + ε)\nm̂ = m / (1 - β1**t)\nθ = params - η * m̂ / u",
        "Not wrong: this is PyTorch's place for ε, beside |g| inside the maximum.",
    ),
)
