"""The gradients of the problems that the rules are held to the oracle on, by hand."""

import math

import numpy as np

X = [i / 10 for i in range(-30, 70)]
Y = [x * x / 2 - 2 * x + 1 / 2 for x in X]


def parabola_gradient(w):
    """Mean squared error of a·x² + b·x: its derivatives by a and b, summed point by point."""
    a, b = w
    residuals = [a * x * x + b * x - y for x, y in zip(X, Y, strict=True)]
    da = math.fsum(2 * r * x * x for r, x in zip(residuals, X, strict=True)) / len(X)
    db = math.fsum(2 * r * x for r, x in zip(residuals, X, strict=True)) / len(X)
    return [da, db]


def ravine_gradient(w, condition_number=30.0, degrees=0.0):
    """½·wᵀHw with eigenvalue 1/κ along the direction of the angle and 1 across it."""
    angle = math.radians(degrees)
    along, across = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    hessian = np.outer(along, along) / condition_number + np.outer(across, across)
    return list(hessian @ np.array(w))


def rosenbrock_gradient(w):
    """(1 − x)² + 100·(y − x²)²."""
    x, y = w
    return [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]


# The same for many points at once, (runs, 2), by NumPy: from the functions above, and to rounding.


def _linear(gradient):
    """A gradient that is linear in the point, from its values at three points."""
    offset = np.array(gradient([0.0, 0.0]))
    matrix = np.array([np.array(gradient(unit)) - offset for unit in ([1.0, 0.0], [0.0, 1.0])])
    return lambda w: w @ matrix + offset


IN_NUMPY = {
    "ParabolaFit": _linear(parabola_gradient),
    "Ravine": _linear(lambda w: ravine_gradient(w, 50.0, 30.0)),
    "Rosenbrock": lambda w: np.stack(rosenbrock_gradient(w.T), axis=-1),
}
