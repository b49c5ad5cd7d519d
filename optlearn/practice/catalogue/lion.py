"""Mistakes in writing Lion, and conventions of it."""

from optlearn.practice.catalogue.entry import OWN, seen
from optlearn.practice.rewrite import Kind

PATH = "β1 * state.m + (1 - β1) * g"

ENTRIES = (
    Kind("one memory for both", PATH, "β2 * state.m + (1 - β2) * g",
         "The step takes the sign of the new m. It has a mixture of its own: β₁ of the old m, 1 − β₁ of g.",
         "it turns round too late, and swings far beyond the minimum",
         "Adam brings m up to date first, and steps along it", OWN),
    Kind("the mixture kept", "m = β2 * state.m + (1 - β2) * g", f"m = {PATH}",
         "You keep the mixture with β₁ as the new m. The mixture is for this step only; m has β₂, a longer memory.",
         "a memory of ten steps in place of a hundred, and a wilder end",
         "the mixture has just been computed, and storing it saves a line", OWN),
    Kind("the mixture of the new m", PATH, "β1 * (β2 * state.m + (1 - β2) * g) + (1 - β1) * g",
         "m is brought up to date before it is mixed with g. The mixture is made of the old m.",
         "almost nothing: today's gradient counts 12 times as much as yesterday's, and not 11 times",
         "the two lines look as if their order did not matter", OWN),
    seen("no sign", "momentum, whose steps are as long as the gradients make them",
         "the sign is the one thing that other rules do not have", where=OWN,
         says="You step by the mixture itself. Take its sign: every step has the length η in every coordinate."),
    Kind("a mean of signs", "m = B * state.m + (1 - B) * g", "m = B * state.m + (1 - B) * tf.sign(g)",
         "m gathers the signs of the gradients. It gathers the gradients themselves; the sign is taken at the end.",
         "a path that changes with the unit of the loss, since g is mixed with numbers between −1 and 1",
         '"only the sign counts" is taken too far', OWN),
    Kind("one length for all", "θ = params - η * tf.sign(X)",
         "c = X\nθ = params - η * c / tf.sqrt(tf.reduce_sum(c**2, axis=-1, keepdims=True))",
         "You divide the mixture by its length. The sign is taken of each coordinate: each one moves by η.",
         "steps of length η in all, nearly all of it in the steepest coordinate",
         "the sign of a vector is read as its direction", OWN),
    Kind("both the wrong way round", f"θ = params - η * tf.sign({PATH})\nm = β2 * state.m + (1 - β2) * g",
         "θ = params - η * tf.sign((1 - β1) * state.m + β1 * g)\nm = (1 - β2) * state.m + β2 * g",
         "β and 1 − β have changed places, in the mixture and in m: it is β₁ and β₂ of before, and 1 − β of the "
         "gradient."),
    Kind("Optax's decay", "θ = params - η * tf.sign(X)", "θ = params - η * (tf.sign(X) + λ * params)",
         "Not wrong: the paper decays the weights as well, and 0.001 is Optax's default. Keras has that switched off.",
         right=True, numbers={"λ": (0.001, 0.01, 0.1, 1.0)}),
)  # fmt: skip
