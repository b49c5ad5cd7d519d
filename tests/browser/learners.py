"""Thirty rules and more as learners write them, and for each what a lab does: see test_learners.py."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Optimizer

BROWSER, KERNEL, RAISES = "the browser runs it", "the kernel runs it, and says why", "the cell ends in an error"
RULES: dict[type, tuple[str, str]] = {}  # for each what happens, and which words are seen
COUNTER = tf.Variable(1.0, dtype=tf.float64)
HISTORY: list = []


def lab(happens: str, words: str = ""):
    """What the lab of a rule does."""

    def note(kind: type) -> type:
        RULES[kind] = happens, words
        return kind

    return note


@lab(BROWSER)
@dataclass(frozen=True)
class PythonFloat(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        half = float(1 / 2)
        return params - half * self.rate * g, state


@lab(BROWSER)
@dataclass(frozen=True)
class OfAModule(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params - self.rate * math.pi / np.sqrt(2.0) * g, state


@lab(BROWSER)
@dataclass(frozen=True)
class InPlace(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        params -= self.rate * g
        return params, state


@lab(BROWSER)
@dataclass(frozen=True)
class AVelocity(Optimizer):
    rate: float = 0.01
    beta: float = 0.9

    class State(NamedTuple):
        v: tf.Tensor

    def init(self, params):
        return self.State(tf.zeros_like(params))

    def update(self, params, g, state):
        v = self.beta * state.v + g
        return params - self.rate * v, self.State(v)


@lab(BROWSER)
@dataclass(frozen=True)
class StateOfADict(Optimizer):
    rate: float = 0.01

    def init(self, params):
        return {"m": tf.zeros_like(params), "t": 0.0}

    def update(self, params, g, state):
        m, t = 0.9 * state["m"] + 0.1 * g, state["t"] + 1
        return params - self.rate * m / (1 - 0.9**t), {"m": m, "t": t}


@lab(BROWSER)
@dataclass(frozen=True)
class WithABranch(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return tf.where(tf.abs(g) > 1, params - self.rate * tf.sign(g), params - self.rate * g), state


@lab(BROWSER)
@dataclass(frozen=True)
class AForLoop(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        for _ in range(3):
            params = params - self.rate / 3 * g
        return params, state


@lab(BROWSER)
@dataclass(frozen=True)
class ABareWhile(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        rate, tries = self.rate, 0
        while tries < 3:
            rate, tries = rate / 2, tries + 1
        return params - rate * g, state


@lab(BROWSER)
@dataclass(frozen=True)
class APrint(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        print("g =", g)
        return params - self.rate * g, state


@lab(BROWSER)
@dataclass(frozen=True)
class NaNAtOnce(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params - self.rate * g / (g - g), state


@lab(BROWSER)
@dataclass(frozen=True)
class NaNLater(Optimizer):
    rate: float = 0.01

    class State(NamedTuple):
        t: tf.Tensor

    def init(self, params):
        return self.State(tf.constant(0.0, tf.float64))

    def update(self, params, g, state):
        return params - self.rate * g * tf.sqrt(3 - state.t), self.State(state.t + 1)


@lab(BROWSER)
@dataclass(frozen=True)
class ANorm(Optimizer):
    rate: float = 0.1

    def update(self, params, g, state):
        return params - self.rate * g / tf.norm(g, axis=-1, keepdims=True), state


@lab(BROWSER)
@dataclass(frozen=True)
class Uphill(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params + self.rate * g, state


@lab(BROWSER)
@dataclass(frozen=True)
class ItStays(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params, state


@lab(BROWSER)
@dataclass(frozen=True)
class NoNumbers(Optimizer):
    def update(self, params, g, state):
        return params - 0.01 * g, state


@lab(BROWSER)
@dataclass(frozen=True)
class AList(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        HISTORY.append(g)
        return params - self.rate * g, state


@lab(KERNEL, "Python code that TensorFlow calls (tf.numpy_function)")
@dataclass(frozen=True)
class NumPyCalled(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        g = tf.ensure_shape(tf.numpy_function(np.tanh, [g], tf.float64), g.shape)
        return params - self.rate * g, state


@lab(KERNEL, "random numbers (tf.random)")
@dataclass(frozen=True)
class RandomNumbers(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params - self.rate * (g + tf.random.normal(tf.shape(g), dtype=g.dtype)), state


@lab(KERNEL, "is not the same each time it is looked at")
@dataclass(frozen=True)
class RandomOfNumPy(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params - self.rate * (g + np.random.normal(size=2)), state  # noqa: NPY002 - so they write it


@lab(KERNEL, "a tf.Variable")
@dataclass(frozen=True)
class AVariable(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        COUNTER.assign_add(1.0)
        return params - self.rate * g / tf.sqrt(COUNTER), state


@lab(KERNEL, "tf.print")
@dataclass(frozen=True)
class APrintOfTensors(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        tf.print("g =", g)
        return params - self.rate * g, state


@lab(KERNEL, "a loop that TensorFlow runs (tf.while_loop)")
@dataclass(frozen=True)
class AWhileLoop(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        (step,) = tf.while_loop(
            lambda step: tf.reduce_max(tf.abs(step)) > 0.5, lambda step: (step / 2,), (self.rate * g,)
        )
        return params - step, state


@lab(KERNEL, "sorting")
@dataclass(frozen=True)
class Sorted(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params - self.rate * tf.sort(g, axis=-1), state


@lab(RAISES, "tf's functions in place of NumPy's")
@dataclass(frozen=True)
class NumPyInside(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params - self.rate * np.tanh(g), state


@lab(RAISES, "tf.where(condition, a, b) in place of `if`")
@dataclass(frozen=True)
class APythonIf(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        if tf.reduce_sum(g) > 0:
            return params - self.rate * g, state
        return params, state


@lab(RAISES, "AWhileOfTensors.update is called once, with tensors that have no values yet")
@dataclass(frozen=True)
class AWhileOfTensors(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        while tf.reduce_max(tf.abs(g)) > 1:
            g = g / 2
        return params - self.rate * g, state


@lab(RAISES, "float(...) and .numpy() cannot be had of such a tensor")
@dataclass(frozen=True)
class AFloatOfATensor(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params - self.rate * float(g[0]), state


@lab(RAISES, "float(...) and .numpy() cannot be had of such a tensor")
@dataclass(frozen=True)
class ANumPyMethod(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params - self.rate * g.numpy(), state


@lab(RAISES, "AWrongShape.update returned params of shape (1, 1) for params of shape (1, 2)")
@dataclass(frozen=True)
class AWrongShape(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params[..., :1] - self.rate * g[..., :1], state


@lab(RAISES, "must return two things, the new params and the new state")
@dataclass(frozen=True)
class NoState(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params - self.rate * g


@lab(RAISES, "must return two things, the new params and the new state")
@dataclass(frozen=True)
class NoReturn(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        params = params - self.rate * g


@lab(RAISES, "All tensors are float64: write 0.5 in place of tf.constant(0.5)")
@dataclass(frozen=True)
class AnotherType(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params - self.rate * g * tf.constant(0.5), state


@lab(RAISES, "must return a state like the one init returned")
@dataclass(frozen=True)
class AStateThatGrows(Optimizer):
    rate: float = 0.01

    def init(self, params):
        return (tf.zeros_like(params),)

    def update(self, params, g, state):
        return params - self.rate * g, (*state, g)


@lab(RAISES, "assertion failed: [this rule ends at step 3]")
@dataclass(frozen=True)
class AnErrorAtStep3(Optimizer):
    rate: float = 0.01

    class State(NamedTuple):
        t: tf.Tensor

    def init(self, params):
        return self.State(tf.constant(0.0, tf.float64))

    def update(self, params, g, state):
        with tf.control_dependencies([tf.debugging.assert_less(state.t, np.float64(3), "this rule ends at step 3")]):
            return params - self.rate * g, self.State(state.t + 1)


@lab(RAISES, "ArithmeticError: this rule ends at step 3")
@dataclass(frozen=True)
class APythonErrorAtStep3(Optimizer):
    rate: float = 0.01

    class State(NamedTuple):
        t: tf.Tensor

    def init(self, params):
        return self.State(tf.constant(0.0, tf.float64))

    def update(self, params, g, state):
        def check(t):
            if t == 3:
                raise ArithmeticError("this rule ends at step 3")
            return t

        t = tf.ensure_shape(tf.py_function(check, [state.t], tf.float64), ())
        return params - self.rate * g, self.State(t + 1)


@lab(RAISES, "ZeroDivisionError: division by zero")
@dataclass(frozen=True)
class AnErrorOfItsOwn(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params - self.rate * g * (1 / 0), state


@lab(RAISES, "'AMisspeltName' object has no attribute 'rat'")
@dataclass(frozen=True)
class AMisspeltName(Optimizer):
    rate: float = 0.01

    def update(self, params, g, state):
        return params - self.rat * g, state


@dataclass(frozen=True)
class TooLarge(Optimizer):
    """A rule that fails at some stops of its slider."""

    rate: float = 0.01

    def update(self, params, g, state):
        def checked(rate):
            if rate > 0.5:
                raise ArithmeticError("a rate above 0.5 is too large for me")
            return rate

        rate = tf.ensure_shape(tf.py_function(checked, [self.rate], tf.float64), self.rate.shape)
        return params - rate * g, state
