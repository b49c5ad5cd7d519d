"""The pages for teachers and for self-learners: their links, their clock, and every number they state."""

from __future__ import annotations

import html
import math
import re
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
import tensorflow as tf
from keras.optimizers.schedules import CosineDecay, ExponentialDecay, PolynomialDecay

from optlearn.live import Lab
from optlearn.live.page import MIME, common
from optlearn.optimizers import SGD, Adagrad, Adam, AdamW, Momentum, Nesterov, RMSprop
from optlearn.practice import diagnose, mistakes
from optlearn.problems import ChangingSteepness, ParabolaFit, Problem, Ravine, TwoScales
from optlearn.schedules import scheduled
from optlearn.training import train
from tests.unit.node.module import in_node
from tools import alive, clock, minutes

ROOT = Path(__file__).parents[2]
LINK = re.compile(r'href="(\w+)\.html#(lab=[^"]+)"')
LESSONS = ["00", "01", "02", "05", "07", "09", "22", "20", "21", "30"]
PROBLEM = ParabolaFit()
MINIMUM, START = np.array(PROBLEM.minima[0]), np.array(PROBLEM.start)
SMALLEST = float(PROBLEM.loss(MINIMUM))
H = PROBLEM.hessian(PROBLEM.start)
(ALONG, ACROSS), Q = np.linalg.eigh(H)
RULES = [SGD(), Momentum(), Nesterov(), Adagrad(), RMSprop(), Adam()]


def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


# ---- links


def links() -> list[tuple[str, str]]:
    """Every state of a lab to which a page of docs/ leads: the page of the lab, and what stands after #."""
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))]
    return [(name, html.unescape(address)) for text in texts for name, address in LINK.findall(text)]


@cache
def labs() -> tuple[dict, dict]:
    """The labs of every page, as the stored notebooks have them; and the descriptions of problems they refer to."""
    found, parts = {}, {key: part for key, part in common().items() if "bounds" in part}
    mimes = {path.stem: mimes_of(path) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
    mimes["refresher"] = [alive.matrix_lab()._repr_mimebundle_()[0][MIME]]
    for name, all_of_page in mimes.items():
        of_labs = [each for each in all_of_page if each["kind"] == "lab"]
        found[name] = [each["traits"]["scene"] for each in of_labs]
        for each in of_labs:
            parts |= {key: part for key, part in each["parts"].items() if "bounds" in part}
    return found, parts


def mimes_of(path: Path) -> list[dict]:
    outputs = [o for cell in nbformat.read(path, 4).cells if cell.cell_type == "code" for o in cell.outputs]
    return [o.data[MIME] for o in outputs if MIME in o.get("data", {})]


def faults(some: list[tuple[str, str]]) -> list[str]:
    found, parts = labs()
    return in_node("address", {"links": some, "labs": found, "parts": parts})


def test_every_link_to_a_lab_is_a_state_that_this_lab_can_be_in():
    every = links()
    assert len(every) >= 50
    wrong = [(*link, fault) for link, fault in zip(every, faults(every), strict=True) if fault]
    assert wrong == []


def test_a_link_to_a_first_step_shows_the_step_from_0_to_1():
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))]
    said = [found for text in texts for found in re.findall(r'href="[^"]+#([^"]+)">([^<]*first step[^<]*)<', text)]
    assert len(said) >= 5
    assert [label for address, label in said if "&amp;step=0&amp;" not in address] == []


@pytest.mark.parametrize(
    ("page_of", "change", "said"),
    [
        ("02_momentum", ("momentum=0.9", "momentum=2"), "momentum = 2 is not on its slider"),
        ("02_momentum", ("momentum=0.9", "friction=0.9"), "there is no friction here"),
        ("02_momentum", ("lab=1", "lab=9"), "02_momentum has no lab 9"),
        ("02_impulse", ("lab=1", "lab=1"), "there is no page 02_impulse"),
        ("02_momentum", ("ParabolaFit", "Parabola"), "there is no problem Parabola here"),
        ("02_momentum", ("steps=150", "steps=500"), "it is about 500 steps"),
    ],
)
def test_a_link_that_asks_for_what_is_not_there_is_found(page_of, change, said):
    good = "lab=1&problem=ParabolaFit&start=-2,2&steps=150&step=150&learning_rate=0.0015&momentum=0.9"
    assert faults([("02_momentum", good)]) == [""]
    assert faults([(page_of, good.replace(*change))]) == [said]


# ---- the clock, and the plans


