"""`train` and `sweep`: the record, what can be read off it, and what is said when something is wrong."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pytest
import tensorflow as tf

from optlearn import loop, optimizers, problems
from optlearn.loop import shaken
from optlearn.optimizers import SGD, Adam, Momentum, Optimizer
from optlearn.problems import (
    Himmelblau,
    MatrixRecovery,
    NoisyParabolaFit,
    OnlineReddi,
    ParabolaFit,
    Problem,
    Ravine,
    TwoLayers,
)
from optlearn.run import Run
from optlearn.training import sweep, train

RATES = np.geomspace(1e-4, 1e-3, 4)


def parts(run: Run) -> dict[str, np.ndarray]:
    """Every array of a record, by name."""
    state = dict(enumerate(tf.nest.flatten(run.state)))
    return {"params": run.params, "loss": run.loss, "gradient": run.gradient, **state}


def assert_same(one: Run, other: Run, rtol: float = 1e-12) -> None:
    ours, theirs = parts(one), parts(other)
    assert ours.keys() == theirs.keys()
    for name, part in ours.items():
        np.testing.assert_allclose(part, theirs[name], rtol=rtol, atol=1e-14, err_msg=str(name))


def made_of(loss, params=None, axes=None) -> Run:
    """A record made by hand, with a given loss."""
    loss = np.array(loss, float)
    params = np.zeros((*loss.shape, 2)) if params is None else np.array(params, float)
    return Run(SGD(), ParabolaFit(), params, loss, np.zeros_like(params), SGD.State(), axes or {})


@pytest.fixture(scope="module")
def run():
    return train(Adam(learning_rate=0.1), ParabolaFit(), steps=40)


@pytest.fixture(scope="module")
def runs():
    return sweep(Adam(), ParabolaFit(), steps=40, learning_rate=[0.01, 0.1, 0.2, 0.5], beta_1=[0, 0.5, 0.9])


# The record


def test_a_run_has_a_row_before_the_first_step_and_one_after_each(run):
    assert run.loss.shape == (41,)
    assert run.params.shape == run.gradient.shape == run.state.m.shape == run.state.v.shape == (41, 2)
    assert run.state.t.shape == (41,)
    assert run.steps == 40
    assert run.axes == {}
    assert {part.dtype for part in parts(run).values()} == {np.dtype(np.float64)}


def test_five_hundred_steps_unless_told_otherwise():
    assert train(SGD(1e-3), ParabolaFit()).loss.shape == (501,)


def test_a_sweep_has_its_axes_in_front_in_the_order_they_were_given(runs):
    assert runs.loss.shape == (4, 3, 41)
    assert runs.params.shape == runs.gradient.shape == runs.state.m.shape == (4, 3, 41, 2)
    assert runs.state.t.shape == (4, 3, 41)
    assert list(runs.axes) == ["learning_rate", "beta_1"]
    np.testing.assert_array_equal(runs.axes["beta_1"], [0, 0.5, 0.9])
    turned = sweep(Adam(), ParabolaFit(), steps=40, beta_1=[0, 0.5, 0.9], learning_rate=[0.01, 0.1, 0.2, 0.5])
    np.testing.assert_array_equal(turned.loss, runs.loss.swapaxes(0, 1))


def test_a_sweep_over_one_number_has_an_axis_of_length_one():
    assert sweep(SGD(), ParabolaFit(), steps=3, learning_rate=0.001).loss.shape == (1, 4)


@pytest.mark.parametrize("problem", [ParabolaFit(), NoisyParabolaFit(), Himmelblau()], ids=lambda p: p.name)
@pytest.mark.parametrize("kind", optimizers.RULES, ids=lambda kind: kind.__name__)
def test_the_record_is_what_updates_one_by_one_give(kind, problem):
    optimizer = kind(learning_rate=0.0005)
    run = train(optimizer, problem, steps=12)
    params = tf.constant(problem.start, tf.float64)
    state = optimizer.init(params)
    for step in range(13):
        loss, gradient = problem.loss_and_gradient(params, step)
        now = Run(optimizer, problem, params, loss, gradient, state)
        for name, part in parts(now).items():
            np.testing.assert_allclose(parts(run)[name][step], part, rtol=1e-10, atol=1e-13, err_msg=f"{name}, {step}")
        params, state = optimizer.update(params, gradient, state)


# What can be read off it


def test_diverged_at_is_the_first_step_that_is_not_finite():
    for bad in (np.nan, np.inf, -np.inf):
        assert made_of([1, 2, bad, 4, bad]).diverged_at == 2
        params = np.zeros((5, 2))
        params[3, 1] = bad
        assert made_of([1, 2, 3, 4, 5], params).diverged_at == 3
    assert made_of([1, 2, 1e300]).diverged_at is None


def test_diverged_at_is_the_first_step_a_thousand_pictures_away_from_its_middle():
    params = np.zeros((5, 2))  # the picture of ParabolaFit is ((-2.5, 3.5), (-6, 4)), its middle (0.5, -1)
    params[:, 0] = 0, 3000, 3001, 0, 0
    assert made_of(np.ones(5), params).diverged_at == 2
    params[:, 0], params[:, 1] = 0, (0, 0, 0, -5000, -5002)
    assert made_of(np.ones(5), params).diverged_at == 4


def test_a_run_that_diverges_says_where_and_one_that_does_not_says_none():
    run = train(SGD(learning_rate=0.01), ParabolaFit())
    step = run.diverged_at
    assert isinstance(step, int)
    assert 0 < step < 50
    distance = np.abs(run.params - (0.5, -1)) / (3, 5)
    assert distance[step].max() > 1000
    assert distance[:step].max() <= 1000
    assert train(SGD(learning_rate=0.001), ParabolaFit()).diverged_at is None


def test_stopped_at_counts_small_changes_in_a_row_and_a_large_one_sets_the_count_back():
    # changes:        small small LARGE small small small; without setting back, the third small one is step 4
    assert made_of([100, 100, 100, 50, 50, 50, 50, 50]).stopped_at(patience=3) == 6
    assert made_of([100, 100, 100, 50, 50, 50, 40]).stopped_at(patience=3) is None
    assert made_of([100, 100, 100, 50, 50, 50, 40]).stopped_at(patience=2) == 2
    assert made_of([100, 100, 50, 50]).stopped_at(patience=1) == 1


def test_stopped_at_measures_changes_relative_to_the_loss():
    large = 1e6 + np.arange(6)  # changes of 1, a millionth of the loss
    small = 1e-9 * 0.99 ** np.arange(6)  # changes of 1e-11, a hundredth of the loss
    assert made_of(large).stopped_at(tolerance=1e-5) == 3
    assert made_of(small).stopped_at(tolerance=1e-5) is None
    assert made_of(small).stopped_at(tolerance=0.011) == 3
    assert made_of(-large).stopped_at(tolerance=1e-5) == 3


def test_stopped_at_takes_no_notice_of_a_loss_that_is_not_a_number():
    assert made_of([1, np.nan, np.nan, np.nan, np.nan, np.inf, np.inf, np.inf, np.inf]).stopped_at() is None


def test_reached_is_the_first_step_with_a_loss_as_small():
    run = made_of([5, 3, np.nan, 1, 2, 0.5])
    assert [run.reached(loss) for loss in (9, 5, 3, 2.9, 1, 0.9, 0.4)] == [0, 0, 1, 3, 3, 5, None]


def test_a_sweep_answers_with_an_array_and_nan_for_never():
    params = np.zeros((2, 5, 2))
    params[1, 3] = 1e9
    runs = made_of([[4, 4, 4, 4, 4], [9, 8, 1, 1, 1]], params, {"learning_rate": np.array([0.1, 0.2])})
    np.testing.assert_array_equal(runs.diverged_at, [np.nan, 3])
    np.testing.assert_array_equal(runs.stopped_at(), [3, np.nan])
    np.testing.assert_array_equal(runs.stopped_at(patience=2), [2, 4])
    np.testing.assert_array_equal(runs.reached(1), [np.nan, 2])


def test_to_frame_has_a_row_for_each_step(run):
    frame = run.to_frame()
    assert list(frame.columns) == ["step", "loss", "a", "b"]
    np.testing.assert_array_equal(frame, np.column_stack([np.arange(41), run.loss, run.params]))


def test_to_frame_of_a_sweep_has_a_row_for_each_step_of_each_run(runs):
    frame = runs.to_frame()
    assert list(frame.columns) == ["learning_rate", "beta_1", "step", "loss", "a", "b"]
    assert len(frame) == 4 * 3 * 41
    one = frame[(frame.learning_rate == 0.2) & (frame.beta_1 == 0.9)]
    np.testing.assert_array_equal(one.step, np.arange(41))
    np.testing.assert_array_equal(one.loss, runs.loss[2, 2])
    np.testing.assert_array_equal(one[["a", "b"]], runs.params[2, 2])


def test_an_index_picks_runs_with_their_numbers(runs):
    one = runs[1, 2]
    assert one.optimizer == Adam(learning_rate=0.1, beta_1=0.9)
    assert one.axes == {}
    assert one.diverged_at is None
    assert_same(one, train(one.optimizer, ParabolaFit(), steps=40))

    row = runs[:, 1]
    assert row.optimizer == Adam(beta_1=0.5)
    assert list(row.axes) == ["learning_rate"]
    np.testing.assert_array_equal(row.state.m, runs.state.m[:, 1])

    some = runs[2:]
    assert some.loss.shape == (2, 3, 41)
    np.testing.assert_array_equal(some.axes["learning_rate"], [0.2, 0.5])
    np.testing.assert_array_equal(runs[-1].loss, runs.loss[3])


def test_two_lists_pick_rows_and_columns(runs):
    some = runs[[0, 3], [2, 0]]
    np.testing.assert_array_equal(some.axes["learning_rate"], [0.01, 0.5])
    np.testing.assert_array_equal(some.axes["beta_1"], [0.9, 0])
    assert some.loss.shape == (2, 2, 41)
    np.testing.assert_array_equal(some.params[1, 0], runs.params[3, 2])


def test_a_sweep_can_be_gone_through_run_by_run():
    runs = sweep(SGD(), ParabolaFit(), steps=5, learning_rate=RATES)
    assert [run.optimizer.learning_rate for run in runs] == list(RATES)


def test_too_many_indices_are_an_error_that_says_how_many_there_are(run, runs):
    with pytest.raises(IndexError, match=r"has 2 axes \('learning_rate', 'beta_1'\), not 3"):
        runs[0, 0, 0]
    with pytest.raises(IndexError, match=r"has 0 axes \(\), not 1"):
        run[0]
    with pytest.raises(IndexError):
        runs[4]


# Where it starts


def test_the_start_is_the_one_given_or_else_the_problems_own():
    given = train(SGD(1e-3), ParabolaFit(), steps=3, start=(1, -3))
    np.testing.assert_array_equal(given.params[0], (1, -3))
    np.testing.assert_array_equal(train(SGD(1e-3), ParabolaFit(), steps=3).params[0], ParabolaFit.start)
    runs = sweep(SGD(), ParabolaFit(), steps=3, start=np.array([0.5, 0.25]), learning_rate=[0.1, 0.2])
    np.testing.assert_array_equal(runs.params[:, 0], [(0.5, 0.25)] * 2)


def test_a_seed_draws_a_start_within_the_picture_the_same_one_each_time():
    starts = [train(SGD(1e-3), ParabolaFit(), steps=3, seed=seed).params[0] for seed in [*range(40), 0]]
    np.testing.assert_array_equal(starts[0], starts[-1])
    assert len({tuple(start) for start in starts}) == 40
    low, high = np.transpose(ParabolaFit.bounds)
    assert np.all((low <= starts) & (starts <= high))
    np.testing.assert_allclose(np.ptp(starts, axis=0), high - low, rtol=0.2)  # from all of the picture


def test_a_seed_leaves_every_global_random_state_alone():
    def draw(between: Callable) -> list:
        random.seed(1)
        np.random.seed(1)  # noqa: NPY002
        tf.random.set_seed(1)
        between()
        return [random.random(), np.random.random(), float(tf.random.uniform(()))]  # noqa: NPY002

    def runs():
        train(SGD(1e-3), ParabolaFit(), steps=3, seed=7)
        train(SGD(1e-3), NoisyParabolaFit(seed=8), steps=3)

    assert draw(runs) == draw(lambda: None)


# What it says


def test_a_run_that_used_all_its_steps_says_so():
    lines = repr(train(SGD(learning_rate=0.001), ParabolaFit(), steps=20)).splitlines()
    assert lines[0] == "SGD(learning_rate=0.001) on ParabolaFit"
    assert lines[1] == "  start  (a, b) = (-2, 2), loss 1153"
    assert lines[2] == "  end    (a, b) = (-0.1503, 1.894), loss 39.48"
    assert lines[3] == "  why    all 20 steps used, the loss was still changing"
    assert len(lines) == 4


def test_a_run_that_met_the_tolerance_says_where():
    run = train(SGD(learning_rate=0.0025), ParabolaFit(), steps=1000)
    step = run.stopped_at()
    assert 500 < step < 1000
    assert f"  why    tolerance met at step {step}: 3 steps in a row" in repr(run)
    assert "end    (a, b) = (0.5223, -2.023), loss 0.1369" in repr(run)


def test_a_run_that_diverged_says_where_and_shows_the_point():
    run = train(SGD(learning_rate=0.01), ParabolaFit())
    step = run.diverged_at
    assert repr(run).endswith(f"  why    diverged at step {step} of 500")
    assert f"  end    (a, b) = ({run.params[step, 0]:.4g}, {run.params[step, 1]:.4g}), loss" in repr(run)


def test_a_sweep_says_how_many_ran_how_many_diverged_and_which_was_best():
    runs = sweep(Momentum(), ParabolaFit(), learning_rate=[1e-4, 1e-3, 0.1], momentum=[0, 0.5])
    assert repr(runs).splitlines() == [
        "3 x 2 runs of 500 steps: Momentum(learning_rate=0.01, momentum=0.9) on ParabolaFit",
        "  learning_rate   0.0001 to 0.1",
        "  momentum        0 to 0.5",
        "  diverged        2 of 6",
        f"  smallest loss   {runs.loss[1, 1, -1]:.4g} at learning_rate=0.001, momentum=0.5",
    ]


def test_a_sweep_in_which_nothing_is_finite_still_has_something_to_say():
    assert "diverged        2 of 2" in repr(made_of([[np.nan] * 3] * 2, axes={"learning_rate": np.array([1.0, 2.0])}))


def test_a_run_never_prints_and_draws_nothing(capfd):
    train(SGD(learning_rate=0.1), ParabolaFit(), steps=33)
    sweep(Adam(), Himmelblau(), steps=33, learning_rate=[0.1, 1e9])
    assert capfd.readouterr() == ("", "")
    assert plt.get_fignums() == []


# Many runs


def test_a_sweep_is_what_its_runs_are_one_by_one():
    runs = sweep(Momentum(), NoisyParabolaFit(), steps=50, learning_rate=RATES, momentum=[0, 0.5, 0.9])
    for i, rate in enumerate(RATES):
        for j, momentum in enumerate([0, 0.5, 0.9]):
            assert_same(runs[i, j], train(Momentum(float(rate), momentum), NoisyParabolaFit(), steps=50), 1e-10)


@pytest.mark.parametrize("count", [loop.PART, loop.PART + 1, 2 * loop.PART + 89], ids=["one part", "one more", "odd"])
def test_more_runs_than_one_part_holds_are_what_they_are_one_by_one(count):
    rates = np.geomspace(1e-4, 2e-3, count)
    runs = sweep(Momentum(momentum=0.5), ParabolaFit(), steps=20, learning_rate=rates)
    assert runs.loss.shape == (count, 21)
    for index in {0, 1, 255, 256, 257, 511, 512, count - 2, count - 1}:
        if index < count:
            assert_same(runs[index], train(Momentum(float(rates[index]), 0.5), ParabolaFit(), steps=20), 1e-10)
    assert len(np.unique(runs.loss[:, -1])) == count


def test_numbers_of_the_problem_can_be_swept_beside_those_of_the_optimizer():
    runs = sweep(SGD(), Ravine(rotation=20.0), steps=30, condition_number=[1, 10, 100], learning_rate=[0.5, 1])
    assert runs.loss.shape == (3, 2, 31)
    one = runs[1, 0]
    assert one.problem == Ravine(condition_number=10.0, rotation=20.0)
    assert one.optimizer == SGD(0.5)
    assert_same(one, train(SGD(0.5), Ravine(condition_number=10.0, rotation=20.0), steps=30))


def test_one_program_serves_every_number_and_every_start():
    traced = []

    @dataclass(frozen=True)
    class Counted(SGD):
        def update(self, params, g, state):
            traced.append(1)
            return super().update(params, g, state)

    before = loop._compiled.cache_info().misses
    for rate in RATES:
        for seed in range(3):
            train(Counted(learning_rate=float(rate)), ParabolaFit(), steps=17, seed=seed)
    assert traced == [1]
    assert loop._compiled.cache_info().misses == before + 1
    for kappa in (1.0, 5.0, 50.0):
        sweep(Counted(), Ravine(condition_number=kappa), steps=17, learning_rate=RATES * kappa)
    assert traced == [1, 1]
    sweep(Counted(), Ravine(), steps=17, learning_rate=np.linspace(0.1, 1, 3 * loop.PART + 1))
    assert traced == [1, 1, 1]
    train(Counted(), ParabolaFit(), steps=loop.ROOMS[0])
    assert traced == [1, 1, 1], "a single run of another length needs no program of its own"
    train(Counted(), ParabolaFit(), steps=loop.ROOMS[0] + 1)
    assert traced == [1, 1, 1, 1]


@pytest.mark.parametrize("steps", [1, loop.ROOMS[0] - 1, loop.ROOMS[0], loop.ROOMS[0] + 1, loop.ROOMS[-1] + 1])
def test_a_run_of_any_length_needs_no_program_of_its_own_to_be_right(steps):
    exact = sweep(Momentum(0.001), ParabolaFit(), steps=steps, learning_rate=[0.001, 0.002])  # has no room to spare
    run = train(Momentum(0.001), ParabolaFit(), steps=steps)
    assert run.loss.shape == (steps + 1,)
    np.testing.assert_allclose(run.params, exact.params[0], rtol=1e-9, atol=1e-12)


# Matrices


def momentum_in_numpy(problem: MatrixRecovery, rate: float, keep: float, steps: int) -> tuple[np.ndarray, ...]:
    """Momentum on a table to recover, entry by entry: the path (steps + 1, 6, 4), the losses and the velocity."""
    W, v, table = np.zeros((6, 4)), np.zeros((6, 4)), problem.smooth + problem.roughness * problem.rough
    path, losses, velocity = [W], [], [v]
    for _ in range(steps):
        v = keep * v - rate * problem.weights * (W - table)
        W = W + v
        path.append(W)
        velocity.append(v)
    losses = [np.sum(problem.weights * (W - table) ** 2) / 2 for W in path]
    return np.array(path), np.array(losses), np.array(velocity)


def test_training_a_matrix_is_a_loop_in_numpy():
    problem = MatrixRecovery(roughness=0.3)
    run = train(Momentum(0.1, 0.9), problem, steps=200)
    path, losses, velocity = momentum_in_numpy(problem, 0.1, 0.9, 200)
    assert run.params.shape == run.gradient.shape == run.state.v.shape == (201, 6, 4)
    np.testing.assert_allclose(run.params, path, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(run.loss, losses, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(run.state.v, velocity, rtol=1e-12, atol=1e-12)
    gradients = problem.weights * (run.params - np.array(problem.minima[0]))
    np.testing.assert_allclose(run.gradient, gradients, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("use_xla", [True, False], ids=["XLA", "no XLA"])
def test_a_sweep_over_matrices_is_a_loop_in_numpy_for_each(monkeypatch, use_xla):
    monkeypatch.setattr(loop, "USE_XLA", use_xla)
    axes = {"learning_rate": np.linspace(0.01, 0.2, loop.PART // 4), "roughness": [0.0, 0.2, 1.0], "momentum": [0, 0.9]}
    runs = sweep(Momentum(), MatrixRecovery(seed=2), steps=20, **axes)  # more runs than one part holds
    assert runs.params.shape == (loop.PART // 4, 3, 2, 21, 6, 4)
    assert runs.loss.shape == (loop.PART // 4, 3, 2, 21)
    for place in [(0, 0, 0), (5, 1, 1), (40, 2, 0), (loop.PART // 4 - 1, 2, 1)]:
        one = runs[place]
        problem, rate, keep = one.problem, one.optimizer.learning_rate, one.optimizer.momentum
        path, losses, velocity = momentum_in_numpy(problem, rate, keep, 20)
        np.testing.assert_allclose(one.params, path, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(one.loss, losses, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(one.state.v, velocity, rtol=1e-12, atol=1e-12)


@pytest.mark.usefixtures("without_xla")
@pytest.mark.parametrize("problem", [kind() for kind in problems.MORE], ids=repr)
@pytest.mark.parametrize("kind", optimizers.RULES, ids=lambda kind: kind.__name__)
def test_every_optimizer_trains_parameters_of_every_shape(kind, problem):
    optimizer = kind(learning_rate=0.01)
    rates = [0.005, 0.01, 0.02]
    runs = sweep(optimizer, problem, steps=6, learning_rate=rates)
    params = tf.constant([problem.start], tf.float64)  # an axis of one run: matrix rules count the axes
    state = optimizer.init(params)
    for step in range(7):
        loss, gradient = problem.loss_and_gradient(params, step)
        now = Run(optimizer, problem, params, loss, gradient, state)
        for name, part in parts(now).items():
            swept = parts(runs[1])[name][step]
            np.testing.assert_allclose(swept, np.reshape(part, swept.shape), rtol=1e-10, atol=1e-13, err_msg=f"{name}")
        params, state = optimizer.update(params, gradient, state)
        params = problem.project(params)


def test_a_matrix_diverges_with_its_first_entry():
    params = np.zeros((5, 6, 4))  # the picture reaches from −3 to 3 in every entry
    params[:, 4, 2] = 0, 3000, 3001, 0, 0
    assert Run(SGD(), MatrixRecovery(), params, np.ones(5), params, SGD.State()).diverged_at == 2
    params[1, 0, 3] = np.nan
    assert Run(SGD(), MatrixRecovery(), params, np.ones(5), params, SGD.State()).diverged_at == 1
    runs = sweep(SGD(), MatrixRecovery(), steps=50, learning_rate=[1.0, 3.0])
    assert np.isnan(runs.diverged_at[0])
    assert 5 < runs.diverged_at[1] < 20


def test_to_frame_of_matrices_has_a_column_for_each_entry_row_by_row():
    runs = sweep(SGD(), MatrixRecovery(), steps=4, learning_rate=[0.1, 0.2])
    frame = runs.to_frame()
    assert list(frame.columns) == ["learning_rate", "step", "loss", *MatrixRecovery().parameter_names]
    np.testing.assert_array_equal(frame[["w₁₂", "w₆₄"]], runs.params[..., [0, 5], [1, 3]].reshape(10, 2))


def test_of_many_parameters_a_run_shows_the_first_three_and_the_last():
    run = train(SGD(0.1), MatrixRecovery(), steps=1)
    assert "  start  (w₁₁, w₁₂, w₁₃, …, w₆₄) = (0, 0, 0, …, 0), loss 2.591" in repr(run)
    assert "  end    (w₁₁, w₁₂, w₁₃, …, w₆₄) = (0.1, -0.05848, 0.0171, …, 0.003), loss" in repr(run)
    six = Problem.from_function(lambda a, b, c, d, e, f: a + b + c + d + e + f, start=range(6), bounds=[(-9, 9)] * 6)
    assert "  start  (a, b, c, d, e, f) = (0, 1, 2, 3, 4, 5), loss 15" in repr(train(SGD(0.1), six, steps=1))


def test_a_seed_draws_a_matrix_within_the_bounds():
    low, high = np.moveaxis(TwoLayers.bounds, -1, 0)
    starts = np.array([train(SGD(0.01), TwoLayers(), steps=1, seed=seed).params[0] for seed in [*range(30), 0]])
    assert starts.shape == (31, 2, 4)
    assert np.all((low <= starts) & (starts <= high))
    np.testing.assert_array_equal(starts[0], starts[-1])
    np.testing.assert_allclose(np.ptp(starts, axis=0), high - low, rtol=0.3)


def test_a_matrix_can_be_given_as_rows_or_as_an_array():
    start = np.arange(24.0).reshape(6, 4) / 24
    for given in (start, start.tolist()):
        np.testing.assert_array_equal(train(SGD(0.1), MatrixRecovery(), steps=1, start=given).params[0], start)


@pytest.mark.parametrize(
    "start",
    [0.0, np.zeros(24), np.zeros((4, 6)), np.zeros((1, 6, 4)), np.full((6, 4), np.nan), [[0] * 4] * 5 + [[0] * 3], "a"],
    ids=["a number", "flat", "turned", "in a box", "nan", "ragged", "word"],
)
def test_a_start_that_is_no_such_matrix_is_told_what_is(start):
    wanted = "start must be a matrix of 6 x 4 finite numbers, one for each of w₁₁, w₁₂, w₁₃, …, w₆₄"
    with pytest.raises(ValueError, match=wanted) as error:
        train(SGD(0.1), MatrixRecovery(), start=start)
    assert str(error.value).startswith(f"start={start!r}")


@pytest.mark.parametrize(
    ("start", "bounds", "names"),
    [
        ((0.0, 0.0, 0.0), ((-1, 1), (-1, 1)), ("x", "y", "z")),
        ((0.0, 0.0, 0.0), ((-1, 1),) * 3, ("x", "y")),
        (((0.0, 0.0),) * 3, ((-1, 1),) * 6, tuple("abcdef")),
        (0.0, (-1, 1), ("x",)),
        ((((0.0,),),), ((((-1, 1),),),), ("x",)),
    ],
    ids=["too few bounds", "too few names", "flat bounds of a matrix", "a number", "a box"],
)
def test_a_problem_whose_start_bounds_and_names_do_not_fit_is_told_so(start, bounds, names):
    made = type("Misfit", (Bowl,), {"start": start, "bounds": bounds, "parameter_names": names})
    with pytest.raises(ValueError, match=r"Misfit has a start of shape \(.*They must be \(n,\), \(n, 2\) and n, or"):
        train(SGD(0.1), dataclass(frozen=True)(made)())


# Parameters that must stay where they are allowed


@dataclass(frozen=True)
class Bowl(Problem):
    """A bowl of which only the disc of radius 1 around the origin is allowed; the minimum is outside of it."""

    start = (0.0, -0.5)
    bounds = ((-2.0, 2.0), (-2.0, 2.0))

    def loss(self, params, step=None):
        return tf.reduce_sum((params - [3.0, 4.0]) ** 2, axis=-1)

    def project(self, params):
        return params / tf.maximum(tf.norm(params, axis=-1, keepdims=True), 1.0)


def test_after_each_update_parameters_are_put_back_to_where_they_are_allowed():
    run = train(Momentum(0.1, 0.5), Bowl(), steps=60)
    x, v = np.array(Bowl.start), np.zeros(2)
    for step in range(61):
        np.testing.assert_allclose(run.params[step], x, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(run.state.v[step], v, rtol=1e-12, atol=1e-15)
        v = 0.5 * v - 0.1 * 2 * (x - [3, 4])
        x = x + v
        x = x / max(1, np.linalg.norm(x))
    np.testing.assert_allclose(run.params[-1], (0.6, 0.8), rtol=1e-9)


def test_a_sweep_over_a_problem_with_an_interval_stays_within_it():
    runs = sweep(SGD(), OnlineReddi(), steps=50, slope=[2.5, 5.0, 50.0], learning_rate=[0.1, 1.0])
    assert np.abs(runs.params).max() == 1
    assert np.abs(np.diff(runs.params, axis=2)).max() == 2
    one = runs[1, 1]
    assert_same(one, train(SGD(1.0), OnlineReddi(slope=5.0), steps=50))
    np.testing.assert_array_equal(one.params[:8, 0], (0, -1, 0, 1, -1, 0, 1, -1))


def test_a_start_that_is_not_allowed_is_told_the_nearest_that_is():
    with pytest.raises(ValueError, match=r"start=\(0, 5\): Bowl does not allow it; the nearest point is \[0.0, 1.0\]"):
        train(SGD(0.1), Bowl(), start=(0, 5))
    with pytest.raises(ValueError, match=r"start=\(-1\.5,\): OnlineReddi does not .* \[-1\.0\]"):
        train(SGD(0.1), OnlineReddi(), start=(-1.5,))
    assert train(SGD(0.1), Bowl(), start=(0.6, 0.8)).steps == 500


def test_a_seed_draws_a_start_that_is_allowed():
    starts = [train(SGD(0.1), Bowl(), steps=1, seed=seed).params[0] for seed in range(20)]
    radii = np.linalg.norm(starts, axis=1)
    assert radii.max() <= 1 + 1e-12
    assert radii.min() < 1


# Without XLA


@pytest.mark.parametrize("kind", [Momentum, Adam])
def test_without_xla_the_numbers_are_the_same(monkeypatch, kind):
    def both() -> tuple[Run, Run]:
        one = train(kind(learning_rate=0.001), NoisyParabolaFit(), steps=100)
        return one, sweep(kind(), ParabolaFit(), steps=10, learning_rate=np.linspace(1e-4, 1e-3, loop.PART + 5))

    compiled = both()
    monkeypatch.setattr(loop, "USE_XLA", False)
    before = loop._traced.cache_info().misses
    for ours, theirs in zip(compiled, both(), strict=True):
        for name, part in parts(ours).items():
            np.testing.assert_allclose(part, parts(theirs)[name], rtol=1e-12, atol=1e-12, err_msg=str(name))
    assert loop._traced.cache_info().misses == before + 2


@pytest.mark.parametrize("count", [1, 2 * loop.PART + 3])
def test_a_rule_that_xla_cannot_compile_works_silently(capfd, count):
    @dataclass(frozen=True)
    class InNumpy(SGD):
        def update(self, params, g, state):
            g = tf.ensure_shape(tf.numpy_function(np.positive, [g], tf.float64), g.shape)
            return super().update(params, g, state)

    rates = np.linspace(1e-4, 1e-3, count)
    own, built_in = (sweep(kind(), ParabolaFit(), steps=8, learning_rate=rates) for kind in (InNumpy, SGD))
    assert capfd.readouterr() == ("", "")
    assert_same(own, built_in)


def test_an_error_in_a_later_call_is_told_and_nothing_is_traced_again(monkeypatch):
    """Only the first call decides about XLA: a program that has run once is never changed under other threads."""
    fails, traced = [], []

    def fail_later(g):
        if fails:
            raise RuntimeError("the rule's own")
        return g

    @dataclass(frozen=True)
    class Fails(SGD):
        def update(self, params, g, state):
            g = tf.ensure_shape(tf.numpy_function(fail_later, [g], tf.float64), g.shape)
            return super().update(params, g, state)

    trace = loop._Program._trace
    monkeypatch.setattr(loop._Program, "_trace", lambda self: (traced.append(self.use_xla), trace(self)))
    train(Fails(), ParabolaFit(), steps=3)
    assert traced == [True, False], "XLA cannot compile it, and the first call found that out"
    fails.append(True)
    with pytest.raises(tf.errors.OpError, match="the rule's own"):
        train(Fails(), ParabolaFit(), steps=3)
    assert len(traced) == 2


def test_several_threads_at_once_get_what_one_gets():
    def one(rate: float) -> Run:
        return train(Adam(learning_rate=rate), Himmelblau(), steps=61)

    rates = [0.01 * k for k in range(1, 25)]
    with ThreadPoolExecutor(8) as pool:  # the program is not there yet: they compile it side by side
        together = list(pool.map(one, rates))
    for run, rate in zip(together, rates, strict=True):
        assert run.optimizer.learning_rate == rate
        assert_same(run, one(rate), rtol=0)


# What is wrong with an input


WHOLE = r"steps must be a whole number of at least 1"


@pytest.mark.parametrize("steps", [0, -1, 2.5, 10.0, True, "a", None, np.nan])
def test_bad_steps(steps):
    with pytest.raises(ValueError, match=WHOLE) as error:
        train(Adam(), ParabolaFit(), steps=steps)
    assert f"steps={steps!r}" in str(error.value)


@pytest.mark.parametrize(
    "start",
    [1.0, (1.0,), (1, 2, 3), [(1, 2)], "a", ("a", "b"), (1, None), (np.nan, 1), (1, np.inf), [[1], [2, 3]], {}],
    ids=repr,
)
def test_bad_starts(start):
    with pytest.raises(ValueError, match="start must be 2 finite numbers, one for each of a, b") as error:
        train(Adam(), ParabolaFit(), start=start)
    assert f"start={start!r}" in str(error.value)


@pytest.mark.parametrize("seed", [-1, 1.5, "a", True, [1, 2]])
def test_bad_seeds(seed):
    with pytest.raises(ValueError, match="seed must be a whole number of at least 0") as error:
        train(Adam(), ParabolaFit(), seed=seed)
    assert f"seed={seed!r}" in str(error.value)


def test_a_start_and_a_seed_are_one_too_many():
    with pytest.raises(ValueError, match=r"start=\(1, 2\) and seed=3: give one of them, not both"):
        train(Adam(), ParabolaFit(), start=(1, 2), seed=3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: train(Adam(learning_rate=-1), ParabolaFit()), "Adam(learning_rate=-1): learning_rate must be a f"),
        (lambda: Adam(beta_1=1.0), "Adam(beta_1=1.0): beta_1 must be a number with 0 ≤ value < 1."),
        (lambda: Adam(beta_1="a"), "Adam(beta_1='a'): beta_1 must be a number with 0 ≤ value < 1."),
    ],
    ids=["learning_rate=-1", "beta_1=1.0", "beta_1='a'"],
)
def test_bad_numbers(make, message):
    with pytest.raises(ValueError, match="must be") as error:
        make()
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("name", ["nonsense", "momentum", "batch_size"])
def test_an_unknown_number_is_told_which_there_are(name):
    with pytest.raises(ValueError, match=f"^{name}: no such hyper-parameter") as error:
        sweep(Adam(), NoisyParabolaFit(), **{name: [1]})
    assert str(error.value).endswith("can sweep: learning_rate, beta_1, beta_2, epsilon.")
    with pytest.raises(ValueError, match="can sweep: learning_rate, condition_number, rotation"):
        sweep(SGD(), Ravine(), **{name: [1]})


@pytest.mark.parametrize(
    ("axis", "allowed"),
    [
        ({"learning_rate": [0.1, -1]}, "a finite number ≥ 0."),
        ({"learning_rate": [0.1, np.nan]}, "a finite number ≥ 0."),
        ({"learning_rate": [np.inf]}, "a finite number ≥ 0."),
        ({"learning_rate": []}, "a finite number ≥ 0."),
        ({"learning_rate": "a"}, "a finite number ≥ 0."),
        ({"learning_rate": [[0.1, 0.2]]}, "a finite number ≥ 0."),
        ({"learning_rate": None}, "a finite number ≥ 0."),
        ({"beta_1": [0.9, 1.0]}, "a number with 0 ≤ value < 1."),
    ],
    ids=repr,
)
def test_bad_values_to_sweep_over(axis, allowed):
    with pytest.raises(ValueError, match="every value must be") as error:
        sweep(Adam(), ParabolaFit(), **axis)
    ((name, values),) = axis.items()
    assert str(error.value) == f"{name}={values!r}: every value must be {allowed}"


@pytest.mark.parametrize(
    ("optimizer", "problem", "message"),
    [
        (Adam, ParabolaFit(), r"optimizer=.*Adam.*: optimizer must be an object such as SGD\(learning_rate=0\.01\)"),
        ("adam", ParabolaFit(), r"optimizer='adam': optimizer must be an object such as"),
        (ParabolaFit(), Adam(), r"optimizer=ParabolaFit\(\): optimizer must be"),
        (Adam(), ParabolaFit, r"problem=.*ParabolaFit.*: problem must be an object such as ParabolaFit\(\)"),
        (Adam(), lambda x, y: x, r"problem=<function .*: problem must be an object"),
    ],
    ids=["class", "word", "swapped", "problem class", "function"],
)
def test_something_else_than_an_optimizer_and_a_problem(optimizer, problem, message):
    with pytest.raises(TypeError, match=message):
        train(optimizer, problem)


def test_a_loss_that_becomes_nan_says_where():
    cliff = Problem.from_function(lambda x, y: tf.sqrt(x) + y**2, start=(1, 1), bounds=[(-1, 2), (-2, 2)])
    run = train(SGD(learning_rate=0.1), cliff, steps=100)
    step = run.diverged_at
    assert 0 < step < 100
    assert np.isfinite(run.loss[:step]).all()
    assert np.isnan(run.loss[step])
    assert run.params[step, 0] < 0  # it stepped over the edge, where the root is not real
    assert f"diverged at step {step} of 100" in repr(run)


def test_a_loss_that_is_nan_from_the_start_says_so():
    nowhere = Problem.from_function(lambda x, y: tf.math.log(-(x**2)) + y, start=(1, 1), bounds=[(-1, 2), (-2, 2)])
    run = train(Adam(), nowhere, steps=5)
    assert run.diverged_at == 0
    assert "loss nan" in repr(run)


# A learner's own rule


@dataclass(frozen=True)
class Own(Optimizer):
    """Momentum that halves, with a rate of its own and a count of the steps in a plain tuple."""

    rate: float = 0.002
    keep: float = optimizers.hyper(0.5, symbol="k", low=0.1, high=0.9, scale="memory")

    class State(NamedTuple):
        v: tf.Tensor
        count: tuple

    def init(self, params):
        return self.State(tf.zeros_like(params), (0,))

    def update(self, params, g, state):
        v = self.keep * state.v - self.rate * g
        return params + v, self.State(v, (state.count[0] + 1,))


def test_a_rule_of_ones_own_trains_and_sweeps_like_a_built_in_one():
    own, momentum = train(Own(), ParabolaFit(), steps=25), train(Momentum(0.002, 0.5), ParabolaFit(), steps=25)
    np.testing.assert_allclose(own.params, momentum.params, rtol=1e-12)
    np.testing.assert_array_equal(own.state.count[0], np.arange(26))
    runs = sweep(Own(), ParabolaFit(), steps=25, rate=[0.001, 0.002], keep=[0.2, 0.5, 0.8])
    np.testing.assert_allclose(runs.params[1, 1], own.params, rtol=1e-12)
    assert runs[0, 2].optimizer == Own(rate=0.001, keep=0.8)
    with pytest.raises(ValueError, match=r"Own\(rate=-1\): rate must be a finite number ≥ 0"):
        Own(rate=-1)


def test_a_rule_without_its_decorator_is_told_the_missing_line():
    class Forgotten(Optimizer):
        rate: float = 0.1

        def update(self, params, g, state):
            return params - self.rate * g, state

    with pytest.raises(TypeError, match=r"Forgotten needs the line @dataclass\(frozen=True\) above its class line"):
        train(Forgotten(), ParabolaFit())


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        (lambda x: tf.where(x > 0, 0.0, x), "tf.where(condition, 0 * x, x)"),
        (lambda x: x + tf.zeros(2), "tf.zeros_like(x)"),
        (lambda x: x * tf.constant(0.5), "write 0.5"),
    ],
)
def test_float32_inside_a_rule_is_explained_with_what_to_write_instead(line, instead):
    @dataclass(frozen=True)
    class Single(Optimizer):
        def update(self, params, g, state):
            return params - 0.001 * line(g), state

    with pytest.raises((TypeError, ValueError, tf.errors.InvalidArgumentError)) as raised:
        train(Single(), ParabolaFit())
    assert instead in "".join(raised.value.__notes__)


def test_a_rule_without_an_update_is_told_what_is_missing():
    @dataclass(frozen=True)
    class Empty(Optimizer):
        pass

    with pytest.raises(NotImplementedError, match=r"Empty has no update\(params, g, state\)"):
        train(Empty(), ParabolaFit())


WRONG: dict[str, tuple[Callable, type, str]] = {
    "nothing": (lambda p, g, s: None, TypeError, r"must return two things.* it returned None"),
    "params alone": (lambda p, g, s: p - g, TypeError, r"must return two things"),
    "three things": (lambda p, g, s: (p, s, g), TypeError, r"must return two things"),
    "one number": (lambda p, g, s: (tf.reduce_sum(p), s), ValueError, r"params of shape \(\) for params of shape \(1"),
    "a column": (lambda p, g, s: (p[:, :1], s), ValueError, r"params of shape \(1, 1\) for params of shape \(1, 2\)"),
    "no state": (lambda p, g, s: (p, ()), TypeError, r"must return a state like the one init returned"),
    "a bare state": (lambda p, g, s: (p, g), TypeError, r"must return a state like the one init returned"),
    "another state": (lambda p, g, s: (p, Adam.State(g, g, 1.0)), TypeError, r"must return a state like"),
    "a larger state": (
        lambda p, g, s: (p, type(s)(g)),
        ValueError,
        r"a state of shape \(1, 2\) where init returned shape \(\).*tf\.zeros_like\(params\)",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_rule_that_returns_something_wrong_is_told_what(name):
    returned, error, message = WRONG[name]

    @dataclass(frozen=True)
    class Mistaken(Optimizer):
        class State(NamedTuple):
            v: tf.Tensor

        def init(self, params):
            return self.State(tf.zeros((), tf.float64))

        def update(self, params, g, state):
            return returned(params, g, state)

    with pytest.raises(error, match=rf"Mistaken\.update.*{message}"):
        train(Mistaken(), ParabolaFit())


def test_an_error_inside_a_rule_is_the_learners_own():
    @dataclass(frozen=True)
    class Broken(SGD):
        def update(self, params, g, state):
            raise ZeroDivisionError("in my rule")

    with pytest.raises(ZeroDivisionError, match="in my rule"):
        train(Broken(), ParabolaFit())


def test_a_shaken_start_moves_by_1e_13_of_itself_and_equal_starts_stay_equal():
    starts = np.array([[2.0, -3.0, 0.0], [2.0, -3.0, 1.0]])
    one, same, other = (shaken(starts, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    np.testing.assert_array_equal(one[0, :2], one[1, :2])
    assert one[0, 2] == 0
    assert (one[:, :2] != starts[:, :2]).all()
    assert (one != other)[:, :2].all()
    np.testing.assert_allclose(one, starts, rtol=1.01e-13)
