"""Every entry of the catalogue, written once more from its description alone: `check` names exactly that entry."""

import inspect

import pytest

from optlearn.optimizers import Nesterov
from optlearn.practice import check, mistakes
from optlearn.practice.mistakes import Convention
from tests.unit.learners import ROWS

TWINS = {"no look-ahead", "Sutskever's form"}  # one update, two gradients: only who calls it can tell

CASES = [pytest.param(change, id=f"{change.optimizer.__name__}: {change.name}") for change in mistakes.CATALOGUE]


def test_every_entry_of_the_catalogue_has_a_rule_of_its_own():
    assert set(ROWS) == {(change.optimizer, change.name) for change in mistakes.CATALOGUE}
    assert len({(change.optimizer, change.name) for change in mistakes.CATALOGUE}) == len(mistakes.CATALOGUE)


@pytest.mark.parametrize("change", CASES)
def test_a_rule_written_from_the_description_is_named_by_it_and_by_nothing_else(change):
    found = check(ROWS[change.optimizer, change.name], change.optimizer).found
    names = sorted(entry.name for explanation in found for entry in explanation)
    twins = change.optimizer is Nesterov and change.name in TWINS
    assert names == (sorted(TWINS) if twins else [change.name])


@pytest.mark.parametrize("change", CASES)
def test_a_convention_is_right_and_a_mistake_is_not(change):
    diagnosis = check(ROWS[change.optimizer, change.name], change.optimizer)
    if change.name not in TWINS:
        assert diagnosis.right is isinstance(change, Convention)
        assert diagnosis.text.startswith(change.says)
        assert change.says.startswith("Not wrong") is isinstance(change, Convention)
    else:
        assert "Not wrong if" in diagnosis.text
        assert "cannot be told apart:\n  1. " in diagnosis.text


@pytest.mark.parametrize("change", CASES)
def test_the_rule_of_a_row_is_not_the_catalogues_own_code(change):
    words = inspect.getsource(ROWS[change.optimizer, change.name])
    assert not any(line.strip() in words for line in change.wrong.splitlines())
