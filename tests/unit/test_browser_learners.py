"""Rules and problems as learners write them: they run in the browser as in the kernel, or are refused by name."""

from __future__ import annotations

import itertools
import json
import linecache
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf
from keras.optimizers import schedules

from optlearn import optimizers, problems
from optlearn.browser import Untranslatable, problem_part, rule_part, shipped
from optlearn.browser.agreement import agreement, by_column, nearby, unpacked
from optlearn.optimizers import SGD, Adam, Momentum, Muon, Optimizer
from optlearn.practice import mistakes
from optlearn.problems import NoisyParabolaFit, OnlineReddi, Problem, Ravine, TwoLayers
from optlearn.schedules import scheduled
from tests.unit.node import NEEDED, Node
from tests.unit.test_browser import browser_record, compare, kernel_records

pytestmark = [NEEDED, pytest.mark.usefixtures("without_xla")]


@pytest.fixture(scope="module")
def node():
    process = Node()
    yield process
    process.close()


def rule(step) -> Optimizer:
    """A learner's rule from its step: (self, x, g, m) -> new x, new m."""

    @dataclass(frozen=True)
    class Own(Optimizer):
        learning_rate: float = 0.01
        beta: float = 0.9

        class State(NamedTuple):
            m: tf.Tensor

        def init(self, params):
            return self.State(tf.zeros_like(params))

        def update(self, params, g, state):
            new, m = step(self, params, g, state.m)
            return new, self.State(m)

    return Own()


NOISE = np.random.default_rng(0)
CALLS = itertools.count()
RATE = 0.02
SCALES = tf.constant([1.0, 0.5], tf.float64)
COUNTER = tf.Variable(1.0, dtype=tf.float64)
MATRIX = tf.constant([[2.0, 0.0], [0.5, 1.0]], tf.float64)

