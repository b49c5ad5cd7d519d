"""Rules as people write them in courses, libraries and reports of bugs, from memory: what is meant, and what to say.

`CASES` holds rows of what a rule is, the optimizer it is meant to be, a pattern of what has to be said, and the rule:
"right", a "convention", "wrong", or a way of handing in ("hand").
"""

import functools
import math
from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from optlearn.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    AMSGrad,
    Ftrl,
    Lamb,
    Lion,
    Momentum,
    Nadam,
    Nesterov,
    RMSprop,
    RMSpropCentered,
    RMSpropMomentum,
)

Case = namedtuple("Case", "kind reference expect rule")
CASES = []


def case(kind, reference, expect=""):
    def take(rule):
        CASES.append(Case(kind, reference, expect, rule))
        return rule

    return take


# ---- SGD


@case("right", SGD)
def sgd_with_a_decay_of_0(w, g, state, lr=0.01, decay=0.0):
    t = 0 if state is None else state
    return w - lr / (1.0 + decay * t) * g, t + 1


@case("wrong", SGD, r"norm|length|‖g‖")
def sgd_of_length_one(w, g, state, lr=0.01):
    return w - lr * g / np.linalg.norm(g), None


@case("wrong", SGD, r"mean|each|own")
def sgd_by_the_mean_gradient(w, g, state, lr=0.01):
    return w - lr * np.mean(g), None


@case("wrong", SGD, r"0.03125 times")
def sgd_divided_by_the_batch_again(w, g, state, lr=0.01):
    return w - lr * g / 32, None


@case("wrong", SGD, r"clip|limited|cut")
def sgd_with_clipping(w, g, state, lr=0.01):
    return w - lr * np.clip(g, -1, 1), None


@case("wrong", SGD, r"√t|falls|schedule")
def sgd_with_a_rate_that_falls(w, g, t, lr=0.01):
    t = 1 if t is None else t + 1
    return w - lr / np.sqrt(t) * g, t


@case("wrong", SGD, r"decay")
def sgd_with_weight_decay(w, g, state, lr=0.01, weight_decay=5e-4):
    return w - lr * (g + weight_decay * w), state


@case("wrong", SGD, r"sign is wrong|uphill")
def ascent(theta, grad, state, alpha=0.01):
    return theta + alpha * grad


# ---- Momentum


@case("right", Momentum)
class LinesOfACourse:
    def __init__(self, learning_rate=0.01, mu=0.9):
        self.learning_rate, self.mu = learning_rate, mu
        self.v = None

    def update(self, x, dx, config):
        config = config or {}
        v = config.get("velocity", np.zeros_like(x))
        v = self.mu * v - self.learning_rate * dx
        next_x = x + v
        config["velocity"] = v
        return next_x, config


@case("convention", Momentum, "PyTorch")
class TorchLikeSGD:
    def __init__(self, lr=0.01, momentum=0.9, dampening=0, nesterov=False):
        self.lr, self.momentum, self.dampening, self.nesterov = lr, momentum, dampening, nesterov
        self.buf = None

    def update(self, p, d_p, state):
        if self.buf is None:
            self.buf = d_p.copy()
        else:
            self.buf = self.momentum * self.buf + (1 - self.dampening) * d_p
        d_p = d_p + self.momentum * self.buf if self.nesterov else self.buf
        return p - self.lr * d_p


@case("convention", Momentum, "damped|average")
def lerped(p, g, avg, lr=0.01, mom=0.9):
    avg = 0 if avg is None else avg
    avg = avg + (g - avg) * (1 - mom)
    return p - lr * avg, avg


@case("convention", Momentum, "correct")
def momentum_corrected(w, dw, state, alpha=0.01, beta=0.9):
    v, t = state or (np.zeros_like(w), 0)
    t += 1
    v = beta * v + (1 - beta) * dw
    v_corrected = v / (1 - beta**t)
    return w - alpha * v_corrected, (v, t)


