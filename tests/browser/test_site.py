"""The pages, with the network cut: every lab moves with no kernel behind it, and nothing is asked of anybody."""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build" / "site"
PAGES = ["index", "01_sgd", "02_momentum", "07_adam", "20_compare"]


@pytest.fixture(scope="module")
def made():
    """The site, made once; with a hand-out of one page."""
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "site.py", "--handout", "01_sgd"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def address(made):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser, address):
    """A page of a browser that may ask nobody but the folder; what goes wrong in it is kept."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.wrong = []
    page.on("requestfailed", lambda request: page.wrong.append(request.url))
    page.on("console", lambda message: page.wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("request", lambda request: page.wrong.append(request.url) if not ours(request.url, address) else None)
    yield page
    assert page.wrong == []
    context.close()


def ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:", "file:"))


def drag(page, lab) -> None:
    """Move the first slider of a lab by key; the line of text follows at once, and tells of a number."""
    slider = lab.locator(".slider input").first
    before = lab.locator(".text").inner_text()
    slider.focus()
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    after = lab.locator(".text").inner_text()
    assert "after" in before or "diverged" in before
    assert after != before


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_every_lab_of_a_page_moves(page, address, name):
    page.goto(f"{address}/{name}.html")
    places = page.locator(".optlearn-live")
    for i in range(places.count()):
        places.nth(i).scroll_into_view_if_needed()
        lab = places.nth(i).locator(".optlearn-lab")
        lab.wait_for()
        if lab.locator(".slider").count():
            drag(page, lab)
    assert name != "index" or places.count() == 1


@pytest.mark.browser
def test_a_page_opened_from_disk_works_as_a_handout(page, made, tmp_path):
    file = shutil.copy(ROOT / "build" / "01_sgd.html", tmp_path)
    page.goto(Path(file).as_uri())
    lab = page.locator(".optlearn-live .optlearn-lab").first
    lab.wait_for()
    drag(page, lab)


def test_the_pages_have_the_formulas_as_mathematics(made):
    text = (SITE / "07_adam.html").read_text("utf-8")
    assert text.count("<math") > 20
    assert "\\frac" not in text.split("<article")[1].split("annotation")[0]


def test_every_page_says_which_version_it_is_of(made):
    from optlearn import __version__

    for path in SITE.glob("*.html"):
        assert f"optlearn {__version__}" in path.read_text("utf-8"), path.name
