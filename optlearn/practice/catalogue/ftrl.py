"""Mistakes in writing Ftrl, and conventions of it."""

from optlearn.practice.rewrite import Kind

CUT = "(tf.clip_by_value(z, -λ1, λ1) - z) / D"

ENTRIES = (
    Kind("the past rescaled", "z = state.z + g + Y - X", "z = state.z + g + Y",
         "The term with √n′ − √n is missing in z. Without it, each change of the rate rescales all steps of the past.",
         "weights that shrink whenever a large gradient comes, as if the past had been learned at today's rate",
         "a sum of gradients is what the idea says, and the correction looks like a detail"),
    Kind("a hard cut", CUT, "tf.where(tf.abs(z) <= λ1, 0.0 * z, -z / D)",
         "You cut at λ₁, but do not subtract it. Only what goes beyond λ₁ counts, so that a weight wakes up from 0.",
         "weights that jump from 0 to a value and back", "“zero below a threshold” is half of the rule"),
    Kind("λ₁ not used", CUT, "-z / D", "You do not use λ₁. A weight has to stay at 0 while |z| is at most λ₁.",
         "no weight is ever exactly 0", "with the default of 0 it makes no difference"),
    Kind("uphill", "tf.clip_by_value(z, -λ1, λ1) - z", "z - tf.clip_by_value(z, -λ1, λ1)",
         "The sign is wrong: z is the sum of gradients, and the weight has to go against it.",
         "weights that grow in the wrong direction, faster and faster",
         "soft thresholding is mostly written for a weight, and not for a gradient"),
    Kind("no root", "(β + n ** -p) / η + X", "(β + n) / η + X",
         "You divide by the gathered g² itself. Take its root, as the line before does.",
         "weights that crawl where gradients are large",
         "the root is written in one of the two lines, and forgotten in the other"),
    Kind("the paper's λ₂", "X + 2 * λ2", "X + λ2",
         "Not wrong: this is the paper's λ₂, which counts once. Keras's counts twice, so yours is twice Keras's.",
         right=True),
    Kind("another power", "z = A - (n ** -p - state.n ** -p) / η * params\nθ = X / ((β + n ** -p) / η + Y)",
         "z = A - (n ** π - state.n ** π) / η * params\nθ = X / ((β + n ** π) / η + Y)",
         "Not wrong: p may be another power than −½, as it is in your rule.", right=True,
         numbers={"π": (0.4, 0.6)}),
    Kind("an accumulator from 0", "init.F = tf.zeros_like(params) + initial_accumulator_value",
         "init.F = tf.zeros_like(params)",
         "Not wrong: the paper starts the accumulator at 0, Keras at 0.1. From 0, the first rate is larger.",
         right=True),
)  # fmt: skip
