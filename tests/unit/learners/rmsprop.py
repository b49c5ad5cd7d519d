"""Rules as learners write them: every entry of the catalogue for RMSprop, from its description alone."""

import numpy as np
import tensorflow as tf

from optlearn.optimizers import RMSprop
from tests.unit.learners.table import row


@row(RMSprop, "the window the wrong way round")
def window(w, g, s, lr=0.001, decay=0.9, eps=1e-7):
    s = (0 if s is None else s) * (1 - decay) + decay * g**2
    return w - lr * g / np.sqrt(s + eps), s


@row(RMSprop, "a's root for b")
def copied(params, grad, state, lr=0.001, rho=0.9, eps=1e-7):
    (a, b), (ga, gb) = params, grad
    sa, sb = state or (0.0, 0.0)
    sa = rho * sa + (1 - rho) * ga**2
    sb = rho * sb + (1 - rho) * gb**2
    return [a - lr * ga / np.sqrt(sa + eps), b - lr * gb / np.sqrt(sa + eps)], (sa, sb)


@row(RMSprop, "no (1 − ρ)")
class FadingSum:
    def __init__(self, lr=0.001, gamma=0.9, eps=1e-7):
        self.lr, self.gamma, self.eps = lr, gamma, eps

    def init(self, params):
        return tf.zeros_like(params)

    def update(self, params, gradient, s):
        s = tf.add(self.gamma * s, tf.square(gradient))
        return params - self.lr * gradient * tf.math.rsqrt(s + self.eps), s


@row(RMSprop, "no root")
def no_rms(w, g, s, lr=0.001, alpha=0.9, eps=1e-7):
    s = (0 if s is None else alpha * s) + (1 - alpha) * g * g
    return w - lr * g / (s + eps), s


@row(RMSprop, "ε outside of everything")
class EarlyBracket:
    def __init__(self, lr=0.001, rho=0.9, eps=1e-7):
        self.lr, self.rho, self.eps, self.mean = lr, rho, eps, np.zeros(2)

    def update(self, params, gradient, state):
        self.mean = self.mean + (1 - self.rho) * (gradient**2 - self.mean)
        return params - self.lr * gradient / np.sqrt(self.mean) + self.eps, None


@row(RMSprop, "no ε")
def bare_rms(w, g, s, lr=0.001, rho=0.9):
    s = rho * (0 if s is None else s) + (1 - rho) * g**2
    return w - lr * g / np.sqrt(s), s


@row(RMSprop, "g without its square")
def mean_of_g(w, g, s, lr=0.001, rho=0.9, eps=1e-7):
    s = np.zeros(2) if s is None else s
    s = rho * s + (1 - rho) * g
    return w - lr * g / np.sqrt(s + eps), s


@row(RMSprop, "a buffer that starts at 0.9")
def kicked_mean(w, g, s, lr=0.001, rho=0.9, eps=1e-7):
    s = 0.9 * np.ones_like(w) if s is None else s
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / np.sqrt(s + eps), s


@row(RMSprop, "ε outside the root")
class TorchRMSprop:
    def __init__(self, lr=0.01, alpha=0.99, eps=1e-8):
        self.lr, self.alpha, self.eps = lr, alpha, eps

    def init(self, params):
        return {"square_avg": np.zeros_like(params)}

    def update(self, params, grad, state):
        mean = self.alpha * state["square_avg"] + (1 - self.alpha) * grad * grad
        return params - self.lr * grad / (np.sqrt(mean) + self.eps), {"square_avg": mean}


@row(RMSprop, "a corrected start")
def unbiased_rms(w, g, s, lr=0.001, rho=0.9, eps=1e-7):
    v, t = (np.zeros(2), 0) if s is None else s
    v, t = rho * v + (1 - rho) * g**2, t + 1
    return w - lr * g / np.sqrt(v / (1 - rho**t) + eps), (v, t)
