"""The map, one step taken apart and the race, as the browser computes them: against the kernel and against theory."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf
from matplotlib.figure import Figure
from PIL import Image

from optlearn import optimizers
from optlearn.live import Lab, Race
from optlearn.live.kernel import Kernel
from optlearn.live.offer import Offer
from optlearn.optimizers import SGD, Adafactor, Adagrad, Adam, Lion, Momentum, Nesterov, Optimizer, RMSprop
from optlearn.plotting import SIZE, draw_overview, style
from optlearn.problems import IllConditionedMatrix, MatrixRecovery, ParabolaFit, Problem, Ravine, Rosenbrock, TwoLayers
from optlearn.training import sweep, train
from tests.unit.node.module import in_node

STEEPEST = 678.335  # the larger eigenvalue of the parabola's Hessian
CREEPS, RINGS, LEAVES = range(3)
COLUMNS = 24


def edge(β):
    return 2 * (1 + β) / STEEPEST


@pytest.fixture(scope="module")
def told():
    lab = Lab(
        Momentum(0.001), ParabolaFit(), ranges={"learning_rate": (1e-4, 1e-2)},
        map=("learning_rate", "momentum"), edge=edge,
    )  # fmt: skip
    cells = in_node("map", {"page": lab.page(), "columns": COLUMNS, "shares": np.linspace(0, 1, 11).tolist()})
    cells["regime"] = np.reshape(cells["regime"], (COLUMNS, COLUMNS))  # (up, across)
    cells["loss"] = np.array(cells["loss"], float).reshape(COLUMNS, COLUMNS)
    return cells


def test_every_cell_is_a_whole_run_of_the_kernel(told):
    across, up = told["value"]
    runs = sweep(Momentum(), ParabolaFit(), learning_rate=across, momentum=up)
    settled = (told["regime"] != LEAVES) & (np.array(up) < 0.98)[:, None]
    np.testing.assert_allclose(told["loss"][settled], runs.loss[..., -1].T[settled], rtol=1e-7)


def test_what_leaves_is_beyond_the_edge_of_theory(told):
    across, up = np.array(told["value"])
    share = across[None, :] / edge(up)[:, None]
    assert (told["regime"][share > 1.02] == LEAVES).all()
    assert (told["regime"][share < 0.98] != LEAVES).all()


def test_what_rings_has_complex_roots_and_forgets_slowly(told):
    """Along the steepest direction the roots are complex from η·λ = (1 − √β)²; √β is what a swing keeps in a step."""
    across, up = np.array(told["value"])
    share = across[None, :] * STEEPEST / (1 - np.sqrt(up))[:, None] ** 2
    inside = told["regime"] != LEAVES
    assert (told["regime"][inside & (share > 4) & (up > 0.85)[:, None]] == RINGS).all()
    assert (told["regime"][inside & (share < 0.5) & (up < 0.5)[:, None]] == CREEPS).all()


def test_the_kernel_tells_the_regimes_apart_as_the_browser_does(told):
    across, up = (np.array(values) for values in told["value"])
    there = Kernel(Offer([Momentum(0.001)], ParabolaFit(), None, None))
    state = Lab(Momentum(0.001), ParabolaFit())._state
    loss, regime = there.ends(state, {"learning_rate": across, "momentum": up})
    assert (regime != told["regime"]).mean() < 0.01  # at a border rounding may decide
    calm = (regime != LEAVES) & (up < 0.98)[:, None]
    np.testing.assert_allclose(loss[calm], told["loss"][calm], rtol=1e-7)


def test_a_still_picture_has_the_map_with_its_edge_and_its_point():
    lab = Lab(Momentum(0.001), ParabolaFit(), steps=50, map=("learning_rate", "momentum"), edge=edge)
    plain = Lab(Momentum(0.001), ParabolaFit(), steps=50)
    assert lab.still() != plain.still()
    before = lab._under()
    figure = Figure(figsize=SIZE)
    ax = draw_overview(figure, lab.runs, under=before).axes[2]
    assert ax.get_title(loc="left") == "map of η and β"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["creeps", "rings", "leaves"]
    assert [hatch for each in ax.collections for hatch in each.hatches if hatch] == ["....", "////"]
    *_, line, point = ax.lines
    stops = lab.scene["numbers"]["learning_rate"]["stops"]
    span = np.log(stops[-1] / stops[0])
    np.testing.assert_allclose(point.get_xdata(), [np.log(0.001 / stops[0]) / span])
    rates = stops[0] * np.exp(np.array(line.get_xdata()) * span)
    np.testing.assert_allclose([rates.min(), rates.max()], edge(np.array([0, 0.999])), rtol=1e-3)
    lab.set(problem=IllConditionedMatrix())
    assert lab._under() is None


def test_a_place_is_a_value_and_back_and_has_three_digits(told):
    for there in told["there"]:
        np.testing.assert_allclose(there, np.linspace(0, 1, 11), atol=1e-12)
    rates, memories = told["rounded"]
    assert all(float(f"{rate:.3g}") == rate for rate in rates)
    assert all(float(f"{1 - β:.3g}") == pytest.approx(1 - β, rel=1e-9) for β in memories)
    assert told["ticks"] == [[0.0001, 0.001, 0.01], [0, 0.5, 0.9, 0.99, 0.999]]


@pytest.mark.parametrize(
    "names", [("learning_rate",), ("learning_rate", "learning_rate"), ("learning_rate", "ρ"), "ab"]
)
def test_a_map_needs_two_different_sliders(names):
    with pytest.raises(ValueError, match="two different sliders. There are: learning_rate, momentum"):
        Lab(Momentum(), ParabolaFit(), map=names)


def test_the_edge_is_drawn_where_the_map_reaches():
    lab = Lab(Momentum(), ParabolaFit(), map=("learning_rate", "momentum"), edge=edge)
    points = np.array(lab.scene["map"]["edge"]["points"])
    np.testing.assert_allclose(points[:, 0], edge(points[:, 1]))
    assert "map" not in Lab(Momentum(), ParabolaFit()).scene


# One step taken apart


def number(text: str) -> float:
    """A number as the table writes it: −1.65, 1.4·10⁶."""
    plain = text.replace("−", "-").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(re.sub(r"·10(-?\d+)$", r"e\1", plain))


def test_the_lines_have_numbers_in_place_of_letters():
    lab = Lab(Momentum(0.002), ParabolaFit())
    (told,) = in_node("apart", {"pages": [lab.page()], "steps": [3]})
    v, θ = told[0]["rows"]
    assert (v["target"], v["code"]) == ("v", "β·v − η·g")
    assert v["cells"] == ["0.9·(−1.44) − 0.002·326 = −1.95", "0.9·(−0.366) − 0.002·77 = −0.483"]
    assert θ["cells"] == ["0.306 + (−1.95) = −1.64", "2.15 + (−0.483) = 1.67"]
    assert [arrow["name"] for arrow in told[0]["arrows"]] == ["step", "−g", "v"]


def test_the_last_line_of_every_rule_is_where_the_run_goes():
    labs = [Lab(kind(), Ravine(), steps=20) for kind in optimizers.RULES]
    steps = [0, 1, 7]
    for lab, told in zip(labs, in_node("apart", {"pages": [lab.page() for lab in labs], "steps": steps}), strict=True):
        for step, each in zip(steps, told, strict=True):
            *_, last = [row for row in each["rows"] if row["target"] == "θ"]
            found = [number(cell.rsplit(" = ", 1)[-1]) for cell in last["cells"]]
            np.testing.assert_allclose(found, lab.run.params[step + 1], rtol=6e-3, atol=1e-12, err_msg=str(lab.run))


@dataclass(frozen=True)
class Sums(Optimizer):
    """Lines in which a number depends on several of another name, or several on one."""

    def init(self, params):
        return ()

    def update(self, params, g, state):
        length = tf.norm(g)
        row = tf.reduce_sum(params, axis=-1, keepdims=True)
        params = params - row * g / length
        return params, ()


def cells(rule: Optimizer, problem: Problem) -> dict[str, list[str]]:
    (told,) = in_node("apart", {"pages": [Lab(rule, problem, steps=2).page()], "steps": [0]})
    return {row["target"]: row["cells"] for row in told[0]["rows"]}


def test_where_all_numbers_of_a_name_go_into_a_value_all_are_there_or_the_letter():
    few = cells(Sums(), Problem.from_function(lambda x, y: 3 * x - 4 * y, start=(1, 2), bounds=[(-9, 9), (-9, 9)]))
    assert few["length"] == ["norm((3, −4)) = 5"]
    assert few["row"] == ["reduce_sum((1, 2), axis=−1, keepdims=True) = 3"]
    assert few["θ"] == ["1 − 3·3 / 5 = −0.8", "2 − 3·(−4) / 5 = 4.4"]
    assert "rms(θ)" in cells(Adafactor(0.1), MatrixRecovery())["α"][0]


def test_a_number_that_serves_a_row_stands_in_the_cells_of_its_row():
    rows = cells(Sums(), TwoLayers())
    sums = [number(cell.rsplit(" = ", 1)[-1]) for cell in rows["row"]]
    assert len(sums) == 2
    named = [number(re.search(r"− \(?([^·)]*)", cell)[1]) for cell in rows["θ"]]
    np.testing.assert_allclose(named, np.repeat(sums, 4))
    own = [number(cell.partition(" ")[0]) for cell in rows["θ"]]
    np.testing.assert_allclose(own, np.ravel(TwoLayers().start), rtol=5e-3)


@dataclass(frozen=True)
class Looped(Optimizer):
    """A rule whose lines stand in a loop."""

    learning_rate: float = 0.01

    class State(NamedTuple):
        m: tf.Tensor

    def init(self, params):
        return self.State(tf.zeros_like(params))

    def update(self, params, g, state):
        for _ in range(2):
            params = params - self.learning_rate * g / 2
        return params, self.State(g)


def test_a_rule_with_a_loop_is_shown_without_an_error():
    (told,) = in_node("apart", {"pages": [Lab(Looped(), Ravine(), steps=5).page()], "steps": [1]})
    assert told[0]["rows"]
    assert all(row["cells"] for row in told[0]["rows"])


@pytest.mark.parametrize(("rule", "name"), [(Momentum(0.001), "v"), (Adam(), "−m"), (Lion(), "−m"), (SGD(), None)])
def test_the_arrow_of_the_memory_points_along_the_steps(rule, name):
    (told,) = in_node("apart", {"pages": [Lab(rule, Rosenbrock(), steps=50).page()], "steps": [5]})
    names = [arrow["name"] for arrow in told[0]["arrows"]]
    assert names == ["step", "−g", *([name] if name else [])]


# The race


def test_the_browser_chooses_the_rates_that_the_kernel_chooses():
    race = Race([SGD(), Momentum(), Nesterov(), Adagrad(), RMSprop(), Adam()], ParabolaFit(), steps=200)
    starts = [[-2.0, 2.0], [1.5, -3.0]]
    for start, told in zip(starts, in_node("race", {"page": race.page(), "starts": starts}), strict=True):
        race.set(start=start)
        assert [each["rate"] for each in told] == list(race.rates.values())
        for each, final in zip(told, race.final.values(), strict=True):
            there = np.array(each["losses"], float)
            low = np.isfinite(final) & (final < 1)
            np.testing.assert_allclose(there[low], final[low], rtol=0.02)


def test_of_rates_that_tie_the_one_that_was_there_first_is_taken():
    """Many rates bring momentum to the last digit of the minimum; that one is best which needs the fewest steps."""
    race = Race([Momentum(), SGD()], ParabolaFit(), steps=300)
    best = race.rates["Momentum"]
    others = [run.loss.mean() for run in (train(Momentum(best * share), ParabolaFit(), 300) for share in (0.7, 1.4))]
    assert race.runs[0].loss.mean() < min(others)


def test_a_still_picture_of_a_race_has_the_losses_of_all_rates_in_the_colours_of_the_rules():
    race = Race([SGD(), Momentum()], ParabolaFit(), steps=50)
    figure = draw_overview(Figure(figsize=SIZE), race.runs, under=race._under())
    ax = figure.axes[2]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", figure.axes[1].get_yscale())
    assert ax.get_ylim() == figure.axes[1].get_ylim()
    assert [dot.get_xdata()[0] for dot in ax.lines[2:]] == list(race.rates.values())
    image = Image.open(io.BytesIO(race.still())).convert("RGB")
    colors = {color for _, color in image.getcolors(100_000)}
    for run in race.runs:
        look = style(run.optimizer)["color"]
        assert tuple(int(look[i : i + 2], 16) for i in (1, 3, 5)) in colors
