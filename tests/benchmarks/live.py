"""The live lab: making it in the kernel, gesture to frame in a real browser, and "Run all" to a lab one can drag."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from optlearn import optimizers
from optlearn.live import Lab, Race
from optlearn.optimizers import SGD, Adam, Momentum
from optlearn.problems import ParabolaFit
from tests.benchmarks import notebooks
from tests.benchmarks.kernel import kernel
from tests.benchmarks.table import Row
from tests.browser.harness import CHROMIUM, NOTEBOOKS, LabOnPage, NotebookPage, chromium, delayed, server
from tests.browser.page import LabsAlone

PAGE = Path(__file__).with_name("page.js").read_text()
BARE = Path(__file__).with_name("bare.html").read_text()
LEAST = "a bare page, with one rectangle"  # what the browser itself takes
DELAYS = (0, 0.2)
STOPS = 41
FRAME = {"median": 16.7, "p95": 33}
SHUT_DOWN = "jupyterapp.shell.currentWidget.sessionContext.shutdown()"
LAB_SHOWN, INTERACT_SHOWN = ".optlearn-lab .text", ".widget-interact img"


def rows(quick: bool) -> Iterator[tuple[str, Iterable[Row]]]:
    """The rows of this part, under their titles."""
    pairs = [(kind.__name__, "ParabolaFit") for kind in optimizers.ALL] + [("Adam", "Ravine")]
    made = (row for pair in (pairs[:2] if quick else pairs) for row in making_rows(*pair, 5 if quick else 20))
    yield "`Lab(...)` in the kernel, and bytes to the browser; before: 470 to 520 ms, 50 to 266 KB at every rest", made
    if not CHROMIUM:
        yield "no Chromium was found: nothing measured in the browser", []
        return
    with tempfile.TemporaryDirectory() as name, server(folder := Path(name)) as address, chromium() as browser:
        for delay in DELAYS:
            with delayed(address, delay) as there:
                yield (
                    f"event to painted frame, {1000 * delay:.0f} ms of network delay, Chromium {browser.version}",
                    frame_rows(browser, there, folder, delay, quick),
                )
        yield (
            "no kernel at all: a map of 64 x 64 runs of 500 steps, and a race, anew for each start",
            anew_rows(browser, quick),
        )
        yield '"Run all" to a draggable lab, kernel already started', run_all_rows(browser, address, folder, quick)


def making_rows(optimizer: str, problem: str, count: int) -> list[Row]:
    """A lab: time to make it, and bytes."""
    with kernel() as there:
        there.run("from tests.benchmarks.making import measure")
        found = json.loads(there.run(f"print(measure({optimizer!r}, {problem!r}, {count}))"))
    what = f"{optimizer} on {problem}"
    return [
        Row(what, found["make"], "ms", found["draw"], "matplotlib picture of one stop", median=150),
        Row(f"{what}, to be dragged", found["first"], "KB", median=60),
        Row(f"{what}, the other problems of the list", found["rest"], "KB"),
        Row(f"{what}, at a rest", found["stop"], "KB", median=1),
    ]


def frame_rows(browser: Browser, address: str, folder: Path, delay: float, quick: bool) -> list[Row]:
    """Our slider, those of ipympl, of `interact` and of a bare page, in turn; then the start, and other problems."""
    rounds, own, theirs = (1, 40, 10) if quick else (3, 80, 20)
    pause = 300 + 2000 * delay  # so that nothing of the last tick is under way
    with ExitStack() as stack:
        pages = [
            stack.enter_context(_open(browser, address, notebooks.write(folder / f"{word}-{delay}-ticks.ipynb", cells)))
            for word, cells in (("lab", notebooks.LAB), ("ipympl", notebooks.IPYMPL), ("interact", notebooks.INTERACT))
        ]
        lab, (ipympl, interact), bare = pages[0].lab(), pages[1:], stack.enter_context(_bare(browser))
        took: dict[str, list[float]] = defaultdict(list)
        for _ in range(rounds):
            took["tap"] += tap(lab, own)
            took["ipympl"] += usual_ticks(ipympl, "bench.drawn('.jupyter-matplotlib')", theirs, pause)
            took["held"] += hold(lab, own)
            took["interact"] += usual_ticks(interact, "bench.replaced('.widget-interact')", theirs, pause)
            took["mouse"] += drag(lab, 2 * own)
            took["bare, held"] += hold(bare, own)
            took["bare, mouse"] += drag(bare, 2 * own)
        start = drag_start(lab, rounds * 15, pause)
        chosen = choose(lab, rounds * 17)
        pages[0].shut_down_kernel()
        alone = hold(lab, own), choose(lab, 17)
        problems = [problem for page in pages for problem in page.errors()]
        assert not problems, problems
    return [
        Row("arrow key, 3 to 8 a second", took["tap"], "ms", took["ipympl"], "ipympl, set_data + draw_idle", **FRAME),
        Row("the same", took["tap"], "ms", took["interact"], "interact, inline figure"),
        Row("arrow key held down, 30 a second", took["held"], "ms", took["bare, held"], LEAST, **FRAME),
        Row("mouse drag", took["mouse"], "ms", took["bare, mouse"], LEAST, **FRAME),
        Row("start dragged; before: 61 ms, at 200 ms of delay 250", start, **FRAME),
        Row("another problem; before: 300 ms and more", chosen, **FRAME),
        Row("no kernel: arrow key held down; before: one slider of two", alone[0], **FRAME),
        Row("no kernel: another problem; before: dead", alone[1], **FRAME),
    ]


@contextmanager
def _open(browser: Browser, address: str, notebook: str) -> Iterator[NotebookPage]:
    """A notebook, run, with the stop watch on its page. The kernel ends afterwards."""
    with NotebookPage(browser, address, notebook, size=(1366, 1000)) as there:
        there.run_all()
        there.page.wait_for_timeout(2000)
        there.page.evaluate(PAGE)
        there.page.evaluate("bench.record()")
        yield there
        there.page.evaluate(SHUT_DOWN)


@contextmanager
def _bare(browser: Browser) -> Iterator[LabOnPage]:
    """A page that does next to nothing when its slider moves."""
    page = browser.new_page(viewport={"width": 1366, "height": 1000})
    page.set_content(BARE)
    page.evaluate(PAGE)
    page.evaluate("bench.record()")
    yield LabOnPage(page.locator(".optlearn-lab"))
    page.close()


def tap(lab: LabOnPage, count: int) -> list[float]:
    """Arrow keys at the pace of a hand, over all stops and back."""
    return _keys(lab, count, lambda: lab.page.wait_for_timeout(random.uniform(125, 333)))


def hold(lab: LabOnPage, count: int) -> list[float]:
    """Arrow keys as a keyboard repeats them."""
    return _keys(lab, count, lambda: lab.page.wait_for_timeout(33))


def _keys(lab: LabOnPage, count: int, wait) -> list[float]:
    lab.slider("learning_rate").press("Home")
    lab.wait_settled()
    lab.page.evaluate("bench.times = []")
    for number in range(count):
        before = lab.text
        lab.page.keyboard.press(_key(number))
        wait()
        assert lab.text != before, f"nothing changed: {before}"
    return _recorded(lab, count)


def drag(lab: LabOnPage, count: int) -> list[float]:
    """The thumb dragged over all stops and back, by a mouse whose moves are not in step with the frames."""
    lab.slider("learning_rate").press("Home")
    lab.wait_settled()
    lab.page.evaluate("bench.times = []")
    before, mouse, box = lab.picture(), lab.page.mouse, lab.slider("learning_rate").bounding_box()
    x, y = box["x"] + 8, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    for number in range(count):
        share = 1 - abs(1 - 2 * number / count)
        mouse.move(x + share * (box["width"] - 16), y)
        lab.page.wait_for_timeout(random.uniform(2, 18))
        if number == count // 2:
            assert lab.picture() != before, "the picture did not change"
    mouse.up()
    return _recorded(lab, count // 3)


def _recorded(lab: LabOnPage, at_least: int) -> list[float]:
    lab.wait_settled()
    times = lab.page.evaluate("bench.times")
    assert len(times) >= at_least, f"{len(times)} of {at_least} ticks were seen"
    return times


def usual_ticks(notebook: NotebookPage, changed: str, count: int, pause: float) -> list[float]:
    """Arrow keys on a slider of ipywidgets, each after the last has come to rest."""
    page, times = notebook.page, []
    page.locator(".noUi-handle").press("Home")
    page.wait_for_timeout(2000)
    for number in range(count):
        page.evaluate(f"bench.start('keydown', {changed})")
        page.keyboard.press(_key(number))
        times.append(page.evaluate("bench.result"))
        page.wait_for_timeout(pause + random.uniform(0, 50))
    return times


def _key(number: int) -> str:
    """From the first stop to the last and back, and so on."""
    return "ArrowRight" if number % (2 * STOPS - 2) < STOPS - 1 else "ArrowLeft"


def drag_start(lab: LabOnPage, count: int, pause: float) -> list[float]:
    """The start point dragged in small moves, each after the last has come to rest."""
    box, times = lab.root.locator(".start").bounding_box(), []
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.wait_for_timeout(1000 + pause)
    for number in range(count):
        lab.page.evaluate(f"bench.start('pointermove', bench.rewritten('{LAB_SHOWN}'))")
        lab.page.mouse.move(x + 5 * (number % 20 + 1), y + 3 * (number % 20 + 1))
        times.append(lab.page.evaluate("bench.result"))
        lab.page.wait_for_timeout(pause + random.uniform(0, 50))
    lab.page.mouse.up()
    lab.wait_settled()
    return times


def choose(lab: LabOnPage, count: int) -> list[float]:
    """One problem of the list after the other, at a rate with which each says something else."""
    lab.slider("learning_rate").press("Home")
    lab.wait_settled()
    names, times = lab.root.locator("select.problem option").all_text_contents(), []
    now = lab.root.locator("select.problem").evaluate("select => select.selectedIndex")
    for number in range(now, now + count):
        lab.page.evaluate(f"bench.start('change', bench.rewritten('{LAB_SHOWN}'))")
        lab.choose(names[(number + 1) % len(names)])
        times.append(lab.page.evaluate("bench.result"))
        lab.page.wait_for_timeout(random.uniform(100, 200))
    return times


def anew_rows(browser: Browser, quick: bool) -> Iterator[Row]:
    """The start moved by key: from the key to the frame that shows all that hangs on it."""
    rates, count = {"learning_rate": (1e-4, 1e-2)}, 10 if quick else 40
    labs = [
        Lab(Momentum(0.001), ParabolaFit(), ranges=rates, map=("learning_rate", "momentum")),
        Lab(Adam(0.1), ParabolaFit(), map=("learning_rate", "beta_2")),
        Race([SGD(), Momentum(), Adam()], ParabolaFit()),
    ]
    with LabsAlone(browser, *labs, size=(1366, 1000)) as there:
        there.page.evaluate(PAGE)
        budgets = {"Momentum, map": {"median": 33}, "Adam, map": {"median": 66}, "race of three": FRAME}
        for index, (what, budget) in enumerate(budgets.items()):
            there.lab(index)
            for _ in range(3):  # what runs for the first times is slow
                there.page.evaluate("given => bench.anew(...given)", [index, 0])
            times = [there.page.evaluate("given => bench.anew(...given)", [index, number]) for number in range(count)]
            yield Row(f"{what}: start moved by key", times, **budget)
        assert there.problems == []


def run_all_rows(browser: Browser, address: str, folder: Path, quick: bool) -> list[Row]:
    """A notebook of two cells beside one with `interact`, in turn; and every notebook of the project with a lab."""
    rounds = 1 if quick else 5
    lab, interact = [], []
    for number in range(rounds):
        name = notebooks.write(folder / f"lab-{number}.ipynb", notebooks.LAB)
        lab.append(seconds_to(browser, address, name, LAB_SHOWN))
        name = notebooks.write(folder / f"interact-{number}.ipynb", notebooks.INTERACT)
        interact.append(seconds_to(browser, address, name, INTERACT_SHOWN))
    yield Row("import cell + Lab cell", lab, "s", interact, "import cell + interact, inline figure", median=5)
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if "Lab(" in path.read_text():
            shutil.copy(path, folder)
            times = [seconds_to(browser, address, path.name, LAB_SHOWN) for _ in range(min(rounds, 3))]
            yield Row(path.name, times, "s", median=5)


def seconds_to(browser: Browser, address: str, notebook: str, selector: str) -> float:
    """From the command "run all cells" until the page shows something there. The kernel ends afterwards."""
    with NotebookPage(browser, address, notebook) as there:
        there.wait_idle()
        there.page.wait_for_timeout(1000)
        there.page.evaluate(PAGE)
        milliseconds = there.page.evaluate(f"bench.runAll({selector!r})")
        there.page.evaluate(SHUT_DOWN)
    return milliseconds / 1000
