"""Rules as learners write them: every entry of the catalogue for Nadam, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Nadam
from tests.unit.learners.table import right, row, two_averages


class Ahead:
    """What the classes below share: Adam's averages, the schedule and its product, kept in the object."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.first, self.second, self.count, self.product = np.zeros(2), np.zeros(2), 0, 1.0

    def update(self, params, gradient, state):
        self.count += 1
        now, soon = self.weight(self.count), self.weight(self.count + 1)
        self.product = self.multiplied(now)
        self.first = self.first + (1 - self.beta1) * (gradient - self.first)
        self.second = self.second + (1 - self.beta2) * (gradient**2 - self.second)
        square = self.second / (1 - self.beta2**self.count)
        return params - self.lr * self.mixed(gradient, now, soon) / self.below(square), state

    def weight(self, step):
        return self.beta1 * (1 - 0.96**step / 2)

    def multiplied(self, now):
        return self.product * now

    def mixed(self, gradient, now, soon):
        return soon * self.first / (1 - self.product * soon) + (1 - now) * gradient / (1 - self.product)

    def below(self, square):
        return square**0.5 + self.eps


@right(Nadam)
class RightInItself(Ahead):
    pass


@right(Nadam)
class InTensors:
    def __init__(self, learning_rate=0.001, b1=0.9, b2=0.999, epsilon=1e-7):
        self.rate, self.b1, self.b2, self.epsilon = learning_rate, b1, b2, epsilon

    def init(self, params):
        return tf.zeros_like(params), tf.zeros_like(params), 1.0, 0

    def update(self, params, grad, state):
        m, v, all_, t = state
        t = t + 1
        u, w = (self.b1 * (1 - 0.5 * 0.96**s) for s in (t, t + 1))
        all_ = all_ * u
        m, v = self.b1 * m + (1 - self.b1) * grad, self.b2 * v + (1 - self.b2) * tf.square(grad)
        top = w / (1 - all_ * w) * m + (1 - u) / (1 - all_) * grad
        return params - self.rate * top / (tf.sqrt(v / (1 - self.b2**t)) + self.epsilon), (m, v, all_, t)


@right(Nadam)
def scalars(params, grad, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    cells, weights = state or ([(0.0, 0.0)] * 2, [])
    t = len(weights) + 1
    weights = [*weights, beta1 * (1 - 0.5 * 0.96**t)]
    soon, so_far, out, kept = beta1 * (1 - 0.5 * 0.96 ** (t + 1)), np.prod(weights), [], []
    for x, g, (m, v) in zip(params, grad, cells, strict=True):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        top = soon * m / (1 - so_far * soon) + (1 - weights[-1]) * g / (1 - so_far)
        out.append(x - lr * top / ((v / (1 - beta2**t)) ** 0.5 + eps))
        kept.append((m, v))
    return out, (kept, weights)


@row(Nadam, "the mean alone")
class Behind(Ahead):
    def mixed(self, gradient, now, soon):
        return self.first / (1 - self.product)


@row(Nadam, "the wrong product")
class OneCorrection(Ahead):
    def mixed(self, gradient, now, soon):
        return (soon * self.first + (1 - now) * gradient) / (1 - self.product)


@row(Nadam, "g not corrected")
class RawGradient(Ahead):
    def mixed(self, gradient, now, soon):
        return soon * self.first / (1 - self.product * soon) + (1 - now) * gradient


@row(Nadam, "the product forgotten")
class Forgetful(Ahead):
    def multiplied(self, now):
        return now


@row(Nadam, "no root")
class Rootless(Ahead):
    def below(self, square):
        return square + self.eps


@row(Nadam, "no schedule")
class Constant(Ahead):
    def weight(self, step):
        return self.beta1


@row(Nadam, "PyTorch's schedule")
class SlowlyRising(Ahead):
    def weight(self, step):
        return self.beta1 * (1 - 0.5 * 0.96 ** (step * 0.004))


def ahead(state, grad, b1, b2):
    """Keras's mean with the look-ahead, v and t; and the state."""
    m, v, t, product = state or (0.0, 0.0, 0, 1.0)
    m, v, t = two_averages((m, v, t), grad, b1, b2)
    now, soon = b1 * (1 - 0.5 * 0.96**t), b1 * (1 - 0.5 * 0.96 ** (t + 1))
    product *= now
    return soon * m / (1 - product * soon) + (1 - now) * grad / (1 - product), v, t, (m, v, t, product)


@row(Nadam, "Ruder's form")
def overview(params, grad, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    m, v, t = state = two_averages(state, grad, b1, b2)
    mixed = (b1 * m + (1 - b1) * grad) / (1 - b1**t)
    return params - lr * mixed / (np.sqrt(v / (1 - b2**t)) + eps), state


@row(Nadam, "Keras's ε")
def beside_the_raw_root(params, grad, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    mixed, v, t, state = ahead(state, grad, b1, b2)
    return params - lr * np.sqrt(1 - b2**t) * mixed / (np.sqrt(v) + eps), state


@row(Nadam, "ε inside the root")
def under_the_root(params, grad, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    mixed, v, t, state = ahead(state, grad, b1, b2)
    return params - lr * mixed / np.sqrt(v / (1 - b2**t) + eps), state
