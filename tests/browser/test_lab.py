"""The lab in a browser, by hand: every control, by mouse, by keyboard and by finger, with no kernel behind it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from optlearn.live import Lab
from optlearn.optimizers import SGD, Adagrad, Adam, Momentum, Optimizer
from optlearn.problems import IllConditionedMatrix, ParabolaFit, Ravine, SparseLogistic, TwoLayers
from tests.browser.page import LabsAlone

STOPS = Momentum.hypers()["learning_rate"].stops(41, 0.001)


def made() -> Lab:
    return Lab(Momentum(learning_rate=0.001), ParabolaFit())


@pytest.fixture(scope="module")
def page(browser):
    with LabsAlone(browser, made()) as page:
        yield page


@pytest.fixture
def lab(page):
    """The lab as it was made."""
    lab = page.lab()
    lab.root.locator(".reset").click()
    yield lab
    assert page.problems == []


@pytest.fixture(scope="module")
def twin() -> Lab:
    """The same lab in this process, to tell what the text must be."""
    return made()


def text_at(twin: Lab, **changes) -> str:
    twin.reset()
    twin.set(**changes)
    return twin.text


# Sliders


@pytest.mark.parametrize(
    ("key", "stop"),
    [("ArrowRight", 11), ("ArrowUp", 11), ("ArrowLeft", 9), ("ArrowDown", 9), ("Home", 0), ("End", 40)],
)
def test_keys_move_a_slider_its_number_the_text_and_the_picture(lab, twin, key, stop):
    before = lab.picture()
    lab.press("learning_rate", key)
    number = f"{STOPS[stop]:.4g}"
    assert lab.value("learning_rate") == number
    assert lab.slider("learning_rate").get_attribute("aria-valuetext") == number
    assert lab.text == text_at(twin, learning_rate=float(STOPS[stop]))
    assert lab.picture() != before


def test_a_drag_by_mouse_changes_the_picture_at_every_stop_it_meets(lab):
    lab.drag("momentum", to=0)
    lab.watch()
    lab.drag("momentum", to=1, steps=30)
    seen = lab.seen()
    assert len(seen) >= 20
    assert len({moment["picture"] for moment in seen}) == len(seen)
    assert not any(moment["waiting"] for moment in seen)


def test_two_sliders_in_turn_and_at_once_are_each_handled_in_the_same_event(lab, twin):
    values = {}
    for name, stop in [("learning_rate", 14), ("momentum", 25), ("learning_rate", 4), ("momentum", 0)]:
        moment = lab.move(name, stop)
        values[name] = float(Momentum.hypers()[name].stops(41, getattr(Momentum(0.001), name))[stop])
        assert moment["text"] == text_at(twin, **values)


def test_a_value_set_from_outside_becomes_a_stop(page, lab):
    page.page.evaluate("models[0].set('values', { learning_rate: 0.00123, momentum: 0.9 })")
    assert lab.value("learning_rate") == "0.00123"
    lab.press("learning_rate", "ArrowRight")
    lab.press("learning_rate", "ArrowLeft")
    assert lab.text.startswith("η = 0.001")


# The start


def test_the_start_is_dragged_and_the_picture_follows_before_it_is_let_go(page, lab, twin):
    lab.start.hover()
    box = lab.start.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    text, picture = lab.text, lab.picture()
    page.page.mouse.down()
    page.page.mouse.move(x + 120, y + 90, steps=15)
    assert lab.text != text
    assert lab.picture() != picture
    page.page.mouse.up()
    box = lab.start.bounding_box()
    assert box["x"] + box["width"] / 2 == pytest.approx(x + 120, abs=1.5)
    assert box["y"] + box["height"] / 2 == pytest.approx(y + 90, abs=1.5)
    assert lab.text == text_at(twin, start=page.page.evaluate("models[0].get('start')"))


def test_the_start_stays_in_the_picture_wherever_it_is_dragged(page, lab):
    lab.drag_start(-500, -500, steps=5)
    assert page.page.evaluate("models[0].get('start')") == [-2.5, 4.0]


def test_a_click_in_the_landscape_puts_the_start_there(page, lab):
    box = lab.over.bounding_box()
    page.page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.45 * box["height"])
    a, b = page.page.evaluate("models[0].get('start')")
    x, y = (lab.start.bounding_box()[name] for name in ("x", "y"))
    assert x + 9 == pytest.approx(box["x"] + 0.25 * box["width"], abs=1.5)
    assert y + 9 == pytest.approx(box["y"] + 0.45 * box["height"], abs=1.5)
    assert -2.5 < a < 3.5
    assert -6 < b < 4


@pytest.mark.parametrize(
    ("key", "start"),
    [("ArrowRight", (-1.88, 2)), ("ArrowLeft", (-2.12, 2)), ("ArrowUp", (-2, 2.2)), ("ArrowDown", (-2, 1.8))],
)
def test_arrow_keys_move_the_start(page, lab, key, start):
    picture = lab.picture()
    lab.start.press(key)
    page.page.wait_for_function(
        "start => models[0].get('start').every((x, i) => Math.abs(x - start[i]) < 1e-9)", arg=start
    )
    assert lab.picture() != picture
    label = f"start at a = {start[0]:.2f}, b = {start[1]:.2f}; arrow keys move it"
    assert lab.start.get_attribute("aria-label") == label


# Steps


def step_of(lab) -> int:
    return int(lab.root.locator(".scrubber").input_value())


def test_the_scrubber_moves_the_dots(lab):
    pictures = set()
    for step in (3, 8, 40):
        lab.root.locator(".scrubber").fill(str(step))
        assert lab.root.locator(".steps .step").inner_text() == f"step {step}"
        pictures.add(lab.picture())
    assert len(pictures) == 3


def test_play_moves_the_scrubber_to_its_end_and_pause_stops_it(page, lab):
    scrubber, play = lab.root.locator(".scrubber"), lab.root.locator(".play")
    play.click()  # at the end, so from the beginning
    page.page.wait_for_function("s => s.value > 10 && s.value < 400", arg=scrubber.element_handle())
    moment = lab.move("momentum", 5)  # a slider can be moved meanwhile
    assert moment["text"].startswith("η = 0.001, β = ")
    play.click()
    at = step_of(lab)
    assert 10 < at < 490
    page.page.wait_for_timeout(150)
    assert step_of(lab) == at
    scrubber.fill("470")
    play.click()
    expect(lab.root.locator(".steps .step")).to_have_text("step 500")
    expect(play).to_have_text("▶ play")


# Pin, reset, problem


def test_a_pinned_run_stays_as_a_ghost_while_sliders_move_until_it_is_unpinned(lab):
    pin = lab.root.locator(".pin")
    plain = {}
    for stop in (4, 20):
        lab.move("momentum", stop)
        plain[stop] = lab.picture()
    lab.root.locator(".reset").click()
    pin.click()
    expect(pin).to_have_text("unpin")
    assert pin.get_attribute("title").startswith("pinned: η = 0.001, β = 0.9: loss")
    for stop, without in plain.items():
        lab.move("momentum", stop)
        assert lab.picture() != without
    pin.click()
    expect(pin).to_have_text("pin")
    assert lab.picture() == plain[20]


def test_reset_brings_back_sliders_start_problem_and_text(lab):
    text, picture = lab.text, lab.picture()
    lab.press("learning_rate", "End")
    lab.start.press("ArrowUp")
    lab.root.locator(".pin").click()
    lab.choose("Ravine")
    lab.root.locator(".reset").click()
    assert (lab.text, lab.picture()) == (text, picture)
    expect(lab.root.locator(".pin")).to_have_text("pin")


def test_another_problem_brings_its_landscape_its_start_and_its_sliders(lab, twin):
    ground = lab.root.locator("canvas.ground")
    before = ground.evaluate("canvas => canvas.toDataURL()")
    lab.choose("Ravine")
    assert lab.sliders == ["learning_rate", "momentum", "condition_number", "rotation"]
    assert lab.text == text_at(twin, problem=Ravine())
    assert lab.start.get_attribute("aria-label").startswith("start at x = -2.50, y = 1.00")
    there = ground.evaluate("canvas => canvas.toDataURL()")
    assert there != before
    lab.move("rotation", 20)
    assert ground.evaluate("canvas => canvas.toDataURL()") != there  # the valley turns with its slider
    lab.choose("ParabolaFit")
    assert lab.sliders == ["learning_rate", "momentum"]


def test_every_problem_of_the_list_can_be_chosen(lab):
    names = lab.root.locator("select.problem option").all_text_contents()
    assert len(names) == 17
    for name in names:
        lab.choose(name)
        assert not lab.root.evaluate("root => root.classList.contains('waiting')"), name
        assert "loss" in lab.text or "diverged" in lab.text


def test_a_problem_without_a_landscape_has_lines_over_the_steps_and_no_start_to_drag(lab):
    lab.choose("IllConditionedMatrix")
    expect(lab.start).to_be_hidden()
    assert lab.ink("ground") == 0
    assert "how much of each direction is found" in lab.text
    lab.choose("ParabolaFit")
    expect(lab.start).to_be_visible()


def test_divergence_is_told_in_the_text(lab):
    lab.press("learning_rate", "End")
    assert "left the picture at step 1, diverged at step" in lab.text


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
    expect(lab.root.get_by_role("status").first).to_have_text(lab.text)
    expect(lab.root.locator("[role=alert]")).to_have_count(1)


def test_the_tab_key_reaches_every_control_in_the_order_of_the_page(page, lab):
    lab.slider("learning_rate").focus()
    reached = []
    for _ in range(8):
        reached.append(page.page.evaluate("document.activeElement.dataset.name ?? document.activeElement.className"))
        page.page.keyboard.press("Tab")
    assert reached == ["learning_rate", "momentum", "start", "play", "scrubber", "problem", "pin", "reset"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, scheme):
    labs = [made(), Lab([SGD(0.001), Adam(0.1)], Ravine()), Lab(SGD(0.3), IllConditionedMatrix(), steps=50)]
    with LabsAlone(browser, *labs, color_scheme=scheme) as page:
        page.lab().root.locator(".pin").click()
        found = Axe().run(page.page)
        assert found.response["violations"] == [], found.generate_report()


# Sizes, colours, fingers

SIZES = [(360, 740), (390, 844), (768, 1024), (1366, 768), (1920, 1080)]


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: "x".join(map(str, size)))
def sized(browser, request):
    rules: list[Optimizer] = [SGD(0.001), Adam(0.1), Momentum(0.001)]
    with LabsAlone(browser, made(), Lab(rules), Lab(Adam(0.1), Ravine()), size=request.param) as page:
        yield page


def test_nothing_sticks_out_and_nothing_is_clipped(sized):
    assert sized.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    clipped = sized.page.locator(".name, .value, .step, button, select").evaluate_all(
        "parts => parts.filter(p => p.clientWidth && p.scrollWidth > p.offsetWidth + 1).map(p => p.outerHTML)"
    )
    assert clipped == []


def test_names_sliders_and_values_keep_apart_from_each_other(sized):
    for index in range(3):
        lab = sized.lab(index)
        places = lab.root.locator(".name, .slider input, .value, .player button, .player select")
        boxes = [box.bounding_box() for box in places.all()]
        for i, one in enumerate(boxes):
            for other in boxes[:i]:
                across = one["x"] < other["x"] + other["width"] and other["x"] < one["x"] + one["width"]
                down = one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]
                assert not (across and down)


def test_the_panels_are_beside_each_other_or_on_a_phone_below_each_other(sized):
    width, height = (sized.lab().over.bounding_box()[name] for name in ("width", "height"))
    if width < 640:
        assert height > width
    else:
        assert 0.35 * width < height < 0.5 * width


def test_a_lab_of_two_sliders_is_in_sight_as_a_whole_on_a_projector(browser):
    with LabsAlone(browser, made(), size=(1366, 768)) as page:
        assert page.lab().root.bounding_box()["height"] <= 768


def test_a_number_without_a_slider_since_the_rules_differ_in_it_is_told_with_its_values(together):
    assert together.lab(2).sliders == ["beta_1", "beta_2", "epsilon"]
    line = together.lab(2).root.locator(".differing")
    expect(line).to_have_text("η differs, and has no slider: SGD 0.001, Adam 0.5")
    assert together.lab(0).root.locator(".differing").count() == 0


@pytest.mark.parametrize("width", [390, 752, 1366])
def test_a_number_stands_in_one_line_beside_its_slider(browser, width):
    rows = """text => {
        const range = document.createRange();
        range.selectNodeContents(text);
        return [range.getClientRects().length, text.scrollWidth - text.clientWidth];
    }"""
    with LabsAlone(browser, Lab(Adam(0.00124), ranges={"learning_rate": (1.33e-5, 0.1)}), size=(width, 800)) as page:
        page.page.add_style_tag(content="body { font-family: 'DejaVu Sans' }")  # a wide one
        lab = page.lab()
        for stop in range(41):
            lab.move("learning_rate", stop)
            value = lab.slider("learning_rate").locator("xpath=..").locator(".value")
            assert value.evaluate(rows) == [1, 0], value.inner_text()


# What is drawn over each other

RECORD = """() => {
    const told = { texts: [], boxes: [], rings: [], arrows: [] };
    const { fillText, roundRect, arc, lineTo, moveTo } = CanvasRenderingContext2D.prototype;
    let last = null;
    Object.assign(CanvasRenderingContext2D.prototype, {
        fillText(...at) { told.texts.push([...at, this.measureText(at[0]).width]); fillText.call(this, ...at); },
        roundRect(...box) { told.boxes.push(box.slice(0, 4)); roundRect.call(this, ...box); },
        arc(...circle) { told.rings.push(circle.slice(0, 3)); arc.call(this, ...circle); },
        moveTo(x, y) { last = [x, y]; moveTo.call(this, x, y); },
        lineTo(x, y) { if (this.lineWidth === 3.5) told.arrows.push([...last, x, y]); lineTo.call(this, x, y); },
    });
    return window.told = told;
}"""


ROWS = """(canvas, color) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width / 2.3, canvas.height);
    const wanted = [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16));
    const found = data.keys().filter(i => i % 4 === 0 && wanted.every((part, k) => data[i + k] === part));
    return new Set(found.map(i => Math.floor(i / 4 / Math.floor(canvas.width / 2.3)))).size;
}"""


def drawn(page: LabsAlone, lab, step: int) -> dict:
    """What the lab draws at a step: texts, boxes of labels, circles, and the arrow of the step, where it is open."""
    page.page.evaluate(RECORD)
    scrubber = lab.root.locator(".scrubber")
    scrubber.evaluate("(s, to) => { s.value = to; s.dispatchEvent(new Event('input')); }", step)
    return page.page.evaluate("told") | {"width": lab.over.bounding_box()["width"]}


@dataclass(frozen=True)
class Own(SGD):
    """A learner's rule, whose line is dashed."""


