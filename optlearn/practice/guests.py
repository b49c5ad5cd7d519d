"""What belongs to training, or to another rule, and is written into this one."""

from __future__ import annotations

from optlearn.practice.kinds import ALL, COUNT
from optlearn.practice.rewrite import Kind

LENGTH = f"tf.sqrt(tf.reduce_sum(g ** 2, {ALL}))"
APART = "That is no part of this rule: it is done to the gradient before."
WEIGHTS = {"ω": (0.01, 0.1, 1e-3, 1e-4, 5e-4)}
BOUNDS = {"κ": (1.0, 5.0, 0.5, 10.0)}
LINES = (
    ("a gradient of length 1", f"g = g / {LENGTH}",
     "The gradient is divided by its length ‖g‖, so that all are of length 1. The rule takes it as it is.", {}),
    ("a clipped gradient", "g = tf.clip_by_value(g, -κ, κ)", f"The gradient is clipped, each part alone. {APART}",
     BOUNDS),
    ("a clipped gradient", f"g = g * tf.minimum(1.0, κ / {LENGTH})", f"The gradient is clipped by norm. {APART}",
     BOUNDS),
    ("a mean gradient", f"g = g * 0 + tf.reduce_mean(g, {ALL})",
     "The mean of all gradients is taken. Each parameter goes by its own.", {}),
    ("a penalty", "g = g + ω * params",
     "A weight decay is added to the gradient, as an L2 penalty. There is none in this rule.", WEIGHTS),
    ("a rate that falls", "η = η / tf.sqrt(k)" + COUNT,
     "Your rate falls by itself, as η/√t. Here η is as it is given; a schedule is a thing apart.", {}),
    ("a rate that falls", "η = η / k" + COUNT,
     "Your rate falls by itself, as η/t. Here η is as it is given; a schedule is a thing apart.", {}),
)  # fmt: skip
DECAY = "The weights decay beside the step. There is no decay in this rule."

GUESTS = (
    *(Kind(name, "θ = X", f"{lines}\nθ = X", says, rank=2, numbers=own) for name, lines, says, own in LINES),
    Kind("a decay", "θ = params - X", "θ = params - η * ω * params - X", DECAY, rank=2, numbers=WEIGHTS),
    Kind("AdaBelief's variance", "(1 - B) * g ** 2", "(1 - B) * (g - m) ** 2",
         "You gather (g − m)², how far g is from its mean: that is AdaBelief. Here it is g².", rank=2),
    Kind("ε twice", "Y / tf.sqrt(X + ε)", "Y / (tf.sqrt(X + ε) + ε)", "ε is added twice, in the root and outside.",
         rank=2),
)  # fmt: skip
