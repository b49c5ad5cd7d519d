"""One file for each optimizer: the mistakes people make with it, and its conventions."""

from optlearn.practice.catalogue import (
    adagrad,
    adam,
    momentum,
    nesterov,
    rmsprop,
    sgd,
)

CATALOGUE = (
    *sgd.CHANGES,
    *momentum.CHANGES,
    *nesterov.CHANGES,
    *adagrad.CHANGES,
    *rmsprop.CHANGES,
    *adam.CHANGES,
)
