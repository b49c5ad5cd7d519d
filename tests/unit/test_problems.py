"""The problems: the facts the lessons rely on, gradients against finite differences, and clear errors."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
import tensorflow as tf

from optlearn import problems
from optlearn.optimizers import SGD, Adagrad, Adam, RMSprop
from optlearn.problems import (
    Beale,
    ChangingSteepness,
    Himmelblau,
    IllConditionedMatrix,
    MatrixRecovery,
    NoisyParabolaFit,
    OnlineReddi,
    ParabolaFit,
    Problem,
    RareSpikes,
    Rastrigin,
    Ravine,
    Saddle,
    SparseFeatures,
    SparseLogistic,
    TwoLayers,
    TwoScales,
)
from optlearn.problems.digits import handwritten_digits
from optlearn.problems.moons import two_moons
from optlearn.training import train

LANDSCAPES = [
    *(kind() for kind in problems.ALL),
    Ravine(condition_number=200.0, rotation=30.0),
    NoisyParabolaFit(batch_size=7, replacement=True, seed=3),
    SparseFeatures(batch_size=1, seed=2),
    TwoScales(ratio=7.0, seed=1),
]
EVERY = [
    *LANDSCAPES,
    *(kind() for kind in problems.MORE),
    OnlineReddi(slope=10.0),
    SparseLogistic(seed=1),
    MatrixRecovery(roughness=0.4, seed=2),
    IllConditionedMatrix(condition_number=3.0, seed=1),
]
EACH = pytest.mark.parametrize("problem", EVERY, ids=repr)
EACH_LANDSCAPE = pytest.mark.parametrize("problem", LANDSCAPES, ids=repr)
DIVISORS = [1, 4, 10, 25, 100]
STEPS = [None, 3, 99, 250]  # without noise, an ordinary step, one with a spike, one after a change


def points_in(problem: Problem, count: int = 8) -> np.ndarray:
    """Points all over the picture, the same in every run of the tests."""
    return np.random.default_rng(1).uniform(*np.moveaxis(problem.bounds, -1, 0), (count, *problem.shape))


def units(problem: Problem) -> np.ndarray:
    """For each parameter, row by row, a point with a 1 there and 0 elsewhere: shape (n, *shape)."""
    return np.eye(math.prod(problem.shape)).reshape(-1, *problem.shape)


# The parabola fit of the first lessons


def test_parabola_fit_has_100_points_of_the_parabola():
    problem = ParabolaFit()
    np.testing.assert_allclose(problem.x, np.linspace(-3.0, 6.9, 100), atol=1e-14)
    np.testing.assert_allclose(problem.y, problem.x**2 / 2 - 2 * problem.x + 1 / 2)


def test_parabola_fit_predicts_from_the_features_x_squared_and_x():
    x = np.array([-1.0, 0.0, 3.0])
    np.testing.assert_array_equal(ParabolaFit().predict(np.array([1.0, 0.0]), x), x**2)
    np.testing.assert_array_equal(ParabolaFit().predict(np.array([0.0, 1.0]), x), x)
    many = ParabolaFit().predict(np.array([[2.0, 1.0], [0.5, -2.0]]), x)
    np.testing.assert_array_equal(many, [[1, 0, 21], [2.5, 0, -1.5]])


def test_parabola_fit_loss_is_the_mean_squared_error():
    problem = ParabolaFit()
    error = -2 * problem.x**2 + 2 * problem.x - problem.y
    assert float(problem.loss(np.array((-2.0, 2.0)))) == pytest.approx(np.mean(error**2), rel=1e-14)


def test_the_three_equations_of_the_parabola_fit_have_the_sum_of_squares_of_all_hundred():
    problem = ParabolaFit()
    assert problem.triangle.shape == (3, 3)
    for point in points_in(problem):
        errors = point @ np.stack([problem.x**2, problem.x]) - problem.y
        assert float(problem.loss(point)) == pytest.approx(np.mean(errors**2), rel=1e-13)
        slopes = [np.mean(2 * errors * problem.x**2), np.mean(2 * errors * problem.x)]
        np.testing.assert_allclose(problem.gradient(point), slopes, rtol=1e-12)


def test_parabola_fit_is_best_at_a_point_that_is_not_the_true_parabola():
    problem = ParabolaFit()
    best = np.array(problem.minima[0])
    np.testing.assert_allclose(best, (0.522340, -2.023041), atol=5e-7)
    assert float(problem.loss(best)) == pytest.approx(0.136918, abs=5e-7)
    assert float(problem.loss(np.array((0.5, -2.0)))) > float(problem.loss(best)) + 0.1


@pytest.mark.parametrize("point", [(-2.0, 2.0), (0.0, 0.0), (3.0, -5.0)])
def test_parabola_fit_bends_the_same_everywhere(point):
    low, high = np.linalg.eigvalsh(ParabolaFit().hessian(point))
    assert low == pytest.approx(4.98173, abs=5e-6)
    assert high == pytest.approx(678.335, abs=5e-4)
    assert high / low == pytest.approx(136.2, abs=0.05)
    assert 2 / high == pytest.approx(0.00294840, abs=5e-9)


def test_gradient_descent_on_the_parabola_fit_diverges_just_above_two_over_the_largest_eigenvalue():
    problem, limit = ParabolaFit(), 0.00294840
    below, above = (train(SGD(share * limit), problem, steps=6000) for share in (0.999, 1.001))
    assert below.diverged_at is None
    np.testing.assert_allclose(below.params[-1], problem.minima[0], atol=1e-3)
    assert above.diverged_at is not None


# Every problem


@EACH
def test_the_gradient_by_tape_is_the_one_by_finite_differences(problem):
    h = 1e-5 * units(problem)
    for step in STEPS:
        for point in [np.array(problem.start), *points_in(problem)]:
            differences = (problem.loss(point + h, step) - problem.loss(point - h, step)) / 2e-5
            rounding = 1e-10 * abs(float(problem.loss(point, step)))
            gradient = problem.gradient(point, step)
            assert gradient.shape == problem.shape
            np.testing.assert_allclose(np.ravel(gradient), differences, rtol=1e-6, atol=1e-6 + rounding)


@EACH_LANDSCAPE
def test_the_gradient_is_zero_and_the_loss_smallest_at_each_listed_minimum(problem):
    _, _, landscape = problem.grid(101)
    for minimum in map(np.array, problem.minima):
        np.testing.assert_allclose(problem.gradient(minimum), 0, atol=1e-10)
        assert float(problem.loss(minimum)) <= landscape.min() + 1e-12
        assert np.linalg.eigvalsh(problem.hessian(minimum)).min() > 0
        for away in 0.01 * np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1)]):
            assert float(problem.loss(minimum + away)) > float(problem.loss(minimum))


def test_minima_are_listed_where_they_are_known_and_there_are_not_too_many():
    assert {type(problem) for problem in EVERY if not problem.minima} == {Saddle, SparseLogistic, TwoLayers}
    assert len(set(Himmelblau.minima)) == 4


@EACH
def test_losses_and_gradients_of_many_points_are_those_of_each(problem):
    points = points_in(problem, 6).reshape(2, 3, *problem.shape)
    for step in STEPS:
        loss, gradient = problem.loss_and_gradient(points, step)
        assert loss.shape == (2, 3)
        assert gradient.shape == points.shape
        for place in np.ndindex(2, 3):
            np.testing.assert_allclose(loss[place], problem.loss(points[place], step), rtol=1e-13, atol=1e-13)
            np.testing.assert_allclose(gradient[place], problem.gradient(points[place], step), rtol=1e-11, atol=1e-12)


@EACH
def test_a_problem_starts_and_has_its_minima_inside_its_picture(problem):
    low, high = np.moveaxis(problem.bounds, -1, 0)
    edge = 0 if isinstance(problem, OnlineReddi) else 1e-9  # its best point is at the edge of what is allowed
    for point in (problem.start, *problem.minima):
        assert np.all((low + edge <= point) & (point <= high - edge))
    assert len(problem.parameter_names) == len(set(problem.parameter_names)) == math.prod(problem.shape)
    assert problem.formula
    assert problem.name == type(problem).__name__


@EACH
def test_the_hessian_is_the_slope_of_the_gradient(problem):
    point, h = points_in(problem)[0], 1e-5 * units(problem)
    slopes = np.reshape((problem.gradient(point + h) - problem.gradient(point - h)) / 2e-5, (len(h), -1))
    hessian = problem.hessian(point)
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(hessian, slopes, rtol=1e-5, atol=1e-4)


def test_the_hessian_of_a_plane_is_zero():
    plane = Problem.from_function(lambda x, y: 2 * x - y, start=(0, 0), bounds=[(-1, 1), (-1, 1)])
    np.testing.assert_array_equal(plane.hessian((0.5, 0.5)), np.zeros((2, 2)))


def test_the_grid_holds_the_loss_with_a_row_for_each_y_and_a_column_for_each_x():
    x, y, loss = Beale().grid(75)
    assert (x[0], x[-1], y[0], y[-1]) == (-4.5, 4.5, -4.5, 4.5)
    assert loss.shape == (75, 75)
    for row, column in [(0, 0), (3, 70), (40, 12), (74, 74)]:
        assert loss[row, column] == pytest.approx(float(Beale().loss((x[column], y[row]))), rel=1e-13)


def test_a_landscape_needs_two_parameters():
    line = Problem.from_function(lambda x: x**2, start=(1,), bounds=[(-2, 2)])
    with pytest.raises(ValueError, match=r"has 1 parameters: a landscape needs two"):
        line.grid()
    with pytest.raises(ValueError, match=r"SparseLogistic has 12 parameters: a landscape needs two"):
        SparseLogistic().grid()
    with pytest.raises(ValueError, match=r"MatrixRecovery has a matrix of 6 x 4 parameters: a landscape needs two"):
        MatrixRecovery().grid()


def test_all_have_a_landscape_and_what_has_none_is_among_more():
    assert {kind().shape for kind in problems.ALL} == {(2,)}
    assert not set(problems.ALL) & set(problems.MORE)
    for kind in problems.MORE:
        with pytest.raises(ValueError, match="a landscape needs two parameters in a vector"):
            kind().grid()


# Mini-batches


def test_one_seed_gives_the_same_batches_and_another_seed_others():
    first, again, other = (NoisyParabolaFit(seed=seed).batches for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize("batch_size", DIVISORS)
def test_each_epoch_sees_every_point_once_in_an_order_of_its_own(batch_size):
    epochs = NoisyParabolaFit(batch_size=batch_size).batches.reshape(-1, 100)
    np.testing.assert_array_equal(np.sort(epochs, axis=1), np.tile(np.arange(100), (len(epochs), 1)))
    assert (epochs[0] != epochs[1]).any()


def test_a_batch_size_that_does_not_divide_100_leaves_some_points_out_of_an_epoch_but_sees_none_twice():
    epochs = NoisyParabolaFit(batch_size=7).batches.reshape(-1, 98)
    assert all(len(set(epoch)) == 98 for epoch in epochs)


def test_with_replacement_an_epoch_sees_some_points_twice_and_all_points_equally_often_in_the_long_run():
    batches = NoisyParabolaFit(replacement=True).batches
    epochs = batches.reshape(-1, 100)
    assert all(len(set(epoch)) < 100 for epoch in epochs)
    counts = np.bincount(batches.ravel(), minlength=100)
    assert counts.shape == (100,)
    assert np.abs(counts / len(epochs) - 1).max() < 0.25  # five standard deviations


def test_each_step_has_the_loss_of_its_own_batch_and_the_table_is_used_over_again():
    problem, point = NoisyParabolaFit(batch_size=4, seed=2), np.array((1.0, -1.0))
    for step in (0, 1, 30):
        x, y = problem.x[problem.batches[step]], problem.y[problem.batches[step]]
        expected = np.mean((x**2 - x - y) ** 2)
        assert float(problem.loss(point, step)) == pytest.approx(expected, rel=1e-13)
        assert float(problem.loss(point, step + len(problem.batches))) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("problem", [NoisyParabolaFit(), NoisyParabolaFit(batch_size=3, replacement=True)], ids=repr)
def test_without_a_step_the_loss_is_that_of_all_points(problem):
    for point in points_in(problem):
        np.testing.assert_array_equal(problem.loss(point), ParabolaFit().loss(point))
        assert float(problem.loss(point, 0)) != float(problem.loss(point))


@pytest.mark.parametrize("batch_size", DIVISORS)
def test_the_mean_over_an_epoch_is_the_loss_of_all_points(batch_size):
    problem, steps = NoisyParabolaFit(batch_size=batch_size), 100 // batch_size
    for point in points_in(problem, 2):
        losses, gradients = zip(
            *(problem.loss_and_gradient(point, step) for step in range(steps, 2 * steps)), strict=True
        )
        np.testing.assert_allclose(np.mean(losses), problem.loss(point), rtol=1e-12)
        np.testing.assert_allclose(np.mean(gradients, axis=0), problem.gradient(point), rtol=1e-11)


@pytest.mark.parametrize("batch_size", [0, 101, -1, 2.5, "a", None, True])
def test_a_bad_batch_size_is_told_what_is_allowed(batch_size):
    with pytest.raises(ValueError, match=r"batch_size must be a whole number from 1 to 100") as error:
        NoisyParabolaFit(batch_size=batch_size)
    assert f"NoisyParabolaFit(batch_size={batch_size!r})" in str(error.value)


# Surfaces


@pytest.mark.parametrize("rotation", [0.0, 30.0, 45.0, 77.0, 90.0])
@pytest.mark.parametrize("kappa", [1.0, 30.0, 1000.0])
def test_a_ravine_bends_by_1_and_by_one_over_its_condition_number_however_it_is_turned(kappa, rotation):
    λ, axes = np.linalg.eigh(Ravine(condition_number=kappa, rotation=rotation).hessian((0.3, -0.7)))
    np.testing.assert_allclose(λ, [1 / kappa, 1], rtol=1e-10)
    if kappa > 1:
        along = np.cos(np.radians(rotation)), np.sin(np.radians(rotation))
        assert abs(axes[:, 0] @ along) == pytest.approx(1, rel=1e-12)


def test_a_saddle_is_flat_at_the_origin_and_goes_up_one_way_and_down_the_other():
    np.testing.assert_array_equal(Saddle().gradient((0.0, 0.0)), (0, 0))
    np.testing.assert_allclose(np.linalg.eigvalsh(Saddle().hessian((0.0, 0.0))), (-2, 2))
    assert Saddle().minima == ()


def test_rastrigin_has_a_dent_near_every_whole_number():
    x = np.arange(-4, 5) * 0.995  # a little nearer to the origin than the whole number
    sides = [Rastrigin().loss(np.stack([x + shift, 0 * x], axis=-1)) for shift in (-0.2, 0, 0.2)]
    assert np.all((sides[1] < sides[0]) & (sides[1] < sides[2]))


# Features


def test_the_sparse_feature_is_seen_50_times_less_often_and_its_parameter_stands_still_until_then():
    problem = SparseFeatures()
    assert (np.count_nonzero(problem.x, axis=0) == (100, 2)).all()
    np.testing.assert_allclose(np.linalg.eigvalsh(problem.hessian(problem.start)), (2 / 50, 2), rtol=1e-12)
    seen = problem.x[problem.batches[:100], 1].any(axis=1)
    gradients = [problem.gradient(problem.start, step).numpy() for step in range(100)]
    np.testing.assert_array_equal(np.transpose(gradients) != 0, [np.ones(100), seen])
    assert 10 <= seen.sum() <= 20  # two points in each of ten epochs


@pytest.mark.parametrize("step", [0, 7, 1234])
def test_the_gradient_of_sparse_features_is_that_of_least_squares_on_the_batch(step):
    problem, point = SparseFeatures(batch_size=5, seed=3), np.array((0.4, -1.3))
    x, y = (table[problem.batches[step]] for table in (problem.x, problem.y))
    np.testing.assert_allclose(problem.gradient(point, step), 2 * x.T @ (x @ point - y) / 5, rtol=1e-12)


def test_adagrad_moves_the_dense_and_the_sparse_parameter_equally_far_when_it_first_meets_each():
    problem = SparseFeatures()
    run = train(Adagrad(0.3, initial_accumulator_value=0.0, epsilon=1e-30), problem, steps=50)
    first = np.flatnonzero(run.gradient[:, 1])[0]
    moved = np.abs(np.diff(run.params, axis=0))
    assert first > 0
    assert (moved[0, 0], moved[first, 1]) == pytest.approx((0.3, 0.3), rel=1e-12)


@pytest.mark.parametrize(
    ("problem", "steps"),
    [(SparseFeatures(), 10), (SparseFeatures(batch_size=1), 100), (SparseLogistic(), 60)],
    ids=repr,
)
def test_an_epoch_of_steps_has_the_loss_of_all_points_as_its_mean(problem, steps):
    for point in points_in(problem, 2):
        each = [problem.loss_and_gradient(point, step) for step in range(steps, 2 * steps)]
        losses, gradients = zip(*each, strict=True)
        np.testing.assert_allclose(np.mean(losses), problem.loss(point), rtol=1e-12)
        np.testing.assert_allclose(np.mean(gradients, axis=0), problem.gradient(point), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("kind", [SparseFeatures, SparseLogistic, TwoScales])
def test_one_seed_gives_the_same_noise_and_another_seed_another(kind):
    first, again, other = (
        [float(kind(seed=seed).loss(np.array(kind.start) + 1, step)) for step in range(20)] for seed in (4, 4, 5)
    )
    assert first == again
    assert len(set(first)) > 1
    assert first != other


@pytest.mark.parametrize("point", [(3.0, 3.0), (-0.5, 1.7)])
def test_two_scales_has_one_bowl_and_one_noise_for_both_the_second_divided_by_the_ratio(point):
    problem, (x, y) = TwoScales(ratio=50.0, seed=3), point
    for step in (0, 1, 17):
        ξ = problem.noise[step]
        np.testing.assert_allclose(problem.gradient(point, step), (x - 2 - ξ, (y - 2 - ξ) / 50), rtol=1e-13)
        np.testing.assert_array_equal(problem.gradient(point, step), problem.gradient(point, step + len(problem.noise)))
    np.testing.assert_allclose(problem.gradient(point), (x - 2, (y - 2) / 50), rtol=1e-13)
    assert abs(problem.noise.mean()) < 4 / np.sqrt(len(problem.noise))
    assert problem.noise.std() == pytest.approx(1, abs=0.05)


def test_adam_stays_on_the_diagonal_of_two_scales_and_gradient_descent_does_not():
    adam = train(Adam(0.02, epsilon=1e-30), TwoScales(ratio=1000.0), steps=300).params
    np.testing.assert_allclose(adam[:, 0], adam[:, 1], rtol=1e-10)
    assert abs(adam[-1, 0] - 2) < 0.3
    descent = train(SGD(0.1), TwoScales(ratio=1000.0), steps=300).params
    assert abs(descent[-1, 1] - 3) < 0.1
    assert abs(descent[-1, 0] - 2) < 0.5


def test_the_last_nine_features_of_the_sparse_table_say_nothing_and_the_first_three_something():
    problem = SparseLogistic()
    x, y = problem.points
    np.testing.assert_array_equal(x[30:], x[:30] * ([1] * 3 + [-1] * 9))
    np.testing.assert_array_equal(y[30:], y[:30])
    assert set(y) == {-1, 1}
    w = np.zeros(12)
    for _ in range(20):  # Newton's method
        w -= np.linalg.solve(problem.hessian(w), problem.gradient(w))
    np.testing.assert_allclose(problem.gradient(w), 0, atol=1e-14)
    np.testing.assert_allclose(w[3:], 0, atol=1e-12)
    assert (np.sign(w[:3]) == (1, -1, 1)).all()
    assert np.abs(w[:3]).min() > 1


@pytest.mark.parametrize("step", [0, 5, 61])
def test_the_gradient_of_a_step_of_sparse_logistic_is_that_of_one_point(step):
    problem, w = SparseLogistic(seed=2), np.linspace(-1, 1, 12)
    x, y = (table[problem.order[step]] for table in problem.points)
    np.testing.assert_allclose(problem.gradient(w, step), -y * x / (1 + np.exp(y * (x @ w))), rtol=1e-12)
    assert (problem.order != SparseLogistic(seed=3).order).any()


def test_adagrad_gives_each_of_the_nine_useless_features_some_weight():
    last = train(Adagrad(0.5), SparseLogistic(), steps=300).params[-1]
    assert np.abs(last[3:]).min() > 0
    assert np.abs(last[3:]).max() < np.abs(last[:3]).min()


# Losses that change from step to step


def test_steepness_changes_once():
    problem, point = ChangingSteepness(factor=0.2, change_at=7), np.array((3.0, -1.0))
    for step, factor in [(None, 1), (0, 1), (6, 1), (7, 0.2), (8, 0.2), (10**6, 0.2)]:
        assert float(problem.loss(point, step)) == pytest.approx(5 * factor, rel=1e-14)
        np.testing.assert_allclose(problem.gradient(point, step), factor * point, rtol=1e-14)


def test_after_the_change_rmsprop_recovers_its_rate_and_adagrad_never_does():
    def rates(optimizer):
        run = train(optimizer, ChangingSteepness(), steps=500)
        return np.abs(np.diff(run.params, axis=0) / run.gradient[:-1])

    adagrad = rates(Adagrad(0.05, initial_accumulator_value=0.0))
    assert (np.diff(adagrad, axis=0) <= 1e-9 * adagrad[1:]).all()
    assert (adagrad[499] > 0.999 * adagrad[250]).all()  # and hardly falls either: gradients are small now
    rmsprop = rates(RMSprop(0.005))
    assert (rmsprop[350] > 50 * rmsprop[250]).all()


def test_spikes_come_every_so_many_steps_and_last_for_one():
    problem, point = RareSpikes(spike=30.0, every=4), np.array((2.0, 1.0))
    steep = [np.ravel(problem.gradient(point, step) / point) for step in range(9)]
    np.testing.assert_allclose(steep, np.transpose([[1, 1, 1, 30, 1, 1, 1, 30, 1]] * 2), rtol=1e-14)
    np.testing.assert_allclose(problem.gradient(point), point, rtol=1e-14)
    assert float(problem.loss(point, 3)) == 30 * float(problem.loss(point)) == 75


def test_the_online_slope_is_steep_in_every_third_step_and_leads_down_on_average():
    problem = OnlineReddi(slope=5.0)
    slopes = [problem.gradient((0.3,), step).numpy().item() for step in range(6)]
    assert slopes == [5, -1, -1, 5, -1, -1]
    assert problem.gradient((0.3,)).numpy().item() == pytest.approx(np.mean(slopes))
    np.testing.assert_allclose(problem.loss(np.array([[-1.0], [1.0]])), (-1, 1), rtol=1e-15)


def test_a_step_over_the_edge_is_put_back_to_it():
    points = np.array([[-7.0], [-1.0], [0.5], [1.0], [1.5]])
    np.testing.assert_array_equal(OnlineReddi().project(points), [[-1], [-1], [0.5], [1], [1]])
    for problem in EVERY:
        if not isinstance(problem, OnlineReddi):
            assert problem.project(points) is points


@pytest.mark.parametrize("rate", [0.01, 0.1])
@pytest.mark.parametrize("slope", [2.5, 3.0, 10.0])
def test_adam_goes_to_the_wrong_end_with_the_numbers_of_the_paper_and_to_the_right_one_with_its_own(slope, rate):
    problem = OnlineReddi(slope=slope)
    paper = Adam(rate, beta_1=0.0, beta_2=1 / (1 + slope**2), epsilon=1e-12)
    end = train(paper, problem, steps=500).params[-3:]
    assert end.max() == 1
    assert end.min() > 1 - 1.2 * rate  # it goes on moving, by one step
    assert train(Adam(rate), problem, steps=3000).params[-3:].max() < -0.9


@pytest.mark.parametrize("rate", [0.01, 0.1])
@pytest.mark.parametrize("slope", [2.5, 3.0, 10.0])
def test_with_a_maximum_that_never_forgets_the_same_numbers_go_to_the_right_end(slope, rate):
    """Reddi et al.'s Algorithm 2 at β₁ = 0, in plain arithmetic."""
    gradients = [OnlineReddi(slope=slope).gradient((0.0,), step).numpy().item() for step in range(3)]
    v, largest, path, beta_2 = 0.0, 0.0, [0.0], 1 / (1 + slope**2)
    for step in range(3000):
        g = gradients[step % 3]
        v = beta_2 * v + (1 - beta_2) * g**2
        largest = max(largest, v)
        path.append(min(1.0, max(-1.0, path[-1] - rate * g / np.sqrt(largest))))
    assert min(path[-3:]) == -1
    assert max(path[-3:]) < -0.9


