from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Adamax(Optimizer):
    """Adam whose scale is the largest gradient seen lately, in place of the root of a mean square.

    t ← t + 1
    m ← β₁·m + (1 − β₁)·g
    u ← max(β₂·u, |g|)
    m̂ = m / (1 − β₁ᵗ)
    θ ← θ − η·m̂ / (u + ε)

    Paper: Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", Algorithm 2.
    Differs from: the paper has no ε. PyTorch adds it to |g| inside the maximum, Keras to u, as here.
    u needs no correction: it is a maximum, and the first gradient fills it.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    beta_1: Scalar = hyper(0.9, symbol="β₁", low=0.0, high=0.999, scale="memory", below=1)
    beta_2: Scalar = hyper(0.999, symbol="β₂", low=0.0, high=0.9999, scale="memory", below=1)
    epsilon: Scalar = hyper(1e-7, symbol="ε", low=1e-10, high=1.0)

    class State(NamedTuple):
        m: tf.Tensor  # running mean of g
        u: tf.Tensor  # largest |g|, fading
        t: tf.Tensor  # steps taken, shape ()

    def init(self, params):
        return self.State(m=tf.zeros_like(params), u=tf.zeros_like(params), t=tf.zeros((), params.dtype))

    def update(self, params, g, state):
        η, β1, β2, ε = self.learning_rate, self.beta_1, self.beta_2, self.epsilon

        t = state.t + 1
        m = β1 * state.m + (1 - β1) * g
        u = tf.maximum(β2 * state.u, tf.abs(g))
        m̂ = m / (1 - β1**t)
        θ = params - η * m̂ / (u + ε)
        return θ, self.State(m, u, t)

    facts = Facts(
        parents=("Adam",), color="brown", dashes="dashed", keras=InKeras("Adamax"), good_rate=0.3, comes_to_rest=False
    )
