from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Adan(Optimizer):
    """Adam that looks ahead by the change of the gradient: what changed since the last step is added to it.

    t ← t + 1
    g′ = g  in the first step
    d = g − g′
    m ← β₁·m + (1 − β₁)·g
    v ← β₂·v + (1 − β₂)·d
    n ← β₃·n + (1 − β₃)·(g + β₂·d)²
    m̂ = m / (1 − β₁ᵗ)
    v̂ = v / (1 − β₂ᵗ)
    n̂ = n / (1 − β₃ᵗ)
    θ ← (θ − η·(m̂ + β₂·v̂) / (√n̂ + ε)) / (1 + η·λ)
    g′ ← g

    Paper: Xie et al. 2022, "Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models", Algorithm 1.
    Differs from: each β of the paper is 1 − β of its authors' code, and the code's are here. Algorithm 1 has no
    corrections, which the code has, and may start anew, which is off in the code; both are as in the code here. Optax
    has the code's β₂ and the paper's factor 1 − β₂, so 0.08 for 0.92. Keras lacks this rule.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    beta_1: Scalar = hyper(0.98, symbol="β₁", low=0.0, high=0.999, scale="memory", below=1)
    beta_2: Scalar = hyper(0.92, symbol="β₂", low=0.0, high=0.999, scale="memory", below=1, probes=(0.7, 0.5))
    beta_3: Scalar = hyper(0.99, symbol="β₃", low=0.0, high=0.9999, scale="memory", below=1, probes=(0.85, 0.75))
    epsilon: Scalar = hyper(1e-8, symbol="ε", low=1e-10, high=1.0)
    weight_decay: Scalar = hyper(0.0, symbol="λ", low=0.0, high=10.0, scale="linear", slider=False)

    class State(NamedTuple):
        m: tf.Tensor  # running mean of g
        v: tf.Tensor  # running mean of d, the change of g
        n: tf.Tensor  # running mean of the square of g + β₂·d
        before: tf.Tensor  # g′, the gradient of the step before
        t: tf.Tensor  # steps taken, shape ()

    def init(self, params):
        zeros = tf.zeros_like(params)
        return self.State(m=zeros, v=zeros, n=zeros, before=zeros, t=tf.zeros((), params.dtype))

    def update(self, params, g, state):
        η, β1, β2, β3 = self.learning_rate, self.beta_1, self.beta_2, self.beta_3
        ε, λ = self.epsilon, self.weight_decay

        t = state.t + 1
        before = tf.where(t == 1, g, state.before)
        d = g - before
        m = β1 * state.m + (1 - β1) * g
        v = β2 * state.v + (1 - β2) * d
        n = β3 * state.n + (1 - β3) * (g + β2 * d) ** 2
        m̂ = m / (1 - β1**t)
        v̂ = v / (1 - β2**t)
        n̂ = n / (1 - β3**t)
        θ = (params - η * (m̂ + β2 * v̂) / (tf.sqrt(n̂) + ε)) / (1 + η * λ)
        return θ, self.State(m, v, n, g, t)

    facts = Facts(parents=("Adam", "Nesterov"), color="red", dashes="dotted", good_rate=0.1, comes_to_rest=False)
