"""The lab in a browser, by hand: every control, by mouse and by keyboard, and what the kernel makes of it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from optlearn.optimizers import Momentum
from optlearn.plotting import GHOST
from tests.browser.harness import LabOnPage, NotebookPage

CELLS = """\
from optlearn.live import Lab
from optlearn.optimizers import Momentum
from optlearn.problems import ParabolaFit
""", """\
lab = Lab(Momentum(learning_rate=0.001), ParabolaFit())
lab
"""  # fmt: skip
STOPS = Momentum.hypers()["learning_rate"].stops(41, 0.001)


@pytest.fixture(scope="module")
def page(browser, address, write):
    with NotebookPage(browser, address, write("lab.ipynb", *CELLS)) as page:
        page.run_all()
        yield page


@pytest.fixture
def lab(page):
    """The lab as it was made."""
    lab = page.lab()  # at rest: else what the last test asked for could still arrive after the reset
    page.execute("lab.reset(); lab.step = 500")
    in_step(page, lab)
    yield lab
    assert page.errors() == []


def in_step(page: NotebookPage, lab: LabOnPage) -> dict:
    """Wait until nothing is under way; the page and the kernel must then be of one state, which is returned."""
    lab.wait_settled()
    kernel = json.loads(
        page.execute(
            "import json\n"
            "print(json.dumps({'text': lab.text, 'position': lab.position, 'start': lab.scene['start'],"
            " 'step': lab.step, 'pinned': len(lab.pinned.get('data', b''))}))"
        )
    )
    expect(lab.text_line).to_have_text(kernel["text"])
    stops = {name: int(lab.slider(name).input_value()) for name in lab.sliders}
    assert stops == kernel["position"]
    return kernel


# Sliders


def test_a_slider_follows_the_mouse_and_the_kernel_follows_when_it_is_let_go(page, lab):
    lab.drag("learning_rate", to=0.75)
    there = lab.value("learning_rate")
    assert lab.text.startswith(f"η = {there}, ")
    kernel = in_step(page, lab)
    assert kernel["position"]["learning_rate"] == 30
    assert kernel["text"].startswith(f"η = {there}, ")


@pytest.mark.parametrize(
    ("key", "stop"),
    [("ArrowRight", 11), ("ArrowUp", 11), ("ArrowLeft", 9), ("ArrowDown", 9), ("Home", 0), ("End", 40)],
)
def test_keys_move_a_slider_its_number_the_text_and_the_kernel(page, lab, key, stop):
    before = lab.picture()
    lab.press("learning_rate", key)
    number = f"{STOPS[stop]:.4g}"
    assert lab.value("learning_rate") == number
    assert lab.slider("learning_rate").get_attribute("aria-valuetext") == number
    assert lab.text.startswith(f"η = {number}, ")
    assert lab.picture() != before
    assert in_step(page, lab)["position"]["learning_rate"] == stop


def test_after_one_slider_has_come_to_rest_another_one_is_at_hand(page, lab):
    for name, stop in [("learning_rate", 14), ("momentum", 25), ("learning_rate", 4), ("momentum", 0)]:
        moment = lab.move(name, stop)
        assert not moment["waiting"]
        assert in_step(page, lab)["text"] == moment["text"]


def test_a_cell_that_sets_the_lab_moves_its_sliders(page, lab):
    page.execute("lab.set(learning_rate=0.00123, start=(1, 3))")
    expect(lab.root.locator(".slider .value").first).to_have_text("0.00123")
    in_step(page, lab)
    assert lab.text.startswith("η = 0.00123, ")
    assert lab.start.get_attribute("aria-label").startswith("start at a = 1.00, b = 3.00")


# The start


def test_the_start_is_dragged_and_the_picture_follows_before_it_is_let_go(page, lab):
    lab.start.hover()
    box = lab.start.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    text, picture = lab.text, lab.picture()
    page.page.mouse.down()
    page.page.mouse.move(x + 120, y + 90, steps=15)
    expect(lab.text_line).not_to_have_text(text)
    assert lab.picture() != picture
    page.page.mouse.up()
    kernel = in_step(page, lab)
    box = lab.start.bounding_box()
    assert box["x"] + box["width"] / 2 == pytest.approx(x + 120, abs=1.5)
    assert box["y"] + box["height"] / 2 == pytest.approx(y + 90, abs=1.5)
    assert kernel["start"][0] > -2
    assert kernel["start"][1] < 2
    assert not lab.move("momentum", 20)["waiting"]  # and the sliders are of the new start
    in_step(page, lab)


def test_a_click_in_the_landscape_puts_the_start_there(page, lab):
    box = lab.over.bounding_box()
    page.page.mouse.click(box["x"] + 0.26 * box["width"], box["y"] + 0.4675 * box["height"])
    a, b = in_step(page, lab)["start"]
    assert a == pytest.approx(0.5, abs=0.1)
    assert b == pytest.approx(-1, abs=0.1)


def test_the_start_stays_in_the_picture_wherever_it_is_dragged(page, lab):
    lab.start.hover()
    page.page.mouse.down()
    page.page.mouse.move(5, 5, steps=5)
    page.page.mouse.up()
    assert in_step(page, lab)["start"] == [-2.5, 4.0]


@pytest.mark.parametrize(
    ("key", "start"),
    [("ArrowRight", (-1.88, 2)), ("ArrowLeft", (-2.12, 2)), ("ArrowUp", (-2, 2.2)), ("ArrowDown", (-2, 1.8))],
)
def test_arrow_keys_move_the_start(page, lab, key, start):
    picture = lab.picture()
    lab.start.press(key)
    assert in_step(page, lab)["start"] == pytest.approx(start)
    assert lab.picture() != picture
    label = f"start at a = {start[0]:.2f}, b = {start[1]:.2f}; arrow keys move it"
    assert lab.start.get_attribute("aria-label") == label


# Steps


def step_of(lab: LabOnPage) -> int:
    return int(lab.root.locator(".scrubber").input_value())


def test_the_scrubber_moves_the_dot_along_the_path(page, lab):
    color = tuple(json.loads(page.execute("print(json.dumps(lab.scene['lines'][0]['color']))")).encode())
    red, green, blue = (int(bytes(color[i : i + 2]), 16) for i in (1, 3, 5))
    points = json.loads(page.execute("print((lab._picture.rows(lab._tracks)[0, :2] / 2).T[[3, 8, 40]].tolist())"))
    pictures = set()
    for step, (x, y) in zip([3, 8, 40], points, strict=True):
        lab.root.locator(".scrubber").fill(str(step))
        assert lab.root.locator(".step").inner_text() == f"step {step}"
        around = lab.over.evaluate(
            """(canvas, [x, y, width]) => {
                const scale = canvas.width / width;
                return [...canvas.getContext('2d').getImageData(x * scale - 2, y * scale - 2, 5, 5).data];
            }""",
            [x, y, json.loads(page.execute("print(lab.scene['width'])"))],
        )
        assert around == [red, green, blue, 255] * 25, f"no dot at step {step}"
        pictures.add(lab.picture())
    assert len(pictures) == 3
    assert in_step(page, lab)["step"] == 40


def test_play_moves_the_scrubber_to_its_end(page, lab):
    scrubber, play = lab.root.locator(".scrubber"), lab.root.locator(".play")
    scrubber.fill("430")
    before = lab.picture()
    play.click()
    expect(play).to_have_text("❚❚ pause")
    page.page.wait_for_function("scrubber => scrubber.value > 440", arg=scrubber.element_handle())
    assert lab.picture() != before
    expect(lab.root.locator(".step")).to_have_text("step 500")
    expect(play).to_have_text("▶ play")
    assert in_step(page, lab)["step"] == 500


def test_pause_stops_the_scrubber_and_play_goes_on_from_there(page, lab):
    play = lab.root.locator(".play")
    play.click()  # at the end, so from the beginning
    page.page.wait_for_function(
        "s => s.value > 10 && s.value < 400", arg=lab.root.locator(".scrubber").element_handle()
    )
    play.click()
    at = step_of(lab)
    assert 10 < at < 490
    lab.root.evaluate(
        """() => new Promise(done => {
            let frames = 10;
            const count = () => (frames-- ? requestAnimationFrame(count) : done());
            count();
        })"""
    )
    assert step_of(lab) == at
    assert in_step(page, lab)["step"] == at
    play.click()
    page.page.wait_for_function(
        "([s, at]) => s.value > at", arg=[lab.root.locator(".scrubber").element_handle(), str(at)]
    )
    assert step_of(lab) < 500
    play.click()


def test_a_slider_can_be_moved_while_the_run_is_played(page, lab):
    lab.root.locator(".play").click()
    moment = lab.move("momentum", 5)
    assert moment["text"].startswith("η = 0.001, β = ")
    assert not moment["waiting"]
    lab.root.locator(".play").click()
    in_step(page, lab)


# Pin, reset, problem


def test_a_pinned_run_stays_as_a_ghost_while_sliders_move_until_it_is_unpinned(page, lab):
    pin = lab.root.locator(".pin")
    assert lab.pixels(GHOST["color"]) < 5
    pin.click()
    expect(pin).to_have_text("unpin")
    for stop in (4, 20, 0):
        lab.move("momentum", stop)
        assert lab.pixels(GHOST["color"]) > 100
    assert in_step(page, lab)["pinned"] > 0
    lab.move("learning_rate", 20)
    in_step(page, lab)
    assert lab.pixels(GHOST["color"]) > 100
    pin.click()
    expect(pin).to_have_text("pin")
    assert lab.pixels(GHOST["color"]) < 5
    assert in_step(page, lab)["pinned"] == 0


def test_a_ghost_is_the_run_that_was_pinned(page, lab):
    """Back at the run that was pinned, its own lines cover the ghost."""
    lab.root.locator(".pin").click()
    covered = lab.pixels(GHOST["color"])
    lab.press("momentum", "ArrowLeft", times=6)
    assert lab.pixels(GHOST["color"]) > 3 * covered
    lab.press("momentum", "ArrowRight", times=6)
    assert lab.pixels(GHOST["color"]) == covered
    lab.root.locator(".pin").click()


def test_reset_brings_back_sliders_start_problem_and_text(page, lab):
    text, values = lab.text, [lab.value(name) for name in lab.sliders]
    lab.press("learning_rate", "End")
    lab.start.press("ArrowUp")
    lab.root.locator(".pin").click()
    lab.root.locator(".problem").select_option("Ravine")
    lab.slider("condition_number").wait_for()
    in_step(page, lab)
    lab.root.locator(".reset").click()
    expect(lab.text_line).to_have_text(text)
    in_step(page, lab)
    assert [lab.value(name) for name in lab.sliders] == values
    assert lab.start.get_attribute("aria-label").startswith("start at a = -2.00, b = 2.00")
    expect(lab.root.locator(".pin")).to_have_text("pin")


def test_reset_brings_back_a_slider_of_which_the_busy_kernel_never_heard(page, lab):
    """While the kernel owes an answer, only the last wish is kept for it: to the kernel, this reset changes nothing."""
    busy = "import time; time.sleep(1)"
    page.page.evaluate(
        "code => { jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code }); }", busy
    )
    stop = int(lab.slider("momentum").input_value())
    lab.slider("momentum").evaluate("slider => slider.dispatchEvent(new Event('input', { bubbles: true }))")
    page.page.wait_for_timeout(200)  # the first wish is on its way: to stay
    lab.drag("momentum", to=1)
    lab.root.locator(".reset").click()
    assert lab.slider("momentum").input_value() == "40"
    in_step(page, lab)
    assert int(lab.slider("momentum").input_value()) == stop


def test_another_problem_brings_its_landscape_its_start_and_its_sliders(page, lab):
    background = lab.root.locator("img").get_attribute("src")
    lab.root.locator(".problem").select_option("Ravine")
    lab.slider("rotation").wait_for()
    in_step(page, lab)
    assert lab.sliders == ["learning_rate", "momentum", "condition_number", "rotation"]
    assert lab.text.startswith("η = 0.001, β = 0.9, κ = 30, φ = 0: ")
    assert lab.start.get_attribute("aria-label").startswith("start at x = -2.50, y = 1.00")
    assert lab.root.locator("img").get_attribute("src") != background
    under = lab.root.locator("canvas.under")
    before = under.evaluate("canvas => canvas.toDataURL()")
    assert not lab.move("rotation", 20)["waiting"]
    assert under.evaluate("canvas => canvas.toDataURL()") != before  # the valley turns with its slider
    in_step(page, lab)
    lab.root.locator(".problem").select_option("ParabolaFit")
    expect(lab.slider("rotation")).to_have_count(0)
    in_step(page, lab)
    assert lab.sliders == ["learning_rate", "momentum"]


# Errors and divergence


@pytest.mark.parametrize(
    ("request_", "words"),
    [("{'start': [1, 'a']}", "ValueError: start=[1, 'a']"), ("{'problem': 'Nowhere'}", "KeyError: 'Nowhere'")],
    ids=["start", "problem"],
)
def test_an_error_in_the_kernel_is_shown_and_the_sliders_go_on(page, lab, request_, words):
    page.execute(f"lab.ask = {{'id': lab.answered + 1}} | {request_}")
    expect(lab.root.locator(".alert")).to_contain_text(words)
    moment = lab.move("momentum", 5)
    assert moment["text"].startswith("η = 0.001, β = ")
    assert not moment["waiting"]
    expect(lab.root.locator(".alert")).to_be_empty()
    in_step(page, lab)


def test_a_rule_that_fails_is_shown_and_the_sliders_go_on(page, lab):
    page.execute(
        "from optlearn.problems import Problem\n"
        "calls = []\n"
        "def fickle(x, y):\n"
        "    calls.append(x)\n"
        "    if len(calls) > 1: raise RuntimeError('I only work once')\n"
        "    return x + y\n"
        "lab._choices['Saddle'] = Problem.from_function(fickle, start=(1, 1), bounds=[(-2, 2), (-2, 2)])"
    )
    text = lab.text
    lab.root.locator(".problem").select_option("Saddle")
    expect(lab.root.locator(".alert")).to_have_text("RuntimeError: I only work once")
    expect(lab.root.locator(".problem")).to_have_value("ParabolaFit")
    assert lab.text == text
    moment = lab.move("learning_rate", 7)
    assert not moment["waiting"]
    expect(lab.root.locator(".alert")).to_be_empty()
    in_step(page, lab)


def test_divergence_is_told_in_the_text_and_marked_in_the_picture(page, lab):
    lab.press("learning_rate", "End")
    assert "left the picture at step 1, diverged at step" in lab.text
    assert lab.pixels("#000000") > 50  # the cross where the path leaves
    in_step(page, lab)


# For whoever does not see it, or has no mouse


def test_every_control_has_a_name_and_every_slider_says_its_value(lab):
    for name in lab.sliders:
        slider = lab.root.get_by_role("slider", name=name, exact=True)
        expect(slider).to_have_count(1)
        assert slider.get_attribute("aria-valuetext") == lab.value(name)
    expect(lab.root.get_by_role("slider", name="step", exact=True)).to_have_count(1)
    expect(lab.root.get_by_role("combobox", name="problem")).to_have_count(1)
    for name in ("▶ play", "pin", "reset"):
        expect(lab.root.get_by_role("button", name=name, exact=True)).to_have_count(1)
    expect(lab.root.get_by_role("button", name="start at")).to_have_count(1)
    expect(lab.root.get_by_role("img", name="Momentum on ParabolaFit")).to_have_count(1)


def test_a_problem_without_a_landscape_has_lines_over_the_steps_and_no_start_to_drag(page, lab):
    lab.root.locator(".problem").select_option("IllConditionedMatrix")
    lab.wait_settled()
    expect(lab.start).to_be_hidden()
    lab.watch()
    lab.drag("learning_rate", to=1)
    assert len({moment["picture"] for moment in lab.seen()}) >= 5
    lab.wait_settled()
    assert "how much of each direction is found" in lab.text
    lab.root.locator(".problem").select_option("ParabolaFit")
    lab.wait_settled()
    expect(lab.start).to_be_visible()


def test_what_the_picture_shows_is_announced(lab):
    expect(lab.root.get_by_role("status").first).to_have_text(lab.text)
    expect(lab.root.locator("[role=alert]")).to_have_count(1)


def test_the_tab_key_reaches_every_control_in_the_order_of_the_page(page, lab):
    lab.slider("learning_rate").focus()
    reached = []
    for _ in range(8):
        reached.append(page.page.evaluate("document.activeElement.dataset.name ?? document.activeElement.className"))
        page.page.keyboard.press("Tab")
    assert reached == ["learning_rate", "momentum", "start", "play", "scrubber", "problem", "pin", "reset"]


def test_arrow_keys_in_the_lab_do_not_move_the_notebooks_selection(page, lab):
    selected = "jupyterapp.shell.currentWidget.content.activeCellIndex"
    before = page.page.evaluate(selected)
    lab.press("learning_rate", "ArrowDown", times=3)
    lab.start.press("ArrowDown")
    assert page.page.evaluate(selected) == before
    in_step(page, lab)
