"""Fair comparisons, and claims beyond one case: each of the eight ways in which a conclusion goes wrong is caught."""

from __future__ import annotations

import os
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
import tensorflow as tf
from matplotlib.figure import Figure

from optlearn.evidence import (
    because,
    drawn,
    faults,
    holds,
    last_tenth,
    over_seeds,
    ranked,
    ranking,
    scores_of,
    seeded,
    sought,
    steps_to,
    tuned,
    turned,
    unlike,
)
from optlearn.evidence.noise import Seeded, in_one
from optlearn.evidence.scores import _seen_whole
from optlearn.evidence.seeds import cases_of
from optlearn.loop import run_all
from optlearn.optimizers import SGD, Adagrad, Adam, Momentum, Nesterov, RMSprop
from optlearn.problems import (
    IllConditionedMatrix,
    MatrixRecovery,
    NoisyParabolaFit,
    ParabolaFit,
    Ravine,
    Saddle,
    SparseFeatures,
    SparseLogistic,
    TwoScales,
)
from optlearn.training import sweep, train

pytestmark = pytest.mark.usefixtures("without_xla")
matplotlib.use("agg")


SMALLEST = float(ParabolaFit().loss(np.array(ParabolaFit().minima))[0])


# The eight kinds of fault


def test_the_horizon_adam_at_rest_after_1000_steps_is_not_after_10_000():
    def stays_at_rest(horizon):
        loss = train(Adam(1.0), ParabolaFit(), 1000 * horizon).loss
        return loss[900:].max() < SMALLEST * (1 + 1e-6)

    verdict = holds(stays_at_rest, horizon=(1, 2, 10))
    assert not verdict
    assert verdict.failing == [{"horizon": 10}]
    assert str(verdict) == "2 of 3, not with horizon 10"


def test_the_edge_a_best_rate_at_the_end_of_a_grid_widens_the_grid():
    found = tuned(SGD(), Ravine(), between=(1e-4, 0.1))
    assert 1.5 < found.rate < 2  # η = 2 diverges
    rates = found.tried["learning_rate"]
    assert rates[0] < found.good[0] <= found.rate <= found.good[1] < rates[-1]
    assert found.ends == (True, True)


def test_the_edge_where_a_range_has_no_end_it_is_said():
    mild = Ravine(condition_number=1.0)
    found = tuned(Adam(), mild, over="epsilon", steps=2000, start=(0.1, 0.1))
    assert found.ends == (False, True)
    assert "no end found down to 1e-08" in repr(found)
    assert found.width == np.inf


def test_the_edge_a_memory_of_zero_is_an_end_and_not_the_end_of_a_grid():
    round_bowl = Ravine(condition_number=1.0)
    found = tuned(Momentum(1.0), round_bowl, over="momentum")
    assert found.values == {"momentum": 0.0}  # one step leads to the bottom
    assert found.ends[0]


def test_the_opponent_the_rates_that_rules_come_with_do_not_matter():
    rules = [SGD(0.0028), Adam(0.001)]
    untuned = [train(rule, ParabolaFit(), 300).loss[-1] for rule in rules]
    assert untuned[0] < untuned[1] / 1000  # the usual unfair race
    one, other = (ranking(each, ParabolaFit(), seeds=None) for each in (rules, [SGD(1e-4), Adam(1.0)]))
    assert one.first == other.first == ("Adam",)
    assert str(one) == str(other)


def test_the_opponent_all_are_scored_alike_and_from_the_same_starts():
    found = ranking([SGD(), Momentum(), Adam()], ParabolaFit(), seeds=range(3))
    for name, rule in (("SGD", SGD()), ("Adam", Adam())):
        rate = found.tuned[name].rate
        for seed, score in enumerate(found.tuned[name].scores):
            run = train(rule.replace(learning_rate=rate), ParabolaFit(), 300, seed=seed)
            gap = (run.loss - SMALLEST) / (run.loss[0] - SMALLEST)
            assert score == np.flatnonzero(gap > 0.01)[-1] + 1


def test_the_opponent_a_start_is_turned_with_its_valley():
    straight, diagonal = Ravine(), Ravine(rotation=45.0)
    start = turned(straight.start, 45)
    kept, moved = (tuned(SGD(), diagonal, start=each).score for each in (straight.start, start))
    assert moved == tuned(SGD(), straight).score  # gradient descent knows no axes
    assert kept != moved


