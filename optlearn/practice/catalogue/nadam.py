"""Mistakes in writing Nadam, and conventions of it."""

from optlearn.practice.catalogue.entry import seen
from optlearn.practice.kinds import INSIDE, KERAS_EPSILON, KERAS_FOLDED
from optlearn.practice.rewrite import Kind

MIX = "m̂ = μ_next * m / (1 - p * μ_next) + (1 - μ) * g / (1 - p)"
POWER = (
    "Both corrections of m̂ lack the power t: 1 − β₁ stands where 1 − β₁ᵗ belongs. "
    "So it is corrected for ever as at first."
)
SCHEDULE = "μ = B * (1 - 0.5 * 0.96 ** t)\nμ_next = B * (1 - 0.5 * 0.96 ** (t + 1))"

ENTRIES = (
    Kind("the mean alone", MIX, "m̂ = m / (1 - p)",
         "There is no look-ahead: this steps with m alone, as Adam does. Nadam mixes in the present gradient.",
         "nearly Adam's path", "the corrected m is Adam's whole numerator"),
    Kind("the wrong product", MIX, "m̂ = μ_next * m / (1 - p) + (1 - μ) * g / (1 - p)",
         "m is corrected with today's product of the μ's. It is used with tomorrow's μ, so divide by 1 − p·μ′.",
         "steps that are a little too long at the start", "one correction is written for both terms"),
    Kind("g not corrected", "X + (1 - μ) * g / (1 - p)", "X + (1 - μ) * g",
         "The gradient's share is not corrected: divide (1 − μ)·g by 1 − p.", "a start that is a little too slow",
         "a gradient needs no correction; but here it stands for its share of a mean that does"),
    Kind("the product forgotten", "p = state.p * μ", "p = μ",
         "You take today's μ for p. It has to be the product of all μ's so far.",
         "corrections that never fade: steps up to ten times too long in the end",
         "with a constant μ one writes its power, and with a schedule the power is lost"),
    seen("no root"),
    Kind("μ twice in the product", "1 - p * μ_next", "1 - p * μ * μ_next",
         "Today's μ is in the product p already, and you multiply it in again: μ counts twice. Divide by 1 − p·μ′."),
    Kind("both without the power", MIX, "m̂ = β1 * m / (1 - β1) + (1 - β1) * g / (1 - β1)", POWER),
    Kind("v a share, without the power", "v̂ = v / (1 - B ** t)", "v̂ = B * v / (1 - B)",
         "v̂ is β₂·v / (1 − β₂). It is v / (1 − β₂ᵗ): the factor is too many, and the power t is missing."),
    Kind("m overwritten", MIX + "\nkept.m = m",
         "m̂ = β1 * m / (1 - β1 ** t) + (1 - β1) * g / (1 - β1 ** t)\nkept.m = β1 * m / (1 - β1 ** t)",
         "m is overwritten by its corrected share β₁·m/(1 − β₁ᵗ), and that is stored. It is for this step only: "
         "the next one starts from m."),
    Kind("no schedule", SCHEDULE, "μ = B + 0 * t\nμ_next = B + 0 * t",
         "Not wrong: this is Nadam without its schedule, with μ = β₁ from the first step on, as in many tutorials.",
         right=True),
    Kind("PyTorch's schedule", SCHEDULE,
         "μ = B * (1 - 0.5 * 0.96 ** (ψ * t))\nμ_next = B * (1 - 0.5 * 0.96 ** (ψ * (t + 1)))",
         "Not wrong: this is PyTorch's schedule, whose μ rises 250 times as slowly.", right=True,
         numbers={"ψ": (0.004,)}),
    Kind("Ruder's form", MIX, "m̂ = β1 * m / (1 - β1 ** t) + (1 - β1) * g / (1 - β1 ** t)",
         "Not wrong: this is the form of Ruder's overview, without a schedule, in which both shares are corrected by "
         "1 − β₁ᵗ.",
         right=True),
    Kind("Ruder's form", "m̂ = μ_next * m / D + (1 - μ) * g / E\nv̂ = X",
         "m̂ = β1 * (m / (1 - β1 ** t)) + (1 - β1) * g\nv̂ = X",
         "Not wrong: a short form without a schedule, in which m alone is corrected before the look-ahead.",
         right=True),
    KERAS_EPSILON,
    KERAS_FOLDED,
    INSIDE,
)  # fmt: skip
