"""The lab outside JupyterLab: in Notebook 7 and in Voilà."""

from __future__ import annotations

import pytest

from tests.browser.harness import NOTEBOOKS, NotebookPage, server

FIRST = min(NOTEBOOKS.glob("*.ipynb"))


@pytest.fixture(scope="module", params=["notebook", "voila"])
def page(request, browser, folder):
    with server(folder, request.param) as address, NotebookPage(browser, address, FIRST.name, request.param) as page:
        if request.param == "notebook":
            page.run_all()
        yield page


def test_the_lab_appears_and_a_drag_changes_the_picture(page):
    lab = page.lab()
    name = lab.sliders[0]
    lab.drag(name, to=0)
    lab.watch()
    lab.drag(name, to=1, steps=20)
    seen = lab.seen()
    assert seen[-1]["stop"] == 40
    assert len({moment["picture"] for moment in seen}) >= 5
    assert not any(moment["waiting"] for moment in seen)
    lab.wait_settled()
    assert lab.text == seen[-1]["text"]
    assert page.errors() == []


def test_reset_and_another_problem_work_too(page):
    lab = page.lab()
    before = lab.text
    lab.root.locator(".reset").click()
    lab.wait_settled()
    assert lab.text != before
    lab.choose("Ravine")
    lab.root.get_by_label("condition_number").wait_for()
    lab.wait_settled()
    assert "κ = 30" in lab.text
    assert page.errors() == []
