from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from optlearn.optimizers.base import Facts, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class AdEMAMix(Optimizer):
    """Adam with a second memory, a hundred times as long, that points where gradients have pointed for an age.

    t ← t + 1
    m₁ ← β₁·m₁ + (1 − β₁)·g
    m₂ ← β₃·m₂ + (1 − β₃)·g
    v ← β₂·v + (1 − β₂)·g²
    m̂₁ = m₁ / (1 − β₁ᵗ)
    v̂ = v / (1 − β₂ᵗ)
    θ ← θ − η·(m̂₁ + α·m₂) / (√v̂ + ε)

    Paper: Pagliardini, Ablin and Grangier 2024, "The AdEMAMix Optimizer: Better, Faster, Older", Algorithm 1.
    Differs from: the paper decays the weights as AdamW does, and lets α and β₃ rise, mostly over the whole run;
    Optax has both switched off, and so here. m₂ is not corrected on purpose: it fills slowly. Keras lacks this rule.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    beta_1: Scalar = hyper(0.9, symbol="β₁", low=0.0, high=0.999, scale="memory", below=1)
    beta_2: Scalar = hyper(0.999, symbol="β₂", low=0.0, high=0.9999, scale="memory", below=1)
    beta_3: Scalar = hyper(0.9999, symbol="β₃", low=0.0, high=0.99999, scale="memory", below=1, probes=(0.85, 0.7))
    alpha: Scalar = hyper(5.0, symbol="α", low=0.0, high=10.0, scale="linear", probes=(2.0, 3.5))
    epsilon: Scalar = hyper(1e-8, symbol="ε", low=1e-10, high=1.0)

    class State(NamedTuple):
        m1: tf.Tensor  # running mean of g, over some ten steps
        m2: tf.Tensor  # the same, over some ten thousand
        v: tf.Tensor  # running mean of g²
        t: tf.Tensor  # steps taken, shape ()

    def init(self, params):
        zeros = tf.zeros_like(params)
        return self.State(m1=zeros, m2=zeros, v=zeros, t=tf.zeros((), params.dtype))

    def update(self, params, g, state):
        η, β1, β2, β3 = self.learning_rate, self.beta_1, self.beta_2, self.beta_3
        α, ε = self.alpha, self.epsilon

        t = state.t + 1
        m1 = β1 * state.m1 + (1 - β1) * g
        m2 = β3 * state.m2 + (1 - β3) * g
        v = β2 * state.v + (1 - β2) * g**2
        m̂1 = m1 / (1 - β1**t)
        v̂ = v / (1 - β2**t)
        θ = params - η * (m̂1 + α * m2) / (tf.sqrt(v̂) + ε)
        return θ, self.State(m1, m2, v, t)

    facts = Facts(parents=("AdamW",), color="pink", good_rate=0.1, comes_to_rest=False)
