"""What moves on the pages of docs/, each by the name of the file that its page includes."""

from __future__ import annotations

import tensorflow as tf

from optlearn.live import Lab
from optlearn.live.shown import Shown
from optlearn.optimizers import SGD, Momentum
from optlearn.practice import Predict
from optlearn.problems import ParabolaFit, Problem

STEEPEST = 678.335  # the larger eigenvalue of the parabola's Hessian


def things() -> dict[str, Shown]:
    """The lab of the front page; the lab and the questions of the refresher."""
    return {"front": front(), "refresher_lab": matrix_lab(), **questions()}


def front() -> Lab:
    """Momentum on the parabola, with its map."""
    map_of = {"map": ("learning_rate", "momentum"), "edge": lambda β: 2 * (1 + β) / STEEPEST}
    return Lab(Momentum(0.002, momentum=0.8), ParabolaFit(), ranges={"learning_rate": (1e-4, 1e-2)}, **map_of)


def bowl(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """½θᵀHθ with H = ((2, 1), (1, 2)): the eigenvalues are 3 along (1, 1) and 1 along (1, −1)."""
    return x**2 + x * y + y**2


def matrix_lab() -> Lab:
    """Gradient descent in that bowl: the gradient is H times the way from the star."""
    problem = Problem.from_function(bowl, start=(1.6, -0.4), bounds=[(-3, 3), (-2, 2)], minima=[(0, 0)])
    return Lab(SGD(0.1), problem, steps=50, ranges={"learning_rate": (0.0333, 0.718)})


def questions() -> dict[str, Predict]:
    """The four questions of the refresher, in their order."""
    return {
        "refresher_derivative": Predict(
            "f(w) = ½·5·w². How steep is f at w = 3?",
            "",
            15,
            why="The derivative is 5·w. The 2 of the square and the ½ cancel.",
            traps={
                30: "The ½ is still missing.",
                22.5: "That is how high f is there.",
                5: "That is how fast the slope changes: the second derivative.",
            },
            within=0.01,
            counts=False,
        ),
        "refresher_gradient": Predict(
            "f(x, y) = x² + 3·x·y. What is the derivative by x at (x, y) = (1, 2), while y stays as it is?",
            "",
            8,
            why="2·x + 3·y, so 2 + 6.",
            traps={2: "The second term has an x in it, too.", 5: "y stays in the second term: 3·y is 6."},
            within=0.01,
            counts=False,
        ),
        "refresher_matrix": Predict(
            "The matrix with the rows (2, 1) and (1, 2), times the vector (1, 1). What does it do to this vector?",
            ["It makes it three times as long, and does not turn it.", "It turns it.", "It leaves it as it is."],
            "A",
            why=[
                "Row by row: 2·1 + 1·1 = 3, and 1·1 + 2·1 = 3. (3, 3) is 3 times (1, 1).",
                "Most vectors it does turn: (1, 0) becomes (2, 1). But this one becomes (3, 3).",
                "Row by row: 2·1 + 1·1 = 3, and 1·1 + 2·1 = 3.",
            ],
            counts=False,
        ),
        "refresher_eigenvalue": Predict(
            "You stand on the line of eigenvalue 3, at a distance d from the star, and η = 0.1. How far away is the "
            "star after one step?",
            ["0.9·d", "0.7·d", "0.3·d", "It depends on how far away it was, by more than a factor."],
            "B",
            why=[
                "So it is on the line of eigenvalue 1.",
                "The gradient is 3·d, and the step takes 0.1 of it away: d − 0.3·d.",
                "That is the length of the step. What is left is d less that.",
                "On such a line each step leaves the same share, however far away one is.",
            ],
            counts=False,
        ),
    }
