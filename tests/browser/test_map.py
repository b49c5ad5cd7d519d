"""The map, one step taken apart and the race in a browser: by mouse, by keyboard and by finger."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from optlearn.live import Lab, Race
from optlearn.live.kernel import Kernel
from optlearn.live.offer import Offer
from optlearn.optimizers import SGD, Adagrad, Adam, Adan, Momentum
from optlearn.problems import ParabolaFit, Ravine
from tests.browser.page import LabsAlone
from tests.browser.test_lab import fingers, pinch

REGIMES = ("creeps", "rings", "leaves")
RANGES = {"learning_rate": (1e-4, 1e-2)}


def made() -> list[Lab]:
    mapped = Lab(
        Momentum(0.001, momentum=0.85), ParabolaFit(), steps=100, ranges=RANGES, map=("learning_rate", "momentum"),
        edge=lambda momentum: 2 * (1 + momentum) / 678.335,
    )  # fmt: skip
    return [mapped, Race([SGD(), Momentum(), Adam()], ParabolaFit(), steps=100)]


@pytest.fixture(scope="module")
def page(browser):
    with LabsAlone(browser, *made()) as page:
        yield page


@pytest.fixture
def lab(page):
    lab = page.lab(0)
    lab.root.locator(".reset").click()
    yield lab
    assert page.problems == []


def values(page) -> dict[str, float]:
    page.page.wait_for_function("document.querySelector('.optlearn-lab').dataset.settled === 'true'")
    return page.page.evaluate("models[0].get('values')")


def test_a_place_of_the_map_is_both_sliders_and_the_line_of_text(page, lab):
    point = lab.root.locator(".pad")
    point.hover()
    box, text = point.bounding_box(), lab.text
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.down()
    page.page.mouse.move(x + 50, y - 30, steps=5)
    assert lab.text != text
    page.page.mouse.up()
    now = values(page)
    assert now["learning_rate"] > 0.001
    assert now["momentum"] > 0.85
    assert lab.value("learning_rate") == f"{now['learning_rate']:.4g}"
    box = point.bounding_box()
    assert box["x"] + box["width"] / 2 == pytest.approx(x + 50, abs=3)
    lab.press("momentum", "Home")
    assert point.bounding_box()["y"] > box["y"]


MOVES = {
    "ArrowRight": ("learning_rate", 1),
    "ArrowLeft": ("learning_rate", -1),
    "ArrowUp": ("momentum", 1),
    "ArrowDown": ("momentum", -1),
}


@pytest.mark.parametrize("key", MOVES)
def test_arrow_keys_move_the_point_of_the_map(page, lab, key):
    name, sign = MOVES[key]
    before = values(page)
    lab.root.locator(".pad").press(key)
    after = values(page)
    assert (after[name] - before[name]) * sign > 0
    assert [other for other in after if after[other] != before[other]] == [name]
    label = lab.root.locator(".pad").get_attribute("aria-label")
    assert label.startswith("map: η = ")
    assert label.endswith(("rings; arrow keys move it", "creeps; arrow keys move it"))


def test_a_map_that_takes_long_is_made_beside_the_gestures_coarse_first_and_is_the_kernels(browser):
    made = Lab(Momentum(0.001, 0.85), ParabolaFit(), steps=10_000, ranges=RANGES, map=("learning_rate", "momentum"))
    with LabsAlone(browser, made) as page:
        lab, mapped = page.lab(), "document.querySelector('.optlearn-lab').dataset.mapped"
        page.page.wait_for_function(f"{mapped} === 'true'")
        text = lab.text
        lab.root.locator(".start").press("ArrowRight")
        assert lab.text != text  # the run does not wait for its map
        assert page.page.evaluate(mapped) == "false"
        lab.root.locator(".start").press("ArrowLeft")  # and the map of the first key is given up
        page.page.wait_for_function(f"{mapped} === 'true'")
        said = {tuple(values(page).values()): lab.root.locator(".pad").get_attribute("aria-label")}
        for keys in product(("Home", "End"), repeat=2):
            lab.press("learning_rate", keys[0])
            lab.press("momentum", keys[1])
            said[tuple(values(page).values())] = lab.root.locator(".pad").get_attribute("aria-label")
        kernel = Kernel(Offer([Momentum(0.001)], ParabolaFit(), None, None))
        for (rate, momentum), label in said.items():
            numbers = {"learning_rate": np.array([rate]), "momentum": np.array([momentum])}
            regime = REGIMES[kernel.ends(made._state, numbers)[1].item()]
            assert f", {regime};" in label, (rate, momentum)
        assert {label.split(", ")[-1].split(";")[0] for label in said.values()} == set(REGIMES)
        assert page.problems == []


def test_one_step_taken_apart_is_opened_and_stepped_by_keys_alone(page, lab):
    part = lab.root.locator(".apart")
    before = lab.ink()
    part.locator("summary").press("Enter")
    which = part.locator(".which")
    expect(which).to_have_text(" from step 0 to 1")
    assert lab.ink() != before  # its arrows
    rows = part.locator("table").text_content()
    part.locator(".tables").press("ArrowRight")
    expect(which).to_have_text(" from step 1 to 2")
    assert part.locator("table").text_content() != rows
    part.locator(".back").press("Enter")
    expect(which).to_have_text(" from step 0 to 1")
    assert part.locator("table").text_content() == rows
    part.locator(".on").press("Space")
    expect(which).to_have_text(" from step 1 to 2")
    part.locator("summary").press("Enter")
    expect(part.locator("table")).to_be_hidden()


@pytest.mark.parametrize("rule", [Adagrad(), Adam(), Adan()], ids=lambda rule: type(rule).__name__)
def test_one_step_taken_apart_is_read_whole_in_the_column_of_a_page(browser, rule):
    with LabsAlone(browser, Lab(rule, ParabolaFit(), steps=20), size=(752, 900)) as page:
        tables = page.lab().root.locator(".tables")
        page.lab().root.locator(".apart summary").click()
        tables.locator("td").first.wait_for()
        assert tables.evaluate("tables => tables.scrollWidth - tables.clientWidth") == 0


def test_every_other_control_is_worked_by_keys(page, lab):
    scrubber = lab.root.locator(".scrubber")
    scrubber.press("Home")
    expect(lab.root.locator(".steps .step")).to_have_text("step 0")
    lab.root.locator(".play").press("Space")
    page.page.wait_for_function("scrubber => scrubber.value > 3", arg=scrubber.element_handle())
    lab.root.locator(".play").press("Enter")
    lab.root.locator(".pin").press("Enter")
    expect(lab.root.locator(".pin")).to_have_text("unpin")
    lab.root.locator("select.problem").press("r")  # the next whose name begins so
    assert lab.root.locator("select.problem").input_value()[0] == "R"
    lab.root.locator(".reset").press("Space")
    expect(lab.root.locator("select.problem")).to_have_value("ParabolaFit")


def test_the_tab_key_reaches_the_map_and_the_step_that_is_taken_apart(page, lab):
    lab.root.locator(".apart summary").press("Enter")
    lab.slider("learning_rate").focus()
    reached = []
    for _ in range(13):
        reached.append(page.page.evaluate("document.activeElement.dataset.name ?? document.activeElement.className"))
        page.page.keyboard.press("Tab")
    lab.root.locator(".apart summary").press("Enter")
    *places, summary, back, on, tables = reached
    assert places == ["learning_rate", "momentum", "start", "pad", "play", "scrubber", "problem", "pin", "reset"]
    assert (summary, back, on, tables) == ("", "back", "on", "tables")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_all_of_it_open(browser, scheme):
    with LabsAlone(browser, *made(), color_scheme=scheme) as page:
        for index in (0, 1):
            page.lab(index).root.locator(".apart summary").click()
            page.lab(index).root.locator(".pin").click()
        found = Axe().run(page.page)
        assert found.response["violations"] == [], found.generate_report()
        assert page.problems == []


@pytest.fixture
def phone(browser):
    with LabsAlone(browser, *made(), size=(390, 844), has_touch=True, is_mobile=True, device_scale_factor=2) as page:
        page.touch = page.context.new_cdp_session(page.page)
        yield page
        assert page.problems == []


def test_a_finger_drags_the_point_of_the_map_and_a_tap_puts_it_somewhere(phone):
    lab, point = phone.lab(0), phone.lab(0).root.locator(".pad")
    point.scroll_into_view_if_needed()
    scrolled = phone.page.evaluate("window.scrollY")
    box, text = point.bounding_box(), lab.text
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    fingers(phone, "touchStart", (x, y))
    for k in range(1, 9):
        fingers(phone, "touchMove", (x + 6 * k, y + 3 * k))
    assert lab.text != text
    fingers(phone, "touchEnd")
    box = point.bounding_box()
    assert box["x"] + box["width"] / 2 == pytest.approx(x + 48, abs=3)
    assert phone.page.evaluate("window.scrollY") == scrolled
    phone.page.wait_for_timeout(500)  # else it may be the second half of a double tap
    phone.page.touchscreen.tap(x - 60, y)
    middle = "box => box.getBoundingClientRect().x + box.getBoundingClientRect().width / 2"
    phone.page.wait_for_function(
        f"([box, x]) => Math.abs(({middle})(box) - x) < 3", arg=[point.element_handle(), x - 60]
    )


def test_two_fingers_over_the_map_pinch_the_page_and_move_nothing(phone):
    lab, point = phone.lab(0), phone.lab(0).root.locator(".pad")
    point.scroll_into_view_if_needed()
    box, text = point.bounding_box(), lab.text
    x, y = box["x"], box["y"] - 40
    pinch(phone, x, y)
    assert lab.text == text


def test_a_finger_moves_a_slider_and_opens_the_step_and_steps_on(phone):
    lab = phone.lab(0)
    slider = lab.slider("momentum")
    box, value = slider.bounding_box(), lab.value("momentum")
    phone.page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    assert float(lab.value("momentum")) > float(value)
    lab.root.locator(".apart summary").tap()
    lab.root.locator(".on").tap()
    expect(lab.root.locator(".which")).to_have_text(" from step 1 to 2")


def test_a_race_shows_its_own_rates_when_other_problems_have_been_made_ready(browser):
    with LabsAlone(browser, Race([SGD(), Adam()], Ravine(), steps=50)) as page:
        race = page.lab()
        race.wait_settled()
        before = race.picture()
        page.page.wait_for_timeout(3000)  # all problems are made ready meanwhile, one in each idle moment
        scrubber = race.root.locator(".scrubber")
        scrubber.press("ArrowLeft")
        assert race.picture() != before
        scrubber.press("ArrowRight")
        assert race.picture() == before
        assert page.problems == []
