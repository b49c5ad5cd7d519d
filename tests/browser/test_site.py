"""The pages, with the network cut: everything on them moves with no kernel behind it, and nobody is asked."""

from __future__ import annotations

import functools
import html
import http.server
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from fontTools.ttLib import TTFont

from optlearn.live.page import MIME
from tests import needs
from tests.browser.firefox import firefox
from tests.browser.harness import LabOnPage

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from first_cell import is_first_cell  # noqa: E402
from mathfont import as_variable  # noqa: E402

SITE = ROOT / "build" / "site"
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
LESSONS = [path.stem for path in NOTEBOOKS]
OTHERS = ["index", "refresher", "teaching", "ninety", "exercises", "solutions", "notation", "keras", "search"]
OF_AXE = {"exclude": [["math"], [".highlight pre > span"]]}  # thousands of elements: one page is checked with them
TOUCH = Path(__file__).with_name("lesson.js").read_text("utf-8").split("\n", 1)[1]


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


@pytest.fixture(scope="module")
def window(browser, address):
    """A page of a browser that may ask nobody but the folder; what goes wrong in it is kept."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.wrong = []
    page.on("requestfailed", lambda request: None if broken_off(request) else page.wrong.append(request.url))
    page.on("response", lambda response: page.wrong.append(response.url) if response.status >= 400 else None)
    page.on("console", lambda message: page.wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("request", lambda request: page.wrong.append(request.url) if not ours(request.url, address) else None)
    yield page
    context.close()


@pytest.fixture
def page(window):
    assert window.wrong == []  # nothing has come late
    yield window
    wrong = list(window.wrong)
    window.wrong.clear()
    assert wrong == []


def broken_off(request) -> bool:
    """Whether the test itself went on to another page before this had come: often the icon."""
    return request.failure == "net::ERR_ABORTED"


def ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:", "file:"))


def expected(name: str) -> dict[str, int]:
    cells = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells
    outputs = [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]
    kinds = [output.data[MIME]["kind"] for output in outputs if MIME in output.get("data", {})]
    return {"labs": kinds.count("lab"), "predictions": kinds.count("predict"), "challenges": kinds.count("challenge")}


def violations(page, where) -> list[tuple[str, list[str]]]:
    """What axe finds."""
    found = Axe().run(page, where, {"resultTypes": ["violations"]}).response["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found]


def drag(lab) -> None:
    """Move the first slider of a lab by key; the line of text follows at once, and tells of a number."""
    slider = lab.locator(".slider input").first
    before = lab.locator(".text").inner_text()
    slider.focus()
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    after = lab.locator(".text").inner_text()
    assert "after" in before or "diverged" in before
    assert after != before


@pytest.mark.parametrize("name", LESSONS)
def test_everything_on_a_lesson_is_alive_and_axe_finds_nothing(page, address, name):
    page.goto(f"{address}/{name}.html")
    told = page.evaluate(TOUCH)
    assert told["wrong"] == []
    counts = expected(name)
    assert {kind: told[kind] for kind in counts} == counts
    assert min(counts.values()) >= 1
    assert violations(page, None if name == "01_sgd" else OF_AXE) == []


@pytest.mark.parametrize("name", OTHERS)
def test_so_is_every_other_page(page, address, name):
    page.goto(f"{address}/{name}.html")
    told = page.evaluate(TOUCH)
    assert told["wrong"] == []
    assert told["labs"] == (name in ("index", "refresher"))
    assert told["predictions"] == (4 if name == "refresher" else 0)
    assert violations(page, OF_AXE) == []


@needs.mark("firefox")
def test_everything_is_alive_in_firefox(address, tmp_path):
    with firefox(tmp_path) as page:
        for name in ["index", *LESSONS]:
            page.goto(f"{address}/{name}.html")
            told = page.evaluate(f"({TOUCH})()")
            assert (name, told["wrong"]) == (name, [])
            if name != "index":
                assert {kind: told[kind] for kind in expected(name)} == expected(name)
        assert page.errors == []


# ---- what stays


def test_an_answer_is_kept_by_the_page_and_pointed_out_in_its_lab(page, address):
    page.goto(f"{address}/02_momentum.html")
    page.evaluate("localStorage.clear()")  # of what was met on other pages
    page.reload()
    place = page.locator(".optlearn-live.predict").filter(has_text="When is β = 0.99 there?")
    place.scroll_into_view_if_needed()
    question = place.locator(".optlearn-practice")
    question.locator(".option").nth(1).click()
    assert question.locator(".verdict").inner_text() == "Not B: it is A."
    assert "β = 0.99:" in page.locator(".optlearn-lab .text").first.text_content()
    page.reload()
    place.scroll_into_view_if_needed()
    question.locator(".verdict.wrong").wait_for()
    assert question.locator(".verdict").inner_text() == "Not B: it is A."
    line = page.locator(".progress .verdict")
    page.locator(".optlearn-live.progress").scroll_into_view_if_needed()
    line.wait_for()
    assert line.inner_text().startswith("1 of ")
    page.get_by_role("button", name="forget my answers").click()
    assert line.inner_text().startswith("0 of ")
    assert question.locator(".verdict").text_content() == ""
    assert page.evaluate("localStorage.length") == 0


def test_an_answer_that_is_no_number_is_told_so_and_can_be_given_anew(page, address):
    page.goto(f"{address}/01_sgd.html")
    place = page.locator(".optlearn-live.predict").filter(has_text="At what share of its limit")
    place.scroll_into_view_if_needed()
    question = place.locator(".optlearn-practice")
    question.locator("input").fill("many")
    question.locator("input").press("Enter")
    assert question.locator(".verdict").inner_text().startswith("'many' is not a number.")
    question.locator("input").fill("1")
    question.locator("input").press("Enter")
    assert question.locator(".verdict.right, .verdict.wrong").count() == 1


def test_a_challenge_is_met_by_dragging_and_stays_met(page, address):
    page.goto(f"{address}/01_sgd.html")
    challenge = page.locator(".challenge.optlearn-practice").first
    page.locator(".optlearn-live.challenge").first.scroll_into_view_if_needed()
    challenge.wait_for()
    assert challenge.locator(".verdict").inner_text().startswith("Not yet: ")
    lab = LabOnPage(page.locator(".optlearn-lab").first)
    page.evaluate(
        """([lab, wanted]) => {
            const slider = lab.querySelector("[data-name=learning_rate]");
            for (let stop = Number(slider.max); stop >= 0; stop--) {
                slider.value = stop;
                slider.dispatchEvent(new Event("input", { bubbles: true }));
                if (lab.querySelector(".notes").textContent.includes(wanted)) break;
            }
            slider.dispatchEvent(new Event("change", { bubbles: true }));
        }""",
        [lab.root.element_handle(), "Met"],
    )
    assert challenge.locator(".verdict").inner_text().startswith("✓ Met: η = 0.002")
    page.reload()
    page.locator(".optlearn-live.challenge").first.scroll_into_view_if_needed()
    challenge.locator(".verdict.right").wait_for()
    assert challenge.locator(".verdict").inner_text().startswith("✓ Met before. Not yet: ")
    page.evaluate("localStorage.clear()")


def test_a_page_whose_browser_keeps_nothing_works_all_the_same(browser, address):
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page = context.new_page()
    page.goto(f"{address}/02_momentum.html")
    told = page.evaluate(TOUCH)
    assert told["wrong"] == []
    context.close()


# ---- a state in the address

READ = """lab => {
    const canvas = lab.querySelector("canvas.over");
    return {
        text: lab.querySelector(".text").textContent,
        sliders: [...lab.querySelectorAll("input[type=range]")].map(({ value }) => value),
        values: [...lab.querySelectorAll(".value")].map(({ textContent }) => textContent),
        problem: lab.querySelector("select").value, step: lab.querySelector(".step").textContent,
        pin: lab.querySelector(".pin").title, open: [...lab.querySelectorAll("details[open]")].length,
        start: lab.querySelector(".start").getAttribute("aria-label"),
        table: lab.querySelector(".tables").textContent, picture: canvas.toDataURL(),
    };
}"""


def test_a_link_restores_everything_that_was_changed(page, address):
    page.goto(f"{address}/02_momentum.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    root = page.locator(".optlearn-lab").first
    root.wait_for()
    lab = LabOnPage(root)
    fresh = root.evaluate(READ)
    lab.choose("Ravine")
    lab.move("learning_rate", 7)
    lab.drag_start(60, -30)
    root.locator(".pin").click()
    for name in lab.sliders:
        lab.move(name, 11)
    lab.drag_start(-31, 17)
    root.locator(".apart summary").click()
    root.locator(".scrubber").evaluate("s => { s.value = 37; s.dispatchEvent(new Event('input')); }")
    root.locator(".link").click()
    root.locator(".copied").filter(has_text="copied").wait_for()
    changed = root.evaluate(READ)
    assert changed["step"] == "step 37"
    assert not {name for name in changed if changed[name] == fresh[name]}
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    page.goto("about:blank")
    page.goto(link)
    root.wait_for()
    page.wait_for_function("document.querySelector('.optlearn-lab details').open")
    page.wait_for_timeout(200)  # what opens tells so later
    found = root.evaluate(READ)
    assert {name: found[name] for name in found if found[name] != changed[name]} == {}
    assert page.locator(".optlearn-address").count() == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda link: link.replace("lab=1", "lab=99"), "the page has no lab 99"),
        (lambda link: link.replace("momentum=", "friction="), "there is no friction here"),
        (lambda link: link.replace("momentum=0.9", "momentum=7"), "momentum = 7 is not on its slider"),
        (lambda link: link.replace("momentum=0.9", "momentum=much"), "momentum = much is no number"),
        (lambda link: link.replace("ParabolaFit", "Parabola"), "there is no problem Parabola here"),
        (lambda link: link.replace("start=", "start=1%2C"), "is no start"),
        (lambda link: link.replace("&step=", "&step=9"), "there is no step"),
        (lambda link: link.replace("&steps=", "&steps=1"), "it is about 1"),
        (lambda link: link + "&pin=%7B", "its pinned run is none"),
        (lambda link: link[:40], "it is about no steps"),
    ],
)
def test_an_address_that_is_not_understood_is_ignored_and_a_line_says_so(page, address, change, said):
    good = "#lab=1&problem=ParabolaFit&start=-2%2C2&steps=150&step=20&learning_rate=0.001&momentum=0.9"
    page.goto("about:blank")
    page.goto(f"{address}/02_momentum.html{good}")
    assert page.locator(".optlearn-lab .step").first.text_content() == "step 20"
    assert page.locator(".optlearn-address").count() == 0
    text = page.locator(".optlearn-lab .text").first.text_content()
    page.evaluate("address => (location.hash = address)", change(good))
    line = page.locator(".optlearn-address")
    line.wait_for()
    assert line.inner_text().startswith("The address of this page is not understood, and ignored: ")
    assert said in line.inner_text()
    assert page.locator(".optlearn-lab .text").first.text_content() == text


def test_the_teachers_links_are_understood_and_bring_their_lab_into_view(page, address):
    pages = ["teaching", "ninety", "refresher"]
    found = [re.findall(r'href="([^"]+#lab=[^"]+)"', (SITE / f"{name}.html").read_text("utf-8")) for name in pages]
    links = {link.split("&amp;")[0]: html.unescape(link) for each in found for link in each}  # one for each lab
    assert len(links) >= 25
    for link in links.values():
        page.goto("about:blank")
        page.goto(f"{address}/{link}")
        wanted = dict(each.split("=") for each in link.split("#")[1].split("&"))
        lab = page.locator(".optlearn-live.lab").nth(int(wanted["lab"]) - 1)
        lab.locator(".link").wait_for()
        assert page.locator(".optlearn-address").count() == 0, link
        assert lab.locator(".step").inner_text() == f"step {wanted['step']}"
        assert lab.locator("select").input_value() == wanted["problem"]
        assert lab.locator("details[open]").count() == ("open" in wanted)
        assert abs(lab.bounding_box()["y"]) < 300, link  # not quite 0: what is above it comes to life, and grows


def test_a_link_to_a_section_ends_there_whatever_comes_to_life_on_the_way(page, address):
    for link, title in (
        ("07_adam.html#it-does-not-come-to-rest", "It does not come"),
        ("00_start_here.html#the-loss", "The loss"),
    ):
        page.goto("about:blank")
        page.goto(f"{address}/{link}")
        page.locator(".optlearn-live.alive").first.wait_for(state="attached")
        page.wait_for_timeout(500)  # what is near comes to life, and changes the height of the page
        assert 0 <= page.get_by_role("heading", name=title, exact=False).bounding_box()["y"] < 400


def test_the_address_of_a_section_is_left_alone(page, address):
    page.goto(f"{address}/02_momentum.html#in-keras")
    page.locator(".optlearn-lab").first.wait_for()
    assert page.locator(".optlearn-address").count() == 0


# ---- what is seen


def test_a_dark_page_is_printed_on_white(page, address):
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/refresher.html")
    page.locator(".optlearn-live.lab").scroll_into_view_if_needed()
    lab = page.locator(".optlearn-lab")
    lab.wait_for()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.locator(".optlearn-lab:not(.dark)").wait_for()
    assert "dark" not in lab.get_attribute("class").split()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.locator(".optlearn-lab.dark").wait_for()
    page.emulate_media(color_scheme="light")


PAPER = """() => {
    const shown = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
    return {
        over: shown(".skip-to-content, footer").length, starts: shown(".optlearn-lab .start").length,
        buttons: shown("main :is(button, summary):not(.start, .option)").map(({ textContent }) => textContent),
        cut: shown("pre").filter((pre) => pre.scrollWidth > pre.clientWidth + 1).length,
        flat: shown(".optlearn-lab canvas").filter((canvas) => getComputedStyle(canvas).opacity === "1").length,
        questions: shown(".optlearn-live.predict .option, .optlearn-live.predict input").length,
        asleep: shown(".optlearn-live.lab > img").map(
            (still) => still.nextElementSibling.checkVisibility() && still.complete),
    };
}"""


def on_paper(page) -> dict:
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.wait_for_function("[...document.images].every(({ loading, complete }) => loading !== 'lazy' || complete)")
    found = page.evaluate(PAPER)
    page.emulate_media(media="screen")
    return found


def test_on_paper_a_page_is_whole_and_nothing_lies_over_it(page, address):
    page.goto(f"{address}/13_lion.html")
    for place in page.locator(".optlearn-live.lab").all():
        place.scroll_into_view_if_needed()
        place.locator(".optlearn-lab").wait_for()
    whole = {"over": 0, "starts": 2, "buttons": [], "cut": 0, "flat": 0, "questions": 7, "asleep": []}
    assert on_paper(page) == whole


def test_a_lab_that_has_not_come_to_life_is_on_paper_as_its_still_picture_with_what_it_says(page, address):
    page.goto(f"{address}/02_momentum.html")  # with a map, which comes later than the print
    page.locator(".optlearn-lab").first.wait_for()
    page.evaluate("document.querySelectorAll('.optlearn-live.lab > img').forEach((still) => (still.loading = 'eager'))")
    found = on_paper(page)
    assert (found["starts"], found["asleep"]) == (1, [True, True, True])
    assert found["questions"] > 6
    assert page.locator(".on-paper").first.is_hidden()


def test_a_sentence_that_is_printed_is_read_whole_and_a_table_of_numbers_keeps_its_lines(browser, address):
    told = """() => [...document.querySelectorAll(".output pre")].map((pre) => [
        pre.textContent, pre.scrollWidth > pre.clientWidth + 1, getComputedStyle(pre).whiteSpace])"""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page, seen = context.new_page(), set()
    for name in ("02_momentum", "07_adam", "20_compare", "25_clipping"):
        page.goto(f"{address}/{name}.html")
        for text, cut, spaces in page.evaluate(told):
            columns = bool(re.search(r"\S {2,}\S", text))
            assert spaces == ("pre" if columns else "pre-wrap"), text
            assert columns or not cut, text
            seen.add(columns)
    assert seen == {True, False}
    context.close()


def test_nothing_is_wider_than_a_sheet_of_paper(browser, address):
    context = browser.new_context(viewport={"width": 718, "height": 1000})  # A4, less a centimetre on either side
    page = context.new_page()
    wide = """() => [...document.querySelectorAll(".table-wrapper, pre, div.math, .drawn")]
        .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent.slice(0, 80))"""
    for name in [*LESSONS, *OTHERS]:
        page.goto(f"{address}/{name}.html")
        page.emulate_media(media="print")
        assert (name, page.evaluate(wide)) == (name, [])
    context.close()


def test_formulas_are_set_in_the_font_that_comes_with_the_pages(page, address):
    page.goto(f"{address}/07_adam.html")
    page.locator("math").first.scroll_into_view_if_needed()
    page.wait_for_function(
        "[...document.fonts].some(({ family, status }) => family === 'formulas' && status === 'loaded')"
    )


def test_a_formula_does_not_scroll_up_and_down_nor_lose_its_full_stop_to_the_next_line(page, address):
    for name in ("16_muon", "24_batch_size", "33_beyond"):
        page.goto(f"{address}/{name}.html")
        high = "div => div.scrollHeight > div.clientHeight"
        assert page.evaluate(f"[...document.querySelectorAll('div.math')].filter({high}).length") == 0
        lone = "m => /^[,.;:)]/.test(m.nextSibling?.data ?? '') && !m.closest('.together')"
        assert page.evaluate(f"[...document.querySelectorAll('math')].filter({lone}).length") == 0


# ---- files


def test_a_page_opened_from_disk_works_as_a_handout(page, made, tmp_path):
    file = shutil.copy(ROOT / "build" / "01_sgd.html", tmp_path)
    page.goto(Path(file).as_uri())
    lab = page.locator(".optlearn-live .optlearn-lab").first
    lab.wait_for()
    drag(lab)
    assert [each for each in page.evaluate(TOUCH)["wrong"] if not each.startswith("file:")] == []


def test_other_problems_of_a_lab_are_loaded_while_somebody_reads(page, address):
    page.goto(f"{address}/index.html")
    lab = LabOnPage(page.locator(".optlearn-lab").first)
    page.wait_for_function("performance.getEntriesByType('resource').some(({ name }) => name.endsWith('parts.js'))")
    before = lab.text
    lab.choose("Rosenbrock")
    page.wait_for_function(
        "([root, old]) => root.querySelector('.text').textContent !== old", arg=[lab.root.element_handle(), before]
    )


def test_the_pages_have_the_formulas_as_mathematics(made):
    for name in LESSONS:
        formulas = re.findall(r"<math\b.*?</math>", (SITE / f"{name}.html").read_text("utf-8"), re.DOTALL)
        texts = [text for formula in formulas for text in re.findall(r">([^<]+)<", formula)]
        assert len(formulas) > 20 or name != "07_adam"
        assert len(texts) > 30 or name in ("20_compare", "22_schedules", "30_mistakes", "32_choosing"), name
        assert [text for text in texts if "\\" in text or text.strip() == "&"] == [], f"{name}: LaTeX is left in it"
        assert not any(re.search(r"<msup>(?:(?!</msup>).)*<mi>&#x0203", formula) for formula in formulas), name


def test_every_sign_of_every_formula_is_in_the_font_that_comes_with_the_pages(made):
    known = TTFont(SITE / "_static" / "math.woff").getBestCmap().keys()
    for page in SITE.glob("*.html"):
        formulas = re.findall(r"<math\b.*?</math>", page.read_text("utf-8"), re.DOTALL)
        texts = [html.unescape(text) for text in re.findall(r">([^<]+)<", "".join(formulas))]
        variables = [as_variable(text) for text in texts if len(text) == 1]  # browsers show a lone letter as one
        missing = {sign for sign in "".join([*texts, *variables]) if sign.strip() and ord(sign) not in known}
        assert missing == set(), f"{page.name}: python tools/mathfont.py, with these among its signs"


@pytest.mark.parametrize("name", ["02_momentum", "31_curves"])
def test_a_page_has_the_code_of_its_notebook_and_no_element_for_what_looks_like_plain_text(made, name):
    cells = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells
    wanted = [cell.source for cell in cells if cell.cell_type == "code" and not is_first_cell(cell)]
    blocks = re.findall(
        r'class="highlight-python notranslate"><div class="highlight"><pre[^>]*>(.*?)</pre>',
        (SITE / f"{name}.html").read_text("utf-8"),
        re.DOTALL,
    )
    written = [html.unescape(re.sub(r"<[^>]+>", "", block)).strip() for block in blocks]
    assert [source for source in wanted if source.strip() not in written] == []
    assert not any(re.search(r'<span class="[np]">', block) for block in blocks)


def test_pictures_have_a_size_and_words_before_they_come_in(made):
    for name in LESSONS:
        images = re.findall(r"<img\b[^>]*_images/[^>]*>", (SITE / f"{name}.html").read_text("utf-8"))
        assert all(re.search(r' width="\d+" height="\d+"', image) for image in images), name
        assert not any('alt="_images' in image for image in images), name


@pytest.mark.parametrize("name", ["02_momentum", "notation", "teaching"])
@pytest.mark.parametrize("width", [390, 768])
def test_a_page_is_no_wider_than_its_window(browser, address, name, width):
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/{name}.html")
    page.evaluate(TOUCH)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sliders = page.locator(".optlearn-lab .slider input").all()
    assert all(slider.bounding_box()["width"] >= 200 for slider in sliders)
    context.close()


def test_every_page_says_which_version_it_is_of(made):
    from optlearn import __version__

    for path in SITE.glob("*.html"):
        assert f"optlearn {__version__}" in path.read_text("utf-8"), path.name


def test_a_page_is_light_before_its_first_drag(made):
    """As a server sends it that compresses; the front page also from one that does not."""
    rows = [line.split("|")[1:5] for line in made.splitlines() if line.startswith("| ") and "KB" not in line]
    weights = {name.strip(): [float(each) for each in numbers] for name, *numbers in rows}
    assert weights.keys() == {*LESSONS, *OTHERS}
    assert max(compressed for _, compressed, _ in weights.values()) <= 200
    assert weights["index"][0] <= 400
