"""Rules as learners write them: every entry of the catalogue for AdamW, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import AdamW
from tests.unit.learners.table import right, row, two_averages


class Decaying:
    """What the classes below share: Adam's averages, kept in the object."""

    def __init__(self, lr=0.001, wd=0.004, beta1=0.9, beta2=0.999, eps=1e-7):
        self.lr, self.wd, self.beta1, self.beta2, self.eps = lr, wd, beta1, beta2, eps
        self.first, self.second, self.count = np.zeros(2), np.zeros(2), 0

    def update(self, weights, gradient, state):
        gradient = self.seen(gradient, weights)
        self.count += 1
        self.first = self.first + (1 - self.beta1) * (gradient - self.first)
        self.second = self.second + (1 - self.beta2) * (gradient**2 - self.second)
        mean, square = self.first / (1 - self.beta1**self.count), self.second / (1 - self.beta2**self.count)
        return self.moved(weights, mean, self.below(square)), state

    def seen(self, gradient, weights):
        return gradient

    def below(self, square):
        return square**0.5 + self.eps

    def moved(self, weights, mean, below):
        return weights * (1 - self.lr * self.wd) - self.lr * mean / below


@right(AdamW)
class RightInItself(Decaying):
    pass


@right(AdamW)
class InTensors:
    def __init__(self, learning_rate=0.001, weight_decay=0.004, b1=0.9, b2=0.999, epsilon=1e-7):
        self.rate, self.wd, self.b1, self.b2, self.epsilon = learning_rate, weight_decay, b1, b2, epsilon

    def init(self, params):
        return tf.zeros_like(params), tf.zeros_like(params), 0

    def update(self, params, grad, state):
        m, v, t = state
        t = t + 1
        m, v = self.b1 * m + (1 - self.b1) * grad, self.b2 * v + (1 - self.b2) * tf.square(grad)
        step = (m / (1 - self.b1**t)) / (tf.sqrt(v / (1 - self.b2**t)) + self.epsilon)
        return params - self.rate * (step + self.wd * params), (m, v, t)


@right(AdamW)
def scalars(params, grad, state, lr=0.001, decay=0.004, beta1=0.9, beta2=0.999, eps=1e-7):
    cells, t = state or ([(0.0, 0.0)] * 2, 0)
    t, out, kept = t + 1, [], []
    for x, g, (m, v) in zip(params, grad, cells, strict=True):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        out.append(x - lr * decay * x - lr * m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** 0.5 + eps))
        kept.append((m, v))
    return out, (kept, t)


@row(AdamW, "an L2 penalty")
class Penalty(Decaying):
    def seen(self, gradient, weights):
        return gradient + self.wd * weights

    def moved(self, weights, mean, below):
        return weights - self.lr * mean / below


@row(AdamW, "twice")
class Twice(Decaying):
    def seen(self, gradient, weights):
        return gradient + self.wd * weights


@row(AdamW, "the decay rescaled")
class Rescaled(Decaying):
    def moved(self, weights, mean, below):
        return weights - self.lr * (self.wd * weights + mean) / below


@row(AdamW, "growth")
class Grows(Decaying):
    def moved(self, weights, mean, below):
        return weights * (1 + self.lr * self.wd) - self.lr * mean / below


@row(AdamW, "the paper's decay")
class AsInThePaper(Decaying):
    def moved(self, weights, mean, below):
        return (1 - self.wd) * weights - self.lr * mean / below


@row(AdamW, "the decay last")
class Afterwards(Decaying):
    def moved(self, weights, mean, below):
        return (weights - self.lr * mean / below) * (1 - self.lr * self.wd)


@row(AdamW, "Keras's ε")
class BesideTheRaw(Decaying):
    def below(self, square):
        return square**0.5 + self.eps / (1 - self.beta2**self.count) ** 0.5


@row(AdamW, "ε inside the root")
def under_the_root(params, grad, state, lr=0.001, wd=0.004, b1=0.9, b2=0.999, eps=1e-7):
    m, v, t = state = two_averages(state, grad, b1, b2)
    return params * (1 - lr * wd) - lr * m / (1 - b1**t) / np.sqrt(v / (1 - b2**t) + eps), state


@row(AdamW, "no correction")
def uncorrected(params, grad, state, lr=0.001, wd=0.004, b1=0.9, b2=0.999, eps=1e-7):
    m, v, _ = state = two_averages(state, grad, b1, b2)
    return params - lr * (m / (np.sqrt(v) + eps) + wd * params), state
