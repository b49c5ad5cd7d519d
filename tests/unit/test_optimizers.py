"""Each rule against numbers by hand, an oracle written apart, and Keras."""

import dataclasses
import inspect
import pathlib

import numpy as np
import pytest
import tensorflow as tf

from optlearn import optimizers
from optlearn.optimizers import SGD, Adagrad, Adam, Momentum, Nesterov, RMSprop
from optlearn.problems import ParabolaFit, Problem
from optlearn.training import sweep, train
from tests.unit.cases import CASES, PROBLEMS, TOLERANCE, all_settings, distance

KINDS = pytest.mark.parametrize("kind", optimizers.ALL, ids=lambda kind: kind.__name__)


def slope_of(gradient, start=(0.0, 0.0)):
    """A plane: its gradient is the same everywhere."""
    p, q = gradient
    return Problem.from_function(lambda x, y: p * x + q * y, start=start, bounds=[(-9, 9), (-9, 9)])


# ---- by hand


THREE_STEPS = {
    # θ from 0 under the constant gradient 2, with η = 0.1 and β = ½ where there is one
    SGD(learning_rate=0.1): [-0.2, -0.4, -0.6],
    Momentum(learning_rate=0.1, momentum=0.5): [
        -0.2,  # v = −0.2
        -0.2 - 0.3,  # v = ½·(−0.2) − 0.2 = −0.3
        -0.5 - 0.35,  # v = ½·(−0.3) − 0.2 = −0.35
    ],
    Nesterov(learning_rate=0.1, momentum=0.5): [
        0.5 * -0.2 - 0.2,  # v = −0.2
        -0.3 + 0.5 * -0.3 - 0.2,  # v = −0.3
        -0.65 + 0.5 * -0.35 - 0.2,  # v = −0.35
    ],
    Adagrad(learning_rate=0.1, initial_accumulator_value=0.5, epsilon=0.0): [
        -0.2 / np.sqrt(4.5),  # a = ½ + 4
        -0.2 / np.sqrt(4.5) - 0.2 / np.sqrt(8.5),
        -0.2 / np.sqrt(4.5) - 0.2 / np.sqrt(8.5) - 0.2 / np.sqrt(12.5),
    ],
    RMSprop(learning_rate=0.1, rho=0.5, epsilon=0.0): [
        -0.2 / np.sqrt(2),  # v = ½·4
        -0.2 / np.sqrt(2) - 0.2 / np.sqrt(3),  # v = ½·2 + 2
        -0.2 / np.sqrt(2) - 0.2 / np.sqrt(3) - 0.2 / np.sqrt(3.5),
    ],
    # m̂ = 2 and v̂ = 4 at every step, since the gradient is constant and the bias is taken out
    Adam(learning_rate=0.1, beta_1=0.5, beta_2=0.5, epsilon=1.0): [-0.2 / 3, -0.4 / 3, -0.6 / 3],
}


@pytest.mark.parametrize("optimizer", THREE_STEPS, ids=lambda optimizer: type(optimizer).__name__)
def test_first_three_steps_by_hand(optimizer):
    run = train(optimizer, slope_of((2.0, -2.0)), steps=3)
    np.testing.assert_allclose(run.params[1:, 0], THREE_STEPS[optimizer], rtol=1e-14)
    np.testing.assert_allclose(run.params[1:, 1], -np.array(THREE_STEPS[optimizer]), rtol=1e-14)


def test_three_steps_by_hand_cover_every_optimizer():
    assert [type(optimizer) for optimizer in THREE_STEPS] == list(optimizers.ALL)


# ---- against the oracle and against Keras


@pytest.mark.parametrize("problem", PROBLEMS)
@KINDS
def test_path_equals_the_oracle_over_200_steps(kind, problem):
    for setting in all_settings(kind.__name__):
        assert distance(kind, kind.__name__, problem, setting) < TOLERANCE, setting


