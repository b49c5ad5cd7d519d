"""What sliders, sweeps and validation know about a number."""

import dataclasses
import itertools
from dataclasses import dataclass

import numpy as np
import pytest
import tensorflow as tf

from optlearn import optimizers, problems
from optlearn.optimizers import SGD, Adagrad, Adam, AdamW, RMSprop
from optlearn.problems import NoisyParabolaFit, ParabolaFit, Problem, Ravine
from optlearn.tunable import Hyper, Tunable, describe, hyper

KINDS = [*optimizers.RULES, *problems.ALL, *problems.MORE]
FIELDS = {f"{kind.__name__}.{name}": about for kind in KINDS for name, about in kind.hypers().items()}
EACH = pytest.mark.parametrize("about", FIELDS.values(), ids=FIELDS)
EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


# The stops of a slider


@EACH
@pytest.mark.parametrize("count", [2, 41, 100])
def test_stops_rise_from_the_lowest_to_the_highest(about, count):
    stops = about.stops(count)
    assert stops.shape == (count,)
    assert (np.diff(stops) > 0).all()
    assert (stops[0], stops[-1]) == (about.low, about.high)
    assert about.allows(stops)


def test_linear_stops_are_evenly_spaced():
    np.testing.assert_allclose(Hyper("φ", 0, 90, "linear").stops(41), np.arange(41) * 2.25, rtol=1e-14)


def test_logarithmic_stops_grow_by_one_factor():
    stops = Hyper("η", 1e-4, 1.0).stops(41)
    np.testing.assert_allclose(stops, 10.0 ** (np.arange(41) / 10 - 4), rtol=5e-3)
    np.testing.assert_allclose(stops[::10], [1e-4, 1e-3, 1e-2, 0.1, 1], rtol=1e-14)


def test_stops_of_a_memory_make_what_is_forgotten_shrink_by_one_factor():
    stops = Hyper("β", 0.0, 0.999, "memory").stops(31)
    np.testing.assert_allclose(1 - stops, 10.0 ** -(np.arange(31) / 10), rtol=5e-3)
    np.testing.assert_allclose(stops[::10], [0, 0.9, 0.99, 0.999], rtol=1e-14)


def test_logarithmic_stops_have_at_most_three_significant_digits():
    for value in Hyper("η", 1e-4, 1.0).stops(100):
        assert value == float(f"{value:.3g}")
    for value in Hyper("β", 0.0, 0.9999, "memory").stops(100):
        assert 1 - value == pytest.approx(float(f"{1 - value:.3g}"), rel=1e-11)


@EACH
def test_the_values_a_slider_must_pass_through_are_stops_exactly(about):
    plain = about.stops()
    through = [plain[5] + 0.4 * (plain[6] - plain[5]), plain[30] + 0.1 * (plain[31] - plain[30])]
    stops = about.stops(41, *through)
    assert stops.shape == (41,)
    assert set(through) <= set(stops)
    assert (np.diff(stops) > 0).all()
    assert (stops[0], stops[-1]) == (about.low, about.high)
    assert len(set(plain) - set(stops)) == 2


@EVERY_KIND
def test_every_default_lies_on_its_slider(kind):
    for name, value in kind().values.items():
        about = kind.hypers()[name]
        assert about.low <= value <= about.high
        assert value in about.stops(41, value)


# What is allowed


