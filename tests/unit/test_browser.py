"""The rules in the browser: every rule on every problem in JavaScript, against the kernel's own records."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from keras.optimizers import schedules

from optlearn import loop, optimizers, problems
from optlearn.agreement import distances, shaken
from optlearn.browser import problem_part, rule_part
from optlearn.browser.agreement import TOLERANCE, Agreement, agreement, by_column, unpacked
from optlearn.optimizers import Optimizer
from optlearn.practice.mistakes import CATALOGUE
from optlearn.problems import NoisyParabolaFit, Problem, TwoLayers
from optlearn.schedules import scheduled
from optlearn.tunable import Tunable
from tests.unit.node import NEEDED, Node

pytestmark = [NEEDED, pytest.mark.usefixtures("without_xla")]
PROBLEMS = (*problems.ALL, *problems.MORE)
SELF = 1e-13  # as far apart as the kernel, compiled, may be from itself, op by op, for a run to count as regular
IF_IT_LEAPS = "If it is the rule whose last digit soon decides, its facts say why: Facts(sensitive=...)."
TABLE: dict[tuple[str, str], Agreement] = {}  # of each rule on each problem, at its usual numbers


@pytest.fixture(scope="module")
def node():
    process = Node()
    yield process
    process.close()


def other_numbers(of: Tunable) -> dict[str, float]:
    """Numbers that are not the usual ones: the second of five stops of each slider."""
    return {name: float(about.stops(5)[1]) for name, about in of.hypers().items()}


def kernel_records(rule: Optimizer, problem: Problem, steps: int, others: bool) -> list[list[dict]]:
    """Of each run the record, and those of two with start and numbers a rounding error away; one run, or two of them.

    The other one has other numbers, and a start drawn at random.
    """
    starts = [np.asarray(problem.start, float)]
    numbers = [{**rule.values, **problem.values}]
    if others:
        starts.append(np.random.default_rng(3).uniform(*np.moveaxis(problem.bounds, -1, 0)))
        numbers.append({**other_numbers(rule), **other_numbers(problem)})
    every = np.concatenate([[start, *shaken(start)[:2]] for start in starts])
    rounding = np.tile([1, 1 + 1e-15, 1 - 1e-15], len(starts))
    table = {name: np.repeat([each[name] for each in numbers], 3) * rounding for name in numbers[0]}
    record = loop.run_all(rule, problem, steps, every, table)
    runs = [tf.nest.map_structure(lambda part, i=i: part[i], record) for i in range(len(every))]
    return [runs[low : low + 3] for low in range(0, len(runs), 3)]


def browser_record(node: Node, rule: Optimizer, problem: Problem, start, steps: int) -> dict[str, np.ndarray]:
    """The record that JavaScript makes of a run; its three ways to run agree, or this fails."""
    parts = {"rule": rule_part(rule, problem.shape), "problem": problem_part(problem, steps)}
    answer = node.ask(
        "run",
        **parts,
        start=np.ravel(start).tolist(),
        h=list(rule.values.values()),
        k=list(problem.values.values()),
        steps=steps,
    )
    record = unpacked(answer["record"], answer["columns"])
    path = answer["path"].reshape(steps + 1, -1)
    np.testing.assert_array_equal(path[:, :-1], record["params"].reshape(steps + 1, -1))
    np.testing.assert_array_equal(path[:, -1], record["loss"])
    np.testing.assert_array_equal(answer["ends"], np.repeat(record["loss"][-1:], 3))
    return record


def compare(
    node: Node, rule: Optimizer, problem: Problem, steps: int = 500, others: bool = False, leaps: bool = False
) -> Agreement:
    """Hold the browser's record against the kernel's; fails where they differ and the kernel agrees with itself.

    That is, compiled against op by op; for a rule that `leaps`, also against numbers a rounding error away.
    """
    found = []
    for kernel, *shifted in kernel_records(rule, problem, steps, others):
        if found:
            rule = rule.replace(**other_numbers(rule))
            problem = problem.replace(**other_numbers(problem))
        start = kernel["params"][0]
        browser = browser_record(node, rule, problem, start, steps)
        assert set(by_column(kernel)) == {name for name in browser if not name.startswith("line.")}
        agreed = agreement(kernel, browser, *shifted)
        if agreed.kind != "equal":
            compiled = kernel_compiled(rule, problem, steps, start)
            evidence = [compiled, *map(by_column, shifted if leaps else [])]
            itself = max(
                distances(part, one[name]).max() for name, part in by_column(kernel).items() for one in evidence
            )
            assert itself > SELF, f"{agreed}, though the kernel agrees with itself to {itself:.0e}. {IF_IT_LEAPS}"
            agreed = agreement(kernel, browser, *shifted, _nested(kernel, compiled))
            assert agreed.kind == "chaos", agreed
        found.append(agreed)
    return found[0]


def kernel_compiled(rule: Optimizer, problem: Problem, steps: int, start: np.ndarray) -> dict[str, np.ndarray]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "USE_XLA", True)
        patch.setattr(type(rule), "xla", True)
        record = loop.run_all(rule, problem, steps, start[None], {})
    return by_column(tf.nest.map_structure(lambda part: part[0], record))


def _nested(like: dict, columns: dict[str, np.ndarray]) -> dict:
    """Columns as a record again."""
    state = [part for name, part in columns.items() if name.startswith("state")]
    return {**columns, "state": tf.nest.pack_sequence_as(like["state"], state)}


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("rule", optimizers.RULES, ids=lambda kind: kind.__name__)
def test_every_rule_on_every_problem_is_what_the_kernel_computes(node, rule, problem):
    leaps = bool(rule.facts.sensitive)
    TABLE[rule.__name__, problem.__name__] = compare(node, rule(), problem(), others=True, leaps=leaps)


def test_the_table_of_what_was_compared(capsys):
    """Prints it: the power of ten of the largest relative difference, or ~ where rounding decides in the kernel."""
    marks = {
        pair: "~" if found.kind == "chaos" else f"{np.log10(max(found.distance, 1e-16)):.0f}"
        for pair, found in TABLE.items()
    }
    rules, columns = (list(dict.fromkeys(names)) for names in zip(*TABLE, strict=True))
    with capsys.disabled():
        print("\n" + " " * 18 + " ".join(f"{name[:5]:>5}" for name in columns))
        for rule in rules:
            print(f"{rule:18}" + " ".join(f"{marks.get((rule, name), ''):>5}" for name in columns))
        equal = [found.distance for found in TABLE.values() if found.kind == "equal"]
        print(f"{len(TABLE)} pairs, {len(equal)} equal: median {np.median(equal):.0e}, worst {max(equal):.0e}")
    assert max(equal) <= TOLERANCE
    assert len(equal) > 0.9 * len(TABLE)


@pytest.mark.parametrize("kind", [kind for kind in PROBLEMS if problem_part(kind(), 500)["steps"]])
def test_of_a_table_of_noise_as_much_is_sent_as_there_are_steps(kind):
    short, long, whole = (len(str(problem_part(kind(), steps)["tables"])) for steps in (500, 1000, 100_000))
    assert short < long < whole


@pytest.mark.parametrize("change", CATALOGUE, ids=lambda change: f"{change.optimizer.__name__}-{change.name}")
def test_every_mistake_and_convention_of_the_catalogue_is_what_the_kernel_computes(node, change):
    problem = getattr(change, "on", problems.ParabolaFit)()
    compare(node, change.rule()(), problem, steps=100)


SCHEDULES = {
    "cosine": schedules.CosineDecay(0.002, 60, alpha=0.1),
    "warm-up": schedules.CosineDecay(0.0005, 50, warmup_target=0.002, warmup_steps=20),
    "restarts": schedules.CosineDecayRestarts(0.002, 25),
    "growing restarts": schedules.CosineDecayRestarts(0.002, 11, t_mul=2.0, m_mul=0.5, alpha=0.05),
    "exponential": schedules.ExponentialDecay(0.002, 30, 0.5),
    "staircase": schedules.ExponentialDecay(0.002, 30, 0.5, staircase=True),
    "inverse": schedules.InverseTimeDecay(0.002, 20, 1.5),
    "polynomial": schedules.PolynomialDecay(0.002, 50, 0.0005, power=2.0),
    "cycle": schedules.PolynomialDecay(0.002, 30, 0.0005, cycle=True),
    "steps": schedules.PiecewiseConstantDecay([20, 50], [0.002, 0.001, 0.0002]),
}


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_every_schedule_is_what_the_kernel_computes(node, schedule):
    leaps = isinstance(schedule, schedules.CosineDecayRestarts)  # the last digit of a logarithm says at which step
    compare(node, scheduled(optimizers.Momentum(), schedule), NoisyParabolaFit(), steps=200, leaps=leaps)
    compare(node, scheduled(optimizers.Adam(), schedule), TwoLayers(), steps=200, leaps=leaps)


@pytest.mark.parametrize("kind", PROBLEMS, ids=lambda kind: kind.__name__)
def test_landscapes_are_what_the_kernel_computes(node, kind):
    for problem in (kind(), kind().replace(**other_numbers(kind()))):
        points = np.random.default_rng(0).uniform(*np.moveaxis(problem.bounds, -1, 0), size=(40, *problem.shape))
        parts = {"rule": rule_part(optimizers.SGD(), problem.shape), "problem": problem_part(problem)}
        flat = points.reshape(40, -1).tolist()
        found = node.ask("losses", **parts, points=flat, k=list(problem.values.values()))
        numbers = {name: tf.constant(value, tf.float64) for name, value in problem.values.items()}
        as_in_a_run = loop.rebuild(problem.outline, numbers, ())  # as Python's numbers, casts would make them float32
        losses = [as_in_a_run.loss(tf.constant(point[None])).numpy()[0] for point in points]
        np.testing.assert_allclose(found["many"], losses, rtol=1e-13, atol=1e-13)
        np.testing.assert_array_equal(found["single"], found["many"])
