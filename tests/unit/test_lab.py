"""The lab without a browser: what a reader and a cell can do, driven from Python, and what the browser is sent."""

from __future__ import annotations

import base64
import io
import json
import re
import threading
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
import tensorflow as tf
import traitlets
from PIL import Image

from optlearn import optimizers, problems
from optlearn.live import Lab, Race
from optlearn.live.description import STOPS
from optlearn.live.page import MIME, common
from optlearn.live.reduced import in_few_colors
from optlearn.live.words import number
from optlearn.optimizers import SGD, Adam, Momentum, Muon, Optimizer, RMSprop, hyper
from optlearn.problems import Himmelblau, IllConditionedMatrix, ParabolaFit, Problem, Ravine, Saddle
from optlearn.training import train
from tests.benchmarks.making import FIRST, size
from tests.browser.learners import TooLarge

WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass(frozen=True)
class Sign(Optimizer):
    """A learner's rule: a step of fixed length along each axis, that gets shorter."""

    length: float = hyper(0.1, symbol="s", low=0.01, high=1)
    shrink: float = 0.9
    both: bool = True

    class State(NamedTuple):
        length: tf.Tensor

    def init(self, params):
        return self.State(tf.ones_like(params))

    def update(self, params, g, state):
        return params - self.length * state.length * tf.sign(g), self.State(self.shrink * state.length)


@dataclass(frozen=True)
class Bowl(Problem):
    """A learner's problem, with a number of its own."""

    height: float = 2.0
    start = (1.5, -1.0)
    bounds = ((-2.0, 2.0), (-2.0, 2.0))
    minima = ((0.0, 0.0),)

    def loss(self, params, step=None):
        return self.height * tf.reduce_sum(params**2, axis=-1)


@dataclass(frozen=True)
class Broken(Optimizer):
    """A rule that fails while it is traced."""

    rate: float = 0.1

    def update(self, params, g, state):
        raise RuntimeError("no such rule")


def own(function, **more) -> Problem:
    return Problem.from_function(function, start=(1, 1), bounds=[(-2, 2), (-2, 2)], **more)


@cache
def shared(optimizer: Optimizer, problem: Problem) -> Lab:
    """A lab that no test changes."""
    return Lab(optimizer, problem)


@dataclass(frozen=True)
class NumPyInside(Optimizer):
    """A rule that TensorFlow can run, and the browser cannot."""

    rate: float = 0.01

    def update(self, params, g, state):
        step = tf.numpy_function(lambda x: x * 2, [g], tf.float64)
        step.set_shape(g.shape)
        return params - self.rate * step, state


@pytest.fixture(scope="module")
def made() -> Lab:
    return Lab(Momentum(learning_rate=0.001), ParabolaFit())


@pytest.fixture
def lab(made) -> Lab:
    """The lab as it was made."""
    made.unpoint()
    made.reset()
    return made


def told(lab: Lab, **traits) -> None:
    """What the browser does when things have come to rest: it writes into the model."""
    lab.set_state(traits)


def ask(lab: Lab, **wish) -> dict:
    """A question of the browser, and the kernel's answer."""
    lab.set_state({"ask": {"id": lab.answer.get("id", 0) + 1, **wish}})
    return lab.answer


def sliders(lab: Lab) -> dict[str, dict]:
    """The sliders that the browser shows."""
    problem = next(each for each in lab.scene["problems"] if each["name"] == lab.problem)
    shape = ",".join(map(str, problem["shape"]))
    rules = {name: about for name, about in lab.scene["numbers"].items() if shape not in about["unused"]}
    return {name: about for name, about in {**problem["numbers"], **rules}.items() if name in lab.values}


def state_of(lab: Lab) -> tuple:
    """All that is on screen, to see that it has not changed."""
    return lab.text, lab.values, lab.start, lab.problem, lab.steps, lab.step, lab.scene, lab.pinned, lab.parts


# Labs for every optimizer and every problem


@pytest.mark.parametrize("kind", optimizers.RULES)
def test_every_optimizer_has_a_slider_for_each_of_its_numbers(kind):
    lab = shared(kind(), ParabolaFit())
    used = {name: about for name, about in kind.hypers().items() if name not in kind().unused((2,))}
    assert {name: about["symbol"] for name, about in sliders(lab).items()} == {n: a.symbol for n, a in used.items()}
    assert all(len(about["stops"]) == STOPS for about in sliders(lab).values())
    assert lab.values == kind().values
    assert all(lab.values[name] in about["stops"] for name, about in sliders(lab).items())
    assert lab.notice == ""
    assert lab.error is None


