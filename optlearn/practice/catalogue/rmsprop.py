"""Mistakes in writing RMSprop, and conventions of it."""

from optlearn.optimizers import RMSprop
from optlearn.practice.change import (
    BRACKET,
    FORUMS,
    KICK,
    NO_EPSILON,
    NO_ROOT,
    SHARED_ROOT,
    TUTORIAL,
    Convention,
    Mistake,
    zeros,
)
from optlearn.problems import Ravine

CHANGES = (
    Mistake(
        "the window the wrong way round",
        RMSprop,
        "v = ρ * state.v + (1 - ρ) * g**2",
        "v = (1 - ρ) * state.v + ρ * g**2",
        "ρ and 1 − ρ have changed places: it is 0.9 of before and 0.1 of now.",
        sees="it forgets at once: nearly every step has the length η in every coordinate",
        why='the words "0.9 of now, 0.1 of before" sound as good',
        where=TUTORIAL,
    ),
    Mistake(
        "a's root for b",
        RMSprop,
        "θ = params - η * g / tf.sqrt(v + ε)",
        "θ = params - η * g / tf.sqrt(v[..., :1] + ε)",
        **SHARED_ROOT,
    ),
    Mistake(
        "no (1 − ρ)",
        RMSprop,
        "v = ρ * state.v + (1 - ρ) * g**2",
        "v = ρ * state.v + g**2",
        "The factor 1 − ρ is missing before g²: this is a fading sum, not an average.",
        sees="all steps are too small, by the factor √(1 − ρ): about a third at ρ = 0.9",
        why="momentum has no such factor",
    ),
    Mistake(
        "no root",
        RMSprop,
        "θ = params - η * g / tf.sqrt(v + ε)",
        "θ = params - η * g / (v + ε)",
        **NO_ROOT,
    ),
    Mistake(
        "no ε",
        RMSprop,
        "θ = params - η * g / tf.sqrt(v + ε)",
        "θ = params - η * g / tf.sqrt(v)",
        **NO_EPSILON,
    ),
    Mistake(
        "ε outside of everything",
        RMSprop,
        "θ = params - η * g / tf.sqrt(v + ε)",
        "θ = params - η * g / tf.sqrt(v) + ε",
        **BRACKET,
    ),
    Mistake(
        "g without its square",
        RMSprop,
        "v = ρ * state.v + (1 - ρ) * g**2",
        "v = ρ * state.v + (1 - ρ) * g",
        "The average is of g, not of g²: it can go negative, and then the root is not a number.",
        sees="not-a-number as soon as the average is negative",
        why="the square is forgotten",
    ),
    Mistake(
        "a buffer that starts at 0.9",
        RMSprop,
        zeros("v"),
        "v=tf.zeros_like(params) + 0.9",
        **KICK
        | {"sees": "where gradients are small, first steps that are too small; where large, nothing", "where": FORUMS}
        | {"on": Ravine},
    ),
    Convention(
        "ε outside the root",
        RMSprop,
        "θ = params - η * g / tf.sqrt(v + ε)",
        "θ = params - η * g / (tf.sqrt(v) + ε)",
        "Not wrong: this is PyTorch's place for ε, outside the root. Keras has it inside. A small ε hardly matters.",
    ),
)
