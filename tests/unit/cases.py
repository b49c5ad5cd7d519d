"""The table of optimizers that the tests of the rules and of their mutations share."""

from dataclasses import dataclass

import numpy as np

from optlearn import optimizers
from optlearn.optimizers import Optimizer
from optlearn.problems import ParabolaFit, Ravine, Rosenbrock
from optlearn.training import train
from tests.unit import oracle

STEPS = 200
# Relative to the path's largest coordinate. The two sum in different orders, so the last digit or two may
# differ, and 200 steps of a contraction do not make that grow.
TOLERANCE = 1e-12


@dataclass(frozen=True)
class Case:
    """One optimizer: its oracle, its twin in Keras, and at least three settings other than the default.

    The settings keep every path short of divergence and chaos, where rounding would grow, and one of
    them has an ε large enough to show where it stands.
    """

    oracle: object
    keras: str
    settings: tuple[dict[str, float], ...]
    keras_fixed: tuple[tuple[str, object], ...] = ()


CASES = {
    "SGD": Case(oracle.sgd, "SGD", ({"learning_rate": 1e-3}, {"learning_rate": 2e-4}, {"learning_rate": 1.7e-3})),
    "Momentum": Case(
        oracle.momentum,
        "SGD",
        (
            {"learning_rate": 1e-3, "momentum": 0.5},
            {"learning_rate": 5e-4, "momentum": 0.9},
            {"learning_rate": 2e-4, "momentum": 0.97},
        ),
    ),
    "Nesterov": Case(
        oracle.nesterov,
        "SGD",
        (
            {"learning_rate": 1e-3, "momentum": 0.5},
            {"learning_rate": 5e-4, "momentum": 0.9},
            {"learning_rate": 2e-4, "momentum": 0.97},
        ),
        (("nesterov", True),),
    ),
    "Adagrad": Case(
        oracle.adagrad,
        "Adagrad",
        (
            {"learning_rate": 0.5},
            {"learning_rate": 0.1, "initial_accumulator_value": 3.0},
            {"learning_rate": 0.3, "epsilon": 0.5},
        ),
    ),
    "RMSprop": Case(
        oracle.rmsprop,
        "RMSprop",
        (
            {"learning_rate": 0.003, "rho": 0.95},
            {"learning_rate": 0.01, "rho": 0.99},
            {"learning_rate": 0.002, "rho": 0.9, "epsilon": 1.0},
        ),
    ),
    "RMSpropCentered": Case(
        oracle.rmsprop_centered,
        "RMSprop",
        (
            {"learning_rate": 0.003, "rho": 0.95, "epsilon": 0.01},
            {"learning_rate": 0.0005, "rho": 0.99, "epsilon": 0.1},
            {"learning_rate": 0.002, "rho": 0.9, "epsilon": 1.0},
        ),
        (("centered", True),),
    ),
    "RMSpropMomentum": Case(
        oracle.rmsprop_momentum,
        "RMSprop",
        (
            {"learning_rate": 0.003, "rho": 0.95, "momentum": 0.5},
            {"learning_rate": 0.001, "rho": 0.99, "momentum": 0.8},
            {"learning_rate": 0.002, "rho": 0.9, "momentum": 0.7, "epsilon": 1.0},
        ),
    ),
    "Adadelta": Case(
        oracle.adadelta,
        "Adadelta",
        (
            {"learning_rate": 1.0},
            {"learning_rate": 0.3, "rho": 0.9, "epsilon": 1e-4},
            {"learning_rate": 0.1, "rho": 0.9, "epsilon": 1e-6},
        ),
    ),
    "Adam": Case(
        oracle.adam,
        "Adam",
        (
            {"learning_rate": 0.05},
            {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.99},
            {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 0.3},
        ),
    ),
    "AMSGrad": Case(
        oracle.amsgrad,
        "Adam",
        (
            {"learning_rate": 0.05},
            {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.99},
            {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 0.3},
        ),
        (("amsgrad", True),),
    ),
    "AdamW": Case(
        oracle.adamw,
        "AdamW",
        (
            {"learning_rate": 0.05},
            {"learning_rate": 0.01, "weight_decay": 1.0, "beta_1": 0.5, "beta_2": 0.99},
            {"learning_rate": 0.01, "weight_decay": 0.1, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 0.3},
        ),
    ),
    "Adamax": Case(
        oracle.adamax,
        "Adamax",
        (
            {"learning_rate": 0.05},
            {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.99},
            {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 0.3},
        ),
    ),
    "Nadam": Case(
        oracle.nadam,
        "Nadam",
        (
            {"learning_rate": 0.05},
            {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.99},
            {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 0.3},
        ),
    ),
    "Ftrl": Case(
        oracle.ftrl,
        "Ftrl",
        (
            {"learning_rate": 0.5},
            {"learning_rate": 0.1, "initial_accumulator_value": 3.0, "l1_regularization_strength": 5.0},
            {"learning_rate": 0.3, "l1_regularization_strength": 0.5, "l2_regularization_strength": 2.0},
            {"learning_rate": 0.3, "l2_shrinkage_regularization_strength": 0.4, "beta": 1.0},
            {"learning_rate": 0.1, "learning_rate_power": -0.7, "beta": 0.5},
        ),
    ),
    "Lion": Case(
        oracle.lion,
        "Lion",
        (
            {"learning_rate": 0.01},
            {"learning_rate": 0.003, "beta_1": 0.5, "beta_2": 0.9},
            {"learning_rate": 0.02, "beta_1": 0.95, "beta_2": 0.8},
        ),
    ),
    "Lamb": Case(
        oracle.lamb,
        "Lamb",
        (
            {"learning_rate": 0.03},
            {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.99},
            {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 0.3},
        ),
    ),
    "Adafactor": Case(
        oracle.adafactor,
        "Adafactor",
        (
            {"learning_rate": 0.05},
            {"learning_rate": 0.02, "epsilon_1": 1.0, "clip_threshold": 0.5},
            {"learning_rate": 0.002, "epsilon_2": 5.0, "clip_threshold": 2.0},
        ),
    ),
    "Muon": Case(
        oracle.muon,
        "Muon",
        (
            {"learning_rate": 0.05},
            {"learning_rate": 0.01, "weight_decay": 1.0, "adam_beta_1": 0.5, "adam_beta_2": 0.99},
            {"learning_rate": 0.01, "weight_decay": 0.1, "adam_beta_1": 0.8, "epsilon": 0.3},
        ),
    ),
    "ScheduleFreeAdamW": Case(
        oracle.schedule_free_adamw,
        "ScheduleFreeAdamW",
        (
            {"learning_rate": 0.05},
            {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.99},
            {"learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 0.3},
            {"learning_rate": 0.02, "weight_decay": 0.5, "warmup_steps": 30},
        ),
    ),
}

# The problem, its gradient by hand, and a start.
PROBLEMS = {
    "ParabolaFit": (ParabolaFit(), oracle.parabola_gradient, (-2.0, 2.0)),
    "Ravine": (
        Ravine(condition_number=50.0, rotation=30.0),
        lambda w: oracle.ravine_gradient(w, 50.0, 30.0),
        (-2.5, 1.0),
    ),
    "Rosenbrock": (Rosenbrock(), oracle.rosenbrock_gradient, (-0.5, 0.8)),
}


def all_settings(name: str) -> list[dict[str, float]]:
    """The defaults, then the other settings. Where the default rate leads to chaos, it is made smaller."""
    default = getattr(optimizers, name)().values
    if name in ("SGD", "Momentum", "Nesterov", "RMSpropCentered"):
        default["learning_rate"] = 1e-4
    return [default | setting for setting in ({}, *CASES[name].settings)]


def distance(kind: type[Optimizer], name: str, problem: str, setting: dict[str, float]) -> float:
    """How far a rule's path is from the oracle's at most, relative to the path's largest coordinate."""
    landscape, gradient, start = PROBLEMS[problem]
    ours = train(kind(**setting), landscape, steps=STEPS, start=start).params
    theirs = CASES[name].oracle(gradient, start, STEPS, **setting)
    with np.errstate(all="ignore"):
        apart = np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs))
    return float(np.nan_to_num(apart, nan=np.inf))