@pytest.mark.parametrize("kind", [*problems.ALL, *problems.MORE])
def test_every_problem_has_a_slider_for_each_of_its_numbers(kind):
    lab = shared(Momentum(learning_rate=0.001), kind())
    assert list(lab.values) == ["learning_rate", "momentum", *kind.hypers()]
    assert sliders(lab).keys() == set(lab.values)
    assert lab.problem in [each["name"] for each in lab.scene["problems"]]


def test_a_learners_rule_gets_sliders_from_hyper_and_from_plain_floats():
    stops = {name: about["stops"] for name, about in sliders(shared(Sign(), ParabolaFit())).items()}
    assert list(stops) == ["length", "shrink"]
    assert (stops["length"][0], stops["length"][-1]) == (0.01, 1)
    assert (stops["shrink"][0], stops["shrink"][-1]) == (0.009, 90)


def test_a_learners_problem_gets_sliders_too():
    lab = Lab(SGD(learning_rate=0.1), Bowl())
    assert lab.values == {"learning_rate": 0.1, "height": 2.0}
    assert "Bowl" in [each["name"] for each in lab.scene["problems"]]
    lab.set(height=3.0)
    assert lab.run.problem == Bowl(3.0)


def test_the_browser_offers_every_problem_and_the_learners_own():
    lab = shared(SGD(learning_rate=0.1), own(lambda x, y: x**2 + y**2))
    names = [*(kind.__name__ for kind in (*problems.ALL, *problems.MORE)), "your function"]
    assert [each["name"] for each in lab.scene["problems"]] == names


def test_without_a_problem_the_lab_shows_the_parabola():
    assert Lab(SGD()).run.problem == ParabolaFit()


def test_ranges_give_a_slider_other_ends():
    lab = Lab(SGD(learning_rate=0.001), ParabolaFit(), ranges={"learning_rate": (1e-4, 4e-3)})
    stops = sliders(lab)["learning_rate"]["stops"]
    assert (stops[0], stops[-1]) == (0.0001, 0.004)


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ({"rate": (0, 1)}, "no slider is called 'rate'. There are: learning_rate, momentum"),
        ({"momentum": (0.5, 1.0)}, "momentum=(0.5, 1.0) must be"),
        ({"learning_rate": (1, 0.1)}, "learning_rate=(1, 0.1) must be"),
        ({"learning_rate": (0.1,)}, "learning_rate=(0.1,) must be"),
    ],
    ids=["name", "value", "order", "length"],
)
def test_bad_ranges_are_named(ranges, message):
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is what is tested
        Lab(Momentum(), ParabolaFit(), ranges=ranges)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: Lab("Adam"), TypeError, "optimizer='Adam'"),
        (lambda: Lab(SGD(), "parabola"), TypeError, "problem='parabola'"),
        (lambda: Lab(SGD(), steps=0), ValueError, "steps=0"),
        (lambda: Lab(SGD(), steps=2.5), ValueError, "steps=2.5"),
        (lambda: Lab(SGD(), start=(1, 2, 3)), ValueError, "start=(1, 2, 3) has shape (3,)"),
        (lambda: Lab(SGD(learning_rate=-1)), ValueError, "learning_rate=-1"),
        (lambda: Lab(Adam(beta_1=1.0)), ValueError, "beta_1=1.0"),
        (lambda: Lab(Adam(beta_1="a")), ValueError, "beta_1='a'"),
        (lambda: Lab(Broken()), RuntimeError, "no such rule"),
        (lambda: Lab([SGD(), Adam()], labels=["one"]), ValueError, "there must be 2"),
    ],
    ids=[
        "optimizer",
        "problem",
        "no steps",
        "half a step",
        "start",
        "negative",
        "too large",
        "text",
        "broken",
        "labels",
    ],
)
def test_a_lab_that_cannot_be_made_says_why(make, kind, message):
    with pytest.raises(kind) as raised:
        make()
    assert message in str(raised.value)


def test_numbers_that_play_no_part_have_no_slider():
    on_matrix = sliders(Lab(Muon(), IllConditionedMatrix(), steps=10))
    assert on_matrix.keys() == {"learning_rate", "weight_decay", "momentum", "condition_number"}


