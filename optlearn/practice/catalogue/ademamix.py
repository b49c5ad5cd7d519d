"""Mistakes in writing AdEMAMix, and conventions of it."""

from optlearn.practice.catalogue.entry import OWN
from optlearn.practice.rewrite import Kind

STEP = "θ = params - η * (m̂1 + α * m2) / (tf.sqrt(v̂) + ε)"

ENTRIES = (
    Kind("both means with β₁", "m2 = β3 * state.m2 + (1 - β3) * g", "m2 = β1 * state.m2 + (1 - β1) * g",
         "m₂ fades with β₁. It has a memory of its own, β₃: that is the whole idea.",
         "steps that are six times as long as Adam's, in Adam's direction: it swings",
         "the line for m₁ is copied, and one number is not changed", OWN),
    Kind("the slow mean alone", STEP, "θ = params - η * α * m2 / (tf.sqrt(v̂) + ε)",
         "You step by α·m₂ alone. The fast mean m̂₁ belongs beside it: m₂ is too old to turn in time.",
         "a crawl at first, while m₂ is nearly empty, and then no turn where one is needed",
         "the slow mean is what is new, and it is taken for the direction", OWN),
    Kind("the factor on the fast mean", STEP, "θ = params - η * (α * m̂1 + m2) / (tf.sqrt(v̂) + ε)",
         "α stands at the fast mean. It says how much the slow one counts.",
         "steps that are five times too long from the first one on",
         "two means, one factor, and nothing in a name that says where it goes", OWN),
    Kind("m₂ thrown away", "kept.m2 = m2", "kept.m2 = m1",
         "m₁ is stored in the place of m₂. Each mean goes on from its own past.",
         "nearly Adam, and a step that is five times as long after the first",
         "the two names differ in one digit", OWN),
    Kind("no root", STEP, "θ = params - η * (m̂1 + α * m2) / (v̂ + ε)",
         "You divide by the gathered g² itself. Take its root first: that has the units of g.",
         "tiny steps where the gradient is large, huge ones where it is small",
         "the root is the last thing to be written, and is forgotten", OWN),
    Kind("the slow mean corrected", STEP, "θ = params - η * (m̂1 + α * m2 / (1 - β3**t)) / (tf.sqrt(v̂) + ε)",
         "Not wrong if you mean it: m₂ is corrected as m₁ is. The paper leaves it small, so that it fills slowly.",
         right=True),
    Kind("the paper's rise", "m2 = β3 * state.m2 + (1 - β3) * g\nθ = params - η * (m̂1 + α * m2) / D",
         "w = tf.minimum(t / τ, 1.0)\nln1 = tf.math.log(β1 + 0 * t)\nln3 = tf.math.log(β3 + 0 * t)\n"
         "β = tf.exp(ln1 * ln3 / ((1 - w) * ln3 + w * ln1))\n"
         "m2 = β * state.m2 + (1 - β) * g\nθ = params - η * (m̂1 + w * α * m2) / D",
         "Not wrong: the paper lets α and β₃ rise over the first steps, from 0 and from β₁. Optax has that switched "
         "off, and so here.",
         right=True, numbers={"τ": (1000.0, 10_000.0, 100.0, 10.0)}),
    Kind("the paper's decay", "θ = params - X", "θ = params - η * λ * params - X",
         "Not wrong: the paper decays the weights as AdamW does. In Optax that is switched off, and so here.",
         right=True, numbers={"λ": (0.1, 0.01, 0.001)}),
)  # fmt: skip
