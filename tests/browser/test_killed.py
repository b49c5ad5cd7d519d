"""The kernel is killed by the operating system in the middle of a drag: everything goes on, and it can come back."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Any

import pytest
from playwright.sync_api import expect

from optlearn.live import Lab
from optlearn.problems import Ravine, Rosenbrock
from tests.browser.harness import LabOnPage, NotebookPage, in_step

CELLS = """\
import os
from optlearn.live import Lab, Race
from optlearn.optimizers import SGD, Adam, Momentum
from optlearn.problems import ParabolaFit
""", """\
lab = Lab(Momentum(0.001, momentum=0.85), ParabolaFit(), steps=150, map=("learning_rate", "momentum"),
          edge=lambda momentum: 2 * (1 + momentum) / 678.335)
lab
""", """\
race = Race([SGD(), Momentum(), Adam()], ParabolaFit(), steps=100)
race
"""  # fmt: skip


@pytest.fixture(scope="module")
def twin() -> dict[str, Any]:
    """What the cells make, in this process: to tell what the texts must be."""
    made: dict[str, Any] = {}
    exec("\n".join(CELLS), made)
    return made


@pytest.fixture(scope="module")
def page(browser, address, write):
    """A page whose kernel is killed while a slider is dragged; `page.during` has the texts before, then and after."""
    with NotebookPage(browser, address, write("killed.ipynb", *CELLS)) as page:
        page.run_all()
        until = time.monotonic() + 60
        for index, name in enumerate(("lab", "race")):
            page.lab(index)
            while page.execute(f"print(bool({name}.rest))").strip() != "True" and time.monotonic() < until:
                page.page.wait_for_timeout(200)
            assert page.execute(f"print(bool({name}.rest))").strip() == "True"
        lab = page.lab(0)
        slider = lab.slider("momentum")
        slider.hover()
        box = slider.bounding_box()
        pid = int(page.execute("print(os.getpid())"))
        page.page.mouse.down()
        page.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 8, steps=4)
        page.during = [lab.text]
        os.kill(pid, signal.SIGKILL)
        page.page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 8, steps=10)
        page.during.append(lab.text)
        page.page.mouse.up()
        died = page.page.locator(".jp-Dialog .jp-mod-accept")  # JupyterLab says so in a box of its own
        died.click()
        expect(died).to_have_count(0)
        yield page


def goes_on(page: NotebookPage, lab: LabOnPage) -> None:
    assert lab.root.locator(".alert").text_content() == ""
    assert not lab.root.evaluate("root => root.classList.contains('waiting')")
    assert page.problems == []


@pytest.fixture
def lab(page):
    """The lab with a map, as it was made."""
    lab = page.lab(0)
    lab.root.locator(".reset").click()
    yield lab
    goes_on(page, lab)


@pytest.fixture
def race(page):
    race = page.lab(1)
    race.root.locator(".reset").click()
    yield race
    goes_on(page, race)


def text_at(twin: Lab, **changes: Any) -> str:
    twin.reset()
    twin.set(**changes)
    return twin.text


def test_the_drag_goes_on(page):
    at_the_time, afterwards = page.during
    assert at_the_time != afterwards
    assert afterwards.startswith("η = 0.001, β = 0.9")


def test_sliders_in_turn_show_what_the_kernel_would_say(lab, twin):
    stops = {name: about["stops"] for name, about in twin["lab"].scene["numbers"].items()}
    values = {}
    for name, stop in [("momentum", 20), ("learning_rate", 20), ("momentum", 3)]:
        values[name] = stops[name][stop]
        moment = lab.move(name, stop)
        assert not moment["waiting"]
        assert moment["text"] == text_at(twin["lab"], **values)


def test_the_start_is_dragged_and_the_run_is_played_and_pinned(page, lab, twin):
    text = lab.text
    lab.drag_start(80, 40)
    assert lab.text != text
    lab.root.locator(".reset").click()
    lab.start.press("ArrowUp")
    low, high = twin["lab"].scene["problems"][0]["bounds"][1]
    assert lab.text == text_at(twin["lab"], start=[-2, 2 + (high - low) / 50])
    lab.root.locator(".pin").click()
    lab.root.locator(".play").click()
    scrubber = lab.root.locator(".scrubber").element_handle()
    page.page.wait_for_function("scrubber => scrubber.value > 5 && scrubber.value < 145", arg=scrubber)
    lab.root.locator(".play").click()


def test_the_map_moves_the_run_and_both_sliders_and_is_made_anew_for_another_start(page, lab, twin):
    point = lab.root.locator(".pad")
    label, picture, text = point.get_attribute("aria-label"), lab.picture(), lab.text
    point.hover()
    box = point.bounding_box()
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 60, box["y"] + 30, steps=6)
    page.page.mouse.up()
    assert point.get_attribute("aria-label") != label
    assert point.get_attribute("aria-label").startswith(f"map: η = {lab.value('learning_rate')}, β = ")
    assert lab.picture() != picture
    assert lab.text != text
    page.page.mouse.move(5, 5)
    lab.root.locator(".reset").click()
    lab.root.locator(".scrubber").fill("0")  # so that of the pictures only the map differs
    at = point.bounding_box()
    cells = {"x": at["x"] - 30, "y": at["y"] - 40, "width": 200, "height": 60}
    before = page.page.screenshot(clip=cells)
    lab.start.press("ArrowUp")
    lab.root.locator(".scrubber").fill("0")
    assert page.page.screenshot(clip=cells) != before
    assert point.bounding_box() == at


def test_one_step_is_taken_apart_with_the_numbers_of_the_step(page, lab, twin):
    part = lab.root.locator(".apart")
    lab.move("learning_rate", 12)
    part.locator("summary").click()
    lab.root.locator(".scrubber").fill("7")
    made = twin["lab"]
    made.reset()
    made.set(learning_rate=made.scene["numbers"]["learning_rate"]["stops"][12])
    for step in (7, 8):
        expect(part.locator(".which")).to_have_text(f" from step {step} to {step + 1}")
        cells = part.locator("tr").last.locator("td").all_text_contents()
        there = [float(cell.split("=")[-1].replace("−", "-")) for cell in cells[-2:]]
        assert there == pytest.approx(made.run.params[step + 1], rel=5e-3)
        part.locator(".on").click()
    part.locator("summary").click()


def test_other_problems_of_the_list_are_there(lab, twin):
    for kind in (Ravine, Rosenbrock):
        lab.choose(kind.__name__)
        assert lab.text == text_at(twin["lab"], problem=kind())
    for name in ("IllConditionedMatrix", "NoisyParabolaFit"):
        lab.choose(name)
        assert "loss" in lab.text or "diverged" in lab.text
        assert not lab.root.evaluate("root => root.classList.contains('waiting')")


def test_the_race_chooses_its_rates_for_another_start_and_another_problem(race, twin):
    made = twin["race"]
    assert race.text == text_at(made)
    race.drag_start(60, 30)
    assert race.text != made.text
    race.root.locator(".reset").click()
    race.start.press("ArrowRight")
    low, high = made.scene["problems"][0]["bounds"][0]
    assert race.text == text_at(made, start=[-2 + (high - low) / 50, 2])
    race.choose("Rosenbrock")
    assert race.text == text_at(made, problem=Rosenbrock())


def test_with_the_kernel_back_the_run_of_a_lab_is_the_run_on_screen(page):
    """The last test of this file: the cells are run again."""
    page.run_all()
    for index, name in enumerate(("lab", "race")):
        lab = page.lab(index)
        lab.drag_start(40, 20)
        if name == "lab":
            lab.drag("momentum", to=0.3)
            lab.choose("Ravine")
        state = in_step(page, lab, name=name)
        begin = page.execute(f"import json; print(json.dumps({name}.run.params[0].tolist()))")
        assert state["start"] == json.loads(begin)
    assert page.errors() == []
