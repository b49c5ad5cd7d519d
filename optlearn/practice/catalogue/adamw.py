"""Mistakes in writing AdamW, and conventions of it."""

from optlearn.optimizers import AdamW
from optlearn.practice.change import Convention, Mistake
from optlearn.problems import TwoScales

STEP = "θ = params - η * λ * params - η * m̂ / (tf.sqrt(v̂) + ε)"
WHOLE = """t = state.t + 1
        m = β1 * state.m + (1 - β1) * g
        v = β2 * state.v + (1 - β2) * g**2
        m̂ = m / (1 - β1**t)
        v̂ = v / (1 - β2**t)
        θ = params - η * λ * params - η * m̂ / (tf.sqrt(v̂) + ε)"""
SEEN = "t = state.t + 1\n        m = β1 * state.m + (1 - β1) * g\n        v = β2 * state.v + (1 - β2) * g**2"

CHANGES = (
    Mistake(
        "an L2 penalty",
        AdamW,
        WHOLE,
        """t = state.t + 1
g = g + λ * params
m = β1 * state.m + (1 - β1) * g
v = β2 * state.v + (1 - β2) * g**2
m̂ = m / (1 - β1**t)
v̂ = v / (1 - β2**t)
θ = params - η * m̂ / (tf.sqrt(v̂) + ε)""",
        "The decay is added to the gradient: that is an L2 penalty. Adam rescales it; AdamW keeps it out of m and v.",
        sees="weights with small gradients shrink most, those with large ones hardly",
        why="for gradient descent the two are one and the same",
        where="the weight_decay of many libraries' Adam, for years",
        on=TwoScales,
    ),
    Mistake(
        "twice",
        AdamW,
        SEEN,
        "t = state.t + 1\ng = g + λ * params\nm = β1 * state.m + (1 - β1) * g\nv = β2 * state.v + (1 - β2) * g**2",
        "The weights decay twice: once beside Adam's step, and once more through the gradient.",
        sees="more decay than asked for, and unequal",
        why="a penalty in the loss is left in when the optimizer gets a decay of its own",
        on=TwoScales,
    ),
    Mistake(
        "the decay rescaled",
        AdamW,
        STEP,
        "θ = params - η * (m̂ + λ * params) / (tf.sqrt(v̂) + ε)",
        "The decay stands on the fraction bar with m̂. It must not be divided by the root of v̂.",
        sees="hardly any decay where gradients are large, far too much where they are small",
        why="one bracket fewer looks tidier",
        on=TwoScales,
    ),
    Mistake(
        "growth",
        AdamW,
        STEP,
        "θ = params + η * λ * params - η * m̂ / (tf.sqrt(v̂) + ε)",
        "The sign of the decay is wrong: the weights grow.",
        sees="weights that drift away from 0, slowly at first",
        why="a minus is carried over from the penalty's derivative",
        on=TwoScales,
    ),
    Convention(
        "the paper's decay",
        AdamW,
        STEP,
        "θ = params - λ * params - η * m̂ / (tf.sqrt(v̂) + ε)",
        "Not wrong: in the paper the decay is λ times the schedule's multiplier, without η. Its λ is Keras's times η.",
    ),
    Convention(
        "the decay last",
        AdamW,
        STEP,
        "θ = params - η * m̂ / (tf.sqrt(v̂) + ε)\nθ = θ - η * λ * θ",
        "Not wrong: you decay after the step, and not before it. The two differ by η²·λ a step.",
    ),
    Convention(
        "Keras's ε",
        AdamW,
        STEP,
        "θ = params - η * λ * params - η * m̂ / (tf.sqrt(v̂) + ε / tf.sqrt(1 - β2**t))",
        "Not wrong: this is Keras's place for ε, beside the uncorrected √v. It is the form here with ε/√(1 − β₂ᵗ).",
    ),
)
