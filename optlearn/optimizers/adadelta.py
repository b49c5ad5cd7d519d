from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Adadelta(Optimizer):
    """RMSprop with a step in the units of the parameter: what it has moved lately, over what it has felt lately.

    a ← ρ·a + (1 − ρ)·g²
    Δ = g·√(d + ε) / √(a + ε)
    d ← ρ·d + (1 − ρ)·Δ²
    θ ← θ − η·Δ

    Paper: Zeiler 2012, "ADADELTA: An Adaptive Learning Rate Method", Algorithm 1.
    Differs from: the paper and PyTorch have no η, or η = 1. Keras's default of 0.001 hardly moves;
    it is the default here as well. PyTorch has ρ = 0.9 and ε = 1e-6.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-3, high=100.0)
    rho: Scalar = hyper(0.95, symbol="ρ", low=0.0, high=0.999, scale="memory", below=1)
    epsilon: Scalar = hyper(1e-7, symbol="ε", low=1e-10, high=1.0)

    class State(NamedTuple):
        a: tf.Tensor  # running mean of g²
        d: tf.Tensor  # running mean of Δ²

    def init(self, params):
        return self.State(a=tf.zeros_like(params), d=tf.zeros_like(params))

    def update(self, params, g, state):
        η, ρ, ε = self.learning_rate, self.rho, self.epsilon

        a = ρ * state.a + (1 - ρ) * g**2
        Δ = g * tf.sqrt(state.d + ε) / tf.sqrt(a + ε)
        d = ρ * state.d + (1 - ρ) * Δ**2
        θ = params - η * Δ
        return θ, self.State(a, d)

    facts = Facts(parents=("Adagrad",), color="brown", keras=InKeras("Adadelta"), good_rate=30.0, comes_to_rest=False)
