"""Keras's contract for an optimizer, point by point: what each rule of this package is held to, inside Keras.

Every point trains the same layer on the same data, and ends where the plainest way ends: a built model, step by step,
without a trace. That this way is the one of Keras's own class is shown in `test_keras.py`.

`python -m tests.unit.contract` writes the table of `docs/keras.md` anew; a test keeps it fresh.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from optlearn import optimizers
from optlearn.keras import KerasOptimizer
from optlearn.optimizers import Optimizer

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "keras.md"
RATE = 0.0078125  # 2⁻⁷: Keras keeps rates in float32, and loses nothing of this one
STEPS = 4
DECAY = 0.25
CONTRACT = {}  # the points: what the table calls them, and the function that holds a rule to it

_random = np.random.default_rng(0)
X = _random.integers(-8, 9, size=(8, 2)) / 8  # numbers that float32 has exactly: `fit` makes it so
Y = np.sign(X @ [[1, 1, 0], [1, 0, -1]]) / 2
WORDS = np.array([[0, 1, 1], [2, 3, 0], [1, 1, 1], [4, 0, 2]])  # with some of them twice in a batch, and 5 never


def point(title):
    """A point of the contract, for the table."""

    def add(function):
        CONTRACT[title] = function
        return function

    return add


# The layer, in three ways to write its model


def layer(dtype="float64"):
    """A matrix and a vector, which begin with the same numbers every time."""
    begin = [keras.initializers.RandomNormal(stddev=1.0, seed=seed) for seed in range(2)]
    return keras.layers.Dense(3, "tanh", dtype=dtype, kernel_initializer=begin[0], bias_initializer=begin[1])


def built(dtype="float64"):
    return keras.Sequential([keras.layers.Input((2,), dtype="float64"), layer(dtype)])


def unbuilt():
    return keras.Sequential([layer()])


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.only = layer()

    def call(self, x):
        return self.only(x)


def compiled(model, optimizer, **how):
    model.compile(optimizer, loss="mse", jit_compile=how.pop("jit_compile", False), **how)
    return model


def fitted(model):
    model.fit(X, Y, batch_size=len(X), epochs=STEPS, shuffle=False, verbose=0)
    return model


def with_its_state(model):
    """Else what creates variables is traced twice, which `unbuilt` and others try."""
    model.optimizer.build(model.trainable_variables)
    return model


def stepped(model, steps=STEPS):
    for _ in range(steps):
        model.train_on_batch(X, Y)
    return model


def weights_of(model):
    return np.concatenate([np.ravel(weights) for weights in model.get_weights()]).astype(float)


def assert_same(model, wanted, tolerance=1e-10):
    np.testing.assert_allclose(weights_of(model), wanted, rtol=tolerance, atol=tolerance)


@cache
def plain(kind: type[Optimizer], steps: int = STEPS) -> np.ndarray:
    """The weights after some steps of the plainest way, which move: a contract that nothing moves proves nothing."""
    model = stepped(compiled(built(), KerasOptimizer(kind(RATE)), run_eagerly=True), steps)
    assert np.abs(weights_of(model) - weights_of(built())).max() > (1e-6 if kind is optimizers.Adadelta else 1e-3)
    return weights_of(model)


def by_core(rule, start, gradients, decay=0.0):
    """A variable that is no matrix by the rule's own `update`, after a decay by Keras."""
    params, state = tf.constant(start[None]), rule.init(tf.constant(start[None]))
    for g in gradients:
        params, state = rule.update(params * (1 - rule.learning_rate * decay), tf.constant(g[None]), state)
    return params[0].numpy()


# The points


@point("built")
def a_built_model_is_fitted(kind):
    assert_same(fitted(compiled(built(), KerasOptimizer(kind(RATE)))), plain(kind))


@point("unbuilt")
def a_model_that_fit_builds_goes_the_same_way(kind):
    assert_same(fitted(compiled(unbuilt(), KerasOptimizer(kind(RATE)))), plain(kind))


@point("subclassed")
def a_subclassed_model_goes_the_same_way(kind):
    assert_same(fitted(compiled(Subclassed(), KerasOptimizer(kind(RATE)))), plain(kind))


@point("`train_on_batch`")
def train_on_batch_builds_and_goes_the_same_way(kind):
    assert_same(stepped(compiled(Subclassed(), KerasOptimizer(kind(RATE)))), plain(kind))


