"""Rules as learners write them: every entry of the catalogue for Adan, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Adan
from tests.unit.learners.table import right, row


class Changing:
    """What the classes below share: three means, the gradient before and a count, kept in the object."""

    def __init__(self, lr=0.001, beta1=0.98, beta2=0.92, beta3=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.beta1, self.beta2, self.beta3, self.eps, self.decay = lr, beta1, beta2, beta3, eps, weight_decay
        self.mean, self.drift, self.square, self.last, self.count = np.zeros(2), np.zeros(2), np.zeros(2), None, 0

    def update(self, weights, gradient, state):
        self.count += 1
        change = self.change(gradient)
        self.mean += (1 - self.beta1) * (gradient - self.mean)
        self.drift += (1 - self.beta2) * (self.drifting(gradient, change) - self.drift)
        self.square += (1 - self.beta3) * (self.ahead(gradient, change) ** 2 - self.square)
        mean = self.mean / (1 - self.beta1**self.count)
        drift = self.drift / (1 - self.beta2**self.count)
        scale = self.under(self.square / (1 - self.beta3**self.count))
        self.keep(gradient)
        return self.shrunk(weights, self.lr * self.mixed(mean, drift) / scale), state

    def change(self, gradient):
        return np.zeros(2) if self.last is None else gradient - self.last

    def drifting(self, gradient, change):
        return change

    def ahead(self, gradient, change):
        return gradient + self.beta2 * change

    def mixed(self, mean, drift):
        return mean + self.beta2 * drift

    def under(self, square):
        return square**0.5 + self.eps

    def shrunk(self, weights, step):
        return (weights - step) / (1 + self.lr * self.decay)

    def keep(self, gradient):
        self.last = gradient


@right(Adan)
class AdanInItself(Changing):
    pass


@right(Adan)
class AdanInTensors:
    def __init__(self, learning_rate=0.001, betas=(0.98, 0.92, 0.99), epsilon=1e-8):
        self.rate, (self.b1, self.b2, self.b3), self.epsilon = learning_rate, betas, epsilon

    def init(self, params):
        zeros = tf.zeros_like(params)
        return {"m": zeros, "v": zeros, "n": zeros, "negative": zeros, "t": 0}

    def update(self, params, grad, state):
        t = state["t"] + 1
        change = grad + (state["negative"] if t > 1 else -grad)
        m = self.b1 * state["m"] + (1 - self.b1) * grad
        v = self.b2 * state["v"] + (1 - self.b2) * change
        n = self.b3 * state["n"] + (1 - self.b3) * tf.square(grad + self.b2 * change)
        scale = tf.sqrt(n) / (1 - self.b3**t) ** 0.5 + self.epsilon
        params = params - self.rate / (1 - self.b1**t) * m / scale
        params = params - self.rate * self.b2 / (1 - self.b2**t) * v / scale
        return params, {"m": m, "v": v, "n": n, "negative": -grad, "t": t}


@right(Adan)
def scalars(params, grad, state, lr=0.001, beta1=0.98, beta2=0.92, beta3=0.99, eps=1e-8):
    """In the paper's letters: its β is 1 − ours."""
    b1, b2, b3 = 1 - beta1, 1 - beta2, 1 - beta3
    cells, t = state or ([(0.0, 0.0, 0.0, g) for g in grad], 0)
    t, out, kept = t + 1, [], []
    for x, g, (m, v, n, old) in zip(params, grad, cells, strict=True):
        m, v = (1 - b1) * m + b1 * g, (1 - b2) * v + b2 * (g - old)
        n = (1 - b3) * n + b3 * (g + (1 - b2) * (g - old)) ** 2
        scale = (n / (1 - (1 - b3) ** t)) ** 0.5 + eps
        out.append(x - lr * (m / (1 - (1 - b1) ** t) + (1 - b2) * v / (1 - (1 - b2) ** t)) / scale)
        kept.append((m, v, n, g))
    return out, (kept, t)


@row(Adan, "the paper's factor")
class TwoLetters(Changing):
    def ahead(self, gradient, change):
        return gradient + (1 - self.beta2) * change

    def mixed(self, mean, drift):
        return mean + (1 - self.beta2) * drift


@row(Adan, "the change of the other sign")
class Backwards(Changing):
    def change(self, gradient):
        return -super().change(gradient)


@row(Adan, "no change in the step")
class MeanAlone(Changing):
    def mixed(self, mean, drift):
        return mean


@row(Adan, "n of the bare gradient")
class BareSquares(Changing):
    def ahead(self, gradient, change):
        return gradient


@row(Adan, "v of the gradient")
class TwoMeans(Changing):
    def drifting(self, gradient, change):
        return gradient


@row(Adan, "a first change of all of g")
class FromNothing(Changing):
    def change(self, gradient):
        return gradient if self.last is None else gradient - self.last


@row(Adan, "the change since the start")
class SinceTheStart(Changing):
    def keep(self, gradient):
        self.last = gradient if self.last is None else self.last


@row(Adan, "no root")
class Squared(Changing):
    def under(self, square):
        return square + self.eps


@row(Adan, "decay beside the step")
class Beside(Changing):
    def __init__(self, lr=0.001, beta1=0.98, beta2=0.92, beta3=0.99, eps=1e-8, weight_decay=0.01):
        super().__init__(lr, beta1, beta2, beta3, eps, weight_decay)

    def shrunk(self, weights, step):
        return weights * (1 - self.lr * self.decay) - step


@row(Adan, "a start with the first gradient")
def started(params, grad, state, lr=0.001, b1=0.98, b2=0.92, b3=0.99, eps=1e-8):
    if state is None:
        m, v, n = np.array(grad), np.zeros(2), grad**2
    else:
        m, v, n, old = state
        m = b1 * m + (1 - b1) * grad
        v = b2 * v + (1 - b2) * (grad - old)
        n = b3 * n + (1 - b3) * (grad + b2 * (grad - old)) ** 2
    return params - lr * (m + b2 * v) / (np.sqrt(n) + eps), (m, v, n, np.array(grad))


@row(Adan, "ε inside the root")
class Inside(Changing):
    def under(self, square):
        return (square + self.eps) ** 0.5
