"""Mistakes in writing ScheduleFreeAdamW, and conventions of it."""

from optlearn.practice.catalogue.entry import OWN, seen
from optlearn.practice.rewrite import Kind

MEAN = "(1 - 1 / t) * state.x + z / t"
NOISY = "NoisyParabolaFit"

ENTRIES = (
    Kind("the gradient at the mean", "θ = (1 - β1) * z + β1 * x", "θ = x",
         "The next gradient is taken at x, the mean of all z. Take it between: 1 − β₁ parts of z, β₁ parts of x.",
         "the mean hardly moves, so z shoots far past the minimum before the gradient turns",
         "x is the answer; or x is got back from θ with the new z, and then β₁ cancels",
         "Keras's own class, when it runs on TensorFlow", NOISY),
    Kind("z and x exchanged", "(1 - β1) * z + β1 * x", "β1 * z + (1 - β1) * x",
         "β₁ and 1 − β₁ have changed places: most of θ is x, and a little is z.",
         "θ jumps about as z does, and zigzags across the valley",
         "in other rules β₁ belongs to what moves", OWN, NOISY),
    Kind("a fading mean", MEAN, "β1 * state.x + (1 - β1) * z",
         "Your x is a mean that fades, with β₁. It is the mean of all z, each with the same weight: 1/t for the "
         "newest.",
         "x still jumps: it looks back over ten steps only", "every other mean in these rules fades", OWN, NOISY),
    Kind("the step from θ", "z = state.z - Y - X", "z = params - Y - X",
         "The step starts from θ. Only the gradient is taken there: the step starts from z.",
         "a slow start: z is drawn back to the mean at every step",
         "everywhere else the parameters move from where the gradient was taken", OWN),
    seen("v not corrected", "a first step thirty times too long, which stays in the mean",
         "there is no m to correct, and v is forgotten with it", where=OWN,
         says="v is not corrected for its start at 0: divide it by 1 − β₂ᵗ."),
    seen("z starts at 0", "the first step jumps to the origin, wherever the start was", "all other buffers start at 0",
         where=OWN,
         says="Your z starts at 0. It starts where the parameters are: it is a point, and no mean of gradients."),
    Kind("the start counted", MEAN, "(1 - 1 / (t + 1)) * state.x + z / (t + 1)",
         "Not wrong: the paper's equation 5 has 1/(t + 1) and counts the start as a point. The libraries leave it "
         "out.", right=True),
    Kind("the paper's weights", f"x = {MEAN}",
         "c = (1 - β2**t) / (t - β2 * (1 - β2**t) / (1 - β2))\nx = (1 - c) * state.x + c * z",
         "Not wrong: in the paper's Algorithm 1 each z weighs like 1 − β₂ᵗ, so that early ones count less.",
         right=True),
    Kind("the paper's ε", "η * g / (tf.sqrt(v / (1 - β2 ** t)) + ε)", "η * tf.sqrt(1 - β2 ** t) * g / (tf.sqrt(v) + ε)",
         "Not wrong: the paper's Algorithm 1 has ε beside the uncorrected root of v, and corrects η instead.",
         right=True),
)  # fmt: skip
