"""Our rules inside Keras: against their own core, against Keras's classes, and by Keras's contract."""

import json
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from optlearn import optimizers
from optlearn.keras import KerasOptimizer
from optlearn.optimizers import SGD, Adafactor, Adam, AdamW, Lamb, Momentum, Optimizer, Scalar, ScheduleFreeAdamW
from tests.unit.cases import settings_of, twin

# Keras turns its variables into arrays in a way that NumPy 2 is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")

KINDS = pytest.mark.parametrize("kind", optimizers.RULES, ids=lambda kind: kind.__name__)
RATE = 0.0078125  # 2⁻⁷: Keras keeps rates in float32, and loses nothing of this one
SHAPES = [(3, 2), (4,), (), (2, 2, 3)]  # of a dense layer, its bias, a scale, and filters
X = np.random.default_rng(0).normal(size=(16, 2))
Y = np.sin(X.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Own(Optimizer):
    """A learner's rule, with a state of another form: a dictionary, and a count that is a Python number."""

    learning_rate: Scalar = 0.1

    def init(self, params):
        return {"sum": tf.zeros_like(params), "count": 0}

    def update(self, params, g, state):
        mean = (state["sum"] + g) / (state["count"] + 1)
        return params - self.learning_rate * mean, {"sum": state["sum"] + g, "count": state["count"] + 1}


def small_model(dtype="float64"):
    """2 inputs, 3 tanh units, 1 output, from the same weights every time."""
    layers = [keras.layers.Dense(3, "tanh", dtype=dtype), keras.layers.Dense(1, dtype=dtype)]
    model = keras.Sequential([keras.layers.Input((2,), dtype="float64"), *layers])
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(size=weights.shape) for weights in model.get_weights()])
    return model


def numbers_of(model):
    return np.concatenate([np.ravel(weights) for weights in model.get_weights()]).astype(float)


def trained(optimizer, steps=6, dtype="float64"):
    """The losses, and the weights in the end; step by step, so that nothing has to be traced."""
    model = small_model(dtype)
    model.compile(optimizer, loss="mse", run_eagerly=True)
    losses = [float(model.train_on_batch(X, Y)) for _ in range(steps)]
    optimizer.finalize_variable_values(model.trainable_variables)
    return losses, numbers_of(model)


def start_and_gradients(shape, steps, dtype="float64"):
    rng = np.random.default_rng(len(shape))
    return rng.normal(size=shape).astype(dtype), rng.normal(size=(steps, *shape)).astype(dtype)


def by_core(rule, start, gradients, rates=None):
    """The rule's own `update` in a loop: a row to Lamb, whole to Adafactor, else a matrix or a vector."""
    whole = 0 if isinstance(rule, Lamb) else start.ndim - 1 if isinstance(rule, Adafactor) else start.ndim == 2
    shape = start.shape if whole > 0 else (-1,)
    params, *gradients = (tf.constant(np.reshape(each, (1, *shape)), tf.float64) for each in (start, *gradients))
    state = rule.init(params)
    for step, g in enumerate(gradients):
        now = rule if rates is None else rule.replace(learning_rate=float(rates[step]))
        params, state = now.update(params, g, state)
    return params.numpy().reshape(start.shape)


# Against the core and against Keras


@KINDS
def test_every_rule_agrees_with_its_own_core_in_every_shape(kind):
    rule = kind(RATE)
    starts, gradients = zip(*(start_and_gradients(shape, 5) for shape in SHAPES), strict=True)
    variables = [keras.Variable(start, dtype="float64") for start in starts]
    optimizer = KerasOptimizer(rule)
    for g in zip(*gradients, strict=True):
        optimizer.apply([tf.constant(each) for each in g], variables)
    for variable, start, g in zip(variables, starts, gradients, strict=True):
        np.testing.assert_allclose(variable.numpy(), by_core(rule, start, g), rtol=1e-13, atol=1e-15)


# Where Keras's class and the paper's rule are one: Adam's ε is not the same, and Adadelta at 0.01 hardly moves.
@pytest.mark.parametrize("kind", [kind for kind in optimizers.ALL if not kind.facts.keras.fault])
def test_it_trains_a_model_as_the_class_of_keras_does(kind):
    """All whose class in Keras has the formula that it states."""
    about = kind.facts.keras
    rate = {"learning_rate": 1.0 if kind.facts.good_rate > 10 else 0.01}
    rule = kind(**rate, **({"epsilon": 1e-10} if about.epsilon else {}))
    dtype = "float32" if about.single else "float64"
    _, theirs = trained(twin(kind, rule.values), dtype=dtype)
    _, ours = trained(KerasOptimizer(rule), dtype=dtype)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)
    assert np.abs(ours - numbers_of(small_model())).max() > 1e-3