RUN = {
    "an average": lambda s, x, g, m: (x - s.learning_rate * (s.beta * m + g), s.beta * m + g),
    "a global number": lambda s, x, g, m: (x - RATE * g, m),
    "a global tensor": lambda s, x, g, m: (x - s.learning_rate * SCALES * g, m),
    "a clipped norm": lambda s, x, g, m: (x - s.learning_rate * tf.clip_by_norm(g, 1.0, axes=[-1]), m),
    "softsign and tanh": lambda s, x, g, m: (x - s.learning_rate * tf.math.softsign(m) * tf.tanh(tf.abs(m)), m + g),
    "a choice": lambda s, x, g, m: (
        tf.cond(tf.reduce_sum(g) > 0, lambda: x - s.learning_rate * g, lambda: x - 2 * s.learning_rate * g),
        m,
    ),
    "Rprop's sign": lambda s, x, g, m: (tf.where(g * m > 0, x - s.learning_rate * g, x), g),
    "float32 in between": lambda s, x, g, m: (x - tf.cast(tf.cast(s.learning_rate * g, tf.float32), tf.float64), m),
    "einsum": lambda s, x, g, m: (x - s.learning_rate * tf.einsum("ri,ij->rj", g, MATRIX), m),
    "every third step": lambda s, x, g, m: (
        x - s.learning_rate * g * tf.cast(tf.cast(m, tf.int32) % 3 == 0, g.dtype),
        m + 1,
    ),
    "rounded": lambda s, x, g, m: (x - s.learning_rate * tf.round(g), m),
    "a product over parameters": lambda s, x, g, m: (
        x - s.learning_rate * g * tf.reduce_prod(tf.abs(g) + 1, -1, True) / 9,
        m,
    ),
    "the parameters as state": lambda s, x, g, m: (x - s.learning_rate * m, x),
    "swapped coordinates": lambda s, x, g, m: (x - s.learning_rate * tf.roll(g, 1, -1), tf.reverse(m, [-1]) + g),
    "log-sum-exp": lambda s, x, g, m: (x - s.learning_rate * g / (1 + tf.reduce_logsumexp(g * 0.01, -1, True)), m),
    "NaN at once": lambda s, x, g, m: (x - s.learning_rate * g / tf.zeros_like(g), m),
    "a number of NumPy with a fixed seed": lambda s, x, g, m: (
        x - s.learning_rate * g + 1e-3 * np.random.default_rng(0).standard_normal(2),
        m,
    ),
    "a wrapping count of 32 bits": lambda s, x, g, m: (
        x - s.learning_rate * g * tf.cast(tf.cast(m, tf.int32) * 1103515245 + 12345 > 0, g.dtype),
        m + 1,
    ),
}
REFUSED = {
    "sorting": (lambda s, x, g, m: (x - s.learning_rate * tf.sort(g, axis=-1), m), "sort"),
    "the largest": (lambda s, x, g, m: (x - 0.1 * tf.one_hot(tf.argmax(g, -1), 2, dtype=g.dtype), m), "reduce"),
    "random numbers": (lambda s, x, g, m: (x + tf.random.normal(x.shape, dtype=x.dtype), m), "random.*rng"),
    "stateless random numbers": (
        lambda s, x, g, m: (x + tf.random.stateless_normal(x.shape, [1, 2], dtype=x.dtype), m),
        "random|u32|U32|rng|operation",
    ),
    "a Python function": (
        lambda s, x, g, m: (x - tf.ensure_shape(tf.numpy_function(np.tanh, [g], tf.float64), g.shape), m),
        "PyFunc",
    ),
    "a loop": (
        lambda s, x, g, m: (x - tf.while_loop(lambda y: tf.reduce_max(y) > 1, lambda y: (y / 2,), (g,))[0], m),
        "while",
    ),
    "a variable": (lambda s, x, g, m: (x - s.learning_rate * g * COUNTER, m), r"tf\.Variable"),
    "tf.print": (lambda s, x, g, m: (tf.print(g), (x - s.learning_rate * g, m))[1], r"tf\.print"),
    "an inverse": (
        lambda s, x, g, m: (x - tf.linalg.matvec(tf.linalg.inv(MATRIX[None] * (1 + g[..., None])), g), m),
        "linalg|operation",
    ),
    "cumsum": (lambda s, x, g, m: (x - s.learning_rate * tf.cumsum(g, axis=-1), m), "cumsum"),
    "scatter": (lambda s, x, g, m: (tf.tensor_scatter_nd_add(x, [[0, 0]], [-0.01]), m), "scatter"),
    "erf": (lambda s, x, g, m: (x - s.learning_rate * tf.math.erf(g), m), "erf"),
    "NumPy's noise": (lambda s, x, g, m: (x - s.learning_rate * g + NOISE.normal(size=2), m), "not the same"),
    "a counter outside": (lambda s, x, g, m: (x - s.learning_rate * g / (1 + next(CALLS)), m), "not the same"),
    "whole numbers beyond 2⁵³": (
        lambda s, x, g, m: (x + 1e-20 * tf.cast(tf.cast(m, tf.int64) * 6364136223846793005, g.dtype), m + 1),
        "multiply",
    ),
}
RAISED = {
    "NumPy inside": (lambda s, x, g, m: (x - s.learning_rate * np.tanh(g), m), NotImplementedError),
    "a Python if": (
        lambda s, x, g, m: (x - g if tf.reduce_sum(g) > 0 else x, m),
        tf.errors.OperatorNotAllowedInGraphError,
    ),
    "a Python float": (lambda s, x, g, m: (x - float(g[0, 0]), m), TypeError),
    "a wrong shape": (lambda s, x, g, m: (x[..., :1], m), ValueError),
    "a wrong state": (lambda s, x, g, m: (x, tf.reduce_sum(m)), ValueError),
    "an error of its own": (lambda s, x, g, m: 1 / 0, ZeroDivisionError),
}


@pytest.mark.parametrize("step", RUN.values(), ids=RUN)
def test_a_learners_rule_runs_as_in_the_kernel(node, step):
    compare(node, rule(step), Ravine(), steps=60)