@pytest.fixture(scope="module")
def together(browser):
    """Labs in which one thing could lie on another."""
    labs = [
        Lab([SGD(0.001), Momentum(0.001, momentum=0)]),
        Lab(SGD(0.001)),
        Lab([SGD(0.001), Adam(0.5)]),
        Lab([SGD(0.0035), Momentum(0.0035)], labels=("this", "that")),
        Lab(Adagrad(0.05)),
        Lab(Momentum(2.86, 0.478), Ravine(), steps=100),
        Lab([Own(0.001), SGD(0.001)]),
        Lab([SGD(0.01), Adam(0.01)], SparseLogistic(), steps=40),
        Lab([SGD(0.01), Adam(0.01)], TwoLayers(), steps=40),
    ]
    for lab in labs[1:3]:
        lab.point_out("here", step=40)
    with LabsAlone(browser, *labs, size=(940, 768)) as page:
        yield page
        assert page.problems == []


@pytest.mark.parametrize("number", [0, 6])
def test_of_two_paths_that_go_one_way_both_are_seen(together, number):
    colors = together.page.evaluate(f"models[{number}].get('scene').tracks.map(({{ color }}) => color)")
    seen = [together.lab(number).over.evaluate(ROWS, color) for color in colors]
    assert min(seen) > 20  # of the dot at the end alone it would be 9


