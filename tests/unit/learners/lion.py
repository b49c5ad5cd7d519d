"""Rules as learners write them: every entry of the catalogue for Lion, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Lion
from tests.unit.learners.table import right, row


@right(Lion)
class LionInTensors:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.99):
        self.rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2

    def init(self, params):
        return tf.zeros_like(params)

    def update(self, params, gradient, mean):
        direction = tf.math.sign(tf.add(self.beta_1 * mean, (1 - self.beta_1) * gradient))
        return params - self.rate * direction, tf.add(self.beta_2 * mean, (1 - self.beta_2) * gradient)


@right(Lion)
def by_cases(params, gradient, means, lr=0.001, b1=0.9, b2=0.99):
    new, kept = [], []
    for w, g, m in zip(params, gradient, means or (0.0, 0.0), strict=True):
        c = m + (1 - b1) * (g - m)
        new.append(w - lr if c > 0 else w + lr if c < 0 else w)
        kept.append(m + (1 - b2) * (g - m))
    return new, kept


@right(Lion)
class LionInItself:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.99):
        self.lr, self.beta1, self.beta2, self.velocity = lr, beta1, beta2, np.zeros(2)

    def update(self, params, gradient, state):
        mixed = np.average([self.velocity, gradient], axis=0, weights=[self.beta1, 1 - self.beta1])
        self.velocity = np.average([self.velocity, gradient], axis=0, weights=[self.beta2, 1 - self.beta2])
        return params - np.copysign(self.lr, mixed) * (mixed != 0)


@right(Lion)
def without_a_decay(w, g, m, lr=0.001, beta1=0.9, beta2=0.99, weight_decay=0.0):
    m = np.zeros_like(w) if m is None else m
    return w * (1 - lr * weight_decay) - lr * np.sign(beta1 * m + (1 - beta1) * g), beta2 * m + (1 - beta2) * g


@row(Lion, "one memory for both")
def as_in_adam(w, g, m, lr=0.001, beta2=0.99):
    m = beta2 * (np.zeros(2) if m is None else m) + (1 - beta2) * g
    return w - lr * np.sign(m), m


@row(Lion, "the mixture kept")
class OneBuffer:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.99):  # the second one taken, and forgotten
        self.lr, self.beta1 = lr, beta1

    def init(self, params):
        return [0.0, 0.0]

    def update(self, params, gradient, c):
        c = [self.beta1 * old + (1 - self.beta1) * now for old, now in zip(c, gradient, strict=True)]
        return params - self.lr * np.sign(c), c


@row(Lion, "the mixture of the new m")
def too_early(params, grad, mean, eta=0.001, b1=0.9, b2=0.99):
    mean = (1 - b2) * grad + (0 if mean is None else b2 * mean)
    return params - eta * np.sign((1 - b1) * grad + b1 * mean), mean


@row(Lion, "no sign")
class Unsigned:
    def __init__(self, lr=0.001, beta_1=0.9, beta_2=0.99):
        self.lr, self.beta_1, self.beta_2 = lr, beta_1, beta_2

    def init(self, params):
        return tf.zeros_like(params)

    def update(self, params, gradient, m):
        mixed = self.beta_1 * m + gradient - self.beta_1 * gradient
        return params - self.lr * mixed, m * self.beta_2 + gradient * (1 - self.beta_2)


@row(Lion, "a mean of signs")
def signs_all_over(w, g, m, lr=0.001, beta1=0.9, beta2=0.99):
    m = np.zeros(2) if m is None else m
    return w - lr * np.sign(m * beta1 + g * (1 - beta1)), m + (1 - beta2) * (np.sign(g) - m)


@row(Lion, "one length for all")
def unit_vector(w, g, m, lr=0.001, beta1=0.9, beta2=0.99):
    m = 0 * g if m is None else m
    mixed = m * beta1 + g * (1 - beta1)
    return w - lr * mixed / np.linalg.norm(mixed), m * beta2 + g * (1 - beta2)


@row(Lion, "Optax's decay")
class WithDecay:
    def __init__(self, lr=0.001, b1=0.9, b2=0.99, weight_decay=1e-3):
        self.lr, self.b1, self.b2, self.weight_decay = lr, b1, b2, weight_decay

    def init(self, params):
        return {"mu": np.zeros_like(params)}

    def update(self, params, grads, state):
        updates = np.sign(self.b1 * state["mu"] + (1 - self.b1) * grads) + self.weight_decay * params
        return params - self.lr * updates, {"mu": self.b2 * state["mu"] + (1 - self.b2) * grads}
