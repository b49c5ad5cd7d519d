"""Each rule against numbers by hand, an oracle written apart, and Keras."""

import dataclasses
import inspect
import pathlib

import numpy as np
import pytest
import tensorflow as tf

from optlearn import optimizers
from optlearn.agreement import SHAKE, compare, distances, shaken
from optlearn.loop import run_all
from optlearn.optimizers import (
    SGD,
    Adadelta,
    Adafactor,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    AMSGrad,
    Ftrl,
    Lamb,
    Lion,
    Momentum,
    Muon,
    Nadam,
    Nesterov,
    RMSprop,
    RMSpropMomentum,
    ScheduleFreeAdamW,
)
from optlearn.optimizers.muon import orthogonal
from optlearn.problems import ParabolaFit, Problem
from optlearn.training import sweep, train
from tests.unit.cases import (
    MATRICES,
    PROBLEMS,
    agreement,
    matrix_path,
    matrix_settings,
    oracle_of,
    settings_of,
    twin,
)
from tests.unit.innumpy import in_numpy

pytestmark = pytest.mark.usefixtures("without_xla")
KINDS = pytest.mark.parametrize("kind", optimizers.RULES, ids=lambda kind: kind.__name__)


def slope_of(gradient, start=(0.0, 0.0)):
    """A plane: its gradient is the same everywhere."""
    p, q = gradient
    return Problem.from_function(lambda x, y: p * x + q * y, start=start, bounds=[(-9, 9), (-9, 9)])


# ---- by hand


@KINDS
def test_first_three_steps_by_hand(kind):
    numbers, steps = oracle_of(kind).THREE_STEPS
    run = train(kind(**numbers), slope_of((2.0, -2.0)), steps=3)
    np.testing.assert_allclose(run.params[1:, 0], steps, rtol=1e-14)
    np.testing.assert_allclose(run.params[1:, 1], -np.array(steps), rtol=1e-14)


# ---- against the oracle and against Keras


@pytest.mark.parametrize("problem", PROBLEMS)
@KINDS
def test_path_equals_the_oracle_over_200_steps(kind, problem):
    """To 1e-12 for as long as a start 1e-15 beside makes no difference; and that is long, with one setting at least."""
    found = {str(setting): agreement(kind, problem, setting) for setting in settings_of(kind)}
    for setting, each in found.items():
        assert each.agrees, f"{setting}: {each}"
    assert max(each.calm for each in found.values()) >= 25, "no setting is calm enough to be compared"


def keras_path(kind, setting, problem, steps):
    optimizer = twin(kind, setting)
    weights = tf.Variable(problem.start, dtype=tf.float64)
    optimizer.build([weights])
    step = tf.function(lambda: optimizer.apply([problem.gradient(weights)], [weights]), autograph=False)
    path = [weights.numpy()]
    for _ in range(steps):
        step()
        path.append(weights.numpy())
    return np.array(path)


@pytest.mark.parametrize("kind", [kind for kind in optimizers.ALL if not kind.facts.keras.fault])
def test_path_equals_keras_over_200_steps(kind):
    """To 1e-5: Keras's float64 passes through float32 on its way (the learning rate, the powers of β)."""
    problem, compared = ParabolaFit(), 0
    starts = np.stack([problem.start, *shaken(problem.start, by=1e-8)])
    for setting in settings_of(kind):
        if kind.facts.keras.epsilon and setting["epsilon"] > 1e-3:
            continue  # there the paper's ε and Keras's are different rules
        ours, *beside = run_all(kind(**setting), problem, 200, starts, {})["params"]
        found = compare(ours, keras_path(kind, setting, problem, 200), np.array(beside), tolerance=1e-5)
        assert found.agrees, f"{setting}: {found}"
        compared += found.calm
    assert compared >= 100


