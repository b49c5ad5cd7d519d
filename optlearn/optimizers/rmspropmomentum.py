from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class RMSpropMomentum(Optimizer):
    """RMSprop's steps, gathered by a velocity.

    v ← ρ·v + (1 − ρ)·g²
    b ← μ·b + η·g / √(v + ε)
    θ ← θ − b

    Paper: none for this form; Graves 2013, "Generating Sequences With Recurrent Neural Networks", equations 38
    to 45, has it together with the mean taken out.
    Differs from: PyTorch keeps η outside of b, and ε outside the root. Keras: `RMSprop(momentum=0.9)`.
    It takes `centered` as well, which is left out here.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    rho: Scalar = hyper(0.9, symbol="ρ", low=0.0, high=0.999, scale="memory", below=1)
    momentum: Scalar = hyper(0.9, symbol="μ", low=0.0, high=0.999, scale="memory", below=1)
    epsilon: Scalar = hyper(1e-7, symbol="ε", low=1e-10, high=1.0)

    class State(NamedTuple):
        v: tf.Tensor  # running mean of g²
        b: tf.Tensor  # velocity

    def init(self, params):
        return self.State(v=tf.zeros_like(params), b=tf.zeros_like(params))

    def update(self, params, g, state):
        η, ρ, μ, ε = self.learning_rate, self.rho, self.momentum, self.epsilon

        v = ρ * state.v + (1 - ρ) * g**2
        b = μ * state.b + η * g / tf.sqrt(v + ε)
        θ = params - b
        return θ, self.State(v, b)

    facts = Facts(
        parents=("RMSprop", "Momentum"),
        color="sky",
        dashes="dashdot",
        keras=InKeras(
            "RMSprop",
            absent={
                "centered": "centered together with momentum, as in Graves 2013, is not here: there are the two apart.",
            },
        ),
        good_rate=0.005,
        comes_to_rest=False,
    )
