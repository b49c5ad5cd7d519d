"""Mistakes in writing ScheduleFreeAdamW, and conventions of it."""

from optlearn.optimizers import ScheduleFreeAdamW
from optlearn.practice.change import Convention, Mistake
from optlearn.problems import NoisyParabolaFit

OWN = "nobody's code in particular: it is easily written when the formula is new"

CHANGES = (
    Mistake(
        "the gradient at the mean",
        ScheduleFreeAdamW,
        "θ = (1 - β1) * z + β1 * x",
        "θ = x",
        "The next gradient is taken at x, the mean of all z. Take it between: 1 − β₁ parts of z, β₁ parts of x.",
        sees="the mean hardly moves, so z shoots far past the minimum before the gradient turns",
        why="x is the answer; or x is got back from θ with the new z, and then β₁ cancels",
        where="Keras's own class, when it runs on TensorFlow",
        on=NoisyParabolaFit,
    ),
    Mistake(
        "z and x exchanged",
        ScheduleFreeAdamW,
        "θ = (1 - β1) * z + β1 * x",
        "θ = β1 * z + (1 - β1) * x",
        "β₁ and 1 − β₁ have changed places: most of θ is x, and a little is z.",
        sees="θ jumps about as z does, and zigzags across the valley",
        why="in other rules β₁ belongs to what moves",
        where=OWN,
        on=NoisyParabolaFit,
    ),
    Mistake(
        "a fading mean",
        ScheduleFreeAdamW,
        "x = (1 - 1 / t) * state.x + z / t",
        "x = β1 * state.x + (1 - β1) * z",
        "Your x is a mean that fades, with β₁. It is the mean of all z, each with the same weight: 1/t for the newest.",
        sees="x still jumps: it looks back over ten steps only",
        why="every other mean in these rules fades",
        where=OWN,
        on=NoisyParabolaFit,
    ),
    Mistake(
        "the step from θ",
        ScheduleFreeAdamW,
        "z = state.z - η * λ * params - η * g / (tf.sqrt(v / (1 - β2**t)) + ε)",
        "z = params - η * λ * params - η * g / (tf.sqrt(v / (1 - β2**t)) + ε)",
        "The step starts from θ. Only the gradient is taken there: the step starts from z.",
        sees="a slow start: z is drawn back to the mean at every step",
        why="everywhere else the parameters move from where the gradient was taken",
        where=OWN,
    ),
    Mistake(
        "v not corrected",
        ScheduleFreeAdamW,
        "z = state.z - η * λ * params - η * g / (tf.sqrt(v / (1 - β2**t)) + ε)",
        "z = state.z - η * λ * params - η * g / (tf.sqrt(v) + ε)",
        "v is not corrected for its start at 0: divide it by 1 − β₂ᵗ.",
        sees="a first step thirty times too long, which stays in the mean",
        why="there is no m to correct, and v is forgotten with it",
        where=OWN,
    ),
    Mistake(
        "z starts at 0",
        ScheduleFreeAdamW,
        "z=params",
        "z=tf.zeros_like(params)",
        "Your z starts at 0. It starts where the parameters are: it is a point, and no mean of gradients.",
        sees="the first step jumps to the origin, wherever the start was",
        why="all other buffers start at 0",
        where=OWN,
    ),
    Convention(
        "the start counted",
        ScheduleFreeAdamW,
        "x = (1 - 1 / t) * state.x + z / t",
        "x = (1 - 1 / (t + 1)) * state.x + z / (t + 1)",
        "Not wrong: the paper's equation 6 has 1/(t + 1) and counts the start as a point. The libraries leave it out.",
    ),
    Convention(
        "the paper's weights",
        ScheduleFreeAdamW,
        "x = (1 - 1 / t) * state.x + z / t",
        "c = (1 - β2**t) / (t - β2 * (1 - β2**t) / (1 - β2))\nx = (1 - c) * state.x + c * z",
        "Not wrong: in the paper's Algorithm 1 each z weighs like 1 − β₂ᵗ, so that early ones count less.",
    ),
    Convention(
        "the paper's ε",
        ScheduleFreeAdamW,
        "z = state.z - η * λ * params - η * g / (tf.sqrt(v / (1 - β2**t)) + ε)",
        "z = state.z - η * λ * params - η * tf.sqrt(1 - β2**t) * g / (tf.sqrt(v) + ε)",
        "Not wrong: the paper's Algorithm 1 has ε beside the uncorrected root of v, and corrects η instead.",
    ),
)