ALLOWED = {
    "log": (Hyper("η", 1e-4, 1.0), [0, 0.0, 1e-30, 5, 1e300, np.float32(0.1), np.int64(3), [0.1, 2.0]]),
    "below 1": (Hyper("β", 0.0, 0.999, "memory", below=1), [0, 0.5, 0.9999999, [0.0, 0.9]]),
    "any": (Hyper("φ", 0.0, 90.0, "linear", at_least=-np.inf), [-1e300, 0, 400.0, [-1, 1]]),
    "from 1": (Hyper("κ", 1.0, 1000.0, at_least=1.0), [1, 1.0, 1e9]),
    "a share": (Hyper("p", 0.1, 0.9, "linear", at_most=1), [0, 1, 1.0, [0.0, 1.0]]),
}
FORBIDDEN = {
    "log": [-1, -1e-300, np.nan, np.inf, "a", True, None, [0.1, -0.1], [0.1, np.nan], 1j],
    "below 1": [-0.1, 1.0, 1, 2, np.nan, np.inf, "a", False, None, [0.5, 1.0]],
    "any": [np.nan, np.inf, -np.inf, "a", True, None, [0.0, -np.inf]],
    "from 1": [0.999, 0, -1, np.nan, np.inf],
    "a share": [-1e-9, 1 + 1e-9, 2, np.nan, np.inf, [0.5, 1.5]],
}
WORDS = {
    "log": "a finite number ≥ 0",
    "below 1": "a number with 0 ≤ value < 1",
    "any": "a finite number",
    "from 1": "a finite number ≥ 1",
    "a share": "a number with 0 ≤ value ≤ 1",
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_and_what_is_not(name):
    about, allowed = ALLOWED[name]
    assert [value for value in allowed if not about.allows(value)] == []
    assert [value for value in FORBIDDEN[name] if about.allows(value)] == []
    assert about.allowed == WORDS[name]


@pytest.mark.parametrize("scale", ["linear", "log", "memory"])
def test_how_a_slider_is_spaced_does_not_decide_what_is_allowed(scale):
    about = Hyper("p", 0.1, 0.9, scale, at_least=-2, at_most=3)
    assert [value for value in (-2, 0, 1, 3) if not about.allows(value)] == []
    assert [value for value in (-2.1, 3.1) if about.allows(value)] == []


def test_only_a_bound_from_above_is_said_without_one_from_below():
    assert Hyper("p", 0.1, 0.9, at_least=-np.inf, at_most=3).allowed == "a number ≤ 3"
    assert Hyper("p", 0.1, 0.9, at_least=-np.inf, below=3).allowed == "a number < 3"
    assert Hyper("p", 0.1, 0.9, at_most=3, below=2).allowed == "a number with 0 ≤ value < 2"


@pytest.mark.parametrize(
    ("slider", "words"),
    [
        ({"low": 1, "high": 1}, "a slider from 1 to 1 is empty"),
        ({"low": 0, "high": 1}, "cannot be spaced as 'log': that needs low > 0"),
        ({"low": 0, "high": 1, "scale": "memory"}, "cannot be spaced as 'memory': that needs high < 1"),
        (
            {"low": -1, "high": 1, "scale": "linear"},
            "stops that are not allowed: every value must be a finite number ≥ 0",
        ),
        ({"low": 0.5, "high": 2, "below": 1}, "stops that are not allowed"),
    ],
    ids=["empty", "log", "memory", "too low", "too high"],
)
def test_a_slider_that_cannot_be_is_an_error_where_it_is_written(slider, words):
    with pytest.raises(ValueError, match=words):
        hyper(0.5, symbol="p", **slider)


BAD = [-1, "a", np.nan, np.inf, -np.inf, True, None, [0.1], np.array(0.5), {}]


@EVERY_KIND
def test_a_bad_value_is_told_the_class_the_field_the_value_and_the_range(kind):
    for name, about in kind.hypers().items():
        for value in [*BAD, *([1.0, 1, 1.5] if about.below == 1 else [])]:
            if value == -1 and about.at_least < -1:
                continue
            with pytest.raises(ValueError, match="must be a") as error:
                kind(**{name: value})
            assert str(error.value) == f"{kind.__name__}({name}={value!r}): {name} must be {about.allowed}."


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (SGD, {"learning_rate": -1}, "SGD(learning_rate=-1): learning_rate must be a finite number ≥ 0."),
        (Adam, {"beta_1": 1.0}, "Adam(beta_1=1.0): beta_1 must be a number with 0 ≤ value < 1."),
        (Ravine, {"condition_number": 0}, "Ravine(condition_number=0): condition_number must be a finite number ≥ 1."),
        (Ravine, {"rotation": "a"}, "Ravine(rotation='a'): rotation must be a finite number."),
    ],
    ids=["at least", "memory", "at least one", "any"],
)
def test_the_message_is_a_sentence(kind, value, message):
    with pytest.raises(ValueError, match="must be") as error:
        kind(**value)
    assert str(error.value) == message


def test_a_changed_copy_is_checked_as_well():
    assert Adam().replace(beta_1=0.5) == Adam(beta_1=0.5)
    with pytest.raises(ValueError, match=r"Adam\(beta_1=1\.0\)"):
        Adam().replace(beta_1=1.0)


def test_a_tensor_is_taken_as_it_is():
    rates = tf.constant([[0.1], [0.2]], tf.float64)
    assert SGD(learning_rate=rates).learning_rate is rates


def test_numbers_cannot_be_changed_in_place():
    with pytest.raises(dataclasses.FrozenInstanceError):
        SGD().learning_rate = 1.0


# What is known of a class


@dataclass(frozen=True)
class Mixed(Tunable):
    told: float = hyper(0.5, symbol="τ", low=0.1, high=1.0)
    plain: float = 0.02
    whole: int = 3
    zero: float = 0.0
    word: str = "a"


def test_a_plain_positive_float_is_tunable_over_a_hundred_times_either_way_and_nothing_else_is():
    assert list(Mixed.hypers()) == ["told", "plain"]
    assert Mixed.hypers()["plain"] == Hyper("plain", 0.0002, 2.0, "log")
    assert Mixed().values == {"told": 0.5, "plain": 0.02}


def test_no_number_may_be_negative_unless_it_is_said():
    made = [hyper(0.5, symbol="p", low=0.1, high=0.9, scale=scale) for scale in ("linear", "log", "memory")]
    assert [f.metadata["hyper"].at_least for f in made] == [0, 0, 0]
    made = hyper(0.5, symbol="p", low=0.1, high=0.9, scale="linear", at_least=-2.0)
    assert made.metadata["hyper"].at_least == -2