def test_what_is_pointed_out_on_the_landscape_stands_at_the_first_run(together):
    rings = []
    for number in (1, 2):
        told = drawn(together, together.lab(number), 500)
        rings.append([[x, y] for x, y, radius in told["rings"] if radius > 6.5 and x < told["width"] / 2])
    assert len(rings[0]) == 1
    assert rings[0] == rings[1]


def test_a_run_that_leaves_is_named_where_there_are_two(together):
    texts = [text for text, *_ in drawn(together, together.lab(3), 500)["texts"]]
    assert [text for text in texts if "leaves" in text] == ["this leaves at step 2", "that leaves at step 3"]


def test_lines_carry_their_names_where_a_name_says_which(together):
    bundles, single = ([text for text, *_ in drawn(together, together.lab(number), 20)["texts"]] for number in (7, 8))
    assert not any("says" in text for text in bundles)
    assert {"u", "v"} <= set(", ".join(single).split(", "))


def test_no_name_of_an_arrow_is_hidden_by_the_start(together):
    lab = together.lab(4)
    lab.root.locator(".apart").evaluate("details => { details.open = true; }")
    at = lab.start.evaluate("start => [start.offsetLeft, start.offsetTop]")
    for step in range(6):
        places = {text: (x, y, width) for text, x, y, width in drawn(together, lab, step)["texts"]}
        assert {"−g", "step"} <= set(places)
        for x, y, width in (places["−g"], places["step"]):
            assert abs(y - at[1]) > 15 or x > at[0] + 9 or x + width < at[0] - 9, step


