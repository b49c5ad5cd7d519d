from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class RMSpropCentered(Optimizer):
    """RMSprop that divides by how much the gradient varies: its mean is taken out of its mean square.

    a ← ρ·a + (1 − ρ)·g
    v ← ρ·v + (1 − ρ)·g²
    θ ← θ − η·g / √(v − a² + ε)

    Paper: Graves 2013, "Generating Sequences With Recurrent Neural Networks", equations 38 to 45.
    Differs from: the paper has momentum as well, and ε = 1e-4. PyTorch adds ε outside the root.
    Keras: `RMSprop(centered=True)`. It takes `momentum` as well, which is left out here.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    rho: Scalar = hyper(0.9, symbol="ρ", low=0.0, high=0.999, scale="memory", below=1)
    epsilon: Scalar = hyper(1e-7, symbol="ε", low=1e-10, high=1.0)

    class State(NamedTuple):
        a: tf.Tensor  # running mean of g
        v: tf.Tensor  # running mean of g²

    def init(self, params):
        return self.State(a=tf.zeros_like(params), v=tf.zeros_like(params))

    def update(self, params, g, state):
        η, ρ, ε = self.learning_rate, self.rho, self.epsilon

        a = ρ * state.a + (1 - ρ) * g
        v = ρ * state.v + (1 - ρ) * g**2
        θ = params - η * g / tf.sqrt(v - a**2 + ε)
        return θ, self.State(a, v)

    facts = Facts(
        parents=("RMSprop",),
        color="sky",
        dashes="dashed",
        keras=InKeras(
            "RMSprop",
            {"centered": True},
            absent={
                "momentum": "centered together with momentum, as in Graves 2013, is not here: there are the two apart.",
            },
        ),
        good_rate=0.01,
        sensitive="v − a² is a difference of numbers that are nearly equal where the gradient is steady",
        comes_to_rest=False,
    )
