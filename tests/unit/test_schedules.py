"""Schedules of Keras in the core: against Keras itself, against rules at a constant rate, and for many runs."""

from dataclasses import dataclass

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.optimizers import schedules

from optlearn import optimizers
from optlearn.live import Lab
from optlearn.optimizers import SGD, Adam, Momentum, Optimizer, Scalar
from optlearn.plotting import quantities, style
from optlearn.problems import MatrixRecovery, NoisyParabolaFit, ParabolaFit
from optlearn.schedules import Scheduled, scheduled
from optlearn.training import sweep, train

pytestmark = pytest.mark.usefixtures("without_xla")
SCHEDULES = {
    "cosine": schedules.CosineDecay(0.002, 60, alpha=0.1),
    "warm-up": schedules.CosineDecay(0.0005, 50, warmup_target=0.002, warmup_steps=20),
    "restarts": schedules.CosineDecayRestarts(0.002, 25),
    "growing restarts": schedules.CosineDecayRestarts(
        0.002, 10.5, t_mul=2.0, m_mul=0.5, alpha=0.05
    ),  # 10: rounding decides when
    "exponential": schedules.ExponentialDecay(0.002, 30, 0.5),
    "staircase": schedules.ExponentialDecay(0.002, 30, 0.5, staircase=True),
    "inverse": schedules.InverseTimeDecay(0.002, 20, 1.5),
    "polynomial": schedules.PolynomialDecay(0.002, 50, 0.0005, power=2.0),
    "cycle": schedules.PolynomialDecay(0.002, 30, 0.0005, cycle=True),
    "steps": schedules.PiecewiseConstantDecay([20, 50], [0.002, 0.001, 0.0002]),
}
EACH = pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=list(SCHEDULES))


def test_every_schedule_of_keras_is_here():
    kinds = {
        name
        for name, kind in vars(schedules).items()
        if isinstance(kind, type) and kind is not schedules.LearningRateSchedule
    }
    assert {type(schedule).__name__ for schedule in SCHEDULES.values()} == kinds


@EACH
def test_the_rates_are_those_of_keras(schedule):
    run = train(scheduled(SGD(), schedule), ParabolaFit(), steps=80)
    wanted = [float(schedule(step)) for step in range(81)]
    np.testing.assert_allclose(run.state.learning_rate, wanted, rtol=2e-4, atol=1e-9)  # Keras's are float32
    np.testing.assert_array_equal(run.state.t, range(81))
    steps = -run.state.learning_rate[:-1, None] * run.gradient[:-1]
    np.testing.assert_allclose(np.diff(run.params, axis=0), steps, rtol=1e-9, atol=1e-12)


