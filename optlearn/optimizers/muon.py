from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.adamw import AdamW
from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Muon(Optimizer):
    """Momentum made orthogonal: every direction of a matrix moves alike, however small its gradient.

    m ← μ·m + g
    q = g + μ·m
    X = q / ‖q‖, five times X ← 3.4445·X + (−4.775·XXᵀ + 2.0315·(XXᵀ)²)·X
    θ ← θ − η·λ·θ − η·0.2·√max(rows, columns)·X

    Paper: Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks" (online); for the decay
    and the factor 0.2, Liu et al. 2025, "Muon is Scalable for LLM Training", section 2.2.
    Differs from: the first publication has neither decay nor that factor. As in Keras, what is not a matrix
    goes by AdamW.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    weight_decay: Scalar = hyper(0.004, symbol="λ", low=1e-4, high=10.0)
    momentum: Scalar = hyper(0.95, symbol="μ", low=0.0, high=0.999, scale="memory", below=1)
    adam_beta_1: Scalar = hyper(0.9, symbol="β₁", low=0.0, high=0.999, scale="memory", below=1)
    adam_beta_2: Scalar = hyper(0.999, symbol="β₂", low=0.0, high=0.9999, scale="memory", below=1)
    epsilon: Scalar = hyper(1e-7, symbol="ε", low=1e-10, high=1.0)

    class State(NamedTuple):
        m: tf.Tensor  # of a matrix the fading sum of g, else Adam's running mean of it
        v: tf.Tensor  # Adam's running mean of g²; of a matrix nothing, 0
        t: tf.Tensor  # steps taken, shape ()

    def unused(self, shape):
        return ("adam_beta_1", "adam_beta_2", "epsilon") if len(shape) == 2 else ("momentum",)

    def init(self, params):
        return self.State(m=tf.zeros_like(params), v=tf.zeros_like(params), t=tf.zeros((), params.dtype))

    def update(self, params, g, state):
        η, λ, μ = self.learning_rate, self.weight_decay, self.momentum
        if len(params.shape) < 3:
            adamw = AdamW(η, λ, self.adam_beta_1, self.adam_beta_2, self.epsilon)
            θ, kept = adamw.update(params, g, state)
            return θ, self.State(*kept)

        m = μ * state.m + g
        q = g + μ * m
        size = 0.2 * max(params.shape[-2:]) ** 0.5
        θ = params - η * λ * params - η * size * orthogonal(q)
        return θ, self.State(m, state.v, state.t + 1)

    facts = Facts(
        parents=("Nesterov",),
        color="green",
        dashes="dashdot",
        keras=InKeras(
            "Muon",
            also={"adam_weight_decay": "weight_decay"},
            as_vectors="(?i)embedding",
            epsilon="beside the uncorrected root of v",
            single="Keras's class mixes float32 into matrices of float64, and fails",
        ),
        good_rate=0.1,
        acts_on="matrices",
    )


def orthogonal(q):
    """Matrices (..., rows, columns) with their singular values brought near 1, by five Newton-Schulz steps."""
    if q.shape[-2] > q.shape[-1]:
        return tf.linalg.matrix_transpose(orthogonal(tf.linalg.matrix_transpose(q)))
    X = q / (tf.norm(q, axis=[-2, -1], keepdims=True) + 1e-7)
    for _ in range(5):
        A = X @ tf.linalg.matrix_transpose(X)
        X = 3.4445 * X + (-4.7750 * A + 2.0315 * A @ A) @ X
    return X
