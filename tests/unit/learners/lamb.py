"""Rules as learners write them: every entry of the catalogue for Lamb, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Lamb
from tests.unit.learners.table import right, row, two_averages


class Layer:
    """What the classes below share: Adam's two averages and a count, kept in the object."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.first, self.second, self.count = np.zeros(2), np.zeros(2), 0

    def update(self, layer, gradient, state):
        self.count += 1
        self.first = self.first + (1 - self.beta1) * (gradient - self.first)
        self.second = self.second + (1 - self.beta2) * (gradient**2 - self.second)
        way = self.way()
        return layer - self.lr * self.trust(layer, way, gradient) * way, state

    def way(self):
        mean, square = self.first / (1 - self.beta1**self.count), self.second / (1 - self.beta2**self.count)
        return mean / (square**0.5 + self.eps)

    def trust(self, layer, way, gradient):
        bottom = np.linalg.norm(way)
        return np.linalg.norm(layer) / bottom if bottom > 0 else 1.0


@right(Lamb)
class RightInItself(Layer):
    pass


@right(Lamb)
class InTensors:
    def __init__(self, learning_rate=0.001, b1=0.9, b2=0.999, epsilon=1e-7):
        self.rate, self.b1, self.b2, self.epsilon = learning_rate, b1, b2, epsilon

    def init(self, params):
        return tf.zeros_like(params), tf.zeros_like(params), 0

    def update(self, params, grad, state):
        m, v, t = state
        t = t + 1
        m, v = self.b1 * m + (1 - self.b1) * grad, self.b2 * v + (1 - self.b2) * tf.square(grad)
        r = (m / (1 - self.b1**t)) / (tf.sqrt(v / (1 - self.b2**t)) + self.epsilon)
        ratio = tf.norm(params) / tf.norm(r) if tf.norm(r) > 0 else 1.0
        return params - self.rate * ratio * r, (m, v, t)


@right(Lamb)
def scalars(params, grad, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    ma, mb, va, vb, t = state or (0.0, 0.0, 0.0, 0.0, 0)
    (a, b), (ga, gb), t = params, grad, t + 1
    ma, mb = beta1 * ma + (1 - beta1) * ga, beta1 * mb + (1 - beta1) * gb
    va, vb = beta2 * va + (1 - beta2) * ga**2, beta2 * vb + (1 - beta2) * gb**2
    ra = ma / (1 - beta1**t) / ((va / (1 - beta2**t)) ** 0.5 + eps)
    rb = mb / (1 - beta1**t) / ((vb / (1 - beta2**t)) ** 0.5 + eps)
    size, length = (a * a + b * b) ** 0.5, (ra * ra + rb * rb) ** 0.5
    trust = size / length if length else 1.0
    return [a - lr * trust * ra, b - lr * trust * rb], (ma, mb, va, vb, t)


@row(Lamb, "no ratio")
class Trustful(Layer):
    def trust(self, layer, way, gradient):
        return 1.0


@row(Lamb, "the ratio upside down")
class UpsideDown(Layer):
    def trust(self, layer, way, gradient):
        top = np.linalg.norm(way)
        return top / np.linalg.norm(layer) if top > 0 else 1.0


@row(Lamb, "the gradient's norm")
class LikeLars(Layer):
    def trust(self, layer, way, gradient):
        bottom = np.linalg.norm(gradient)
        return np.linalg.norm(layer) / bottom if bottom > 0 else 1.0


@row(Lamb, "a ratio for each weight")
class EachItsOwn(Layer):
    def trust(self, layer, way, gradient):
        own = np.ones(2)
        some = (layer != 0) & (way != 0)
        own[some] = np.abs(layer[some] / way[some])
        return own


@row(Lamb, "no correction")
class Raw(Layer):
    def way(self):
        return self.first / (np.sqrt(self.second) + self.eps)


def scaled(params, direction, lr):
    size, length = np.linalg.norm(params), np.linalg.norm(direction)
    return params - lr * (size / length if size > 0 and length > 0 else 1.0) * direction


@row(Lamb, "the paper's decay")
def decayed(params, grad, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    m, v, t = state = two_averages(state, grad, b1, b2)
    return scaled(params, m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps) + 0.01 * params, lr), state


@row(Lamb, "ε inside the root")
def under_the_root(params, grad, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    m, v, t = state = two_averages(state, grad, b1, b2)
    return scaled(params, m / (1 - b1**t) / np.sqrt(v / (1 - b2**t) + eps), lr), state
