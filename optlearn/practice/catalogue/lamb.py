"""Mistakes in writing Lamb, and conventions of it."""

from optlearn.practice.kinds import INSIDE
from optlearn.practice.rewrite import Kind

NORM = "tf.sqrt(tf.reduce_sum({} ** 2, axis=-1, keepdims=True))"
NORMS = f"size = {NORM.format('params')}\nlength = {NORM.format('r')}"

ENTRIES = (
    Kind("no ratio", "η * φ * r", "η * r", "The ratio is missing in the step: this is Adam.",
         "a small layer changes by a far larger share of itself than a large one",
         "it is computed, and the last line is still Adam's",
         on="TwoLayers"),
    Kind("the ratio upside down", "tf.where((size > 0) & (length > 0), size / tf.where(length > 0, length, 1.0), 1.0)",
         "tf.where((size > 0) & (length > 0), length / tf.where(size > 0, size, 1.0), 1.0)",
         "The ratio is upside down: it has to be the layer's size over the length of r.",
         "large layers hardly move, and small ones fly off",
         "both are norms, and either order looks like a normalisation", on="TwoLayers"),
    Kind("the gradient's norm", "length = tf.sqrt(tf.reduce_sum(r ** 2, axis=-1, keepdims=True))",
         "length = tf.sqrt(tf.reduce_sum(g ** 2, axis=-1, keepdims=True))",
         "You divide by the norm of the gradient. It has to be that of r, the step before it is scaled.",
         "steps whose length depends on the units of the loss: tiny on steep ground, huge on flat",
         "LARS, which came before, divides by the gradient's norm", on="TwoLayers"),
    Kind("a ratio for each weight", NORMS, "size = tf.abs(params)\nlength = tf.abs(r)",
         "Each weight has a ratio of its own. It has to be one for the whole layer, of its norm.",
         "every weight changes by the share η of itself, and none ever changes its sign",
         "abs and norm are one function in some libraries", on="TwoLayers"),
    Kind("no correction", "m / (1 - β1 ** t) / (tf.sqrt(v / (1 - β2 ** t)) + ε)", "m / (tf.sqrt(v) + ε)",
         "Not wrong: without bias correction r has another length, and the ratio takes that out again. Only ε weighs "
         "more in the first steps.", right=True),
    Kind("the paper's decay", "r = X", "r = X + λ * params",
         "Not wrong: the paper adds weight decay to r, before the ratio is taken. Keras has that switched off.",
         right=True,
         numbers={"λ": (0.01, 0.1, 0.001)}),
    Kind("the size unlimited", "tf.where((size > 0) & (length > 0), size / tf.where(length > 0, length, 1.0), 1.0)",
         "size / length",
         "The ratio is 0/0 or 0 where a norm is 0. There it has to be 1."),
    INSIDE,
)  # fmt: skip
