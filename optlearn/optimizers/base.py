"""What every optimizer is: a few numbers, a state, and one pure step."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import tensorflow as tf

from optlearn.facts import Facts, InKeras, informed
from optlearn.tunable import Hyper, Scalar, Tunable, hyper

__all__ = ["Facts", "InKeras", "Optimizer", "Scalar", "hyper"]


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

    def unused(self, shape: tuple[int, ...]) -> tuple[str, ...]:
        """The names of the numbers that play no part for parameters of this shape."""
        return ()

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
