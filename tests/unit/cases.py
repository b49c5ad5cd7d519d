"""What the tests of the rules, of their mutations and `make missing` share: settings, paths, and the oracle's."""

from __future__ import annotations

import inspect
from functools import lru_cache
from importlib import import_module
from types import ModuleType

import keras
import numpy as np
import tensorflow as tf

from optlearn.agreement import Agreement, compare, shaken
from optlearn.loop import run_all
from optlearn.optimizers import Optimizer
from optlearn.problems import ParabolaFit, Ravine, Rosenbrock
from tests.unit.oracle import landscapes

STEPS = 200

# The problem, its gradient by hand, and a start.
PROBLEMS = {
    "ParabolaFit": (ParabolaFit(), landscapes.parabola_gradient, (-2.0, 2.0)),
    "Ravine": (
        Ravine(condition_number=50.0, rotation=30.0),
        lambda w: landscapes.ravine_gradient(w, 50.0, 30.0),
        (-0.5, 0.2),  # gradients below 1: what a buffer starts as shows only beside small ones
    ),
    "Rosenbrock": (Rosenbrock(), landscapes.rosenbrock_gradient, (-0.5, 0.8)),
}


def oracle_of(kind: type[Optimizer]) -> ModuleType:
    """The file of the oracle for a rule; a ModuleNotFoundError if there is none."""
    return import_module(f"tests.unit.oracle.{kind.__name__.lower()}")


def settings_of(kind: type[Optimizer]) -> list[dict[str, float]]:
    """What to run a rule with: its defaults and its probes, at the rate that suits it and at smaller ones.

    Of the fixed choices, those that its oracle names.
    """
    defaults, (first, second) = kind().values, kind.probes()
    rate = kind.facts.good_rate or defaults.get("learning_rate")
    rated = [defaults, first, second]
    settings = [values | {"learning_rate": rate / by} for values, by in zip(rated, (1, 3, 10), strict=True)]
    settings += [settings[2] | choice for choice in getattr(oracle_of(kind), "CHOICES", ())]
    return settings if "learning_rate" in defaults else rated


def agreement(kind: type[Optimizer], problem: str, setting: dict[str, float], oracle=None) -> Agreement:
    """Hold the path of a rule to that of its oracle, step by step; `oracle`: another file than its own."""
    landscape, _, start = PROBLEMS[problem]
    starts = np.concatenate([[start], shaken(start)])
    path, *beside = run_all(kind(**setting), landscape, STEPS, starts, {})["params"]
    module = oracle or oracle_of(kind)
    return compare(path, oracle_path(module, problem, tuple(setting.items())), np.array(beside))


def twin(kind: type[Optimizer], setting: dict[str, float]) -> keras.optimizers.Optimizer:
    """The same rule in Keras, with the same numbers."""
    known = kind.facts.keras
    also = {theirs: setting[ours] for theirs, ours in known.also.items() if ours in setting}
    return getattr(keras.optimizers, known.name)(**{**also, **setting, **known.arguments})


@lru_cache(maxsize=512)
def oracle_path(module: ModuleType, problem: str, setting: tuple) -> np.ndarray:
    """The oracle's path (STEPS + 1, 2); where its numbers overflow, the rest is not a number."""
    _, gradient, start = PROBLEMS[problem]
    seen: list = []

    def watched(w):
        seen.append(list(w))
        return gradient(w)

    try:
        return module.path(watched, start, STEPS, **dict(setting))
    except (OverflowError, ValueError):  # math has no infinity where NumPy has one
        return np.array(seen + [[np.nan] * len(start)] * (STEPS + 1 - len(seen)))


# Gradients of matrices, (steps, rows, columns).
MATRICES = {
    "tall": np.random.default_rng(0).normal(size=(12, 5, 3)),
    "wide": np.random.default_rng(1).normal(size=(12, 2, 6)) * [1, 10, 0.1, 1, 3, 1e-2],
}


def matrix_settings(kind: type[Optimizer]) -> list[dict[str, float]]:
    """What to run a rule with on matrices: the numbers of `settings_of` that its oracle takes there."""
    taken = inspect.signature(oracle_of(kind).matrix_path).parameters
    return [{name: value for name, value in each.items() if name in taken} for each in settings_of(kind)[:3]]


def matrix_path(optimizer: Optimizer, gradients: np.ndarray, start: np.ndarray, tensor=tf.constant) -> np.ndarray:
    """A rule on given gradients (steps, ...): the path (steps + 1, ...). `tensor`: what it takes its arguments as."""
    params = tensor(start[None])
    state, path = optimizer.init(params), [start]
    for g in gradients:
        params, state = optimizer.update(params, tensor(g[None]), state)
        path.append(np.asarray(params)[0])
    return np.array(path)
