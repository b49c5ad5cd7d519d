"""The browser chooses scales, bands, shades and stops as Python does for the still pictures."""

from __future__ import annotations

import numpy as np
import pytest

from optlearn import plotting
from optlearn.optimizers import Adam
from optlearn.plotting import trace
from optlearn.plotting.landscape import brief, briefs
from tests.unit.node.module import in_node

KINDS = {"linear": "linear", "log": "log", "symlog": "symmetric"}
rng = np.random.default_rng(0)
LOSSES = [
    [np.geomspace(1e4, 0.14, 500), 5400.0],
    [np.geomspace(1e-30, 1e30, 100), 100.0],
    [np.array([3.0, -1e5]), None],
    [np.array([2.0, 1.0, -0.5]), 3.0],
    [np.zeros(3), 0.0],
    [np.array([np.nan]), None],
    [np.where(np.arange(500) == 300, 1e-9, rng.uniform(0.1, 10, 500)), None],  # a dip
]
LINES = [
    np.linspace(0, 35_000, 500),
    rng.standard_normal(300),
    np.zeros(4),
    np.full(9, 0.001),
    rng.uniform(0, 1, 700) ** 9,
]
ASKED = {"epsilon": 3.3e-8, "beta_1": 0.95, "beta_2": 0.0}
SWINGING = np.column_stack([np.arange(300.0), 100 * (-1.0) ** np.arange(300)])
POINTS = [
    SWINGING,
    np.column_stack([np.arange(300.0), 50 * np.sin(np.arange(300) / 40)]),
    100 * rng.standard_normal((200, 2)).cumsum(axis=0) / 30,
    np.array([[10.0, 10], [50, 60], [1e9, -3e8], [5, 5]]),
    np.array([[10.0, 10], [50, 60], [np.nan, 3], [5, 5]]),
]

NAMED = [("u", 300.0), ("v", 100.0), ("u", 103.0), ("v", 104.0), (False, 200.0)]
BOX = {"left": 40, "top": 30, "width": 300, "height": 300}
TAKEN = {"left": 200, "top": 160, "width": 60, "height": 17}
LABS = [  # a width, and the names in the legends of the panels, the landscape first
    (366, [], ["RMSprop", "RMSpropCentered", "RMSpropMomentum"], [], ["a", "b"]),
    (358, ["what says something", "what says nothing at all"], ["Ftrl"], [], []),
    (740, [], ["RMSprop", "RMSpropCentered", "RMSpropMomentum"], [], []),
    (740, [], [], [], [], []),
]
TITLES = [(358, "loss"), (358, 50 * "m"), (320, 50 * "m")]  # a width, and the title of a panel, 6 pixels a letter
VALUES = [0, 0.14, 83, 5412.0, 2.4e-4, 0.0012, -0.097, -9.7e-5, 1.1e3, 12345678]
SCALES = [
    [3e-8, 0.051, 0.0871, 0.0896, 0.09002, 0.09034, 0.48],
    [5400.0, 5410.0, 5.4e-5, 5.41e-5],
    [3.5, 3.5],
    [5411.0, 5413.0],
]
LOW_PANELS = [25, 40, 120]


def arrows(turn: float, size: float) -> dict:
    """The arrows of one step: both directions nearly along the step, or against it."""
    names = {"step": (turn, size), "−g": (turn + 0.02, 75), "memory": (turn + np.pi * (size > 20), 45)}
    tips = {name: [190 + length * np.cos(way), 180 + length * np.sin(way)] for name, (way, length) in names.items()}
    return {
        "box": BOX,
        "labels": [TAKEN],
        "arrows": [{"name": name, "from": [190, 180], "to": tip, "width": 2} for name, tip in tips.items()],
    }


ARROWS = [arrows(turn, size) for turn in np.linspace(0, 6, 13) for size in (2, 15, 45, 75, 400)]


LEAVING = [  # a stroke from far away at some height, to the edge that a label speaks of
    {"box": BOX, "at": [340, height], "stroke": [-2000, height + drop, 340, height]}
    for height in (60, 180, 300)
    for drop in (-300, -40, 0, 40, 300)
]


def texts(values) -> list[str]:
    return [str(value) for value in np.ravel(values).astype(float)]


def floats(values) -> np.ndarray:
    return np.array([np.nan if value is None else float(value) for value in values])


@pytest.fixture(scope="module")
def told():
    x = np.linspace(-1, 1, 40)
    heights = x[None] ** 2 + 3 * x[:, None] ** 2
    about = Adam.hypers()
    stops = [[about[name].stops().tolist(), value, about[name].scale] for name, value in ASKED.items()]
    given = {
        "losses": [[texts(values), highest] for values, highest in LOSSES],
        "lines": [texts(values) for values in LINES],
        "points": [texts(points) for points in POINTS],
        "heights": texts(heights),
        "count": 40,
        "level": 0.5,
        "stops": stops,
        "names": [{"name": name, "heights": [height] * 101} for name, height in NAMED],
        "arrows": ARROWS,
        "labels": LEAVING,
        "labs": LABS,
        "titles": TITLES,
        "values": VALUES,
        "scales": SCALES,
        "low": LOW_PANELS,
    }
    return in_node("drawing", given) | {"heights": heights}


@pytest.mark.parametrize("which", range(len(LOSSES)))
def test_the_axis_of_the_loss(told, which):
    values, highest = LOSSES[which]
    here, there = plotting.fitted_to_loss(values, np.inf if highest is None else highest), told["loss"][which]
    assert there["kind"] == KINDS[here.kind]
    np.testing.assert_allclose([there["low"], there["high"]], [here.low, here.high], rtol=1e-9)


