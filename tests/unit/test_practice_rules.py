"""Every entry of the catalogue, written once more from its description alone: `check` names exactly that entry."""

import inspect

import numpy as np
import pytest
import tensorflow as tf

from optlearn.optimizers import SGD, Adagrad, Adam, Momentum, Nesterov, RMSprop
from optlearn.practice import check, mistakes
from optlearn.practice.mistakes import Convention

ROWS = {}
TWINS = {"no look-ahead", "Sutskever's form"}  # one update, two gradients: only who calls it can tell


def row(optimizer, name):
    """Enter a rule in the table, as what the catalogue calls `name`."""

    def enter(rule):
        assert (optimizer, name) not in ROWS
        ROWS[optimizer, name] = rule
        return rule

    return enter


# ---- SGD


@row(SGD, "uphill")
def climb(theta, slope, _, lr=0.01):
    return np.array([theta[0] + lr * slope[0], theta[1] + lr * slope[1]])


@row(SGD, "a's gradient for b")
class OneLetter:
    def __init__(self, eta=0.01):
        self.eta = eta

    def update(self, params, grad, state):
        a, b = params
        grad_a, grad_b = grad
        a = a - self.eta * grad_a
        b = b - self.eta * grad_a
        return (a, b), state


# ---- Momentum


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


# ---- Nesterov


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


# ---- Adagrad


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


# ---- RMSprop


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


# ---- Adam


