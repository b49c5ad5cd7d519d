"""Mistakes in writing Adan, and conventions of it."""

from optlearn.practice.catalogue.entry import OWN, seen
from optlearn.practice.kinds import INSIDE
from optlearn.practice.rewrite import Kind

N = "n = β3 * state.n + (1 - β3) * (g + β2 * d) ** 2"
MEAN = "β1 * state.m + (1 - β1) * g"
CORRECTED = "m̂ = m / (1 - β1 ** t)\nv̂ = v / (1 - β2 ** t)\nn̂ = n / (1 - β3 ** t)"
STEP = "θ = (params - η * (m̂ + β2 * v̂) / (tf.sqrt(n̂) + ε)) / (1 + η * λ)"

ENTRIES = (
    Kind("the paper's factor", f"{N}\n{STEP}",
         f"{N.replace('+ β2', '+ (1 - β2)')}\n{STEP.replace('+ β2', '+ (1 - β2)')}",
         "The change has the factor 1 − β₂. That is the paper's, whose β₂ is 1 minus yours: with your β₂ it is β₂.",
         "it swings nearly as it does without the look-ahead: a twelfth of the change is left",
         "the formula is copied from the paper, and the numbers from its authors' code", "Optax, in 2026"),
    Kind("the change of the other sign", "d = g - before", "d = before - g",
         "d is the gradient before, minus this one. Turned round: what the gradient has gained is added to it.",
         "it swings far more, and farther with a large rate: it looks back in place of ahead",
         "of a difference one seldom knows which way round it was", OWN),
    Kind("no change in the step", STEP, STEP.replace("(m̂ + β2 * v̂)", "m̂"),
         "You step by m̂ alone. The mean change β₂·v̂ belongs beside it: that is the look-ahead.",
         "twice as many swings: it brakes no more, as Adam does not with so long a memory",
         "m̂ over a root is how Adam steps", OWN),
    Kind("n of the bare gradient", N, "n = β3 * state.n + (1 - β3) * g ** 2",
         "n gathers g². It gathers the square of g + β₂·d, which is what the step goes along.",
         "steps a little too short where the gradient falls, and too long where it changes sign",
         "g² is what every other rule gathers", OWN),
    Kind("v of the gradient", "v = β2 * state.v + (1 - β2) * d", "v = β2 * state.v + (1 - β2) * g",
         "v is a mean of g, as m is. It is the mean of d, of the change.",
         "nearly twice the step, and no look-ahead", "v is the second mean, and the line for m is at hand", OWN),
    Kind("a first change of all of g", "before = tf.where(t == 1, g, state.before)", "before = state.before",
         "The first change is all of g, from a gradient of 0 that never was. It is 0.",
         "the first step as ever, and then steps that are a tenth too short, until n has forgotten",
         "all buffers start at 0", OWN),
    Kind("the change since the start", "kept.before = g", "kept.before = before",
         "The first gradient is kept for ever. Keep the last one: d is what one step has changed.",
         "it stops on the way, where g and what it has lost since the start cancel",
         "the line that keeps the new gradient is missing", OWN),
    seen("no root"),
    Kind("the change twice", STEP, STEP.replace("β2 * v̂", "v̂"),
         "v̂ counts in full. Its factor is β₂, as in n."),
    Kind("no change in n or in the step", f"{N}\n{STEP}",
         f"n = β3 * state.n + (1 - β3) * g ** 2\n{STEP.replace('(m̂ + β2 * v̂)', 'm̂')}",
         "The change of the gradient is used nowhere: this is Adam with other numbers."),
    Kind("the paper's factor in the step", STEP, STEP.replace("β2 * v̂", "(1 - β2) * v̂"),
         "v̂ has the factor 1 − β₂. That is the paper's, whose β₂ is 1 minus yours: with your β₂ it is β₂."),
    Kind("the paper's factor in n", N, N.replace("+ β2", "+ (1 - β2)"),
         "In n the change has the factor 1 − β₂. That is the paper's, whose β₂ is 1 minus yours."),
    Kind("another memory's factor", "m̂ + β2 * v̂", "m̂ + β1 * v̂", "v̂ has the factor β₁. It is β₂, the memory of v."),
    Kind("growth", "X / (1 + η * λ)", "X / (1 - η * λ)", "The weights grow: divide by 1 + η·λ."),
    Kind("a start with the first gradient", f"m = {MEAN}\n{N}\n{CORRECTED}",
         f"m = tf.where(t == 1, g, {MEAN})\nn = tf.where(t == 1, g ** 2, {N[4:]})\nm̂ = m\nv̂ = v\nn̂ = n",
         "Not wrong: m and n start as the first gradient and its square, so that nothing is corrected. The authors' "
         "code corrects.",
         right=True),
    Kind("decay beside the step", STEP, "θ = params * (1 - η * λ) - η * (m̂ + β2 * v̂) / (tf.sqrt(n̂) + ε)",
         "Not wrong: the decay is AdamW's, by 1 − η·λ before the step, which the authors' code has as no_prox.",
         right=True),
    INSIDE,
)  # fmt: skip
