"""Rules as learners write them, in a lab: each moves, or says in words what is wrong."""

from __future__ import annotations

import time

import pytest

from optlearn import loop
from optlearn.hints import in_short
from optlearn.live import Lab
from optlearn.problems import Ravine
from tests.browser import learners
from tests.browser.bridge import LabsWithKernel
from tests.browser.learners import BROWSER, KERNEL, RAISES, RULES, TooLarge

MOVING = [kind for kind in RULES if RULES[kind][0] != RAISES]
UNLIKE = (learners.RandomNumbers, learners.RandomOfNumPy, learners.AVariable)  # no two runs are alike


@pytest.fixture(scope="module", autouse=True)
def without_xla():
    """It is quicker, and what a learner sees is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "USE_XLA", False)
        yield


@pytest.fixture(scope="module")
def page(browser, without_xla):
    """A lab for each rule that moves, and for the one that fails later."""
    labs = [Lab(kind(), Ravine(), steps=40) for kind in [*MOVING, TooLarge]]
    with LabsWithKernel(browser, *labs) as page:
        yield page


def test_there_are_thirty_rules_and_more_of_each_kind():
    happens = [what for what, _ in RULES.values()]
    assert len(happens) >= 30
    assert min(map(happens.count, (BROWSER, KERNEL, RAISES))) >= 7


@pytest.mark.parametrize("kind", MOVING, ids=lambda kind: kind.__name__)
def test_a_rule_moves_in_the_browser_or_through_the_kernel_which_says_why(page, kind):
    happens, words = RULES[kind]
    index = MOVING.index(kind)
    lab, made = page.lab(index), page.labs[index]
    lab.root.locator(".reset").click()
    page.wait_settled(index)
    notice = lab.root.locator(".notice").text_content()
    assert (happens == BROWSER) == (notice == "")
    assert words in notice
    text, picture = lab.text, lab.picture()
    moment = lab.move(lab.sliders[0], 25)
    assert moment["waiting"] == (happens == KERNEL)
    page.wait_settled(index)
    assert lab.text != text
    assert lab.text == made.text or kind in UNLIKE
    for _ in range(3):
        lab.start.press("ArrowUp")
    page.wait_settled(index)
    assert lab.picture() != picture
    assert lab.text == made.text or kind in UNLIKE
    page.page.wait_for_timeout(1000)  # for the browser's first record to be held against the kernel's
    page.talk()
    assert lab.root.locator(".notice").text_content() == notice
    assert (lab.root.locator(".alert").text_content(), page.problems) == ("", [])


@pytest.mark.parametrize("kind", [kind for kind in RULES if kind not in MOVING], ids=lambda kind: kind.__name__)
def test_a_rule_that_cannot_run_says_in_words_what_is_wrong(kind):
    with pytest.raises(Exception) as raised:  # noqa: PT011 - of many kinds
        Lab(kind(), Ravine(), steps=40)
    assert RULES[kind][1] in in_short(raised.value)
    assert "Traceback" not in in_short(raised.value)
    assert len(in_short(raised.value)) < 1200


def test_an_error_at_some_stop_of_a_slider_is_told_in_the_lab_which_goes_on(page):
    index = len(MOVING)
    lab, alert = page.lab(index), page.lab(index).root.locator(".alert")
    lab.root.locator(".reset").click()
    page.wait_settled(index)
    lab.move("rate", 40)
    until = time.monotonic() + 60  # on a busy machine the lab may say before that it hears nothing
    while "ArithmeticError" not in alert.text_content() and time.monotonic() < until:
        page.talk()
    assert alert.text_content() == "ArithmeticError: a rate above 0.5 is too large for me"
    text = lab.text
    lab.move("rate", 10)
    page.wait_settled(index)
    assert lab.text != text
    assert alert.text_content() == ""
    assert page.problems == []
