"""What the tests of the rules, of their mutations and `make missing` share: settings, paths, and the oracle's."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from types import ModuleType

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
        (-2.5, 1.0),
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


def matrix_path(optimizer: Optimizer, gradients: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Our rule on given gradients (steps, rows, columns): the path (steps + 1, rows, columns)."""
    params = tf.constant(start[None])
    state, path = optimizer.init(params), [start]
    for g in gradients:
        params, state = optimizer.update(params, tf.constant(g[None]), state)
        path.append(params.numpy()[0])
    return np.array(path)
