from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """Adagrad that forgets: the gradient is divided by a running mean of its size, so the rate can rise again.

    v ← ρ·v + (1 − ρ)·g²
    θ ← θ − η·g / √(v + ε)

    Paper: none; Tieleman and Hinton 2012, "Lecture 6e, rmsprop: Divide the gradient by a running average of its recent
    magnitude", of a course on Coursera.
    Differs from: PyTorch calls ρ `alpha`, has 0.99, and adds ε outside the root. No form corrects
    the bias of the zero start: the first step is η/√(1 − ρ), 3.2·η at ρ = 0.9. Keras's `RMSprop` is this rule while
    it has neither `momentum` nor `centered`: these are `RMSpropMomentum` and `RMSpropCentered`.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    rho: Scalar = hyper(0.9, symbol="ρ", low=0.0, high=0.999, scale="memory", below=1)
    epsilon: Scalar = hyper(1e-7, symbol="ε", low=1e-10, high=1.0)

    class State(NamedTuple):
        v: tf.Tensor  # running mean of g²

    def init(self, params):
        return self.State(v=tf.zeros_like(params))

    def update(self, params, g, state):
        η, ρ, ε = self.learning_rate, self.rho, self.epsilon

        v = ρ * state.v + (1 - ρ) * g**2
        θ = params - η * g / tf.sqrt(v + ε)
        return θ, self.State(v)

    facts = Facts(
        parents=("Rprop",),
        color="sky",
        keras=InKeras(
            "RMSprop",
            absent={
                "momentum": "RMSprop with momentum is a rule of its own, RMSpropMomentum.",
                "centered": "RMSprop with its mean taken out is a rule of its own, RMSpropCentered.",
            },
        ),
        good_rate=0.02,
        comes_to_rest=False,
    )
