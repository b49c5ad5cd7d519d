from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Adagrad(Optimizer):
    """Every parameter gets its own rate: the more gradient it has seen, the smaller its steps.

    a ← a + g²
    θ ← θ − η·g / √(a + ε)

    Paper: Duchi, Hazan and Singer 2011, "Adaptive Subgradient Methods for Online Learning and
    Stochastic Optimization" (the diagonal form).
    Differs from: Keras starts a at 0.1, the paper and PyTorch at 0; with 0 the first step is η in
    every coordinate, with 0.1 it is smaller wherever g² is not large beside 0.1. PyTorch puts ε
    outside the root.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-3, high=10.0)
    initial_accumulator_value: Scalar = hyper(0.1, symbol="a₀", low=1e-6, high=100.0)
    epsilon: Scalar = hyper(1e-7, symbol="ε", low=1e-10, high=1.0)

    class State(NamedTuple):
        a: tf.Tensor  # accumulator: a₀ plus the sum of all g²

    def init(self, params):
        return self.State(a=tf.zeros_like(params) + self.initial_accumulator_value)

    def update(self, params, g, state):
        η, ε = self.learning_rate, self.epsilon

        a = state.a + g**2
        θ = params - η * g / tf.sqrt(a + ε)
        return θ, self.State(a)

    facts = Facts(parents=("SGD",), color="red", keras=InKeras("Adagrad"), good_rate=0.5)