def test_a_float32_model_stays_so_and_follows_the_core():
    start, gradients = start_and_gradients((3, 2), 200, "float32")
    variable, optimizer = keras.Variable(start), KerasOptimizer(Adam(RATE))
    for g in gradients:
        optimizer.apply([tf.constant(g)], [variable])
    assert variable.dtype == "float32"
    np.testing.assert_allclose(variable.numpy(), by_core(Adam(RATE), start, gradients), atol=5e-6)
    single, double = (trained(KerasOptimizer(Adam(RATE)), dtype=dtype)[1] for dtype in ("float32", "float64"))
    np.testing.assert_allclose(single, double, atol=1e-5)


@pytest.mark.parametrize("dtype", ["mixed_float16", "bfloat16"])
def test_it_learns_in_half_precision(dtype):
    losses, _ = trained(KerasOptimizer(Adam(0.0625)), 15, dtype)
    assert losses[-1] < 0.8 * losses[0]


# The state, and what Keras does with it


def test_there_is_one_variable_for_every_variable_and_field():
    model = small_model()
    optimizer = KerasOptimizer(ScheduleFreeAdamW(RATE))
    optimizer.build(model.trainable_variables)
    found = {variable.name: tuple(variable.shape) for variable in optimizer.variables[2:]}
    kernel, bias = (variable.path.replace("/", "_") for variable in model.layers[0].trainable_variables)
    assert len(found) == 4 * 4
    assert {found[f"{kernel}_{field}"] for field in "zxv"} == {(2, 3)}
    assert {found[f"{bias}_{field}"] for field in "zxv"} == {(3,)}
    assert found[f"{kernel}_t"] == found[f"{bias}_t"] == ()
    np.testing.assert_array_equal(optimizer.variables[2], model.layers[0].kernel)  # z begins at the weights
    optimizer.build(model.trainable_variables)
    assert len(optimizer.variables) == 2 + 16


def next_loss(model):
    """The loss of one batch. Older versions of Keras give the mean over all since the metrics were reset."""
    model.reset_metrics()
    return model.train_on_batch(X, Y)


