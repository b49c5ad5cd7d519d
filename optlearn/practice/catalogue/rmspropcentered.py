"""Mistakes in writing RMSprop with the mean taken out, and conventions of it."""

from optlearn.optimizers import RMSpropCentered
from optlearn.practice.change import BRACKET, NO_ROOT, Convention, Mistake

STEP = "θ = params - η * g / tf.sqrt(v - a**2 + ε)"
MEAN = "a = ρ * state.a + (1 - ρ) * g"

CHANGES = (
    Mistake(
        "the mean not squared",
        RMSpropCentered,
        STEP,
        "θ = params - η * g / tf.sqrt(v - a + ε)",
        "The mean itself is taken out. It has to be its square: v is a mean of squares, and has their units.",
        sees="not-a-number as soon as the mean is larger than the mean square; with large gradients almost nothing",
        why="the words are: take the mean out",
    ),
    Mistake(
        "the mean put in",
        RMSpropCentered,
        STEP,
        "θ = params - η * g / tf.sqrt(v + a**2 + ε)",
        "The squared mean is added. It has to be taken out, so that what is left is how much the gradient varies.",
        sees="steps that are too small, all the more where the gradient is steady and they should be large",
        why="a sign, in a formula where everything else is added",
    ),
    Mistake(
        "the mean of before",
        RMSpropCentered,
        STEP,
        "θ = params - η * g / tf.sqrt(v - state.a**2 + ε)",
        "The mean of the step before is taken out of the mean square of now. Both have to be of now.",
        sees="little at first; then not-a-number, where gradients fall and the old mean is too large for the new v",
        why="the old mean is still at hand, under the better name",
    ),
    Mistake(
        "a sum for a mean",
        RMSpropCentered,
        MEAN,
        "a = ρ * state.a + g",
        "The factor 1 − ρ is missing before g: this is a fading sum, ten times the mean at ρ = 0.9.",
        sees="not-a-number at the first step: the square of the sum is larger than the mean square",
        why="momentum has no such factor",
    ),
    Mistake(
        "along the mean",
        RMSpropCentered,
        STEP,
        "θ = params - η * a / tf.sqrt(v - a**2 + ε)",
        "The step goes along the mean of the gradients. It has to go along g: the mean only measures the spread.",
        sees="a first step that is a tenth as long; then it gets down nearly as well",
        why="Adam does it, with its m",
    ),
    Mistake(
        "no root",
        RMSpropCentered,
        STEP,
        "θ = params - η * g / (v - a**2 + ε)",
        **NO_ROOT,
    ),
    Mistake(
        "ε outside of everything",
        RMSpropCentered,
        STEP,
        "θ = params - η * g / tf.sqrt(v - a**2) + ε",
        **BRACKET,
    ),
    Convention(
        "ε outside the root",
        RMSpropCentered,
        STEP,
        "θ = params - η * g / (tf.sqrt(v - a**2) + ε)",
        "Not wrong: this is PyTorch's place for ε, outside the root. Keras has it inside. A small ε hardly matters.",
    ),
)