def test_the_script_of_ninety_minutes_is_counted_and_each_part_has_a_reserve():
    text = page("ninety")
    counted = clock.parts(text)
    assert clock.written(text) == text, "python tools/clock.py --write"
    assert len(counted) == 5
    assert sum(part.allowed for part in counted) == 90 * 60
    assert all(part.takes <= part.allowed - 60 for part in counted)
    assert sum(part.takes for part in counted) <= 80 * 60


def test_the_clock_counts_what_is_said_and_what_is_done():
    assert clock.seconds("", "word " * 130) == pytest.approx(60)
    assert clock.seconds("**Open** this, **Drag** that, **Drag** on", "") == 10 + 20 + 20
    assert clock.seconds("**Hands**", "") + clock.seconds("**Neighbours**", "") == 90 + 120
    assert clock.seconds("**Write** w ← 0: 3 lines", "") == 90
    assert clock.seconds("**Class**, 3 minutes: the challenge", "") == 180
    assert clock.words("By 0.9, from 7,800 on: don’t.") == 6


def test_the_minutes_of_the_script_stand_in_the_guide_and_on_the_front_page():
    counted = clock.parts(page("ninety"))
    rows = re.findall(r"(?m)^\| (\d+) \| (\d+:\d\d) \| \[\]\((\w+)\.ipynb\)", page("teaching"))
    assert [(int(whole), taken) for whole, taken, _ in rows] == [
        (part.allowed // 60, clock.on_the_clock(part.takes)) for part in counted
    ]
    assert re.findall(r"(?m)^\| (\d+) \| \[\]\((\w+)\.ipynb\)", page("index")) == [(row[0], row[2]) for row in rows]


def test_the_longer_plans_fit_their_hours_and_have_every_lesson_of_the_path():
    text = page("teaching")
    twice = text[text.index("## The course in 2 x 90") : text.index("## The course in a week")]
    of_halves = re.findall(r"\[\]\((\d\d)_\w+\.ipynb\)[^|]*\| (\d+) ", twice)
    said = [int(number) for number in re.findall(r"together \| (\d+)", twice)]
    first = [int(number) for lesson, number in of_halves if lesson in ("00", "01", "02", "05")]
    assert said == [sum(first), sum(int(number) for _, number in of_halves) - sum(first)]
    assert max(said) <= 90
    days = re.findall(r"(?m)^\| (\d) \| (.+?) \|", text[text.index("## The course in a week") :])
    of_days = [[int(number) for number in re.findall(r"\.ipynb\)[^,\d]*(\d+)", row)] for _, row in days]
    assert len(of_days) == 5
    assert all(sum(each) == 90 for each in of_days)
    assert re.findall(r"\[\]\((\d\d)_", "".join(row for _, row in days)) == LESSONS
    assert re.findall(r"(?m)^### \[\]\((\d\d)_", text) == LESSONS


def test_every_lesson_on_one_rule_has_its_part_or_its_row_in_the_guide():
    of_rules = [path.stem for path in sorted(ROOT.glob("notebooks/[01]*.ipynb"))]
    assert len(of_rules) == 20
    told = re.findall(r"^(?:### |\| )\[\]\((\w+)\.ipynb\)", page("teaching"), re.M)
    assert [name for name in of_rules if name not in told] == []


def test_every_exercise_has_its_solution_on_the_other_page():
    def numbered(text):
        return {each[:2]: re.findall(r"(?m)^(\d)\. ", each) for each in re.split(r"(?m)^## ", text)[1:]}

    assert numbered(page("exercises")) == numbered(page("solutions")) == {lesson: ["1", "2"] for lesson in LESSONS}
    leads = [path.stem for path in (ROOT / "docs").glob("*.md") if "(solutions.md)" in path.read_text("utf-8")]
    assert leads == ["teaching"]
    assert not any("solutions.md" in path.read_text("utf-8") for path in (ROOT / "notebooks").glob("*.ipynb"))


# ---- what the script says will be seen


def test_the_edge_of_gradient_descent_is_where_the_script_says():
    below, above, small, half = (train(SGD(rate), PROBLEM) for rate in (0.0029, 0.003, 0.0001, 0.001474))
    assert below.loss[-1] < 0.138
    assert above.diverged_at is not None
    assert small.loss[-1] > 100 * SMALLEST  # creeps
    side = (half.params - MINIMUM) @ Q[:, 1]
    assert (side[:4] > 0).all()  # no zigzag yet: after that only rounding is left
    assert 0.0 <= 1 - 0.001474 * ACROSS < 0.001
    assert f"{2 / ACROSS:.5f}" == "0.00295"
    assert f"{ACROSS:.0f} {ALONG:.2f}" == "678 4.98"
    assert f"{ACROSS / ALONG:.0f} {math.sqrt(ACROSS / ALONG):.0f}" == "136 12"
    assert (
        labs()[0]["01_sgd"][0]["numbers"]["learning_rate"]["stops"][-1] == 40 * 0.0001
    )  # "up to forty times as large"


def test_momentum_needs_as_many_steps_as_the_script_says():
    needed = {}
    for memory in (0, 0.9, 0.99):
        far = np.linalg.norm(train(Momentum(0.0015, memory), PROBLEM, steps=4000).params - MINIMUM, axis=1)
        needed[memory] = np.flatnonzero(far > 0.001 * far[0]).max() + 1
    assert needed == {0: 911, 0.9: 116, 0.99: 1349}
    run = train(Momentum(0.0015, 0.9), PROBLEM, steps=20)
    memory, push = 0.9 * run.state.v[13, 0], -0.0015 * run.gradient[13, 0]
    assert f"{memory:.2f} {push:.2f} {memory + push:.2f}" == "1.01 -0.49 0.52"
    limit = 2 * (1 + 0.9) / ACROSS
    assert train(Momentum(0.99 * limit, 0.9), PROBLEM, 5000).loss[-1] < 0.13692
    assert train(Momentum(1.01 * limit, 0.9), PROBLEM, 5000).diverged_at is not None


def test_adam_does_what_the_script_says():
    gradient = PROBLEM.gradient(START).numpy()
    assert [round(g) for g in gradient] == [-1210, -186]
    np.testing.assert_allclose(np.abs(train(Adam(0.1), PROBLEM).params[1] - START), 0.1, rtol=1e-6)
    uncorrected = mistakes.named(Adam, "no correction").rule()
    slope = Problem.from_function(lambda x, y: x + y, start=(0, 0), bounds=[(-100, 0), (-100, 0)])
    steps = np.abs(np.diff(train(uncorrected(0.1), slope, 120).params[:, 0])) / 0.1
    assert steps[0] == pytest.approx(3.16, abs=0.01)
    assert steps[:100].min() > 3
    assert steps[:100].max() < 7
    path = train(uncorrected(0.1), PROBLEM, 200).params
    low, high = np.array(PROBLEM.bounds).T
    assert ((path < low) | (path > high)).any()
    H, minimum = PROBLEM.hessian(START), np.array(PROBLEM.minima[0])  # as in the lesson: no digit is lost near 0
    bowl = Problem.from_function(
        lambda x, y: (H[0, 0] * x**2 + 2 * H[0, 1] * x * y + H[1, 1] * y**2) / 2,
        start=START - minimum,
        bounds=PROBLEM.bounds - minimum[:, None],
    )
    loss = train(Adam(0.1), bowl, steps=12_000).loss
    assert round(3000 + int(np.flatnonzero(loss[3000:] > 0.01)[0]), -2) == 8300  # the first burst


def test_the_turned_ravine_costs_adam_what_the_script_says_and_gradient_descent_nothing():
    starts = {0: (-2.5, 1.0), 45: (-2.4749, -1.0607)}
    valleys = {turn: Ravine(condition_number=100, rotation=turn) for turn in starts}
    adam, descent = (
        [train(rule, valleys[turn], start=start).loss for turn, start in starts.items()]
        for rule in (Adam(0.1), SGD(1.0))
    )
    assert adam[1][50] > 100 * adam[0][50]
    np.testing.assert_allclose(descent[0][:100], descent[1][:100], rtol=1e-3)


def test_the_race_has_the_winners_that_the_script_names():
    """What the page itself says of its race, by the browser's code."""
    of_race = next(each for each in mimes_of(ROOT / "notebooks" / "20_compare.ipynb") if each["kind"] == "lab")
    page_of_race = {"traits": of_race["traits"], "parts": {**common(), **of_race["parts"]}}
    asked = [("Rosenbrock", (-1.2, 1)), ("Rosenbrock", (-1.8, -0.5)), ("Beale", (1, 1.5))]
    asked += [("ParabolaFit", start) for start in ((-2, 2), (3, -4), (-1, 3.5), (0.55, -2))]
    states = [{"values": {}, "start": start, "problem": name, "steps": 300} for name, start in asked]
    ends = []
    for text in in_node("texts", {"page": page_of_race, "states": states}):
        found = re.findall(r"(\w+) with η = [^;]*?loss ([^ ]+) after 300 steps", text)
        ends.append({name: float(loss.replace("−", "-")) for name, loss in found})
    assert all(len(each) == len(RULES) for each in ends)
    assert [min(each, key=each.get) for each in ends[:3]] == ["Momentum", "Nesterov", "Adam"]
    for each in ends[3:6]:
        assert [name for name, loss in each.items() if loss == 0.1369] == ["Momentum", "Nesterov", "Adagrad", "Adam"]
    assert set(ends[6].values()) == {0.1369}


def test_adam_ties_with_momentum_and_has_the_one_rate_that_is_good_everywhere():
    cells = nbformat.read(ROOT / "notebooks" / "20_compare.ipynb", 4).cells
    text = "".join(o.get("text", "") for cell in cells if cell.cell_type == "code" for o in cell.outputs)
    assert re.search(r"Adam +the widest on 6 of 7; η from [\d.]+ to [\d.]+ is good on all", text)
    assert len(re.findall("no η is good on all", text)) == len(RULES) - 1


def test_what_the_guide_says_of_states_is_so():
    for name, factor in (("y", 1), ("x", 0)):  # the penalty drags y to 0, and not x; the decay neither
        pair = [
            train(rule(0.02, weight_decay=0.3), TwoScales(ratio=1000.0), 2000).params[-500:, factor].mean()
            for rule in (AdamW, mistakes.named(AdamW, "an L2 penalty").rule())
        ]
        assert (pair[0] > 1 and pair[1] < 0.1) if name == "y" else min(pair) > 1
    stuck = train(scheduled(SGD(), CosineDecay(0.0018, 100)), PROBLEM, 1000)
    assert np.linalg.norm(stuck.params[-1] - MINIMUM) > 1
    assert (stuck.params[101:] == stuck.params[101]).all()
    ring = train(RMSprop(0.03), PROBLEM, steps=3000).params[-4:]
    np.testing.assert_allclose(np.abs(np.diff(ring, axis=0)), 0.03, rtol=0.02)
    conventions = [each for rule in RULES for each in mistakes.of(type(rule)) if isinstance(each, mistakes.Convention)]
    assert len(conventions) == 12


# ---- the solutions


def numbers_of(lesson: str, exercise: int) -> str:
    """The text of a solution."""
    part = next(each for each in re.split(r"(?m)^## ", page("solutions")) if each.startswith(lesson))
    return re.findall(rf"(?ms)^{exercise}\. (.+?)(?=^\d\. |\Z)", part)[0]


def states(lesson: str, exercise: int, *numbers: str) -> bool:
    return all(number in numbers_of(lesson, exercise) for number in numbers)


def test_solutions_00():
    valley = Ravine(condition_number=3, rotation=30)
    for place in ((1.73, 1.00), (-0.50, 0.87)):
        away, gradient = np.array(place), valley.gradient(np.array(place)).numpy()
        assert gradient @ away / np.linalg.norm(gradient) / np.linalg.norm(away) > 0.9999
        assert states("00", 1, f"({place[0]:.2f}, {place[1]:.2f})".replace("-", "−"))
    along, across = np.abs(H @ (Q[:, 0] + 0.01 * Q[:, 1]) @ Q)  # 1 % off the long axis
    assert across > along
    features = np.stack([PROBLEM.x**2, PROBLEM.x], axis=1)
    data = 0.5 * PROBLEM.x**2 - 2 * PROBLEM.x + 2
    best = np.linalg.lstsq(features, data, rcond=None)[0]
    loss = np.mean((features @ best - data) ** 2)
    assert states("00", 2, f"({best[0]:.4f}, −{-best[1]:.4f})", f"{loss:.3f}")
    assert loss == pytest.approx(16 * SMALLEST)


def test_solutions_01():
    above = train(SGD(0.0015), PROBLEM, steps=2000).loss - SMALLEST
    assert above[200] / above[507] == pytest.approx(100, rel=0.01)
    assert states("01", 1, "307")
    run = train(SGD(0.0031), PROBLEM, steps=1000, start=MINIMUM + 2 * Q[:, 0])
    assert run.loss[300] < 0.14
    assert 300 < run.diverged_at < 700
    assert abs(1 - 0.0031 * ACROSS) == pytest.approx(1.103, abs=5e-4)
    assert states("01", 2, "1.103")


def test_solutions_02():
    memory = 0.5 ** (1 / 20)
    assert f"{memory:.3f} {0.0015 * (1 - memory):.7f}" == "0.966 0.0000511"
    assert states("02", 1, "0.966", "0.0000511")
    slope = Problem.from_function(lambda x, y: x + y, start=(0, 0), bounds=[(-9, 0), (-9, 0)])
    step = np.diff(train(Momentum(0.0000511, memory), slope, 2000).params[:, 0])[-1]
    assert step == pytest.approx(-0.0015, rel=1e-3)
    limit, stops = 2 * 1.9 / ACROSS, labs()[0]["02_momentum"][0]["numbers"]["learning_rate"]["stops"]
    below, over = max(stop for stop in stops if stop < limit), min(stop for stop in stops if stop > limit)
    assert states("02", 2, f"{limit:.5f}", f"{below}", f"{over}")
    assert train(Momentum(below, 0.9), PROBLEM, 5000).loss[-1] < 0.13692
    assert train(Momentum(over, 0.9), PROBLEM, 150).diverged_at == 22


def test_solutions_05():
    bowl = ChangingSteepness(factor=0.1, change_at=2000)
    v = train(RMSprop(1e-6, rho=0.99), bowl, steps=3000).state.v[:, 0]
    k = np.arange(1, 900)
    half = k[0.99**k * v[2000] / v[2000 + k] < 0.5][0]
    assert half == pytest.approx(458, abs=2)
    assert states("05", 1, "458")
    above = {η: train(RMSprop(η), PROBLEM, steps=20_000).loss[-1] - SMALLEST for η in (0.03, 0.0094)}
    assert above[0.03] == pytest.approx(0.102, abs=5e-4)
    assert above[0.0094] == pytest.approx(0.01, rel=0.01)


def test_solutions_07():
    run = train(Adam(0.1), PROBLEM)
    far = np.linalg.norm(run.params - MINIMUM, axis=1)
    assert math.ceil(np.abs(MINIMUM - START).max() / 0.1) == 41
    assert np.flatnonzero(far > 0.1).max() + 1 == 326
    assert states("07", 1, "41", "326", "4.023")
    lengths = np.abs(np.diff(run.params, axis=0)) / 0.1
    assert lengths.max() <= 1 + 1e-6
    assert np.median(lengths) < 0.5
    tiny = Problem.from_function(
        lambda a, b: 1e-9 * PROBLEM.loss(tf.stack([a, b], axis=-1)), start=PROBLEM.start, bounds=PROBLEM.bounds
    )
    first = np.abs(np.diff(train(Adam(0.1), tiny, 1).params, axis=0))[0] / 0.1
    np.testing.assert_allclose(first, [0.924, 0.650], atol=5e-4)


def test_solutions_09():
    still = Problem.from_function(lambda x, y: 0 * x * y, start=(1, 1), bounds=[(-2, 2), (-2, 2)])
    rules = (AdamW(0.001, weight_decay=0.1), scheduled(AdamW(weight_decay=0.1), CosineDecay(0.001, 10_000)))
    left = [train(rule, still, steps=10_000).params[-1, 0] for rule in rules]
    np.testing.assert_allclose(left, [0.368, 0.606], atol=6e-4)
    strength = 1.5 / (0.5 * math.sqrt(1 + 1.5**2))
    assert states("09", 2, f"{strength:.2f}")
    for seed in range(3):
        run = train(AdamW(0.02, weight_decay=strength), TwoScales(seed=seed), steps=1000)
        assert np.abs(run.params[-500:].mean(axis=0) - 0.5).max() < 0.02


def test_solutions_22():
    def along(rule, steps):
        return float(np.abs((train(rule, PROBLEM, steps=steps).params[-1] - MINIMUM) @ Q[:, 0]))

    stairs = scheduled(SGD(), ExponentialDecay(0.002, 100, 0.5, staircase=True))
    falling = (CosineDecay(0.002, 1000), PolynomialDecay(0.002, 1000, 0.0))
    for schedule in falling:
        assert along(scheduled(SGD(), schedule), 1000) == pytest.approx(along(SGD(0.002), 500), rel=0.01)
    assert along(stairs, 4000) == pytest.approx(along(SGD(0.002), 200), rel=0.01)


def test_solutions_20():
    at_least = {least: sum(math.comb(12, k) for k in range(least, 13)) for least in (9, 11)}
    assert at_least == {9: 299, 11: 13}
    assert states("20", 1, "299 of 4096", "7.3 %", "13 of 4096", "0.3 %")
    assert f"{299 / 4096:.1%} {13 / 4096:.1%}" == "7.3% 0.3%"
    assert math.ceil(0.9 * 12) == 11
    assert states("20", 2, "(−1.2, 1), where momentum", "(−1.8, −0.5), where Nesterov")  # the race above has run them


def test_solutions_21():
    rng = np.random.default_rng(0)
    hits = rng.binomial(360, 0.965, size=(200_000, 2))
    assert hits[:, 0].std() == pytest.approx(3.5, abs=0.05)
    assert (hits[:, 0] - hits[:, 1]).std() == pytest.approx(4.9, abs=0.05)
    assert states("21", 1, "3.5", "4.9")
    best = rng.binomial(360, 0.95, size=(200_000, 7)).max(axis=1) / 360
    assert f"{best.mean():.1%}" == "96.5%"
    assert states("21", 2, "96.5 %", "1.15 %", "1.35")
    assert (best.mean() - 0.95) / math.sqrt(0.95 * 0.05 / 360) == pytest.approx(1.35, abs=0.05)


def test_solutions_30():
    def steps_of(rule):
        θ, steps = tf.zeros(1, tf.float64), []
        state = rule.init(θ)
        for _ in range(10):
            after, state = rule.update(θ, tf.ones(1, tf.float64), state)
            steps.append(float(θ[0] - after[0]))
            θ = after
        return [steps[t - 1] for t in (1, 2, 10)]

    damped = next(each for each in mistakes.of(Momentum) if each.name == "damped momentum")
    assert diagnose(damped.rule(), Momentum).right
    np.testing.assert_allclose(steps_of(damped.rule()(1.0, 0.9)), [0.1, 0.19, 0.651], atol=5e-4)
    rootless = mistakes.named(Adagrad, "no root").rule()
    np.testing.assert_allclose(steps_of(rootless(1.0, initial_accumulator_value=0.0)), [1, 0.5, 0.1], atol=1e-6)
    loss = train(rootless(0.5, initial_accumulator_value=0.0), PROBLEM).loss
    assert f"{loss[0]:.0f} {loss[500]:.0f}" == "1153 1146"
    assert states("30", 2, "1153", "1146")


# ---- the refresher


def test_the_refresher_takes_ten_minutes_and_everything_on_it_is_included():
    text = page("refresher")
    included = re.findall(r":file: alive/(\w+)\.html", text + page("index"))
    assert sorted(included) == sorted(alive.things())
    prose = nbformat.v4.new_markdown_cell(re.sub(r"(?ms)^```.+?```$", "", text))
    drag = 0.5
    assert 8 < minutes.minutes([prose]) + minutes.PREDICTION * len(alive.questions()) + drag <= 10


def test_the_refresher_computes_rightly():
    slopes = [f"{((3 + h) ** 2 - 9) / h:g}" for h in (1, 0.1, 0.01)]
    assert re.findall(r"(?m)^\| [\d.]+ \| [\d.]+ \| ([\d.]+) \|$", page("refresher")) == slopes
    questions = alive.questions()
    w, x = tf.Variable(3.0, dtype=tf.float64), tf.Variable(1.0, dtype=tf.float64)
    with tf.GradientTape() as tape:
        values = (0.5 * 5 * w**2, x**2 + 3 * x * 2)
        total = values[0] + values[1]
    by_w, by_x = tape.gradient(total, [w, x])
    assert questions["refresher_derivative"].judge(float(by_w)).right
    assert questions["refresher_gradient"].judge(float(by_x)).right
    problem = Problem.from_function(alive.bowl, start=(1, 1), bounds=[(-3, 3), (-2, 2)])
    np.testing.assert_allclose(problem.hessian((0.0, 0.0)), [[2, 1], [1, 2]])
    np.testing.assert_allclose(problem.gradient((1.0, 1.0)), [3, 3])
    np.testing.assert_allclose(problem.gradient((1.0, -1.0)), [1, -1])
    assert questions["refresher_matrix"].judge("A").right
    left = np.linalg.norm(train(SGD(0.1), problem, 1).params[1]) / math.sqrt(2)
    assert left == pytest.approx(0.7)
    assert questions["refresher_eigenvalue"].judge("B").right
    lab = alive.matrix_lab()
    assert isinstance(lab, Lab)
    assert 0.333 in lab.scene["numbers"]["learning_rate"]["stops"]
    assert train(SGD(0.333), problem, 1).loss[1] < 1e-5
