from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Ftrl(Optimizer):
    """Follow the regularized leader: Adagrad's rate, and weights that a penalty holds at exactly zero.

    n′ = n + g²
    z ← z + g − (√n′ − √n)/η·θ
    n ← n′
    θ ← (clip(z, ±λ₁) − z) / (√n/η + 2·λ₂)

    Paper: McMahan et al. 2013, "Ad Click Prediction: a View from the Trenches", Algorithm 1.
    Differs from: the paper's λ₂ is twice this one, which is Keras's, and its β is 0 here. Keras also has
    another power than ½, and a shrinkage λₛ that adds 2·λₛ·θ to g; both are left out.
    z starts at 0, so a start other than 0 is forgotten in part with the first step.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-3, high=10.0)
    initial_accumulator_value: Scalar = hyper(0.1, symbol="n₀", low=1e-3, high=100.0)
    l1_regularization_strength: Scalar = hyper(
        0.0,
        symbol="λ₁",
        low=0,
        high=10,
        scale="linear",
        aliases=("l1", "lambda1", "lambda_1", "λ1"),
        probes=(0.25, 0.5),
    )
    l2_regularization_strength: Scalar = hyper(
        0.0,
        symbol="λ₂",
        low=0,
        high=10,
        scale="linear",
        aliases=("l2", "lambda2", "lambda_2", "λ2"),
        probes=(0.15, 0.3),
    )

    class State(NamedTuple):
        z: tf.Tensor  # sum of gradients, less what the rates' changes owe to θ
        n: tf.Tensor  # sum of g²

    def init(self, params):
        return self.State(z=tf.zeros_like(params), n=tf.zeros_like(params) + self.initial_accumulator_value)

    def update(self, params, g, state):
        η, λ1, λ2 = self.learning_rate, self.l1_regularization_strength, self.l2_regularization_strength

        n = state.n + g**2
        z = state.z + g - (tf.sqrt(n) - tf.sqrt(state.n)) / η * params
        θ = (tf.clip_by_value(z, -λ1, λ1) - z) / (tf.sqrt(n) / η + 2 * λ2)
        return θ, self.State(z, n)

    facts = Facts(parents=("Adagrad",), color="blue", dashes="dashdot", keras=InKeras("Ftrl"), good_rate=1.0)
