"""Rules as learners write them: every entry of the catalogue for Adafactor, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Adafactor
from tests.unit.learners.table import right, row


def root_mean_square(values):
    return np.sqrt(np.mean(np.square(values)))


class Factor:
    """What the classes below share: the mean of squares of a vector and a count, kept in the object."""

    def __init__(self, lr=0.001, eps1=1e-30, eps2=0.001, clip=1.0):
        self.lr, self.eps1, self.eps2, self.clip = lr, eps1, eps2, clip
        self.mean, self.count = np.zeros(2), 0

    def update(self, weights, gradient, state):
        self.count += 1
        keep = self.keep()
        self.mean = keep * self.mean + (1 - keep) * (gradient * gradient + self.eps1)
        way = gradient / np.sqrt(self.mean)
        return weights - self.share(weights) * way / self.limit(root_mean_square(way)), state

    def keep(self):
        return 1 - self.count ** (-0.8)

    def share(self, weights):
        return self.size(weights) * self.rate()

    def size(self, weights):
        return max(root_mean_square(weights), self.eps2)

    def rate(self):
        return min(self.lr, self.count**-0.5)

    def limit(self, length):
        return max(1.0, length / self.clip)


@right(Adafactor)
class RightInItself(Factor):
    pass


@right(Adafactor)
class InTensors:
    def __init__(self, learning_rate=0.001, epsilon_1=1e-30, epsilon_2=0.001, clip_threshold=1.0):
        self.rate, self.small, self.least, self.d = learning_rate, epsilon_1, epsilon_2, clip_threshold

    def init(self, params):
        return tf.zeros_like(params), 0.0

    def update(self, params, grad, state):
        v, t = state
        t = t + 1.0
        v = v + t**-0.8 * (tf.square(grad) + self.small - v)
        u = grad / tf.sqrt(v)
        rms = tf.sqrt(tf.reduce_mean(u**2))
        size = tf.maximum(tf.sqrt(tf.reduce_mean(params**2)), self.least)
        return params - size * min(self.rate, 1 / t**0.5) * u / tf.maximum(rms / self.d, 1.0), (v, t)


@right(Adafactor)
def scalars(params, grad, state, lr=0.001, eps1=1e-30, eps2=0.001, clip=1.0):
    va, vb, t = state or (0.0, 0.0, 0)
    (a, b), (ga, gb), t = params, grad, t + 1
    old = 1 - t**-0.8
    va, vb = old * va + (1 - old) * (ga**2 + eps1), old * vb + (1 - old) * (gb**2 + eps1)
    ua, ub = ga / va**0.5, gb / vb**0.5
    alpha = max(eps2, ((a * a + b * b) / 2) ** 0.5) * min(lr, t**-0.5)
    alpha /= max(1, ((ua * ua + ub * ub) / 2) ** 0.5 / clip)
    return [a - alpha * ua, b - alpha * ub], (va, vb, t)


@row(Adafactor, "a constant β")
class Constant(Factor):
    def keep(self):
        return 0.999


@row(Adafactor, "t from 0")
class Ahead(Factor):
    def keep(self):
        return 1 - (self.count + 1) ** (-0.8)


@row(Adafactor, "no limit")
class Unlimited(Factor):
    def limit(self, length):
        return 1.0


@row(Adafactor, "always of one length")
class Normalised(Factor):
    def limit(self, length):
        return length / self.clip


@row(Adafactor, "an absolute step")
class Absolute(Factor):
    def size(self, weights):
        return 1.0
