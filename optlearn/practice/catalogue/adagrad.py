"""Mistakes in writing Adagrad, and conventions of it."""

from optlearn.optimizers import Adagrad
from optlearn.practice.change import BRACKET, NO_EPSILON, NO_ROOT, SHARED_ROOT, TUTORIAL, Convention, Mistake

CHANGES = (
    Mistake(
        "a product for a square",
        Adagrad,
        "a = state.a + g**2",
        "a = state.a + g * g[..., :1]",
        "The second accumulator adds the product of both gradients, not the square of its own.",
        sees="an accumulator that can fall and go negative; then the root is not a number",
        why="the line for a is copied for b, and only one of two letters is changed",
        where=TUTORIAL,
    ),
    Mistake(
        "a's root for b",
        Adagrad,
        "θ = params - η * g / tf.sqrt(a + ε)",
        "θ = params - η * g / tf.sqrt(a[..., :1] + ε)",
        **SHARED_ROOT,
    ),
    Mistake(
        "the length of g",
        Adagrad,
        "a = state.a + g**2",
        "a = state.a + tf.reduce_sum(g**2, axis=-1, keepdims=True)",
        "You add the squared length of the whole gradient. Each parameter adds the square of its own part only.",
        sees="one rate for all parameters, which is what Adagrad was made to avoid",
        why="g² is read as ‖g‖²",
    ),
    Mistake(
        "no root",
        Adagrad,
        "θ = params - η * g / tf.sqrt(a + ε)",
        "θ = params - η * g / (a + ε)",
        **NO_ROOT,
    ),
    Mistake(
        "no ε",
        Adagrad,
        "θ = params - η * g / tf.sqrt(a + ε)",
        "θ = params - η * g / tf.sqrt(a)",
        **NO_EPSILON | {"sees": "nothing, as long as the accumulator starts above 0; from 0, 0/0 on flat ground"},
    ),
    Mistake(
        "ε outside of everything",
        Adagrad,
        "θ = params - η * g / tf.sqrt(a + ε)",
        "θ = params - η * g / tf.sqrt(a) + ε",
        **BRACKET | {"sees": "almost nothing with a small ε, a steady drift upwards with a large one"},
    ),
    Mistake(
        "no sum",
        Adagrad,
        "a = state.a + g**2",
        "a = g**2",
        "The accumulator forgets: it holds the last g² only. Add to what was there.",
        sees="every step has the length η in every coordinate, and it never settles",
        why="= is written for +=",
    ),
    Mistake(
        "g without its square",
        Adagrad,
        "a = state.a + g**2",
        "a = state.a + g",
        "The accumulator adds g, not g²: parts of opposite sign cancel, and the sum can go negative.",
        sees="not-a-number as soon as the sum is negative",
        why="the square is forgotten",
    ),
    Mistake(
        "the square of the sum",
        Adagrad,
        "a = state.a + g**2\n        θ = params - η * g / tf.sqrt(a + ε)",
        "a = state.a + g\nθ = params - η * g / tf.sqrt(a**2 + ε)",
        "You add up g and square the sum. Square first, then add: or parts of opposite sign cancel.",
        sees="steps too small while g keeps its sign, and too large once it swings",
        why="Σg² is read as (Σg)²",
    ),
    Convention(
        "ε outside the root",
        Adagrad,
        "θ = params - η * g / tf.sqrt(a + ε)",
        "θ = params - η * g / (tf.sqrt(a) + ε)",
        "Not wrong: this is PyTorch's place for ε, outside the root. Keras has it inside. A small ε hardly matters.",
    ),
    Convention(
        "an accumulator from 0",
        Adagrad,
        "a=tf.zeros_like(params) + self.initial_accumulator_value",
        "a=tf.zeros_like(params)",
        "Not wrong: the paper and PyTorch start the accumulator at 0, Keras at 0.1. From 0, the first step is η in "
        "every coordinate.",
    ),
)
