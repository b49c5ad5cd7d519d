"""A compiled Keras model, trained on all its data at every step, in one program."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from optlearn.backend import need_tensorflow


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
        need_tensorflow("FullBatch")
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
        except tf.errors.OpError:
            if not self._compiled:
                raise
            self._compile(use_xla=False)  # this TensorFlow has no XLA, or XLA cannot compile a layer
            return self.run(weights, learning_rate)

    def _compile(self, use_xla: bool) -> None:
        self._compiled = use_xla
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
