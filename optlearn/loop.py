"""The training loop, as one compiled TensorFlow program for any number of runs side by side."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
import tensorflow as tf

from optlearn.hints import explained
from optlearn.memory import give_back
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem

# tools/shake.py sets both otherwise, to show what hangs on the last bits.
USE_XLA = True
SHAKE: int | None = None  # a whole number moves every start by some 1e-13 of itself
ROOMS = (512, 4096, 32_768)  # steps a program for a single run has room for: few programs serve all lengths
WORTH = 5_000  # turns of one loop from which on compiling it pays
PART = 256  # runs in one call: a part's numbers stay in the processor's cache


def run_all(
    optimizer: Optimizer,
    problem: Problem,
    steps: int,
    starts: np.ndarray,
    numbers: dict[str, np.ndarray],
    compiled: bool = True,
) -> dict[str, Any]:
    """Run once from each row of `starts`, unchecked.

    Parameters
    ----------
    starts : (runs, n), or (runs, rows, columns)
    numbers : for each hyper-parameter that differs between runs, its values (runs,)
    compiled : whether it is worth a program of its own, which is quicker and takes 5 MB for good

    Returns
    -------
    dict
        "params", "loss", "gradient" and "state", each with the leading axes (runs, steps + 1).
    """
    count = len(starts)
    starts = starts if SHAKE is None else shaken(starts, SHAKE)
    values = {**optimizer.values, **problem.values, **numbers}
    table = np.array([np.broadcast_to(value, count) for value in values.values()]).reshape(len(values), count)

    size = min(count, PART)
    room = next((room for room in ROOMS if room >= steps), steps) if count == 1 else steps
    shape = (size, *starts.shape[1:])
    program = _program(optimizer, problem, room, shape, compiled)
    if count == size:
        return program.unpack(program(starts, table, steps))

    record = np.empty((steps + 1, count, program.width))

    def run_part(low: int) -> None:
        rows = np.arange(low, low + size) % count  # the last part wraps around: one shape, one program
        record[:, low : low + size] = program(starts[rows], table[:, rows], steps)[:, : count - low]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run_part, range(0, count, size)))
    return program.unpack(record)


def shaken(starts: np.ndarray, seed: int) -> np.ndarray:
    """The starts, each number moved by up to 1e-13 of itself, in float32 by 5e-5; equal starts stay equal."""
    by = 1e-13 * float(np.finfo(starts.dtype).eps / np.finfo(float).eps)
    return starts * (1 + by * np.random.default_rng(seed).uniform(-1, 1, starts.shape[1:]))


class Compiled:
    """A program that is traced, and compiled by XLA unless its first call shows that XLA cannot.

    A subclass has `_trace`, which makes the function `run`, by XLA if `use_xla` says so.
    """

    def __init__(self, use_xla: bool):
        self.use_xla, self.tried, self._trying = use_xla, False, Lock()
        self._trace()

    def call(self, *given: Any) -> Any:
        if not self.tried:
            with self._trying:  # the first of several threads
                if not self.tried:
                    return self._try(given)
        return self.run(*given)

    def _try(self, given: tuple) -> Any:
        """The first call, which decides whether XLA is used. An error in a later one is the caller's own."""
        try:
            found = self.run(*given)
        except tf.errors.OpError:  # this TensorFlow has no XLA, or XLA cannot compile what a learner wrote
            if not self.use_xla:
                raise
            self.use_xla = False
            self._trace()
            found = self.run(*given)
        self.tried = True
        give_back()
        return found


