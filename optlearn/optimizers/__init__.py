"""The optimizers, one file each, and `ALL` of them in teaching order."""

from optlearn.optimizers.adagrad import Adagrad
from optlearn.optimizers.adam import Adam
from optlearn.optimizers.base import Optimizer, Scalar, hyper
from optlearn.optimizers.momentum import Momentum
from optlearn.optimizers.nesterov import Nesterov
from optlearn.optimizers.rmsprop import RMSprop
from optlearn.optimizers.sgd import SGD

ALL: tuple[type[Optimizer], ...] = (SGD, Momentum, Nesterov, Adagrad, RMSprop, Adam)

__all__ = ["ALL", "Optimizer", "Scalar", "hyper", *(cls.__name__ for cls in ALL)]
