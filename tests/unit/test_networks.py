"""Many copies of a model in one program: each as if it were alone, and as Keras's `fit` trains it."""

import time

import keras
import numpy as np
import pytest
import tensorflow as tf

from optlearn import loop, optimizers
from optlearn.keras import KerasOptimizer
from optlearn.networks import Copies, program
from optlearn.optimizers import SGD, Adam, Momentum
from tests.unit.cases import settings_of

# Keras turns its variables into arrays in a way that NumPy 2 is about to drop.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
    pytest.mark.usefixtures("without_xla"),  # traced, and not compiled, which would take longer than to run
]

KINDS = pytest.mark.parametrize("kind", optimizers.RULES, ids=lambda kind: kind.__name__)
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
X = np.random.default_rng(0).normal(size=(22, 4))
Y = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)


def network(seed, dtype="float64"):
    """4 inputs, 5 tanh units, 3 classes."""
    layers = [keras.layers.Dense(5, "tanh", dtype=dtype), keras.layers.Dense(3, dtype=dtype)]
    model = keras.Sequential([keras.layers.Input((4,), dtype=dtype), *layers])
    rng = np.random.default_rng(seed)
    model.set_weights([rng.normal(size=weights.shape) for weights in model.get_weights()])
    return model


def copies(make=network, x=X, y=Y, batch_size=4):
    return Copies(make, x, y, LOSS, batch_size)


def by_fit(rule, start, order, x=X, y=Y):
    """Losses, accuracies and weights of one model by Keras, step by step: `order` has the points of each batch."""
    model = copies(x=x).model(start) if x is X else start
    model.compile(KerasOptimizer(rule), loss=LOSS, metrics=["accuracy"], run_eagerly=True)
    losses, accuracies, weights = [], [], []
    for batch in order:
        loss, accuracy = model.train_on_batch(x[batch], y[batch])
        model.reset_metrics()
        losses.append(loss)
        accuracies.append(accuracy)
        weights.append(np.concatenate([np.ravel(each) for each in model.get_weights()]))
    return np.array(losses), np.array(accuracies), np.array(weights)


# As `fit` does it


@KINDS
def test_each_rule_goes_the_way_of_fit_step_by_step_on_the_same_batches(kind):
    rule = kind(**settings_of(kind)[0])
    made = copies()
    fits = made.train(rule, epochs=1, seeds=[3], keep=5)
    loss, accuracy, weights = by_fit(rule, made.start(3), made.order(3, 1)[0])
    np.testing.assert_allclose(fits.weights[0, 1:], weights, rtol=1e-6, atol=1e-7)  # Keras's rate is in float32
    np.testing.assert_allclose(fits.loss[0], loss, rtol=1e-5)
    np.testing.assert_allclose(fits.accuracy[0], accuracy, rtol=1e-6)


def test_a_model_in_float32_stays_in_float32_and_goes_the_way_of_fit():
    x = X.astype("float32")
    made = copies(lambda seed: network(seed, "float32"), x=x)
    fits = made.train(Adam(0.0078125), epochs=2, seeds=[3], keep=5)
    _, _, weights = by_fit(Adam(0.0078125), made.model(made.start(3)), made.order(3, 2).reshape(10, 4), x=x)
    assert fits.weights.dtype == np.float32
    np.testing.assert_allclose(fits.weights[0, 1:], weights, rtol=1e-4, atol=1e-5)


def test_what_a_model_adds_to_its_loss_counts():
    def held(seed):
        penalty = keras.regularizers.L2(0.1)
        model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3, kernel_regularizer=penalty)])
        model.set_weights([np.full((4, 3), 0.5), np.zeros(3)])
        return model

    x = X.astype("float32")
    made = copies(held, x=x)
    loss, _ = made.evaluate(made.start(0))
    np.testing.assert_allclose(loss - 0.1 * 12 * 0.25, LOSS(Y, made.model(made.start(0))(x)), rtol=1e-5)


class Doubled(keras.layers.Layer):
    """Twice as much in training."""

    def call(self, x, training=False):
        return 2 * x if training else x