def test_the_tie_what_differs_by_rounding_is_a_tie():
    found = ranking(
        [Momentum(), Nesterov(), Adam(), RMSprop()], ParabolaFit(), seeds=None, score=last_tenth(), steps=300
    )
    assert set(found.first) == {"Momentum", "Nesterov", "Adam"}
    assert found.places["RMSprop"] == 4
    assert " = " in str(found)


def test_the_tie_what_the_seeds_do_not_agree_on_is_a_tie():
    noisy = NoisyParabolaFit(batch_size=5)
    found = ranking([Adagrad(), Nesterov(), SGD()], noisy, score=last_tenth(), seeds=range(12))
    assert len({each.score for each in found.tuned.values()}) == 3  # a table of medians would rank them
    assert set(found.first) == {"Adagrad", "Nesterov"}
    assert found.groups[-1] == ("SGD",)


def test_the_confounder_two_memories_of_different_length_are_named():
    found = ranking([RMSprop(), Adam()], ParabolaFit(), seeds=None)
    assert found.unlike == {"memory of its square": {"RMSprop": 0.9, "Adam": 0.999}}
    assert "not alike: memory of its square, RMSprop 0.9, Adam 0.999" in repr(found)
    assert unlike({"RMSprop": RMSprop(rho=0.999), "Adam": Adam()}) == {}
    assert unlike({"RMSprop": RMSprop(), "Adam": Adam()}, ("learning_rate", "rho", "beta_2")) == {}


def test_the_single_case_a_claim_that_holds_for_one_seed_is_tried_over_twelve():
    def swings_over(seed):
        run = train(Momentum(0.0007), ParabolaFit(), 100, seed=seed)
        return run.params[:, 0].max() > 1.5

    first = holds(swings_over, seed=[4])
    many = holds(swings_over, seed=range(12))
    assert first
    assert not many
    assert 0 < many.held < many.of == 12
    assert len(many.failing) == 12 - many.held


def test_the_wrong_reason_an_effect_that_stays_without_its_cause():
    def explodes(cause, rate):  # the cause: how long the valley is
        return train(SGD(rate), Ravine(condition_number=cause), 500).diverged_at is not None

    wrong = because(explodes, cause=(100.0, 1.0), rate=[2.5])
    assert str(wrong) == "1 of 2, not with cause 1, rate 2.5"  # a round bowl explodes as well

    def too_large(cause):
        return train(SGD(cause), Ravine(), 500).diverged_at is not None

    assert because(too_large, cause=(2.5, 1.9))


def panel(*lines, **limits):
    axes = Figure(figsize=(4, 3)).add_subplot()
    for label, x, y, look in lines:
        axes.plot(x, y, label=label, **look)
    axes.set(**limits)
    return axes


STEPS = np.arange(101.0)
FALLING = ("falls", STEPS, np.exp(-STEPS / 20), {"color": "C0"})


@pytest.mark.parametrize(
    ("axes", "said"),
    [
        (panel(FALLING), []),
        (panel(FALLING, yscale="log", ylim=(1e-30, 10)), ["the lines fill 90% to 97% of the height"]),
        (panel(FALLING, ylim=(0.5, 1.1)), ["falls: 86% of it is outside"]),
        (
            panel(FALLING, ylim=(-100, 100)),
            ["falls: looks level, over 0.5% of the height", "the lines fill 50% to 51% of the height"],
        ),
        (panel(FALLING, ("twin", STEPS, STEPS / 100, {"color": "C0"})), ["falls and twin: the same colour and dash"]),
        (panel(FALLING, ("twin", STEPS, STEPS / 100, {"color": "C0", "linestyle": "--"})), []),
    ],
)
def test_the_picture_against_the_sentence_what_a_panel_hides_is_said(axes, said):
    assert faults(axes) == said


def test_the_picture_against_the_sentence_a_claim_is_held_to_what_is_drawn():
    axes = panel(FALLING, ylim=(0.5, 1.1))
    x, y = drawn(axes, "falls")
    assert x[-1] < 14  # "falls to 0.01" is not to be seen here
    assert y.min() >= 0.5
    with pytest.raises(ValueError, match=r"label='other': no such line in the panel; there are falls\."):
        drawn(axes, "other")


# Scores


def test_steps_to_counts_to_the_step_from_which_the_loss_stays():
    gap = np.array([[1, 0.005, 0.5, 0.009, 0.001], [1, 0.5, 0.5, 0.5, 0.02], [1, 0, np.nan, np.nan, np.nan], [0] * 5])
    np.testing.assert_array_equal(steps_to().measure(gap), [3, np.inf, np.inf, 0])


