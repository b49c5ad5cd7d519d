from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class ScheduleFreeAdamW(Optimizer):
    """An average in place of a schedule: Adam's steps go to z, x is their mean, and the gradient is taken between.

    t ← t + 1
    η′ = η·min(1, t/T)
    v ← β₂·v + (1 − β₂)·g²
    z ← z − η′·λ·θ − η′·g / (√(v / (1 − β₂ᵗ)) + ε)
    x ← (1 − 1/t)·x + z/t
    θ = (1 − β₁)·z + β₁·x

    Paper: Defazio et al. 2024, "The Road Less Scheduled", equations 3 to 5, and Algorithm 1.
    Differs from: Keras's class on TensorFlow reads the old z after it was overwritten, and so misses this
    formula, which is its own. The warm-up of T steps and the decay are off by default, in Keras and here. In the
    paper's Algorithm 1 a warm-up weighs the z as well; Keras's decay pulls at x. x is the answer.
    """

    learning_rate: Scalar = hyper(0.0025, symbol="η", low=1e-4, high=1.0)
    beta_1: Scalar = hyper(0.9, symbol="β₁", low=0.0, high=0.999, scale="memory", below=1)
    beta_2: Scalar = hyper(0.999, symbol="β₂", low=0.0, high=0.9999, scale="memory", below=1)
    epsilon: Scalar = hyper(1e-8, symbol="ε", low=1e-10, high=1.0)
    weight_decay: Scalar = hyper(0.0, symbol="λ", low=0.0, high=10.0, scale="linear", slider=False)
    warmup_steps: Scalar = hyper(0, symbol="T", low=0, high=1000, scale="linear", slider=False, probes=(3, 8))

    class State(NamedTuple):
        z: tf.Tensor  # where the steps go
        x: tf.Tensor  # mean of all z
        v: tf.Tensor  # running mean of g²
        t: tf.Tensor  # steps taken, shape ()

    def init(self, params):
        return self.State(z=params, x=params, v=tf.zeros_like(params), t=tf.zeros((), params.dtype))

    def update(self, params, g, state):
        η0, β1, β2, ε = self.learning_rate, self.beta_1, self.beta_2, self.epsilon
        λ, T = self.weight_decay, self.warmup_steps

        t = state.t + 1
        η = η0 * tf.minimum(t / T, 1.0)
        v = β2 * state.v + (1 - β2) * g**2
        z = state.z - η * λ * params - η * g / (tf.sqrt(v / (1 - β2**t)) + ε)
        x = (1 - 1 / t) * state.x + z / t
        θ = (1 - β1) * z + β1 * x
        return θ, self.State(z, x, v, t)

    facts = Facts(
        parents=("AdamW",),
        color="orange",
        dashes="dashdot",
        keras=InKeras(
            "ScheduleFreeAdamW", fault="on TensorFlow it reads z after it was overwritten, and takes x from the new z"
        ),
        good_rate=0.3,
        comes_to_rest=False,
    )
