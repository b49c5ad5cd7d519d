"""Numbers and lines of text come out in the browser as they do in Python, digit for digit."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from optlearn import loop, optimizers, problems
from optlearn.agreement import ALLOWANCE, SHAKE, compare, shaken
from optlearn.live import Lab
from optlearn.live.words import number
from optlearn.optimizers import SGD, Adam, Momentum, Muon, RMSprop
from optlearn.problems import MatrixRecovery, NoisyParabolaFit, ParabolaFit, Ravine, Rosenbrock, TwoLayers
from optlearn.problems.base import fill
from tests.unit.node.module import in_node

DIGITS = [2, 3, 4, 6]
NOTHING_LEFT = re.compile(r"loss [\d.]+e−(2[5-9]|[3-9]\d|\d{3})")  # of it only what rounding leaves
GROWN = 1e6 * SHAKE * ALLOWANCE  # what rounding leaves when its differences grow a million times
TEMPLATES = ["{all:.3g}", "{0:.2g} of u, {1:.2g} of v", "at x = {0:.3g}"]


def numbers() -> list[float]:
    """Of every size; and those at which rounding is decided by a half, or carries into another power of ten."""
    rng = np.random.default_rng(0)
    random = rng.standard_normal(20_000) * 10.0 ** rng.uniform(-320, 305, 20_000)
    everyday = rng.standard_normal(20_000) * 10.0 ** rng.uniform(-6, 6, 20_000)
    halves = [(n + 0.5) * 2.0**-k for n in range(2000, 3000, 7) for k in range(12)]
    ties = [1.0625, 2.5, 0.125, 10005.0, 100050.0, 1234.5, 1235.5, 0.00012345, 12345e10, 0.5, 1.5, 25.0, 35.0]
    edges = [9.9995, 99.995, 999.95, 9999.5, 0.99995, 9.9995e-5, 0.0001, 0.00009999, 99995.0, 5e-324, 1.7e308]
    special = [0.0, -0.0, float("inf"), float("-inf"), float("nan")]
    return [float(x) for x in (*random, *everyday, *halves, *ties, *edges, *special, *(-x for x in ties + edges))]


def test_numbers_are_written_as_python_writes_them():
    tried = numbers()
    fills = [[template, [value, 0.25]] for template in TEMPLATES for value in (3, 0, -0.5, 12.34567, -1e-7)]
    fills.append(["{0} of {1}", [3, 12]])
    given = {
        "numbers": [list(struct.pack(">d", value)) for value in tried],
        "digits": DIGITS,
        "fills": fills,
        "powers": [-12, -3, 0, 7],
    }
    told = in_node("numbers", given)
    wrong = [
        (value, digits, there)
        for value, row in zip(tried, told["general"], strict=True)
        for digits, there in zip(DIGITS, row, strict=True)
        if there != f"{value:.{digits}g}"
    ]
    assert wrong == []
    assert told["filled"] == [fill(template, values) for template, values in fills]
    assert told["powers"] == ["10⁻¹²", "10⁻³", "10⁰", "10⁷"]


def stops_of(lab: Lab) -> tuple[dict[str, Any], dict[str, list[float]]]:
    """What the browser knows of the present problem, and the stops of every slider."""
    described = next(each for each in lab.scene["problems"] if each["name"] == lab.problem)
    return described, {name: each["stops"] for name, each in {**described["numbers"], **lab.scene["numbers"]}.items()}


def states_of(lab: Lab, count: int, seed: int = 0) -> list[dict[str, Any]]:
    """Where a lab can be brought by hand: every slider at a stop of its own, the start anywhere in the picture."""
    rng = np.random.default_rng(seed)
    described, stops = stops_of(lab)
    states = [lab._state]
    for _ in range(count - 1):
        values = {
            name: float(rng.choice(stops[name])) if rng.random() < 0.6 else lab.values[name] for name in lab.values
        }
        start = lab.start
        if described["plane"] and (not values or rng.random() < 0.6):
            start = [float(f"{rng.uniform(low, high):.6g}") for low, high in described["bounds"]]
        states.append({**lab._state, "values": values, "start": start})
    return states


def text_at(lab: Lab, state: dict[str, Any]) -> str:
    lab.set(**state["values"], start=state["start"])
    return NOTHING_LEFT.sub("loss 0", lab.text)


def by_the_other_way(lab: Lab, state: dict[str, Any], said: Callable[[dict[str, Any]], Any]) -> Any:
    """What the kernel says without XLA if it runs with it, and the other way round: the two round differently."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "USE_XLA", not loop.USE_XLA)
        patch.setattr(lab, "_kernel", lab._make_kernel(lab._offer))
        return said(state)


