"""Problems whose parameters are a matrix, or the layers of a network, one in each row."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import tensorflow as tf

from optlearn.problems.base import Problem, Summary, View
from optlearn.tunable import Scalar, hyper


@dataclass(frozen=True)
class TwoLayers(Problem):
    """A linear network of two layers of 4 weights, u and v: what goes in comes out u·v times as large.

    The loss is ½ Σ (uⱼ·vⱼ − cⱼ)². Parameters have shape (2, 4), a row for each layer; at the start
    their norms are 10 and 0.1. The larger a layer, the larger the gradients of the other: under plain
    gradient descent, and under Adam, the small layer changes by a far larger share of itself than the
    large one. Every u with v = c/u has loss 0. For You et al. 2020, "Large Batch Optimization for Deep
    Learning", section 3, where each layer moves by the same share of itself.
    """

    formula = r"\frac{1}{2} \sum_{j=1}^{4} \left(u_j v_j - c_j\right)^2"
    start = ((5.0,) * 4, (0.05,) * 4)
    bounds = (((-10.0, 10.0),) * 4, ((-1.0, 1.0),) * 4)
    parameter_names = ("u₁", "u₂", "u₃", "u₄", "v₁", "v₂", "v₃", "v₄")

    @cached_property
    def c(self) -> np.ndarray:
        """What each unit's two weights should multiply to, shape (4,)."""
        return np.array([2.0, 1.0, -1.0, -0.5])

    @property
    def view(self) -> View:
        return View("step of each layer, as a share of its own size", ("u", "v"), 1e-5, 3.0, log=True)

    @property
    def summary(self) -> Summary:
        return Summary("the first step is {0:.2g} of the size of u, {1:.2g} of that of v", step=0)

    def watch(self, params, following):
        """‖Δu‖/‖u‖ and ‖Δv‖/‖v‖ of the step that leads on from here, (..., 2)."""
        return _norm(following - params) / _norm(params)

    def loss(self, params, step=None):
        u, v = tf.unstack(params, axis=-2)
        return tf.reduce_sum((u * v - self.c) ** 2, axis=-1) / 2


@dataclass(frozen=True)
class MatrixRecovery(Problem):
    """A table W of 6 x 4 numbers to recover, whose rows and columns are seen unequally often.

    The loss is ½ Σ aᵢ·bⱼ·(Wᵢⱼ − Mᵢⱼ)², with aᵢ from 1 down to 0.1 and bⱼ from 1 down to 0.2. The
    table M is uᵢ·vⱼ plus `roughness` times normal numbers from a seed. While that is 0, the squared
    gradient at W = 0 has rank one, and a mean for each row and each column says all of it: 6 + 4
    numbers instead of 24. Shazeer and Stern 2018, "Adafactor", section 3.
    """

    roughness: Scalar = hyper(0.0, symbol="r", low=0.0, high=1.0, scale="linear")
    seed: int = 0

    formula = r"\frac{1}{2} \sum_{ij} a_i b_j \left(W_{ij} - M_{ij}\right)^2"
    start = ((0.0,) * 4,) * 6
    bounds = (((-3.0, 3.0),) * 4,) * 6

    @cached_property
    def weights(self) -> np.ndarray:
        """How often each entry is seen, aᵢ·bⱼ, shape (6, 4)."""
        return np.outer(np.geomspace(1.0, 0.1, 6), np.geomspace(1.0, 0.2, 4))

    @cached_property
    def smooth(self) -> np.ndarray:
        """The part of the table that has rank one, shape (6, 4)."""
        return np.outer([1.0, -0.5, 1.5, -1.0, 0.5, 1.0], [1.0, -1.0, 0.5, 1.5])

    @cached_property
    def rough(self) -> np.ndarray:
        """The part that has not, shape (6, 4)."""
        return np.random.default_rng(self.seed).standard_normal((6, 4))

    @property
    def minima(self) -> tuple:
        """The table itself."""
        return ((self.smooth + self.roughness * self.rough).tolist(),)

    @property
    def view(self) -> View:
        return View(
            "distance from the table, row by row", tuple(f"row {i}" for i in range(1, 7)), 1e-3, 100.0, log=True
        )

    def watch(self, params, following):
        """How far each row is from the table's, ‖Wᵢ − Mᵢ‖: (..., 6)."""
        roughness = tf.convert_to_tensor(self.roughness, params.dtype)[..., None, None]
        return _norm(params - self.smooth - roughness * self.rough)

    def loss(self, params, step=None):
        roughness = tf.convert_to_tensor(self.roughness, params.dtype)[..., None, None]
        error = params - self.smooth - roughness * self.rough
        return tf.reduce_sum(self.weights * error**2, axis=(-2, -1)) / 2


@dataclass(frozen=True)
class IllConditionedMatrix(Problem):
    """A matrix W of 4 x 6 to find through a lens A that nearly hides some directions: ½‖A(W − M)‖².

    A is 4 x 4 with singular values from 1 down to 1/κ. M has four directions of equal size, those
    that A sees with one strength each: the gradient at W = 0 has singular values from 1 down to 1/κ²,
    and under gradient descent the first direction is found long before the last. For Jordan et al.
    2024, "Muon: An optimizer for hidden layers in neural networks", which makes them equal.
    """

    condition_number: Scalar = hyper(10.0, symbol="κ", low=1.0, high=100.0, at_least=1.0)
    seed: int = 0

    formula = r"\frac{1}{2} \left\lVert A (W - M) \right\rVert^2"
    start = ((0.0,) * 6,) * 4
    bounds = (((-1.5, 1.5),) * 6,) * 4

    @cached_property
    def directions(self) -> tuple[np.ndarray, np.ndarray]:
        """What A sees with one strength each, and where M leads it: orthonormal rows, (4, 4) and (4, 6)."""
        rng = np.random.default_rng(self.seed)
        left, _ = np.linalg.qr(rng.standard_normal((4, 4)))
        right, _ = np.linalg.qr(rng.standard_normal((6, 4)))
        return left.T, right.T

    @cached_property
    def minima(self) -> tuple:
        """The matrix M, whose singular values are all 1."""
        left, right = self.directions
        return ((left.T @ right).tolist(),)

    @property
    def view(self) -> View:
        return View("how much of each direction is found", ("1st", "2nd", "3rd", "4th"), -0.1, 1.6)

    def watch(self, params, following):
        """The part of W along each direction of M: 0 at the start, 1 at the minimum; (..., 4)."""
        left, right = self.directions
        return tf.reduce_sum(tf.linalg.matmul(left, params) * right, axis=-1)

    def loss(self, params, step=None):
        left, right = self.directions
        κ = tf.convert_to_tensor(self.condition_number, params.dtype)
        strengths = κ[..., None] ** -np.linspace(0.0, 1.0, 4)
        seen = strengths[..., None] * (tf.linalg.matmul(left, params) - right)
        return tf.reduce_sum(seen**2, axis=(-2, -1)) / 2


def _norm(rows: tf.Tensor) -> tf.Tensor:
    """The length of each row: (..., n) to (...)."""
    return tf.sqrt(tf.reduce_sum(rows**2, axis=-1))
