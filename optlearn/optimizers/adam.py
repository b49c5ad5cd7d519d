from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Adam(Optimizer):
    """Momentum's direction on RMSprop's scale, with the bias of the zero start taken out.

    t ← t + 1
    m ← β₁·m + (1 − β₁)·g
    v ← β₂·v + (1 − β₂)·g²
    m̂ = m / (1 − β₁ᵗ)
    v̂ = v / (1 − β₂ᵗ)
    θ ← θ − η·m̂ / (√v̂ + ε)

    Paper: Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", Algorithm 1.
    Differs from: Keras divides by √v + ε with the uncorrected v, which is this rule with
    ε/√(1 − β₂ᵗ) in place of ε. The paper and PyTorch have ε = 1e-8, Keras 1e-7, and so here.
    With `amsgrad` Keras's class is `AMSGrad`.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    beta_1: Scalar = hyper(0.9, symbol="β₁", low=0.0, high=0.999, scale="memory", below=1)
    beta_2: Scalar = hyper(0.999, symbol="β₂", low=0.0, high=0.9999, scale="memory", below=1)
    epsilon: Scalar = hyper(1e-7, symbol="ε", low=1e-10, high=1.0)

    class State(NamedTuple):
        m: tf.Tensor  # running mean of g
        v: tf.Tensor  # running mean of g²
        t: tf.Tensor  # steps taken, shape ()

    def init(self, params):
        return self.State(m=tf.zeros_like(params), v=tf.zeros_like(params), t=tf.zeros((), params.dtype))

    def update(self, params, g, state):
        η, β1, β2, ε = self.learning_rate, self.beta_1, self.beta_2, self.epsilon

        t = state.t + 1
        m = β1 * state.m + (1 - β1) * g
        v = β2 * state.v + (1 - β2) * g**2
        m̂ = m / (1 - β1**t)
        v̂ = v / (1 - β2**t)
        θ = params - η * m̂ / (tf.sqrt(v̂) + ε)
        return θ, self.State(m, v, t)

    facts = Facts(
        parents=("Momentum", "Adagrad", "RMSprop"),
        color="purple",
        keras=InKeras(
            "Adam",
            epsilon="beside the uncorrected root of v",
            absent={
                "amsgrad": "Adam with the largest v is a rule of its own, AMSGrad.",
            },
        ),
        good_rate=0.1,
        comes_to_rest=False,
    )