def test_schedule_free_adamw_of_keras_misses_its_own_formula_and_ours_has_it():
    """On TensorFlow Keras reads z after it was overwritten: x is taken from the new z, and so is wrong."""
    problem, setting = ParabolaFit(), ScheduleFreeAdamW(learning_rate=0.05).values
    theirs = keras_path(ScheduleFreeAdamW, setting, problem, 20)
    ours = train(ScheduleFreeAdamW(**setting), problem, steps=20)
    assert np.abs(theirs - ours.params).max() > 0.01
    np.testing.assert_allclose(theirs[1], ours.params[1], rtol=1e-6)  # the first step is the same
    beta = setting["beta_1"]
    y, z, v, slipped = np.array(problem.start), np.array(problem.start), np.zeros(2), []
    for t in range(1, 21):
        g = problem.gradient(y).numpy()
        v = 0.999 * v + 0.001 * g**2
        z = z - 0.05 * g / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        x = (y - (1 - beta) * z) / beta  # the slip: it should be the z of before
        y = (1 - beta) * z + beta * ((1 - 1 / t) * x + z / t)
        slipped.append(y)
    np.testing.assert_allclose(theirs[1:], slipped, rtol=1e-5)


@pytest.mark.parametrize("kind", [kind for kind in optimizers.ALL if kind.facts.keras.epsilon])
def test_the_place_of_epsilon_differs_from_keras_as_the_docstring_says(kind):
    setting = {**kind().values, "learning_rate": 0.05, "epsilon": 0.3}
    problem = ParabolaFit()
    shrunk = np.array(problem.start) * (1 - 0.05 * setting.get("weight_decay", 0.0))
    theirs = keras_path(kind, setting, problem, 1)[1] - shrunk
    g = problem.gradient(problem.start).numpy()
    beside_the_uncorrected_root = -0.05 * g / (np.abs(g) + 0.3 / np.sqrt(1 - 0.999))
    ours = train(kind(**setting), problem, steps=1).params[1] - shrunk
    np.testing.assert_allclose(theirs, beside_the_uncorrected_root, rtol=1e-5)
    np.testing.assert_allclose(ours, -0.05 * g / (np.abs(g) + 0.3), rtol=1e-12)


@pytest.mark.parametrize("kind", optimizers.ALL)
def test_names_and_defaults_are_those_of_keras(kind):
    parameters = inspect.signature(getattr(tf.keras.optimizers, kind.facts.keras.name)).parameters
    for name, value in kind().values.items():
        wanted = parameters[name].default or (0.9 if name == "momentum" else 0.0)  # Keras has momentum switched off
        assert value == wanted, name


def test_every_optimizer_of_keras_is_here():
    ours = {kind.facts.keras.name for kind in optimizers.ALL}
    theirs = {
        name
        for name, kind in vars(tf.keras.optimizers).items()
        if isinstance(kind, type) and issubclass(kind, tf.keras.optimizers.Optimizer)
    }
    assert theirs - ours <= {"Optimizer", "LossScaleOptimizer", "MultiOptimizer"}  # the base, and two wrappers


# ---- what the class says of itself


@KINDS
def test_a_rule_sees_of_a_matrix_what_its_class_says(kind):
    """Rules that see entries do with a matrix what they do with its entries in a row; the others do not."""
    gradients, start = MATRICES["tall"], 0.5 * MATRICES["tall"][0] + 1
    whole = matrix_path(kind(learning_rate=0.1), gradients, start)
    flat = matrix_path(kind(learning_rate=0.1), gradients.reshape(12, -1), start.reshape(-1)).reshape(whole.shape)
    by_rows = [matrix_path(kind(learning_rate=0.1), gradients[:, row], start[row]) for row in range(5)]
    alike = np.allclose(whole, flat, rtol=1e-12), np.allclose(whole, np.stack(by_rows, axis=1), rtol=1e-12)
    assert alike == {"entries": (True, True), "rows": (False, True), "matrices": (False, False)}[kind.facts.acts_on]


@KINDS
def test_a_rule_comes_to_rest_where_its_class_says_so(kind):
    """Gradients that become a hundred times smaller: so do the steps, or after a while they are as long as before."""
    gradients = np.random.default_rng(0).normal(size=(7500, 2)) * np.repeat([100.0, 1.0], [1500, 6000])[:, None]
    with np.errstate(divide="ignore"):
        path = matrix_path(in_numpy(kind)(learning_rate=1e-3), gradients, np.ones(2), np.asarray)
    before, after = np.abs(np.diff(path[1400:1501], axis=0)).mean(), np.abs(np.diff(path[-100:], axis=0)).mean()
    assert (after < 0.02 * before) == kind.facts.comes_to_rest, after / before


