"""Rules as learners write them: every entry of the catalogue for Adam, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Adam
from tests.unit.learners.table import row


@row(Adam, "m̂ and v̂ stored")
def stored(params, grad, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    m, v, t = state or (np.zeros(2), np.zeros(2), 0)
    t += 1
    m = (b1 * m + (1 - b1) * grad) / (1 - b1**t)
    v = (b2 * v + (1 - b2) * grad**2) / (1 - b2**t)
    return params - lr * m / (np.sqrt(v) + eps), (m, v, t)


class Averages:
    """What the classes below share: two averages and a count, kept in the object."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.first, self.second, self.count = np.zeros(2), np.zeros(2), 0

    def take_in(self, gradient):
        self.count += 1
        self.first = self.first + (1 - self.beta1) * (gradient - self.first)
        self.second = self.second + (1 - self.beta2) * (gradient * gradient - self.second)

    def update(self, params, gradient, state):
        self.take_in(gradient)
        return params - self.lr * self.step(gradient), state

    def mean(self):
        return self.first / (1 - self.beta1**self.count)

    def square(self):
        return self.second / (1 - self.beta2**self.count)

    def step(self, gradient):
        return self.mean() / (np.sqrt(self.square()) + self.eps)


@row(Adam, "m starts at 0.9")
class KickedMean(Averages):
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
        super().__init__(lr, beta1, beta2, eps)
        self.first = np.array([0.9, 0.9])


@row(Adam, "v starts at 0.9")
def kicked_square(params, grad, s, lr=0.001, beta_1=0.9, beta_2=0.999, eps=1e-7):
    s = s or {"m": [0, 0], "v": [0.9, 0.9], "t": 0}
    t, out, new = s["t"] + 1, [], {"m": [], "v": []}
    for i in range(2):
        m = beta_1 * s["m"][i] + (1 - beta_1) * grad[i]
        v = beta_2 * s["v"][i] + (1 - beta_2) * grad[i] ** 2
        out.append(params[i] - lr * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + eps))
        new["m"].append(m)
        new["v"].append(v)
    return out, new | {"t": t}


@row(Adam, "m corrected by a product")
class ProductForMean(Averages):
    def mean(self):
        return self.first * (1 - self.beta1**self.count)


@row(Adam, "v corrected by a product")
def product_for_square(params, grad, state, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    m, v, t = state if state is not None else (0, 0, 0)
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    v_hat = v * (1 - beta2**t)
    return params - alpha * (m / (1 - beta1**t)) / (np.sqrt(v_hat) + eps), (m, v, t)


@row(Adam, "m corrected without the power")
class NoPowerForMean(Averages):
    def mean(self):
        return self.first / (1 - self.beta1)


@row(Adam, "v corrected without the power")
class NoPowerForSquare:
    def __init__(self, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
        self.lr, self.b1, self.b2, self.eps = lr, b1, b2, eps

    def init(self, params):
        return tf.zeros_like(params), tf.zeros_like(params), 0

    def update(self, params, gradient, state):
        m, v, t = state
        t += 1
        m = self.b1 * m + (1 - self.b1) * gradient
        v = self.b2 * v + (1 - self.b2) * tf.square(gradient)
        step = (m / (1 - self.b1**t)) / (tf.sqrt(v / (1 - self.b2)) + self.eps)
        return params - self.lr * step, (m, v, t)


@row(Adam, "the power of the difference, for m")
class BracketForMean(Averages):
    def mean(self):
        return self.first / np.power(1 - self.beta1, self.count)


@row(Adam, "the power of the difference, for v")
class BracketForSquare(Averages):
    def square(self):
        return self.second / np.power(1 - self.beta2, self.count)


@row(Adam, "t never counts")
def first_step_for_ever(params, grad, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    t = 1
    m, v = state or (np.zeros(2), np.zeros(2))
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return params - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), (m, v)


@row(Adam, "m not corrected")
class RawMean(Averages):
    def mean(self):
        return self.first


@row(Adam, "v not corrected")
class RawSquare(Averages):
    def square(self):
        return self.second


@row(Adam, "no root")
class Unrooted2(Averages):
    def step(self, gradient):
        return self.mean() / (self.square() + self.eps)


@row(Adam, "ε outside of everything")
class EarlyBracket2(Averages):
    def update(self, params, gradient, state):
        self.take_in(gradient)
        return params - self.lr * self.mean() / np.sqrt(self.square()) + self.eps, state


@row(Adam, "no ε")
class Bare(Averages):
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        super().__init__(lr, beta1, beta2, None)

    def step(self, gradient):
        return self.mean() / np.sqrt(self.square())


@row(Adam, "the gradient in place of m̂")
class Forgotten(Averages):
    def step(self, gradient):
        return gradient / (np.sqrt(self.square()) + self.eps)


@row(Adam, "Keras's ε")
def folded(params, grad, state, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m, v, t = state or (0.0, 0.0, 0)
    t += 1
    m += (1 - beta_1) * (grad - m)
    v += (1 - beta_2) * (grad**2 - v)
    rate = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return params - rate * m / (np.sqrt(v) + epsilon), (m, v, t)


@row(Adam, "ε inside the root")
class Inside(Averages):
    def step(self, gradient):
        return self.mean() / np.sqrt(self.square() + self.eps)


@row(Adam, "no correction")
def uncorrected(params, grad, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    m, v = (np.zeros(2), np.zeros(2)) if state is None else state
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad * grad
    return params - lr * m / (np.sqrt(v) + eps), (m, v)