def test_last_tenth_is_a_mean_and_never_less_than_rounding():
    gap = np.array([np.linspace(1, 0, 101), np.full(101, 1e-13), np.full(101, np.nan)])
    np.testing.assert_allclose(last_tenth().measure(gap), [0.045, 1e-8, np.inf], rtol=1e-12)


def test_a_run_that_goes_ten_pictures_far_is_lost_even_if_it_comes_back():
    runs = sweep(Adagrad(), ParabolaFit(), 100, learning_rate=[3.0, 1e4])
    assert runs.loss[1, -1] < 1
    np.testing.assert_array_equal(np.isinf(steps_to().of(runs)), [False, True])


def test_a_problem_without_a_minimum_is_not_scored():
    with pytest.raises(ValueError, match=r"Saddle names no minimum.*a saddle has none"):
        tuned(SGD(), Saddle())


@pytest.mark.parametrize("problem", [ParabolaFit(), MatrixRecovery()], ids=lambda p: p.name)
def test_a_run_is_as_far_out_as_its_worst_number_1_at_the_edge_of_the_picture(problem):
    low, high = np.moveaxis(np.array(problem.bounds), -1, 0)
    middle, half = (low + high) / 2, (high - low) / 2
    one_out = middle + half * np.where(np.arange(low.size).reshape(low.shape) == 1, -7.0, 0.5)
    points = np.stack([middle, low, high, one_out])[None]
    loss, distance = _seen_whole(problem)(tf.constant(points))
    np.testing.assert_allclose(distance, [[0, 1, 1, 7]], atol=1e-15)
    np.testing.assert_allclose(loss, problem.loss(tf.constant(points)))


def test_the_loss_is_that_without_noise():
    noisy = NoisyParabolaFit(batch_size=2)
    runs = sweep(SGD(), noisy, 50, learning_rate=[0.0005])
    clean = ParabolaFit().loss(runs.params).numpy()
    gap = (clean[0] - SMALLEST) / (clean[0, 0] - SMALLEST)
    np.testing.assert_allclose(last_tenth().gap(runs)[0], gap, rtol=1e-9)


# Seeds


def test_a_seed_draws_the_noise_where_there_is_some_and_otherwise_the_start():
    problem, start = seeded(NoisyParabolaFit(), 7)
    assert problem.seed == 7
    np.testing.assert_array_equal(start, ParabolaFit.start)
    problem, start = seeded(ParabolaFit(), 7)
    np.testing.assert_array_equal(start, train(SGD(0.001), ParabolaFit(), 1, seed=7).params[0])
    assert len(cases_of(ParabolaFit(), range(5), None)) == 5
    with pytest.raises(ValueError, match="at least one"):
        cases_of(ParabolaFit(), [], None)


@pytest.mark.parametrize(
    "problem", [NoisyParabolaFit(batch_size=7), SparseFeatures(), TwoScales(), SparseLogistic()], ids=lambda p: p.name
)
def test_many_seeds_in_one_program_are_each_seed_alone_to_the_bit(problem):
    alone = [problem.replace(seed=seed) for seed in (3, 0, 8)]
    together = in_one(alone)
    assert len({each.outline for each in together}) == 1
    for one, other in zip(alone, together, strict=True):
        assert isinstance(other, Seeded)
        records = [run_all(Adam(0.01), each, 40, np.array([problem.start]), {}) for each in (one, other)]
        for part in ("params", "loss", "gradient"):
            np.testing.assert_array_equal(records[0][part], records[1][part])
    point = tf.constant(problem.start, tf.float64) + 0.1
    assert not np.array_equal(*(each.loss(point, 3) for each in alone[:2]))


def test_many_seeds_in_one_program_begin_their_own_noise_again_at_its_end():
    alone = [NoisyParabolaFit(seed=seed, batch_size=100) for seed in range(2)]  # 400 steps, and the table is at its end
    records = [run_all(SGD(0.0005), each[1], 450, np.array([alone[0].start]), {}) for each in (alone, in_one(alone))]
    np.testing.assert_array_equal(records[0]["loss"], records[1]["loss"])


PROGRAMS = """
import pathlib, sys
import numpy as np
from optlearn import problems
from optlearn.evidence.noise import Seeded, in_one
from optlearn.loop import run_all
from optlearn.optimizers import SGD

for kind in (*problems.ALL, *problems.MORE):
    if hasattr(kind, "seed") and isinstance(in_one([kind(), kind(seed=1)])[0], Seeded):
        for seen in in_one([kind(seed=seed) for seed in range(3)]):
            run_all(SGD(0.001), seen, 20, np.array([seen.start] * 4), {})
        print(kind.__name__, len([*pathlib.Path(sys.argv[1]).iterdir()]))
"""


