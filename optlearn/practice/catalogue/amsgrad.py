"""Mistakes in writing AMSGrad, and conventions of it."""

from optlearn.optimizers import AMSGrad
from optlearn.practice.change import NO_ROOT, Convention, Mistake
from optlearn.problems import RareSpikes

STEP = "θ = params - η * m̂ / (tf.sqrt(û) + ε)"

CHANGES = (
    Mistake(
        "a maximum of two",
        AMSGrad,
        "u = tf.maximum(state.u, v)",
        "u = tf.maximum(state.v, v)",
        "The maximum is taken of this v and the last one. It has to be of all v so far: compare with the old maximum.",
        sees="nearly Adam: a large gradient is forgotten as fast as there",
        why="max(v_old, v) reads like the formula, whose v with a hat is the one of before",
        on=RareSpikes,
    ),
    Mistake(
        "the maximum stored as v",
        AMSGrad,
        "return θ, self.State(m, v, u, t)",
        "return θ, self.State(m, u, u, t)",
        "You store the maximum as v. The mean has to go on from v itself, or it can only rise.",
        sees="rates that are lower after each large gradient than those of AMSGrad",
        why="one variable for both saves a line",
        on=RareSpikes,
    ),
    Mistake(
        "the maximum not used",
        AMSGrad,
        "û = u / (1 - β2**t)",
        "û = v / (1 - β2**t)",
        "The maximum is computed, and then v is used: this is Adam.",
        sees="Adam's path",
        why="Adam's line is there already, and one letter is not changed",
        on=RareSpikes,
    ),
    Mistake(
        "the smallest",
        AMSGrad,
        "u = tf.maximum(state.u, v)",
        "u = tf.minimum(state.u, v)",
        "You keep the smallest v, which is the 0 of the start. AMSGrad keeps the largest.",
        sees="steps millions of times too long, from the first one on",
        why="a smaller rate is meant, and a smaller v is written",
        on=RareSpikes,
    ),
    Mistake("no root", AMSGrad, STEP, "θ = params - η * m̂ / (û + ε)", **NO_ROOT),
    Convention(
        "the paper's form",
        AMSGrad,
        "m̂ = m / (1 - β1**t)\n        û = u / (1 - β2**t)",
        "m̂ = m\nû = u",
        "Not wrong: this is the paper's form, which corrects neither m nor the maximum. Its first steps are longer.",
    ),
    Convention(
        "Optax's form",
        AMSGrad,
        "u = tf.maximum(state.u, v)\n        m̂ = m / (1 - β1**t)\n        û = u / (1 - β2**t)",
        "u = tf.maximum(state.u, v / (1 - β2**t))\nm̂ = m / (1 - β1**t)\nû = u",
        "Not wrong: this is Optax's form, which corrects v first and then takes the maximum. Early on its rates are "
        "lower than those of Keras and PyTorch.",
    ),
    Convention(
        "Keras's ε",
        AMSGrad,
        STEP,
        "θ = params - η * m̂ / (tf.sqrt(û) + ε / tf.sqrt(1 - β2**t))",
        "Not wrong: this is Keras's place for ε, beside the root of the uncorrected maximum. It is the form here with "
        "ε/√(1 − β₂ᵗ).",
    ),
)