@EACH
@pytest.mark.parametrize(("kind", "theirs"), [(Momentum, {"momentum": 0.9}), (Adam, None)])
def test_a_path_is_that_of_keras_with_the_same_schedule(schedule, kind, theirs):
    problem = ParabolaFit()
    rule = kind(epsilon=1e-12) if kind is Adam else kind()
    run = train(scheduled(rule, schedule), problem, steps=80)
    optimizer = keras.optimizers.SGD(schedule, **theirs) if theirs else keras.optimizers.Adam(schedule, epsilon=1e-12)
    variable = tf.Variable(problem.start, dtype=tf.float64)
    optimizer.build([variable])
    step = tf.function(lambda: optimizer.apply([problem.gradient(variable[None])[0]], [variable]), autograph=False)
    for _ in range(80):
        step()
    np.testing.assert_allclose(run.params[-1], variable, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", optimizers.RULES, ids=lambda kind: kind.__name__)
def test_a_schedule_that_stays_is_the_rule_itself(kind):
    stays = schedules.ExponentialDecay(0.0078125, 10, 1.0)
    problem = MatrixRecovery() if kind.facts.acts_on == "matrices" else ParabolaFit()
    wrapped, plain = train(scheduled(kind(), stays), problem, 60), train(kind(learning_rate=0.0078125), problem, 60)
    np.testing.assert_allclose(wrapped.params, plain.params, rtol=1e-9, atol=1e-12)
    assert type(wrapped.state.rule) is kind.State
    assert quantities(wrapped).keys() == quantities(plain).keys()


@EACH
def test_a_sweep_runs_each_schedule_as_if_it_were_alone(schedule):
    optimizer = scheduled(Momentum(), schedule)
    for name, value in optimizer.values.items():
        values = [0.5 * value + 0.05, value]
        runs = sweep(optimizer, NoisyParabolaFit(), 80, **{name: values})
        for i, each in enumerate(values):
            alone = train(optimizer.replace(**{name: each}), NoisyParabolaFit(), 80)
            np.testing.assert_allclose(runs.params[i], alone.params, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(runs.state.learning_rate[i], alone.state.learning_rate, rtol=1e-12)


@EACH
def test_its_schedule_can_be_taken_out_again(schedule):
    again = scheduled(SGD(), schedule).schedule
    assert type(again) is type(schedule)
    assert float(again(33)) == pytest.approx(float(schedule(33)), rel=1e-4)
    assert float(schedule(0)) == pytest.approx(float(again(0)), rel=1e-6)


def test_the_numbers_are_those_of_the_schedule_and_the_rule():
    assert scheduled(Adam(beta_1=0.5), SCHEDULES["cosine"]).values == {
        "initial_learning_rate": 0.002,
        "decay_steps": 60,
        "alpha": 0.1,
        "beta_1": 0.5,
        "beta_2": 0.999,
        "epsilon": 1e-7,
    }
    steps = scheduled(SGD(), SCHEDULES["steps"])
    assert list(steps.values.values()) == [20, 50, 0.002, 0.001, 0.0002]
    assert [about.symbol for about in steps.hypers().values()] == ["t₁", "t₂", "η₁", "η₂", "η₃"]
    assert "decay_steps" not in scheduled(SGD(), SCHEDULES["warm-up"]).values


def test_two_of_a_kind_share_their_class_and_others_do_not():
    one, two = (scheduled(SGD(), schedules.CosineDecay(rate, 50)) for rate in (0.1, 0.2))
    assert type(one) is type(two)
    assert one.outline == two.outline
    others = [scheduled(SGD(), schedules.ExponentialDecay(0.1, 10, 0.5, staircase=flag)) for flag in (False, True)]
    assert len({type(each) for each in (one, *others, scheduled(Momentum(), SCHEDULES["cosine"]))}) == 4


def test_an_own_schedule_has_the_numbers_it_names_as_keras_does():
    class Rooted(schedules.LearningRateSchedule):
        def __init__(self, initial_learning_rate, sharpness=2.0):
            self.initial_learning_rate, self.sharpness = initial_learning_rate, sharpness

        def __call__(self, step):
            return self.initial_learning_rate / (1.0 + self.sharpness * step) ** 0.5

        def get_config(self):
            return {"initial_learning_rate": self.initial_learning_rate, "sharpness": self.sharpness}

    optimizer = scheduled(SGD(), Rooted(0.002, sharpness=3.0))
    assert optimizer.values == {"initial_learning_rate": 0.002}
    run = train(optimizer, ParabolaFit(), 20)
    np.testing.assert_allclose(run.state.learning_rate, 0.002 / np.sqrt(1 + 3 * np.arange(21)))
    assert style(optimizer)["color"] == "black"


def test_a_lab_has_sliders_for_the_numbers_of_a_schedule():
    lab = Lab([SGD(0.001), scheduled(SGD(), schedules.CosineDecay(0.002, 100))], NoisyParabolaFit(), steps=200)
    assert list(lab.values) == ["learning_rate", "initial_learning_rate", "decay_steps", "alpha"]
    assert "SGD with CosineDecay: " in lab.text
    before = lab.text
    lab.set(decay_steps=50)
    assert lab.text != before
    assert "T = 50" in lab.text


def test_each_schedule_has_its_look():
    looks = {name: tuple(style(scheduled(SGD(), each)).values()) for name, each in SCHEDULES.items()}
    looks["constant"] = tuple(style(SGD()).values())
    assert len(set(looks.values())) == 7
    assert looks["cosine"] == looks["warm-up"] != looks["restarts"]


# Wrong input


@pytest.mark.parametrize(
    ("rule", "schedule", "words"),
    [
        (SGD, SCHEDULES["cosine"], "rule=.* must be an optimizer of optlearn"),
        (SGD(), 0.1, "schedule=0.1: schedule must be one of keras.optimizers.schedules"),
        (SGD(), lambda step: 0.1, "must be one of keras.optimizers.schedules"),
    ],
)
def test_what_is_no_rule_or_no_schedule_is_refused(rule, schedule, words):
    with pytest.raises(TypeError, match=words):
        scheduled(rule, schedule)


def test_numbers_that_make_no_sense_are_refused_with_their_name():
    with pytest.raises(ValueError, match=r"decay_steps=0.*decay_steps must be a finite number ≥ 1"):
        scheduled(SGD(), SCHEDULES["cosine"]).replace(decay_steps=0)
    with pytest.raises(ValueError, match=r"initial_learning_rate=-1.0\): .* must be a finite number ≥ 0"):
        scheduled(SGD(), schedules.CosineDecay(-1.0, 10))


def test_a_rule_needs_a_rate_and_no_number_of_the_schedule():
    @dataclass(frozen=True)
    class Rateless(Optimizer):
        speed: Scalar = 0.1

        def update(self, params, g, state):
            return params - self.speed * g, state

    @dataclass(frozen=True)
    class Doubled(Optimizer):
        learning_rate: Scalar = 0.1
        alpha: Scalar = 0.5

        def update(self, params, g, state):
            return params - self.learning_rate * self.alpha * g, state

    with pytest.raises(ValueError, match="Rateless has no learning_rate that a schedule could replace"):
        scheduled(Rateless(), SCHEDULES["cosine"])
    with pytest.raises(ValueError, match="Doubled and the schedule both have alpha"):
        scheduled(Doubled(), SCHEDULES["cosine"])


def test_scheduled_itself_is_made_by_the_function():
    assert issubclass(type(scheduled(SGD(), SCHEDULES["cosine"])), Scheduled)