def test_a_number_in_which_rules_differ_has_no_slider():
    lab = Lab([SGD(0.001), Momentum(0.002), Adam(0.1)])
    assert sliders(lab).keys() == {"momentum", "beta_1", "beta_2", "epsilon"}
    each = "SGD 0.001, Momentum 0.002, Adam 0.1"
    assert lab.scene["differing"] == [{"symbol": "η", "values": each}]
    with pytest.raises(ValueError, match=f"learning_rate: the rules differ in it \\({each}\\), .* It has: momentum,"):
        lab.set(learning_rate=0.1)


def test_nothing_is_said_of_numbers_where_rules_do_not_differ_nor_in_a_race_which_chooses_its_rates():
    assert "differing" not in Lab([SGD(0.001), Momentum(0.001)]).scene
    assert "differing" not in Race([SGD(0.001), Momentum(0.002)], steps=20).scene


def test_colours_are_sent_as_the_browser_can_make_them_lighter():
    scene = Lab([Momentum(0.001), Sign()], ParabolaFit(), steps=5).scene
    looks = [*scene["tracks"], *scene["looks"]]
    assert all(re.fullmatch("#[0-9a-f]{6}", look["color"]) for look in looks), looks


def test_rules_that_are_compared_differ_in_colour_and_in_dash():
    for rules in ([SGD(), Adam()], [SGD(0.1), SGD(0.2), SGD(0.3)], [Adam(), RMSprop(), Momentum(), Sign()]):
        looks = [(track["color"], tuple(track["dash"])) for track in Lab(rules).scene["tracks"]]
        assert len({color for color, _ in looks}) == len({dash for _, dash in looks}) == len(rules)


# Runs and their text


def test_the_run_is_one_of_the_core_and_computed_when_asked_for(lab):
    lab.set(learning_rate=0.002, momentum=0.5, start=(1, -4))
    expected = train(Momentum(learning_rate=0.002, momentum=0.5), ParabolaFit(), start=(1, -4))
    np.testing.assert_array_equal(lab.run.params, expected.params)
    assert lab.run is lab.run
    assert lab.text.startswith("η = 0.002, β = 0.5: loss ")


def test_of_several_rules_each_has_its_run_and_its_place_in_the_text():
    lab = Lab.compare(Adam(0.1), RMSprop(0.1), steps=50)
    assert [type(run.optimizer) for run in lab.runs] == [Adam, RMSprop]
    assert lab.text.endswith("; they part at step 2") or "they part at step" in lab.text
    assert ": right: loss" in lab.text
    assert "; wrong: loss" in lab.text


@pytest.mark.parametrize("kind", problems.MORE)
def test_what_a_problem_shows_in_place_of_a_landscape_is_told(kind):
    lab = shared(Momentum(learning_rate=0.001), kind())
    view, seen = lab.run.problem.view, lab.run.problem.watched(lab.run.params)
    assert seen.shape == (lab.steps + 1, len(view.names))
    assert ((seen[:10] >= view.low) & (seen[:10] <= view.high)).all()
    assert lab.run.problem.in_words(lab.run.params) in lab.text
    (described,) = [each for each in lab.scene["problems"] if each["name"] == kind.__name__]
    assert described["view"]["names"] == view.names


LOSSES = {
    "always": lambda x, y: x * float("nan"),
    "left of zero": lambda x, y: tf.math.log(x) + y**2,
    "root": lambda x, y: tf.sqrt(x) + y**2,
}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("optimizer", [SGD(learning_rate=0.3), Adam(learning_rate=0.3)], ids=["SGD", "Adam"])
def test_a_loss_that_is_not_a_number_ends_the_run_and_not_the_lab(optimizer, name):
    lab = Lab(optimizer, own(LOSSES[name]))
    assert lab.text.endswith(f": diverged at step {lab.run.diverged_at}")
    told(lab, start=[0.5, 0.5])
    lab.set(learning_rate=0.1)
    lab.still()
    assert (lab.error, lab.alert) == (None, "")


def test_a_diverging_run_ends_where_it_diverges_and_says_so():
    lab = Lab(Momentum(learning_rate=0.1), ParabolaFit())
    assert lab.text == f"η = 0.1, β = 0.9: left the picture at step 1, diverged at step {lab.run.diverged_at}"


def test_a_run_that_leaves_the_picture_and_comes_back_says_so():
    lab = Lab(Momentum(learning_rate=0.003, momentum=0.99), ParabolaFit())
    params, (low, high) = lab.run.params, np.transpose(ParabolaFit.bounds)
    first = int(((params < low) | (params > high)).any(axis=-1).argmax())
    assert lab.text.startswith(f"η = 0.003, β = 0.99: left the picture at step {first}, loss ")