WHOLE = {
    "batch_size": (SparseFeatures, [0, 101, -1, 2.5, "a", None, True], "from 1 to 100"),
    "change_at": (ChangingSteepness, [0, -3, 2.5, None, True], "of at least 1"),
    "every": (RareSpikes, [0, -3, 1e3, "a", False], "of at least 1"),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, (_, bad, _) in WHOLE.items() for value in bad])
def test_a_number_that_must_be_whole_is_told_which_are_allowed(name, value):
    kind, _, allowed = WHOLE[name]
    with pytest.raises(ValueError, match=f"{name} must be a whole number {allowed}") as error:
        kind(**{name: value})
    assert str(error.value).startswith(f"{kind.__name__}({name}={value!r}): ")


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (OnlineReddi, "slope", 1.9),
        (RareSpikes, "spike", 0.5),
        (TwoScales, "ratio", 0.9),
        (ChangingSteepness, "factor", -1),
    ],
    ids=repr,
)
def test_a_number_with_which_a_problem_would_not_show_its_point_is_refused(kind, name, value):
    with pytest.raises(ValueError, match=rf"{kind.__name__}\({name}={value}\): {name} must be a finite number ≥ "):
        kind(**{name: value})


# Matrices


def test_a_problem_has_the_shape_of_its_start_and_a_name_for_each_number():
    assert (ParabolaFit().shape, ParabolaFit().parameter_names) == ((2,), ("a", "b"))
    assert (Saddle().shape, Saddle().parameter_names) == ((2,), ("x", "y"))
    assert SparseLogistic().shape == (12,)
    assert SparseLogistic().parameter_names[::11] == ("w₁", "w₁₂")
    assert MatrixRecovery().shape == (6, 4)
    assert MatrixRecovery().parameter_names[:5] == ("w₁₁", "w₁₂", "w₁₃", "w₁₄", "w₂₁")
    assert TwoLayers().parameter_names[3:5] == ("u₄", "v₁")


