from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Lion(Optimizer):
    """Only the sign counts: every step has the length η in every coordinate, whatever the gradient's size.

    θ ← θ − η·sign(β₁·m + (1 − β₁)·g)
    m ← β₂·m + (1 − β₂)·g

    Paper: Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", Algorithm 2.
    Differs from: the paper decays the weights as well; Keras has that switched off, and so here.
    Its default rate is Keras's; the authors advise one 3 to 10 times smaller than AdamW's.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    beta_1: Scalar = hyper(0.9, symbol="β₁", low=0.0, high=0.999, scale="memory", below=1)
    beta_2: Scalar = hyper(0.99, symbol="β₂", low=0.0, high=0.9999, scale="memory", below=1)

    class State(NamedTuple):
        m: tf.Tensor  # running mean of g

    def init(self, params):
        return self.State(m=tf.zeros_like(params))

    def update(self, params, g, state):
        η, β1, β2 = self.learning_rate, self.beta_1, self.beta_2

        θ = params - η * tf.sign(β1 * state.m + (1 - β1) * g)
        m = β2 * state.m + (1 - β2) * g
        return θ, self.State(m)

    facts = Facts(
        parents=("AdamW",), color="orange", dashes="dashed", keras=InKeras("Lion"), good_rate=0.03, comes_to_rest=False
    )
