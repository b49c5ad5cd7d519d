"""Mistakes in writing AMSGrad, and conventions of it."""

from optlearn.practice.catalogue.entry import seen
from optlearn.practice.kinds import INSIDE, KERAS_EPSILON
from optlearn.practice.rewrite import Kind

ENTRIES = (
    Kind("a maximum of two", "tf.maximum(state.u, v)", "tf.maximum(state.v, v)",
         "The maximum is taken of this v and the last one. It has to be of all v so far: compare with the old maximum.",
         "nearly Adam: a large gradient is forgotten as fast as there",
         "max(v_old, v) reads like the formula, whose v with a hat is the one of before", on="RareSpikes"),
    Kind("the maximum stored as v", "kept.v = v", "kept.v = u",
         "You store the maximum as v. The mean has to go on from v itself, or it can only rise.",
         "rates that are lower after each large gradient than those of AMSGrad", "one variable for both saves a line",
         on="RareSpikes"),
    Kind("the maximum not used", "û = u / D", "û = v / D", "The maximum is computed, and then v is used: this is Adam.",
         "Adam's path", "Adam's line is there already, and one letter is not changed", on="RareSpikes"),
    Kind("the maximum not used", "û = u", "û = v", "The maximum is computed, and then v is used."),
    Kind("the smallest", "tf.maximum(state.u, v)", "tf.minimum(state.u, v)",
         "You keep the smallest v, which is the 0 of the start. AMSGrad keeps the largest.",
         "steps millions of times too long, from the first one on",
         "a smaller rate is meant, and a smaller v is written", on="RareSpikes"),
    seen("no root"),
    Kind("the maximum not corrected", "û = u / (1 - B ** t)", "û = u",
         "m is corrected and the maximum is not: v is not corrected. Correct both, as Keras and PyTorch do, or none, "
         "as the paper does."),
    Kind("the paper's form", "m̂ = m / (1 - β1 ** t)\nû = u / (1 - β2 ** t)", "m̂ = m\nû = u",
         "Not wrong: this is the paper's form, which corrects neither m nor the maximum. Its first steps are longer.",
         right=True),
    Kind("Optax's form", "u = tf.maximum(state.u, v)\nû = u / (1 - β2 ** t)",
         "u = tf.maximum(state.u, v / (1 - β2 ** t))\nû = u",
         "Not wrong: this is Optax's form, which corrects v first and then takes the maximum. Early on its rates are "
         "lower than those of Keras and PyTorch.", right=True),
    KERAS_EPSILON,
    INSIDE,
    Kind("the paper's ε", "tf.sqrt(û) + ε", "tf.sqrt(û)",
         "Not wrong: the paper has no ε. Where no gradient has been seen, "
         "0/0 is not a number.", right=True),
)  # fmt: skip
