"""Many copies of one Keras model, trained side by side in one compiled program: all rates and all seeds at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from optlearn import loop
from optlearn.backend import need_tensorflow
from optlearn.memory import give_back
from optlearn.networks.program import Part, Program, rows_of_parts
from optlearn.optimizers import Optimizer
from optlearn.run import check_axis
from optlearn.tunable import check_whole


@dataclass(frozen=True, eq=False, repr=False)
class Fits:
    """What `Copies.train` leaves. The leading axes are the numbers that were swept, and last the seeds.

    Attributes
    ----------
    axes : dict
        The values along each leading axis, by its name.
    loss, accuracy : (..., rounds)
        The mean over the batches of each round, as `fit` reports it: of weights that change within the round.
    weights : (..., rounds + 1, n)
        All weights of the model in a row, before the first round and after each.
    """

    axes: dict[str, np.ndarray]
    loss: np.ndarray
    accuracy: np.ndarray
    weights: np.ndarray


class Copies:
    """Copies of a Keras classifier, each trained as `fit` trains one that was compiled with a `KerasOptimizer`.

    >>> copies = Copies(network, x, y, loss, batch_size=50)  # network(seed) makes the model
    >>> fits = copies.train(Adam(), epochs=20, seeds=range(5), learning_rate=[0.001, 0.01, 0.1])
    >>> loss, accuracy = copies.evaluate(fits.weights[:, :, -1], x_test, y_test)

    `fit` takes a millisecond or more for a step, however small the model. Here a step of one copy of a network of
    2,400 weights takes some 0.05 ms. As with `KerasOptimizer`, the rule is in float64, whatever the model is in.

    Parameters
    ----------
    make : function
        Of a seed; returns a built model, always with the same layers and one output for each class. Layers that
        keep more than weights to be trained, such as `Dropout` and `BatchNormalization`, cannot be copied so.
    x, y : arrays
        The inputs, (points, ...), and the classes, (points,), whole numbers from 0.
    loss : keras.losses.Loss, or its name
        As for `compile`.
    batch_size : int
        Points in a batch. In each epoch a copy goes through all points, in an order that its seed decides. Points
        that fill no batch are left out of that epoch.

    Raises
    ------
    TypeError, ValueError
        If anything does not fit; the message says what is allowed.
    """

    def __init__(self, make: Callable[[int], keras.Model], x: Any, y: Any, loss: Any, batch_size: int = 32):
        need_tensorflow("Copies")
        x, y = _points(x, y)
        check_whole(f"batch_size={batch_size!r}", "batch_size", batch_size, most=len(x))
        self.batch_size, self.batches = batch_size, len(x) // batch_size
        self._make, self.points = make, (tf.constant(x), tf.constant(y))
        self.loss = keras.losses.get(loss)
        self.template = _checked(make(0))
        self.variables = self.template.trainable_variables
        self.shapes = [tuple(variable.shape) for variable in self.variables]
        self.sizes = [int(np.prod(shape)) for shape in self.shapes]
        self._programs: dict[tuple, Program] = {}
        self._starts: dict[int, np.ndarray] = {}

    def start(self, seed: int) -> np.ndarray:
        """The weights, (n,), with which the model of a seed begins."""
        if seed not in self._starts:
            model = _checked(self._make(int(seed)))
            if [tuple(variable.shape) for variable in model.trainable_variables] != self.shapes:
                raise ValueError(f"seed {seed}: its model has other variables than that of seed 0, {self.shapes}.")
            weights = np.concatenate([np.ravel(np.asarray(variable.value)) for variable in model.trainable_variables])
            moved = weights if loop.SHAKE is None else loop.shaken(weights[None], loop.SHAKE)[0]
            self._starts[seed] = moved.astype(weights.dtype)
        return self._starts[seed]

    def order(self, seed: int, epochs: int) -> np.ndarray:
        """Which points are in each batch of a seed, (epochs, batches, batch_size)."""
        rng, points = np.random.default_rng(int(seed)), len(self.points[0])
        epochs_of = [rng.permutation(points)[: self.batches * self.batch_size] for _ in range(epochs)]
        return np.reshape(epochs_of, (epochs, self.batches, self.batch_size)).astype(np.int32)

    def split(self, weights: np.ndarray) -> list[np.ndarray]:
        """Weights in rows, (..., n), as the variables of the model, each (..., *shape)."""
        parts = np.split(self._checked_rows(weights), np.cumsum(self.sizes)[:-1], axis=-1)
        return [part.reshape(*part.shape[:-1], *shape) for part, shape in zip(parts, self.shapes, strict=True)]

    def model(self, weights: np.ndarray) -> keras.Model:
        """A model with these weights, (n,)."""
        made = self._make(0)
        for variable, values in zip(made.trainable_variables, self.split(weights), strict=True):
            variable.assign(values)
        return made

    def train(
        self,
        rule: Optimizer,
        epochs: int,
        seeds: Iterable[int],
        keep: int = 1,
        watch: Callable[[], Any] | None = None,
        **axes: Any,
    ) -> Fits:
        """Train a copy for every combination of some numbers of a rule and seeds.

        Parameters
        ----------
        seeds : whole numbers
            Each decides the weights at the start, and the order of the points.
        keep : int
            Rounds in an epoch: loss, accuracy and weights are kept after each. A divisor of the number of batches.
        watch : function, optional
            Is called after each round, for a bar that moves.
        **axes
            Hyper-parameters of the rule, each with the values it shall take, as for `sweep`.
        """
        if not isinstance(rule, Optimizer):
            raise TypeError(f"rule={rule!r}: rule must be an optimizer of optlearn, such as Adam(learning_rate=0.01).")
        check_whole(f"epochs={epochs!r}", "epochs", epochs)
        check_whole(f"keep={keep!r}", "keep", keep, most=self.batches)
        if self.batches % keep:
            raise ValueError(f"keep={keep!r}: keep must be a divisor of {self.batches}, the batches in an epoch.")
        axes = {name: check_axis(rule.hypers(), f"{rule}", name, values) for name, values in axes.items()} | {
            "seed": _seeds(seeds)
        }
        *swept, seed_of = (mesh.ravel() for mesh in np.meshgrid(*axes.values(), indexing="ij"))
        numbers = {name: np.full(len(seed_of), float(value)) for name, value in rule.values.items()}
        numbers |= dict(zip(axes, swept, strict=False))

        program = self._program(rule, self.batches // keep)
        starts = {seed: self.start(seed) for seed in axes["seed"]}
        orders = {seed: self.order(seed, epochs).reshape(epochs * keep, -1, self.batch_size) for seed in starts}
        parts = [
            Part(
                program,
                np.stack([starts[seed] for seed in seed_of[rows]]),
                np.stack([orders[seed] for seed in seed_of[rows]], axis=1),
                np.array([values[rows] for values in numbers.values()]),
            )
            for rows in rows_of_parts(len(seed_of))
        ]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for _ in range(epochs * keep):
                list(pool.map(Part.go, parts))
                if watch:
                    watch()
        kept = [np.concatenate([part.kept(name) for part in parts])[: len(seed_of)] for name in Part.KEPT]
        lengths = [len(values) for values in axes.values()]
        del parts
        give_back()
        return Fits(axes, *(each.reshape(*lengths, *each.shape[1:]) for each in kept))

    def evaluate(self, weights: np.ndarray, x: Any = None, y: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Loss and accuracy, each (...), of weights (..., n); of the points to train on, unless others are given."""
        rows = self._checked_rows(weights).reshape(-1, sum(self.sizes))
        points = self.points if x is None and y is None else tuple(map(tf.constant, _points(x, y)))
        program = self._program(None, 0)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = list(pool.map(lambda some: program.call(rows[some], *points), rows_of_parts(len(rows))))
        give_back()
        shape = np.shape(weights)[:-1]
        return tuple(np.concatenate(each)[: len(rows)].reshape(shape) for each in zip(*found, strict=True))

    def _checked_rows(self, weights: np.ndarray) -> np.ndarray:
        weights, n = np.asarray(weights, self.variables[0].dtype), sum(self.sizes)
        if weights.ndim < 1 or weights.shape[-1] != n or not weights.size:
            raise ValueError(f"weights of shape {weights.shape}: the last axis must have the model's {n} weights.")
        return weights

    def _program(self, rule: Optimizer | None, steps: int) -> Program:
        key = (rule and rule.outline, steps)
        if key not in self._programs:
            self._programs[key] = Program(self, rule, steps)
        return self._programs[key]


