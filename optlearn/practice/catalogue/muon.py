"""Mistakes in writing Muon, and conventions of it: those of its part for vectors, which is AdamW's."""

from optlearn.practice.catalogue.adamw import DECAY, MISTAKEN
from optlearn.practice.catalogue.entry import UP
from optlearn.practice.kinds import INSIDE, KERAS_EPSILON, KERAS_FOLDED
from optlearn.practice.rewrite import Kind

STEP = "θ = params - η * λ * params - X"

ENTRIES = (
    Kind("the decay in the gradient", STEP, f"g = g + λ * params\n{STEP}",
         "The decay is added to the gradient as well. It has to act on the weights alone, beside Adam's step.",
         "a pull towards 0 that is as strong for a weight with small gradients as for one with large ones",
         "SGD's weight decay is written so, and for SGD it is the same"),
    Kind("decayed twice", STEP, "θ = (params - η * λ * params) * (1 - η * λ) - X",
         "The weights decay twice: AdamW does it already.", "weights that are smaller than they should be",
         "the part for matrices decays by itself, and the same line is put before the other part"),
    Kind("uphill", STEP, "θ = params - η * λ * params + X",
         "The sign is wrong: what is not a matrix steps along the gradient, which points uphill.", UP,
         "a sign is carried over from the part for matrices"),
    *MISTAKEN,
    *DECAY,
    KERAS_EPSILON,
    KERAS_FOLDED,
    INSIDE,
)  # fmt: skip
