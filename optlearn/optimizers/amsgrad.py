from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class AMSGrad(Optimizer):
    """Adam that never forgets its largest v, so that its rates can only fall.

    t ← t + 1
    m ← β₁·m + (1 − β₁)·g
    v ← β₂·v + (1 − β₂)·g²
    u ← max(u, v)
    m̂ = m / (1 − β₁ᵗ)
    û = u / (1 − β₂ᵗ)
    θ ← θ − η·m̂ / (√û + ε)

    Paper: Reddi, Kale and Kumar 2018, "On the Convergence of Adam and Beyond", Algorithm 2.
    Differs from: the paper corrects no bias and has no ε. Keras and PyTorch take the maximum and then
    correct it, as here; Optax corrects first. ε stands as in `Adam`; in Keras beside the uncorrected √u.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    beta_1: Scalar = hyper(0.9, symbol="β₁", low=0.0, high=0.999, scale="memory", below=1)
    beta_2: Scalar = hyper(0.999, symbol="β₂", low=0.0, high=0.9999, scale="memory", below=1)
    epsilon: Scalar = hyper(1e-7, symbol="ε", low=1e-10, high=1.0)

    class State(NamedTuple):
        m: tf.Tensor  # running mean of g
        v: tf.Tensor  # running mean of g²
        u: tf.Tensor  # largest v so far
        t: tf.Tensor  # steps taken, shape ()

    def init(self, params):
        zeros = tf.zeros_like(params)
        return self.State(m=zeros, v=zeros, u=zeros, t=tf.zeros((), params.dtype))

    def update(self, params, g, state):
        η, β1, β2, ε = self.learning_rate, self.beta_1, self.beta_2, self.epsilon

        t = state.t + 1
        m = β1 * state.m + (1 - β1) * g
        v = β2 * state.v + (1 - β2) * g**2
        u = tf.maximum(state.u, v)
        m̂ = m / (1 - β1**t)
        û = u / (1 - β2**t)
        θ = params - η * m̂ / (tf.sqrt(û) + ε)
        return θ, self.State(m, v, u, t)

    facts = Facts(
        parents=("Adam",),
        color="red",
        dashes="dashed",
        keras=InKeras("Adam", {"amsgrad": True}, epsilon="beside the uncorrected root of u"),
        good_rate=0.1,
    )
