"""The race: each optimizer with its best rate, chosen by one rule, and the strip that shows all rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from optlearn.live import Race
from optlearn.live.race import RATES
from optlearn.optimizers import SGD, Adam, Momentum, Optimizer
from optlearn.problems import IllConditionedMatrix, NoisyParabolaFit, ParabolaFit, Ravine
from optlearn.training import train

RULES = [SGD(), Momentum(), Adam()]
NAMES = ["SGD", "Momentum", "Adam"]


@pytest.fixture(scope="module")
def made():
    return Race(RULES, Ravine(), steps=200)


@pytest.fixture
def race(made):
    made.reset()
    return made


def test_each_runs_with_the_best_of_its_own_rates(race):
    assert list(race.rates) == NAMES
    for kind, run in zip((SGD, Momentum, Adam), race.runs, strict=True):
        alone = [train(kind(rate), Ravine(), steps=200) for rate in RATES]
        ends = [
            np.inf if each.diverged_at is not None else Ravine().loss(each.params[-20:]).numpy().mean()
            for each in alone
        ]
        np.testing.assert_allclose(race.final[kind.__name__], ends, rtol=1e-6, atol=1e-20)
        low = min(ends)
        tied = [each for each, end in zip(alone, ends, strict=True) if end <= low + 1e-9 * abs(alone[0].loss[0] - low)]
        best = min(tied, key=lambda each: each.loss.mean())  # of those that tie, the one that was there first
        assert run.optimizer == best.optimizer
        np.testing.assert_allclose(run.params, best.params, rtol=1e-9, atol=1e-12)


def test_all_have_one_start_one_noise_and_one_number_of_steps():
    race = Race(RULES, NoisyParabolaFit(batch_size=5), steps=100, start=(1, 1))
    for run in race.runs:
        np.testing.assert_array_equal(run.params[0], (1, 1))
        assert run.loss.shape == (101,)
    first = {float(run.loss[0]) for run in race.runs}
    assert len(first) == 1


def test_the_rates_are_chosen_anew_where_the_start_or_the_problem_changes(race):
    before = race.rates
    race.set(problem=ParabolaFit())
    assert race.rates["SGD"] < 0.01 < before["SGD"]
    final = race.final["Adam"]
    race.set(start=(2, -1))
    assert not np.array_equal(race.final["Adam"], final)
    race.reset()
    assert race.rates == before


def test_numbers_other_than_the_rate_are_kept():
    race = Race([Momentum(momentum=0.5), Adam(beta_1=0.3)], Ravine(), steps=50, labels=["a", "b"])
    assert [run.optimizer.values for run in race.runs] == [
        {"learning_rate": race.rates["a"], "momentum": 0.5},
        {**Adam(beta_1=0.3).values, "learning_rate": race.rates["b"]},
    ]


def test_the_text_names_every_rate_and_where_it_led(race):
    assert race.text.count(" with η = ") == 3
    assert all(name in race.text for name in NAMES)


def test_a_race_has_no_sliders_and_tells_the_browser_its_rates(race):
    assert race.values == {}
    assert race.scene["numbers"] == {}
    assert race.scene["race"] == {"rates": RATES.tolist(), "last": 0.1}


def test_a_race_of_matrices_has_lines_over_the_steps():
    race = Race([SGD(), Adam()], IllConditionedMatrix(), steps=50)
    assert "how much of each direction is found" in race.text


def test_a_pinned_race_and_a_still_picture(race):
    race.pin()
    assert race.pinned["text"] == race.text
    assert race.still().startswith(b"\x89PNG")
    race.unpin()


@pytest.mark.parametrize("optimizers", [[], [SGD()], SGD(), "Adam"])
def test_a_race_needs_two(optimizers):
    with pytest.raises(ValueError, match="a race needs at least two"):
        Race(optimizers)


def test_a_race_chooses_a_learning_rate():
    @dataclass(frozen=True)
    class Still(Optimizer):
        def update(self, params, g, state):
            return params, state

    with pytest.raises(ValueError, match="Still: a race chooses the learning_rate, and there is none"):
        Race([SGD(), Still()], Ravine())