def test_names_made_up_for_a_large_matrix_are_all_different():
    @dataclass(frozen=True)
    class Large(Problem):
        start = ((0.0,) * 12,) * 11

    names = Large().parameter_names
    assert len(set(names)) == 132
    assert (names[0], names[-1]) == ("w₁,₁", "w₁₁,₁₂")


def test_the_layers_start_with_norms_of_10_and_a_tenth_and_each_has_the_others_size_in_its_gradient():
    problem = TwoLayers()
    u, v = params = np.array(problem.start)
    np.testing.assert_allclose(np.linalg.norm(params, axis=1), (10, 0.1), rtol=1e-12)
    error = u * v - problem.c
    np.testing.assert_allclose(problem.gradient(params), (error * v, error * u), rtol=1e-13)
    sizes = np.linalg.norm(problem.gradient(params), axis=1)
    assert sizes[1] / sizes[0] == pytest.approx(100)


def test_every_pair_of_layers_with_the_right_products_is_a_minimum():
    problem = TwoLayers()
    for u in (np.array([1.0, 2.0, 3.0, -4.0]), np.full(4, 7.0)):
        best = np.stack([u, problem.c / u])
        assert float(problem.loss(best)) == pytest.approx(0, abs=1e-30)
        np.testing.assert_allclose(problem.gradient(best), 0, atol=1e-14)


