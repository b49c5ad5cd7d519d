"""The optimizers, one file each, in teaching order: `ALL` that Keras has too, `MORE` that it lacks, `RULES` both."""

# ruff: noqa: F401, I001 - the order of these lines is the order of `ALL` and of `MORE`: a new rule is one line more
from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper
from optlearn.optimizers.sgd import SGD
from optlearn.optimizers.momentum import Momentum
from optlearn.optimizers.nesterov import Nesterov
from optlearn.optimizers.adagrad import Adagrad
from optlearn.optimizers.rmsprop import RMSprop
from optlearn.optimizers.rmspropcentered import RMSpropCentered
from optlearn.optimizers.rmspropmomentum import RMSpropMomentum
from optlearn.optimizers.adadelta import Adadelta
from optlearn.optimizers.adam import Adam
from optlearn.optimizers.amsgrad import AMSGrad
from optlearn.optimizers.adamw import AdamW
from optlearn.optimizers.adamax import Adamax
from optlearn.optimizers.nadam import Nadam
from optlearn.optimizers.ftrl import Ftrl
from optlearn.optimizers.lion import Lion
from optlearn.optimizers.lamb import Lamb
from optlearn.optimizers.adafactor import Adafactor
from optlearn.optimizers.muon import Muon
from optlearn.optimizers.schedulefreeadamw import ScheduleFreeAdamW
from optlearn.optimizers.ademamix import AdEMAMix
from optlearn.optimizers.adan import Adan

_named = [kind for kind in vars().values() if isinstance(kind, type) and issubclass(kind, Optimizer)]
RULES: tuple[type[Optimizer], ...] = tuple(kind for kind in _named if kind is not Optimizer)
ALL = tuple(kind for kind in RULES if kind.facts.keras)
MORE = tuple(kind for kind in RULES if not kind.facts.keras)

__all__ = [
    "ALL",
    "MORE",
    "RULES",
    "Facts",
    "InKeras",
    "Optimizer",
    "Scalar",
    "hyper",
    *(kind.__name__ for kind in RULES),
]
