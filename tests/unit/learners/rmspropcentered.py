"""Rules as learners write them: every entry of the catalogue for centered RMSprop, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import RMSpropCentered
from tests.unit.learners.table import right, row


class Spread:
    """What the classes below share: a mean of gradients and one of their squares, kept in the object."""

    def __init__(self, lr=0.001, rho=0.9, eps=1e-7):
        self.lr, self.rho, self.eps = lr, rho, eps
        self.mean, self.square = np.zeros(2), np.zeros(2)

    def update(self, params, gradient, state):
        self.before = self.mean
        self.mean = self.rho * self.mean + (1 - self.rho) * gradient
        self.square = self.rho * self.square + (1 - self.rho) * gradient * gradient
        return params - self.lr * self.step(gradient), state

    def step(self, gradient):
        return gradient / np.sqrt(self.square - self.mean * self.mean + self.eps)


@right(RMSpropCentered)
class RightInItself(Spread):
    pass


@right(RMSpropCentered)
class InTensors:
    def __init__(self, learning_rate=0.001, alpha=0.9, epsilon=1e-7):
        self.rate, self.alpha, self.epsilon = learning_rate, alpha, epsilon

    def init(self, params):
        return {"mean": tf.zeros_like(params), "square": tf.zeros_like(params)}

    def update(self, params, grad, state):
        square = self.alpha * state["square"] + (1 - self.alpha) * tf.square(grad)
        mean = self.alpha * state["mean"] + (1 - self.alpha) * grad
        spread = square - tf.square(mean)
        return params - self.rate * grad * tf.math.rsqrt(spread + self.epsilon), {"mean": mean, "square": square}


@right(RMSpropCentered)
def scalars(params, grad, state, lr=0.001, rho=0.9, eps=1e-7):
    out, kept = [], []
    for x, g, (mean, square) in zip(params, grad, state or [(0.0, 0.0)] * 2, strict=True):
        mean = rho * mean + (1 - rho) * g
        square = rho * square + (1 - rho) * g * g
        out.append(x - lr * g / (square - mean * mean + eps) ** 0.5)
        kept.append((mean, square))
    return out, kept


@row(RMSpropCentered, "the mean not squared")
class NotSquared(Spread):
    def step(self, gradient):
        return gradient / np.sqrt(self.square - self.mean + self.eps)


@row(RMSpropCentered, "the mean put in")
def added(w, g, s, lr=0.001, rho=0.9, eps=1e-7):
    mean, square = (np.zeros(2), np.zeros(2)) if s is None else s
    mean, square = rho * mean + (1 - rho) * g, rho * square + (1 - rho) * g**2
    return w - lr * g / np.sqrt(mean**2 + square + eps), (mean, square)


@row(RMSpropCentered, "the mean of before")
class Stale(Spread):
    def step(self, gradient):
        return gradient / np.sqrt(self.square - self.before**2 + self.eps)


@row(RMSpropCentered, "a sum for a mean")
def summed(w, g, s, lr=0.001, rho=0.9, eps=1e-7):
    total, square = (np.zeros(2), np.zeros(2)) if s is None else s
    total, square = rho * total + g, rho * square + (1 - rho) * g**2
    return w - lr * g / np.sqrt(square - total**2 + eps), (total, square)


@row(RMSpropCentered, "along the mean")
class Along(Spread):
    def step(self, gradient):
        return self.mean / np.sqrt(self.square - self.mean**2 + self.eps)


@row(RMSpropCentered, "no root")
class Rootless(Spread):
    def step(self, gradient):
        return gradient / (self.square - self.mean**2 + self.eps)


@row(RMSpropCentered, "ε outside of everything")
class EarlyBracket(Spread):
    def update(self, params, gradient, state):
        params, state = super().update(params, gradient, state)
        return params + self.eps, state

    def step(self, gradient):
        return gradient / np.sqrt(self.square - self.mean**2)


@row(RMSpropCentered, "ε outside the root")
class Torch(Spread):
    def step(self, gradient):
        return gradient / (np.sqrt(self.square - self.mean**2) + self.eps)


@row(RMSpropCentered, "Graves's momentum")
def with_velocity(params, grad, state, lr=0.001, rho=0.9, eps=1e-7):
    mean, square, speed = state or (0.0, 0.0, 0.0)
    mean, square = rho * mean + (1 - rho) * grad, rho * square + (1 - rho) * grad**2
    speed = 0.9 * speed - lr * grad / np.sqrt(square - mean * mean + eps)
    return params + speed, (mean, square, speed)
