"""Does the lab fit? On a projector and on a large screen, with few sliders and with many."""

from __future__ import annotations

import pytest

from tests.browser.harness import NotebookPage

LABS = {
    "one slider": "SGD(learning_rate=0.001)",
    "two sliders": "Momentum(learning_rate=0.001)",
    "a long name": "Adagrad(learning_rate=0.5)",
    "six sliders": "Adam(learning_rate=0.1), Ravine()",
}
CELLS = [
    "from optlearn.live import Lab\n"
    "from optlearn.optimizers import SGD, Adagrad, Adam, Momentum\n"
    "from optlearn.problems import Ravine",
    *(f"Lab({lab})" for lab in LABS.values()),
]
SIZES = [(1366, 768), (1920, 1080)]


@pytest.fixture(scope="module")
def ran(browser, address, write):
    with NotebookPage(browser, address, write("layout.ipynb", *CELLS)) as page:
        page.run_all()
        yield page


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: "x".join(map(str, size)))
def page(request, ran):
    ran.page.set_viewport_size(dict(zip(("width", "height"), request.param, strict=True)))
    return ran


@pytest.fixture(params=LABS)
def lab(request, page):
    return page.lab(list(LABS).index(request.param))


def boxes(locator) -> list[dict]:
    return [box.bounding_box() for box in locator.all()]


def apart(one: dict, other: dict) -> bool:
    return (
        one["x"] + one["width"] <= other["x"]
        or other["x"] + other["width"] <= one["x"]
        or one["y"] + one["height"] <= other["y"]
        or other["y"] + other["height"] <= one["y"]
    )


def test_nothing_sticks_out_of_the_lab_or_of_its_cell(lab):
    sticks_out = lab.root.evaluate(
        """root => {
            const cell = root.closest('.jp-OutputArea-output').getBoundingClientRect();
            const inside = part => {
                const { left, right } = part.getBoundingClientRect();
                return left >= cell.left - 1 && right <= cell.right + 1 && part.scrollWidth <= part.clientWidth + 1;
            };
            const parts = [root, ...root.querySelectorAll('*')].filter(part => part.clientWidth);
            return parts.filter(part => !inside(part)).map(part => part.outerHTML.slice(0, 80));
        }"""
    )
    assert sticks_out == []


def test_names_sliders_and_values_keep_apart_from_each_other(lab):
    parts = [box for part in (".name", ".slider input", ".value") for box in boxes(lab.root.locator(part))]
    assert len(parts) == 3 * len(lab.sliders)
    assert all(apart(one, other) for i, one in enumerate(parts) for other in parts[:i])


def test_names_and_values_are_shown_whole(lab):
    """At every stop: the longest number must fit as well."""
    for name in lab.sliders:
        for key in ("Home", "End"):
            lab.press(name, key)
            clipped = lab.root.locator(".name, .value").evaluate_all(
                "parts => parts.filter(part => part.scrollWidth > part.offsetWidth).map(part => part.textContent)"
            )
            assert clipped == []
    lab.root.locator(".reset").click()
    lab.wait_settled()


def test_a_lab_of_up_to_two_sliders_is_in_sight_as_a_whole(page):
    sight = page.page.locator(".jp-WindowedPanel-outer").bounding_box()
    for number in (0, 1):
        assert page.lab(number).root.bounding_box()["height"] <= sight["height"]


def test_the_picture_keeps_its_shape_and_uses_the_width(lab):
    picture = lab.root.locator(".picture").bounding_box()
    assert picture["width"] / picture["height"] == pytest.approx(10.8 / 4.6, rel=0.01)
    assert picture["width"] > 0.95 * min(1400, lab.root.locator("xpath=..").bounding_box()["width"])
    assert all(box == pytest.approx(picture, abs=1) for box in boxes(lab.root.locator("canvas.over, .picture img")))
