"""What differs between our rules in Keras and Keras's own classes: nothing silently. See docs/keras.md."""

import inspect
import os
import pickle
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from optlearn import optimizers
from optlearn.keras import KerasOptimizer
from optlearn.optimizers import Adafactor, Adam, AdamW, AMSGrad, Ftrl, Muon, ScheduleFreeAdamW
from optlearn.optimizers.base import KERAS_OPTIONS
from tests.unit.contract import RATE, compiled, unbuilt

# Keras turns its variables into arrays in a way that NumPy 2 is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")

KINDS = pytest.mark.parametrize("kind", optimizers.ALL, ids=lambda kind: kind.__name__)
ROOT = Path(__file__).parents[2]


def arguments(kind):
    """The names of what Keras's class takes."""
    parameters = inspect.signature(getattr(keras.optimizers, kind.facts.keras.name).__init__).parameters
    return [name for name in parameters if name not in ("self", "kwargs")]


def moved(optimizer, gradients, *starts, dtype="float32", names=None):
    """The variables after some steps."""
    names = names or [f"variable_{index}" for index in range(len(starts))]
    variables = [keras.Variable(start, dtype=dtype, name=name) for start, name in zip(starts, names, strict=True)]
    for g in gradients:
        optimizer.apply([tf.constant(each, dtype) for each in g], variables)
    return [variable.numpy() for variable in variables]


# Arguments


@KINDS
def test_every_argument_of_keras_is_here_or_its_absence_is_said(kind):
    fields = inspect.signature(kind).parameters
    known = {*fields, *kind.facts.keras.arguments, *kind.facts.keras.also, *KERAS_OPTIONS, *kind.facts.absent}
    assert set(arguments(kind)) <= known
    for name in kind.facts.absent:
        assert name in arguments(kind)
        assert name not in fields
        assert f"`{name}`" in kind.__doc__ or f"{name}=" in kind.__doc__, f"the docstring does not say it of {name}"
        with pytest.raises(TypeError) as raised:
            kind(**{name: 1})
        assert str(raised.value) == f"{kind.__name__}({name}=1): {kind.facts.absent[name]}"
        with pytest.raises(ValueError, match=f"{name}=1: "):
            KerasOptimizer(kind(), **{name: 1})


def test_the_options_of_keras_are_those_of_its_base_class():
    base = inspect.signature(keras.optimizers.Optimizer.__init__).parameters
    base = (
        base if "clipnorm" in base else inspect.signature(keras.src.optimizers.base_optimizer.BaseOptimizer).parameters
    )
    assert set(KERAS_OPTIONS) == set(base) - {"self", "learning_rate", "kwargs"}


@pytest.mark.parametrize("option", [{"clipnorm": 1.0}, {"use_ema": True}, {"weight_decay": 0.1}, {"name": "mine"}])
def test_an_option_of_keras_given_to_a_rule_is_sent_where_it_belongs(option):
    ((name, value),) = option.items()
    with pytest.raises(TypeError) as raised:
        Adam(**option)
    assert f"KerasOptimizer(Adam(), {name}={value!r})" in str(raised.value)


def test_a_number_of_the_rule_given_to_the_optimizer_is_sent_where_it_belongs():
    with pytest.raises(ValueError, match=r"beta_1=0.5 belongs to the rule: KerasOptimizer\(Adam\(beta_1=0.5\)\)"):
        KerasOptimizer(Adam(), beta_1=0.5)


@KINDS
def test_the_optimizer_is_pickled_with_its_rule(kind):
    again = pickle.loads(pickle.dumps(KerasOptimizer(kind(RATE), clipnorm=2.0)))
    assert again.rule == kind(RATE)
    assert again.clipnorm == 2.0


def test_a_power_above_zero_is_refused():
    with pytest.raises(ValueError, match=r"Ftrl\(learning_rate_power=0.5\): learning_rate_power must be a number ≤ 0"):
        Ftrl(learning_rate_power=0.5)


# Our rule where Keras's optimizer belongs


def test_compile_with_a_rule_says_what_to_write_instead():
    with pytest.raises(ValueError, match="Could not interpret") as raised:
        unbuilt().compile(optimizer=Adam(0.01))
    assert repr(Adam(0.01)) in str(raised.value)
    assert "a rule of optlearn, which Keras takes as KerasOptimizer(Adam(...)), from optlearn.keras" in str(
        raised.value
    )


