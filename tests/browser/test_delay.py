"""The lab with the kernel 200 ms away, and with no kernel at all."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from optlearn.live import Lab
from optlearn.optimizers import Momentum
from optlearn.problems import ParabolaFit
from tests.browser.harness import LabOnPage, NotebookPage, delayed

DELAY = 0.2
CELLS = """\
from optlearn.live import Lab
from optlearn.optimizers import Momentum
from optlearn.problems import ParabolaFit
""", """\
lab = Lab(Momentum(learning_rate=0.001), ParabolaFit())
lab
"""  # fmt: skip


@pytest.fixture(scope="module")
def page(browser, address, write):
    name = write("delay.ipynb", *CELLS)
    with delayed(address, DELAY) as far, NotebookPage(browser, far, name) as page:
        page.run_all()
        yield page


@pytest.fixture
def lab(page):
    """The lab as it was made."""
    lab = page.lab()  # at rest: else what the last test asked for could still arrive after the reset
    page.execute("lab.reset()")
    settled_text(page, lab)
    yield lab
    assert page.errors() == []


@pytest.fixture(scope="module")
def twin():
    """The same lab in this process, to tell what the text must be."""
    return Lab(Momentum(learning_rate=0.001), ParabolaFit())


def text_at(twin: Lab, **position: int) -> str:
    twin.reset()
    twin.set(**{name: float(twin._stops[name][stop]) for name, stop in position.items()})
    return twin.text


def settled_text(page: NotebookPage, lab: LabOnPage) -> str:
    """The line on the page when all has come to rest; the kernel must say the same."""
    lab.wait_settled()
    expect(lab.text_line).to_have_text(page.execute("print(lab.text)").strip())
    return lab.text


def test_the_kernel_really_is_far_away(page, lab):
    begin = time.monotonic()
    page.execute("pass")
    assert time.monotonic() - begin > DELAY


def test_a_picture_changes_while_the_key_press_is_handled_so_without_the_kernel(page, lab, twin):
    """Read in the same task of the browser that handled the event: nothing else can have run in between."""
    before = lab.picture()
    for stop in (11, 12, 30, 40, 0):
        moment = lab.move("learning_rate", stop)
        assert moment["text"] == text_at(twin, learning_rate=stop)
        assert not moment["waiting"]
        assert lab.picture() != before


def test_a_drag_by_mouse_changes_the_picture_at_every_stop_it_meets(page, lab):
    lab.drag("momentum", to=0)
    lab.watch()
    lab.drag("momentum", to=1, steps=30)
    seen = lab.seen()
    assert len(seen) >= 20
    assert len({moment["picture"] for moment in seen}) == len(seen)
    assert not any(moment["waiting"] for moment in seen)


def test_when_one_slider_has_come_to_rest_the_next_one_is_as_fast_and_right(page, lab, twin):
    position = {}
    for name, stop in [("learning_rate", 13), ("momentum", 20), ("learning_rate", 5), ("momentum", 1)]:
        position[name] = stop
        moment = lab.move(name, stop)
        assert not moment["waiting"]
        assert moment["text"] == text_at(twin, **position)
        assert settled_text(page, lab) == moment["text"]


def test_a_second_slider_moved_too_early_waits_and_then_shows_the_right_run(page, lab, twin):
    lab.move("learning_rate", 13)
    before = lab.text
    moment = lab.move("momentum", 20)
    assert moment["waiting"]
    assert moment["text"] == before
    assert settled_text(page, lab) == text_at(twin, learning_rate=13, momentum=20)


def test_the_latest_of_many_quick_moves_wins(page, lab, twin):
    for stop in range(41):
        lab.move("momentum", stop)
        lab.move("learning_rate", 40 - stop)
    lab.move("momentum", 7)
    lab.move("learning_rate", 12)
    assert settled_text(page, lab) == text_at(twin, momentum=7, learning_rate=12)


def test_the_start_dragged_quickly_ends_where_it_was_let_go(page, lab):
    lab.start.hover()
    box = lab.start.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.down()
    page.page.mouse.move(x + 150, y + 60, steps=40)
    page.page.mouse.up()
    settled_text(page, lab)
    here = lab.start.get_attribute("aria-label")
    assert (
        here
        == page.execute(
            "a, b = lab.scene['start']\nprint(f'start at a = {a:#.3g}, b = {b:#.3g}; arrow keys move it')"
        ).strip()
    )
    assert not lab.move("momentum", 12)["waiting"]
    settled_text(page, lab)


def test_a_slider_of_a_problem_that_is_about_to_go_can_still_be_moved(page, lab):
    lab.root.locator(".problem").select_option("Ravine")
    lab.slider("rotation").wait_for()
    lab.wait_settled()
    lab.root.locator(".problem").select_option("Himmelblau")
    lab.move("rotation", 20)
    expect(lab.slider("rotation")).to_have_count(0)
    lab.wait_settled()
    assert settled_text(page, lab).startswith("η = 0.001, β = 0.9: ")


def test_sliders_of_a_problem_that_comes_while_another_is_moved_have_their_values(page, lab):
    lab.root.locator(".problem").select_option("Ravine")
    while not lab.slider("rotation").count():
        lab.move("momentum", (int(lab.slider("momentum").input_value()) + 1) % 41)
    assert lab.value("condition_number") == "30"
    assert settled_text(page, lab).split(": ")[0].endswith("κ = 30, φ = 0")


def test_without_a_kernel_the_slider_moved_last_goes_on_and_the_others_say_what_is_wrong(page, lab, twin):
    """The last test on this page: its kernel ends here."""
    lab.move("momentum", 15)
    lab.wait_settled()
    page.execute("lab.reset()")
    expect(lab.text_line).to_have_text(text_at(twin))
    lab.wait_settled()
    page.shut_down_kernel()
    for stop in (0, 20, 40):
        moment = lab.move("momentum", stop)
        assert moment["text"] == text_at(twin, momentum=stop)
        assert not moment["waiting"]
    assert lab.move("learning_rate", 20)["waiting"]
    expect(lab.root.locator(".alert")).to_have_text(
        "No answer from the kernel yet. Is it busy, or gone?", timeout=15_000
    )
    assert not lab.move("learning_rate", twin.position["learning_rate"])["waiting"]
    expect(lab.root.locator(".alert")).to_be_empty()