def test_no_label_lies_on_the_arrow_of_a_step(together):
    lab = together.lab(5)
    lab.root.locator(".apart").evaluate("details => { details.open = true; }")
    for step in range(6):
        told = drawn(together, lab, step)
        assert any("leaves" in text for text, *_ in told["texts"])
        assert told["arrows"]
        for x, y, to_x, to_y in told["arrows"]:
            for left, top, width, height in told["boxes"]:
                way = [(x + k / 99 * (to_x - x), y + k / 99 * (to_y - y)) for k in range(100)]
                assert not any(left < px < left + width and top < py < top + height for px, py in way), step


def background(page) -> str:
    return page.lab().root.evaluate("root => getComputedStyle(root).backgroundColor")


def test_the_lab_is_dark_where_the_system_is_and_where_jupyterlab_says_so(browser):
    with LabsAlone(browser, made(), color_scheme="dark") as page:
        assert background(page) == "rgb(23, 25, 29)"
        start = page.lab().start.evaluate("start => getComputedStyle(start).backgroundColor")
        assert start == "rgb(255, 255, 255)"  # lessons call it the white dot
        page.page.emulate_media(color_scheme="light")
        expect(page.lab().root).not_to_have_class("optlearn-lab dark")
        page.page.evaluate("document.body.dataset.jpThemeLight = 'false'")
        expect(page.lab().root).to_have_class("optlearn-lab dark")
        page.page.evaluate("document.body.dataset.jpThemeLight = 'true'")
        expect(page.lab().root).to_have_class("optlearn-lab")


