import math
from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Adafactor(Optimizer):
    """Adam's scale from the means of rows and columns alone, and steps in proportion to the weights.

    t ← t + 1
    β = 1 − t^−0.8
    s = g² + ε₁
    r ← β·r + (1 − β)·rowmean(s)
    c ← β·c + (1 − β)·colmean(s)
    v = r·c / mean(r), and v ← β·v + (1 − β)·s where the parameters are a vector
    u = g / √v
    α = max(ε₂, RMS(θ))·min(η, 1/√t)
    θ ← θ − α·u / max(1, RMS(u)/d)

    Paper: Shazeer and Stern 2018, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", Algorithm 4.
    Differs from: the paper's η is 0.01; Keras's 0.001 is the default here. Keras keeps a full v beside r and c.
    Its `relative_step` is left out: in Keras 3.15 the step is min(η, 1/√t) with it and without.
    Of parameters with more than two axes, the last two are rows and columns; both RMS are of all of them together.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    beta_2_decay: float = -0.8
    epsilon_1: Scalar = hyper(1e-30, symbol="ε₁", low=1e-30, high=1.0, aliases=("eps1", "ε1"), probes=(0.03, 0.3))
    epsilon_2: Scalar = hyper(0.001, symbol="ε₂", low=1e-6, high=1.0, aliases=("eps2", "ε2"), probes=(1.5, 3.0))
    clip_threshold: Scalar = hyper(
        1.0, symbol="d", low=0.1, high=10.0, aliases=("clip", "d", "threshold"), probes=(0.8, 0.5)
    )

    class State(NamedTuple):
        r: tf.Tensor  # running mean of g² along each row, (..., rows, 1); not used for a vector
        c: tf.Tensor  # the same along each column, (..., 1, columns); of a vector the whole v
        t: tf.Tensor  # steps taken, shape ()

    def layer_shape(self, shape):
        return shape if len(shape) >= 2 else (math.prod(shape),)

    def init(self, params):
        factored = len(params.shape) > 2
        r = tf.zeros_like(params[..., :1])
        c = tf.zeros_like(params[..., :1, :] if factored else params)
        return self.State(r, c, t=tf.zeros((), params.dtype))

    def update(self, params, g, state):
        η, ε1, ε2, d = self.learning_rate, self.epsilon_1, self.epsilon_2, self.clip_threshold
        factored = len(params.shape) > 2

        t = state.t + 1
        β = 1 - t**self.beta_2_decay
        s = g**2 + ε1
        r = β * state.r + (1 - β) * mean(s, -1)
        c = β * state.c + (1 - β) * (mean(s, -2) if factored else s)
        v = r * c / mean(r, -2) if factored else c
        u = g / tf.sqrt(v)
        α = tf.maximum(rms(params), ε2) * tf.minimum(1 / tf.sqrt(t), η)
        θ = params - α * u / tf.maximum(rms(u) / d, 1.0)
        return θ, self.State(r, c, t)

    facts = Facts(
        parents=("Adam",),
        color="red",
        dashes="dashdot",
        keras=InKeras(
            "Adafactor",
            absent={
                "relative_step": "in Keras it changes nothing: the step is min(η, 1/√t) with it and without, as here.",
            },
        ),
        good_rate=0.1,
        acts_on="matrices",
        comes_to_rest=False,
    )


def mean(x, axis):
    """Mean along some axes, which stay."""
    return tf.reduce_mean(x, axis=axis, keepdims=True)


def rms(x):
    """Root mean square of all parameters of each run, whatever their axes."""
    return tf.sqrt(mean(x**2, range(1, len(x.shape)) if len(x.shape) > 2 else -1))
