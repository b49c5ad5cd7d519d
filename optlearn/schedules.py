"""Keras's learning-rate schedules for the rules of this package: `scheduled(Momentum(), CosineDecay(0.01, 500))`."""

from __future__ import annotations

import dataclasses
from copy import copy
from dataclasses import dataclass, field, make_dataclass, replace
from numbers import Real
from typing import Any, ClassVar, NamedTuple

import tensorflow as tf
from keras.optimizers.schedules import LearningRateSchedule

from optlearn.backend import need_tensorflow
from optlearn.optimizers import Optimizer
from optlearn.tunable import SUBSCRIPTS, Hyper

__all__ = ["Scheduled", "scheduled"]

HYPERS = {  # the numbers of Keras's schedules that may differ from run to run; all others are fixed choices
    "initial_learning_rate": Hyper("η₀", 1e-4, 1.0),
    "end_learning_rate": Hyper("η₁", 1e-4, 1.0),
    "warmup_target": Hyper("η₁", 1e-4, 1.0),
    "values": Hyper("η", 1e-4, 1.0),
    "boundaries": Hyper("t", 10, 10_000),
    "decay_steps": Hyper("T", 10, 10_000, at_least=1),
    "first_decay_steps": Hyper("T", 10, 10_000, at_least=1),
    "decay_rate": Hyper("γ", 0.01, 10),
    "power": Hyper("p", 0.25, 4),
    "alpha": Hyper("α", 0, 1, "linear"),
}


@dataclass(frozen=True)
class Scheduled(Optimizer):
    """An optimizer whose learning rate is a schedule; made by `scheduled`."""

    rule_type: ClassVar[type[Optimizer]]
    template: ClassVar[LearningRateSchedule]  # of which the numbers are replaced
    places: ClassVar[dict[str, tuple[str, int | None]]]  # where in the schedule each number belongs

    class State(NamedTuple):
        rule: Any  # the rule's own state
        t: tf.Tensor  # steps made, as Keras counts them: the first step is made at t = 0
        learning_rate: tf.Tensor  # of the next step

    @property
    def schedule(self) -> LearningRateSchedule:
        """Keras's schedule, with the present numbers."""
        attributes: dict[str, Any] = {}
        for name, (attribute, place) in self.places.items():
            value = tf.cast(getattr(self, name), tf.float64)
            attributes[attribute] = value if place is None else [*attributes.get(attribute, []), value]
        made = copy(self.template)  # not made anew: Keras's checks in `__init__` do not take tensors
        vars(made).update(attributes)
        return made

    def unused(self, shape):
        return self._rule_at(1.0).unused(shape)

    def init(self, params):
        t = tf.constant(0.0, tf.float64)
        η = self.schedule(t)
        return self.State(self._rule_at(η).init(params), t, _for_each_run(η))

    def update(self, params, g, state):
        params, of_rule = self._rule_at(self.schedule(state.t)).update(params, g, state.rule)
        t = state.t + 1
        return params, self.State(of_rule, t, _for_each_run(self.schedule(t)))

    def _rule_at(self, learning_rate: Any) -> Optimizer:
        own = {name: getattr(self, name) for name in _own_fields(self.rule_type)}
        return self.rule_type(learning_rate=learning_rate, **own)


def scheduled(rule: Optimizer, schedule: LearningRateSchedule) -> Scheduled:
    """An optimizer that takes its learning rate from a schedule of Keras, at every step anew.

    >>> lab = Lab([SGD(0.001), scheduled(SGD(), CosineDecay(0.001, decay_steps=500))], NoisyParabolaFit())

    It is an optimizer as any other: `train`, `sweep`, `Lab` and `Race` take it. Its hyper-parameters are
    the numbers of the schedule, by Keras's names, then those of the rule, without the learning rate. Those
    that Keras has in lists are numbered: `values_1`, `values_2`, `boundaries_1`. Fixed are the number of
    warm-up steps, with a warm-up also `decay_steps`, and how restarts grow. The state of a run has
    `learning_rate`, of shape (..., steps + 1), and `rule`, the state of the rule.

    Parameters
    ----------
    rule : Optimizer
        With a `learning_rate`, which the schedule replaces.
    schedule : keras.optimizers.schedules.LearningRateSchedule
        One of Keras's, or your own, with a `get_config`. Of your own, the numbers whose names Keras knows, too,
        can be swept.

    Raises
    ------
    TypeError
        If one of the two is not what it should be.
    ValueError
        If the rule has no learning rate, or both have a number of the same name.
    RuntimeError
        If Keras, whose schedule computes the rate, does not run on TensorFlow.
    """
    need_tensorflow("scheduled")
    if not isinstance(rule, Optimizer):
        raise TypeError(f"rule={rule!r}: rule must be an optimizer of optlearn, such as SGD().")
    if not isinstance(schedule, LearningRateSchedule):
        raise TypeError(f"schedule={schedule!r}: schedule must be one of keras.optimizers.schedules.")
    if "learning_rate" not in rule.values:
        raise ValueError(f"{type(rule).__name__} has no learning_rate that a schedule could replace.")

    config = schedule.get_config()
    fixed = {"decay_steps"} if config.get("warmup_target") is not None else set()  # Keras branches on it
    numbers, places, choices = {}, {}, {}
    for key, value in config.items():
        parts = value if isinstance(value, list | tuple) else [value]
        if key not in HYPERS or key in fixed or not all(isinstance(part, Real) for part in parts):
            choices[key] = value
        elif parts is value:
            numbers |= {f"{key}_{place + 1}": part for place, part in enumerate(parts)}
            places |= {f"{key}_{place + 1}": (key, place) for place in range(len(parts))}
        else:
            numbers[key], places[key] = value, (key, None)

    of_rule = {name: getattr(rule, name) for name in _own_fields(type(rule))}
    both = numbers.keys() & of_rule.keys()
    if both:
        raise ValueError(f"{type(rule).__name__} and the schedule both have {', '.join(sorted(both))}.")
    key = type(rule), type(schedule), repr((places, choices))
    if key not in _made:
        _made[key] = _make_class(type(rule), schedule, places)
    return _made[key](**numbers, **of_rule)


_made: dict[tuple, type[Scheduled]] = {}  # one class for all settings of a kind: they share their compiled programs


def _make_class(rule_type: type[Optimizer], template: LearningRateSchedule, places: dict) -> type[Scheduled]:
    about = {}
    for name, (attribute, place) in places.items():
        letter = HYPERS[attribute].symbol + ("" if place is None else str(place + 1).translate(SUBSCRIPTS))
        about[name] = replace(HYPERS[attribute], symbol=letter)
    about |= {name: rule_type.hypers().get(name) for name in _own_fields(rule_type)}
    fields = [(name, Any, field(metadata={"hyper": each})) for name, each in about.items()]
    namespace = {
        "rule_type": rule_type,
        "template": template,
        "places": places,
        "xla": rule_type.xla,
        "facts": rule_type.facts,
    }
    name = f"{rule_type.__name__} with {type(template).__name__}"
    return make_dataclass(name, fields, bases=(Scheduled,), namespace=namespace, frozen=True)


def _own_fields(rule_type: type[Optimizer]) -> list[str]:
    return [each.name for each in dataclasses.fields(rule_type) if each.name != "learning_rate"]


def _for_each_run(rate: tf.Tensor) -> tf.Tensor:
    """The rates without the axes they have to broadcast against parameters: (runs,), or () for one."""
    return tf.reshape(rate, [-1] if rate.shape.rank else [])
