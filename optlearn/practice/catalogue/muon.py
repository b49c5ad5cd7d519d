"""Mistakes in writing Muon, and conventions of it: those of its part for vectors, which is AdamW's."""

from optlearn.optimizers import Muon
from optlearn.practice.change import Mistake

VECTOR = "return self.adamw.update(params, g, state)"

CHANGES = (
    Mistake(
        "the decay in the gradient",
        Muon,
        VECTOR,
        "return self.adamw.update(params, g + λ * params, state)",
        "The decay is added to the gradient as well. It has to act on the weights alone, beside Adam's step.",
        sees="a pull towards 0 that is as strong for a weight with small gradients as for one with large ones",
        why="SGD's weight decay is written so, and for SGD it is the same",
    ),
    Mistake(
        "decayed twice",
        Muon,
        VECTOR,
        "return self.adamw.update(params - η * λ * params, g, state)",
        "The weights decay twice: AdamW does it already.",
        sees="weights that are smaller than they should be",
        why="the part for matrices decays by itself, and the same line is put before the other part",
    ),
    Mistake(
        "uphill",
        Muon,
        VECTOR,
        "return self.adamw.update(params, -g, state)",
        "The sign is wrong: what is not a matrix steps along the gradient, which points uphill.",
        sees="the loss grows from the first step, with every learning rate",
        why="a sign is carried over from the part for matrices",
    ),
)