def test_one_program_for_many_seeds_is_compiled_once(tmp_path):
    """XLA compiles anew for each value that it wants to know beforehand: it would keep every program here."""
    keep = f"--tf_xla_persistent_cache_directory={tmp_path} --tf_xla_persistent_cache_device_types=CPU"
    command = [sys.executable, "-c", PROGRAMS, tmp_path]
    told = subprocess.run(command, env=os.environ | {"TF_XLA_FLAGS": keep}, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["NoisyParabolaFit 1", "SparseFeatures 2", "TwoScales 3", "SparseLogistic 4"]


@pytest.mark.parametrize("problem", [MatrixRecovery(), IllConditionedMatrix()], ids=lambda p: p.name)
def test_a_problem_whose_seed_draws_no_noise_is_tuned_over_seeds_all_the_same(problem):
    alone = [problem.replace(seed=seed) for seed in range(3)]
    assert in_one(alone) == alone
    assert np.isfinite(tuned(SGD(), problem, seeds=range(3), steps=300).score)


def test_problems_that_differ_in_more_than_their_seed_keep_programs_of_their_own():
    for different in ([Ravine(), Ravine(condition_number=2.0)], [TwoScales(), TwoScales(ratio=2.0, seed=1)]):
        assert in_one(different) == different


@pytest.mark.parametrize("problem", [NoisyParabolaFit(), ParabolaFit(), SparseFeatures()], ids=lambda p: p.name)
def test_over_seeds_runs_each_seed_as_train_would(problem):
    runs = over_seeds(Momentum(0.0005), problem, 40, seeds=(3, 0, 8))
    assert runs.loss.shape == (3, 41)
    np.testing.assert_array_equal(runs.axes["seed"], [3, 0, 8])
    for place, seed in enumerate((3, 0, 8)):
        noise, start = seeded(problem, seed)
        alone = train(Momentum(0.0005), noise, 40, start=start)
        np.testing.assert_allclose(runs[place].params, alone.params, rtol=1e-12, atol=1e-15)


# Tuning


def test_among_equals_the_middle_is_taken():
    bowl = Ravine(condition_number=1.0)
    found = tuned(SGD(), bowl)
    np.testing.assert_allclose(found.rate, 1.0, rtol=0.1)  # 0.9 to 1.1 reach 1 % in one step
    assert found.score == 1


def test_two_numbers_are_tuned_together():
    found = tuned(Momentum(), ParabolaFit(), over=("learning_rate", "momentum"))
    assert found.score < tuned(Momentum(), ParabolaFit()).score
    assert found.best.momentum == found.values["momentum"]
    shape = [len(found.tried[name]) for name in ("learning_rate", "momentum")]
    assert found.tried["score"].shape == tuple(shape)


def test_a_setting_that_fails_in_more_than_one_case_of_ten_is_not_good():
    cases = cases_of(ParabolaFit(), range(12), None)
    found = tuned(Nesterov(), ParabolaFit(), seeds=range(12))
    assert np.isinf(found.scores).sum() <= 1
    scores = scores_of(Nesterov(), cases, 500, steps_to(), {"learning_rate": np.array([found.rate, 0.1])})
    np.testing.assert_array_equal(scores[0], found.scores)
    assert np.isinf(scores[1]).all()


def test_where_no_setting_gets_there_it_is_said():
    found = tuned(SGD(), ParabolaFit(), steps=1)
    assert repr(found) == "SGD: no setting gets there"


@pytest.mark.parametrize(
    ("over", "message"), [("rho", r"over='rho': SGD can tune learning_rate"), ((), r"over=\(\): name at least one")]
)
def test_a_number_that_a_rule_has_not_is_told(over, message):
    with pytest.raises(ValueError, match=message):
        tuned(SGD(), ParabolaFit(), over=over)


# Claims


def test_a_claim_may_answer_for_many_runs_at_once():
    def settled(horizon):
        return sweep(SGD(), ParabolaFit(), 100 * horizon, learning_rate=[0.001, 0.002, 0.004]).loss[:, -1] < 1.0

    verdict = holds(settled, horizon=(5, 10))
    assert (verdict.held, verdict.of) == (4, 6)
    assert verdict.failing == [{"horizon": 5, "entry": 2}, {"horizon": 10, "entry": 2}]


def test_only_a_few_failing_cases_are_listed():
    assert str(holds(lambda seed: seed > 4, seed=range(12))) == "7 of 12, not with seed 0; seed 1; seed 2; and 2 more"
    assert str(holds(lambda seed: True, seed=range(12))) == "12 of 12"


@pytest.mark.parametrize(
    ("claim", "over", "message"),
    [
        (lambda: True, {"seed": [1]}, r"takes nothing, and is tried over seed"),
        (lambda seed: True, {}, r"say over what"),
        (lambda seed: None, {"seed": [1]}, r"must say True or False.*\{'seed': 1\}"),
        (lambda seed: 3.0, {"seed": [1]}, r"must say True or False"),
    ],
)
def test_a_claim_that_cannot_be_tried_is_told_why(claim, over, message):
    with pytest.raises(TypeError, match=message):
        holds(claim, **over)


def test_a_reason_needs_something_without_it():
    with pytest.raises(ValueError, match="at least one without"):
        because(lambda cause: True, cause=(1,))


# Rankings


def test_rules_of_one_class_are_told_apart_by_what_differs():
    found = ranking([Momentum(momentum=0.5), Momentum(momentum=0.9)], ParabolaFit(), seeds=None)
    assert set(found.places) == {"Momentum β = 0.5", "Momentum β = 0.9"}
    with pytest.raises(ValueError, match="two are the same"):
        ranking([SGD(0.1), SGD(0.2)], ParabolaFit())
    with pytest.raises(ValueError, match="at least two"):
        ranking([SGD()], ParabolaFit())


def test_one_that_never_gets_there_is_last_and_two_of_them_tie():
    found = ranking([SGD(), RMSprop(), Momentum()], ParabolaFit(), steps=15, seeds=None, score=steps_to(1e-3))
    never = [name for name, each in found.tuned.items() if np.isinf(each.score)]
    assert len(never) >= 2
    assert set(never) == set(found.groups[-1])
    assert "never" in str(found)


# Scores that something else has computed


def bowl(best):
    """Scores that are least at `best`, in three cases; and the calls."""
    calls = []

    def scores(values):
        calls.append(values)
        return np.abs(np.log10(values / best))[:, None] + [0.0, 0.1, 0.2]

    return scores, calls


@pytest.mark.parametrize("best", [0.1, 1.0, 3e-5, 400.0])
def test_what_is_sought_lies_inside_a_grid_that_is_widened_until_it_does(best):
    scores, calls = bowl(best)
    found = sought(scores, between=(0.01, 1))
    assert abs(np.log10(found.best / best)) <= 1 / 8
    assert found.tried[0] < found.best < found.tried[-1]
    assert found.scores.shape == (len(found.tried), 3)
    assert len(np.unique(np.concatenate(calls))) == sum(map(len, calls))  # nothing is computed twice
    np.testing.assert_allclose(np.diff(np.log10(found.tried)), 0.25, atol=0.01)


def test_a_value_with_which_one_case_in_three_never_gets_there_is_not_the_best():
    def scores(values):
        fails = np.where(values > 0.5, np.nan, 1.0)
        return np.stack([1 / values, 1 / values, fails / values], axis=1)

    assert sought(scores, between=(0.01, 1)).best == 0.316


def test_where_no_value_gets_there_the_grid_is_not_widened():
    found = sought(lambda values: np.full((len(values), 2), np.inf), between=(0.01, 1))
    assert (found.tried[0], found.tried[-1]) == (0.01, 1.0)
    assert np.isinf(found.scores).all()


def test_scores_of_another_shape_are_told():
    with pytest.raises(ValueError, match=r"For 9 values the scores have shape \(9,\)"):
        sought(lambda values: values, between=(0.01, 1))


def test_names_are_ranked_by_their_scores_as_ranking_does():
    found = ranking([SGD(), Adam(), Nesterov(), RMSprop()], ParabolaFit())
    assert ranked({name: each.scores for name, each in found.tuned.items()}) == found.groups
    scores = {"SGD": [9, 9, 8], "Adam": [5, 6, 5], "Nesterov": [4, 6, 7], "lost": [np.inf, np.inf, 1]}
    assert ranked(scores) == (("Adam", "Nesterov"), ("SGD", "lost"))  # the last is ahead of SGD in one case of three


@pytest.mark.parametrize("scores", [{"a": [1, 2], "b": [1]}, {"a": 1.0}, {"a": []}, {"a": [[1.0]]}])
def test_scores_that_are_not_of_the_same_cases_are_told(scores):
    with pytest.raises(ValueError, match="over the same cases"):
        ranked(scores)