@case("wrong", Momentum, r"rate.*twice|already contains")
def rate_in_both_lines(p, g, buf, lr=0.01, momentum=0.9):
    buf = np.zeros_like(p) if buf is None else buf
    buf = momentum * buf + lr * g
    return p - lr * buf, buf


@case("wrong", Momentum, r"uphill|sign")
def plus_plus(x, g, v, lr=0.01, mu=0.9):
    v = mu * (0 if v is None else v) + lr * g
    return x + v, v


@case("wrong", Momentum, r"everything|alone")
def bracket_around_all(x, g, v, lr=0.01, mu=0.9):
    v = mu * ((0 if v is None else v) - lr * g)
    return x + v, v


@case("wrong", Momentum, r"remembers nothing|forget|memory|no old|this step alone|begins anew|SGD")
def velocity_made_anew(x, g, state, lr=0.01, mu=0.9):
    v = np.zeros_like(x)
    v = mu * v - lr * g
    return x + v, state


@case("wrong", Momentum, r"old velocity|late")
def moves_first(x, g, v, lr=0.01, mu=0.9):
    v = np.zeros_like(x) if v is None else v
    x = x + v
    v = mu * v - lr * g
    return x, v


@case("wrong", Momentum, r"sign|minus|plus|changed places")
def heavy_ball_backwards(x, g, before, lr=0.01, beta=0.9):
    before = x if before is None else before
    return x - lr * g + beta * (before - x), x


@case("wrong", Momentum, r"β|fade|friction|\bv\b")
def friction_on_the_parameters(x, g, v, lr=0.01, mu=0.9):
    v = (0 if v is None else v) - lr * g
    return x + mu * v, v


@case("wrong", Momentum, r"1 − β.*β|changed places|wrong way")
def average_the_wrong_way_round(w, dw, v, lr=0.01, beta=0.9):
    v = (1 - beta) * (0 if v is None else v) + beta * dw
    return w - lr * v, v


# ---- Nesterov


@case("convention", Nesterov, "PyTorch")
def torch_like_nesterov(p, d_p, buf, lr=0.01, momentum=0.9):
    buf = d_p if buf is None else momentum * buf + d_p
    d_p = d_p + momentum * buf
    return p - lr * d_p, buf


@case("right", Nesterov)
def two_sequences(y, g, x_old, lr=0.01, mu=0.9):
    x_old = y if x_old is None else x_old
    x = y - lr * g
    return x + mu * (x - x_old), x


@case("wrong", Nesterov, r"plain momentum|Momentum")
def looks_ahead_with_the_old_velocity(x, g, v, lr=0.01, mu=0.9):
    v = 0 if v is None else v
    ahead = x + mu * v - lr * g
    return ahead, mu * v - lr * g


@case("wrong", Nesterov, r"plain momentum")
def torch_like_with_the_old_buffer(p, g, buf, lr=0.01, momentum=0.9):
    buf = np.zeros(2) if buf is None else buf
    step = g + momentum * buf
    return p - lr * step, momentum * buf + g


@case("wrong", Nesterov, r"t\b|grows|schedule|\(k")
def momentum_that_grows(y, g, state, lr=0.01):
    x_old, k = state or (y, 0)
    k += 1
    x = y - lr * g
    return x + (k - 1) / (k + 2) * (x - x_old), (x, k)


# ---- Adagrad


@case("convention", Adagrad, r"from 0")
def adagrad_of_a_course(x, dx, cache, lr=1e-2, eps=1e-7):
    cache = np.zeros_like(x) if cache is None else cache
    cache = cache + dx**2
    return x - lr * dx / (np.sqrt(cache) + eps), cache


@case("wrong", Adagrad, r"add|last|forget|sum")
class AdagradWithoutMemory:
    def __init__(self, lr=0.001, eps=1e-7):
        self.lr, self.eps, self.G = lr, eps, None

    def update(self, w, g, state):
        self.G = np.zeros_like(w)
        self.G += g**2
        return w - self.lr * g / np.sqrt(self.G + self.eps)