def test_the_description_of_the_fields_is_made_once_and_handed_out_as_a_copy():
    first = Mixed.hypers()
    first.clear()
    assert list(Mixed.hypers()) == ["told", "plain"]
    assert Mixed.hypers()["told"] is Mixed.hypers()["told"]


# What is known of the numbers of an optimizer

RULES = pytest.mark.parametrize("kind", optimizers.RULES, ids=lambda kind: kind.__name__)


@RULES
def test_both_probes_of_a_number_are_allowed_differ_and_are_far_from_the_default(kind):
    first, second = kind.probes()
    assert kind(**first).values.keys() == kind(**second).values.keys() == kind().values.keys()
    alike = {}
    for name, default in kind().values.items():
        values = first[name], second[name], default
        if min(abs(a - b) for a, b in itertools.combinations(values, 2)) <= 0.04 * max(map(abs, values)):
            alike[name] = values
    assert alike == {}, "of two probes and the default two are alike: say probes=(..., ...) in their hyper(...)"


@RULES
def test_in_no_probe_two_numbers_that_are_used_together_are_equal(kind):
    """So that one taken for the other shows."""
    for values in kind.probes():
        for shape in ((2,), (2, 2)):
            used = [value for name, value in values.items() if name not in kind().unused(shape)]
            assert len(set(used)) == len(used)


def test_a_number_that_no_other_rule_has_gets_names_and_probes_from_what_is_known_of_it():
    @dataclass(frozen=True)
    class Mine(SGD):
        beta_3: float = hyper(0.5, symbol="β₃", low=0.0, high=0.99, scale="memory", below=1)
        told: float = hyper(0.5, symbol="τ", low=0.1, high=1.0, aliases=("tau",), probes=(0.2, 0.3))

    known = Mine.hypers()
    assert known["beta_3"].aliases == ("beta3", "β3")
    assert all(known["beta_3"].allows(value) and value != 0.5 for value in known["beta_3"].probes)
    assert (known["told"].aliases, known["told"].probes) == (("tau",), (0.2, 0.3))
    assert known["learning_rate"].aliases[0] == "lr"


@RULES
def test_no_two_numbers_of_a_rule_are_known_by_one_name_before_any_other(kind):
    """A learner who writes the first name of one number must not be read as meaning another."""
    first = [about.aliases[0] for about in kind.hypers().values()]
    assert len(set(first)) == len(first)


def test_the_description_has_a_row_for_each_number_with_all_that_is_known_of_it():
    first, second = describe(Ravine).splitlines()
    assert first.split() == [
        *("condition_number", "κ", "default", "30", "slider", "1", "to", "1000", "(log);"),
        *("a", "finite", "number", "≥", "1"),
    ]
    assert second.split() == [
        *("rotation", "φ", "default", "0", "slider", "0", "to", "90", "(linear);", "a", "finite", "number")
    ]
    assert describe(ParabolaFit) == ""


@EVERY_KIND
def test_every_field_of_every_class_is_in_its_description(kind):
    assert [line.split()[0] for line in describe(kind).splitlines()] == list(kind.hypers())


# The outline: what one compiled program serves


def test_objects_that_differ_in_tunable_numbers_only_have_one_outline():
    assert Adam().outline == Adam(learning_rate=0.5, beta_1=0.1).outline
    assert hash(Adam().outline) == hash(Adam(epsilon=1.0).outline)
    assert Ravine().outline == Ravine(condition_number=5.0, rotation=10.0).outline


def test_objects_of_other_classes_or_with_other_fixed_choices_have_other_outlines():
    assert RMSprop().outline != Adagrad().outline
    assert ParabolaFit().outline != NoisyParabolaFit().outline
    many = [NoisyParabolaFit(), NoisyParabolaFit(5), NoisyParabolaFit(replacement=True), NoisyParabolaFit(seed=1)]
    assert len({problem.outline for problem in many}) == 4
    functions = [lambda x, y: x + y, lambda x, y: x - y]
    made = [Problem.from_function(f, start=(0, 0), bounds=[(-1, 1)] * 2) for f in functions]
    assert made[0].outline != made[1].outline


def test_a_class_without_its_decorator_is_told_the_missing_line():
    class Forgotten(Mixed):
        other: float = 0.5

    with pytest.raises(TypeError, match=r"Forgotten needs the line @dataclass\(frozen=True\) above its class line"):
        Forgotten()


@pytest.mark.parametrize("name", ["learning_rate", "beta_1", "weight_decay"])
def test_the_stops_of_a_slider_are_spread_evenly_along_it(name):
    about = AdamW.hypers()[name]
    np.testing.assert_allclose(about.share(about.stops(11)), np.linspace(0, 1, 11), atol=2e-3)
    assert (about.share(about.low), about.share(about.high)) == (0, 1)
