"""Rules as learners write them: every entry of the catalogue for Muon, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Muon
from tests.unit.learners.table import right, row, two_averages


class ForVectors:
    """What the classes below share: AdamW, with its averages kept in the object."""

    def __init__(self, lr=0.001, wd=0.004, momentum=0.95, beta1=0.9, beta2=0.999, eps=1e-7):
        self.lr, self.wd, self.momentum, self.beta1, self.beta2, self.eps = lr, wd, momentum, beta1, beta2, eps
        self.first, self.second, self.count = np.zeros(2), np.zeros(2), 0

    def update(self, weights, gradient, state):
        gradient = self.seen(gradient, weights)
        self.count += 1
        self.first = self.first + (1 - self.beta1) * (gradient - self.first)
        self.second = self.second + (1 - self.beta2) * (gradient**2 - self.second)
        mean, square = self.first / (1 - self.beta1**self.count), self.second / (1 - self.beta2**self.count)
        return self.moved(weights, self.lr * (self.wd * weights + mean / (square**0.5 + self.eps))), state

    def seen(self, gradient, weights):
        return gradient

    def moved(self, weights, step):
        return weights - step


@right(Muon)
class RightInItself(ForVectors):
    pass


@right(Muon)
class InTensors:
    def __init__(self, learning_rate=0.001, wd=0.004, b1=0.9, b2=0.999, epsilon=1e-7):
        self.rate, self.wd, self.b1, self.b2, self.epsilon = learning_rate, wd, b1, b2, epsilon

    def init(self, params):
        return tf.zeros_like(params), tf.zeros_like(params), 0

    def update(self, params, grad, state):
        m, v, t = state
        t = t + 1
        m, v = self.b1 * m + (1 - self.b1) * grad, self.b2 * v + (1 - self.b2) * tf.square(grad)
        step = (m / (1 - self.b1**t)) / (tf.sqrt(v / (1 - self.b2**t)) + self.epsilon)
        return params * (1 - self.rate * self.wd) - self.rate * step, (m, v, t)


@right(Muon)
def scalars(params, grad, state, lr=0.001, decay=0.004, beta1=0.9, beta2=0.999, eps=1e-7):
    cells, t = state or ([(0.0, 0.0)] * 2, 0)
    t, out, kept = t + 1, [], []
    for x, g, (m, v) in zip(params, grad, cells, strict=True):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        out.append(x - lr * decay * x - lr * m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** 0.5 + eps))
        kept.append((m, v))
    return out, (kept, t)


@row(Muon, "the decay in the gradient")
class Both(ForVectors):
    def seen(self, gradient, weights):
        return gradient + self.wd * weights


@row(Muon, "decayed twice")
class Twice(ForVectors):
    def moved(self, weights, step):
        return weights - step - self.lr * self.wd * (weights - self.lr * self.wd * weights)


@row(Muon, "uphill")
class Climbs(ForVectors):
    def seen(self, gradient, weights):
        return 0 - gradient


def direction(state, b1, b2, eps):
    m, v, t = state
    return m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps)


@row(Muon, "the paper's decay")
def without_the_rate(params, grad, state, lr=0.001, wd=0.004, b1=0.9, b2=0.999, eps=1e-7):
    state = two_averages(state, grad, b1, b2)
    return params - wd * params - lr * direction(state, b1, b2, eps), state


@row(Muon, "the decay last")
def last(params, grad, state, lr=0.001, wd=0.004, b1=0.9, b2=0.999, eps=1e-7):
    state = two_averages(state, grad, b1, b2)
    new = params - lr * direction(state, b1, b2, eps)
    return new - lr * wd * new, state


@row(Muon, "Keras's ε")
def beside_the_raw_root(params, grad, state, lr=0.001, wd=0.004, b1=0.9, b2=0.999, eps=1e-7):
    m, v, t = state = two_averages(state, grad, b1, b2)
    return params * (1 - lr * wd) - lr * np.sqrt(1 - b2**t) / (1 - b1**t) * m / (np.sqrt(v) + eps), state


@row(Muon, "ε inside the root")
def under_the_root(params, grad, state, lr=0.001, wd=0.004, b1=0.9, b2=0.999, eps=1e-7):
    m, v, t = state = two_averages(state, grad, b1, b2)
    return params * (1 - lr * wd) - lr * m / (1 - b1**t) / np.sqrt(v / (1 - b2**t) + eps), state
