"""One file for each optimizer, as in the catalogue."""

from tests.unit.learners import (
    adadelta,
    adafactor,
    adagrad,
    adam,
    adamax,
    adamw,
    amsgrad,
    ftrl,
    lamb,
    lion,
    momentum,
    muon,
    nadam,
    nesterov,
    rmsprop,
    schedulefreeadamw,
    sgd,
)
from tests.unit.learners.table import RIGHT, ROWS

__all__ = [
    "RIGHT",
    "ROWS",
    "adadelta",
    "adafactor",
    "adagrad",
    "adam",
    "adamax",
    "adamw",
    "amsgrad",
    "ftrl",
    "lamb",
    "lion",
    "momentum",
    "muon",
    "nadam",
    "nesterov",
    "rmsprop",
    "schedulefreeadamw",
    "sgd",
]