def keras_path(name, setting, problem, steps):
    fixed = dict(CASES[name].keras_fixed)
    optimizer = getattr(tf.keras.optimizers, CASES[name].keras)(**setting, **fixed)
    weights = tf.Variable(problem.start, dtype=tf.float64)
    gradient = tf.function(problem.gradient)
    path = [weights.numpy()]
    for _ in range(steps):
        optimizer.apply([gradient(weights)], [weights])
        path.append(weights.numpy())
    return np.array(path)


@KINDS
def test_path_equals_keras_over_200_steps(kind):
    """To 1e-5: Keras's float64 passes through float32 on its way (the learning rate, the powers of β)."""
    problem = ParabolaFit()
    defaults = getattr(optimizers, kind.__name__)().values
    for setting in [defaults, *(defaults | other for other in CASES[kind.__name__].settings)]:
        if kind is Adam and setting["epsilon"] > 1e-3:
            continue  # there the paper's ε and Keras's are different rules; see the next test
        theirs = keras_path(kind.__name__, setting, problem, 200)
        ours = train(kind(**setting), problem, steps=200).params
        finite = np.isfinite(theirs).all(axis=1) & (np.abs(theirs) < 1e30).all(axis=1)
        np.testing.assert_allclose(ours[finite], theirs[finite], rtol=1e-5, atol=1e-5, err_msg=str(setting))
        assert finite[:5].all()


def test_adam_differs_from_keras_by_the_place_of_epsilon_as_its_docstring_says():
    setting = {"learning_rate": 0.05, "epsilon": 0.3}
    problem = ParabolaFit()
    theirs = keras_path("Adam", setting, problem, 1)[1] - problem.start
    g = problem.gradient(problem.start).numpy()
    beside_the_uncorrected_root = -0.05 * g / (np.abs(g) + 0.3 / np.sqrt(1 - 0.999))
    ours = train(Adam(**setting), problem, steps=1).params[1] - problem.start
    np.testing.assert_allclose(theirs, beside_the_uncorrected_root, rtol=1e-5)
    np.testing.assert_allclose(ours, -0.05 * g / (np.abs(g) + 0.3), rtol=1e-12)


@KINDS
def test_names_and_defaults_are_those_of_keras(kind):
    parameters = inspect.signature(getattr(tf.keras.optimizers, CASES[kind.__name__].keras)).parameters
    for name, value in kind().values.items():
        wanted = 0.9 if name == "momentum" else parameters[name].default
        assert value == wanted, name


# ---- identities


def path(optimizer, **keywords):
    return train(optimizer, ParabolaFit(), steps=50, **keywords).params


@pytest.mark.parametrize("kind", [Momentum, Nesterov])
def test_without_momentum_it_is_gradient_descent(kind):
    ours = path(kind(learning_rate=1e-3, momentum=0))
    np.testing.assert_allclose(ours, path(SGD(learning_rate=1e-3)), rtol=1e-13)


def test_nesterov_is_momentum_with_the_gradient_taken_ahead():
    """The shift identity: the path of Keras's form, less β·v, is the base of Sutskever's."""
    run = train(Nesterov(learning_rate=1e-3, momentum=0.9), ParabolaFit(), steps=50)
    base, velocity, problem = np.array(ParabolaFit().start), np.zeros(2), ParabolaFit()
    for step in range(51):
        np.testing.assert_allclose(run.params[step] - 0.9 * run.state.v[step], base, atol=1e-12)
        velocity = 0.9 * velocity - 1e-3 * problem.gradient(base + 0.9 * velocity).numpy()
        base = base + velocity


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
def test_first_step_of_adam_is_the_learning_rate_whatever_the_gradient_scale(scale):
    run = train(Adam(learning_rate=0.1, epsilon=0.0), slope_of((3 * scale, -0.2 * scale)), steps=1)
    np.testing.assert_allclose(run.params[1], [-0.1, 0.1], rtol=1e-12)


