"""Rules as learners write them: every entry of the catalogue for Nesterov, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Nesterov
from tests.unit.learners.table import ROWS, row


def plain_momentum(params, gradient, v, lr=0.01, beta=0.9):
    v = [0.0, 0.0] if v is None else v
    v = [beta * v[i] - lr * gradient[i] for i in range(2)]
    return [params[i] + v[i] for i in range(2)], v


ROWS[Nesterov, "no look-ahead"] = ROWS[Nesterov, "Sutskever's form"] = plain_momentum


@row(Nesterov, "momentum counted twice")
class Twice:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum = lr, momentum

    def init(self, params):
        return tf.zeros_like(params)

    def update(self, params, gradient, velocity):
        velocity = self.momentum * velocity - self.lr * gradient
        base = params + velocity
        return base + self.momentum * velocity, velocity


@row(Nesterov, "a buffer that starts at 0.9")
def kicked_ahead(w, g, m, lr=0.01, mu=0.9):
    m = np.full(2, 0.9) if m is None else m
    m = mu * m - lr * g
    return w + mu * m - lr * g, m


@row(Nesterov, "nothing fades")
class FrictionlessAhead:
    def __init__(self, lr=0.01, mu=0.9):
        self.lr, self.mu, self.va, self.vb = lr, mu, 0.0, 0.0

    def update(self, params, grad, state):
        self.va -= self.lr * grad[0]
        self.vb -= self.lr * grad[1]
        a = params[0] + self.mu * self.va - self.lr * grad[0]
        b = params[1] + self.mu * self.vb - self.lr * grad[1]
        return np.stack([a, b]), state


@row(Nesterov, "PyTorch's form")
def torch_nesterov(params, grad, buf, lr=0.01, momentum=0.9):
    buf = grad if buf is None else momentum * buf + grad
    return params - lr * (grad + momentum * buf), buf


@row(Nesterov, "damped")
def averaged(params, grad, v, lr=0.01, mu=0.9):
    share = lr * (1 - mu) * grad
    v = mu * (0.0 if v is None else v) + share
    return params - (mu * v + share), v
