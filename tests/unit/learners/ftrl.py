"""Rules as learners write them: every entry of the catalogue for Ftrl, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Ftrl
from tests.unit.learners.table import right, row


class Leader:
    """What the classes below share: the sum of gradients and that of their squares, kept in the object."""

    def __init__(self, lr=0.001, a0=0.1, l1=0.0, l2=0.0):
        self.lr, self.l1, self.l2 = lr, l1, l2
        self.total, self.squares = np.zeros(2), np.full(2, a0)

    def update(self, weights, gradient, state):
        before, self.squares = self.squares, self.squares + gradient * gradient
        self.total = self.total + gradient - self.owed(np.sqrt(self.squares) - np.sqrt(before), weights)
        return self.awake() / self.below(), state

    def owed(self, change, weights):
        return change / self.lr * weights

    def awake(self):
        return -np.sign(self.total) * np.maximum(np.abs(self.total) - self.l1, 0)

    def below(self):
        return np.sqrt(self.squares) / self.lr + 2 * self.l2


@right(Ftrl)
class RightInItself(Leader):
    pass


@right(Ftrl)
class InTensors:
    def __init__(self, learning_rate=0.001, initial_accumulator_value=0.1, lambda1=0.0, lambda2=0.0):
        self.rate, self.initial = learning_rate, initial_accumulator_value
        self.lambda1, self.lambda2 = lambda1, lambda2

    def init(self, params):
        return tf.zeros_like(params), tf.fill(tf.shape(params), tf.constant(self.initial, params.dtype))

    def update(self, params, grad, state):
        z, n = state
        σ = (tf.sqrt(n + grad**2) - tf.sqrt(n)) / self.rate
        z, n = z + grad - σ * params, n + grad**2
        inside = tf.abs(z) <= self.lambda1
        w = -(z - tf.sign(z) * self.lambda1) / (tf.sqrt(n) / self.rate + 2 * self.lambda2)
        return tf.where(inside, tf.zeros_like(w), w), (z, n)


@right(Ftrl)
def coordinate_by_coordinate(params, grad, state, lr=0.001, a0=0.1, l1=0.0, l2=0.0):
    state = state or [(0.0, a0)] * 2
    weights, kept = [], []
    for w, g, (z, n) in zip(params, grad, state, strict=True):
        bigger = n + g * g
        z += g - (bigger**0.5 - n**0.5) / lr * w
        weights.append(0.0 if abs(z) <= l1 else (np.copysign(l1, z) - z) / (bigger**0.5 / lr + 2 * l2))
        kept.append((z, bigger))
    return weights, kept


@row(Ftrl, "the past rescaled")
class Rescaled(Leader):
    def owed(self, change, weights):
        return 0.0


@row(Ftrl, "a hard cut")
class HardCut(Leader):
    def awake(self):
        return np.where(np.abs(self.total) > self.l1, -self.total, 0)


@row(Ftrl, "λ₁ not used")
class NeverAsleep(Leader):
    def awake(self):
        return -self.total


@row(Ftrl, "uphill")
class Climbs(Leader):
    def awake(self):
        return np.sign(self.total) * np.maximum(np.abs(self.total) - self.l1, 0)


@row(Ftrl, "no root")
class Rootless(Leader):
    def below(self):
        return self.squares / self.lr + 2 * self.l2


@row(Ftrl, "the paper's λ₂")
class OnceOnly(Leader):
    def below(self):
        return np.sqrt(self.squares) / self.lr + self.l2


def leader(params, grad, state, lr, start, l1, l2, root=np.sqrt, more=0.0, shrink=0.0):
    z, n = (0.0, start) if state is None else state
    new = n + grad**2
    z = z + grad + 2 * shrink * params - (root(new) - root(n)) / lr * params
    beyond = np.sign(z) * np.maximum(abs(z) - l1, 0.0)
    return -beyond / ((more + root(new)) / lr + 2 * l2), (z, new)


@right(Ftrl)
def with_beta(params, grad, state, lr=0.001, a0=0.1, l1=0.0, l2=0.0, beta=0.0):
    return leader(params, grad, state, lr, a0, l1, l2, more=beta)


@right(Ftrl)
def shrunk(params, grad, state, lr=0.001, a0=0.1, l1=0.0, l2=0.0, λs=0.0):
    return leader(params, grad, state, lr, a0, l1, l2, shrink=λs)


@row(Ftrl, "another power")
def other_power(params, grad, state, lr=0.001, a0=0.1, l1=0.0, l2=0.0):
    return leader(params, grad, state, lr, a0, l1, l2, root=lambda n: n**0.4)


@row(Ftrl, "an accumulator from 0")
def from_nothing(params, grad, state, lr=0.001, l1=0.0, l2=0.0):
    return leader(params, grad, state, lr, 0.0, l1, l2)
