from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Ftrl(Optimizer):
    """Follow the regularized leader: Adagrad's rate, and weights that a penalty holds at exactly zero.

    n′ = n + g²
    z ← z + g + 2·λₛ·θ − (n′^−p − n^−p)/η·θ
    n ← n′
    θ ← (clip(z, ±λ₁) − z) / ((β + n^−p)/η + 2·λ₂)

    Paper: McMahan et al. 2013, "Ad Click Prediction: a View from the Trenches", Algorithm 1.
    Differs from: the paper's λ₂ is twice this one, which is Keras's; it has a β of about 1, and neither p nor λₛ.
    By default they are as in Keras, and play no part: p = −½ makes n^−p the paper's √n, and β and λₛ are 0.
    z starts at 0, so a start other than 0 is forgotten in part with the first step.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-3, high=10.0)
    initial_accumulator_value: Scalar = hyper(0.1, symbol="n₀", low=1e-3, high=100.0)
    l1_regularization_strength: Scalar = hyper(
        0.0, symbol="λ₁", low=0, high=10, scale="linear", aliases=("l1", "lambda1", "λ1"), probes=(0.25, 0.5)
    )
    l2_regularization_strength: Scalar = hyper(
        0.0, symbol="λ₂", low=0, high=10, scale="linear", aliases=("l2", "lambda2", "λ2"), probes=(0.15, 0.3)
    )
    l2_shrinkage_regularization_strength: Scalar = hyper(
        0.0, symbol="λₛ", low=0, high=10, scale="linear", slider=False, probes=(0.35, 0.1)
    )
    beta: Scalar = hyper(0.0, symbol="β", low=0, high=10, scale="linear", slider=False, probes=(0.7, 0.45))
    learning_rate_power: float = -0.5

    class State(NamedTuple):
        z: tf.Tensor  # sum of gradients, less what the rates' changes owe to θ
        n: tf.Tensor  # sum of g²

    def __post_init__(self):
        super().__post_init__()
        if not self.learning_rate_power <= 0:
            given = f"Ftrl(learning_rate_power={self.learning_rate_power!r})"
            raise ValueError(f"{given}: learning_rate_power must be a number ≤ 0; −½ divides by the root.")

    def init(self, params):
        return self.State(z=tf.zeros_like(params), n=tf.zeros_like(params) + self.initial_accumulator_value)

    def update(self, params, g, state):
        η, λ1, λ2 = self.learning_rate, self.l1_regularization_strength, self.l2_regularization_strength
        λs, β, p = self.l2_shrinkage_regularization_strength, self.beta, self.learning_rate_power

        n = state.n + g**2
        z = state.z + g + 2 * λs * params - (n**-p - state.n**-p) / η * params
        θ = (tf.clip_by_value(z, -λ1, λ1) - z) / ((β + n**-p) / η + 2 * λ2)
        return θ, self.State(z, n)

    facts = Facts(parents=("Adagrad",), color="blue", dashes="dashdot", keras=InKeras("Ftrl"), good_rate=1.0)