@pytest.mark.parametrize("name", ["Momentum", "Nadam", "Ftrl", "Lamb", "Adafactor", "Muon", "ScheduleFreeAdamW"])
def test_a_saved_model_goes_on_as_if_nothing_had_been(name, tmp_path):
    schedule = keras.optimizers.schedules.CosineDecay(0.0625, 12) if name == "Nadam" else None
    model = small_model()
    model.compile(KerasOptimizer(getattr(optimizers, name)(RATE), schedule), loss="mse", run_eagerly=True)
    for _ in range(3):
        model.train_on_batch(X, Y)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert isinstance(loaded.optimizer, KerasOptimizer)
    for _ in range(3):
        assert next_loss(loaded) == next_loss(model)
    np.testing.assert_array_equal(numbers_of(loaded), numbers_of(model))
    for ours, theirs in zip(loaded.optimizer.variables, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_an_own_rule_is_saved_and_loaded_with_its_class(tmp_path):
    model = small_model()
    model.compile(KerasOptimizer(Own()), loss="mse")
    model.fit(X, Y, epochs=2, verbose=0)
    assert int(model.optimizer.variables[2]) == 2  # the count; a dictionary is in the order of its keys
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", custom_objects={"Own": Own})
    assert loaded.optimizer.rule == model.optimizer.rule.replace(learning_rate=float(np.float32(0.1)))
    assert next_loss(loaded) == pytest.approx(next_loss(model), rel=1e-12)
    with pytest.raises(ValueError, match=r"custom_objects=\{'Own': Own\}"):
        keras.models.load_model(tmp_path / "model.keras")


def test_an_own_class_with_a_name_of_ours_is_not_mistaken_for_it():
    own = type("Adam", (Own,), {"__module__": __name__})
    config = KerasOptimizer(dataclass(frozen=True)(own)()).get_config()
    with pytest.raises(ValueError, match="steps by Adam, a class that is not in optlearn"):
        KerasOptimizer.from_config(config)


@KINDS
def test_a_config_makes_the_same_optimizer(kind):
    setting = settings_of(kind)[-1] | {"learning_rate": RATE}
    optimizer = KerasOptimizer(kind(**setting), clipnorm=1.5, name="mine")
    config = keras.optimizers.serialize(optimizer)
    again = keras.optimizers.deserialize(json.loads(json.dumps(config)))
    assert config["registered_name"] == "optlearn>KerasOptimizer"
    assert again.rule == optimizer.rule == kind(**setting)
    assert again.get_config() == optimizer.get_config()
    assert (again.clipnorm, again.name) == (1.5, "mine")


def test_a_config_holds_the_schedule_and_the_present_rate():
    schedule = keras.optimizers.schedules.ExponentialDecay(RATE, 10, 0.5)
    again = KerasOptimizer.from_config(KerasOptimizer(Adam(), schedule).get_config())
    assert float(again.learning_rate) == RATE
    assert again.get_config()["learning_rate"]["class_name"] == "ExponentialDecay"
    moved = KerasOptimizer(Adam(0.5))
    moved.learning_rate = RATE
    assert KerasOptimizer.from_config(moved.get_config()).rule == Adam(RATE)


# The learning rate


def test_a_schedule_steers_every_step():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([2, 4], [0.5, 0.25, 0.125])
    start, gradients = start_and_gradients((3, 2), 8)
    variable, optimizer = keras.Variable(start, dtype="float64"), KerasOptimizer(Momentum(), schedule)
    for g in gradients:
        optimizer.apply([tf.constant(g)], [variable])
    rates = [0.5] * 3 + [0.25] * 2 + [0.125] * 3
    np.testing.assert_allclose(variable.numpy(), by_core(Momentum(), start, gradients, rates), rtol=1e-13)


def test_a_fit_follows_a_schedule_as_it_does_in_keras():
    schedule = keras.optimizers.schedules.CosineDecay(0.0625, 6)
    losses = []
    for optimizer in (KerasOptimizer(Momentum(), schedule), keras.optimizers.SGD(schedule, momentum=0.9)):
        model = small_model()
        model.compile(optimizer, loss="mse")
        losses.append(model.fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0).history["loss"])
    np.testing.assert_allclose(*losses, rtol=1e-6)


def test_a_callback_changes_the_rate():
    model = small_model()
    model.compile(KerasOptimizer(SGD(RATE)), loss="mse")
    stop = keras.callbacks.LearningRateScheduler(lambda epoch: 0.0 if epoch else RATE)
    losses = model.fit(X, Y, epochs=4, batch_size=16, callbacks=[stop], verbose=0).history["loss"]
    assert losses[0] > losses[1] == losses[2] == losses[3]


@pytest.mark.parametrize("jit_compile", [False, True])
def test_one_trace_serves_every_rate_and_step(jit_compile):
    variable, optimizer = keras.Variable([1.0, 2.0], dtype="float64"), KerasOptimizer(Adam(RATE))
    optimizer.build([variable])
    traces = []

    @tf.function(jit_compile=jit_compile)
    def step(g):
        traces.append(1)
        optimizer.apply([g], [variable])

    rates = RATE * np.arange(1, 6)
    for rate in rates:
        optimizer.learning_rate = rate
        step(tf.constant([1.0, -3.0], tf.float64))
    assert len(traces) == 1
    wanted = by_core(Adam(), np.array([1.0, 2.0]), [[1.0, -3.0]] * 5, rates)
    np.testing.assert_allclose(variable.numpy(), wanted, rtol=1e-12)


def test_its_state_can_begin_inside_a_traced_function():
    variable, optimizer = tf.Variable([1.0, 2.0], dtype=tf.float64), KerasOptimizer(ScheduleFreeAdamW(RATE))

    @tf.function
    def step():
        optimizer.apply([2 * variable], [variable])

    for _ in range(3):
        step()
    params = tf.constant([[1.0, 2.0]], tf.float64)
    rule = optimizer.rule
    state = rule.init(params)
    for _ in range(3):
        params, state = rule.update(params, 2 * params, state)
    np.testing.assert_allclose(variable.numpy(), params[0], rtol=1e-13)


# What the base class of Keras does


