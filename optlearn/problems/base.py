"""What every problem is: a loss of some parameters, and where to look at it."""

from __future__ import annotations

import inspect
import re
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal, NamedTuple

import numpy as np
import tensorflow as tf

from optlearn.hints import explained
from optlearn.tunable import SUBSCRIPTS, Tunable, check_whole

Bounds = tuple[tuple[float, float], ...]


class View(NamedTuple):
    """What a picture shows of a run on a problem that has no landscape: lines over the steps.

    Attributes
    ----------
    title : str
    names : tuple of strings
        One for each line; lines of one name look alike.
    low, high : float
        Ends of the axis.
    log : bool
    """

    title: str
    names: tuple[str, ...]
    low: float
    high: float
    log: bool = False


class Summary(NamedTuple):
    """What to say of a run on a problem that has no landscape, as data: the browser says the same.

    Attributes
    ----------
    template : str
        With places such as ``{0:.3g}``, ``{1}`` or, for all numbers with commas between, ``{all:.3g}``.
    of : {"watched", "params", "zeros"}
        Where the numbers come from: what is watched, the parameters, or how many of these are exactly 0.
    step : int
        At which step; −1 is the last.
    """

    template: str
    of: Literal["watched", "params", "zeros"] = "watched"
    step: int = -1


def fill(template: str, values: Sequence[float]) -> str:
    """A `Summary`'s template with its numbers in place, their minus signs true ones."""

    def place(found: re.Match) -> str:
        which, form = found.groups()
        numbers = values if which == "all" else [values[int(which)]]
        return ", ".join(format(value, form or "") for value in numbers).replace("-", "−")

    return re.sub(r"\{(\w+)(?::([^}]*))?\}", place, template)