def _points(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim < 2 or y.shape != x.shape[:1] or not len(x) or x.dtype.kind != "f":
        given = f"x is {x.dtype} of shape {x.shape}, y is {y.dtype} of shape {y.shape}"
        raise ValueError(f"{given}: x must be (points, ...) of floats, and y (points,), a class for each point.")
    if y.dtype.kind not in "iu" or y.min() < 0:
        raise ValueError(f"y is {y.dtype}, from {y.min()} on: it must have the classes as whole numbers from 0.")
    return x, y.astype(np.int64)


def _seeds(seeds: Iterable[int]) -> np.ndarray:
    found = list(seeds) if isinstance(seeds, Iterable) else None
    if not found:
        raise ValueError(f"seeds={seeds!r}: give whole numbers of at least 0, such as range(5).")
    for seed in found:
        check_whole(f"seeds={seeds!r}", "each seed", seed, least=0)
    return np.array(found)


def _checked(model: Any) -> keras.Model:
    if not isinstance(model, keras.Model) or not model.built:
        raise TypeError(f"make(seed) must return a built Keras model, with an Input; it returned {model!r}.")
    if model.non_trainable_variables:
        names = ", ".join(variable.path for variable in model.non_trainable_variables)
        raise ValueError(f"The model keeps more than weights to be trained, {names}: leave such layers out.")
    return model
