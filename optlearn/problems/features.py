"""Data whose features differ: in how often they are seen, in how much they matter, and in scale."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import tensorflow as tf

from optlearn.problems.base import Problem, Summary, View, check_field
from optlearn.problems.batches import draw_batches
from optlearn.tunable import Scalar, hyper


@dataclass(frozen=True)
class SparseFeatures(Problem):
    """Least squares for ŷ = d·x₁ + s·x₂ by mini-batches, where x₂ is 0 in all but 2 of the 100 points.

    x₁ is 1 or −1 in every point, so the dense parameter d has 50 times as many gradients as the
    sparse one, s, which stands still until a batch has a point that knows of it. Targets are x₁ − x₂
    with some noise; parameters have shape (2,). Without a step, the loss is that of all points: a
    bowl with κ = 50. For Duchi, Hazan and Singer 2011, section 1, whose learner adapts to features
    that are rare but informative.
    """

    batch_size: int = 10
    seed: int = 0

    formula = r"\frac{1}{100} \sum_{i=1}^{100} \left(d x_{i1} + s x_{i2} - y_i\right)^2"
    start = (-1.0, 1.5)
    bounds = ((-2.0, 2.0), (-2.0, 2.0))
    parameter_names = ("d", "s")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_field(self, "batch_size", 100)

    @cached_property
    def x(self) -> np.ndarray:
        """Inputs, shape (100, 2): the dense and the sparse feature of each point."""
        i = np.arange(100)
        return np.stack([(-1.0) ** i, (i % 51 == 0) * 1.0], axis=-1)

    @cached_property
    def y(self) -> np.ndarray:
        """Targets, shape (100,)."""
        return self.x @ [1.0, -1.0] + 0.3 * np.random.default_rng(self.seed).standard_normal(100)

    @cached_property
    def batches(self) -> np.ndarray:
        """Row numbers of the points in each batch, shape (batches, batch_size); used over again at the end."""
        return draw_batches(100, self.batch_size, self.seed)

    @cached_property
    def minima(self) -> tuple[tuple[float, ...], ...]:
        """The least-squares solution."""
        return (tuple(np.linalg.solve(self.x.T @ self.x, self.x.T @ self.y).tolist()),)

    def loss(self, params, step=None):
        x, y = tf.constant(self.x), tf.constant(self.y)
        if step is not None:
            batch = tf.gather(self.batches, step % len(self.batches))
            x, y = tf.gather(x, batch), tf.gather(y, batch)
        return tf.reduce_mean((tf.tensordot(params, x, axes=[-1, -1]) - y) ** 2, axis=-1)


@dataclass(frozen=True)
class TwoScales(Problem):
    """One noisy bowl seen at two scales, f(x) + f(y)/s, for weights that data pull at unequally hard.

    f is ½(x − 2 − ξ)², with a normal number ξ for each step from one table, the same for x and y; without
    a step, ξ is 0. Parameters have shape (2,); y has the gradients of x divided by s. Adam does not notice
    s: from a start on the diagonal it stays there, and with decoupled weight decay it still does. An
    L2 penalty added to the loss drags y away, whose gradients are small beside the penalty's.
    Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", section 2.
    """

    ratio: Scalar = hyper(100.0, symbol="s", low=1.0, high=1e4, at_least=1.0)
    seed: int = 0

    formula = r"f(x) + \frac{f(y)}{s}, \quad f(x) = \frac{1}{2} \left(x - 2 - \xi_t\right)^2"
    start = (3.0, 3.0)
    bounds = ((-1.0, 4.0), (-1.0, 4.0))
    minima = ((2.0, 2.0),)

    @cached_property
    def noise(self) -> np.ndarray:
        """The ξ of each step, shape (4000,); used over again at the end."""
        return np.random.default_rng(self.seed).standard_normal(4000)

    def loss(self, params, step=None):
        x, y = tf.unstack(params, axis=-1)
        ξ = 0.0 if step is None else tf.gather(self.noise, step % len(self.noise))
        return (x - 2 - ξ) ** 2 / 2 + (y - 2 - ξ) ** 2 / (2 * self.ratio)


@dataclass(frozen=True)
class SparseLogistic(Problem):
    """Logistic regression, one point a step, with 12 features of which the last 9 say nothing.

    Each of 30 points comes twice, the second time with its last 9 features reversed, so that the best
    weight of each of these is exactly 0. Parameters w have shape (12,); the loss of a point is
    log(1 + exp(−y·w·x)), its label y being −1 or 1. Without a step, it is the mean over all 60.
    Plain training gives every feature some weight, because single points pull at it; a threshold on
    the sum of the gradients, as in FTRL, leaves weights at 0. McMahan et al. 2013, "Ad Click
    Prediction: a View from the Trenches", section 3.
    """

    seed: int = 5

    formula = r"\frac{1}{60} \sum_{i=1}^{60} \log\left(1 + e^{-y_i w \cdot x_i}\right)"
    start = (0.0,) * 12
    bounds = ((-4.0, 4.0),) * 12

    @property
    def view(self) -> View:
        return View("weights", ("says something",) * 3 + ("says nothing",) * 9, -2.5, 3.0)

    @property
    def summary(self) -> Summary:
        return Summary("{0} of 12 weights are exactly 0", of="zeros")

    @cached_property
    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """Inputs x, shape (60, 12), and labels y, shape (60,): −1 or 1."""
        rng = np.random.default_rng(self.seed)
        x = rng.standard_normal((30, 12))
        chance = 1 / (1 + np.exp(-x[:, :3] @ [1.5, -1.5, 1.0]))
        y = np.where(rng.uniform(size=30) < chance, 1.0, -1.0)
        twin = x * ([1.0] * 3 + [-1.0] * 9)
        return np.concatenate([x, twin]), np.concatenate([y, y])

    @cached_property
    def order(self) -> np.ndarray:
        """Row number of the point of each step, shape (24000,); used over again at the end."""
        return draw_batches(60, 1, self.seed)[:, 0]

    def loss(self, params, step=None):
        x, y = self.points
        if step is not None:
            row = tf.gather(self.order, step % len(self.order))
            x, y = tf.gather(x, [row]), tf.gather(y, [row])
        return tf.reduce_mean(tf.nn.softplus(-y * tf.tensordot(params, x, axes=[-1, -1])), axis=-1)
