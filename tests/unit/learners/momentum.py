"""Rules as learners write them: every entry of the catalogue for Momentum, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Momentum
from tests.unit.learners.table import row


@row(Momentum, "the rate twice, for b")
def twice_for_b(params, grad, state, lr=0.01, beta=0.9):
    a, b = params
    va, vb = state if state is not None else (0.0, 0.0)
    va = beta * va + lr * grad[0]
    vb = beta * vb + lr * grad[1]
    a = a - va
    b = b - lr * vb
    return [a, b], (va, vb)


@row(Momentum, "the rate twice")
class TwiceInside:
    def __init__(self, lr=0.01, mu=0.9):
        self.lr, self.mu = lr, mu
        self.speed = 0

    def update(self, params, gradient, _):
        self.speed = self.mu * self.speed + self.lr * gradient
        return params - self.lr * self.speed


@row(Momentum, "a buffer that starts at 0.9")
class Kicked:
    def __init__(self, learning_rate=0.01, gamma=0.9):
        self.rate, self.gamma = learning_rate, gamma

    def init(self, params):
        return {"a": 0.9, "b": 0.9}

    def update(self, params, grad, v):
        new = {k: self.gamma * v[k] - self.rate * g for k, g in zip("ab", grad, strict=True)}
        return np.array([params[0] + new["a"], params[1] + new["b"]]), new


@row(Momentum, "nothing fades")
def frictionless(p, g, velocity, lr=0.01, momentum=0.9):
    if velocity is None:
        velocity = np.zeros(2)
    velocity = velocity - lr * g
    return p + velocity, velocity


@row(Momentum, "β on the gradient")
class Swapped:
    def __init__(self, lr=0.01, beta=0.9):
        self.lr, self.beta = lr, beta

    def init(self, params):
        return tf.zeros_like(params)

    def update(self, params, gradient, old):
        new = old - self.lr * self.beta * gradient
        return params + new, new


@row(Momentum, "one velocity for all")
def shared(p, g, v, lr=0.01, beta=0.9):
    v = 0.0 if v is None else v
    out = []
    for x, slope in zip(p, g, strict=True):
        v = beta * v - lr * slope
        out.append(x + v)
    return out, v


@row(Momentum, "the velocity of before")
class Late:
    def __init__(self, lr=0.01, mu=0.9):
        self.lr, self.mu, self.v = lr, mu, np.zeros(2)

    def update(self, params, gradient, state):
        new = params + self.v
        self.v = self.mu * self.v - self.lr * gradient
        return new, state


@row(Momentum, "uphill")
def gather_speed_uphill(p, g, v, lr=0.01, mu=0.9):
    v = (0 if v is None else mu * v) + lr * g
    return p + v, v


@row(Momentum, "PyTorch's form")
class Buffer:
    def __init__(self, lr=0.01, mu=0.9):
        self.lr, self.mu, self.buffer = lr, mu, None

    def update(self, params, gradient, state):
        self.buffer = gradient if self.buffer is None else self.mu * self.buffer + gradient
        return params - self.lr * self.buffer, state


@row(Momentum, "damped momentum")
def average(params, gradient, mean, alpha=0.01, beta=0.9):
    mean = np.zeros(2) if mean is None else mean
    mean = beta * mean + alpha * (1 - beta) * gradient
    return params - mean, mean
