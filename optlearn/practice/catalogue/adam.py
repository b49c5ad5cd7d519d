"""Mistakes in writing Adam, and conventions of it."""

from optlearn.practice.catalogue.entry import seen
from optlearn.practice.kinds import INSIDE, KERAS_EPSILON, KERAS_FOLDED, TUTORIAL
from optlearn.practice.rewrite import Kind

PRODUCT = '"correct by the factor" is read as a multiplication'
POWER = "a small t is easily overlooked in print"
TWICE = "the correction is written once, and forgotten the other time"

ENTRIES = (
    seen("m̂ and v̂ stored", "the step falls to almost nothing within ten steps: it freezes",
         "m = m / (1 − β₁ᵗ) saves a name", where=TUTORIAL),
    seen("m starts at 0.9", "where gradients are small, long first steps that all go down; where they are large, "
         "nothing",
         where=TUTORIAL, on="Ravine"),
    seen("v starts at 0.9", "where gradients are small, tiny first steps, as if one of 30 had been seen; where "
         "large, nothing",
         where=TUTORIAL, on="Ravine"),
    seen("m corrected by a product", "a start a hundred times too slow", PRODUCT),
    seen("v corrected by a product", "first steps a thousand times too long", PRODUCT),
    seen("m corrected without the power", "steps up to ten times too long, once m has filled", POWER),
    seen("v corrected without the power", "steps that get ever smaller", POWER),
    seen("the power of the difference, for m", "it explodes within a few steps", "a bracket is set by eye"),
    seen("the power of the difference, for v", "it stands still within a few steps", "a bracket is set by eye"),
    seen("t never counts", "with a steady slope, steps twice as long by the tenth, and a third as long in the end",
         "t is set where the function begins, and not kept",
         says="t stays 1. It has to count the steps, or m and v are corrected for ever as if it were the first one."),
    seen("m not corrected", "a start ten times too slow", TWICE, says="m is not corrected, v is."),
    seen("v not corrected", "a first step thirty times too long, and a tenth that is still ten times too long", TWICE,
         says="v is not corrected, m is."),
    seen("no root"),
    seen("no ε"),
    seen("ε outside of everything"),
    Kind("the gradient in place of m̂", "η * m̂ / D", "η * g / D",
         "You step with g. Adam steps with m̂, the average of the gradients.",
         "RMSprop with a corrected start: no momentum", "m is computed, and then not used"),
    KERAS_EPSILON,
    KERAS_FOLDED,
    INSIDE,
    Kind("no correction", "m̂ = m / (1 - β1 ** t)\nv̂ = v / (1 - β2 ** t)", "m̂ = m\nv̂ = v",
         "Not wrong if you mean it: this is Adam without bias correction. Its first steps are 3.2, 4.2 and (at the "
         "tenth) 6.5 times as long.", right=True),
)  # fmt: skip