@pytest.fixture
def phone(browser):
    with LabsAlone(browser, made(), size=(390, 844), has_touch=True, is_mobile=True, device_scale_factor=2) as page:
        page.touch = page.context.new_cdp_session(page.page)
        yield page
        assert page.problems == []


def fingers(page, kind: str, *points: tuple[float, float]) -> None:
    page.touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})


def pinch(page, x: float, y: float) -> None:
    """Two fingers draw apart; it ends when the page has become larger."""
    fingers(page, "touchStart", (x - 20, y), (x + 20, y))
    for k in range(1, 12):
        fingers(page, "touchMove", (x - 20 - 8 * k, y), (x + 20 + 8 * k, y))
    fingers(page, "touchEnd")
    page.page.wait_for_function("window.visualViewport.scale > 1.2")


def test_a_finger_drags_the_start(phone):
    lab = phone.lab()
    box, text, scrolled = lab.start.bounding_box(), lab.text, phone.page.evaluate("window.scrollY")
    x, y = box["x"] + 9, box["y"] + 9
    fingers(phone, "touchStart", (x, y))
    for k in range(1, 9):
        fingers(phone, "touchMove", (x + 8 * k, y + 5 * k))
    assert lab.text != text
    fingers(phone, "touchEnd")
    box = lab.start.bounding_box()
    assert box["x"] + 9 == pytest.approx(x + 64, abs=2)
    assert phone.page.evaluate("window.scrollY") == scrolled


def test_a_tap_in_the_landscape_puts_the_start_there(phone):
    lab = phone.lab()
    box = lab.over.bounding_box()
    phone.page.touchscreen.tap(box["x"] + 200, box["y"] + 150)
    assert lab.start.bounding_box()["x"] + 9 == pytest.approx(box["x"] + 200, abs=2)


def test_a_finger_over_the_picture_scrolls_the_page_and_two_pinch_it(phone):
    lab = phone.lab()
    box, text = lab.over.bounding_box(), lab.text
    x, y = box["x"] + 220, box["y"] + 260
    fingers(phone, "touchStart", (x, y))
    for k in range(1, 12):
        fingers(phone, "touchMove", (x, y - 15 * k))
    fingers(phone, "touchEnd")
    phone.page.wait_for_function("window.scrollY > 50")
    phone.page.evaluate("window.scrollTo(0, 0)")
    pinch(phone, x, y)
    assert lab.text == text


def test_a_lab_that_is_taken_off_the_page_leaves_nothing_behind(page):
    with LabsAlone(page.page.context.browser, made()) as alone:
        alone.page.evaluate("close_[0](); document.querySelector('main').replaceChildren()")
        alone.page.emulate_media(color_scheme="dark")
        alone.page.evaluate("models[0].set('step', 3)")
        assert alone.problems == []
