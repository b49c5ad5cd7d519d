"""Rules as learners write them: every entry of the catalogue for Adamax, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Adamax
from tests.unit.learners.table import right, row


class Peak:
    """What the classes below share: the mean of gradients, the largest one, and a count, kept in the object."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.mean, self.peak, self.count = np.zeros(2), np.zeros(2), 0

    def update(self, params, gradient, state):
        self.count += 1
        self.mean = self.mean + (1 - self.beta1) * (gradient - self.mean)
        self.peak = self.higher(gradient)
        return params - self.lr * self.corrected() / self.below(), state

    def higher(self, gradient):
        faded, size = self.peak * self.beta2, np.abs(gradient)
        return np.where(size > faded, size, faded)

    def corrected(self):
        return self.mean / (1 - self.beta1**self.count)

    def below(self):
        return self.peak + self.eps


@right(Adamax)
class RightInItself(Peak):
    pass


@right(Adamax)
class InTensors:
    def __init__(self, learning_rate=0.001, b1=0.9, b2=0.999, epsilon=1e-7):
        self.rate, self.b1, self.b2, self.epsilon = learning_rate, b1, b2, epsilon

    def init(self, params):
        return tf.zeros_like(params), tf.zeros_like(params), 0

    def update(self, params, grad, state):
        m, peak, t = state
        t = t + 1
        m, peak = self.b1 * m + (1 - self.b1) * grad, tf.maximum(tf.abs(grad), peak * self.b2)
        return params - self.rate / (1 - self.b1**t) * m / (peak + self.epsilon), (m, peak, t)


@right(Adamax)
def scalars(params, grad, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    cells, t = state or ([(0.0, 0.0)] * 2, 0)
    t, out, kept = t + 1, [], []
    for x, g, (m, top) in zip(params, grad, cells, strict=True):
        m, top = beta1 * m + (1 - beta1) * g, max(beta2 * top, abs(g))
        out.append(x - lr * m / (1 - beta1**t) / (top + eps))
        kept.append((m, top))
    return out, (kept, t)


@row(Adamax, "nothing fades")
class ForEver(Peak):
    def higher(self, gradient):
        return np.maximum(self.peak, np.abs(gradient))


@row(Adamax, "the sign kept")
class Signed(Peak):
    def higher(self, gradient):
        return np.maximum(self.peak * self.beta2, gradient)


@row(Adamax, "the largest of squares")
class Squares(Peak):
    def higher(self, gradient):
        return np.maximum(self.peak * self.beta2, np.square(gradient))


@row(Adamax, "the maximum corrected")
class BothCorrected(Peak):
    def below(self):
        return self.peak / (1 - self.beta2**self.count) + self.eps


@row(Adamax, "m not corrected")
class RawMean(Peak):
    def corrected(self):
        return self.mean


@row(Adamax, "PyTorch's ε")
class Inside(Peak):
    def higher(self, gradient):
        return np.maximum(self.peak * self.beta2, np.abs(gradient) + self.eps)

    def below(self):
        return self.peak


@row(Adamax, "the paper's form")
def bare_maximum(params, grad, state, lr=0.002, b1=0.9, b2=0.999):
    m, u, t = state or (0.0, 0.0, 0)
    m, u, t = b1 * m + (1 - b1) * grad, np.maximum(b2 * u, abs(grad)), t + 1
    return params - lr / (1 - b1**t) * m / u, (m, u, t)
