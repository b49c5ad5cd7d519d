"""Mistakes in writing AdEMAMix, and conventions of it."""

from optlearn.optimizers import AdEMAMix
from optlearn.practice.change import Convention, Mistake

STEP = "θ = params - η * (m̂1 + α * m2) / (tf.sqrt(v̂) + ε)"
BY_HAND = "found by writing the rule down from memory"

CHANGES = (
    Mistake(
        "both means with β₁",
        AdEMAMix,
        "m2 = β3 * state.m2 + (1 - β3) * g",
        "m2 = β1 * state.m2 + (1 - β1) * g",
        "m₂ fades with β₁. It has a memory of its own, β₃: that is the whole idea.",
        sees="steps that are six times as long as Adam's, in Adam's direction: it swings",
        why="the line for m₁ is copied, and one number is not changed",
        where=BY_HAND,
    ),
    Mistake(
        "the slow mean alone",
        AdEMAMix,
        STEP,
        "θ = params - η * α * m2 / (tf.sqrt(v̂) + ε)",
        "You step by α·m₂ alone. The fast mean m̂₁ belongs beside it: m₂ is too old to turn in time.",
        sees="a crawl at first, while m₂ is nearly empty, and then no turn where one is needed",
        why="the slow mean is what is new, and it is taken for the direction",
        where=BY_HAND,
    ),
    Mistake(
        "the factor on the fast mean",
        AdEMAMix,
        STEP,
        "θ = params - η * (α * m̂1 + m2) / (tf.sqrt(v̂) + ε)",
        "α stands at the fast mean. It says how much the slow one counts.",
        sees="steps that are five times too long from the first one on",
        why="two means, one factor, and nothing in a name that says where it goes",
        where=BY_HAND,
    ),
    Mistake(
        "m₂ thrown away",
        AdEMAMix,
        "return θ, self.State(m1, m2, v, t)",
        "return θ, self.State(m1, m1, v, t)",
        "m₁ is stored in the place of m₂. Each mean goes on from its own past.",
        sees="nearly Adam, and a step that is five times as long after the first",
        why="the two names differ in one digit",
        where=BY_HAND,
    ),
    Mistake(
        "no root",
        AdEMAMix,
        STEP,
        "θ = params - η * (m̂1 + α * m2) / (v̂ + ε)",
        "You divide by the gathered g² itself. Take its root first: that has the units of g.",
        sees="tiny steps where the gradient is large, huge ones where it is small",
        why="the root is the last thing to be written, and is forgotten",
        where=BY_HAND,
    ),
    Convention(
        "the slow mean corrected",
        AdEMAMix,
        STEP,
        "θ = params - η * (m̂1 + α * m2 / (1 - β3**t)) / (tf.sqrt(v̂) + ε)",
        "Not wrong if you mean it: m₂ is corrected as m₁ is. The paper leaves it small, so that it fills slowly; "
        "corrected, it counts α-fold from the first step on.",
    ),
)
