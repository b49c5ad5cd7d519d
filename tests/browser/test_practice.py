"""Practice in a browser: a prediction by mouse and by keyboard, a challenge met by dragging, two rules in one lab."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.harness import NotebookPage

HINT = "Go up, a little at a time, and watch the path: what does it do more and more wildly, just before it is lost?"
CELLS = """\
from optlearn.live import Lab
from optlearn.optimizers import SGD, Momentum
from optlearn.practice import Challenge, Predict, check, largest, mistakes, progress
""", """\
twice = Predict("Twice as large?", ["faster", "slower", "gone"], "C", why=["It is past.", "Not any more.", "Past 2/λ."])
twice
""", """\
digit = Predict("How many steps?", "steps", 157, why="It is κ·ln(10)/2.", traps={136: "That is κ."})
digit
""", """\
lab = Lab(SGD(learning_rate=0.0015), ranges={"learning_rate": (1e-4, 4e-3)})
twice.reveals(lab, "gone", learning_rate=0.003)
lab
""", f"""\
edge = Challenge(lab, largest("learning_rate", at_least=0.0027), hint="{HINT}", par="0.00295")
edge
""", """\
line = progress()
line
""", """\
both = Lab.compare(Momentum(0.001), mistakes.of(Momentum)[0].rule()(0.001))
both
"""  # fmt: skip


@pytest.fixture(scope="module")
def page(browser, address, write):
    with NotebookPage(browser, address, write("practice.ipynb", *CELLS)) as page:
        page.run_all()
        yield page


@pytest.fixture(autouse=True)
def at_rest(page):
    """Nothing answered, and the lab as it was made."""
    page.execute("twice.reset(); digit.reset(); edge.met = False; edge.start_again()")
    page.lab()
    yield
    assert page.errors() == []


def box(page: NotebookPage, name: str) -> Locator:
    """An exercise on the page, scrolled into view."""
    root = page.page.locator(f".optlearn-practice[aria-label='{name}']")
    root.wait_for()
    root.scroll_into_view_if_needed()
    return root


def cells_of(page: NotebookPage) -> int:
    return page.page.evaluate("jupyterapp.shell.currentWidget.content.model.cells.length")


def test_a_click_commits_and_only_then_every_option_says_why(page):
    question = box(page, "Twice as large?")
    assert question.locator(".reason:not(:empty)").count() == 0
    question.get_by_role("button", name="A faster").click()
    expect(question.locator(".verdict")).to_have_text("Not A: it is C.")
    assert question.locator(".reason").all_inner_texts() == ["✗ It is past.", "✗ Not any more.", "✓ Past 2/λ."]
    assert page.execute("print(twice.given, twice.verdict['right'])") == "A False\n"
    question.get_by_role("button", name="C gone").click()  # committed is committed
    assert page.execute("print(twice.given)") == "A\n"


def test_a_letter_on_the_keyboard_commits_and_leaves_the_notebook_alone(page):
    question, cells = box(page, "Twice as large?"), cells_of(page)
    option = question.get_by_role("button", name="A faster")
    option.focus()
    option.press("ArrowDown")
    expect(question.get_by_role("button", name="B slower")).to_be_focused()
    page.page.keyboard.press("c")
    expect(question.locator(".verdict")).to_have_text("C is right.")
    assert cells_of(page) == cells


def test_enter_commits_to_the_option_that_has_the_focus(page):
    question = box(page, "Twice as large?")
    question.get_by_role("button", name="B slower").focus()
    page.page.keyboard.press("Enter")
    expect(question.locator(".verdict")).to_have_text("Not B: it is C.")


def test_it_can_be_asked_again(page):
    question = box(page, "Twice as large?")
    question.get_by_role("button", name="C gone").click()
    question.get_by_role("button", name="ask again").click()
    expect(question.locator(".verdict")).to_be_empty()
    assert question.locator(".reason:not(:empty)").count() == 0
    expect(question.get_by_role("button", name="A faster")).to_be_focused()
    assert page.execute("print(repr(twice.given))") == "''\n"


def test_a_number_is_typed_and_one_that_is_none_is_told_so(page):
    question = box(page, "How many steps?")
    field = question.get_by_role("textbox")
    field.fill("many")
    field.press("Enter")
    expect(question.locator(".verdict")).to_have_text("'many' is not a number. One looks like this: 12.5")
    field.fill("136")
    field.press("Enter")
    expect(question.locator(".verdict")).to_have_text("136 is too small: it is 157 steps. That is κ. It is κ·ln(10)/2.")


def test_an_answer_points_itself_out_in_the_lab(page):
    before = page.lab().picture()
    box(page, "Twice as large?").get_by_role("button", name="C gone").click()
    lab = page.lab()
    expect(lab.text_line).to_contain_text("η = 0.003")
    lab.wait_settled()
    with_mark = lab.picture()
    page.execute("lab.unpoint()")
    page.page.wait_for_function("([root, old]) => root.toDataURL() !== old", arg=[lab.over.element_handle(), with_mark])
    assert lab.picture() not in (before, with_mark)


def test_a_challenge_is_met_by_dragging_and_says_how_far_it_is(page):
    challenge = box(page, "Find the largest learning rate that still converges from here.")
    verdict = challenge.locator(".verdict")
    expect(verdict).to_have_text("Not yet: η = 0.0015 converges, and there is room: this is 56 % of what is asked.")
    lab = page.lab()
    lab.root.locator("input[data-name=learning_rate]").press("End")  # at once: a drag might rest where it is met
    expect(verdict).to_contain_text("too large")
    assert page.execute("print(edge.met)") == "False\n"
    lab.drag("learning_rate", to=0.91)
    expect(verdict).to_contain_text("Met:")
    expect(lab.root.locator(".notes")).to_contain_text("Met:")
    assert page.execute("print(edge.met)") == "True\n"
    lab.drag("learning_rate", to=0.2)
    expect(verdict).to_contain_text("Met before")
    challenge.get_by_role("button", name="start again").click()
    expect(lab.text_line).to_contain_text("η = 0.0015:")


def test_a_hint_is_for_who_asks(page):
    challenge = box(page, "Find the largest learning rate that still converges from here.")
    expect(challenge.locator(".said")).to_be_empty()
    again = challenge.locator(".again")
    height = again.bounding_box()["height"]
    challenge.get_by_role("button", name="hint").click()
    expect(challenge.locator(".said")).to_have_text(HINT)
    assert again.bounding_box()["height"] == height
    challenge.get_by_role("button", name="hint").click()


def test_the_line_of_progress_follows(page):
    page.execute(
        "import optlearn.practice.tally as tally; tally._seen['predictions'].update({'How many steps?': False})"
    )
    field = box(page, "How many steps?").get_by_role("textbox")
    field.fill("160")
    field.press("Enter")
    line = page.page.locator(".widget-html").first
    expect(line).to_contain_text("of 2 predictions answered")
    assert line.inner_text() == page.execute("print(line.value)").strip()


def test_two_rules_move_together_in_one_lab(page):
    lab = page.lab(1)
    expect(lab.text_line).to_contain_text("they part at step 1")
    assert lab.sliders == ["learning_rate", "momentum"]
    for name in lab.sliders:
        lab.drag(name, to=0)
        lab.watch()
        lab.drag(name, to=1, steps=20)
        seen = lab.seen()
        assert len({moment["picture"] for moment in seen}) >= 5
        assert not any(moment["waiting"] for moment in seen)
        lab.root.locator(".reset").click()
        lab.wait_settled()