class _Program(Compiled):
    """The loop for one outline of optimizer and problem, one shape of starts, and room for so many steps.

    Every turn records parameters, loss, gradient and state side by side in one row, so that the whole
    record leaves the program as one array of shape (steps + 1, runs, width).
    """

    def __init__(self, optimizer: tuple, problem: tuple, room: int, shape: tuple[int, ...], use_xla: bool):
        self.optimizer, self.problem, self.room, self.shape = optimizer, problem, room, shape
        self.names = [*optimizer[0].hypers(), *problem[0].hypers()]
        super().__init__(use_xla)
        if use_xla and asserts(self.run.graph):  # XLA leaves assertions out
            self.use_xla = False
            self._trace()

    def _trace(self) -> None:
        starts = tf.TensorSpec(self.shape, tf.float64)
        table = tf.TensorSpec((len(self.names), self.shape[0]), tf.float64)
        steps = tf.TensorSpec((), tf.int32)
        loop = tf.function(self._loop, autograph=False, jit_compile=self.use_xla)
        self.run = loop.get_concrete_function(starts, table, steps)

    def __call__(self, starts: np.ndarray, table: np.ndarray, steps: int) -> np.ndarray:
        given = tf.constant(starts, tf.float64), tf.constant(table, tf.float64), tf.constant(steps)
        with explained(f"{self.optimizer[0].__name__} on {self.problem[0].__name__}"):
            return self.call(*given).numpy()[: steps + 1]

    def _loop(self, params: tf.Tensor, table: tf.Tensor, steps: tf.Tensor) -> tf.Tensor:
        numbers = dict(zip(self.names, tf.unstack(table), strict=True))
        optimizer = rebuild(self.optimizer, numbers, (-1, *[1] * (len(self.shape) - 1)))
        problem = rebuild(self.problem, numbers, (-1,))
        state = begun(optimizer, params)
        self.width = self._lay_out(params, state)
        rows = tf.TensorArray(tf.float64, self.room + 1, element_shape=(self.shape[0], self.width))

        def turn(step, params, state, rows):
            loss, gradient = problem.loss_and_gradient(params, step)
            rows = rows.write(step, self._row(params, loss, gradient, state))
            params, state = checked_update(optimizer, params, gradient, state)
            return step + 1, problem.project(params), state, rows

        # One turn more than there are updates, for the last row: the loss and its gradient are traced only once.
        *_, rows = tf.while_loop(lambda step, *_: step <= steps, turn, (tf.constant(0), params, state, rows))
        return rows.stack()

    def _lay_out(self, params: tf.Tensor, state: Any) -> int:
        """Note what a row holds; returns its width."""
        loss = tf.reshape(params, (self.shape[0], -1))[:, 0]  # of its shape
        parts = {"params": params, "loss": loss, "gradient": params, "state": state}
        self.structure = tf.nest.map_structure(lambda leaf: None, parts)
        leaves = [_for_every_run(leaf, self.shape[0]) for leaf in tf.nest.flatten(parts)]
        self.shapes = [tuple(leaf.shape[1:]) for leaf in leaves]
        return sum(int(np.prod(shape)) for shape in self.shapes)

    def _row(self, params: tf.Tensor, loss: tf.Tensor, gradient: tf.Tensor, state: Any) -> tf.Tensor:
        runs = self.shape[0]
        parts = {"params": params, "loss": tf.broadcast_to(loss, (runs,)), "gradient": gradient, "state": state}
        leaves = [_for_every_run(leaf, runs) for leaf in tf.nest.flatten(parts)]
        return tf.concat([tf.reshape(leaf, (runs, -1)) for leaf in leaves], axis=1)

    def unpack(self, record: np.ndarray) -> dict[str, Any]:
        """The named parts of a record, with the leading axes (runs, steps + 1)."""
        record = np.moveaxis(record, 0, 1)
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])
        parts = np.split(record, ends[:-1], axis=-1)
        leaves = [part.reshape(*record.shape[:2], *shape) for part, shape in zip(parts, self.shapes, strict=True)]
        return tf.nest.pack_sequence_as(self.structure, leaves)


_compiled = lru_cache(maxsize=128)(_Program)  # XLA never gives a program's 5 MB back: better keep it
_traced = lru_cache(maxsize=8)(_Program)


def _program(optimizer: Optimizer, problem: Problem, room: int, shape: tuple[int, ...], compiled: bool) -> _Program:
    """The program for these runs, made once. It is compiled if all three agree: this process, the rule, the caller."""
    use_xla = USE_XLA and optimizer.xla and compiled
    return (_compiled if use_xla else _traced)(optimizer.outline, problem.outline, room, shape, use_xla)


def rebuild(outline: tuple, numbers: dict[str, tf.Tensor], shape: tuple[int, ...]) -> Any:
    """The object an outline was taken from, with tensors of the given shape for its hyper-parameters."""
    cls, *fixed = outline
    return cls(**dict(fixed), **{name: tf.reshape(numbers[name], shape) for name in cls.hypers()})


def asserts(graph: tf.Graph) -> bool:
    """Whether somewhere in a traced function an assertion of `tf.debugging` stands."""
    traced = graph.as_graph_def()
    return any(node.op == "Assert" for part in (traced, *traced.library.function) for node in _nodes(part))


def _nodes(part: Any) -> Any:
    return part.node_def if hasattr(part, "node_def") else part.node


def begun(optimizer: Optimizer, params: tf.Tensor) -> Any:
    """The state before the first step."""
    with explained(f"{type(optimizer).__name__}.init"):
        return _as_tensors(optimizer.init(params))


def _as_tensors(state: Any) -> Any:
    return tf.nest.map_structure(lambda leaf: tf.convert_to_tensor(leaf, tf.float64), state)


def _for_every_run(leaf: tf.Tensor, runs: int) -> tf.Tensor:
    return leaf if leaf.shape[:1] == [runs] else tf.broadcast_to(leaf, (runs, *leaf.shape))


def checked_update(optimizer: Optimizer, params, gradient, state) -> tuple[tf.Tensor, Any]:
    """One update, with a clear error where a learner's rule does not return what it must."""
    rule = f"{type(optimizer).__name__}.update"
    with explained(rule):
        result = optimizer.update(params, gradient, state)
    if not (isinstance(result, tuple) and len(result) == 2):
        raise TypeError(f"{rule} must return two things, the new params and the new state; it returned {result!r}.")
    new_params = tf.convert_to_tensor(result[0], tf.float64)
    if new_params.shape != params.shape:
        raise ValueError(f"{rule} returned params of shape {new_params.shape} for params of shape {params.shape}.")
    try:
        tf.nest.assert_same_structure(state, result[1])
    except (TypeError, ValueError):
        raise TypeError(
            f"{rule} must return a state like the one init returned, {state!r}; not {result[1]!r}."
        ) from None
    new_state = _as_tensors(result[1])
    for old, new in zip(tf.nest.flatten(state), tf.nest.flatten(new_state), strict=True):
        if old.shape != new.shape:
            raise ValueError(
                f"{rule} returned a state of shape {new.shape} where init returned shape {old.shape}. "
                "In init, tf.zeros_like(params) makes a state with the shape of the parameters."
            )
    return new_params, new_state