def test_a_run_in_the_picture_says_where_it_got(lab):
    run = lab.run
    smallest = ParabolaFit().loss(np.array(ParabolaFit().minima[0])).numpy()
    away = np.flatnonzero(run.loss - smallest > 0.001 * (run.loss[0] - smallest))
    a, b = map(number, run.params[-1])
    assert lab.text == (
        f"η = 0.001, β = 0.9: loss {number(run.loss[-1])} after 500 steps, at (a, b) = ({a}, {b}), "
        f"99.9 % of the way down from step {away[-1] + 1}"
    )


def test_from_a_start_at_the_bottom_no_way_leads_down():
    lab = Lab(RMSprop(learning_rate=0.1), ParabolaFit(), start=ParabolaFit().minima[0], steps=100)
    assert "way down" not in lab.text
    assert "way down from step" in Lab(RMSprop(learning_rate=0.1), ParabolaFit(), steps=400).text


@pytest.mark.parametrize(("value", "text"), [(-0.00123456, "−0.001235"), (1e-7, "1e−07"), (0.9, "0.9")])
def test_numbers_have_four_digits_and_a_true_minus_sign(value, text):
    assert number(value) == text


# lab.set


@pytest.mark.parametrize("value", [0.00123456789, 7.0, 1e-9, 0, 5])
def test_every_value_that_is_allowed_is_taken_exactly(lab, value):
    lab.set(learning_rate=value)
    assert lab.values["learning_rate"] == lab.run.optimizer.learning_rate == value


def test_set_changes_start_steps_and_problem(lab):
    lab.set(start=(1, -4))
    assert lab.run.params[0].tolist() == lab.start == [1, -4]
    lab.set(steps=60)
    assert (lab.run.steps, lab.steps, lab.step) == (60, 60, 60)
    lab.set(problem=Ravine(), condition_number=100, learning_rate=0.5)
    assert lab.run.problem == Ravine(condition_number=100)
    assert lab.start == list(Ravine.start)


def test_another_problem_begins_at_its_own_start_unless_one_is_given(lab):
    lab.set(problem=Himmelblau(), start=(4, -4))
    assert lab.start == [4, -4]
    lab.set(problem=Saddle())
    assert lab.start == list(Saddle.start)


def test_a_problem_that_was_set_can_be_chosen_again(lab):
    lab.set(problem=own(lambda x, y: x**2 + y**4))
    assert lab.scene["problems"][-1]["name"] == lab.problem == "your function"
    lab.problem = "Ravine"
    lab.problem = "your function"
    assert lab.run.problem.name == "your function"
    assert lab.alert == ""


def test_more_steps_than_the_tables_of_a_problem_were_cut_to_are_sent_with_longer_ones():
    lab = Lab(SGD(0.001), problems.NoisyParabolaFit(batch_size=5), steps=50)  # its parts do not ship
    assert lab.parts["problems"]["NoisyParabolaFit"]["steps"] == 50
    lab.set(steps=900)
    assert lab.parts["problems"]["NoisyParabolaFit"]["steps"] == 900
    lab.set(steps=20)
    assert lab.parts["problems"]["NoisyParabolaFit"]["steps"] == 900


WRONG = [
    ({"nonsense": 1}, "nonsense: the lab has nothing of that name. It has: learning_rate, momentum, problem"),
    ({"learning_rate": -1}, "learning_rate=-1"),
    ({"learning_rate": float("nan")}, "learning_rate=nan"),
    ({"learning_rate": 0.002, "momentum": 1.0}, "momentum=1.0"),
    ({"momentum": "a"}, "momentum='a'"),
    ({"momentum": None}, "momentum=None"),
    ({"learning_rate": True}, "learning_rate=True"),
    ({"steps": 0}, "steps=0"),
    ({"steps": 1.5}, "steps=1.5"),
    ({"start": (1, 2, 3)}, "start=(1, 2, 3)"),
    ({"start": "here"}, "start='here'"),
    ({"start": (1, float("inf"))}, "start=(1, inf)"),
    ({"problem": Ravine(), "condition_number": 0.5}, "condition_number=0.5"),
    ({"condition_number": 10}, "condition_number"),
]


def name_of(part) -> str | None:
    return "+".join(f"{name}={value}" for name, value in part.items()) if isinstance(part, dict) else None


