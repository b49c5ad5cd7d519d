from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Nesterov(Optimizer):
    """Momentum that looks before it leaps: the gradient is taken where the velocity is about to lead.

    v ← β·v − η·g
    θ ← θ + β·v − η·g        (with the new v)

    Paper: Nesterov 1983, "A method of solving a convex programming problem with convergence rate O(1/k²)", with a
    β that rises; Sutskever et al. 2013, "On the importance of initialization and momentum in
    deep learning", eqs. 3 and 4.
    Differs from: the paper keeps the point before the leap and takes g at θ + β·v. Here, as in Keras
    and PyTorch, θ is that look-ahead point itself, so that g is taken at θ: the same path, shifted
    by β·v. Keras: `SGD(momentum=0.9, nesterov=True)`.
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
        θ = params + β * v - η * g
        return θ, self.State(v)

    facts = Facts(parents=("Momentum",), color="green", keras=InKeras("SGD", {"nesterov": True}), good_rate=0.0015)