def test_a_squared_gradient_of_rank_one_is_said_by_its_rows_and_columns_and_a_rough_one_is_not():
    def factored(squared):
        return np.outer(squared.mean(axis=1), squared.mean(axis=0)) / squared.mean()

    smooth, rough = (MatrixRecovery(roughness=r).gradient(np.zeros((6, 4))).numpy() ** 2 for r in (0.0, 0.3))
    np.testing.assert_allclose(factored(smooth), smooth, rtol=1e-12)
    assert np.abs(factored(rough) / rough - 1).max() > 1


def test_the_gradient_of_a_table_is_its_error_as_often_as_each_entry_is_seen():
    problem, W = MatrixRecovery(roughness=0.5, seed=3), np.linspace(-1, 1, 24).reshape(6, 4)
    table = problem.smooth + 0.5 * problem.rough
    np.testing.assert_allclose(problem.gradient(W), problem.weights * (W - table), rtol=1e-12)
    np.testing.assert_array_equal(problem.minima, [table])
    assert (problem.weights.max(), problem.weights.min()) == pytest.approx((1, 0.02))


@pytest.mark.parametrize("kappa", [1.0, 10.0, 40.0])
def test_the_gradient_through_the_lens_has_singular_values_from_1_to_one_over_kappa_squared(kappa):
    problem = IllConditionedMatrix(condition_number=kappa)
    left, right = problem.directions
    strengths = kappa ** -np.linspace(0, 1, 4)
    A, M, W = np.diag(strengths) @ left, left.T @ right, np.linspace(-1, 1, 24).reshape(4, 6)
    np.testing.assert_allclose(problem.minima, [M])
    assert float(problem.loss(W)) == pytest.approx(np.sum((A @ (W - M)) ** 2) / 2, rel=1e-12)
    np.testing.assert_allclose(problem.gradient(W), A.T @ A @ (W - M), rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(np.linalg.svd(M, compute_uv=False), 1, rtol=1e-12)
    sizes = np.linalg.svd(problem.gradient(np.zeros((4, 6))).numpy(), compute_uv=False)
    np.testing.assert_allclose(sizes, strengths**2, rtol=1e-9)


def test_gradient_descent_finds_one_direction_after_the_other():
    problem = IllConditionedMatrix()
    left, right = problem.directions
    W = train(SGD(1.0), problem, steps=20).params[-1]
    found = np.einsum("kr,rc,kc->k", left, W, right)
    np.testing.assert_allclose(found, 1 - (1 - 100.0 ** -np.linspace(0, 1, 4)) ** 20, rtol=1e-9)


@pytest.mark.parametrize("problem", [MatrixRecovery(roughness=0.3), IllConditionedMatrix()], ids=repr)
def test_the_minimum_of_a_matrix_has_loss_0_and_no_gradient_and_bends_upward(problem):
    (best,) = map(np.array, problem.minima)
    assert float(problem.loss(best)) == pytest.approx(0, abs=1e-30)
    np.testing.assert_allclose(problem.gradient(best), 0, atol=1e-14)
    assert problem.hessian(best).shape == (24, 24)
    assert np.linalg.eigvalsh(problem.hessian(best)).min() > 0


# A learner's own function


def bowl(x, y):
    return x**2 + 10 * y**2


def test_a_function_becomes_a_problem_named_and_lettered_as_the_function_is():
    problem = Problem.from_function(
        bowl, start=(2, 1), bounds=[(-3, 3), (-2, 2)], minima=[(0, 0)], formula="x^2 + 10 y^2"
    )
    assert (problem.name, problem.parameter_names, problem.formula) == ("bowl", ("x", "y"), "x^2 + 10 y^2")
    assert (problem.start, problem.bounds) == ((2.0, 1.0), ((-3.0, 3.0), (-2.0, 2.0)))
    assert problem.minima == ((0.0, 0.0),)
    np.testing.assert_array_equal(problem.loss(np.array([[1.0, 1.0], [2.0, 0.0]])), (11, 4))
    np.testing.assert_array_equal(problem.gradient((1.0, 1.0)), (2, 20))


def test_a_function_without_a_name_is_yours_and_may_have_any_number_of_parameters():
    problem = Problem.from_function(lambda p, q, r: p * q + tf.sin(r), start=(1, 2, 3), bounds=[(-5, 5)] * 3)
    assert problem.name == "your function"
    assert problem.parameter_names == ("p", "q", "r")
    np.testing.assert_allclose(problem.gradient((1.0, 2.0, 3.0)), (2, 1, math.cos(3)), rtol=1e-14)


WRONG = {
    "np.sin": (lambda x, y: np.sin(x) + y, {}, r"could not be computed .* tf\.sin, not np\.sin or math\.sin"),
    "math.sin": (lambda x, y: math.sin(x) + y, {}, r"could not be computed .* tf\.sin, not np\.sin or math\.sin"),
    "start too long": (bowl, {"start": (1, 2, 3)}, r"bowl has 2 parameters \('x', 'y'\).* has 3 numbers"),
    "start too short": (bowl, {"start": (1,)}, r"bowl has 2 parameters .* has 1 numbers"),
    "bounds too few": (bowl, {"bounds": [(-1, 1)]}, r"bowl has 2 parameters .* bounds has 1 pairs"),
    "bounds reversed": (bowl, {"bounds": [(-3, 3), (2, -2)]}, r"low < high, not \(2\.0, -2\.0\)"),
    "bounds no pair": (bowl, {"bounds": [(-3, 3), (-2, 0, 2)]}, r"must be a pair \(low, high\)"),
    "two losses a point": (lambda x, y: tf.stack([x, y]), {}, r"one loss for each point.* shape \(2, 3\)"),
    "one loss for all points": (lambda x, y: tf.reduce_mean(x**2 + y**2), {}, r"one loss for each point.* shape \(\)"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_function_its_start_or_its_bounds_is_said(name):
    function, changed, message = WRONG[name]
    arguments = {"start": (2, 1), "bounds": [(-3, 3), (-2, 2)]} | changed
    with pytest.raises(ValueError, match=message):
        Problem.from_function(function, **arguments)


def test_handwritten_digits_are_those_that_their_source_counts_and_look_like_what_they_are():
    images, digits = handwritten_digits()
    assert images.shape == (1797, 64)
    assert set(np.unique(images)) == set(range(17))
    assert np.bincount(digits).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    middles = np.stack([images[digits == digit].mean(axis=0) for digit in range(10)])
    nearest = np.linalg.norm(images[:, None] - middles, axis=-1).argmin(axis=1)
    assert (nearest == digits).mean() > 0.9
    assert middles[0].reshape(8, 8)[3:5, 3:5].max() < 4 < middles[1].reshape(8, 8)[3:5, 3:5].min()  # a ring, a stroke


def test_two_moons_are_point_reflections_of_each_other_and_no_line_parts_them():
    x, y = two_moons(2000, noise=0.0)
    from_middle = np.linalg.norm(x * (1 - 2 * y[:, None]) + [0.5, 0.25], axis=1)
    np.testing.assert_allclose(from_middle, 1)  # reflected, the lower one lies on the upper
    assert y.mean() == 0.5
    line = np.linalg.lstsq(np.column_stack([x, np.ones(2000)]), 2 * y - 1, rcond=None)[0]
    assert 0.05 < ((np.column_stack([x, np.ones(2000)]) @ line > 0) != (y > 0.5)).mean() < 0.3
