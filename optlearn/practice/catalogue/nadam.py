"""Mistakes in writing Nadam, and conventions of it."""

from optlearn.optimizers import Nadam
from optlearn.practice.change import NO_ROOT, Convention, Mistake

MIX = "m̂ = μ_next * m / (1 - p * μ_next) + (1 - μ) * g / (1 - p)"
STEP = "θ = params - η * m̂ / (tf.sqrt(v̂) + ε)"

CHANGES = (
    Mistake(
        "the mean alone",
        Nadam,
        MIX,
        "m̂ = m / (1 - p)",
        "There is no look-ahead: this steps with m alone, as Adam does. Nadam mixes in the present gradient.",
        sees="nearly Adam's path",
        why="the corrected m is Adam's whole numerator",
    ),
    Mistake(
        "the wrong product",
        Nadam,
        MIX,
        "m̂ = μ_next * m / (1 - p) + (1 - μ) * g / (1 - p)",
        "m is corrected with today's product of the μ's. It is used with tomorrow's μ, so divide by 1 − p·μ′.",
        sees="steps that are a little too long at the start",
        why="one correction is written for both terms",
    ),
    Mistake(
        "g not corrected",
        Nadam,
        MIX,
        "m̂ = μ_next * m / (1 - p * μ_next) + (1 - μ) * g",
        "The gradient's share is not corrected: divide (1 − μ)·g by 1 − p.",
        sees="a start that is a little too slow",
        why="a gradient needs no correction; but here it stands for its share of a mean that does",
    ),
    Mistake(
        "the product forgotten",
        Nadam,
        "p = state.p * μ",
        "p = μ",
        "You take today's μ for p. It has to be the product of all μ's so far.",
        sees="corrections that never fade: steps up to ten times too long in the end",
        why="with a constant μ one writes its power, and with a schedule the power is lost",
    ),
    Mistake("no root", Nadam, STEP, "θ = params - η * m̂ / (v̂ + ε)", **NO_ROOT),
    Convention(
        "no schedule",
        Nadam,
        "μ = β1 * (1 - 0.5 * 0.96**t)\n        μ_next = β1 * (1 - 0.5 * 0.96 ** (t + 1))",
        "μ = β1 + 0 * t\nμ_next = β1 + 0 * t",
        "Not wrong: this is Nadam without its schedule, with μ = β₁ from the first step on, as in many tutorials.",
    ),
    Convention(
        "PyTorch's schedule",
        Nadam,
        "μ = β1 * (1 - 0.5 * 0.96**t)\n        μ_next = β1 * (1 - 0.5 * 0.96 ** (t + 1))",
        "μ = β1 * (1 - 0.5 * 0.96 ** (0.004 * t))\nμ_next = β1 * (1 - 0.5 * 0.96 ** (0.004 * (t + 1)))",
        "Not wrong: this is PyTorch's schedule, whose μ rises 250 times as slowly.",
    ),
)
