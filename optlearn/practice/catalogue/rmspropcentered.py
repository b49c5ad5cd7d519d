"""Mistakes in writing RMSprop with the mean taken out, and conventions of it."""

from optlearn.practice.catalogue.entry import seen
from optlearn.practice.kinds import OUTSIDE
from optlearn.practice.rewrite import Kind

ENTRIES = (
    Kind("the mean not squared", "v - F ** 2", "v - F",
         "The mean itself is taken out. It has to be its square: v is a mean of squares, and has their units.",
         "not-a-number as soon as the mean is larger than the mean square; with large gradients almost nothing",
         "the words are: take the mean out"),
    Kind("the mean put in", "v - F ** 2", "v + F ** 2",
         "The squared mean is added. It has to be taken out, so that what is left is how much the gradient varies.",
         "steps that are too small, all the more where the gradient is steady and they should be large",
         "a sign, in a formula where everything else is added"),
    Kind("the mean of before", "v - F ** 2", "v - state.F ** 2",
         "The mean of the step before is taken out of the mean square of now. Both have to be of now.",
         "little at first; then not-a-number, where gradients fall and the old mean is too large for the new v",
         "the old mean is still at hand, under the better name"),
    Kind("a sum for a mean", "a = B * state.a + (1 - B) * g", "a = B * state.a + g",
         "The factor 1 − ρ is missing before g: this is a fading sum, ten times the mean at ρ = 0.9.",
         "not-a-number at the first step: the square of the sum is larger than the mean square",
         "momentum has no such factor"),
    Kind("along the mean", "η * g", "η * a",
         "The step goes along the mean of the gradients. It has to go along g: the mean only measures the spread.",
         "a first step that is a tenth as long; then it gets down nearly as well", "Adam does it, with its m"),
    seen("no root"),
    seen("ε outside of everything"),
    Kind("the mean not taken out", "v - F ** 2", "v", "The mean is not taken out: this is RMSprop without the centre."),
    OUTSIDE,
    Kind("Graves's momentum", "θ = params - X",
         "b = μ * state.b + X\nθ = params - b\ninit.b = tf.zeros_like(params)\nkept.b = b",
         "Not wrong: the paper has momentum as well, and gathers the steps in a velocity.", right=True,
         numbers={"μ": (0.9, 0.95)}),
)  # fmt: skip
