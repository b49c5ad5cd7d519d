"""One file for each optimizer, as in the catalogue."""

from tests.unit.learners import (
    adafactor,
    adagrad,
    adam,
    amsgrad,
    ftrl,
    lamb,
    momentum,
    muon,
    nesterov,
    rmsprop,
    sgd,
)
from tests.unit.learners.table import RIGHT, ROWS

__all__ = [
    "RIGHT",
    "ROWS",
    "adafactor",
    "adagrad",
    "adam",
    "amsgrad",
    "ftrl",
    "lamb",
    "momentum",
    "muon",
    "nesterov",
    "rmsprop",
    "sgd",
]
