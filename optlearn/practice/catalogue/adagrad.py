"""Mistakes in writing Adagrad, and conventions of it."""

from optlearn.practice.catalogue.entry import seen
from optlearn.practice.kinds import OUTSIDE, TUTORIAL
from optlearn.practice.rewrite import Kind

ENTRIES = (
    seen("a product for a square", "an accumulator that can fall and go negative; then the root is not a number",
         "the line for a is copied for b, and only one of two letters is changed", where=TUTORIAL,
         says="The second accumulator adds the product of both gradients, not the square of its own."),
    seen("a's root for b", where=TUTORIAL),
    seen("the length of g", "one rate for all parameters, which is what Adagrad was made to avoid",
         "g² is read as ‖g‖²"),
    seen("no root"),
    seen("no ε", "nothing, as long as the accumulator starts above 0; from 0, 0/0 on flat ground"),
    seen("ε outside of everything", "almost nothing with a small ε, a steady drift upwards with a large one"),
    seen("no sum", "every step has the length η in every coordinate, and it never settles", "= is written for +="),
    seen("g without its square", "not-a-number as soon as the sum is negative", "the square is forgotten",
         says="The accumulator adds g, not g²: parts of opposite sign cancel, and the sum can go negative."),
    Kind("the square of the sum", "F = state.F + g ** 2\nθ = params - η * g / tf.sqrt(F + ε)",
         "F = state.F + g\nθ = params - η * g / tf.sqrt(F ** 2 + ε)",
         "You add up g and square the sum. Square first, then add: or parts of opposite sign cancel.",
         "steps too small while g keeps its sign, and too large once it swings", "Σg² is read as (Σg)²"),
    Kind("the root stored", "F = state.F + X\nθ = A - Y / tf.sqrt(F + ε)",
         "F = tf.sqrt(state.F + X)\nθ = A - Y / (F + ε)",
         "The root is stored in the accumulator. The next one starts from the sum: keep the sum, and take its root "
         "for the step."),
    OUTSIDE,
    Kind("an accumulator from 0", "init.F = tf.zeros_like(params) + initial_accumulator_value",
         "init.F = tf.zeros_like(params)",
         "Not wrong: the paper and PyTorch start the accumulator at 0, Keras at 0.1. From 0, the first step is η in "
         "every coordinate.", right=True),
)  # fmt: skip
