"""JupyterLab in Firefox: the lab appears, its sliders and its start move, and the kernel hears of it."""

from __future__ import annotations

import pytest

from tests import needs
from tests.browser.firefox import firefox

CELLS = """\
from optlearn.live import Lab
from optlearn.optimizers import Momentum
from optlearn.problems import ParabolaFit
lab = Lab(Momentum(learning_rate=0.001), ParabolaFit())
lab
"""
# A headless Firefox gives no page the focus, so JupyterLab does not know which of its panels is meant.
PANEL = "[...(window.jupyterapp?.shell?.widgets('main') ?? [])][0]"
IDLE = f"(panel => panel?.sessionContext?.session?.kernel?.status === 'idle')({PANEL})"
TEXT = "document.querySelector('.optlearn-lab .text').textContent"
PICTURE = "document.querySelector('.optlearn-lab canvas.over').toDataURL().length"
CHOOSE = """(select => {
    select.value = 'NAME';
    select.dispatchEvent(new Event('change'));
    return true;
})(document.querySelector('.optlearn-lab select'))"""
SAID = """(async () => {
    const kernel = PANEL.sessionContext.session.kernel;
    const future = kernel.requestExecute({ code: 'print(lab.text)' });
    let text = '';
    future.onIOPub = (message) => { text += message.content.text ?? ''; };
    await future.done;
    return text;
})()""".replace("PANEL", f"({PANEL})")

pytestmark = needs.mark("firefox")


@pytest.fixture(scope="module")
def page(address, write, tmp_path_factory):
    name = write("firefox.ipynb", CELLS)
    with firefox(tmp_path_factory.mktemp("profile")) as page:
        page.goto(f"{address}/lab/tree/{name}?reset")
        page.wait_for(IDLE)
        page.drag(".jp-Cell .jp-InputArea-editor", 0)
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells').then(() => true)")
        page.wait_for("document.querySelector('.optlearn-lab[data-settled=true]') !== null")
        yield page
        assert [error for error in page.errors if "optlearn" in error.lower()] == []


def test_a_slider_is_dragged_and_the_picture_follows(page):
    text = page.evaluate(TEXT)
    assert text.startswith("η = 0.001, β = 0.9: loss 0.1369 after 500 steps")
    page.drag(".optlearn-lab .slider input[data-name=momentum]", 60)
    assert page.evaluate(TEXT) != text
    page.wait_for("document.querySelector('.optlearn-lab[data-settled=true]') !== null")


def test_the_start_is_dragged(page):
    text = page.evaluate(TEXT)
    page.drag(".optlearn-lab .start", 50, 40)
    assert page.evaluate(TEXT) != text


def test_every_problem_of_the_list_is_drawn(page):
    page.wait_for("document.querySelectorAll('.optlearn-lab select option').length === 17")
    for name in ("Rosenbrock", "NoisyParabolaFit", "IllConditionedMatrix", "ParabolaFit"):
        page.evaluate(CHOOSE.replace("NAME", name))
        page.wait_for("document.querySelector('.optlearn-lab[data-settled=true]:not(.waiting)') !== null", 30)
        assert "after 500 steps" in page.evaluate(TEXT) or "diverged" in page.evaluate(TEXT)
        assert page.evaluate(PICTURE) > 1000


def test_the_kernel_says_the_same(page):
    assert page.evaluate(SAID).strip() == page.evaluate(TEXT)