@KINDS
def test_the_last_digit_decides_where_a_class_says_so(kind):
    """A start a hair's breadth beside, on the parabola, at the second of five stops of every slider."""
    rule = kind(**{name: float(about.stops(5)[1]) for name, about in kind.hypers().items()})
    starts = np.concatenate([[ParabolaFit().start], shaken(ParabolaFit().start)[:3]])
    first, *beside = run_all(rule, ParabolaFit(), 500, starts, {}, compiled=False)["params"]
    apart = max(distances(first, each).max() for each in beside)
    assert (apart > 1e6 * SHAKE) == bool(kind.facts.sensitive), f"{apart:.1g} apart: say why in Facts(sensitive=...)"


@KINDS
def test_a_good_rate_is_good(kind):
    run = train(kind(learning_rate=kind.facts.good_rate), ParabolaFit())
    assert run.diverged_at is None
    assert run.loss[-1] < 0.01 * run.loss[0]


# ---- matrices, against Keras and against an oracle with other linear algebra


BEYOND = pytest.mark.parametrize("kind", [kind for kind in optimizers.RULES if kind.facts.acts_on != "entries"])


@pytest.mark.parametrize("shape", MATRICES)
@BEYOND
def test_path_of_a_matrix_equals_the_oracle(kind, shape):
    gradients, start = MATRICES[shape], 0.5 * MATRICES[shape][0] + 1
    for setting in matrix_settings(kind):
        theirs = oracle_of(kind).matrix_path(gradients, start, **setting)
        ours = matrix_path(kind(**setting), gradients, start)
        np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-12, err_msg=str(setting))


@pytest.mark.parametrize("shape", MATRICES)
@BEYOND
def test_path_of_a_matrix_equals_keras(kind, shape):
    gradients, start = MATRICES[shape], 0.5 * MATRICES[shape][0] + 1
    dtype = "float32" if kind.facts.keras.single else "float64"
    for setting in matrix_settings(kind):
        theirs = twin(kind, setting)
        rows = start[:, None] if kind.facts.acts_on == "rows" else [start]
        weights = [tf.keras.Variable(row, dtype=dtype) for row in rows]
        path = [start]
        for g in gradients:
            parts = g[:, None] if kind.facts.acts_on == "rows" else [g]
            theirs.apply([tf.constant(part, dtype) for part in parts], weights)
            path.append(np.concatenate([np.atleast_2d(weight) for weight in weights]))
        ours = matrix_path(kind(**setting), gradients, start)
        np.testing.assert_allclose(ours, path, rtol=1e-4, atol=1e-4, err_msg=str(setting))


@pytest.mark.parametrize("shape", [(4, 4), (6, 3), (3, 6)])
def test_singular_values_of_a_step_of_muon_lie_near_one(shape):
    rng = np.random.default_rng(0)
    u, _, vt = np.linalg.svd(rng.normal(size=shape), full_matrices=False)
    q = (u * np.geomspace(1, 0.02, min(shape))) @ vt
    values = np.linalg.svd(orthogonal(tf.constant(q[None])).numpy()[0], compute_uv=False)
    assert values.min() > 0.6
    assert values.max() < 1.3


def test_adafactor_recovers_a_square_of_rank_one_from_its_rows_and_columns():
    g = np.outer([1.0, 2.0, 0.1], [3.0, -0.5])
    optimizer = Adafactor(epsilon_1=0.0)
    params = tf.ones((1, 3, 2), tf.float64)
    _, state = optimizer.update(params, tf.constant(g[None]), optimizer.init(params))
    np.testing.assert_allclose((state.r * state.c / tf.reduce_mean(state.r))[0], g**2, rtol=1e-12)
    assert state.r.shape[1:] == (3, 1)
    assert state.c.shape[1:] == (1, 2)


