"""The usual ways to run an optimizer on `ParabolaFit`, to stand beside `train`. All return the last (a, b)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from optlearn.optimizers import SGD, Adam, Momentum, Optimizer
from optlearn.problems import ParabolaFit

START = ParabolaFit.start
PARABOLA = ParabolaFit()
tf.get_logger().setLevel("ERROR")  # the usual ways trace again and again, and TensorFlow says so
X, Y = tf.constant(PARABOLA.x), tf.constant(PARABOLA.y)


def tutorial(optimizer: Optimizer, steps: int) -> np.ndarray:
    """The tutorial loop: eager, two persistent tapes and three loss evaluations a step."""
    a, b = tf.Variable(START[0], dtype=tf.float64), tf.Variable(START[1], dtype=tf.float64)

    def loss():
        return tf.reduce_mean(tf.square(a * X**2 + b * X - Y))

    update_a, update_b = _update(optimizer), _update(optimizer)
    history = []
    for _ in range(steps):
        with tf.GradientTape(persistent=True) as tape_a:
            loss_a = loss()
        with tf.GradientTape(persistent=True) as tape_b:
            loss_b = loss()
        g_a, g_b = tape_a.gradient(loss_a, a), tape_b.gradient(loss_b, b)
        a.assign(a - update_a(g_a))
        b.assign(b - update_b(g_b))
        history.append((a.numpy(), b.numpy(), loss().numpy()))
    return np.array(history[-1][:2])


def _update(optimizer: Optimizer) -> Callable[[tf.Tensor], tf.Tensor]:
    """The step for one variable, as a tutorial writes it: Python numbers outside, tensors inside."""
    values, v, m, t = optimizer.values, 0.0, 0.0, 0
    rate = values["learning_rate"]

    def sgd(g):
        return rate * g

    def momentum(g):
        nonlocal v
        v = values["momentum"] * v + rate * g
        return v

    def adam(g):
        nonlocal m, v, t
        t += 1
        m = values["beta_1"] * m + (1 - values["beta_1"]) * g
        v = values["beta_2"] * v + (1 - values["beta_2"]) * g**2
        m_hat, v_hat = m / (1 - values["beta_1"] ** t), v / (1 - values["beta_2"] ** t)
        return rate * m_hat / (tf.sqrt(v_hat) + values["epsilon"])

    return {SGD: sgd, Momentum: momentum, Adam: adam}[type(optimizer)]


def keras(optimizer: Optimizer):
    """The optimizer of the same kind in `tf.keras`."""
    kind = tf.keras.optimizers.Adam if isinstance(optimizer, Adam) else tf.keras.optimizers.SGD
    return kind(**optimizer.values)


def keras_eager(optimizer: Optimizer, steps: int) -> np.ndarray:
    """`tf.keras.optimizers` in an eager loop: one tape and one loss a step."""
    rule = keras(optimizer)
    params = tf.Variable(START, dtype=tf.float64)
    history = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = PARABOLA.loss(params)
        rule.apply_gradients([(tape.gradient(loss, params), params)])
        history.append((loss.numpy(), params.numpy()))
    return history[-1][1]


def keras_compiled(optimizer: Optimizer, steps: int, use_xla: bool = True) -> Callable[[], np.ndarray]:
    """`tf.keras.optimizers` inside one compiled loop that records losses and parameters; call it to run."""
    rule = keras(optimizer)
    params = tf.Variable(START, dtype=tf.float64)
    rule.build([params])
    fresh = [tf.zeros_like(variable) for variable in _state(rule)]

    @tf.function(jit_compile=use_xla)
    def loop():
        losses = tf.TensorArray(tf.float64, steps, element_shape=())
        points = tf.TensorArray(tf.float64, steps, element_shape=(2,))
        for step in tf.range(steps):
            with tf.GradientTape() as tape:
                loss = PARABOLA.loss(params)
            rule.apply_gradients([(tape.gradient(loss, params), params)])
            losses, points = losses.write(step, loss), points.write(step, params)
        return losses.stack(), points.stack()

    def run() -> np.ndarray:
        params.assign(START)
        for variable, zero in zip(_state(rule), fresh, strict=True):
            variable.assign(zero)
        losses, points = loop()
        losses.numpy()
        return points.numpy()[-1]

    return run


def _state(rule) -> list[tf.Variable]:
    return [variable.value for variable in rule.variables if "learning_rate" not in variable.path]
