"""What gets minimised, and `ALL` of it in teaching order."""

from optlearn.problems.base import Problem
from optlearn.problems.parabola import NoisyParabolaFit, ParabolaFit
from optlearn.problems.surfaces import Beale, Himmelblau, Rastrigin, Ravine, Rosenbrock, Saddle

ALL: tuple[type[Problem], ...] = (
    ParabolaFit,
    NoisyParabolaFit,
    Ravine,
    Saddle,
    Rosenbrock,
    Beale,
    Himmelblau,
    Rastrigin,
)

__all__ = ["ALL", "Problem", *(cls.__name__ for cls in ALL)]