@point("embeddings")
def gradients_by_rows_are_as_good_as_whole_ones(kind):
    """In a model, and by hand with a row that comes twice: its two gradients count as their sum."""
    begin = keras.initializers.RandomNormal(seed=1)
    stack = [keras.layers.Embedding(6, 2, embeddings_initializer=begin), keras.layers.Flatten()]
    model = compiled(keras.Sequential(stack), KerasOptimizer(kind(0.125)))
    losses = [float(model.train_on_batch(WORDS, np.ones((4, 6)))) for _ in range(STEPS)]
    assert losses[-1] < losses[0]

    rows = tf.constant([[1.0, 2.0], [3.0, -1.0], [0.5, 0.25]], tf.float64)
    slices = tf.IndexedSlices(rows, tf.constant([1, 3, 1]), tf.constant([4, 2]))
    whole = np.zeros((4, 2))
    np.add.at(whole, [1, 3, 1], rows.numpy())
    ends = []
    for gradient in (slices, tf.constant(whole)):
        variable, optimizer = keras.Variable(np.ones((4, 2)), dtype="float64"), KerasOptimizer(kind(RATE))
        for _ in range(3):
            optimizer.apply([gradient], [variable])
        ends.append(variable.numpy())
    np.testing.assert_array_equal(*ends)


@point("excluded from decay")
def an_excluded_variable_does_not_decay(kind):
    own = "weight_decay" in kind.hypers()
    rule, options = (kind(RATE, weight_decay=DECAY), {}) if own else (kind(RATE), {"weight_decay": DECAY})
    start, gradients = np.array([2.0, -1.0, 0.5]), np.random.default_rng(1).normal(size=(3, 3))
    variables = [keras.Variable(start, dtype="float64", name=name) for name in ("scale", "bias", "other")]
    optimizer = KerasOptimizer(rule, **options)
    optimizer.exclude_from_weight_decay(var_list=[variables[2]], var_names=["bias"])
    for g in gradients:
        optimizer.apply([tf.constant(g)] * 3, variables)
    without = rule.replace(weight_decay=0.0) if own else rule
    decays, stays = by_core(rule, start, gradients, 0.0 if own else DECAY), by_core(without, start, gradients)
    # Ftrl makes its weights anew from sums of gradients at every step: a decay of the old ones leaves little trace
    assert np.abs(decays - stays).max() > (1e-6 if kind is optimizers.Ftrl else 1e-4)
    for variable, wanted in zip(variables, (decays, stays, stays), strict=True):
        np.testing.assert_allclose(variable.numpy(), wanted, rtol=1e-6)  # Keras decays by a rate in float32


@point("`[None]` shapes")
def a_variable_of_no_fixed_length_is_stepped(kind):
    start, gradients = np.array([1.0, -2.0, 3.0]), np.random.default_rng(2).normal(size=(3, 3))
    variable = tf.Variable(start, shape=tf.TensorShape([None]))
    optimizer = KerasOptimizer(kind(RATE))
    optimizer.build([variable])

    @tf.function
    def step(g):
        optimizer.apply([g], [variable])

    for g in gradients:
        step(tf.constant(g))
    np.testing.assert_allclose(variable.numpy(), by_core(kind(RATE), start, gradients), rtol=1e-12)


@point("schedules")
def a_schedule_steers_every_step(kind):
    halves = keras.optimizers.schedules.PiecewiseConstantDecay([1], [RATE, RATE / 2])  # the change comes after step 2
    model = compiled(built(), KerasOptimizer(kind(), halves), run_eagerly=True)
    by_hand = compiled(built(), KerasOptimizer(kind(RATE)), run_eagerly=True)
    for step in range(STEPS):
        by_hand.optimizer.learning_rate = RATE if step < 2 else RATE / 2
        stepped(model, 1), stepped(by_hand, 1)
    assert_same(model, weights_of(by_hand), 1e-14)
    assert np.abs(weights_of(model) - plain(kind)).max() > 1e-8


@point("`jit_compile`")
def compiling_changes_nothing(kind):
    model = compiled(built(), KerasOptimizer(kind(RATE)), jit_compile=True)
    assert_same(fitted(with_its_state(model)), plain(kind))


@point("`steps_per_execution`")
def several_steps_in_one_call_are_the_same_steps(kind):
    model = with_its_state(compiled(built(), KerasOptimizer(kind(RATE)), steps_per_execution=2))
    model.fit(np.tile(X, (STEPS, 1)), np.tile(Y, (STEPS, 1)), batch_size=len(X), shuffle=False, verbose=0)
    assert_same(model, plain(kind))


@point("mixed precision")
def mixed_precision_goes_about_the_same_way(kind):
    """Keras scales the loss, and keeps the weights in float32; what differs is the gradient, in half precision."""
    scaling = keras.optimizers.LossScaleOptimizer(KerasOptimizer(kind(RATE)), initial_scale=1024.0)
    model = compiled(built("mixed_float16"), scaling, run_eagerly=True)
    model.set_weights(built().get_weights())
    assert {weights.dtype for weights in stepped(model).trainable_variables} == {"float32"}
    moved = np.abs(plain(kind) - weights_of(built())).max()
    assert np.abs(weights_of(model) - plain(kind)).max() < 0.01 * moved


