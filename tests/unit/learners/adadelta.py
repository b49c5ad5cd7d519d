"""Rules as learners write them: every entry of the catalogue for Adadelta, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Adadelta
from tests.unit.learners.table import right, row


class Units:
    """What the classes below share: a mean of squared gradients and one of squared steps, kept in the object."""

    def __init__(self, lr=0.001, rho=0.95, eps=1e-7):
        self.lr, self.rho, self.eps = lr, rho, eps
        self.felt, self.moved = np.zeros(2), np.zeros(2)

    def update(self, params, gradient, state):
        self.felt = self.felt + (1 - self.rho) * (gradient * gradient - self.felt)
        step = self.step(gradient)
        self.moved = self.moved + (1 - self.rho) * (self.gathered(step, gradient) ** 2 - self.moved)
        return params - self.lr * step, state

    def step(self, gradient):
        return gradient * np.sqrt((self.moved + self.eps) / (self.felt + self.eps))

    def gathered(self, step, gradient):
        return step


@right(Adadelta)
class RightInItself(Units):
    pass


@right(Adadelta)
class InTensors:
    def __init__(self, learning_rate=0.001, decay=0.95, epsilon=1e-7):
        self.rate, self.decay, self.epsilon = learning_rate, decay, epsilon

    def init(self, params):
        return tf.zeros_like(params), tf.zeros_like(params)

    def update(self, params, grad, state):
        squares, steps = state
        squares = self.decay * squares + (1 - self.decay) * tf.square(grad)
        step = tf.sqrt(steps + self.epsilon) / tf.sqrt(squares + self.epsilon) * grad
        return params - self.rate * step, (squares, self.decay * steps + (1 - self.decay) * tf.square(step))


@right(Adadelta)
def scalars(params, grad, state, lr=0.001, rho=0.95, eps=1e-7):
    out, kept = [], []
    for x, g, (a, d) in zip(params, grad, state or [(0.0, 0.0)] * 2, strict=True):
        a = rho * a + (1 - rho) * g * g
        step = g * ((d + eps) / (a + eps)) ** 0.5
        out.append(x - lr * step)
        kept.append((a, rho * d + (1 - rho) * step * step))
    return out, kept


@row(Adadelta, "the scaled step gathered")
class Scaled(Units):
    def gathered(self, step, gradient):
        return self.lr * step


@row(Adadelta, "g gathered twice")
class Copied(Units):
    def gathered(self, step, gradient):
        return gradient


@row(Adadelta, "nothing above the bar")
class LikeRMSprop(Units):
    def step(self, gradient):
        return gradient / np.sqrt(self.felt + self.eps)


@row(Adadelta, "no ε above the bar")
class Seedless(Units):
    def step(self, gradient):
        return gradient * np.sqrt(self.moved / (self.felt + self.eps))


@row(Adadelta, "upside down")
class UpsideDown(Units):
    def step(self, gradient):
        return gradient * np.sqrt((self.felt + self.eps) / (self.moved + self.eps))


@row(Adadelta, "ε outside the roots")
class Outside(Units):
    def step(self, gradient):
        return gradient * (self.moved**0.5 + self.eps) / (self.felt**0.5 + self.eps)


@row(Adadelta, "the paper's form")
def without_a_rate(params, grad, state, rho=0.95, eps=1e-7):
    felt, moved = state or (0.0, 0.0)
    felt = rho * felt + (1 - rho) * np.square(grad)
    change = -np.sqrt(moved + eps) * grad / np.sqrt(felt + eps)
    return params + change, (felt, rho * moved + (1 - rho) * np.square(change))
