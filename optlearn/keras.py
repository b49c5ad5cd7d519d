"""The rules of this package inside Keras: `model.compile(optimizer=KerasOptimizer(Adam(0.01)), loss="mse")`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Self

import keras
import numpy as np
import tensorflow as tf

from optlearn import optimizers
from optlearn.optimizers import Optimizer

__all__ = ["FullBatch", "KerasOptimizer"]

PACKAGE = "optlearn"  # where Keras finds the class of a saved optimizer, and `from_config` its rule


@keras.saving.register_keras_serializable(PACKAGE)
class KerasOptimizer(keras.optimizers.Optimizer):
    """A Keras optimizer that steps by an optimizer of this package, or by one of your own.

    >>> model.compile(optimizer=KerasOptimizer(Adam(learning_rate=0.01)), loss="mse")

    To the rule, each variable of the model is a run of its own: a matrix stays a matrix, all else is a
    vector. For every variable and every field of the rule's state, the optimizer has a variable. Rule and
    state are in float64, as everywhere in this package, whatever the model is in. Only the learning rate
    is in Keras's own `floatx`, usually float32.

    Parameters
    ----------
    rule : Optimizer
        With a `learning_rate`. Its other numbers stay as they are.
    learning_rate : float, or a schedule of `keras.optimizers.schedules`, optional
        In place of the rule's own.
    **options
        What every optimizer of Keras has: `weight_decay`, `clipnorm`, `use_ema`, `name` and so on.

    Attributes
    ----------
    rule : Optimizer
        The rule, with the learning rate it began with; `learning_rate` has the present one.

    Raises
    ------
    TypeError
        If the rule is not an optimizer of this package.
    ValueError
        If a number or an option makes no sense; the message says what is allowed.
    """

    def __init__(self, rule: Optimizer, learning_rate: Any = None, **options: Any):
        _check(rule, options)
        changes = callable(learning_rate)  # a schedule, or a function
        if learning_rate is not None and not changes:
            rule = rule.replace(learning_rate=learning_rate)
        rule = rule.replace(**{name: _alone(name, value) for name, value in rule.values.items()})
        options["name"] = options.get("name") or type(rule).__name__.lower()
        super().__init__(learning_rate if changes else float(rule.learning_rate), **options)
        self.rule = rule

    def build(self, variables: list) -> None:
        """Make the state for these variables, as the rule begins it."""
        if self.built:
            return
        super().build(variables)
        with tf.init_scope():  # at once, even where a step is only being traced
            rule = self._rule_at(self.learning_rate)
            begun = [rule.init(self._as_run(variable)) for variable in variables]
        self._states = [
            _State(state, _path(variable), self.add_variable) for variable, state in zip(variables, begun, strict=True)
        ]

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor) -> None:
        """One step of the rule, for one variable."""
        kept = self._states[self._get_variable_index(variable)]
        rule = self._rule_at(learning_rate)
        params, state = rule.update(self._as_run(variable), self._as_run(gradient), kept.read())
        self.assign(variable, tf.reshape(params, variable.shape))
        for part, value in zip(kept.parts, tf.nest.flatten(state), strict=True):
            self.assign(part, tf.reshape(value, part.shape))

    def get_config(self) -> dict[str, Any]:
        """All it was made with, for `from_config`: the rule by its name and numbers."""
        kind = type(self.rule)
        name = f"{PACKAGE}>{kind.__name__}" if kind in optimizers.RULES else kind.__name__
        fields = [f.name for f in dataclasses.fields(kind) if f.init and f.name != "learning_rate"]
        numbers = {field: getattr(self.rule, field) for field in fields}
        return {**super().get_config(), "rule": {"name": name, "numbers": numbers}}

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Self:
        """An optimizer like the one that the config was taken from, without its state.

        Raises
        ------
        ValueError
            If the rule is one of your own, and `custom_objects` has no class of that name.
        """
        name, numbers = config["rule"]["name"], config["rule"]["numbers"]
        ours = {f"{PACKAGE}>{kind.__name__}": kind for kind in optimizers.RULES}
        kind = keras.saving.get_registered_object(name, custom_objects, ours)
        if kind is None:
            raise ValueError(
                f"This optimizer steps by {name}, a class that is not in optlearn. Where you load it, "
                f"say which it is: custom_objects={{{name!r}: {name}}}."
            )
        return super().from_config({**config, "rule": kind(**numbers)}, custom_objects)

    def _rule_at(self, learning_rate: Any) -> Optimizer:
        return self.rule.replace(learning_rate=_float64(learning_rate))

    def _as_run(self, values: Any) -> tf.Tensor:
        """A variable or its gradient, as a rule takes parameters: (1, n), or (1, rows, columns).

        Where a layer is a row to the rule, a variable of the model is a layer.
        """
        values = _float64(values)
        if len(values.shape) == 2 and self.rule.facts.acts_on != "rows":
            return values[None]
        return tf.reshape(values, (1, -1))


class FullBatch:
    """Training a compiled model on all its data at every step: what `fit` does with one batch, but in one program.

    >>> full = FullBatch(model, x, y, steps=300)
    >>> loss = full.run(model.get_weights(), learning_rate=0.1)

    `fit` spends milliseconds on every step, however small the model. Any optimizer of Keras will do, a
    `KerasOptimizer` among them.

    Parameters
    ----------
    model : keras.Model
        Built and compiled.
    x, y : arrays
        Inputs and targets.
    steps : int
        Number of updates in a run.
    validation_data : (x, y), optional
        Data that are not trained on, as for `fit`.
    """

    def __init__(
        self,
        model: keras.Model,
        x: np.ndarray,
        y: np.ndarray,
        steps: int,
        validation_data: tuple[np.ndarray, np.ndarray] | None = None,
    ):
        self.model, self.steps = model, steps
        self._data = [tuple(map(tf.constant, pair)) for pair in ((x, y), validation_data) if pair is not None]
        model.optimizer.build(model.trainable_variables)
        self._config = model.optimizer.get_config()
        self._compile(use_xla=True)

    def run(self, weights: list[np.ndarray], learning_rate: float | None = None) -> np.ndarray:
        """Train from these weights, with an optimizer that remembers nothing; the model keeps what it has learned.

        Returns
        -------
        (steps + 1,), or (steps + 1, 2)
            The loss before the first update, after it, ..., after the last; beside it that on the validation data.
        """
        optimizer, kind = self.model.optimizer, type(getattr(self.model.optimizer, "rule", None))
        self.model.set_weights(weights)
        with keras.saving.custom_object_scope({kind.__name__: kind}):  # the rule may be one of your own
            fresh = type(optimizer).from_config(dict(self._config))
        fresh.build(self.model.trainable_variables)
        for variable, value in zip(optimizer.variables, fresh.variables, strict=True):
            variable.assign(value)
        if learning_rate is not None:
            optimizer.learning_rate = learning_rate
        try:
            return self._program().numpy()
        except tf.errors.OpError:  # this TensorFlow has no XLA, or XLA cannot compile a layer
            self._compile(use_xla=False)
            return self.run(weights, learning_rate)

    def _compile(self, use_xla: bool) -> None:
        self._program = tf.function(self._loop, autograph=False, jit_compile=use_xla)

    def _loop(self) -> tf.Tensor:
        first = self._losses()
        losses = tf.TensorArray(first.dtype, self.steps + 1, element_shape=first.shape)

        def turn(step, losses):
            with tf.GradientTape() as tape:
                loss = self._loss(*self._data[0], training=True)
            variables = self.model.trainable_variables
            self.model.optimizer.apply(tape.gradient(loss, variables), variables)
            return step + 1, losses.write(step + 1, self._losses())

        start = tf.constant(0), losses.write(0, first)
        return tf.while_loop(lambda step, _: step < self.steps, turn, start)[1].stack()

    def _losses(self) -> tf.Tensor:
        losses = [self._loss(*pair, training=False) for pair in self._data]
        return tf.stack(losses) if len(losses) > 1 else losses[0]

    def _loss(self, x: tf.Tensor, y: tf.Tensor, training: bool) -> tf.Tensor:
        return self.model.compute_loss(x, y, self.model(x, training=training))


class _State:
    """The state of a rule for one variable: its parts in variables, without the axis of runs."""

    def __init__(self, state: Any, path: str, add_variable: Callable[..., keras.Variable]):
        parts = [_float64(part) for part in tf.nest.flatten(state)]
        names = getattr(state, "_fields", ())
        names = names if len(names) == len(parts) else range(len(parts))
        self.structure = tf.nest.map_structure(lambda part: None, state)
        self.shapes = [part.shape for part in parts]
        self.parts = [
            add_variable(
                part.shape[1:] if part.shape[:1] == [1] else part.shape,
                lambda shape, dtype, part=part: tf.reshape(part, shape),
                "float64",
                name=f"{path}_{name}",
            )
            for name, part in zip(names, parts, strict=True)
        ]

    def read(self) -> Any:
        values = [tf.reshape(_float64(part), shape) for part, shape in zip(self.parts, self.shapes, strict=True)]
        return tf.nest.pack_sequence_as(self.structure, values)


def _check(rule: Any, options: Mapping[str, Any]) -> None:
    """Raise an error unless `rule` is a rule that Keras can steer, and has no other decay than the one in `options`."""
    if not isinstance(rule, Optimizer):
        names = ", ".join(kind.__name__ for kind in optimizers.RULES)
        raise TypeError(
            f"rule={rule!r}: rule must be an optimizer of optlearn, such as Adam(learning_rate=0.01). "
            f"There are {names}, and what you derive from optlearn.optimizers.Optimizer."
        )
    name = type(rule).__name__
    if "learning_rate" not in rule.values:
        raise ValueError(f"{name} has the numbers {', '.join(rule.values) or 'none'}: Keras needs a learning_rate.")
    if options.get("weight_decay") is not None and "weight_decay" in rule.values:
        decay = options["weight_decay"]
        raise ValueError(f"weight_decay={decay!r}: {name} has a decay of its own, {name}(weight_decay={decay!r}).")


def _alone(name: str, value: Any) -> Any:
    """A number of a rule as a Python number, which a config can hold."""
    if np.ndim(value):
        raise ValueError(f"{name} has shape {np.shape(value)}: in Keras it must be one number.")
    return np.asarray(value).item()


def _float64(value: Any) -> tf.Tensor:
    return tf.cast(tf.convert_to_tensor(value), tf.float64)


def _path(variable: Any) -> str:
    return getattr(variable, "path", variable.name).replace("/", "_").replace(":", "_")
