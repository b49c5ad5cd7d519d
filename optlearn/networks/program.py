"""What some copies of a model do side by side: one compiled program for a round of training, one for an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from optlearn import loop
from optlearn.optimizers import Optimizer

if TYPE_CHECKING:
    from optlearn.networks.copies import Copies

PART = 16  # copies in one call: one program serves any number of them


class Program(loop.Compiled):
    """What `PART` copies do side by side: a round of training by a rule, or without a rule an evaluation."""

    def __init__(self, copies: Copies, rule: Optimizer | None, steps: int):
        self.copies, self.rule, self.steps = copies, rule, steps
        super().__init__(loop.USE_XLA and (rule is None or rule.xla))

    def _trace(self) -> None:
        body = self._evaluate if self.rule is None else self._round
        self.run = tf.function(body, autograph=False, jit_compile=self.use_xla)

    def begun(self, weights: tf.Tensor, table: tf.Tensor) -> list[Any]:
        """The state of the rule for each variable, before the first step."""
        rules, variables = self._rules(table), self._cut(weights)
        runs = zip(rules, self.copies.shapes, variables, strict=True)
        return [loop.begun(rule, _as_runs(rule, shape, values)) for rule, shape, values in runs]

    def _rules(self, table: tf.Tensor) -> list[Optimizer]:
        """The rule for each variable, with a number for each copy in place of each hyper-parameter."""
        numbers, made = dict(zip(self.rule.values, tf.unstack(table), strict=True)), []
        for variable, shape in zip(self.copies.variables, self.copies.shapes, strict=True):
            axes = len(self.rule.for_layer(variable.path, shape).layer_shape(shape))
            here = {name: tf.reshape(values, (-1, *[1] * axes)) for name, values in numbers.items()}
            made.append(self.rule.replace(**here).for_layer(variable.path, shape))
        return made

    def _cut(self, weights: tf.Tensor) -> list[tf.Tensor]:
        parts = tf.split(weights, self.copies.sizes, axis=1)
        return [tf.reshape(part, (PART, *shape)) for part, shape in zip(parts, self.copies.shapes, strict=True)]

    def _measure(self, variables: list, x: tf.Tensor, y: tf.Tensor, training: bool) -> tuple[tf.Tensor, tf.Tensor]:
        """Loss and accuracy of one copy."""
        model = self.copies.template
        z, _, added = model.stateless_call(variables, [], x, training=training, return_losses=True)
        right = tf.argmax(z, axis=-1, output_type=y.dtype) == y
        loss, accuracy = tf.reduce_mean(self.copies.loss(y, z)) + sum(added), tf.reduce_mean(tf.cast(right, z.dtype))
        return tf.cast(loss, z.dtype), accuracy  # a loss of Keras is in its `floatx`, whatever the model is in

    def _with_gradient(self, variables: list, x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, list]:
        # One copy's gradient in here: through what `vectorized_map` makes, XLA would compile every batch anew.
        with tf.GradientTape() as tape:
            tape.watch(variables)
            loss, accuracy = self._measure(variables, x, y, True)
        return loss, accuracy, tape.gradient(loss, variables)

    def _evaluate(self, weights: tf.Tensor, x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return tf.vectorized_map(lambda variables: self._measure(variables, x, y, False), self._cut(weights))

    def _round(self, weights: tf.Tensor, state: list, table: tf.Tensor, order: tf.Tensor) -> tuple:
        """Some steps of each copy. `order` has its batches, (copies, steps, batch_size)."""
        copies, rules = self.copies, self._rules(table)

        def step(t, variables, state, loss, accuracy):
            x, y = (tf.gather(points, tf.gather(order, t, axis=1)) for points in copies.points)
            found = tf.vectorized_map(lambda one: self._with_gradient(one[:-2], *one[-2:]), [*variables, x, y])
            moved = []
            for rule, shape, *run, before in zip(rules, copies.shapes, variables, found[2], state, strict=True):
                params, g = (_as_runs(rule, shape, values) for values in run)
                moved.append(loop.checked_update(rule, params, g, before))
            after = [
                tf.cast(tf.reshape(params, old.shape), old.dtype)
                for (params, _), old in zip(moved, variables, strict=True)
            ]
            return t + 1, after, [kept for _, kept in moved], loss + found[0], accuracy + found[1]

        zero = tf.zeros(PART, weights.dtype)
        begin = tf.constant(0), self._cut(weights), state, zero, zero
        *_, variables, state, loss, accuracy = tf.while_loop(lambda t, *_: t < self.steps, step, begin)
        row = tf.concat([tf.reshape(values, (PART, -1)) for values in variables], axis=1)
        return loss / self.steps, accuracy / self.steps, row, state


class Part:
    """`PART` copies on their way: where they are, and what was kept of them."""

    KEPT = ("loss", "accuracy", "weights")

    def __init__(self, program: Program, weights: np.ndarray, orders: np.ndarray, table: np.ndarray):
        self.program, self.orders, self.table = program, orders, tf.constant(table, tf.float64)
        self.loss, self.accuracy, self.weights = [], [], [tf.constant(weights)]
        self.state = program.begun(self.weights[0], self.table)

    def go(self) -> None:
        """One round more."""
        order = tf.constant(self.orders[len(self.loss)])
        loss, accuracy, weights, self.state = self.program.call(self.weights[-1], self.state, self.table, order)
        for kept, value in zip((self.loss, self.accuracy, self.weights), (loss, accuracy, weights), strict=True):
            kept.append(value)

    def kept(self, name: str) -> np.ndarray:
        """What was kept of all rounds, (copies, rounds, ...)."""
        return np.stack(getattr(self, name), axis=1)


def _as_runs(rule: Optimizer, shape: tuple[int, ...], values: tf.Tensor) -> tf.Tensor:
    """A variable of all copies as the rule takes parameters, in float64."""
    return tf.reshape(tf.cast(values, tf.float64), (PART, *rule.layer_shape(shape)))


def rows_of_parts(count: int) -> list[np.ndarray]:
    """The rows of each part of `count`; the last part wraps around: one shape, one program."""
    return [np.arange(low, low + PART) % count for low in range(0, count, PART)]
