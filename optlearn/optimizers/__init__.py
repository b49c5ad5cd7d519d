"""The optimizers, one file each, and `ALL` of them in teaching order."""

from optlearn.optimizers.adadelta import Adadelta
from optlearn.optimizers.adafactor import Adafactor
from optlearn.optimizers.adagrad import Adagrad
from optlearn.optimizers.adam import Adam
from optlearn.optimizers.adamax import Adamax
from optlearn.optimizers.adamw import AdamW
from optlearn.optimizers.amsgrad import AMSGrad
from optlearn.optimizers.base import Optimizer, Scalar, hyper
from optlearn.optimizers.ftrl import Ftrl
from optlearn.optimizers.lamb import Lamb
from optlearn.optimizers.lion import Lion
from optlearn.optimizers.momentum import Momentum
from optlearn.optimizers.muon import Muon
from optlearn.optimizers.nadam import Nadam
from optlearn.optimizers.nesterov import Nesterov
from optlearn.optimizers.rmsprop import RMSprop
from optlearn.optimizers.rmspropcentered import RMSpropCentered
from optlearn.optimizers.rmspropmomentum import RMSpropMomentum
from optlearn.optimizers.schedulefreeadamw import ScheduleFreeAdamW
from optlearn.optimizers.sgd import SGD

ALL: tuple[type[Optimizer], ...] = (
    SGD,
    Momentum,
    Nesterov,
    Adagrad,
    RMSprop,
    RMSpropCentered,
    RMSpropMomentum,
    Adadelta,
    Adam,
    AMSGrad,
    AdamW,
    Adamax,
    Nadam,
    Ftrl,
    Lion,
    Lamb,
    Adafactor,
    Muon,
    ScheduleFreeAdamW,
)

__all__ = ["ALL", "Optimizer", "Scalar", "hyper", *(cls.__name__ for cls in ALL)]
