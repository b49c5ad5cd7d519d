"""Fitting y = a·x² + b·x to a table of points: the data set of the first lessons."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import tensorflow as tf

from optlearn.problems.base import Problem, check_field
from optlearn.problems.batches import draw_batches


@dataclass(frozen=True)
class ParabolaFit(Problem):
    """Least squares for ŷ = a·x² + b·x, on 100 points of y = ½x² − 2x + ½ at x = −3.0, −2.9, ..., 6.9.

    The model has no constant, so the smallest loss is 0.136918, at (a, b) = (0.522340, −2.023041),
    and not 0 at (½, −2). The Hessian has eigenvalues 4.98173 and 678.335 everywhere.
    """

    formula = r"\frac{1}{100} \sum_{i=1}^{100} \left(a x_i^2 + b x_i - y_i\right)^2"
    start = (-2.0, 2.0)
    bounds = ((-2.5, 3.5), (-6.0, 4.0))
    parameter_names = ("a", "b")

    @cached_property
    def x(self) -> np.ndarray:
        """Inputs, shape (100,)."""
        return np.arange(-30, 70) / 10

    @cached_property
    def y(self) -> np.ndarray:
        """Targets, shape (100,)."""
        return 0.5 * self.x**2 - 2 * self.x + 0.5

    @cached_property
    def triangle(self) -> np.ndarray:
        """The 100 equations a·x² + b·x = y as three with the same sum of squares, by QR: rows of x², x and y, (3, 3).

        For a loss over all points these three do, at a tenth of the price.
        """
        return np.linalg.qr(np.stack([self.x**2, self.x, self.y], axis=1), mode="r")

    @cached_property
    def minima(self) -> tuple[tuple[float, ...], ...]:
        """The least-squares solution, from the normal equations."""
        features = np.stack([self.x**2, self.x])
        return (tuple(np.linalg.solve(features @ features.T, features @ self.y).tolist()),)

    def predict(self, params, x):
        """The model ŷ = a·x² + b·x: shape (..., points) for parameters (..., 2) and inputs (points,)."""
        return tf.tensordot(params, tf.stack([x**2, x]), axes=1)

    def loss(self, params, step=None):
        *features, targets = self.triangle.T
        residuals = tf.tensordot(params, tf.stack(features), axes=1) - targets
        return tf.reduce_sum(residuals**2, axis=-1) / len(self.x)


@dataclass(frozen=True)
class NoisyParabolaFit(ParabolaFit):
    """`ParabolaFit` seen through mini-batches: each step's loss is that of a few of the 100 points.

    The batches are read from one table, drawn once from `seed`, so that two optimizers see the same
    noise. As usual, the points are shuffled over and over, and each is seen once in every epoch; with
    `replacement`, every batch is drawn from all points anew. Without a step, the loss is that of all points.
    """

    batch_size: int = 10
    replacement: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_field(self, "batch_size", 100)

    @cached_property
    def batches(self) -> np.ndarray:
        """Row numbers of the points in each batch, shape (batches, batch_size); used over again at the end."""
        return draw_batches(100, self.batch_size, self.seed, self.replacement)

    def loss(self, params, step=None):
        if step is None:
            return super().loss(params)
        batch = tf.gather(self.batches, step % len(self.batches))
        x, y = tf.gather(self.x, batch), tf.gather(self.y, batch)
        return tf.reduce_mean((self.predict(params, x) - y) ** 2, axis=-1)