@pytest.mark.parametrize(("values", "message"), WRONG, ids=name_of)
def test_a_wrong_name_or_value_is_an_error_that_names_it_and_leaves_the_lab_as_it_was(lab, values, message):
    before = state_of(lab)
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is what is tested
        lab.set(**values)
    assert message in str(raised.value)
    assert lab.error is raised.value
    assert lab.alert == f"ValueError: {raised.value}"
    assert state_of(lab) == before
    lab.set(learning_rate=0.002)
    assert (lab.error, lab.alert) == (None, "")


def test_something_that_is_no_problem_is_an_error_and_leaves_the_lab_as_it_was(lab):
    before = state_of(lab)
    with pytest.raises(TypeError, match="problem='Ravine'"):
        lab.set(problem="Ravine")
    assert state_of(lab) == before


def test_a_problem_that_fails_while_it_is_computed_leaves_the_lab_as_it_was(lab):
    calls = []

    def fickle(x, y):
        calls.append(x)
        if len(calls) > 1:
            raise RuntimeError("no more")
        return x + y

    problem, before = own(fickle), state_of(lab)
    with pytest.raises(RuntimeError, match="no more"):
        lab.set(problem=problem)
    assert state_of(lab) == before
    assert lab.alert == "RuntimeError: no more"


# A widget among others


def test_the_numbers_are_a_trait_that_can_be_set_in_part_observed_and_linked(lab):
    seen = []
    lab.observe(lambda change: seen.append(change["new"]), "values")
    lab.values = {"momentum": 0.5}
    assert lab.values == {"learning_rate": 0.001, "momentum": 0.5}
    assert seen == [lab.values]
    assert lab.run.optimizer == Momentum(0.001, 0.5)
    other = ipywidgets.FloatSlider(value=0.3, min=0, max=0.99, step=0.01)
    other.observe(lambda change: setattr(lab, "values", {"momentum": change["new"]}), "value")
    other.value = 0.25
    assert lab.run.optimizer.momentum == 0.25


def test_a_widget_that_answers_each_change_with_a_part_of_the_numbers_takes_none_away(lab):
    lab.observe(lambda change: setattr(lab, "values", {"momentum": change["new"]["momentum"]}), "values")
    told(lab, values={"learning_rate": 0.004, "momentum": 0.2})
    lab.set(problem=Himmelblau())
    lab.reset()
    assert lab.values == {"learning_rate": 0.001, "momentum": 0.9}
    lab.unobserve_all("values")


def test_two_labs_can_be_linked(lab):
    other = Lab(Momentum(0.001), Himmelblau(), steps=20)
    link = traitlets.link((lab, "values"), (other, "values"))
    told(lab, values={"learning_rate": 0.004, "momentum": 0.2})
    assert other.run.optimizer == Momentum(0.004, 0.2)
    link.unlink()


def test_a_lab_sits_in_boxes_and_tabs(lab):
    assert ipywidgets.Tab([ipywidgets.HBox([lab])]).children[0].children == (lab,)


def test_a_wrong_number_is_refused_by_the_trait_as_well(lab):
    before = state_of(lab)
    with pytest.raises(ValueError, match="momentum=2"):
        lab.values = {"momentum": 2}
    with pytest.raises(ValueError, match="the lab offers"):
        lab.problem = "Nowhere"
    assert state_of(lab) == before


def test_the_problem_and_the_number_of_steps_are_traits_too(lab):
    lab.problem = "Ravine"
    assert (lab.start, lab.run.problem) == ([-2.5, 1.0], Ravine())
    assert lab.values["condition_number"] == 30
    lab.steps = 70
    assert (lab.run.steps, lab.step) == (70, 70)


# What the browser says and asks


def test_what_came_to_rest_in_the_browser_is_what_the_kernel_runs(lab):
    told(lab, values={"momentum": 0.25, "learning_rate": 0.002}, start=[1.0, 3.0], step=17)
    assert lab.run.optimizer == Momentum(0.002, 0.25)
    assert lab.run.params[0].tolist() == [1, 3]
    assert lab.step == 17


def test_another_problem_comes_with_its_numbers_and_its_start(lab):
    values = {"learning_rate": 0.5, "momentum": 0.5, "condition_number": 30.0, "rotation": 0.0}
    told(lab, problem="Ravine", values=values, start=[-2.0, 1.0])
    assert (lab.run.problem, lab.run.optimizer) == (Ravine(), Momentum(0.5, 0.5))
    assert lab.start == [-2.0, 1.0]