def test_elsewhere_a_rule_is_the_text_it_always_was():
    rule = Adam(0.01)
    assert f"{rule}" == str(rule) == repr(rule)
    assert "{:>200}".format(rule) == repr(rule).rjust(200)  # noqa: UP032 - the other way to come to __format__


def test_where_keras_cannot_start_the_error_says_what_is_needed():
    script = "import sys; sys.modules['jax'] = None; import optlearn.keras"
    bare = os.environ | {"KERAS_BACKEND": "jax"}
    made = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=bare, capture_output=True, text=True)
    last = made.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: Keras does not start on jax")
    assert "The rules of optlearn need TensorFlow" in last


# Which variables a rule leaves to another, and which it takes whole


VARIABLES = {
    "dense/kernel": (2, 3),
    "dense/bias": (3,),
    "scale": (),
    "conv/kernel": (2, 2, 3, 4),
    "embedding/embeddings": (5, 2),
    "my_Embeddings": (5, 2),
    "last/kernel": (3, 1),
}
CHOICES = [{}, {"exclude_embeddings": False}, {"exclude_layers": ["last"]}, {"exclude_layers": ["^last/k", "dense"]}]


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_muon_leaves_to_adamw_what_keras_leaves_to_it(choice):
    theirs = keras.optimizers.Muon(**choice)
    for path, shape in VARIABLES.items():
        variable = keras.Variable(np.zeros(shape))
        variable._path = path
        rule = Muon(**choice).for_layer(path, shape)
        assert isinstance(rule, AdamW if theirs._should_use_adamw(variable) else Muon), path


def test_muon_takes_one_name_for_a_list_and_none_for_no_name():
    assert Muon(exclude_layers="last") == Muon(exclude_layers=["last"])
    assert Muon(exclude_layers=None) == Muon()


def test_muon_moves_a_model_as_keras_does_with_all_its_numbers():
    numbers = {"learning_rate": 0.0625, "weight_decay": 0.5, "adam_weight_decay": 0.25, "adam_lr_ratio": 0.5}
    numbers |= {"rms_rate": 0.4, "epsilon": 1e-10, "exclude_layers": ["last"]}
    rng, names = np.random.default_rng(0), ["dense", "embedding", "last", "bias", "filters"]
    starts = [rng.normal(size=shape) for shape in [(3, 2), (4, 2), (2, 2), (3,), (2, 2, 2)]]
    gradients = [[rng.normal(size=start.shape) for start in starts] for _ in range(4)]
    ours, theirs = KerasOptimizer(Muon(**numbers)), keras.optimizers.Muon(**numbers)
    pairs = zip(*(moved(each, gradients, *starts, names=names) for each in (ours, theirs)), strict=True)
    for mine, other in pairs:
        np.testing.assert_allclose(mine, other, rtol=2e-4, atol=2e-5)


def test_excluded_from_decay_muon_decays_nothing_by_either_rule():
    optimizer = KerasOptimizer(Muon(RATE, weight_decay=0.5, adam_weight_decay=0.5))
    optimizer.exclude_from_weight_decay(var_names=["kernel", "bias"])
    nothing = [[np.zeros((2, 2)), np.zeros(2)]]
    for end in moved(optimizer, nothing, np.ones((2, 2)), np.ones(2), names=["kernel", "bias"]):
        np.testing.assert_array_equal(end, 1)


@pytest.mark.parametrize("shape", [(3, 2, 4), (2, 2, 3, 4)], ids=str)
def test_adafactor_factors_kernels_of_many_axes_as_keras_does(shape):
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=shape), [[rng.normal(size=shape)] for _ in range(5)]
    ours, theirs = KerasOptimizer(Adafactor(0.125)), keras.optimizers.Adafactor(0.125)
    ends = [moved(each, gradients, start, dtype="float64")[0] for each in (ours, theirs)]
    np.testing.assert_allclose(*ends, rtol=1e-6)
    r, c, t = ours.variables[2:]
    assert (tuple(r.shape), tuple(c.shape), tuple(t.shape)) == ((*shape[:-1], 1), (*shape[:-2], 1, shape[-1]), ())


# What Keras's classes do, where ours do otherwise


