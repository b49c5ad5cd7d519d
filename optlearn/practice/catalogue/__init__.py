"""One file for each optimizer: the mistakes people make with it, and its conventions."""

from optlearn.practice.catalogue import (
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

CATALOGUE = (
    *sgd.CHANGES,
    *momentum.CHANGES,
    *nesterov.CHANGES,
    *adagrad.CHANGES,
    *rmsprop.CHANGES,
    *adam.CHANGES,
    *amsgrad.CHANGES,
    *ftrl.CHANGES,
    *lamb.CHANGES,
    *adafactor.CHANGES,
    *muon.CHANGES,
)
