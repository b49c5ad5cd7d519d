"""Rules as learners write them: every entry of the catalogue for AMSGrad, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import AMSGrad
from tests.unit.learners.table import right, row, two_averages


class Largest:
    """What the classes below share: two averages, the largest of the second, and a count, kept in the object."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.first = self.second = self.top = np.zeros(2)
        self.count = 0

    def update(self, params, gradient, state):
        self.count += 1
        self.first = self.first + (1 - self.beta1) * (gradient - self.first)
        self.before, self.second = self.second, self.second + (1 - self.beta2) * (gradient**2 - self.second)
        self.top = self.largest()
        return params - self.lr * self.mean() / self.below(), state

    def largest(self):
        return np.where(self.second > self.top, self.second, self.top)

    def mean(self):
        return self.first / (1 - self.beta1**self.count)

    def square(self):
        return self.top / (1 - self.beta2**self.count)

    def below(self):
        return np.sqrt(self.square()) + self.eps


@right(AMSGrad)
class RightInItself(Largest):
    pass


@right(AMSGrad)
class InTensors:
    def __init__(self, learning_rate=0.001, b1=0.9, b2=0.999, epsilon=1e-7):
        self.rate, self.b1, self.b2, self.epsilon = learning_rate, b1, b2, epsilon

    def init(self, params):
        nothing = tf.zeros_like(params)
        return {"m": nothing, "v": nothing, "max": nothing, "t": 0}

    def update(self, params, grad, s):
        t = s["t"] + 1
        m = self.b1 * s["m"] + (1 - self.b1) * grad
        v = self.b2 * s["v"] + (1 - self.b2) * tf.square(grad)
        top = tf.maximum(v, s["max"])
        step = (m / (1 - self.b1**t)) / (tf.sqrt(top / (1 - self.b2**t)) + self.epsilon)
        return params - self.rate * step, {"m": m, "v": v, "max": top, "t": t}


@right(AMSGrad)
def scalars(params, grad, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    t, cells = state or (0, [(0.0, 0.0, 0.0)] * 2)
    t, out, kept = t + 1, [], []
    for x, g, (m, v, top) in zip(params, grad, cells, strict=True):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        top = max(top, v)
        out.append(x - lr * m / (1 - beta1**t) / ((top / (1 - beta2**t)) ** 0.5 + eps))
        kept.append((m, v, top))
    return out, (t, kept)


@row(AMSGrad, "a maximum of two")
class LastTwo(Largest):
    def largest(self):
        return np.fmax(self.before, self.second)


@row(AMSGrad, "the maximum stored as v")
def one_variable(p, g, s, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    m, top, t = s if s is not None else (0.0, 0.0, 0)
    t += 1
    m = beta1 * m + (1 - beta1) * g
    top = np.maximum(top, beta2 * top + (1 - beta2) * g**2)
    return p - lr * m / (1 - beta1**t) / (np.sqrt(top / (1 - beta2**t)) + eps), (m, top, t)


@row(AMSGrad, "the maximum not used")
class Unused(Largest):
    def square(self):
        return self.second / (1 - self.beta2**self.count)


@row(AMSGrad, "the smallest")
class Smallest(Largest):
    def largest(self):
        return np.fmin(self.second, self.top)


@row(AMSGrad, "no root")
class Rootless(Largest):
    def below(self):
        return self.square() + self.eps


@row(AMSGrad, "the paper's form")
class AsInThePaper(Largest):
    def mean(self):
        return self.first

    def square(self):
        return self.top


@row(AMSGrad, "Optax's form")
class CorrectedFirst(Largest):
    def largest(self):
        return np.maximum(self.top, self.second / (1 - self.beta2**self.count))

    def square(self):
        return self.top


@row(AMSGrad, "Keras's ε")
class BesideTheRaw(Largest):
    def below(self):
        return np.sqrt(self.square()) + self.eps / np.sqrt(1 - self.beta2**self.count)


def largest(state, grad, b1, b2):
    m, v, t, u = state or (0.0, 0.0, 0, 0.0)
    m, v, t = two_averages((m, v, t), grad, b1, b2)
    return m, v, t, np.maximum(u, v)


@row(AMSGrad, "ε inside the root")
def under_the_root(params, grad, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    m, v, t, u = state = largest(state, grad, b1, b2)
    return params - lr * m / (1 - b1**t) / np.sqrt(u / (1 - b2**t) + eps), state


@row(AMSGrad, "the paper's ε")
def bare_root(params, grad, state, lr=0.001, b1=0.9, b2=0.999):
    m, v, t, u = state = largest(state, grad, b1, b2)
    return params - lr * m / (1 - b1**t) / np.sqrt(u / (1 - b2**t)), state
