"""The lab in JupyterLab: what the page and the kernel tell each other, near and far."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.harness import NotebookPage, delayed, in_step

CELLS = """\
import time
import ipywidgets
import numpy as np
import tensorflow as tf
from dataclasses import dataclass
from optlearn.live import Lab
from optlearn.optimizers import Momentum, Optimizer
from optlearn.problems import ParabolaFit, Problem, Ravine
""", """\
lab = Lab(Momentum(learning_rate=0.001), ParabolaFit())
lab
""", """\
@dataclass(frozen=True)
class NumPyInside(Optimizer):
    rate: float = 0.01
    def update(self, params, g, state):
        step = tf.numpy_function(lambda x: x * 2, [g], tf.float64)
        step.set_shape(g.shape)
        return params - self.rate * step, state

own = Lab(NumPyInside(rate=0.2), Ravine(), steps=100)
ipywidgets.Tab([ipywidgets.HBox([own])])
"""  # fmt: skip


@pytest.fixture(scope="module", params=[0, 0.2], ids=["near", "200 ms away"])
def page(browser, address, write, request):
    name = write(f"kernel{request.param}.ipynb", *CELLS)
    with delayed(address, request.param) as near_or_far, NotebookPage(browser, near_or_far, name) as page:
        page.run_all()
        yield page


@pytest.fixture
def lab(page):
    """The lab as it was made."""
    lab = page.lab()  # at rest: else what the last test asked for could still arrive after the reset
    page.execute("lab.reset()")
    in_step(page, lab)
    yield lab
    assert page.errors() == []


def test_a_slider_follows_the_mouse_and_the_kernel_follows_when_it_is_let_go(page, lab):
    lab.watch()
    lab.drag("learning_rate", to=0.75)
    assert not any(moment["waiting"] for moment in lab.seen())
    there = lab.value("learning_rate")
    assert lab.text.startswith(f"η = {there}, ")
    assert in_step(page, lab)["values"]["learning_rate"] == pytest.approx(float(there), rel=1e-3)


def test_the_start_and_the_step_come_to_the_kernel_as_well(page, lab):
    lab.drag_start(100, 60)
    lab.root.locator(".scrubber").fill("17")
    state = in_step(page, lab, lambda state: state["step"] == 17)
    assert state["step"] == 17
    assert state["start"][0] > -2
    assert state["start"][1] < 2


def test_the_latest_of_many_quick_moves_wins(page, lab):
    for stop in range(0, 41, 2):
        lab.move("momentum", stop)
        lab.move("learning_rate", 40 - stop)
    lab.move("momentum", 7)
    lab.move("learning_rate", 12)
    text = lab.text
    assert in_step(page, lab)["text"] == text


def test_a_cell_that_sets_the_lab_moves_its_sliders(page, lab):
    page.execute("lab.set(learning_rate=0.00123, start=(1, 3))")
    expect(lab.root.locator(".slider .value").first).to_have_text("0.00123")
    in_step(page, lab)
    assert lab.start.get_attribute("aria-label").startswith("start at a = 1.00, b = 3.00")


def test_a_widget_that_is_linked_drives_the_lab_and_follows_it(page, lab):
    page.execute(
        "other = ipywidgets.FloatText(value=0.9)\n"
        "other.observe(lambda change: setattr(lab, 'values', {'momentum': change['new']}), 'value')\n"
        "lab.observe(lambda change: setattr(other, 'value', change['new']['momentum']), 'values')\n"
        "other.value = 0.25"
    )
    expect(lab.root.locator(".slider .value").nth(1)).to_have_text("0.25")
    lab.press("momentum", "Home")
    in_step(page, lab)
    assert page.execute("print(other.value)").strip() == "0.0"


def test_another_problem_a_pin_and_a_reset_come_to_the_kernel(page, lab):
    page.page.wait_for_timeout(100)
    lab.choose("Ravine")
    lab.root.locator(".pin").click()
    state = in_step(page, lab, lambda state: state["pinned"] and state["problem"] == "Ravine")
    assert state["problem"] == "Ravine"
    assert state["pinned"]["values"] == state["values"]
    lab.root.locator(".reset").click()
    state = in_step(page, lab, lambda state: not state["pinned"])
    assert (state["problem"], state["pinned"]) == ("ParabolaFit", {})


def test_a_new_problem_and_what_is_pointed_out_come_from_the_kernel(page, lab):
    page.execute(
        "f = lambda x, y: x**2 + 3 * y**2\n"
        "lab.set(problem=Problem.from_function(f, start=(1, 1), bounds=[(-2, 2), (-2, 2)]), learning_rate=0.1)"
    )
    expect(lab.root.locator("select.problem")).to_have_value("your function")
    in_step(page, lab)
    before = lab.picture()
    page.execute("lab.point_out('here', step=3)")
    page.page.wait_for_function(
        "([canvas, old]) => canvas.toDataURL() !== old", arg=[lab.over.element_handle(), before]
    )


def test_nonsense_is_shown_and_the_sliders_go_on(page, lab):
    page.execute("lab.set_state({'start': [1, 'a']})")
    expect(lab.root.locator(".alert")).to_contain_text("start=[1, 'a']")
    assert not lab.move("momentum", 5)["waiting"]
    expect(lab.root.locator(".alert")).to_be_empty()
    in_step(page, lab)


def test_arrow_keys_in_the_lab_do_not_move_the_notebooks_selection(page, lab):
    selected = "jupyterapp.shell.currentWidget.content.activeCellIndex"
    before = page.page.evaluate(selected)
    lab.press("learning_rate", "ArrowDown", times=3)
    lab.start.press("ArrowDown")
    assert page.page.evaluate(selected) == before
    in_step(page, lab)


def test_a_rule_that_the_kernel_has_to_run_moves_too_in_a_tab_and_the_lab_says_why(page, lab):
    own = page.lab(1)
    expect(own.root.locator(".notice")).to_contain_text("The kernel runs NumPyInside: ")
    text = own.text
    own.press("rate", "ArrowRight")
    own.wait_settled()
    assert own.text != text
    own.drag_start(40, 20)
    own.wait_settled()
    assert own.text == page.execute("print(own.text)").strip()