def is_chaotic(lab: Lab, state: dict[str, Any], said: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether rounding decides what is said, so that another processor may say something else.

    From starts a rounding error away the kernel itself says so; or a difference grows a million times on the way,
    though from none of these few starts it was enough; or its other way says so: on a way so narrow that all starts
    come to the same numbers, only what is rounded differently at every step can tell.
    """
    here, paths = said(state), paths_of(lab)
    problem, beside = lab._offer.problems[lab.problem], []
    for start in shaken(state["start"]):
        there = said(state | {"start": np.asarray(problem.project(start)).tolist()})
        beside.append(paths_of(lab))
        if there != here and len(beside) <= 3:
            return True
    hairs = zip(paths, *beside, strict=True)
    grows = any(compare(path, path, np.stack(near), GROWN).calm < len(path) - 1 for path, *near in hairs)
    return grows or by_the_other_way(lab, state, said) != here


def paths_of(lab: Lab) -> list[np.ndarray]:
    return [run.params for run in lab.runs]


def as_stored(traits: dict[str, Any]) -> dict[str, Any]:
    """Traits as they come out of a notebook file: there names stand by the alphabet."""
    return json.loads(json.dumps(traits, sort_keys=True))


def differences(lab: Lab, count: int, seed: int = 0) -> tuple[list[tuple[str, str]], int]:
    """Texts of the kernel and of the browser that differ, and how many more differ where the kernel does itself.

    The browser may say what either of the kernel's two ways says, with XLA or without.
    """
    states = states_of(lab, count, seed)
    traits = {name: getattr(lab, name) for name in ("scene", "parts", "step", "pinned", *states[0])}
    told = in_node("texts", {"page": {"traits": as_stored(traits)}, "states": states})
    found, chaotic = [], 0
    for state, there in zip(states, told, strict=True):
        here, there = text_at(lab, state), NOTHING_LEFT.sub("loss 0", there)
        say = partial(text_at, lab)
        if here == there or (loop.USE_XLA and there == by_the_other_way(lab, state, say)):
            continue
        if is_chaotic(lab, state, say):
            chaotic += 1
        else:
            found.append((here, there))
    return found, chaotic


pytestmark = pytest.mark.usefixtures("without_xla")
LABS = {
    "every number": lambda: Lab(Adam(0.1), ParabolaFit()),
    "two that part": lambda: Lab.compare(Adam(0.1), RMSprop(0.1), Rosenbrock(), steps=200),
    "two that do not": lambda: Lab([SGD(0.001), SGD(0.001)], steps=30),
    "three": lambda: Lab([SGD(0.001), Momentum(0.001), Adam(0.1)], Ravine(), steps=100),
    "mini-batches": lambda: Lab(Momentum(0.001), NoisyParabolaFit(batch_size=5), steps=150),
    "a matrix": lambda: Lab(Muon(0.02), MatrixRecovery(), steps=40),
}


@pytest.mark.parametrize("make", LABS.values(), ids=LABS.keys())
def test_the_browsers_line_of_text_is_the_kernels(make):
    wrong, chaotic = differences(make(), 50)
    assert wrong == []
    assert chaotic <= 10


@pytest.mark.parametrize("kind", [*problems.ALL, *problems.MORE])
def test_so_it_is_on_every_problem(kind):
    wrong, chaotic = differences(Lab(Momentum(0.001), kind(), steps=60), 8)
    assert wrong == []
    assert chaotic <= 2


@pytest.mark.parametrize("kind", optimizers.RULES)
def test_so_it_is_for_every_rule(kind):
    wrong, chaotic = differences(Lab(kind(), TwoLayers() if kind is Muon else ParabolaFit(), steps=60), 8)
    assert wrong == []
    assert chaotic <= 4


def test_a_minus_sign_is_a_true_one():
    assert number(-1e-7) == "−1e−07"