def test_a_title_begins_with_its_panel_and_ends_on_the_page(told):
    (short, _), (begin, end), (first, last) = told["titles"]
    assert short == 46
    assert (begin, end <= 358) == (46, True)
    assert (first < 46, last) == (True, 319)


@pytest.mark.parametrize("which", range(len(LINES)))
def test_the_axes_of_what_is_inside(told, which):
    here, there = plotting.fitted(LINES[which]), told["inside"][which]
    assert there["kind"] == KINDS[here.kind]
    np.testing.assert_allclose([there["low"], there["high"]], [here.low, here.high], rtol=1e-9)


@pytest.mark.parametrize("which", range(3))
def test_a_stroke_is_as_pale(told, which):
    here, there = trace.shades_of(POINTS[which]), np.array(told["shades"][which])
    assert (here == there).mean() > 0.97
    assert (there.max() == 3) == (which != 1)


@pytest.mark.parametrize("which", range(len(POINTS)))
def test_a_line_is_cut_off_at_the_same_place(told, which):
    there = floats(told["cut"][which]).reshape(-1, 2)
    here = trace.cut_off(POINTS[which])
    gone = np.isnan(here).any(axis=1)
    np.testing.assert_array_equal(np.isnan(there).any(axis=1), gone)
    np.testing.assert_allclose(there[~gone], here[~gone])


def test_bands_have_the_same_levels(told):
    np.testing.assert_allclose(told["levels"], plotting.levels(told["heights"]), rtol=1e-9)


def test_a_contour_lies_where_the_loss_is(told):
    x, y = np.reshape(told["contour"], (-1, 2)).T / 39 * 2 - 1
    assert len(x) > 50
    np.testing.assert_allclose(x**2 + 3 * y**2, 0.5, atol=0.01)


def test_a_value_that_is_no_stop_becomes_one(told):
    for (name, value), there in zip(ASKED.items(), told["stops"], strict=True):
        assert there == Adam.hypers()[name].stops(41, value).tolist()
        assert value in there
        assert len(there) == 41


def test_the_names_of_lines_stand_at_them_and_share_a_place(told):
    assert told["names"] == [["u", 5, 298], ["v, u", 5, 98]]


@pytest.mark.parametrize("which", range(len(ARROWS)))
def test_the_names_of_arrows_lie_on_no_name_no_label_no_arrow_and_inside(told, which):
    boxes = [(x, y - 5, x + 6 * len(text), y + 5) for text, x, y in told["arrows"][which]]
    assert len(boxes) == 3
    left, top, width, height = TAKEN.values()
    boxes.append((left, top, left + width, top + height))
    for i, one in enumerate(boxes):
        assert (np.array(one[:2]) >= (40, 30)).all()
        assert (np.array(one[2:]) <= (340, 330)).all()
        for other in boxes[:i]:
            assert not (one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])
    for arrow in ARROWS[which]["arrows"]:
        along = np.linspace(arrow["from"], arrow["to"], 200)
        for x0, y0, x1, y1 in boxes[:3]:
            assert not ((along > (x0, y0)) & (along < (x1, y1))).all(axis=1).any()


@pytest.mark.parametrize("which", range(len(LEAVING)))
def test_a_label_lies_on_no_long_stroke(told, which):
    place, (x, y, *end) = told["labels"][which], LEAVING[which]["stroke"]
    along = np.linspace((x, y), end, 2000)
    low = np.array([place["left"], place["top"]])
    assert not ((along > low) & (along < low + [120, 17])).all(axis=1).any()


@pytest.mark.parametrize("which", range(len(LABS)))
def test_there_is_room_for_every_line_of_a_legend(told, which):
    _, *legends = LABS[which]
    lab = told["labs"][which]
    font, boxes, above = lab["font"], lab["boxes"], lab["above"]
    assert (sum(above) > 0) == any(len("".join(names)) > 30 for names in legends)
    for box, lines in zip(boxes, above, strict=True):
        over = [b["top"] + b["height"] for b in boxes if b["left"] == box["left"] and b["top"] < box["top"]]
        below_numbers = max(over, default=0) + (0 if not over or box is not boxes[1] else 2.7 * font)
        assert box["top"] - (1.5 + 1.25 * lines) * font >= below_numbers
    assert 0.85 * font >= 11


def test_a_height_is_said_in_the_fewest_letters(told):
    assert told["brief"] == [brief(value) for value in VALUES]
    assert told["brief"][-4:] == ["−0.097", "−9.7e−5", "1.1e3", "1.2e7"]


def test_heights_that_differ_a_little_are_said_with_the_digits_that_tell(told):
    assert told["briefs"] == [briefs(values) for values in SCALES]
    assert told["briefs"][0] == ["3e−8", "0.051", "0.087", "0.0896", "0.09", "0.0903", "0.48"]
    assert told["briefs"][2] == ["3.5", "3.5"]
    assert len(set(told["briefs"][1])) == 4
    assert len(set(told["briefs"][3])) == 2  # in the fourth digit


def test_numbers_beside_a_low_panel_stay_apart(told):
    for height, axes in zip(LOW_PANELS, told["ticks"], strict=True):
        for places in axes:
            assert len(places) >= 2
            assert np.abs(np.diff(places)).min() >= 9.5, height