def test_lamb_moves_every_layer_by_the_same_share_of_its_size():
    start = np.stack([np.full(4, 5.0), np.full(4, 0.01)])
    path = matrix_path(Lamb(learning_rate=0.02), MATRICES["tall"][:6, :2, [0, 1, 2, 0]] * [[1.0], [1e3]], start)
    moved = np.linalg.norm(np.diff(path, axis=0), axis=2) / np.linalg.norm(path[:-1], axis=2)
    np.testing.assert_allclose(moved, 0.02, rtol=1e-12)


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


def test_variants_with_their_number_at_zero_are_the_plain_rule():
    np.testing.assert_allclose(path(RMSpropMomentum(0.01, momentum=0.0)), path(RMSprop(0.01)), rtol=1e-13)
    np.testing.assert_allclose(path(AdamW(0.1, weight_decay=0.0)), path(Adam(0.1)), rtol=1e-13)
    np.testing.assert_allclose(path(Muon(0.1, weight_decay=0.3)), path(AdamW(0.1, weight_decay=0.3)), rtol=1e-13)


def test_ftrl_without_penalties_follows_adagrad_from_zero():
    ours, theirs = path(Ftrl(0.3), start=(0, 0)), path(Adagrad(0.3, epsilon=0.0), start=(0, 0))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)


def test_ftrl_holds_a_weight_at_exactly_zero_as_long_as_its_sum_is_small():
    run = train(Ftrl(0.3, l1_regularization_strength=10.0), slope_of((3.0, 0.5)), steps=15)
    np.testing.assert_array_equal(run.params[:4, 0], 0)
    assert (run.params[4:, 0] < 0).all()
    np.testing.assert_array_equal(run.params[:, 1], 0)


def test_every_step_of_lion_is_the_learning_rate_in_every_coordinate():
    run = train(Lion(0.01), ParabolaFit(), steps=50)
    np.testing.assert_allclose(np.abs(np.diff(run.params, axis=0)), 0.01, rtol=1e-12)


def test_the_largest_v_of_amsgrad_never_falls_and_that_of_adam_does():
    run = train(AMSGrad(0.1), ParabolaFit(), steps=200)
    assert (np.diff(run.state.u, axis=0) >= 0).all()
    assert (np.diff(run.state.v, axis=0) < 0).any()


@pytest.mark.parametrize("scale", [1e-3, 1e6])
def test_first_step_of_adamax_is_the_learning_rate_whatever_the_gradient_scale(scale):
    run = train(Adamax(learning_rate=0.1, epsilon=0.0), slope_of((3 * scale, -0.2 * scale)), steps=1)
    np.testing.assert_allclose(run.params[1], [-0.1, 0.1], rtol=1e-12)


def test_path_of_adadelta_does_not_change_when_the_loss_is_scaled_and_epsilon_with_its_square():
    """In g the ε is a square of gradients, in Δ a square of lengths: the first scales with the loss, so only nearly."""

    def bowl(scale):
        return Problem.from_function(lambda x, y: scale * (x**2 + 30 * y**2), start=(2, 1), bounds=[(-3, 3), (-3, 3)])

    once, thousandfold = (train(Adadelta(1.0, epsilon=1e-14), bowl(s), steps=50).params for s in (1.0, 1000.0))
    np.testing.assert_allclose(once, thousandfold, rtol=1e-9)


def test_the_average_of_schedule_free_is_the_mean_of_all_its_points():
    run = train(ScheduleFreeAdamW(0.05), ParabolaFit(), steps=40)
    np.testing.assert_allclose(run.state.x[40], run.state.z[1:41].mean(axis=0), rtol=1e-12)


def test_first_terms_of_the_schedule_of_nadam():
    run = train(Nadam(0.1), ParabolaFit(), steps=2)
    μ = [0.9 * (1 - 0.5 * 0.96**t) for t in (1, 2)]
    np.testing.assert_allclose(run.state.p[:, 0], [1, μ[0], μ[0] * μ[1]], rtol=1e-14)
    np.testing.assert_allclose(μ, [0.468, 0.48528])


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