@row(Adam, "m̂ and v̂ stored")
def stored(params, grad, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    m, v, t = state or (np.zeros(2), np.zeros(2), 0)
    t += 1
    m = (b1 * m + (1 - b1) * grad) / (1 - b1**t)
    v = (b2 * v + (1 - b2) * grad**2) / (1 - b2**t)
    return params - lr * m / (np.sqrt(v) + eps), (m, v, t)


class Averages:
    """What the classes below share: two averages and a count, kept in the object."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.first, self.second, self.count = np.zeros(2), np.zeros(2), 0

    def take_in(self, gradient):
        self.count += 1
        self.first = self.first + (1 - self.beta1) * (gradient - self.first)
        self.second = self.second + (1 - self.beta2) * (gradient * gradient - self.second)

    def update(self, params, gradient, state):
        self.take_in(gradient)
        return params - self.lr * self.step(gradient), state

    def mean(self):
        return self.first / (1 - self.beta1**self.count)

    def square(self):
        return self.second / (1 - self.beta2**self.count)

    def step(self, gradient):
        return self.mean() / (np.sqrt(self.square()) + self.eps)


@row(Adam, "m starts at 0.9")
class KickedMean(Averages):
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
        super().__init__(lr, beta1, beta2, eps)
        self.first = np.array([0.9, 0.9])


@row(Adam, "v starts at 0.9")
def kicked_square(params, grad, s, lr=0.001, beta_1=0.9, beta_2=0.999, eps=1e-7):
    s = s or {"m": [0, 0], "v": [0.9, 0.9], "t": 0}
    t, out, new = s["t"] + 1, [], {"m": [], "v": []}
    for i in range(2):
        m = beta_1 * s["m"][i] + (1 - beta_1) * grad[i]
        v = beta_2 * s["v"][i] + (1 - beta_2) * grad[i] ** 2
        out.append(params[i] - lr * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + eps))
        new["m"].append(m)
        new["v"].append(v)
    return out, new | {"t": t}


@row(Adam, "m corrected by a product")
class ProductForMean(Averages):
    def mean(self):
        return self.first * (1 - self.beta1**self.count)


@row(Adam, "v corrected by a product")
def product_for_square(params, grad, state, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    m, v, t = state if state is not None else (0, 0, 0)
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    v_hat = v * (1 - beta2**t)
    return params - alpha * (m / (1 - beta1**t)) / (np.sqrt(v_hat) + eps), (m, v, t)


@row(Adam, "m corrected without the power")
class NoPowerForMean(Averages):
    def mean(self):
        return self.first / (1 - self.beta1)


@row(Adam, "v corrected without the power")
class NoPowerForSquare:
    def __init__(self, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
        self.lr, self.b1, self.b2, self.eps = lr, b1, b2, eps

    def init(self, params):
        return tf.zeros_like(params), tf.zeros_like(params), 0

    def update(self, params, gradient, state):
        m, v, t = state
        t += 1
        m = self.b1 * m + (1 - self.b1) * gradient
        v = self.b2 * v + (1 - self.b2) * tf.square(gradient)
        step = (m / (1 - self.b1**t)) / (tf.sqrt(v / (1 - self.b2)) + self.eps)
        return params - self.lr * step, (m, v, t)


@row(Adam, "the power of the difference, for m")
class BracketForMean(Averages):
    def mean(self):
        return self.first / np.power(1 - self.beta1, self.count)


@row(Adam, "the power of the difference, for v")
class BracketForSquare(Averages):
    def square(self):
        return self.second / np.power(1 - self.beta2, self.count)


@row(Adam, "t never counts")
def first_step_for_ever(params, grad, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    t = 1
    m, v = state or (np.zeros(2), np.zeros(2))
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return params - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), (m, v)


@row(Adam, "m not corrected")
class RawMean(Averages):
    def mean(self):
        return self.first


@row(Adam, "v not corrected")
class RawSquare(Averages):
    def square(self):
        return self.second


@row(Adam, "no root")
class Unrooted2(Averages):
    def step(self, gradient):
        return self.mean() / (self.square() + self.eps)


@row(Adam, "ε outside of everything")
class EarlyBracket2(Averages):
    def update(self, params, gradient, state):
        self.take_in(gradient)
        return params - self.lr * self.mean() / np.sqrt(self.square()) + self.eps, state


@row(Adam, "no ε")
class Bare(Averages):
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        super().__init__(lr, beta1, beta2, None)

    def step(self, gradient):
        return self.mean() / np.sqrt(self.square())


@row(Adam, "the gradient in place of m̂")
class Forgotten(Averages):
    def step(self, gradient):
        return gradient / (np.sqrt(self.square()) + self.eps)


@row(Adam, "Keras's ε")
def folded(params, grad, state, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m, v, t = state or (0.0, 0.0, 0)
    t += 1
    m += (1 - beta_1) * (grad - m)
    v += (1 - beta_2) * (grad**2 - v)
    rate = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return params - rate * m / (np.sqrt(v) + epsilon), (m, v, t)


@row(Adam, "ε inside the root")
class Inside(Averages):
    def step(self, gradient):
        return self.mean() / np.sqrt(self.square() + self.eps)


@row(Adam, "no correction")
def uncorrected(params, grad, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    m, v = (np.zeros(2), np.zeros(2)) if state is None else state
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad * grad
    return params - lr * m / (np.sqrt(v) + eps), (m, v)


# ---- what the table claims

CASES = [pytest.param(change, id=f"{change.optimizer.__name__}: {change.name}") for change in mistakes.CATALOGUE]


def test_every_entry_of_the_catalogue_has_a_rule_of_its_own():
    assert set(ROWS) == {(change.optimizer, change.name) for change in mistakes.CATALOGUE}
    assert len({(change.optimizer, change.name) for change in mistakes.CATALOGUE}) == len(mistakes.CATALOGUE)


@pytest.mark.parametrize("change", CASES)
def test_a_rule_written_from_the_description_is_named_by_it_and_by_nothing_else(change):
    found = check(ROWS[change.optimizer, change.name], change.optimizer).found
    names = sorted(entry.name for explanation in found for entry in explanation)
    twins = change.optimizer is Nesterov and change.name in TWINS
    assert names == (sorted(TWINS) if twins else [change.name])


@pytest.mark.parametrize("change", CASES)
def test_a_convention_is_right_and_a_mistake_is_not(change):
    diagnosis = check(ROWS[change.optimizer, change.name], change.optimizer)
    if change.name not in TWINS:
        assert diagnosis.right is isinstance(change, Convention)
        assert diagnosis.text == change.says
        assert change.says.startswith("Not wrong") is isinstance(change, Convention)
    else:
        assert "Not wrong if" in diagnosis.text
        assert "cannot be told apart" in diagnosis.text


@pytest.mark.parametrize("change", CASES)
def test_the_rule_of_a_row_is_not_the_catalogues_own_code(change):
    words = inspect.getsource(ROWS[change.optimizer, change.name])
    assert not any(line.strip() in words for line in change.wrong.splitlines())