@point("EMA")
def the_average_is_that_of_the_steps(kind):
    model = compiled(built(), KerasOptimizer(kind(RATE), use_ema=True, ema_momentum=0.5), run_eagerly=True)
    stepped(model).optimizer.finalize_variable_values(model.trainable_variables)
    average = plain(kind, 1)
    for step in range(2, STEPS + 1):
        average = (average + plain(kind, step)) / 2
    assert_same(model, average)


@point("accumulation")
def two_halves_of_a_batch_are_one_batch(kind):
    model = compiled(built(), KerasOptimizer(kind(RATE), gradient_accumulation_steps=2), run_eagerly=True)
    for _ in range(STEPS):
        model.train_on_batch(X[:4], Y[:4]), model.train_on_batch(X[4:], Y[4:])
    assert_same(model, plain(kind))


@point("checkpoint")
def a_checkpoint_is_taken_up(kind):
    """By TensorFlow's own checkpoints, halfway."""
    model = stepped(compiled(built(), KerasOptimizer(kind(RATE)), run_eagerly=True), 2)
    other = stepped(compiled(built(), KerasOptimizer(kind(RATE)), run_eagerly=True), 1)
    with tempfile.TemporaryDirectory() as folder:
        path = tf.train.Checkpoint(model=model, optimizer=model.optimizer).save(f"{folder}/halfway")
        status = tf.train.Checkpoint(model=other, optimizer=other.optimizer).restore(path)
        status.assert_consumed()
    assert_same(stepped(other, STEPS - 2), plain(kind), 1e-14)


@point("`.keras`")
def a_saved_model_goes_on(kind):
    model = stepped(compiled(built(), KerasOptimizer(kind(RATE)), run_eagerly=True), 2)
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/model.keras")
        loaded = keras.models.load_model(f"{folder}/model.keras")
    assert loaded.optimizer.rule == model.optimizer.rule
    loaded.run_eagerly = True
    assert_same(stepped(loaded, STEPS - 2), plain(kind), 1e-14)


@point("clone")
def a_clone_begins_anew(kind):
    model = stepped(compiled(built(), KerasOptimizer(kind(RATE)), run_eagerly=True), 2)
    clone = keras.models.clone_model(model)
    clone.set_weights(built().get_weights())
    compiled(clone, KerasOptimizer.from_config(model.optimizer.get_config()), run_eagerly=True)
    assert_same(stepped(clone), plain(kind), 1e-14)


@point("two devices")
def two_devices_go_the_way_of_one(kind):
    """MirroredStrategy: each device has half of the batch. All rules are in one process, with devices of its own."""
    np.testing.assert_allclose(on_two_devices()[kind.__name__], plain(kind), rtol=1e-10, atol=1e-10)


def on_two_devices() -> dict[str, list[float]]:
    return json.loads(in_a_process_of_its_own("tests.unit.contract", "two devices"))


def print_what_two_devices_do():
    halves = tf.config.LogicalDeviceConfiguration()
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], [halves, halves])
    strategy, ends = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]), {}
    for kind in optimizers.RULES:
        with strategy.scope():
            model = compiled(built(), KerasOptimizer(kind(RATE)))
        ends[kind.__name__] = weights_of(stepped(model)).tolist()
    print(json.dumps(ends))


@point("other backends")
def another_backend_is_told_what_is_needed(kind):
    heard = on_another_backend()
    for name, speaker in ((kind.__name__, "KerasOptimizer"), ("scheduled", "scheduled")):
        assert heard[name].startswith(f"{speaker} needs Keras on TensorFlow")
        assert "Here Keras runs on numpy" in heard[name]
        assert "os.environ['KERAS_BACKEND'] = 'tensorflow'" in heard[name]


def on_another_backend() -> dict[str, str]:
    return json.loads(in_a_process_of_its_own("tests.unit.another_backend", KERAS_BACKEND="numpy"))


def in_a_process_of_its_own(*module, **environment):
    """The last line that a module prints, which is run once for all rules."""
    made = _run(module, tuple(environment.items()))
    assert made.returncode == 0, made.stderr[-2000:]
    return made.stdout.splitlines()[-1]


@cache
def _run(module, environment):
    command = [sys.executable, "-m", *module]
    return subprocess.run(command, cwd=ROOT, env=os.environ | dict(environment), capture_output=True, text=True)


# The table


def table() -> str:
    """A row for each rule, a column for each point. That every cell is a yes is what the tests prove."""
    heads = ["rule", *CONTRACT]
    rows = [[f"`{kind.__name__}`", *["yes"] * len(CONTRACT)] for kind in optimizers.RULES]
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def with_table(page: str) -> str:
    """The page with the table of today between its two marks."""
    return re.sub(r"(?<=<!-- contract -->\n).*(?=\n<!-- /contract -->)", lambda _: table(), page, flags=re.DOTALL)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["two devices"]:
            print_what_two_devices_do()
        case _:
            PAGE.write_text(with_table(PAGE.read_text("utf-8")), "utf-8")