OPTIONS = [
    {"weight_decay": 0.25},
    {"clipnorm": 0.125},
    {"clipvalue": 0.0625},
    {"global_clipnorm": 0.125},
    {"use_ema": True, "ema_momentum": 0.5},
    {"gradient_accumulation_steps": 2},
    {"loss_scale_factor": 8.0},
]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: next(iter(options)))
def test_the_options_of_keras_work_as_usual(options):
    ours, plain = (trained(KerasOptimizer(Momentum(0.0625), **given))[1] for given in (options, {}))
    _, theirs = trained(keras.optimizers.SGD(0.0625, momentum=0.9, **options))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7)
    assert "loss_scale_factor" in options or np.abs(ours - plain).max() > 1e-3


def test_gradients_of_an_embedding_come_as_slices():
    layers = [keras.layers.Embedding(6, 2), keras.layers.Flatten(), keras.layers.Dense(1)]
    model = keras.Sequential([keras.layers.Input((3,), dtype="int32"), *layers])
    words, start, losses = np.arange(12).reshape(4, 3) % 5, model.get_weights(), []
    for optimizer in (KerasOptimizer(Momentum(RATE)), keras.optimizers.SGD(RATE, momentum=0.9)):
        model.set_weights(start)
        model.compile(optimizer, loss="mse", run_eagerly=True)
        losses.append([float(model.train_on_batch(words, np.ones((4, 1)))) for _ in range(3)])
    np.testing.assert_allclose(*losses, rtol=1e-5)


def test_a_variable_of_no_fixed_length_may_change_it_under_a_rule_that_keeps_nothing():
    variable, optimizer = tf.Variable([1.0, 2.0], dtype=tf.float64, shape=[None]), KerasOptimizer(SGD(0.5))
    for values in ([1.0, 2.0], [1.0, 2.0, 3.0]):
        variable.assign(values)
        optimizer.apply([tf.ones(len(values), tf.float64)], [variable])
        np.testing.assert_array_equal(variable.numpy(), np.array(values) - 0.5)


# Wrong input


@pytest.mark.parametrize("wrong", ["adam", 0.01, None, Adam, keras.optimizers.Adam], ids=str)
def test_what_is_not_a_rule_is_refused_by_name(wrong):
    with pytest.raises(TypeError) as raised:
        KerasOptimizer(wrong)
    assert f"rule={wrong!r}" in str(raised.value)
    assert all(kind.__name__ in str(raised.value) for kind in optimizers.RULES)


def test_a_rule_without_a_learning_rate_is_refused():
    @dataclass(frozen=True)
    class Rateless(Optimizer):
        speed: Scalar = 0.1

        def update(self, params, g, state):
            return params - self.speed * g, state

    with pytest.raises(ValueError, match="Rateless has the numbers speed: Keras needs a learning_rate"):
        KerasOptimizer(Rateless())


@pytest.mark.parametrize("rate", [-1.0, float("nan"), "fast", True, [0.1, 0.2]])
def test_a_rate_that_makes_no_sense_is_refused(rate):
    with pytest.raises(ValueError, match=r"learning_rate=.* learning_rate must be a finite number ≥ 0"):
        KerasOptimizer(Adam(), rate)


def test_numbers_may_be_tensors_but_not_tables():
    numbers: dict[str, Any] = {"learning_rate": tf.constant(RATE), "beta_1": np.float32(0.5)}
    assert KerasOptimizer(Adam(**numbers)).rule == Adam(RATE, beta_1=0.5)
    with pytest.raises(ValueError, match=r"beta_1 has shape \(2,\): in Keras it must be one number"):
        KerasOptimizer(Adam(beta_1=tf.constant([0.5, 0.9])))


def test_two_decays_are_refused_and_so_is_an_unknown_option():
    with pytest.raises(ValueError, match=r"weight_decay=0.1: AdamW has a decay of its own, AdamW\(weight_decay=0.1\)"):
        KerasOptimizer(AdamW(), weight_decay=0.1)
    with pytest.raises(ValueError, match="momentum"):
        KerasOptimizer(SGD(), momentum=0.9)


def test_it_works_for_the_variables_it_was_built_with():
    optimizer, one, other = KerasOptimizer(Adam()), keras.Variable([1.0]), keras.Variable([1.0])
    optimizer.build([one])
    with pytest.raises(ValueError, match="Unknown variable"):
        optimizer.apply([tf.constant([1.0])], [other])