@pytest.mark.parametrize(
    "state",
    [{"start": [1, "a"]}, {"start": [1, 2, 3]}, {"problem": "Nowhere"}, {"values": {"learning_rate": -3}}],
    ids=["start", "shape", "problem", "number"],
)
def test_nonsense_from_the_browser_is_shown_and_the_lab_stays_as_it_was(lab, state):
    before = state_of(lab)
    told(lab, **state)
    assert lab.error is not None
    assert lab.alert == f"{type(lab.error).__name__}: {lab.error}"
    assert state_of(lab) == before
    told(lab, start=[0.5, 0.5])
    assert (lab.error, lab.alert) == (None, "")


def test_the_other_problems_are_translated_when_the_browser_asks():
    lab = Lab(Momentum(learning_rate=0.001), ParabolaFit())
    assert list(lab.parts["problems"]) == ["ParabolaFit"]
    ask(lab, rest=True)
    assert lab.rest["problems"].keys() == {each["name"] for each in lab.scene["problems"]} - {"ParabolaFit"}
    assert all("refused" not in part for part in lab.rest["problems"].values())


def test_a_question_older_than_one_that_was_answered_is_ignored(lab):
    ask(lab)
    answer = lab.answer
    lab.set_state({"ask": {"id": answer["id"], "rest": True}})
    assert lab.answer == answer


def sampled(lab: Lab, index: int = 0, steps=(0, 1, 2, 3, 5, 8, 13, 21, 34, 55), **changes) -> dict:
    """What the browser reports of its first record, as if it were the kernel's with some changes."""
    run = lab.runs[index]
    rows = [[step, run.loss[step], *run.params[step]] for step in steps]
    for step, change in changes.get("at", {}).items():
        rows[step][1] *= change
    return {"index": index, "rows": [list(map(str, row)) for row in rows], **lab._state}


def test_a_first_record_that_is_the_kernels_is_trusted(lab):
    ask(lab, check=[sampled(lab, at={9: 1 + 1e-12})])
    assert (lab.distrusted, lab.notice) == ([], "")


def test_one_that_differs_sends_the_rule_to_the_kernel_and_the_lab_says_so():
    lab = Lab(Momentum(learning_rate=0.001), ParabolaFit(), steps=60)
    ask(lab, check=[sampled(lab, at={3: 1 + 1e-6})])
    assert lab.distrusted == ["0 ParabolaFit"]
    assert lab.notice == "The kernel runs Momentum on ParabolaFit: the browser's numbers come out otherwise."


def test_one_that_differs_as_chaos_would_have_it_is_trusted():
    lab = Lab(Momentum(learning_rate=0.0102, momentum=0.9), Himmelblau(), steps=300)
    run, problem = lab.run, Himmelblau()
    near = train(run.optimizer, problem, 300, np.array(problem.start) * (1 + 2.0**-50))
    report = {**sampled(lab), "rows": [[str(t), str(near.loss[t]), *map(str, near.params[t])] for t in (1, 55, 233)]}
    ask(lab, check=[report])
    assert lab.distrusted == []


def test_a_rule_that_cannot_be_translated_is_run_by_the_kernel_and_the_lab_says_why():
    lab = Lab(NumPyInside(), Ravine(), steps=30)
    assert lab.notice.startswith("The kernel runs NumPyInside: ")
    wish = {**lab._state, "values": {**lab.values, "rate": 0.2}, "key": "the key"}
    answer = ask(lab, run=wish)
    (result,) = answer["results"]
    assert answer["key"] == "the key"
    record = np.frombuffer(result["data"]).reshape(31, result["width"])
    expected = train(NumPyInside(0.2), Ravine(), steps=30)
    np.testing.assert_array_equal(record[:, :2], expected.params)
    np.testing.assert_array_equal(record[:, result["columns"]["loss"]["at"]], expected.loss)
    assert result["smallest"] == 0
    assert len(result["heights"]) == 8 * result["count"] ** 2


def test_the_kernels_record_names_every_field_of_the_state():
    lab = Lab(Adam(0.1), IllConditionedMatrix(), steps=5)
    (result,) = ask(lab, run={**lab._state, "key": ""})["results"]
    record = np.frombuffer(result["data"]).reshape(6, result["width"])
    column = result["columns"]["state.v"]
    assert column["shape"] == [4, 6]
    np.testing.assert_array_equal(record[3, column["at"] :][:24], lab.run.state.v[3].ravel())
    np.testing.assert_array_equal(np.frombuffer(result["watched"][2]), lab.run.problem.watched(lab.run.params)[:, 2])


