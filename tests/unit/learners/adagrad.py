"""Rules as learners write them: every entry of the catalogue for Adagrad, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Adagrad
from tests.unit.learners.table import row


@row(Adagrad, "a product for a square")
def one_letter_left(params, grad, sums, lr=0.001, a0=0.1, eps=1e-7):
    (a, b), (ga, gb) = params, grad
    sa, sb = sums or (a0, a0)
    sa += ga * ga
    sb += gb * ga
    return (a - lr * ga / np.sqrt(sa + eps), b - lr * gb / np.sqrt(sb + eps)), (sa, sb)


@row(Adagrad, "a's root for b")
class CopiedRoot:
    def __init__(self, lr=0.001, initial_accumulator=0.1, eps=1e-7):
        self.lr, self.start, self.eps = lr, initial_accumulator, eps

    def init(self, params):
        return [self.start, self.start]

    def update(self, params, g, s):
        s = [s[0] + g[0] ** 2, s[1] + g[1] ** 2]
        root = (s[0] + self.eps) ** 0.5
        return np.array([params[0] - self.lr / root * g[0], params[1] - self.lr / root * g[1]]), s


@row(Adagrad, "the length of g")
def one_rate(w, grad, total, eta=0.001, a0=0.1, eps=1e-7):
    total = (a0 if total is None else total) + np.linalg.norm(grad) ** 2
    return w - eta / np.sqrt(total + eps) * grad, total


@row(Adagrad, "no root")
class Unrooted:
    def __init__(self, lr=0.001, a0=0.1, epsilon=1e-7):
        self.lr, self.a0, self.epsilon = lr, a0, epsilon

    def init(self, params):
        return tf.fill(params.shape, tf.constant(self.a0, tf.float64))

    def update(self, params, gradient, acc):
        acc = acc + tf.square(gradient)
        return params - tf.divide(self.lr * gradient, acc + self.epsilon), acc


@row(Adagrad, "ε outside of everything")
def early_bracket(w, g, s, lr=0.001, a0=0.1, eps=1e-7):
    s = (a0 * np.ones(2) if s is None else s) + g * g
    return w - (lr * g / np.sqrt(s)) + eps, s


@row(Adagrad, "no ε")
def bare_root(w, g, s, lr=0.001, a0=0.1, eps=1e-7):  # taken, and forgotten
    s = (np.full(2, a0) if s is None else s) + g**2
    return w - lr * g / np.sqrt(s), s


@row(Adagrad, "no sum")
def no_memory(w, g, s, lr=0.001, eps=1e-7):
    s = np.square(g)
    return w - lr * g / np.sqrt(s + eps), s


@row(Adagrad, "g without its square")
class Unsquared:
    def __init__(self, lr=0.001, a0=0.1, eps=1e-7):
        self.lr, self.eps, self.sums = lr, eps, np.array([a0, a0])

    def update(self, params, gradient, state):
        self.sums = self.sums + gradient
        return params - self.lr * gradient / np.sqrt(self.sums + self.eps), state


@row(Adagrad, "the square of the sum")
def squared_late(w, g, total, lr=0.001, a0=0.1, eps=1e-7):
    total = [s + x for s, x in zip(total or [a0, a0], g, strict=True)]
    return [w[i] - lr * g[i] / (total[i] * total[i] + eps) ** 0.5 for i in (0, 1)], total


@row(Adagrad, "ε outside the root")
def torch_place(w, g, s, lr=0.001, a0=0.1, eps=1e-7):
    s = (np.full(2, a0) if s is None else s) + g**2
    return w - lr * g / (np.sqrt(s) + eps), s


@row(Adagrad, "an accumulator from 0")
def of_the_paper(w, g, s, lr=0.001, eps=1e-7):
    s = [g[i] ** 2 + (s[i] if s else 0) for i in (0, 1)]
    return [w[i] - lr * g[i] / (s[i] + eps) ** 0.5 for i in (0, 1)], s
