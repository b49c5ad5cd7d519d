"""Surfaces over two parameters, each with one difficulty of its own."""

import math
from dataclasses import dataclass

import tensorflow as tf

from optlearn.problems.base import Problem
from optlearn.tunable import Scalar, hyper


@dataclass(frozen=True)
class Ravine(Problem):
    """A valley with straight walls: ½(u² + w²/κ), with (u, w) the point (x, y) turned by an angle.

    The Hessian has eigenvalues 1 (across the valley) and 1/κ (along it), so gradient descent
    diverges above η = 2 whatever κ is, and needs about κ steps to get along the floor.
    The `rotation` is in degrees; at 0 the valley runs along x, and at 45 along the diagonal.
    """

    condition_number: Scalar = hyper(30.0, symbol="κ", low=1.0, high=1000.0, at_least=1.0)
    rotation: Scalar = hyper(0.0, symbol="φ", low=0.0, high=90.0, scale="linear", at_least=-math.inf)

    formula = r"\frac{1}{2} \left(u^2 + \frac{w^2}{\kappa}\right)"
    start = (-2.5, 1.0)
    bounds = ((-3.0, 3.0), (-2.0, 2.0))
    minima = ((0.0, 0.0),)

    def loss(self, params, step=None):
        x, y = tf.unstack(params, axis=-1)
        κ, φ = self.condition_number, self.rotation * (math.pi / 180)
        cos, sin = tf.cos(tf.cast(φ, x.dtype)), tf.sin(tf.cast(φ, x.dtype))
        w = cos * x + sin * y  # along the valley
        u = cos * y - sin * x  # across it
        return (u**2 + w**2 / κ) / 2


@dataclass(frozen=True)
class Saddle(Problem):
    """x² − y²: the gradient is zero at the origin, which is no minimum; downhill never ends along y."""

    formula = r"x^2 - y^2"
    start = (-1.8, 0.001)
    bounds = ((-2.0, 2.0), (-2.0, 2.0))

    def loss(self, params, step=None):
        x, y = tf.unstack(params, axis=-1)
        return x**2 - y**2


@dataclass(frozen=True)
class Rosenbrock(Problem):
    """A curved valley with a nearly flat floor (Rosenbrock 1960)."""

    formula = r"(1 - x)^2 + 100 \left(y - x^2\right)^2"
    start = (-1.2, 1.0)
    bounds = ((-2.0, 2.0), (-1.0, 3.0))
    minima = ((1.0, 1.0),)

    def loss(self, params, step=None):
        x, y = tf.unstack(params, axis=-1)
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2


@dataclass(frozen=True)
class Beale(Problem):
    """Flat plains and steep walls in one picture (Beale 1958)."""

    formula = r"(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2"
    start = (1.0, 1.5)
    bounds = ((-4.5, 4.5), (-4.5, 4.5))
    minima = ((3.0, 0.5),)

    def loss(self, params, step=None):
        x, y = tf.unstack(params, axis=-1)
        return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


@dataclass(frozen=True)
class Himmelblau(Problem):
    """Four minima, all of loss 0: where a run ends depends on where it starts (Himmelblau 1972)."""

    formula = r"(x^2 + y - 11)^2 + (x + y^2 - 7)^2"
    start = (-0.5, -1.0)
    bounds = ((-5.0, 5.0), (-5.0, 5.0))
    minima = (
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    )

    def loss(self, params, step=None):
        x, y = tf.unstack(params, axis=-1)
        return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


@dataclass(frozen=True)
class Rastrigin(Problem):
    """A bowl covered with dents, a local minimum in each (Rastrigin 1974)."""

    formula = r"20 + x^2 + y^2 - 10 \cos 2\pi x - 10 \cos 2\pi y"
    start = (-3.4, 2.7)
    bounds = ((-5.12, 5.12), (-5.12, 5.12))
    minima = ((0.0, 0.0),)

    def loss(self, params, step=None):
        x, y = tf.unstack(params, axis=-1)
        return 20 + x**2 + y**2 - 10 * tf.cos(2 * math.pi * x) - 10 * tf.cos(2 * math.pi * y)
