"""One file for each optimizer, as in the catalogue."""

from tests.unit.learners import (
    adagrad,
    adam,
    momentum,
    nesterov,
    rmsprop,
    sgd,
)
from tests.unit.learners.table import RIGHT, ROWS

__all__ = ["RIGHT", "ROWS", "adagrad", "adam", "momentum", "nesterov", "rmsprop", "sgd"]