def test_a_layer_that_is_another_in_training_is_so_in_training_alone():
    made, x = copies(lambda seed: keras.Sequential([network(seed), Doubled(dtype="float64")])), X.copy()
    fits = made.train(SGD(0.0625), epochs=1, seeds=[3], keep=5)
    model = made.model(made.start(3))
    evaluated, by_keras = made.evaluate(made.start(3))[0], LOSS(Y, model(x))
    _, _, weights = by_fit(SGD(0.0625), model, made.order(3, 1)[0], x=x)
    np.testing.assert_allclose(fits.weights[0, 1:], weights, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(evaluated, by_keras, rtol=1e-6)


def test_a_model_with_filters_is_copied_as_well():
    def filters(seed):
        keras.utils.set_random_seed(seed)
        layers = [keras.layers.Conv2D(2, 2, activation="tanh"), keras.layers.Flatten(), keras.layers.Dense(3)]
        return keras.Sequential([keras.layers.Input((4, 1, 1)), keras.layers.Reshape((2, 2, 1)), *layers])

    x = X.astype("float32").reshape(-1, 4, 1, 1)
    made = copies(filters, x=x)
    fits = made.train(Momentum(0.0078125), epochs=1, seeds=[1], keep=5)
    _, _, weights = by_fit(Momentum(0.0078125), made.model(made.start(1)), made.order(1, 1).reshape(5, 4), x=x)
    np.testing.assert_allclose(fits.weights[0, 1:], weights, rtol=1e-4, atol=1e-5)


# Many, and each as if alone


def test_each_of_many_runs_is_that_run_alone():
    rates, seeds = [0.01, 0.1, 0.5], range(7)
    many = copies().train(Adam(), 2, seeds, learning_rate=rates, beta_1=[0.0, 0.9])
    assert many.weights.shape == (3, 2, 7, 3, 43)
    assert many.loss.shape == many.accuracy.shape == (3, 2, 7, 2)
    assert {name: len(values) for name, values in many.axes.items()} == {"learning_rate": 3, "beta_1": 2, "seed": 7}
    for rate, beta, seed in ((0, 0, 0), (1, 1, 6), (2, 0, 3)):
        alone = copies().train(Adam(rates[rate], beta_1=[0.0, 0.9][beta]), 2, [seed])
        np.testing.assert_allclose(many.weights[rate, beta, seed], alone.weights[0], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(many.loss[rate, beta, seed], alone.loss[0], rtol=1e-9)


def test_one_program_compiled_once_serves_all_rates_seeds_and_lengths(monkeypatch):
    monkeypatch.setattr(loop, "USE_XLA", True)
    made = copies()
    first = made.train(Adam(), 2, range(5), learning_rate=[0.01, 0.1])
    again = made.train(Adam(0.1), 3, range(20))
    (of_training,) = made._programs.values()
    assert of_training.use_xla
    assert of_training.run.experimental_get_tracing_count() == 1
    np.testing.assert_allclose(first.weights[1, :, -1], again.weights[:5, 2], rtol=1e-9)


def test_other_batches_are_not_compiled_anew(monkeypatch):
    """XLA compiles anew for every value of what it takes for a constant: then each round takes a second."""
    monkeypatch.setattr(loop, "USE_XLA", True)
    made, took = copies(), []
    go = program.Part.go

    def timed(part):
        begin = time.process_time()
        go(part)
        took.append(time.process_time() - begin)

    monkeypatch.setattr(program.Part, "go", timed)
    made.train(SGD(), 6, [0])
    assert max(took[1:]) < took[0] / 4, took


def test_where_a_model_cannot_be_compiled_it_is_traced(monkeypatch):
    made = copies()
    broken = made._program(SGD(), 5)
    calls = []

    def fails(*given):
        calls.append(given)
        raise tf.errors.InvalidArgumentError(None, None, "no XLA")

    broken.use_xla, broken.run = True, fails
    fits = made.train(SGD(0.1), 1, [0])
    assert len(calls) == 1
    assert not broken.use_xla
    assert np.isfinite(fits.loss).all()


def test_an_error_of_the_models_own_is_told():
    class Refuses(keras.layers.Layer):
        def call(self, x):
            with tf.control_dependencies([tf.debugging.assert_less(x, tf.cast(-1e9, x.dtype))]):
                return tf.identity(x)

    def refusing(seed):
        return keras.Sequential([keras.layers.Input((4,)), Refuses(), keras.layers.Dense(3)])

    with pytest.raises(tf.errors.InvalidArgumentError):
        copies(refusing, x=X.astype("float32")).train(SGD(), 1, [0])


# Orders, weights and evaluation


def test_an_epoch_has_each_point_at_most_once_and_the_next_another_order():
    order = copies().order(0, 50)
    assert order.shape == (50, 5, 4)
    assert all(len(set(epoch.ravel())) == 20 for epoch in order)
    assert set(order.ravel()) == set(range(22))  # the two that are left over are others in another epoch
    assert (order[0] != order[1]).any()
    np.testing.assert_array_equal(copies().order(0, 3), order[:3])
    assert (copies().order(1, 50) != order).any()


def test_kept_more_often_the_rounds_of_an_epoch_make_up_the_epoch():
    made = copies()
    whole, parts = (made.train(Adam(0.1), 3, [0, 1], keep=keep) for keep in (1, 5))
    assert parts.weights.shape == (2, 16, 43)
    np.testing.assert_allclose(parts.weights[:, ::5], whole.weights, rtol=1e-12)
    np.testing.assert_allclose(parts.loss.reshape(2, 3, 5).mean(-1), whole.loss, rtol=1e-12)


def test_a_bar_is_told_of_every_round():
    rounds = []
    copies().train(SGD(), 2, [0], keep=5, watch=lambda: rounds.append(1))
    assert len(rounds) == 10


def test_weights_are_split_into_variables_and_put_into_a_model():
    made = copies()
    weights = np.random.default_rng(0).normal(size=(2, 3, 43))
    kernel, bias, *_ = made.split(weights)
    assert kernel.shape == (2, 3, 4, 5)
    assert bias.shape == (2, 3, 5)
    np.testing.assert_array_equal(kernel[1, 2].ravel(), weights[1, 2, :20])
    model = made.model(weights[1, 2])
    np.testing.assert_array_equal(np.concatenate([each.ravel() for each in model.get_weights()]), weights[1, 2])


def test_evaluation_is_that_of_keras_on_any_points():
    made = copies()
    weights = np.random.default_rng(0).normal(size=(3, 7, 43))
    for points in ((), (X[:9], Y[:9])):
        loss, accuracy = made.evaluate(weights, *points)
        assert loss.shape == accuracy.shape == (3, 7)
        x, y = points or (X, Y)
        z = np.asarray(made.model(weights[2, 3])(x))
        np.testing.assert_allclose(loss[2, 3], LOSS(y, z), rtol=1e-6)
        np.testing.assert_allclose(accuracy[2, 3], np.mean(z.argmax(axis=1) == y))


def test_shaken_starts_are_other_starts(monkeypatch):
    before = copies().start(0)
    monkeypatch.setattr(loop, "SHAKE", 1)
    moved = copies().start(0)
    assert 0 < np.abs(moved / before - 1).max() < 1e-12
    small = copies(lambda seed: network(seed, "float32"), x=X.astype("float32"))
    assert 0 < np.abs(small.start(0) / before - 1).max() < 1e-4


# Errors


def with_dropout(seed):
    return keras.Sequential([keras.layers.Input((4,)), keras.layers.Dropout(0.5), keras.layers.Dense(3)])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda seed: 3, "must return a built Keras model, with an Input; it returned 3"),
        (lambda seed: keras.Sequential([keras.layers.Dense(3)]), "must return a built Keras model"),
        (with_dropout, "seed_generator_state: leave such layers out"),
    ],
)
def test_a_model_that_cannot_be_copied_is_told(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        copies(make)


def test_a_seed_whose_model_is_another_one_is_told():
    made = copies(lambda seed: network(seed) if seed == 0 else with_dropout_left_out(seed))
    with pytest.raises(ValueError, match="seed 1: its model has other variables"):
        made.train(SGD(), 1, [0, 1])


def with_dropout_left_out(seed):
    return keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3)])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"x": X[:, 0]}, r"x must be \(points, ...\) of floats"),
        ({"x": X[:5]}, r"y \(points,\), a class for each point"),
        ({"x": np.ones((22, 4), int)}, "x is int64"),
        ({"y": Y - 1}, "y is int64, from -1 on: it must have the classes as whole numbers from 0"),
        ({"y": Y * 1.0}, "y is float64"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"batch_size": 23}, "batch_size=23"),
    ],
)
def test_points_that_are_no_points_are_told(given, message):
    with pytest.raises(ValueError, match=message):
        copies(**given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rule": "adam"}, "rule='adam': rule must be an optimizer of optlearn"),
        ({"epochs": 0}, "epochs=0"),
        ({"seeds": []}, r"seeds=\[\]: give whole numbers"),
        ({"seeds": 3}, "seeds=3: give whole numbers"),
        ({"seeds": [0, -1]}, "each seed"),
        ({"keep": 2}, "keep=2: keep must be a divisor of 5"),
        ({"keep": 6}, "keep=6"),
        ({"learning_rate": [-1.0]}, "every value must be"),
        ({"momentum": [0.5]}, "momentum: no such hyper-parameter"),
    ],
)
def test_a_training_that_cannot_be_is_told(given, message):
    with pytest.raises((TypeError, ValueError), match=message):
        copies().train(**{"rule": SGD(), "epochs": 1, "seeds": [0], **given})


@pytest.mark.parametrize("shape", [(42,), (2, 44), (), (0, 43)])
def test_weights_of_another_model_are_told(shape):
    with pytest.raises(ValueError, match="must have the model's 43 weights"):
        copies().evaluate(np.zeros(shape))