def test_path_of_adam_does_not_change_when_the_loss_is_scaled():
    def bowl(scale):
        def loss(x, y):
            return scale * (x**2 + 30 * y**2)

        return Problem.from_function(loss, start=(2, 1), bounds=[(-3, 3), (-3, 3)])

    once, thousandfold = (train(Adam(0.1, epsilon=0.0), bowl(s), steps=50).params for s in (1.0, 1000.0))
    np.testing.assert_allclose(once, thousandfold, rtol=1e-9)


def test_uncorrected_adam_would_step_3_4_and_6_times_too_far():
    """The table of FACTS that the docstring's correction is about: √(1 − β₂ᵗ)/(1 − β₁ᵗ) at t = 1, 2, 10."""
    run = train(Adam(learning_rate=1.0, epsilon=0.0), slope_of((1.0, 1.0)), steps=10)
    uncorrected = run.state.m[1:, 0] / np.sqrt(run.state.v[1:, 0])
    np.testing.assert_allclose(uncorrected[[0, 1, 9]], [3.16, 4.25, 6.53], atol=0.01)


@pytest.mark.parametrize("gradient", [0.01, 1.0, 300.0])
def test_first_step_of_adagrad_from_an_empty_accumulator_is_the_learning_rate(gradient):
    run = train(Adagrad(0.5, initial_accumulator_value=0, epsilon=0.0), slope_of((gradient, -gradient)), steps=1)
    np.testing.assert_allclose(run.params[1], [-0.5, 0.5], rtol=1e-12)


def test_rate_of_adagrad_never_rises():
    run = train(Adagrad(learning_rate=0.5), ParabolaFit(), steps=300)
    assert (np.diff(run.state.a, axis=0) >= 0).all()


@pytest.mark.parametrize("rho", [0.5, 0.9, 0.99])
def test_first_step_of_rmsprop_is_the_learning_rate_over_the_root_of_one_minus_rho(rho):
    run = train(RMSprop(0.01, rho=rho, epsilon=0.0), slope_of((7.0, -7.0)), steps=1)
    np.testing.assert_allclose(run.params[1], np.array([-0.01, 0.01]) / np.sqrt(1 - rho), rtol=1e-12)


@KINDS
def test_a_sweep_makes_the_same_runs_as_training_one_by_one(kind):
    values = [1e-4, 3e-4, 1e-3]
    runs = sweep(kind(), ParabolaFit(), steps=100, learning_rate=values)
    for index, value in enumerate(values):
        alone = train(kind(learning_rate=value), ParabolaFit(), steps=100)
        np.testing.assert_allclose(runs.params[index], alone.params, rtol=1e-12)


# ---- what a reader of the file relies on


@KINDS
def test_the_file_is_named_like_the_class_and_says_formula_paper_and_differences(kind):
    assert pathlib.Path(inspect.getfile(kind)).stem == kind.__name__.lower()
    idea, formula, sources = inspect.cleandoc(kind.__doc__).split("\n\n")
    assert idea.count("\n") <= 1
    assert all("←" in line or " = " in line for line in formula.splitlines())
    assert "Paper: " in sources
    assert "Differs from: " in sources


@KINDS
def test_it_is_frozen_and_its_state_a_named_tuple_of_tensors(kind):
    optimizer = kind()
    with pytest.raises(dataclasses.FrozenInstanceError):
        optimizer.learning_rate = 1.0
    state = optimizer.init(tf.zeros((3, 2), tf.float64))
    assert isinstance(state, kind.State)
    assert isinstance(state, tuple)
    assert all(tf.is_tensor(leaf) and leaf.dtype == tf.float64 for leaf in state)


@KINDS
def test_update_is_pure(kind):
    optimizer, params, g = kind(), tf.constant([[1.0, 2.0]], tf.float64), tf.constant([[3.0, -1.0]], tf.float64)
    state = optimizer.init(params)
    first, second = (optimizer.update(params, g, state) for _ in range(2))
    tf.nest.map_structure(np.testing.assert_array_equal, first, second)


@KINDS
def test_every_number_has_a_symbol_and_a_slider(kind):
    for name, about in kind.hypers().items():
        assert about.symbol != name
        assert about.low < about.high
        assert about.allows(kind().values[name])