@case("wrong", Adagrad, r"root.*stored|stored|root of (the )?(old|sum)|gathers the root|accumulator")
def adagrad_that_stores_the_root(w, g, root, lr=0.001, eps=1e-7):
    root = np.full(2, 0.1) if root is None else root
    root = np.sqrt(root + g**2)
    return w - lr * g / (root + eps), root


@case("wrong", Adagrad, r"RMSprop")
def adagrad_that_fades(w, g, s, lr=0.001, rho=0.9, eps=1e-7):
    s = np.zeros(2) if s is None else s
    s = rho * s + (1 - rho) * g * g
    return w - lr * g / np.sqrt(s + eps), s


# ---- RMSprop and its kin


@case("convention", RMSprop, "outside")
class TorchLikeRMSprop:
    def __init__(self, lr=0.01, alpha=0.99, eps=1e-8, momentum=0, centered=False):
        self.lr, self.alpha, self.eps, self.momentum, self.centered = lr, alpha, eps, momentum, centered

    def init(self, p):
        return {"square_avg": np.zeros_like(p)}

    def update(self, p, grad, state):
        square_avg = state["square_avg"] * self.alpha + (1 - self.alpha) * grad * grad
        avg = np.sqrt(square_avg) + self.eps
        return p - self.lr * grad / avg, {"square_avg": square_avg}


@case("wrong", RMSprop, r"square|g²")
def rmsprop_without_the_square(w, g, s, lr=0.001, rho=0.9, eps=1e-7):
    s = rho * (0 if s is None else s) + (1 - rho) * g
    return w - lr * g / (np.sqrt(s) + eps), s


@case("wrong", RMSprop, r"root")
def rmsprop_without_the_root(w, g, s, lr=0.001, rho=0.9, eps=1e-7):
    s = rho * (0 if s is None else s) + (1 - rho) * g**2
    return w - lr * g / (s + eps), s


@case("wrong", RMSprop, r"fraction bar|bracket")
def rmsprop_with_a_bracket_missing(w, g, s, lr=0.001, rho=0.9, eps=1e-7):
    s = rho * (0 if s is None else s) + (1 - rho) * g**2
    return w - lr * g / np.sqrt(s) + eps, s


@case("convention", RMSprop, r"correct")
def rmsprop_corrected(w, g, state, lr=0.001, rho=0.9, eps=1e-7):
    s, t = state or (np.zeros(2), 0)
    t += 1
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / (np.sqrt(s / (1 - rho**t)) + eps), (s, t)


@case("wrong", RMSprop, r"starts at 1|ones")
def rmsprop_from_one(w, g, ms, lr=0.001, rho=0.9, eps=1e-7):
    ms = np.ones(2) if ms is None else ms
    ms = rho * ms + (1 - rho) * g**2
    return w - lr * g / np.sqrt(ms + eps), ms


@case("wrong", RMSprop, r"This is RMSpropCentered")
def rmsprop_with_centering(w, g, state, lr=0.001, rho=0.9, eps=1e-7):
    s, m = state or (np.zeros(2), np.zeros(2))
    s, m = rho * s + (1 - rho) * g**2, rho * m + (1 - rho) * g
    return w - lr * g / np.sqrt(s - m**2 + eps), (s, m)


@case("wrong", RMSprop, r"ε.*twice|ε")
def rmsprop_with_two_epsilons(w, g, s, lr=0.001, rho=0.9, eps=1e-7):
    s = rho * (0 if s is None else s) + (1 - rho) * g**2
    return w - lr * g / (np.sqrt(s + eps) + eps), s


@case("wrong", RMSpropCentered, r"put in|added|plus|minus|sign")
def centered_with_a_plus(w, g, state, lr=0.001, rho=0.9, eps=1e-7):
    s, m = state or (np.zeros(2), np.zeros(2))
    s, m = rho * s + (1 - rho) * g**2, rho * m + (1 - rho) * g
    return w - lr * g / np.sqrt(s + m**2 + eps), (s, m)


@case("convention", RMSpropMomentum, r"PyTorch")
def rmsprop_with_a_buffer(w, g, state, lr=0.001, alpha=0.9, momentum=0.9, eps=1e-7):
    s, buf = state or (np.zeros(2), np.zeros(2))
    s = alpha * s + (1 - alpha) * g**2
    buf = momentum * buf + g / (np.sqrt(s) + eps)
    return w - lr * buf, (s, buf)