def test_an_error_in_a_run_for_the_browser_is_shown_and_answered():
    lab = Lab(NumPyInside(), Ravine(), steps=30)
    answer = ask(lab, run={**lab._state, "start": "nowhere", "key": ""})
    assert "results" not in answer
    assert lab.alert.startswith("ValueError: start='nowhere'")


def test_the_error_of_a_run_stays_while_the_slider_rests_there_and_goes_when_it_moves_on():
    lab = Lab(TooLarge(), Ravine(), steps=5)
    there = {**lab._state, "values": {**lab.values, "rate": 0.9}}
    ask(lab, run={**there, "key": ""})
    told(lab, values=there["values"])
    assert "a rate above 0.5 is too large for me" in lab.alert
    told(lab, values={**lab.values, "rate": 0.2})
    assert (lab.error, lab.alert) == (None, "")


def test_requests_and_cells_on_several_threads_leave_one_state(lab):
    """JupyterLab runs what the browser says on other threads than cells."""
    failed, rng = [], np.random.default_rng(0)
    plans = [rng.integers(0, STOPS, 8).tolist() for _ in range(6)]

    def work(thread: int) -> None:
        try:
            for stop in plans[thread]:
                if thread % 3 == 0:
                    lab.set(momentum=stop / 50, start=(stop / 40, 1))
                elif thread % 3 == 1:
                    told(lab, values={**lab.values, "learning_rate": 1e-4 * (stop + 1)})
                else:
                    told(lab, start=[stop / 20, 2.0])
            assert lab.run.steps == 500
        except Exception as error:  # noqa: BLE001 - raised below, in the thread that pytest sees
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(plans))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert (lab.error, lab.alert) == (None, "")
    alone = train(Momentum(**lab.values), ParabolaFit(), start=lab.start)
    np.testing.assert_array_equal(lab.run.params, alone.params)


# Pin, reset, pointing out, still pictures


def test_a_pinned_run_stays_while_sliders_move_until_it_is_unpinned(lab):
    text = lab.text
    lab.pin()
    pinned = lab.pinned
    assert pinned == {"values": {"learning_rate": 0.001, "momentum": 0.9}, "start": [-2.0, 2.0], "text": text}
    lab.set(momentum=0.5)
    assert lab.pinned == pinned
    with_ghost = lab.still()
    lab.unpin()
    assert lab.pinned == {}
    assert lab.still() != with_ghost


def test_a_pinned_run_goes_with_its_problem(lab):
    lab.pin()
    lab.set(problem=Himmelblau())
    assert lab.pinned == {}


def test_reset_brings_back_everything(lab):
    first = lab.text, lab.values, lab.start, lab.problem, lab.steps, lab.step
    lab.set(learning_rate=0.00777, momentum=0.123, start=(1, 1), steps=40)
    lab.set(problem=Saddle())
    lab.pin()
    lab.reset()
    assert (lab.text, lab.values, lab.start, lab.problem, lab.steps, lab.step) == first
    assert lab.pinned == {}


def test_what_is_pointed_out_is_sent_with_the_state_it_is_true_of(lab):
    lab.point_out("here it turns", step=7, momentum=0.5)
    (mark,) = lab.scene["marks"]
    assert mark["values"] == {"learning_rate": 0.001, "momentum": 0.5}
    assert (mark["text"], mark["step"], mark["panel"], mark["problem"]) == ("here it turns", 7, 0, "ParabolaFit")
    assert 0.5 in sliders(lab)["momentum"]["stops"]
    with_mark = lab.still()
    lab.set(momentum=0.6)
    lab.set(momentum=0.5)
    assert lab.still() == with_mark
    lab.unpoint()
    assert lab.scene["marks"] == []
    assert lab.still() != with_mark


def test_without_a_step_it_is_where_the_run_leaves_the_picture_or_its_end(lab):
    lab.point_out("out", learning_rate=0.1)
    lab.point_out("end", learning_rate=0.001, panel="loss")
    assert [mark["step"] for mark in lab.scene["marks"]] == [1, 500]
    with pytest.raises(ValueError, match="step=501"):
        lab.point_out("too late", step=501)
    with pytest.raises(ValueError, match="panel='nowhere'"):
        lab.point_out("where", panel="nowhere")


@pytest.mark.parametrize("kind", optimizers.RULES)
def test_a_cell_shows_the_widget_a_still_picture_and_one_line(kind):
    lab = shared(kind(), ParabolaFit())
    data, metadata = lab._repr_mimebundle_()
    assert data.keys() == {WIDGET, "image/png", "text/plain", MIME}
    assert data[WIDGET]["model_id"] == lab.model_id
    assert data["text/plain"] == lab.text
    assert "\n" not in lab.text
    assert metadata["image/png"]["width"] == 1080


