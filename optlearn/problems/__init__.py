"""What gets minimised: `ALL` that has a landscape, in teaching order, and `MORE`, of other shapes."""

from optlearn.problems.base import Problem
from optlearn.problems.changing import ChangingSteepness, OnlineReddi, RareSpikes
from optlearn.problems.features import SparseFeatures, SparseLogistic, TwoScales
from optlearn.problems.matrices import IllConditionedMatrix, MatrixRecovery, TwoLayers
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
    SparseFeatures,
    ChangingSteepness,
    TwoScales,
    RareSpikes,
)
MORE: tuple[type[Problem], ...] = (OnlineReddi, SparseLogistic, TwoLayers, MatrixRecovery, IllConditionedMatrix)

__all__ = ["ALL", "MORE", "Problem", *(cls.__name__ for cls in (*ALL, *MORE))]