def test_relative_step_changes_nothing_in_keras():
    gradients = [[np.array([[1.0, -2.0], [0.5, 3.0]]) / t] for t in range(1, 9)]
    ends = [
        moved(keras.optimizers.Adafactor(1.0, relative_step=given), gradients, np.ones((2, 2)))[0]
        for given in (True, False)
    ]
    np.testing.assert_array_equal(*ends)


def test_amsgrad_with_the_decay_of_keras_is_adamw_with_the_largest_v():
    gradients = [[np.array([1.0, -2.0]) / t] for t in range(1, 9)]
    ours = KerasOptimizer(AMSGrad(0.0625, epsilon=1e-10), weight_decay=0.25)
    theirs = keras.optimizers.AdamW(0.0625, epsilon=1e-10, weight_decay=0.25, amsgrad=True)
    np.testing.assert_allclose(*(moved(each, gradients, np.ones(2))[0] for each in (ours, theirs)), rtol=1e-5)


def test_adagrad_of_keras_counts_a_row_that_comes_twice_once_and_ours_its_sum():
    def end(optimizer, gradient):
        variable = keras.Variable(np.ones((3, 1)), dtype="float64")
        optimizer.apply([gradient], [variable])
        return variable.numpy()[1, 0]

    twice = tf.IndexedSlices(tf.constant([[1.0], [1.0]], tf.float64), [1, 1], [3, 1])
    whole = tf.constant([[0.0], [2.0], [0.0]], tf.float64)
    make = {"ours": lambda: KerasOptimizer(optimizers.Adagrad(0.5)), "theirs": lambda: keras.optimizers.Adagrad(0.5)}
    assert end(make["ours"](), twice) == end(make["ours"](), whole)
    assert abs(end(make["theirs"](), twice) - end(make["theirs"](), whole)) > 1e-3


# A state that begins with the weights, in a model that is not there yet


def test_a_state_that_begins_with_the_weights_waits_for_them():
    """Also where a variable has no gradient at first: its state begins when it is first moved."""
    start = np.array([[1.0, 2.0], [3.0, 4.0]])

    class Later(keras.Model):
        def build(self, shape):
            begin = keras.initializers.Constant(0.5)
            self.late = self.add_weight(shape=(2,), initializer=begin, dtype="float64", name="late")
            self.first = self.add_weight(shape=(2,), initializer=begin, dtype="float64", name="first")

        def call(self, x):
            return tf.cast(x, tf.float64) * self.first + tf.cast(self.used, tf.float64) * self.late

    model = Later()
    model.used = tf.Variable(0.0, trainable=False)
    optimizer = KerasOptimizer(ScheduleFreeAdamW(RATE))
    traces = []

    @tf.function
    def step(with_late):
        traces.append(1)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model(start) ** 2)
        variables = model.trainable_variables
        gradients = tape.gradient(loss, variables)
        gradients = [g if with_late or v.name != "late" else None for g, v in zip(gradients, variables, strict=True)]
        optimizer.apply(gradients, variables)

    with pytest.warns(UserWarning, match="Gradients do not exist"):
        step(False)
    late = {part.name: part.numpy() for part in optimizer.variables if "late" in part.name}
    assert np.isnan(next(value for name, value in late.items() if name.endswith("_z"))).all()
    model.used.assign(1.0)
    step(True)
    moved_by = np.abs(model.late.numpy() - 0.5)
    np.testing.assert_allclose(moved_by, RATE, rtol=1e-6)  # one first step of Adam's length, from the weights
    assert all(np.isfinite(part.numpy()).all() for part in optimizer.variables)


def test_in_a_model_that_fit_builds_keras_starts_schedule_free_adamw_from_zero_and_ours_from_the_weights():
    x, y = np.ones((4, 2)), np.zeros((4, 1))
    ends = []
    for optimizer in (KerasOptimizer(ScheduleFreeAdamW(RATE)), keras.optimizers.ScheduleFreeAdamW(RATE)):
        model = compiled(unbuilt(), optimizer)
        model.train_on_batch(x, y)
        start = [weights.copy() for weights in unbuilt_weights()]
        ends.append(max(np.abs(now - then).max() for now, then in zip(model.get_weights(), start, strict=True)))
    ours, theirs = ends
    assert ours == pytest.approx(RATE, rel=1e-4)
    assert theirs > 10 * RATE


def unbuilt_weights():
    model = unbuilt()
    model.build((None, 2))
    return model.get_weights()
