"""Mistakes in writing Muon, and conventions of it: those of its part for vectors, which is AdamW's."""

from optlearn.optimizers import Muon
from optlearn.practice.change import Mistake

VECTOR = "return AdamW.update(self, params, g, state)"

CHANGES = (
    Mistake(
        "the decay in the gradient",
        Muon,
        VECTOR,
        "return AdamW.update(self, params, g + λ * params, state)",
        "The decay is added to the gradient as well. It has to act on the weights alone, beside Adam's step.",
        sees="a pull towards 0 that is as strong for a weight with small gradients as for one with large ones",
        why="SGD's weight decay is written so, and for SGD it is the same",
    ),
    Mistake(
        "the step twice as long",
        Muon,
        VECTOR,
        "θ, after = AdamW.update(self, params, g, state)\nreturn params + 2 * (θ - params), after",
        "The step of what is not a matrix is twice as long as AdamW's.",
        sees="vectors that run ahead of the matrices",
        why="one factor for the length of a step is used for both parts",
    ),
    Mistake(
        "momentum for vectors",
        Muon,
        "if len(params.shape) < 3:\n            return AdamW.update(self, params, g, state)\n",
        "if len(params.shape) < 3:\n    m = μ * state.m + g\n"
        "    return params - η * λ * params - η * (g + μ * m), self.State(m, state.v, state.t + 1)\n",
        "A vector goes by momentum here, without the part that makes it orthogonal. It has to go by AdamW.",
        sees="steps of a vector that depend on the units of the loss",
        why="momentum is the half of Muon that a vector can have",
    ),
)
