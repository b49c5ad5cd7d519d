"""What every optimizer is: a few numbers, a state, and one pure step."""

from __future__ import annotations

import math
import sys
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Self

import tensorflow as tf

from optlearn.facts import Facts, InKeras, informed
from optlearn.tunable import Hyper, Scalar, Tunable, hyper

__all__ = ["Facts", "InKeras", "Optimizer", "Scalar", "hyper"]

KERAS_OPTIONS = (  # what `KerasOptimizer` takes beside a rule: arguments that every optimizer of Keras has
    *("weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum"),
    *("ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps", "name"),
)


@dataclass(frozen=True)
class Optimizer(Tunable):
    """An update rule. Subclass it, decorate with ``@dataclass(frozen=True)``, and write two functions.

    Both are pure: they return new tensors and change nothing. All tensors are float64. The
    hyper-parameters are Python numbers, or tensors that broadcast against the parameters; written
    in plain arithmetic and ``tf`` functions, one step therefore serves a thousand runs at once.
    """

    facts: ClassVar[Facts] = Facts()
    xla: ClassVar[bool] = True  # whether its loop is worth compiling: 20 times as fast, and 5 MB for good

    class State(NamedTuple):
        """What the rule remembers from step to step: named tensors. Nothing, unless a subclass says."""

    @classmethod
    def probes(cls) -> list[dict[str, float]]:
        """Two settings of all numbers, far from the defaults and from each other: they show what each number does."""
        return [{name: about.probes[which] for name, about in cls.hypers().items()} for which in (0, 1)]

    def __new__(cls, *args: Any, **numbers: Any) -> Self:
        made = super().__new__(cls)
        for name, value in numbers.items():
            if name in cls.facts.absent:
                raise TypeError(f"{cls.__name__}({name}={value!r}): {cls.facts.absent[name]}")
            if name in KERAS_OPTIONS and name not in cls.__dataclass_fields__:
                with_it = f"KerasOptimizer({cls.__name__}(), {name}={value!r})"
                raise TypeError(f"{cls.__name__}({name}={value!r}): an option of every optimizer of Keras: {with_it}.")
        return made

    def __format__(self, how: str) -> str:
        """As text. `model.compile(optimizer=Adam())` ends in an error of Keras's, which says what to write."""
        text = format(str(self), how)
        if sys._getframe(1).f_globals.get("__name__") != "keras.src.optimizers":
            return text
        rule = f"{type(self).__name__}(...)"
        return f"{text}. It is a rule of optlearn, which Keras takes as KerasOptimizer({rule}), from optlearn.keras"

    def unused(self, shape: tuple[int, ...]) -> tuple[str, ...]:
        """The names of the numbers that need no slider for parameters of this shape: they play no part in a lesson."""
        return tuple(name for name, about in self.hypers().items() if not about.slider)

    def layer_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape in which the rule takes a variable of a model: a matrix stays, all else is a vector."""
        return shape if len(shape) == 2 else (math.prod(shape),)

    def for_layer(self, path: str, shape: tuple[int, ...]) -> Optimizer:
        """The rule for one variable of a model: this one, or one that it leaves such a variable to.

        `path`: where in the model the variable is, such as "sequential/dense/kernel"; `shape`: its own.
        """
        return self

    def without_decay(self) -> Self:
        """The same rule for a variable that is excluded from weight decay."""
        return self.replace(**{name: 0.0 for name in self.values if name.endswith("weight_decay")})

    def init(self, params: tf.Tensor) -> Any:
        """The state before the first step. `params`: shape (n,) or (runs, n); matrices (runs, rows, columns)."""
        return self.State()

    @abstractmethod
    def update(self, params: tf.Tensor, g: tf.Tensor, state: Any) -> tuple[tf.Tensor, Any]:
        """One step: from parameters, their gradient `g` (same shape) and state to the new parameters and state."""
        raise NotImplementedError(f"{type(self).__name__} has no update(params, g, state)")

    @classmethod
    def _describe_fields(cls) -> dict[str, Hyper]:
        return {name: informed(name, about) for name, about in super()._describe_fields().items()}