# ---- Adadelta


@case("right", Adadelta)
class TorchLikeAdadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6):
        self.lr, self.rho, self.eps = lr, rho, eps
        self.square_avg = self.acc_delta = 0.0

    def update(self, p, grad, state):
        self.square_avg = self.rho * self.square_avg + (1 - self.rho) * grad * grad
        std = np.sqrt(self.square_avg + self.eps)
        delta = np.sqrt(self.acc_delta + self.eps) / std * grad
        self.acc_delta = self.rho * self.acc_delta + (1 - self.rho) * delta * delta
        return p - self.lr * delta


@case("wrong", Adadelta, r"RMSprop|above|missing")
def adadelta_without_the_upper_root(w, g, state, lr=1.0, rho=0.95, eps=1e-6):
    s, d = state or (np.zeros(2), np.zeros(2))
    s = rho * s + (1 - rho) * g**2
    step = lr * g / np.sqrt(s + eps)
    return w - step, (s, rho * d + (1 - rho) * step**2)


@case("wrong", Adadelta, r"upside down|change")
def adadelta_upside_down(w, g, state, lr=1.0, rho=0.95, eps=1e-6):
    s, d = state or (np.zeros(2), np.zeros(2))
    s = rho * s + (1 - rho) * g**2
    step = np.sqrt(s + eps) / np.sqrt(d + eps) * g
    return w - lr * step, (s, rho * d + (1 - rho) * step**2)


# ---- Adam


@case("right", Adam)
class TorchLikeAdam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False):
        self.lr, self.betas, self.eps, self.weight_decay, self.amsgrad = lr, betas, eps, weight_decay, amsgrad
        self.state = {}

    def update(self, p, grad, _):
        if not self.state:
            self.state = {"step": 0, "exp_avg": np.zeros_like(p), "exp_avg_sq": np.zeros_like(p)}
        beta1, beta2 = self.betas
        self.state["step"] += 1
        if self.weight_decay != 0:
            grad = grad + self.weight_decay * p
        self.state["exp_avg"] = self.state["exp_avg"] * beta1 + (1 - beta1) * grad
        self.state["exp_avg_sq"] = self.state["exp_avg_sq"] * beta2 + (1 - beta2) * grad * grad
        bias_correction1 = 1 - beta1 ** self.state["step"]
        bias_correction2 = 1 - beta2 ** self.state["step"]
        denom = np.sqrt(self.state["exp_avg_sq"]) / math.sqrt(bias_correction2) + self.eps
        return p - self.lr / bias_correction1 * self.state["exp_avg"] / denom


@case("convention", Adam, "Keras|beside the uncorrected")
def adam_by_the_effective_rate(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps_hat=1e-8):
    m, v, t = state or (0.0, 0.0, 0)
    t += 1
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
    alpha_t = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return w - alpha_t * m / (np.sqrt(v) + eps_hat), (m, v, t)


@case("convention", Adam, "inside")
def adam_with_epsilon_inside(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = state or (0.0, 0.0, 0)
    t += 1
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    return w - lr * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t) + eps), (m, v, t)


@case("wrong", Adam, r"β₁ and β₂|β₂ stands|exchanged|changed places")
def adam_with_the_betas_exchanged(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = state or (0.0, 0.0, 0)
    t += 1
    m, v = beta2 * m + (1 - beta2) * g, beta1 * v + (1 - beta1) * g * g
    return w - lr * m / (1 - beta2**t) / (np.sqrt(v / (1 - beta1**t)) + eps), (m, v, t)


@case("wrong", Adam, r"bracket|m̂ = ")
def adam_with_brackets_missing_in_the_correction(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = state or (0.0, 0.0, 0)
    t += 1
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    m_hat = m / 1 - beta1**t
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)


@case("wrong", Adam, r"\bm\b.*(stands|square)|m²")
def adam_that_squares_its_mean(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = state or (0.0, 0.0, 0)
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * m**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), (m, v, t)


@case("wrong", Adam, r"AdaBelief|variance|g − m")
def belief(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, s, t = state or (0.0, 0.0, 0)
    t += 1
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * (g - m) ** 2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps), (m, s, t)


@case("wrong", Adam, r"t stays 1|lacks the power")
def adam_whose_t_is_an_argument(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, t=1):
    m, v = state or (np.zeros(2), np.zeros(2))
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    t += 1
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), (m, v)


