"""Mistakes in writing Ftrl, and conventions of it."""

from optlearn.optimizers import Ftrl
from optlearn.practice.change import Convention, Mistake

SUM = "z = state.z + g + 2 * λs * params - (n**-p - state.n**-p) / η * params"
WEIGHT = "θ = (tf.clip_by_value(z, -λ1, λ1) - z) / ((β + n**-p) / η + 2 * λ2)"

CHANGES = (
    Mistake(
        "the past rescaled",
        Ftrl,
        SUM,
        "z = state.z + g + 2 * λs * params",
        "The term with √n′ − √n is missing in z. Without it, each change of the rate rescales all steps of the past.",
        sees="weights that shrink whenever a large gradient comes, as if the past had been learned at today's rate",
        why="a sum of gradients is what the idea says, and the correction looks like a detail",
    ),
    Mistake(
        "a hard cut",
        Ftrl,
        WEIGHT,
        "θ = tf.where(tf.abs(z) <= λ1, 0.0 * z, -z / ((β + n**-p) / η + 2 * λ2))",
        "You cut at λ₁, but do not subtract it. Only what goes beyond λ₁ counts, so that a weight wakes up from 0.",
        sees="weights that jump from 0 to a value and back",
        why="“zero below a threshold” is half of the rule",
    ),
    Mistake(
        "λ₁ not used",
        Ftrl,
        WEIGHT,
        "θ = -z / ((β + n**-p) / η + 2 * λ2)",
        "You do not use λ₁. A weight has to stay at 0 while |z| is at most λ₁.",
        sees="no weight is ever exactly 0",
        why="with the default of 0 it makes no difference",
    ),
    Mistake(
        "uphill",
        Ftrl,
        WEIGHT,
        "θ = (z - tf.clip_by_value(z, -λ1, λ1)) / ((β + n**-p) / η + 2 * λ2)",
        "The sign is wrong: z is the sum of gradients, and the weight has to go against it.",
        sees="weights that grow in the wrong direction, faster and faster",
        why="soft thresholding is mostly written for a weight, and not for a gradient",
    ),
    Mistake(
        "no root",
        Ftrl,
        WEIGHT,
        "θ = (tf.clip_by_value(z, -λ1, λ1) - z) / ((β + n) / η + 2 * λ2)",
        "You divide by the gathered g² itself. Take its root, as the line before does.",
        sees="weights that crawl where gradients are large",
        why="the root is written in one of the two lines, and forgotten in the other",
    ),
    Convention(
        "the paper's λ₂",
        Ftrl,
        WEIGHT,
        "θ = (tf.clip_by_value(z, -λ1, λ1) - z) / ((β + n**-p) / η + λ2)",
        "Not wrong: this is the paper's λ₂, which counts once. Keras's counts twice, so yours is twice Keras's.",
    ),
)
