"""Rules as learners write them: every entry of the catalogue for AdEMAMix, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import AdEMAMix
from tests.unit.learners.table import right, row


class Memories:
    """What the classes below share: two means, a mean of squares and a count, kept in the object."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, beta3=0.9999, alpha=5.0, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.beta3, self.alpha, self.eps = lr, beta1, beta2, beta3, alpha, eps
        self.fast, self.slow, self.square, self.count = np.zeros(2), np.zeros(2), np.zeros(2), 0

    def update(self, weights, gradient, state):
        self.count += 1
        self.fast = self.fast + (1 - self.beta1) * (gradient - self.fast)
        self.slow = self.older(gradient)
        self.square = self.square + (1 - self.beta2) * (gradient**2 - self.square)
        direction = self.mixed(self.fast / (1 - self.beta1**self.count))
        moved = weights - self.lr * direction / self.under(self.square / (1 - self.beta2**self.count))
        self.keep()
        return moved, state

    def older(self, gradient):
        return self.slow + (1 - self.beta3) * (gradient - self.slow)

    def mixed(self, fast):
        return fast + self.alpha * self.slow

    def under(self, square):
        return square**0.5 + self.eps

    def keep(self):
        pass


@right(AdEMAMix)
class RightInItself(Memories):
    pass


@right(AdEMAMix)
class InTensors:
    def __init__(self, learning_rate=0.001, b1=0.9, b2=0.999, b3=0.9999, alpha=5.0, epsilon=1e-8):
        self.rate, self.b1, self.b2, self.b3, self.alpha, self.epsilon = learning_rate, b1, b2, b3, alpha, epsilon

    def init(self, params):
        return tf.zeros_like(params), tf.zeros_like(params), tf.zeros_like(params), 0

    def update(self, params, grad, state):
        fast, slow, v, t = state
        t = t + 1
        fast, slow = self.b1 * fast + (1 - self.b1) * grad, self.b3 * slow + (1 - self.b3) * grad
        v = self.b2 * v + (1 - self.b2) * tf.square(grad)
        scale = tf.sqrt(v / (1 - self.b2**t)) + self.epsilon
        step = (fast / (1 - self.b1**t)) / scale + self.alpha * slow / scale
        return params - self.rate * step, (fast, slow, v, t)


@right(AdEMAMix)
def scalars(params, grad, state, lr=0.001, beta1=0.9, beta2=0.999, beta3=0.9999, alpha=5.0, eps=1e-8):
    cells, t = state or ([(0.0, 0.0, 0.0)] * 2, 0)
    t, out, kept = t + 1, [], []
    for x, g, (fast, slow, v) in zip(params, grad, cells, strict=True):
        fast, slow, v = beta1 * fast + (1 - beta1) * g, beta3 * slow + (1 - beta3) * g, beta2 * v + (1 - beta2) * g * g
        out.append(x - lr * (fast / (1 - beta1**t) + alpha * slow) / ((v / (1 - beta2**t)) ** 0.5 + eps))
        kept.append((fast, slow, v))
    return out, (kept, t)


@row(AdEMAMix, "both means with β₁")
class OneMemory(Memories):
    def older(self, gradient):
        return self.slow + (1 - self.beta1) * (gradient - self.slow)


@row(AdEMAMix, "the slow mean alone")
class OnlyOld(Memories):
    def mixed(self, fast):
        return self.alpha * self.slow


@row(AdEMAMix, "the factor on the fast mean")
class Exchanged(Memories):
    def mixed(self, fast):
        return self.alpha * fast + self.slow


@row(AdEMAMix, "m₂ thrown away")
class Forgotten(Memories):
    def keep(self):
        self.slow = self.fast


@row(AdEMAMix, "no root")
class Squared(Memories):
    def under(self, square):
        return square + self.eps


@row(AdEMAMix, "the slow mean corrected")
class Corrected(Memories):
    def mixed(self, fast):
        return fast + self.alpha * self.slow / (1 - self.beta3**self.count)


@row(AdEMAMix, "the paper's decay")
class Decaying(Memories):
    def update(self, weights, gradient, state):
        moved, state = super().update(weights, gradient, state)
        return moved - self.lr * 0.01 * weights, state


@row(AdEMAMix, "the paper's rise")
def rising(params, grad, state, lr=0.001, b1=0.9, b2=0.999, b3=0.9999, alpha=5.0, eps=1e-8, rise=1000.0):
    fast, slow, square, t = state or (0.0, 0.0, 0.0, 0)
    t += 1
    share = min(t / rise, 1.0)
    memory = 1 / ((1 - share) / np.log(b1) + share / np.log(b3))
    memory = np.exp(memory)
    fast = b1 * fast + (1 - b1) * grad
    slow = memory * slow + (1 - memory) * grad
    square = b2 * square + (1 - b2) * grad**2
    step = fast / (1 - b1**t) + share * alpha * slow
    return params - lr * step / (np.sqrt(square / (1 - b2**t)) + eps), (fast, slow, square, t)