@case("wrong", Adam, r"corrected")
def adam_that_corrects_one(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = state or (0.0, 0.0, 0)
    t += 1
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    return w - lr * m_hat / (np.sqrt(v) + eps), (m, v, t)


@case("wrong", Adam, r"β₁.*β₂|β₁ stands|1 − β₁")
def adam_that_corrects_both_by_beta1(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = state or (0.0, 0.0, 0)
    t += 1
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta1**t)) + eps), (m, v, t)


@case("wrong", Adam, r"penalty|decay")
def adam_with_an_l2_penalty(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    m, v, t = state or (0.0, 0.0, 0)
    t += 1
    g = g + weight_decay * w
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), (m, v, t)


@case("wrong", Adam, r"AdamW|decay")
def adam_that_is_adamw(w, g, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    m, v, t = state or (0.0, 0.0, 0)
    t += 1
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    w = w * (1 - lr * weight_decay)
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), (m, v, t)


# ---- Adam's kin


@case("right", AdamW)
def adamw_in_one_bracket(w, g, state, lr=0.001, wd=0.004, b1=0.9, b2=0.999, eps=1e-7):
    mu, nu, count = state or (np.zeros(2), np.zeros(2), 0)
    count += 1
    mu, nu = b1 * mu + (1 - b1) * g, b2 * nu + (1 - b2) * g**2
    updates = mu / (1 - b1**count) / (np.sqrt(nu / (1 - b2**count)) + eps)
    return w + -lr * (updates + wd * w), (mu, nu, count)


@case("wrong", AdamW, r"penalty")
def adamw_with_a_penalty(w, g, state, lr=0.001, wd=0.004, b1=0.9, b2=0.999, eps=1e-7):
    m, v, t = state or (np.zeros(2), np.zeros(2), 0)
    t += 1
    g = g + wd * w
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    return w - lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps), (m, v, t)


@case("wrong", AMSGrad, r"maximum|max|v̂|not used")
def amsgrad_that_does_not_use_its_maximum(w, g, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    m, v, v_max, t = state or (np.zeros(2), np.zeros(2), np.zeros(2), 0)
    t += 1
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    v_max = np.maximum(v_max, v)
    return w - lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps), (m, v, v_max, t)


