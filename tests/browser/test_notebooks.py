"""Every notebook in JupyterLab: as it was stored, then run as far as its widgets need, then with a hand on it."""

from __future__ import annotations

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.harness import NOTEBOOKS, NotebookPage

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


@pytest.fixture(scope="module")
def jupyterlab(browser, address):
    """JupyterLab with no notebook yet: it takes longer to load than a notebook in it."""
    with NotebookPage(browser, address, "") as page:
        yield page


@pytest.fixture(scope="module", params=PATHS, ids=lambda path: path.stem)
def opened(request, jupyterlab, folder):
    """The page of a notebook. The first test sees it unrun, the others run: they come in the order of this file."""
    jupyterlab.turn_to(request.param.name)
    jupyterlab.stored = nbformat.read(folder / request.param.name, as_version=4)
    return jupyterlab


@pytest.fixture(scope="module")
def ran(opened):
    opened.run_all()
    return opened


def test_an_unrun_notebook_shows_its_still_pictures(opened):
    outputs = [output for cell in opened.stored.cells for output in cell.get("outputs", [])]
    pictures = sum("image/png" in output.get("data", {}) for output in outputs)
    assert pictures > 0
    opened.page.wait_for_function(
        """count => {
            const images = [...document.querySelectorAll('.jp-OutputArea img')];
            return images.filter(image => image.complete && image.naturalWidth > 400).length === count;
        }""",
        arg=pictures,
    )
    assert opened.page.get_by_text("Error displaying widget").count() == 0
    assert opened.labs == 0
    assert opened.errors() == []


def test_what_the_widgets_of_a_notebook_need_runs_and_its_first_lab_appears(ran):
    assert ran.errors() == []
    lab = ran.lab()
    expect(lab.text_line).not_to_be_empty()
    assert lab.sliders or " with η = " in lab.text  # a race has no sliders: it chooses its rates itself
    assert lab.text
    assert lab.ink("frame") > 1000
    assert lab.ink() > 1000


def test_every_slider_of_every_lab_changes_the_picture_all_along_its_way(ran):
    for number in range(ran.labs):
        lab = ran.lab(number)
        for name in lab.sliders:
            where = f"lab {number}, slider {name}"
            seen = lab.walk(name)
            stops = [moment["stop"] for moment in seen]
            assert stops == [*range(0, 41, 4)], where
            least = 2 if name.startswith("epsilon") else 5  # nearly all of its way ε is too small to be seen
            assert len({moment["picture"] for moment in seen}) >= least, where
            assert len({moment["text"] for moment in seen}) == len(stops), where
            assert not any(moment["waiting"] for moment in seen), where
        lab.wait_settled()
    assert ran.errors() == []


def test_the_first_slider_follows_the_mouse_and_the_kernel_hears_of_it(ran):
    lab = next(lab for lab in map(ran.lab, range(ran.labs)) if lab.sliders)  # a race has none
    name = lab.sliders[0]
    lab.watch()
    lab.drag(name, first=0, to=1, steps=14)
    lab.wait_settled()
    assert lab.seen()[-1]["stop"] == 40
    assert len({moment["text"] for moment in lab.seen()}) >= 5
    assert ran.errors() == []
