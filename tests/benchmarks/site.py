"""The pages without a kernel: what comes before the first drag, how soon that is, and how soon a gesture is painted."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from tests.benchmarks.table import Row
from tests.browser.harness import CHROMIUM, chromium

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build" / "site"
SLOWER = 4  # times
PAGES = ("index", "01_sgd", "02_momentum", "07_adam", "20_compare")
FRAME = {"median": 16.7, "p95": 33}
# From the beginning of the navigation to the painted frame of the first drag, and the bytes that have come by then.
FIRST_DRAG = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const place = () => document.querySelector(".optlearn-live.lab");
    while (!place()) await frame();
    place().scrollIntoView({ block: "center" });
    while (!document.querySelector(".optlearn-lab .text")?.textContent) await frame();
    const slider = document.querySelector(".optlearn-lab .slider input");
    const text = document.querySelector(".optlearn-lab .text");
    const before = text.textContent;
    if (slider) slider.value = Number(slider.value) - 3;
    slider?.dispatchEvent(new Event("input", { bubbles: true }));
    const left = new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true });
    if (!slider) document.querySelector(".start").dispatchEvent(left);
    if (text.textContent === before) throw new Error("nothing moved");
    await frame();
    await new Promise((done) => setTimeout(done));
    const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return { ms: performance.now(), bytes: all.reduce((sum, { transferSize }) => sum + transferSize, 0) };
}"""
GESTURES = """async ([kind, count]) => {
    const lab = document.querySelector(".optlearn-lab");
    const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))));
    const found = [];
    for (let k = 0; k < count; k++) {
        await painted();
        const begin = performance.now();
        if (kind === "slider") {
            const slider = lab.querySelector(".slider input");
            slider.value = (7 * k) % Number(slider.max);
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        } else if (kind === "problem") {
            const list = lab.querySelector("select");
            list.selectedIndex = k % list.options.length;
            list.dispatchEvent(new Event("change"));
        } else {
            const key = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"][k % 4];
            lab.querySelector(kind).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        }
        found.push((await painted()) - begin);
    }
    return found;
}"""


def rows(quick: bool) -> Iterator[tuple[str, Iterable[Row]]]:
    """The rows of this part, under their titles."""
    if not CHROMIUM:
        yield "no Chromium was found: nothing measured on the pages", []
        return
    made = subprocess.run([sys.executable, ROOT / "tools" / "site.py"], capture_output=True, text=True, check=True)
    print(made.stdout)
    with served() as address, chromium() as browser:
        title = (
            f"a page, cold: to the painted frame of the first drag, on a processor {SLOWER} x slower, sent compressed"
        )
        yield title, cold_rows(browser, address, 3 if quick else 9)
        yield "gesture to painted frame on a page with no kernel", gesture_rows(browser, address, 20 if quick else 80)


def cold_rows(browser: Browser, address: str, count: int) -> Iterator[Row]:
    for name in PAGES:
        found = [cold(browser, f"{address}/{name}.html") for _ in range(count)]
        yield Row(f"{name}, to the first drag", [each["ms"] / 1000 for each in found], "s", median=2)
        yield Row(f"{name}, on the wire until then", [each["bytes"] / 1000 for each in found], "KB", median=400)


def cold(browser: Browser, address: str) -> dict[str, float]:
    """One visit, with nothing kept from the last."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    found = page.evaluate(FIRST_DRAG)
    context.close()
    return found


def gesture_rows(browser: Browser, address: str, count: int) -> Iterator[Row]:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    for name, what, kind in (
        ("02_momentum", "a slider", "slider"),
        ("02_momentum", "the start", ".start"),
        ("02_momentum", "another problem", "problem"),
        ("index", "the map", ".pad"),
    ):
        page.goto(f"{address}/{name}.html")
        page.locator(".optlearn-live.lab").first.scroll_into_view_if_needed()
        page.locator(".optlearn-lab").first.wait_for()
        page.wait_for_timeout(1000)
        yield Row(f"{name}, {what}", page.evaluate(GESTURES, [kind, count]), **FRAME)


@contextmanager
def served() -> Iterator[str]:
    """The site, as a web server sends it: compressed."""

    class Compressing(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *given):
            pass

        def do_GET(self):
            file = Path(self.translate_path(self.path))
            if file.suffix not in (".html", ".js", ".css", ".svg") or not file.is_file():
                return super().do_GET()
            body = compressed(file)
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(str(file)))
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):  # the page was closed
                self.wfile.write(body)
            return None

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Compressing, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@functools.cache
def compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), 6)
