"""Rules as learners write them: every entry of the catalogue for RMSprop with momentum, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import RMSpropMomentum
from tests.unit.learners.table import right, row


class Steps:
    """What the classes below share: a mean of squared gradients and a velocity of steps, kept in the object."""

    def __init__(self, lr=0.001, rho=0.9, momentum=0.9, eps=1e-7):
        self.lr, self.rho, self.momentum, self.eps = lr, rho, momentum, eps
        self.square, self.velocity = np.zeros(2), np.zeros(2)

    def update(self, params, gradient, state):
        self.square = self.gathered(gradient)
        self.before = self.velocity
        self.velocity = self.moved(self.lr * gradient / self.root())
        return params - self.step(), state

    def gathered(self, gradient):
        return self.rho * self.square + (1 - self.rho) * gradient**2

    def root(self):
        return np.sqrt(self.square + self.eps)

    def moved(self, step):
        return self.momentum * self.velocity + step

    def step(self):
        return self.velocity


@right(RMSpropMomentum)
class RightInItself(Steps):
    pass


@right(RMSpropMomentum)
class InTensors:
    def __init__(self, learning_rate=0.001, alpha=0.9, mu=0.9, epsilon=1e-7):
        self.rate, self.alpha, self.mu, self.epsilon = learning_rate, alpha, mu, epsilon

    def init(self, params):
        return tf.zeros_like(params), tf.zeros_like(params)

    def update(self, params, grad, state):
        square, buffer = state
        square = self.alpha * square + (1 - self.alpha) * tf.square(grad)
        buffer = tf.add(self.mu * buffer, self.rate * grad / tf.sqrt(square + self.epsilon))
        return params - buffer, (square, buffer)


@right(RMSpropMomentum)
def scalars(params, grad, state, lr=0.001, rho=0.9, momentum=0.9, eps=1e-7):
    out, kept = [], []
    for x, g, (square, b) in zip(params, grad, state or [(0.0, 0.0)] * 2, strict=True):
        square = rho * square + (1 - rho) * g * g
        b = momentum * b - lr * g / (square + eps) ** 0.5
        out.append(x + b)
        kept.append((square, b))
    return out, kept


@row(RMSpropMomentum, "gradients gathered")
class Gathered(Steps):
    def update(self, params, gradient, state):
        self.square = self.gathered(gradient)
        self.velocity = self.moved(self.lr * gradient)
        return params - self.velocity / self.root(), state


@row(RMSpropMomentum, "the rate twice")
class Twice(Steps):
    def step(self):
        return self.lr * self.velocity


@row(RMSpropMomentum, "nothing fades")
class NeverFading(Steps):
    def moved(self, step):
        return self.velocity + step


@row(RMSpropMomentum, "the velocity of before")
class Late(Steps):
    def step(self):
        return self.before


@row(RMSpropMomentum, "uphill")
class Uphill(Steps):
    def step(self):
        return -self.velocity


@row(RMSpropMomentum, "no (1 − ρ)")
class FadingSum(Steps):
    def gathered(self, gradient):
        return self.rho * self.square + gradient**2


@row(RMSpropMomentum, "no root")
class Rootless(Steps):
    def root(self):
        return self.square + self.eps


@row(RMSpropMomentum, "b starts at 0.9")
class Kicked(Steps):
    def __init__(self, lr=0.001, rho=0.9, momentum=0.9, eps=1e-7):
        super().__init__(lr, rho, momentum, eps)
        self.velocity = np.full(2, 0.9)


@row(RMSpropMomentum, "PyTorch's form")
def as_torch(w, g, s, lr=0.001, alpha=0.9, momentum=0.9, eps=1e-7):
    square, buffer = (np.zeros(2), np.zeros(2)) if s is None else s
    square = alpha * square + (1 - alpha) * g * g
    buffer = momentum * buffer + g / np.sqrt(square + eps)
    return w - lr * buffer, (square, buffer)


@row(RMSpropMomentum, "damped")
class Averaged(Steps):
    def moved(self, step):
        return self.momentum * self.velocity + (1 - self.momentum) * step


@row(RMSpropMomentum, "ε outside the root")
class Torch(Steps):
    def root(self):
        return np.sqrt(self.square) + self.eps
