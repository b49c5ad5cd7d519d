"""Mistakes in writing AdamW, and conventions of it."""

from optlearn.practice.catalogue.entry import seen
from optlearn.practice.kinds import INSIDE, KERAS_EPSILON, KERAS_FOLDED
from optlearn.practice.rewrite import Kind

PAPER = "Not wrong: in the paper the decay is λ times the schedule's multiplier, without η. Its λ is Keras's times η."
LAST = "Not wrong: you decay after the step, and not before it. The two differ by η²·λ a step."
PENALTY = "The decay is added to the gradient: that is an L2 penalty. Adam rescales it; AdamW keeps it out of m and v."
TWICE = "The weights decay twice: once beside Adam's step, and once more through the gradient."

DECAY = (
    Kind("the paper's decay", "params - η * λ * params", "params - λ * params", PAPER, right=True),
    Kind("the paper's decay", "1 - η * λ", "1 - λ", PAPER, right=True),
    Kind("the decay last", "θ = params - η * λ * params - X", "θ = (params - X) * (1 - η * λ)", LAST, right=True),
)
MISTAKEN = (
    Kind("twice", "θ = (params - X) * (1 - η * λ)", "g = g + λ * params\nθ = (params - X) * (1 - η * λ)", TWICE),
    Kind("an L2 penalty", "θ = (params - X) * (1 - η * λ)", "g = g + λ * params\nθ = params - X", PENALTY),
    Kind("growth", "1 - η * λ", "1 + η * λ", "The sign of the decay is wrong: the weights grow."),
    Kind("growth", "1 - λ", "1 + λ", "The sign of the decay is wrong: the weights grow."),
)

ENTRIES = (
    Kind("an L2 penalty", "θ = params - η * λ * params - X", "g = g + λ * params\nθ = params - X", PENALTY,
         "weights with small gradients shrink most, those with large ones hardly",
         "for gradient descent the two are one and the same",
         "the weight_decay of many libraries' Adam, for years", on="TwoScales"),
    Kind("twice", "θ = params - η * λ * params - X", "g = g + λ * params\nθ = params - η * λ * params - X", TWICE,
         "more decay than asked for, and unequal",
         "a penalty in the loss is left in when the optimizer gets a decay of its own",
         on="TwoScales"),
    Kind("the decay rescaled", "θ = params - η * λ * params - η * X / D", "θ = params - η * (X + λ * params) / D",
         "The decay stands on the fraction bar with m̂. It must not be divided by the root of v̂.",
         "hardly any decay where gradients are large, far too much where they are small",
         "one bracket fewer looks tidier", on="TwoScales"),
    seen("growth", "weights that drift away from 0, slowly at first",
         "a minus is carried over from the penalty's derivative",
         on="TwoScales"),
    *MISTAKEN,
    *DECAY,
    KERAS_EPSILON,
    KERAS_FOLDED,
    INSIDE,
    Kind("no correction", "m̂ = m / (1 - β1 ** t)\nv̂ = v / (1 - β2 ** t)", "m̂ = m\nv̂ = v",
         "Not wrong if you mean it: without bias correction, as in BERT's optimizer. The first steps are longer.",
         right=True),
)  # fmt: skip
