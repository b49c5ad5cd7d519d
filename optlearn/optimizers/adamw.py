from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class AdamW(Optimizer):
    """Adam, and beside it a decay of the weights that no gradient rescales.

    t ← t + 1
    m ← β₁·m + (1 − β₁)·g
    v ← β₂·v + (1 − β₂)·g²
    m̂ = m / (1 − β₁ᵗ)
    v̂ = v / (1 − β₂ᵗ)
    θ ← θ − η·λ·θ − η·m̂ / (√v̂ + ε)

    Paper: Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", Algorithm 2.
    Differs from: the paper decays by λ times the schedule's multiplier; Keras and PyTorch by η·λ, as here.
    Keras has λ = 0.004, PyTorch 0.01. ε stands as in `Adam`; in Keras beside the uncorrected √v.
    Its `amsgrad` is left out: in Keras, `AMSGrad` with the option `weight_decay` is that rule.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    weight_decay: Scalar = hyper(0.004, symbol="λ", low=1e-4, high=10.0)
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
        η, λ, β1, β2, ε = self.learning_rate, self.weight_decay, self.beta_1, self.beta_2, self.epsilon

        t = state.t + 1
        m = β1 * state.m + (1 - β1) * g
        v = β2 * state.v + (1 - β2) * g**2
        m̂ = m / (1 - β1**t)
        v̂ = v / (1 - β2**t)
        θ = params - η * λ * params - η * m̂ / (tf.sqrt(v̂) + ε)
        return θ, self.State(m, v, t)

    facts = Facts(
        parents=("Adam",),
        color="blue",
        dashes="dashed",
        keras=InKeras(
            "AdamW",
            epsilon="beside the uncorrected root of v",
            absent={
                "amsgrad": "in Keras, KerasOptimizer(AMSGrad(), weight_decay=0.004) is AdamW with the largest v.",
            },
        ),
        good_rate=0.1,
        comes_to_rest=False,
    )
