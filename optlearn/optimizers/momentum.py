from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Gradient descent with memory: a velocity gathers the gradients and outlives each of them.

    v ← β·v − η·g
    θ ← θ + v

    Paper: Polyak 1964, "Some methods of speeding up the convergence of iteration methods"
    (the heavy ball); Sutskever et al. 2013, "On the importance of initialization and momentum in
    deep learning", eqs. 1 and 2.
    Differs from: PyTorch and Optax keep η outside (v ← β·v + g, θ ← θ − η·v); the two agree while η
    is constant. A damped form takes (1 − β)·g. Keras: `SGD(momentum=0.9)`; with `nesterov` it is
    `Nesterov`.
    """

    learning_rate: Scalar = hyper(0.01, symbol="η", low=1e-4, high=1.0)
    momentum: Scalar = hyper(0.9, symbol="β", low=0.0, high=0.999, scale="memory", below=1)

    class State(NamedTuple):
        v: tf.Tensor  # velocity, in units of the parameters

    def init(self, params):
        return self.State(v=tf.zeros_like(params))

    def update(self, params, g, state):
        η, β = self.learning_rate, self.momentum

        v = β * state.v - η * g
        θ = params + v
        return θ, self.State(v)

    facts = Facts(
        parents=("SGD",),
        color="orange",
        keras=InKeras(
            "SGD",
            absent={
                "nesterov": "Nesterov's momentum is a rule of its own, Nesterov.",
            },
        ),
        good_rate=0.0015,
    )
