"""What a rule remembers of one variable of a model, in variables of Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from optlearn.optimizers import Optimizer

__all__ = ["Kept", "float64"]


class Kept:
    """One variable of a model, as its rule sees it, and the state of the rule for it.

    A state that begins with the variable's own values needs them. Where `fit` builds the model, the optimizer
    is built before they are there. Until the first step, what depends on them is then not a number.

    Parameters
    ----------
    variable : keras.Variable or tf.Variable
        The variable of the model.
    rule : Optimizer
        The rule that moves the model.
    add_variable : function
        The optimizer's own, which makes a variable and keeps track of it.

    Attributes
    ----------
    path : str
        Where in the model the variable is, such as "sequential/dense/kernel".
    shape : tuple of int
        Of the variable.
    parts : list of keras.Variable
        The fields of the state, without the axis of runs.
    """

    def __init__(self, variable: Any, rule: Optimizer, add_variable: Callable[..., keras.Variable]):
        values = _values(variable)
        self.path = str(getattr(variable, "path", variable.name))
        self.shape = tuple(values.shape)
        self._open = not variable.shape.is_fully_defined()  # it may change its length
        with tf.init_scope():  # at once, even where a step is only being traced
            rule = rule.for_layer(self.path, self.shape)
            self._run_shape = (1, *rule.layer_shape(self.shape))
            state = rule.init(tf.reshape(values, self._run_shape))
            parts = [float64(part) for part in tf.nest.flatten(state)]
            self._late = [bool(tf.reduce_any(tf.math.is_nan(part))) for part in parts]
        names = getattr(state, "_fields", ())
        names = names if len(names) == len(parts) else range(len(parts))
        prefix = self.path.replace("/", "_").replace(":", "_")
        self._structure = tf.nest.map_structure(lambda part: None, state)
        self._shapes = [part.shape for part in parts]
        self.parts = [
            add_variable(
                part.shape[1:] if part.shape[:1] == [1] else part.shape,
                lambda shape, dtype, part=part: tf.reshape(part, shape),
                "float64",
                name=f"{prefix}_{name}",
            )
            for name, part in zip(names, parts, strict=True)
        ]

    def as_run(self, values: Any) -> tf.Tensor:
        """The variable or its gradient as the rule takes parameters: (1, n), (1, rows, columns), ..., in float64."""
        return tf.reshape(float64(values), (1, -1) if self._open and not self.parts else self._run_shape)

    def read(self, rule: Optimizer, params: tf.Tensor) -> Any:
        """The state as the rule gave it; what could not begin when it was made begins with these parameters."""
        values = [tf.reshape(float64(part), shape) for part, shape in zip(self.parts, self._shapes, strict=True)]
        if any(self._late):
            begun = [float64(part) for part in tf.nest.flatten(rule.init(params))]
            values = [
                tf.where(tf.math.is_nan(value), first, value) if late else value
                for value, first, late in zip(values, begun, self._late, strict=True)
            ]
        return tf.nest.pack_sequence_as(self._structure, values)


def float64(value: Any) -> tf.Tensor:
    """As a tensor in float64; the gradient of an embedding with one row for each row of the variable."""
    return tf.cast(tf.convert_to_tensor(value), tf.float64)


def _values(variable: Any) -> tf.Tensor:
    """What stands in a variable; what is not there yet, while a model is only being traced, is not a number."""
    with tf.init_scope():
        held = variable.value if isinstance(variable, keras.Variable) else variable
        if held.is_initialized():
            return float64(held)
        return tf.fill(variable.shape, tf.constant(float("nan"), tf.float64))