@dataclass(frozen=True)
class Problem(Tunable):
    """Something to minimise. Subclass it, decorate with ``@dataclass(frozen=True)``, and write `loss`.

    The parameters are a vector of n numbers or a matrix of (rows, columns); `start` says which.

    Attributes
    ----------
    formula : str
        The loss, in LaTeX.
    start : tuple of n floats, or of rows
        Where a run begins unless told otherwise.
    bounds : as `start`, with a pair (low, high) for each number
        The part of the world that pictures show and random starts come from.
    minima : tuple of points
        Every global minimum, where it is known; empty where it is not.
    parameter_names : tuple of strings
        One for each number, row by row. Made up unless given.
    """

    formula: ClassVar[str] = ""
    start: ClassVar[tuple]
    bounds: ClassVar[tuple]
    minima: ClassVar[tuple] = ()

    @cached_property
    def parameter_names(self) -> tuple[str, ...]:
        """x and y where there are two; else w₁, w₂, ..., or w₁₁, w₁₂, ... in a matrix."""
        if self.shape == (2,):
            return ("x", "y")
        between = "," if max(self.shape) > 9 else ""
        places = [between.join(str(i + 1) for i in place) for place in np.ndindex(self.shape)]
        return tuple("w" + place.translate(SUBSCRIPTS) for place in places)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the parameters: (n,) or (rows, columns)."""
        return np.shape(self.start)

    @property
    def name(self) -> str:
        """What to call the problem in a text."""
        return type(self).__name__

    @abstractmethod
    def loss(self, params: tf.Tensor, step: tf.Tensor | int | None = None) -> tf.Tensor:
        """The loss, shape (...), of float64 parameters, shape (..., *shape), in TensorFlow operations.

        `step` counts from 0 and serves problems that change or are drawn at random; None asks for
        the loss without the noise, which is what the contours show. What a step draws stands in a table, and is
        read by `tf.gather(table, step)`: with `table[step]`, XLA compiles the program anew for every seed.
        """

    def project(self, params: tf.Tensor) -> tf.Tensor:
        """The nearest point that is allowed, shape (..., *shape): applied after each update. All are, unless told."""
        return params

    @property
    def is_plane(self) -> bool:
        """Whether there is a landscape to look at: two parameters in a vector."""
        return self.shape == (2,)

    @property
    def view(self) -> View:
        """How `watched` is shown, where there is no landscape."""
        low, high = np.reshape(self.bounds, (-1, 2)).T
        return View("parameters", self.parameter_names, float(low.min()), float(high.max()))

    @property
    def summary(self) -> Summary:
        """What a run has come to, where there is no landscape."""
        return Summary(f"{self.view.title}: {{all:.3g}}")

    def watch(self, params: tf.Tensor, following: tf.Tensor) -> tf.Tensor:
        """What to look at where there is no landscape, (..., lines), in TensorFlow operations.

        `params` are some points, (..., *shape), `following` those one step later: NaN after the last.
        """
        return tf.reshape(params, [*params.shape[: len(params.shape) - len(self.shape)], -1])

    def watched(self, params, following=None):
        """What to look at, (..., lines): of points and those that follow them, or of a whole record.

        Parameters
        ----------
        params : (..., *shape), or without `following` a record (..., steps + 1, *shape)
        """
        if following is not None:
            return self.watch(params, following)
        axis = np.ndim(params) - len(self.shape) - 1
        end = np.full_like(np.take(params, [0], axis), np.nan)
        following = np.concatenate([np.delete(params, 0, axis), end], axis)
        return self.watch(tf.constant(params, tf.float64), tf.constant(following, tf.float64)).numpy()

    def in_words(self, params: np.ndarray) -> str:
        """What a run (steps + 1, *shape) has come to, where there is no landscape: its `summary`, filled."""
        template, of, step = self.summary
        point = np.ravel(params[step])
        values = {"params": point, "zeros": [np.count_nonzero(point == 0)]}.get(of)
        return fill(template, self.watched(params)[step] if values is None else values)

    def loss_and_gradient(self, params, step=None) -> tuple[tf.Tensor, tf.Tensor]:
        """The loss, shape (...), and its gradient, shape (..., *shape), by `tf.GradientTape`."""
        params = tf.convert_to_tensor(params, tf.float64)
        with tf.GradientTape() as tape:
            tape.watch(params)
            with explained(f"The loss of {self.name}"):
                loss = self.loss(params, step)
        # Each run's loss depends on its own parameters only, so the gradient of their sum is every run's own.
        return loss, tape.gradient(loss, params, unconnected_gradients=tf.UnconnectedGradients.ZERO)

    def gradient(self, params, step=None) -> tf.Tensor:
        """The gradient of the loss, shape (..., *shape), by `tf.GradientTape`."""
        return self.loss_and_gradient(params, step)[1]

    def hessian(self, params) -> np.ndarray:
        """The matrix of second derivatives at one point, shape (n, n) for n numbers row by row, by two tapes."""
        params = tf.convert_to_tensor(params, tf.float64)
        with tf.GradientTape() as tape:
            tape.watch(params)
            gradient = self.gradient(params)
        jacobian = tape.jacobian(gradient, params, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return jacobian.numpy().reshape(np.size(params), -1)

    def grid(self, count: int = 201) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The loss over `bounds` on a regular grid, for contours: x (count,), y (count,), loss (count, count)."""
        if not self.is_plane:
            raise ValueError(f"{self.name} has {sized(self.shape)}: a landscape needs two parameters in a vector.")
        x, y = (np.linspace(low, high, count) for low, high in self.bounds)
        points = np.stack(np.meshgrid(x, y), axis=-1)
        # In bands of some 2,000 points, so that a loss over many data points stays small in memory.
        bands = np.array_split(points, max(1, points.size // 4000))
        return x, y, np.concatenate([self.loss(tf.constant(band)).numpy() for band in bands])

    @staticmethod
    def from_function(
        function: Callable[..., tf.Tensor],
        *,
        start: Sequence[float],
        bounds: Sequence[Sequence[float]],
        minima: Sequence[Sequence[float]] = (),
        formula: str = "",
    ) -> FunctionProblem:
        """A problem from a function of its parameters, one argument each.

        >>> Problem.from_function(lambda x, y: x**2 + 10 * y**2, start=(2, 1), bounds=[(-3, 3), (-2, 2)])

        Parameters
        ----------
        function
            Takes one float64 tensor for each parameter, all of one shape, and returns the loss in
            that shape. Use arithmetic and `tf` functions (`tf.sin`, not `np.sin`): they have gradients.
        start, bounds, minima, formula
            As for every `Problem`. The parameters are named as the function's arguments are.
        """
        names = tuple(inspect.signature(function).parameters)
        problem = FunctionProblem(
            function=function,
            start=_floats(start),
            bounds=tuple(map(_floats, bounds)),
            minima=tuple(map(_floats, minima)),
            formula=formula,
            parameter_names=names,
        )
        problem.check()
        return problem


def sized(shape: tuple[int, ...], things: str = "parameters") -> str:
    """A shape in words: "12 parameters", or "a matrix of 6 x 4 parameters"."""
    return ("a matrix of " if len(shape) == 2 else "") + " x ".join(map(str, shape)) + f" {things}"


def check_field(problem: Problem, name: str, most: int | None = None) -> None:
    """Raise a ValueError unless a field is a whole number of at least 1, and at most `most`."""
    value = getattr(problem, name)
    check_whole(f"{type(problem).__name__}({name}={value!r})", name, value, most=most)


def _floats(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


@dataclass(frozen=True, kw_only=True)
class FunctionProblem(Problem):
    """A problem made by `Problem.from_function`."""

    function: Callable[..., tf.Tensor]
    start: tuple[float, ...]
    bounds: Bounds
    minima: tuple[tuple[float, ...], ...]
    formula: str
    parameter_names: tuple[str, ...] = field()

    @property
    def name(self) -> str:
        """The function's own name."""
        name = getattr(self.function, "__name__", "<lambda>")
        return "your function" if name == "<lambda>" else name

    def loss(self, params, step=None):
        return tf.convert_to_tensor(self.function(*tf.unstack(params, axis=-1)), params.dtype)

    def check(self) -> None:
        """Raise a ValueError that says what is wrong with the function, its start or its bounds."""
        n = len(self.parameter_names)
        if len(self.start) != n or len(self.bounds) != n:
            raise ValueError(
                f"{self.name} has {n} parameters {self.parameter_names}, but start={self.start} "
                f"has {len(self.start)} numbers and bounds has {len(self.bounds)} pairs."
            )
        for pair in self.bounds:
            if len(pair) != 2 or not pair[0] < pair[1]:
                raise ValueError(f"bounds: each must be a pair (low, high) with low < high, not {pair}.")
        with_runs = tf.constant([self.start] * 3, tf.float64)
        try:  # as a graph: there np.sin fails, where outside of one it would silently have no gradient
            loss, _ = tf.function(self.loss_and_gradient, autograph=False).get_concrete_function(with_runs)(with_runs)
        except Exception as error:
            raise ValueError(
                f"{self.name} could not be computed on TensorFlow tensors ({error}). "
                "Use arithmetic and tf functions: tf.sin, not np.sin or math.sin."
            ) from error
        if loss.shape != (3,):
            raise ValueError(
                f"{self.name} must return one loss for each point: for arguments of shape (3,) "
                f"it returned shape {tuple(loss.shape)}."
            )