@pytest.mark.parametrize("problem", [kind() for kind in (*problems.ALL, *problems.MORE)], ids=lambda p: p.name)
def test_a_still_picture_is_a_png_of_at_most_115_kilobytes(problem):
    lab = Lab(Momentum(learning_rate=0.001), problem)
    lab.pin()
    lab.set(momentum=0.97)
    png = lab.snapshot().png
    assert len(png) < 115_000
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.width) == ("PNG", 1080)


def test_a_snapshot_shows_the_picture_as_it_is_now(lab):
    before = lab.snapshot()
    lab.set(momentum=0.5)
    after = lab.snapshot()
    assert repr(before) != repr(after) == lab.text
    data, _ = after._repr_mimebundle_()
    assert data.keys() == {"image/png", "text/plain"}
    assert base64.b64decode(data["image/png"]) == lab.still() != before.png


# A page without a kernel, and sizes


def test_a_page_has_all_that_it_needs_the_same_each_time_and_each_part_once():
    lab = Lab(Momentum(learning_rate=0.001), ParabolaFit())
    one, two = lab.page(), Lab(Momentum(learning_rate=0.001), ParabolaFit()).page()
    assert json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)
    assert one["traits"]["values"] == lab.values
    named = {**one["traits"]["parts"]["problems"], **one["traits"]["rest"]["problems"]}
    described = [one["parts"][each["part"]] for each in one["traits"]["scene"]["problems"]]
    assert named.keys() == {each["name"] for each in described}
    assert {each["part"] for each in named.values()} <= one["parts"].keys()
    other = Lab(Adam(0.1), ParabolaFit()).page()
    assert len(one["parts"].keys() & other["parts"].keys()) == 2 * len(named)


def test_a_notebook_stores_of_a_lab_of_ours_no_part_that_a_site_ships():
    data, _ = Lab(Momentum(learning_rate=0.001), ParabolaFit())._repr_mimebundle_()
    assert data[MIME]["parts"] == {}
    assert len(json.dumps(data[MIME])) < 5000

    def keys(value):
        if isinstance(value, dict):
            return {value["part"]} if "part" in value else set().union(*map(keys, value.values()))
        return set().union(*map(keys, value)) if isinstance(value, list) else set()

    assert keys(data[MIME]["traits"]) <= common().keys()


@pytest.mark.parametrize("kind", optimizers.RULES)
def test_what_is_sent_before_it_can_be_dragged_is_less_than_60_kilobytes(kind):
    rule = kind()
    alone = kilobytes(Lab(rule, ParabolaFit()))
    assert alone < 60
    if len(names := list(rule.hypers())) > 1:  # a map is sent where there is one
        assert alone + 4 < kilobytes(Lab(rule, ParabolaFit(), map=tuple(names[:2]))) < alone + 10


def kilobytes(lab: Lab) -> float:
    return sum(size(getattr(lab, name)) for name in FIRST) / 1024


def test_what_is_sent_at_a_rest_is_less_than_a_kilobyte(lab):
    ask(lab, rest=True)
    sent = []
    lab.comm.send = lambda data=None, **more: sent.append(data)
    told(lab, values={"learning_rate": 0.002, "momentum": 0.25}, start=[1.0, 3.0], step=3)
    assert len(json.dumps(sent)) < 1000


def test_the_lab_makes_no_figure_of_pyplot(lab):
    plt.close("all")
    lab.set(learning_rate=0.002, problem=Ravine())
    lab.pin()
    lab.snapshot()
    assert plt.get_fignums() == []


def test_thin_lines_and_letters_keep_their_colours_in_a_small_picture():
    pixels = np.zeros((200, 200, 3), np.uint8) + np.linspace(120, 250, 200).astype(np.uint8)[:, None, None]
    own = np.array([[222, 143, 5], [34, 34, 34], [255, 255, 255]], np.uint8)
    pixels[20:180:60, 50] = own
    pixels[:, 150:] = (np.random.default_rng(0).integers(248, 254, (200, 50, 1))).astype(np.uint8)
    small = in_few_colors(Image.fromarray(pixels), ["#de8f05"], 8)
    assert (np.asarray(small.convert("RGB"))[20:180:60, 50] == own).all()
    assert len(small.getcolors()) <= 16
