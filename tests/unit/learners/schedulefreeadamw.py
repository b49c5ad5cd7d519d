"""Rules as learners write them: every entry of the catalogue for ScheduleFreeAdamW, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import ScheduleFreeAdamW
from tests.unit.learners.table import right, row


@right(ScheduleFreeAdamW)
class ScheduleFreeInTensors:
    def __init__(self, learning_rate=0.0025, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
        self.rate, self.beta_1, self.beta_2, self.epsilon = learning_rate, beta_1, beta_2, epsilon

    def init(self, params):
        return {"z": params, "x": params, "v": tf.zeros_like(params), "t": 0}

    def update(self, params, gradient, state):
        t = state["t"] + 1
        v = self.beta_2 * state["v"] + (1 - self.beta_2) * tf.square(gradient)
        root = tf.sqrt(v / (1 - self.beta_2**t))
        z = tf.subtract(state["z"], self.rate * gradient / (root + self.epsilon))
        x = state["x"] + (z - state["x"]) / t
        return x + (1 - self.beta_1) * (z - x), {"z": z, "x": x, "v": v, "t": t}


@right(ScheduleFreeAdamW)
def mean_of_the_list(params, gradient, state, lr=0.0025, b1=0.9, b2=0.999, eps=1e-8):
    points, squares = state or ([], [])
    squares = [*squares, gradient**2]
    ages = np.arange(len(squares))[::-1]
    scale = np.sqrt(np.average(squares, axis=0, weights=b2**ages))
    z = (points[-1] if points else params) - lr * gradient / (scale + eps)
    points = [*points, z]
    return (1 - b1) * z + b1 * np.mean(points, axis=0), (points, squares)


@right(ScheduleFreeAdamW)
def without_x(y, g, state, lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-8):
    """As the libraries do: the mean is got back from the point and the old z."""
    z, v, t = state or (y, np.zeros(2), 0)
    t += 1
    old_mean = (y - (1 - beta1) * z) / beta1
    v = v + (1 - beta2) * (g * g - v)
    z = z - lr * g / (np.sqrt(v / (1 - beta2**t)) + eps)
    mean = old_mean + (z - old_mean) / t
    return beta1 * mean + (1 - beta1) * z, (z, v, t)


@right(ScheduleFreeAdamW)
class ScheduleFreeInItself:
    def __init__(self, lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.total, self.point, self.square, self.count = np.zeros(2), None, np.zeros(2), 0

    def update(self, params, gradient, state):
        self.count += 1
        self.point = np.array(params) if self.point is None else self.point
        self.square = self.square * self.beta2 + gradient**2 * (1 - self.beta2)
        unbiased = self.square / (1 - self.beta2**self.count)
        self.point = self.point - self.lr * gradient / (unbiased**0.5 + self.eps)
        self.total = self.total + self.point
        return self.point + self.beta1 * (self.total / self.count - self.point)


def walk(start, z, v, t, g, lr, b2, eps):
    """One step of z, as most rules below have it."""
    z = start if z is None else z
    v, t = b2 * v + (1 - b2) * g**2, t + 1
    return z - lr * g / (np.sqrt(v / (1 - b2**t)) + eps), v, t


@row(ScheduleFreeAdamW, "the gradient at the mean")
def keras_on_tensorflow(y, g, state, lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-8):
    z, v, t = walk(y, *(state or (None, 0.0, 0)), g, lr, beta2, eps)
    old_mean = (y - (1 - beta1) * z) / beta1  # with the new z
    mean = old_mean + (z - old_mean) / t
    return beta1 * mean + (1 - beta1) * z, (z, v, t)


@row(ScheduleFreeAdamW, "z and x exchanged")
def exchanged(y, g, state, lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-8):
    mean, *rest = state or (0.0, None, 0.0, 0)
    z, v, t = walk(y, *rest, g, lr, beta2, eps)
    mean = mean + (z - mean) / t
    return mean + beta1 * (z - mean), (mean, z, v, t)


@row(ScheduleFreeAdamW, "a fading mean")
def fading(y, g, state, lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-8):
    mean, *rest = state or (y, None, 0.0, 0)
    z, v, t = walk(y, *rest, g, lr, beta2, eps)
    mean = mean * beta1 + z * (1 - beta1)
    return beta1 * mean + (1 - beta1) * z, (mean, z, v, t)


@row(ScheduleFreeAdamW, "the step from θ")
class FromThePoint:
    def __init__(self, lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps

    def init(self, params):
        return params, np.zeros_like(params), 0

    def update(self, params, gradient, state):
        mean, v, t = state
        z, v, t = walk(params, None, v, t, gradient, self.lr, self.beta2, self.eps)
        mean = mean * (t - 1) / t + z / t
        return (1 - self.beta1) * z + self.beta1 * mean, (mean, v, t)


@row(ScheduleFreeAdamW, "v not corrected")
class Uncorrected:
    def __init__(self, lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps

    def init(self, params):
        return [params, params, np.zeros_like(params), 0]

    def update(self, params, gradient, state):
        z, x, square, t = state
        square = self.beta2 * square + (1 - self.beta2) * gradient * gradient
        z = z - self.lr * gradient / (square**0.5 + self.eps)
        x = (t * x + z) / (t + 1)
        return z * (1 - self.beta1) + x * self.beta1, [z, x, square, t + 1]


@row(ScheduleFreeAdamW, "z starts at 0")
def from_the_origin(y, g, state, lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-8):
    mean, *rest = state or (y, 0 * y, 0.0, 0)
    z, v, t = walk(y, *rest, g, lr, beta2, eps)
    mean = mean + (z - mean) / t
    return z + beta1 * (mean - z), (mean, z, v, t)


@row(ScheduleFreeAdamW, "the start counted")
def with_the_start(y, g, state, lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-8):
    total, *rest = state or (y, None, 0.0, 0)
    z, v, t = walk(y, *rest, g, lr, beta2, eps)
    total = total + z
    return (1 - beta1) * z + beta1 * total / (t + 1), (total, z, v, t)


@row(ScheduleFreeAdamW, "the paper's weights")
def weighed(y, g, state, lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-8):
    mean, weights, *rest = state or (0.0, 0.0, None, 0.0, 0)
    z, v, t = walk(y, *rest, g, lr, beta2, eps)
    weight = 1 - beta2**t
    weights = weights + weight
    mean = mean + weight / weights * (z - mean)
    return (1 - beta1) * z + beta1 * mean, (mean, weights, z, v, t)


@row(ScheduleFreeAdamW, "the paper's ε")
def rate_corrected(y, g, state, lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-8):
    z, x, v, t = state or (y, y, 0.0, 0)
    t, v = t + 1, beta2 * v + (1 - beta2) * g**2
    z = z - lr * (1 - beta2**t) ** 0.5 * g / (np.sqrt(v) + eps)
    x = x + (z - x) / t
    return x + (1 - beta1) * (z - x), (z, x, v, t)


@right(ScheduleFreeAdamW)
def decayed_and_warmed_up(params, grad, state, lr=0.0025, b1=0.9, b2=0.999, eps=1e-8, wd=0.0, warmup_steps=0):
    z, x, v, t = state or (params, params, 0.0, 0)
    t, v = t + 1, v + (1 - b2) * (grad * grad - v)
    lr = lr * t / warmup_steps if t < warmup_steps else lr
    z = z - lr * grad / (np.sqrt(v / (1 - b2**t)) + eps) - lr * wd * params
    x = x + (z - x) / t
    return z + b1 * (x - z), (z, x, v, t)