@case("convention", AMSGrad, r"paper")
def amsgrad_of_the_paper(w, g, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    m, v, v_max = state or (np.zeros(2), np.zeros(2), np.zeros(2))
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    v_max = np.maximum(v_max, v)
    return w - lr * m / (np.sqrt(v_max) + eps), (m, v, v_max)


@case("convention", Adamax, r"ε")
def torch_like_adamax(w, g, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
    m, u, t = state or (np.zeros(2), np.zeros(2), 0)
    t += 1
    m, u = b1 * m + (1 - b1) * g, np.maximum(u * b2, np.abs(g) + eps)
    return w - lr / (1 - b1**t) * m / u, (m, u, t)


@case("wrong", Adamax, r"size|\|g\||abs|negative")
def adamax_without_abs(w, g, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    m, u, t = state or (np.zeros(2), np.zeros(2), 0)
    t += 1
    m, u = b1 * m + (1 - b1) * g, np.maximum(b2 * u, g)
    return w - lr / (1 - b1**t) * m / (u + eps), (m, u, t)


@case("wrong", Adamax, r"correct")
def adamax_that_corrects_u(w, g, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    m, u, t = state or (np.zeros(2), np.zeros(2), 0)
    t += 1
    m, u = b1 * m + (1 - b1) * g, np.maximum(b2 * u, np.abs(g))
    return w - lr * m / (1 - b1**t) / (u / (1 - b2**t) + eps), (m, u, t)


@case("wrong", Nadam, r"Adam|look-ahead")
def nadam_that_is_adam(w, g, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    m, v, t = state or (np.zeros(2), np.zeros(2), 0)
    t += 1
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    return w - lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps), (m, v, t)


@case("wrong", Lion, r"stored|c\b|β")
def lion_that_stores_its_direction(w, g, m, lr=0.001, b1=0.9, b2=0.99):
    m = np.zeros(2) if m is None else m
    c = b1 * m + (1 - b1) * g
    return w - lr * np.sign(c), c


@case("wrong", Lion, r"sign")
def lion_without_the_sign(w, g, m, lr=0.001, b1=0.9, b2=0.99):
    m = np.zeros(2) if m is None else m
    c = b1 * m + (1 - b1) * g
    return w - lr * c, b2 * m + (1 - b2) * g


@case("wrong", Lion, r"new|old|first|m stands")
def lion_that_updates_first(w, g, m, lr=0.001, b1=0.9, b2=0.99):
    m = np.zeros(2) if m is None else m
    m = b2 * m + (1 - b2) * g
    return w - lr * np.sign(b1 * m + (1 - b1) * g), m


@case("right", Lamb)
def lamb_by_layers(w, g, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-6):
    m, v, t = state or (np.zeros(2), np.zeros(2), 0)
    t += 1
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    r = m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps)
    w_norm, r_norm = np.linalg.norm(w), np.linalg.norm(r)
    ratio = w_norm / r_norm if w_norm > 0 and r_norm > 0 else 1.0
    return w - lr * ratio * r, (m, v, t)


@case("convention", Ftrl, r"λ₂|paper")
class OnlineLearner:
    def __init__(self, alpha=0.1, beta=1.0, L1=1.0, L2=1.0):
        self.alpha, self.beta, self.L1, self.L2 = alpha, beta, L1, L2
        self.n, self.z = [0.0, 0.0], [0.0, 0.0]

    def update(self, w, g, state):
        new = []
        for i in range(2):
            sigma = (math.sqrt(self.n[i] + g[i] * g[i]) - math.sqrt(self.n[i])) / self.alpha
            self.z[i] += g[i] - sigma * w[i]
            self.n[i] += g[i] * g[i]
            sign = -1.0 if self.z[i] < 0 else 1.0
            if sign * self.z[i] <= self.L1:
                new.append(0.0)
            else:
                below = (self.beta + math.sqrt(self.n[i])) / self.alpha + self.L2
                new.append((sign * self.L1 - self.z[i]) / below)
        return new


@case("wrong", Adam, r"β₁ stands where β₂ belongs: you have v = β₂·v_old \+ \(1 − β₁\)·g²")
def adam_with_one_beta_for_the_other(theta, g, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
    m, v, t = state or (0.0, 0.0, 0)
    t = t + 1
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b1) * g**2
    return theta - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps), (m, v, t)


# ---- Ways of handing in


@case("hand", Momentum, r"takes no state[\s\S]*Written so, it is right")
class TwoArguments:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.w_updt = learning_rate, momentum, None

    def update(self, w, grad_wrt_w):
        if self.w_updt is None:
            self.w_updt = np.zeros(np.shape(w))
        self.w_updt = self.momentum * self.w_updt + (1 - self.momentum) * grad_wrt_w
        return w - self.learning_rate * self.w_updt


@case("hand", Adam, r"update\(params, gradient, state\)")
class WeightsAndBias:
    def __init__(self, eta=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.m_dw = self.v_dw = self.m_db = self.v_db = 0
        self.beta1, self.beta2, self.epsilon, self.eta = beta1, beta2, epsilon, eta

    def update(self, t, w, b, dw, db):
        self.m_dw = self.beta1 * self.m_dw + (1 - self.beta1) * dw
        self.v_dw = self.beta2 * self.v_dw + (1 - self.beta2) * dw**2
        w = w - self.eta * (self.m_dw / (1 - self.beta1**t)) / (np.sqrt(self.v_dw / (1 - self.beta2**t)) + self.epsilon)
        return w, b


@case("hand", Momentum, r"update|__call__")
class Called:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, 0.0

    def __call__(self, params, grads):
        self.v = self.momentum * self.v - self.lr * grads
        return params + self.v


@case("hand", SGD, r"step")
class StepsByItself:
    def __init__(self, params, lr=0.01):
        self.params, self.lr = params, lr

    def step(self, grads):
        self.params = [p - self.lr * g for p, g in zip(self.params, grads, strict=True)]


@case("hand", SGD, r"run\(\) in its place, in the manner of PyTorch.*Written so, it is right")
class RunsByItself:
    def __init__(self, params, lr=0.01):
        self.params, self.lr = list(params), lr

    def run(self):
        for p in self.params:
            p.data = p.data - self.lr * p.grad


@case("hand", SGD, r"step\(\) in its place, in the manner of PyTorch.*Written so, it is right")
class MovesInPlace:
    def __init__(self, params, lr=0.01):
        self.params, self.lr = list(params), lr
        self.moves = [np.zeros_like(p.data) for p in self.params]

    def step(self):
        for p, move in zip(self.params, self.moves, strict=True):
            move[:] = -self.lr * p.grad
            p.data = p.data + move


@case("hand", Momentum, r"in the manner of Keras")
class OwnKeras(tf.keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, name="own", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.velocities = [self.add_variable_from_reference(v, name="velocity") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        lr = tf.cast(learning_rate, variable.dtype)
        v = self.velocities[self._get_variable_index(variable)]
        v.assign(self.momentum * v - lr * gradient)
        variable.assign_add(v)


@case("hand", SGD, r"apply_gradients")
class AppliesGradients:
    def __init__(self, learning_rate=0.01):
        self.learning_rate = learning_rate

    def apply_gradients(self, grads_and_vars):
        for grad, var in grads_and_vars:
            var.assign_sub(self.learning_rate * grad)


class OptState(NamedTuple):
    count: int
    mu: Any
    nu: Any


class Transformation(NamedTuple):
    init: Any
    update: Any


def scale_by_adam(lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
    def init(params):
        return OptState(0, np.zeros_like(params), np.zeros_like(params))

    def update(updates, state, params=None):
        count = state.count + 1
        mu = b1 * state.mu + (1 - b1) * updates
        nu = b2 * state.nu + (1 - b2) * updates**2
        mu_hat, nu_hat = mu / (1 - b1**count), nu / (1 - b2**count)
        return -lr * mu_hat / (np.sqrt(nu_hat) + eps), OptState(count, mu, nu)

    return Transformation(init, update)


CASES.append(Case("hand", Adam, r"another order[\s\S]*Written so, it is right", scale_by_adam()))
CASES.append(Case("hand", Adam, r"Keras's own", tf.keras.optimizers.Adam(0.01, beta_1=0.8)))


def adam_by_index(i, g, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
    x, m, v = state
    m, v = (1 - b1) * g + b1 * m, (1 - b2) * g**2 + b2 * v
    mhat, vhat = m / (1 - b1 ** (i + 1)), v / (1 - b2 ** (i + 1))
    return x - lr * mhat / (np.sqrt(vhat) + eps), m, v


CASES.append(Case("hand", Adam, r"The first state is what init", adam_by_index))


def momentum_made_elsewhere(params, gradient, v, lr=0.01, beta=0.9):
    v = beta * (0 if v is None else v) - lr * gradient
    return params + v, v


CASES.append(Case("hand", Momentum, r"Right", functools.partial(momentum_made_elsewhere, lr=0.1)))


class Bound:
    def __init__(self, lr=0.01, beta=0.9):
        self.lr, self.beta = lr, beta

    def update(self, params, gradient, v):
        v = self.beta * (0 if v is None else v) - self.lr * gradient
        return params + v, v


CASES.append(Case("hand", Momentum, r"Right", Bound().update))


def make_momentum(lr=0.01, beta=0.9):
    v = 0.0

    def update(params, gradient, state):
        nonlocal v
        v = beta * v - lr * gradient
        return params + v

    return update


CASES.append(Case("hand", Momentum, r"does not do the same twice", make_momentum()))
CASES.append(Case("hand", Momentum, r"hand in make_momentum", make_momentum))
CASES.append(Case("hand", SGD, r"neither a function", "def sgd(w, g): return w - 0.01 * g"))


@case("hand", Adam, r"NoneType|None")
def wants_a_dict(params, grads, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
    state["t"] += 1
    state["m"] = b1 * state["m"] + (1 - b1) * grads
    state["v"] = b2 * state["v"] + (1 - b2) * grads**2
    m_hat, v_hat = state["m"] / (1 - b1 ** state["t"]), state["v"] / (1 - b2 ** state["t"])
    return params - lr * m_hat / (np.sqrt(v_hat) + eps), state


@case("hand", Adam, r"into one[\s\S]*Written so, it is right")
def everything_comes_back(theta, grad, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = t + 1
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    theta = theta - alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta, m, v, t


@case("hand", Adam, r"into one[\s\S]*Written so, it is right")
def the_count_is_the_callers(theta, grad, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    theta = theta - alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta, m, v


@case("hand", SGD, r"Its third argument is lr[\s\S]*Written so, it is right")
def sgd_without_a_state(w, g, lr=0.01):
    return w - lr * g


@case("hand", Momentum, r"an array, and no variable")
class AssignsVariables:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, variable, gradient, state):
        if self.v is None:
            self.v = tf.Variable(tf.zeros_like(variable))
        self.v.assign(self.momentum * self.v - self.lr * gradient)
        variable.assign_add(self.v)


@case("hand", SGD, r"")
def sgd_of_lists(weights, gradients, state, lr=0.01):
    return [w - lr * g for w, g in zip(weights, gradients, strict=True)], state


@case("hand", Momentum, r"state|dict")
def parameters_as_a_dict(parameters, grads, v, beta=0.9, learning_rate=0.01):
    L = len(parameters) // 2
    for l in range(1, L + 1):  # noqa: E741
        v["dW" + str(l)] = beta * v["dW" + str(l)] + (1 - beta) * grads["dW" + str(l)]
        parameters["W" + str(l)] = parameters["W" + str(l)] - learning_rate * v["dW" + str(l)]
    return parameters, v


@case("hand", Momentum, r"step\(\) in its place, in the manner of PyTorch.*Written so, it is right")
class HoldsAListOfVelocities:
    def __init__(self, params, lr=0.01, momentum=0.9):
        self.params, self.lr, self.momentum = list(params), lr, momentum
        self.v = [np.zeros_like(p.data) for p in self.params]

    def step(self):
        for i, p in enumerate(self.params):
            self.v[i] = self.momentum * self.v[i] - self.lr * p.grad
            p.data = p.data + self.v[i]


@case("hand", Momentum, r"step\(\) in its place, in the manner of PyTorch.*Written so, it is right")
class HoldsGroups:
    def __init__(self, params, lr=0.01, momentum=0.9):
        self.param_groups = [{"params": list(params), "lr": lr, "momentum": momentum}]
        self.state = {}

    def moves(self, p, group):
        v = self.state[p] = group["momentum"] * self.state.get(p, 0.0) - group["lr"] * p.grad
        p.data += v

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                self.moves(p, group)


@case("hand", Momentum, r"step\(\) in its place, in the manner of PyTorch[\s\S]*uphill")
class HoldsGroupsAndClimbs(HoldsGroups):
    def moves(self, p, group):
        v = self.state[p] = group["momentum"] * self.state.get(p, 0.0) - group["lr"] * p.grad
        p.data -= v


@case("right", Momentum, r"Right")
class RemembersInADictionary:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.memory = learning_rate, momentum, {"v": np.zeros(2)}

    def update(self, params, gradient, state):
        self.memory["v"] = self.momentum * self.memory["v"] - self.learning_rate * gradient
        return params + self.memory["v"]
