"""The problems: the facts the lessons rely on, gradients against finite differences, and clear errors."""

import math

import numpy as np
import pytest
import tensorflow as tf

from optlearn import problems
from optlearn.optimizers import SGD
from optlearn.problems import Beale, Himmelblau, NoisyParabolaFit, ParabolaFit, Problem, Rastrigin, Ravine, Saddle
from optlearn.training import train

EVERY = [
    *(kind() for kind in problems.ALL),
    Ravine(condition_number=200.0, rotation=30.0),
    NoisyParabolaFit(batch_size=7, replacement=True, seed=3),
]
EACH = pytest.mark.parametrize("problem", EVERY, ids=repr)
DIVISORS = [1, 4, 10, 25, 100]


def points_in(problem: Problem, count: int = 8) -> np.ndarray:
    """Points all over the picture, the same in every run of the tests."""
    return np.random.default_rng(1).uniform(*np.transpose(problem.bounds), (count, len(problem.bounds)))


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
    h = 1e-5
    for step in (None, 3):
        for point in [np.array(problem.start), *points_in(problem)]:
            sides = [(point + h * e, point - h * e) for e in np.eye(len(point))]
            differences = [float(problem.loss(up, step) - problem.loss(down, step)) / (2 * h) for up, down in sides]
            rounding = 1e-10 * abs(float(problem.loss(point, step)))
            np.testing.assert_allclose(problem.gradient(point, step), differences, rtol=1e-6, atol=1e-6 + rounding)


@EACH
def test_the_gradient_is_zero_and_the_loss_smallest_at_each_listed_minimum(problem):
    _, _, landscape = problem.grid(101)
    for minimum in map(np.array, problem.minima):
        np.testing.assert_allclose(problem.gradient(minimum), 0, atol=1e-10)
        assert float(problem.loss(minimum)) <= landscape.min() + 1e-12
        assert np.linalg.eigvalsh(problem.hessian(minimum)).min() > 0
        for away in 0.01 * np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1)]):
            assert float(problem.loss(minimum + away)) > float(problem.loss(minimum))


def test_minima_are_listed_for_all_but_the_saddle():
    assert {type(problem) for problem in EVERY if not problem.minima} == {Saddle}
    assert len(set(Himmelblau.minima)) == 4


@EACH
def test_losses_and_gradients_of_many_points_are_those_of_each(problem):
    points = points_in(problem, 6).reshape(2, 3, -1)
    for step in (None, 2):
        loss, gradient = problem.loss_and_gradient(points, step)
        assert loss.shape == (2, 3)
        assert gradient.shape == points.shape
        for place in np.ndindex(2, 3):
            np.testing.assert_allclose(loss[place], problem.loss(points[place], step), rtol=1e-13)
            np.testing.assert_allclose(gradient[place], problem.gradient(points[place], step), rtol=1e-11, atol=1e-12)


@EACH
def test_a_problem_starts_and_has_its_minima_inside_its_picture(problem):
    low, high = np.transpose(problem.bounds)
    for point in (problem.start, *problem.minima):
        assert np.all((low < point) & (point < high))
    assert len(problem.parameter_names) == len(problem.start) == len(problem.bounds)
    assert problem.formula
    assert problem.name == type(problem).__name__


@EACH
def test_the_hessian_is_the_slope_of_the_gradient(problem):
    h = 1e-5
    point = points_in(problem)[0]
    slopes = [(problem.gradient(point + h * e) - problem.gradient(point - h * e)) / (2 * h) for e in np.eye(len(point))]
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
