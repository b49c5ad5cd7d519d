import math
from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Lamb(Optimizer):
    """Adam's direction, and a step that is a share η of each layer's own size.

    t ← t + 1
    m ← β₁·m + (1 − β₁)·g
    v ← β₂·v + (1 − β₂)·g²
    r = m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
    φ = ‖θ‖ / ‖r‖, or 1 where either is 0
    θ ← θ − η·φ·r

    Paper: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", Algorithm 2.
    Differs from: the paper adds weight decay to r, and allows another function of ‖θ‖; Keras does
    neither by default, and so here. A layer is a row of the parameters, or all of them where they are a vector.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    beta_1: Scalar = hyper(0.9, symbol="β₁", low=0.0, high=0.999, scale="memory", below=1)
    beta_2: Scalar = hyper(0.999, symbol="β₂", low=0.0, high=0.9999, scale="memory", below=1)
    epsilon: Scalar = hyper(1e-7, symbol="ε", low=1e-10, high=1.0)

    class State(NamedTuple):
        m: tf.Tensor  # running mean of g
        v: tf.Tensor  # running mean of g²
        t: tf.Tensor  # steps taken, shape ()

    def layer_shape(self, shape):
        return (math.prod(shape),)  # a variable of a model is a layer, and a layer is a row

    def init(self, params):
        return self.State(m=tf.zeros_like(params), v=tf.zeros_like(params), t=tf.zeros((), params.dtype))

    def update(self, params, g, state):
        η, β1, β2, ε = self.learning_rate, self.beta_1, self.beta_2, self.epsilon

        t = state.t + 1
        m = β1 * state.m + (1 - β1) * g
        v = β2 * state.v + (1 - β2) * g**2
        r = m / (1 - β1**t) / (tf.sqrt(v / (1 - β2**t)) + ε)
        size, length = (tf.sqrt(tf.reduce_sum(x**2, axis=-1, keepdims=True)) for x in (params, r))
        φ = tf.where((size > 0) & (length > 0), size / tf.where(length > 0, length, 1.0), 1.0)
        θ = params - η * φ * r
        return θ, self.State(m, v, t)

    facts = Facts(
        parents=("Adam", "LARS"),
        color="brown",
        dashes="dashdot",
        keras=InKeras("Lamb"),
        good_rate=0.03,
        acts_on="rows",
        comes_to_rest=False,
    )
