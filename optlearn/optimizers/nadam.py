from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Nadam(Optimizer):
    """Adam that looks ahead as Nesterov does, with a β₁ that warms up from about half of itself.

    t ← t + 1
    μ = β₁·(1 − ½·0.96ᵗ)
    μ′ = β₁·(1 − ½·0.96ᵗ⁺¹)
    p ← p·μ
    m ← β₁·m + (1 − β₁)·g
    v ← β₂·v + (1 − β₂)·g²
    m̂ = μ′·m / (1 − p·μ′) + (1 − μ)·g / (1 − p)
    v̂ = v / (1 − β₂ᵗ)
    θ ← θ − η·m̂ / (√v̂ + ε)

    Paper: Dozat 2016, "Incorporating Nesterov Momentum into Adam".
    Differs from: the exponent of Dozat and PyTorch is t/250, so that their μ rises more slowly. Simplified tutorials
    leave the schedule out, and have μ = β₁. ε is outside the root of the corrected v, here and in Keras.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    beta_1: Scalar = hyper(0.9, symbol="β₁", low=0.0, high=0.999, scale="memory", below=1)
    beta_2: Scalar = hyper(0.999, symbol="β₂", low=0.0, high=0.9999, scale="memory", below=1)
    epsilon: Scalar = hyper(1e-7, symbol="ε", low=1e-10, high=1.0)

    class State(NamedTuple):
        m: tf.Tensor  # running mean of g
        v: tf.Tensor  # running mean of g²
        p: tf.Tensor  # product of all μ so far
        t: tf.Tensor  # steps taken, shape ()

    def init(self, params):
        zeros = tf.zeros_like(params)
        return self.State(m=zeros, v=zeros, p=tf.ones_like(params[..., :1]), t=tf.zeros((), params.dtype))

    def update(self, params, g, state):
        η, β1, β2, ε = self.learning_rate, self.beta_1, self.beta_2, self.epsilon

        t = state.t + 1
        μ = β1 * (1 - 0.5 * 0.96**t)
        μ_next = β1 * (1 - 0.5 * 0.96 ** (t + 1))
        p = state.p * μ
        m = β1 * state.m + (1 - β1) * g
        v = β2 * state.v + (1 - β2) * g**2
        m̂ = μ_next * m / (1 - p * μ_next) + (1 - μ) * g / (1 - p)
        v̂ = v / (1 - β2**t)
        θ = params - η * m̂ / (tf.sqrt(v̂) + ε)
        return θ, self.State(m, v, p, t)

    facts = Facts(
        parents=("Adam", "Nesterov"),
        color="green",
        dashes="dashed",
        keras=InKeras("Nadam"),
        good_rate=0.1,
        comes_to_rest=False,
    )
