"""What was seen of a learner's rule, and what the numbers could be that it does not take."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from optlearn.optimizers import Optimizer
from optlearn.tunable import Hyper

DECAYS = ("momentum", "rho", "beta_1", "beta_2", "adam_beta_1", "adam_beta_2")
USUAL = {
    "memory": (0.9, 0.99, 0.999, 0.95),
    "learning_rate": (0.1, 0.01, 0.001),
    "epsilon": (1e-7, 1e-8, 1e-6, 1e-10),
}
MOST = 12  # values of one number


class Observed(NamedTuple):
    """What a learner's rule did.

    Attributes
    ----------
    params, gradients, after : array (paths, steps, 2)
        What it was given at each step, and the parameters that it returned.
    stored : array (paths, steps, numbers)
        What it keeps after each step, in any order; no numbers where they change in number.
    taken : dict of str to array
        The numbers that it takes, by their names in the optimizer, (paths, steps, 1).
    found : tuple of float
        The numbers that stand in its code.
    named : frozenset of str
        The hyper-parameters of the optimizer that it has a name for, taken or not.
    single : bool
        Something in it is computed in single precision.
    """

    params: np.ndarray
    gradients: np.ndarray
    after: np.ndarray
    stored: np.ndarray
    taken: dict[str, np.ndarray]
    found: tuple[float, ...]
    named: frozenset[str]
    single: bool


def possible(
    optimizer: type[Optimizer], letters: dict[str, str], seen: Observed, free: bool = False
) -> dict[str, list[Any]]:
    """For each letter that a rule does not take, what it could be: what stands in the code, or people use.

    Parameters
    ----------
    free : bool
        Whether one decay that the rule takes may stand for another: the rule may be another optimizer.
    """
    hypers, values = optimizer.hypers(), {}
    for letter, field in letters.items():
        if field in seen.taken:
            continue
        others = [seen.taken[name] for name in DECAYS if free and field in DECAYS and name in seen.taken]
        stands = []
        if field in hypers:
            stands = in_code(seen, field, hypers[field]) if seen.found else usual(field, hypers[field])
        values[letter] = [*others, *dict.fromkeys([getattr(optimizer, field), *stands])][:MOST]
    return values


def usual(field: str, about: Hyper) -> tuple[float, ...]:
    """The values that people use."""
    return USUAL.get("memory" if about.scale == "memory" else field, ())


def in_code(seen: Observed, field: str, about: Hyper) -> list[float]:
    """The numbers in the code that could be this one; 1 only where the code has a name for what is 1."""
    low, high = (0.3, 1.0) if about.scale == "memory" else (0.0, 0.01 if field.startswith("epsilon") else 1000.0)
    fits = [value for value in seen.found if low <= value <= high and value != 0 and about.allows(value)]
    return [value for value in fits if value != 1 or (field in seen.named and about.scale != "memory")]
