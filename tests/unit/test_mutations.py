"""Break a rule on purpose: the comparison with the oracle has to notice, each time.

What is broken comes from two places, neither of which is a list for these tests: from the rule's own syntax, by
`mutants`, and from the catalogue of mistakes that people make.
"""

from __future__ import annotations

import inspect
import itertools
from functools import cache

import numpy as np
import pytest

from optlearn import optimizers
from optlearn.agreement import compare, shaken
from optlearn.practice import mistakes
from optlearn.practice.program import read
from optlearn.practice.written import as_class
from tests.unit.cases import MATRICES, PROBLEMS, STEPS, matrix_settings, oracle_of, oracle_path, settings_of
from tests.unit.innumpy import build, in_numpy
from tests.unit.mutants import mutants
from tests.unit.oracle import landscapes

NOTICED = 1e-9  # a thousand times the tolerance
FEW = 6  # steps in which most mutants show
KINDS = pytest.mark.parametrize("kind", optimizers.RULES, ids=lambda kind: kind.__name__)


def walked(rule, gradient, starts: np.ndarray, steps: int, settings: list[dict]) -> np.ndarray:
    """Paths (runs, steps + 1, 2), one for each start (runs, 2) and its setting, all at once."""
    numbers = {name: [each[name] for each in settings] for name in settings[0]}
    shape = (-1, *[1] * (starts.ndim - 1))
    hypers = {name: np.reshape(each, shape) for name, each in numbers.items() if name in rule.hypers()}
    made = rule(**{name: each[0] for name, each in numbers.items() if name not in hypers}, **hypers)
    params, state = starts, made.init(starts)
    path = [params]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            params, state = made.update(params, gradient(params), state)
            path.append(np.broadcast_to(params, starts.shape))
    return np.stack(path, axis=1)


def groups(kind) -> list[list[dict]]:
    """The settings, those with the same fixed choices together: only hyper-parameters differ from run to run."""
    found: dict = {}
    for setting in settings_of(kind):
        fixed = tuple((name, value) for name, value in setting.items() if name not in kind.hypers())
        found.setdefault(fixed, []).append(setting)
    return list(found.values())


@cache
def expected(kind, problem: str) -> list[tuple[np.ndarray, np.ndarray, list[dict]]]:
    """For each group of settings the oracle's paths, and where on them (runs, steps + 1) rounding stays small."""
    start, found = np.array(PROBLEMS[problem][2]), []
    for settings in groups(kind):
        right = np.stack([oracle_path(oracle_of(kind), problem, tuple(each.items())) for each in settings])
        starts = np.repeat([start, *shaken(start)], len(settings), axis=0)
        rule = build(kind, inspect.getsource(kind))
        paths = walked(rule, landscapes.IN_NUMPY[problem], starts, STEPS, settings * 7)
        paths = paths.reshape(7, len(settings), STEPS + 1, 2)
        calm = [compare(paths[0, run], right[run], paths[1:, run], NOTICED / 100).calm for run in range(len(settings))]
        found.append((right, np.arange(STEPS + 1) <= np.array(calm)[:, None], settings))
    return found


def is_noticed(wrong, kind) -> bool:
    """Whether some path of a broken rule leaves that of the oracle, or it cannot even be run."""
    try:
        if _leaves(wrong, kind, FEW) or _leaves_by_hand(wrong, kind) or _leaves_on_matrices(wrong, kind):
            return True
        return _leaves(wrong, kind, STEPS)
    except (TypeError, ValueError, NameError, AttributeError, ArithmeticError):
        return True


def _leaves(wrong, kind, steps: int) -> bool:
    for problem, (_, _, start) in PROBLEMS.items():
        for right, calm, settings in expected(kind, problem):
            starts = np.repeat([start], len(settings), axis=0)
            path = walked(wrong, landscapes.IN_NUMPY[problem], starts, steps, settings)
            if _apart(path, right[:, : steps + 1], calm[:, : steps + 1]):
                return True
    return False


def _leaves_on_matrices(wrong, kind) -> bool:
    if kind.facts.acts_on == "entries":
        return False
    for gradients, setting in itertools.product(MATRICES.values(), matrix_settings(kind)):
        start, given = 0.5 * gradients[0] + 1, iter(gradients[:, None])
        path = walked(wrong, lambda _, given=given: next(given), start[None], len(gradients), [setting])
        right = oracle_of(kind).matrix_path(gradients, start, **setting)
        calm = np.full((1, len(right)), True)
        if _apart(path.reshape(*calm.shape, -1), right.reshape(*calm.shape, -1), calm):
            return True
    return False


def _leaves_by_hand(wrong, kind) -> bool:
    numbers, steps = oracle_of(kind).THREE_STEPS
    path = walked(wrong, lambda _: np.array([[2.0, -2.0]]), np.zeros((1, 2)), 3, [numbers])
    right = np.outer([0.0, *steps], [1.0, -1.0])[None]
    return _apart(path, right, np.full((1, 4), True))


def _apart(path: np.ndarray, right: np.ndarray, calm: np.ndarray) -> bool:
    with np.errstate(all="ignore"):
        scale = np.nanmax(np.where(calm[..., None], np.abs(right), 0), axis=(1, 2), keepdims=True)
        close = np.abs(path - right) <= NOTICED * scale
    return not np.all(close | ~calm[..., None])


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
    """All that are on record for the rule, whether they are shown there or not."""
    right, base = read(kind).program, in_numpy(kind)
    of_kind = [edit for edit in mistakes.mistaken(kind, right) if edit.kind.rank == 0]
    made = {edit.name: as_class(kind, right.with_(edit.changes), base) for edit in of_kind}
    shown = {mistake.name for mistake in mistakes.of(kind) if isinstance(mistake, mistakes.Mistake)}
    assert shown <= set(made)
    assert [name for name, rule in made.items() if not is_noticed(rule, kind)] == []


@KINDS
def test_a_class_made_of_a_program_without_a_change_is_not_noticed(kind):
    assert not is_noticed(as_class(kind, read(kind).program, in_numpy(kind)), kind)


@KINDS
def test_a_literal_in_place_of_any_number_is_among_the_mutants(kind):
    changed = [mutant for mutant in mutants(kind) if "self." in mutant.line]
    for name in kind.hypers():
        assert any(f"self.{name}" in m.line and f"self.{name}" not in m.wrong for m in changed), name