@pytest.mark.parametrize(("step", "name"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_translated_is_refused_by_name(step, name):
    with pytest.raises(Untranslatable, match=name):
        rule_part(rule(step), (2,))


@pytest.mark.parametrize(("step", "kind"), RAISED.values(), ids=RAISED)
def test_what_a_rule_raises_is_raised(step, kind):
    with pytest.raises(kind):
        rule_part(rule(step), (2,))


def plane(function) -> Problem:
    return Problem.from_function(function, start=(2, 1), bounds=[(-3, 3), (-2, 2)])


FUNCTIONS = {
    "waves": lambda x, y: tf.sin(x) * tf.exp(-y * y) + 0.1 * x**2,
    "edges": lambda x, y: tf.abs(x) + tf.sqrt(1 + y**4) + tf.maximum(x, y),
    "Ackley": lambda x, y: (
        -20 * tf.exp(-0.2 * tf.sqrt(0.5 * (x**2 + y**2))) - tf.exp(0.5 * (tf.cos(6.28 * x) + tf.cos(6.28 * y)))
    ),
    "logarithms": lambda x, y: tf.math.xlogy(x, x + 3.0) + tf.math.log1p(y**2),
    "a power": lambda x, y: (x**2 + 1) ** 0.3 + tf.abs(y) ** 1.5 + x**6 / 50,
    "data of its own": lambda x, y: tf.reduce_mean((x[..., None] * DATA[0] + y[..., None] - DATA[1]) ** 2, -1),
}
DATA = tf.constant(np.random.default_rng(1).normal(size=(2, 200)))


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_problem_from_a_function_runs_as_in_the_kernel(node, function):
    compare(node, Momentum(0.02), plane(function), steps=60)


def test_a_problem_that_cannot_be_translated_is_refused_by_name():
    with pytest.raises(Untranslatable, match="erf"):
        problem_part(plane(lambda x, y: tf.math.erf(x) + y**2))


# Numbers, tables, what is watched


def test_numbers_are_given_to_a_part_and_not_baked_in():
    assert rule_part(Adam(0.5), (2,))["defaults"][0] == 0.5
    assert rule_part(Adam(0.5), (2,)) | {"defaults": None} == rule_part(Adam(), (2,)) | {"defaults": None}
    own = rule(RUN["an average"])
    assert rule_part(own, (2,))["script"] is rule_part(own.replace(beta=0.5), (2,))["script"]  # made once


def test_long_tables_are_cut_to_the_steps_asked_for_and_longer_runs_refused(node):
    short, long = problem_part(NoisyParabolaFit(seed=1), 100), problem_part(NoisyParabolaFit(seed=1), 5000)
    assert len(json.dumps(short)) < 6000 < 50_000 < len(json.dumps(long))
    assert problem_part(OnlineReddi(), 10)["steps"] is None
    given = {"rule": rule_part(SGD(), (2,)), "start": [0.0, 0.0], "h": [1e-3], "k": []}
    with pytest.raises(RuntimeError, match="end before step 101"):
        node.ask("run", problem=short, steps=101, **given)
    both = [node.ask("run", problem=part, steps=100, **given)["record"] for part in (short, long)]
    np.testing.assert_array_equal(*both)


def test_tables_begin_anew_at_their_end_as_in_the_kernel(node):
    compare(node, SGD(1e-3), NoisyParabolaFit(batch_size=100), steps=900)  # of 400 batches


def test_parts_of_different_shapes_do_not_go_together(node):
    given = {"start": [0.0], "h": [1e-3], "k": [3.0], "steps": 1}
    with pytest.raises(RuntimeError, match="shape"):
        node.ask("run", rule=rule_part(SGD(), (2,)), problem=problem_part(OnlineReddi()), **given)


@dataclass(frozen=True)
class Watched(TwoLayers):
    def watched(self, params, following):
        return tf.norm(following - params, axis=-1) / tf.norm(params, axis=-1)


def test_what_is_watched_is_asked_of_a_point_and_the_next(node):
    part = problem_part(Watched())
    params, following = np.arange(1.0, 9.0), np.arange(2.0, 10.0) ** 1.1
    given = {"rule": rule_part(SGD(), (2, 4)), "problem": part, "k": []}
    wanted = Watched().watched(params.reshape(2, 4), following.reshape(2, 4)).numpy()
    found = node.ask("watched", params=params.tolist(), following=following.tolist(), **given)["lines"]
    np.testing.assert_allclose(found, wanted, rtol=1e-14)
    assert np.isnan(node.ask("watched", params=params.tolist(), following=None, **given)["lines"]).all()


# Lines


def values_of(node, optimizer, problem, steps=5):
    """The lines of a rule with their values in a run: {target: (steps + 1, ...)}, and the record."""
    part = rule_part(optimizer, problem.shape)
    record = browser_record(node, optimizer, problem, problem.start, steps)
    found = {line["target"]: record.get(f"line.{i}", line.get("value")) for i, line in enumerate(part["lines"])}
    return part["lines"], found, record


def test_the_lines_of_adam_have_their_code_names_and_values(node):
    lines, values, record = values_of(node, Adam(0.1), Ravine())
    assert [f"{line['target']} = {line['code']}" for line in lines] == [
        "t = state.t + 1",
        "m = β1 * state.m + (1 - β1) * g",
        "v = β2 * state.v + (1 - β2) * g**2",
        "m̂ = m / (1 - β1**t)",
        "v̂ = v / (1 - β2**t)",
        "θ = params - η * m̂ / (tf.sqrt(v̂) + ε)",
    ]
    assert lines[3]["names"] == {"m": {"column": "line.1"}, "β1": {"number": "beta_1"}, "t": {"column": "line.0"}}
    assert lines[1]["pieces"] == ["", "β1", " * ", "state.m", " + (1 - ", "β1", ") * ", "g", ""]
    assert lines[1]["names"]["state.m"] == {"column": "state.m"}
    assert lines[1]["names"]["g"] == {"column": "gradient"}
    np.testing.assert_array_equal(values["θ"][:-1], record["params"][1:])
    np.testing.assert_array_equal(values["m"][:-1], record["state.m"][1:])
    np.testing.assert_allclose(values["m̂"], values["m"] / (1 - 0.9 ** values["t"][:, None]), rtol=1e-13)


@pytest.mark.parametrize("kind", optimizers.ALL, ids=lambda kind: kind.__name__)
def test_every_rule_has_lines_and_the_last_makes_the_new_parameters(node, kind):
    lines, values, record = values_of(node, kind(), Ravine())
    np.testing.assert_array_equal(values["θ"][:-1], record["params"][1:])
    for line in lines:
        assert "".join(line.get("pieces", [])) == line.get("code", "")
        assert set(line.get("names", {})) <= set(line.get("pieces", []))


def test_a_changed_rule_a_scheduled_one_and_one_in_a_class_above_have_lines_as_well(node):
    changed = mistakes.named(Adam, "m corrected by a product").rule()()
    assert values_of(node, changed, Ravine())[0][3]["code"] == "m * (1 - β1**t)"
    lines, values, record = values_of(node, scheduled(Momentum(), schedules.CosineDecay(0.01, 3)), Ravine())
    assert [line["target"] for line in lines if "code" in line] == ["v", "θ"]
    assert lines[1]["names"]["η"] == {"column": "line.0"}  # the rate of the schedule, which has no line
    assert lines[1]["names"]["state.v"] == {"column": "state.rule.v"}
    np.testing.assert_allclose(record["line.0"][:, 0], record["state.learning_rate"], rtol=1e-14)
    assert [line["target"] for line in rule_part(Muon(), (2,))["lines"]] == ["t", "m", "v", "m̂", "v̂", "θ"]


def test_a_rule_from_a_notebook_has_lines_also_where_it_hands_over_to_another(node):
    source = """
@dataclass(frozen=True)
class Mine(Adam):
    \"\"\"Adam, and ½·λ·‖θ‖² in the loss.\"\"\"
    decay: float = 0.1

    def update(self, params, g, state):
        λ = self.decay
        for _ in range(2):
            g = g * 1.0
        g = g + (
            λ * params  # the penalty's gradient
        )
        return super().update(params, g, state)
"""
    file = "<ipython-input-7>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    namespace = {"dataclass": dataclass, "Adam": Adam, "__name__": "__main__"}
    exec(compile(source, file, "exec"), namespace)
    lines, values, record = values_of(node, namespace["Mine"](), Ravine())
    assert [line["target"] for line in lines] == ["g", "g", "t", "m", "v", "m̂", "v̂", "θ"]
    assert "code" not in lines[0]  # made in a loop: a value without a line
    assert lines[1]["code"].startswith("g + (λ * params")
    np.testing.assert_allclose(record["line.1"], record["gradient"] + 0.1 * record["params"], rtol=1e-14)
    np.testing.assert_array_equal(values["θ"][:-1], record["params"][1:])
    del linecache.cache[file]
    assert rule_part(namespace["Mine"](), (1,))["lines"][0]["target"] == "t"  # without its source only Adam's


def test_new_parameters_that_are_only_returned_have_a_line():
    @dataclass(frozen=True)
    class Short(Optimizer):
        learning_rate: float = 0.1

        def update(self, params, g, state):
            return params - self.learning_rate * g, state

    (line,) = rule_part(Short(), (2,))["lines"]
    assert (line["target"], line["code"]) == ("params", "params - self.learning_rate * g")
    assert line["names"]["self.learning_rate"] == {"number": "learning_rate"}


# Agreement


def records(node, optimizer, problem, steps=100):
    ((kernel, *shifted),) = kernel_records(optimizer, problem, steps, others=False)
    return kernel, browser_record(node, optimizer, problem, problem.start, steps), shifted


def test_records_that_are_equal_to_rounding_agree(node):
    kernel, browser, shifted = records(node, Adam(0.1), Ravine())
    assert agreement(kernel, browser, *shifted).kind == "equal"


@pytest.mark.parametrize("step", [0, 1, 50, 100])
@pytest.mark.parametrize("column", ["params", "loss", "gradient", "state.m", "state.v", "state.t"])
def test_a_record_that_is_wrong_from_some_step_on_is_different_from_there(node, step, column):
    kernel, browser, shifted = records(node, Adam(0.1), Ravine())
    wrong = {**browser, column: browser[column].copy()}
    wrong[column][step:] += 1e-6 * max(np.abs(browser[column][: step + 1]).max(), 1e-300)
    expected = "equal" if column.startswith("state") and step == 0 else "different"
    found = agreement(kernel, wrong, *shifted)
    if expected == "different":
        assert (found.kind, found.column, found.step) == ("different", column, step)


def test_chaos_is_told_from_a_difference(node):
    problem = Problem.from_function(lambda x: 5 * tf.cos(3 * x), start=[1.0], bounds=[(-3, 3)])
    kernel, browser, shifted = records(node, SGD(0.3), problem)
    assert agreement(kernel, browser, *shifted).kind in ("chaos", "equal")
    apart = {name: part * (1 + 1e-13) if name == "params" else part for name, part in by_column(shifted[0]).items()}
    assert agreement(kernel, apart, *shifted).kind == "chaos"
    apart["params"] = apart["params"].copy()
    apart["params"][3:] += 1e-2
    found = agreement(kernel, apart, *shifted)
    assert (found.kind, found.step) == ("different", 3)


def test_runs_that_diverge_agree_as_far_as_numbers_go(node):
    kernel, browser, shifted = records(node, SGD(10.0), Ravine(), steps=500)
    assert not np.isfinite(kernel["params"]).all()
    assert agreement(kernel, browser, *shifted).kind == "equal"
    stays = {name: np.repeat(part[:1], len(part), 0) for name, part in browser.items()}
    assert agreement(kernel, stays, *shifted).kind == "different"


def test_columns_are_cut_from_a_record_by_their_places():
    columns = {"params": {"at": 0, "shape": [2]}, "loss": {"at": 2, "shape": []}}
    found = unpacked(np.arange(6.0), columns)
    np.testing.assert_array_equal(found["params"], [[0, 1], [3, 4]])
    np.testing.assert_array_equal(found["loss"], [2, 5])


def test_nearby_starts_are_a_rounding_error_away():
    np.testing.assert_allclose(nearby([1.0, 0.0]), [[1, 0], [1, 0]], atol=2e-15)
    assert (nearby([1.0, 0.0]) != [1.0, 0.0]).all()
    assert (nearby([0.0]) != 0).all()


# Parts that come with the package


def test_the_parts_that_come_with_the_package_are_those_of_its_sources():
    stored = json.loads(shipped.FILE.read_text("utf-8"))
    assert stored["sources"] == shipped.sources(), "run: python -m optlearn.browser"
    kinds = [*optimizers.ALL, *shipped.PROBLEMS]
    assert {key.split()[0] for key in stored["parts"]} == {kind.__name__ for kind in kinds}


def test_parts_of_other_sources_are_not_used(monkeypatch):
    assert shipped.rule(Adam(), (2,)) is not None
    monkeypatch.setattr(shipped, "sources", lambda: "changed since")
    shipped._parts.cache_clear()
    try:
        assert shipped.rule(Adam(), (2,)) is None
        assert rule_part(Adam(), (2,))["name"] == "Adam"
    finally:
        shipped._parts.cache_clear()


def test_only_the_usual_choices_come_with_the_package():
    assert shipped.problem(NoisyParabolaFit(), 500) is not None
    assert shipped.problem(NoisyParabolaFit(), 501) is None
    assert shipped.problem(NoisyParabolaFit(batch_size=20), 500) is None
    assert shipped.problem(plane(FUNCTIONS["waves"]), 500) is None
    assert shipped.rule(optimizers.Adafactor(beta_2_decay=-0.5), (2,)) is None
    assert shipped.problem(problems.Ravine(condition_number=3.0), 500) is not None
