"""A rule of this package as an optimizer of Keras."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Self

import keras
import numpy as np
import tensorflow as tf

from optlearn import optimizers
from optlearn.backend import need_tensorflow
from optlearn.keras.state import Kept, float64
from optlearn.optimizers import Optimizer

__all__ = ["KerasOptimizer"]

PACKAGE = "optlearn"  # where Keras finds the class of a saved optimizer, and `from_config` its rule


@keras.saving.register_keras_serializable(PACKAGE)
class KerasOptimizer(keras.optimizers.Optimizer):
    """A Keras optimizer that steps by an optimizer of this package, or by one of your own.

    >>> model.compile(optimizer=KerasOptimizer(Adam(learning_rate=0.01)), loss="mse")

    To the rule, each variable of the model is a run of its own: a matrix stays a matrix, all else is a
    vector, unless the rule says otherwise (`Optimizer.layer_shape`). A rule can leave a variable to another
    one (`Optimizer.for_layer`): Muon does so with embeddings. For every variable and every field of the state,
    the optimizer has a variable. Rule and state are in float64, as everywhere in this package, whatever the
    model is in. Only the learning rate is in Keras's own `floatx`, usually float32.

    A gradient that comes as the rows of some words, as an embedding's does, is a gradient of 0 for all others,
    and a word that comes twice has the sum of both: one step is the same, whichever way the gradient comes.

    `docs/keras.md` has what differs from Keras's own classes, and why.

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
    RuntimeError
        If Keras does not run on TensorFlow.
    """

    def __init__(self, rule: Optimizer, learning_rate: Any = None, **options: Any):
        need_tensorflow("KerasOptimizer")
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
        with tf.init_scope():
            rule = self._rule_at(self.learning_rate)
        skipped = map(self._overwrite_variable_with_gradient, variables)  # it holds a scale of float8, and no weight
        self._kept = {
            self._get_variable_index(variable): Kept(variable, rule, self.add_variable)
            for variable, skip in zip(variables, skipped, strict=True)
            if not skip
        }

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor) -> None:
        """One step of the rule, for one variable."""
        kept = self._kept[self._get_variable_index(variable)]
        rule = self._rule_at(learning_rate).for_layer(kept.path, kept.shape)
        if not self._use_weight_decay(variable):
            rule = rule.without_decay()
        params, g = kept.as_run(variable), kept.as_run(gradient)
        params, state = rule.update(params, g, kept.read(rule, params))
        self.assign(variable, tf.reshape(params, tf.shape(variable)))
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
        return self.rule.replace(learning_rate=float64(learning_rate))


def _check(rule: Any, options: Mapping[str, Any]) -> None:
    """Raise an error unless `rule` is a rule that Keras can steer, and the options are none of the rule's own."""
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
    for option, value in options.items():
        if option in rule.facts.absent:
            raise ValueError(f"{option}={value!r}: {rule.facts.absent[option]}")
        if option in {f.name for f in dataclasses.fields(rule)} - {"weight_decay"}:
            raise ValueError(f"{option}={value!r} belongs to the rule: KerasOptimizer({name}({option}={value!r})).")


def _alone(name: str, value: Any) -> Any:
    """A number of a rule as a Python number, which a config can hold."""
    if np.ndim(value):
        raise ValueError(f"{name} has shape {np.shape(value)}: in Keras it must be one number.")
    return np.asarray(value).item()
