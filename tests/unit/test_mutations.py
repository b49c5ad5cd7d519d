"""Break a rule on purpose: the comparison with the oracle has to notice, each time.

What is broken comes from two places, neither of which is a list for these tests: from the rule's own syntax, by
`mutants`, and from the catalogue of mistakes that people make.
"""

from __future__ import annotations

import inspect
from functools import lru_cache

import numpy as np
import pytest
import tensorflow as tf

from optlearn import optimizers
from optlearn.practice import mistakes
from tests.unit.cases import MATRICES, PROBLEMS, STEPS, agreement, matrix_path, oracle_of, oracle_path, settings_of
from tests.unit.mutants import build, mutants

pytestmark = pytest.mark.usefixtures("without_xla")

NOTICED = 1e-9  # a thousand times the tolerance
CANNOT_BE_RUN = (tf.errors.OpError, TypeError, ValueError, NameError, ArithmeticError)
FEW = 6  # steps in which most mutants show
KINDS = pytest.mark.parametrize("kind", optimizers.RULES, ids=lambda kind: kind.__name__)


@lru_cache(maxsize=256)
def expected(kind, problem: str, setting: tuple) -> tuple[np.ndarray, float]:
    """The oracle's path as far as rounding stays small on it, and its largest coordinate."""
    path = oracle_path(oracle_of(kind), problem, setting)
    path = path[: 1 + agreement(kind, problem, dict(setting)).calm]
    return path, float(np.abs(path).max())


def walked(kind, gradient, start, steps: int, setting: dict) -> np.ndarray:
    """The path of a rule, step by step, and no program: that would take longer than to run it."""
    rule, params, path = kind(**setting), tf.constant([start], tf.float64), [list(start)]
    state = rule.init(params)
    for _ in range(steps):
        params, state = rule.update(params, tf.constant([gradient(path[-1])], tf.float64), state)
        path.append(params.numpy()[0].tolist())
    return np.array(path)


def is_noticed(wrong, kind) -> bool:
    """Whether some path of a broken rule leaves that of the oracle."""
    return any(_leaves(wrong, kind, steps) for steps in (FEW, STEPS)) or _leaves_on_matrices(wrong, kind)


def _leaves(wrong, kind, steps: int) -> bool:
    for problem, (_, gradient, start) in PROBLEMS.items():
        for setting in settings_of(kind):
            right, scale = expected(kind, problem, tuple(setting.items()))
            steps = min(steps, len(right) - 1)
            try:
                path = walked(wrong, gradient, start, steps, setting)
            except CANNOT_BE_RUN:
                return True
            with np.errstate(all="ignore"):
                if not np.all(np.abs(path - right[: steps + 1]) <= NOTICED * scale):
                    return True
    return False


def _leaves_on_matrices(wrong, kind) -> bool:
    if kind.facts.acts_on == "entries":
        return False
    for gradients in MATRICES.values():
        start = 0.5 * gradients[0] + 1
        right = oracle_of(kind).matrix_path(gradients, start, learning_rate=0.1)
        try:
            path = matrix_path(wrong(learning_rate=0.1), gradients, start)
        except CANNOT_BE_RUN:
            return True
        with np.errstate(all="ignore"):
            if not np.all(np.abs(path - right) <= NOTICED * np.abs(right).max()):
                return True
    return False


@KINDS
def test_a_class_rebuilt_without_a_change_is_not_noticed(kind):
    """So that it is the change which is noticed, and not the rebuilding."""
    assert not is_noticed(build(kind, inspect.getsource(kind)), kind)


@KINDS
def test_the_oracle_notices_every_expression_written_otherwise(kind):
    """Where nothing changes, the oracle's file says why: `UNSEEN`, from the changed statement to the reason."""
    unseen = getattr(oracle_of(kind), "UNSEEN", {})
    found = {mutant.wrong: mutant for mutant in mutants(kind) if not is_noticed(build(kind, mutant.source), kind)}
    told = "\n".join(str(mutant) for wrong, mutant in found.items() if wrong not in unseen)
    assert not told, f"No path shows these; a setting must, or UNSEEN must say why they change nothing:\n{told}"
    assert set(unseen) <= set(found), "these are noticed after all"


@KINDS
def test_the_oracle_notices_every_mistake_of_the_catalogue(kind):
    missed = [m.name for m in mistakes.of(kind) if isinstance(m, mistakes.Mistake) and not is_noticed(m.rule(), kind)]
    assert missed == []


@KINDS
def test_a_literal_in_place_of_any_number_is_among_the_mutants(kind):
    literals = [m for m in mutants(kind) if any(f"self.{name}" in m.line for name in kind.hypers())]
    for name in kind.hypers():
        assert any(f"self.{name}" in m.line and f"self.{name}" not in m.wrong for m in literals), name
