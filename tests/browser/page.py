"""Labs on a page of their own, with no kernel and no Jupyter: what the browser does alone can be tested in seconds."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from optlearn.live import Lab, lab
from optlearn.live.bundle import bundle
from tests.browser.harness import LabOnPage

FOLDER = Path(lab.__file__).parent
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>labs</title>
<style>{css} body {{ margin: 8px }}
@media (prefers-color-scheme: dark) {{ body {{ background: #111111; color: #eeeeee }} }}</style>
<body><main><h1>Labs</h1></main><script type="module">
{script}
window.close_ = [];
window.models = {pages}.map((lab, index) => {{
  const el = document.createElement("div");
  document.querySelector("main").append(el);
  const [model, close] = labs.mount(lab, el, (model) => window.connect?.(model, index));
  window.close_.push(close);
  return model;
}});
</script></body></html>"""


def page_of(*labs: Lab) -> str:
    """A page with some labs, as HTML."""
    script = bundle(Path(__file__).with_name("labs.js"), "mount").replace("export default {", "const labs = {")
    pages = json.dumps([each.page() for each in labs]).replace("</", "<\\/")
    return PAGE.format(css=(FOLDER / "lab.css").read_text("utf-8"), script=script, pages=pages)


class LabsAlone:
    """A page of labs, open in a browser; what goes wrong on it is in `problems`."""

    connect = "null"  # JavaScript: a function that is given each model and its place, before its lab is made

    def __init__(self, browser: Browser, *labs: Lab, size=(1366, 768), **settings):
        viewport = {"width": size[0], "height": size[1]}
        self.context: BrowserContext = browser.new_context(viewport=viewport, **settings)
        self.page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        self.page.on("console", lambda said: said.type == "error" and self.problems.append(f"console: {said.text}"))
        self.page.evaluate(f"() => {{ window.connect = {self.connect}; }}")
        self.page.set_content(page_of(*labs))
        self.page.wait_for_function("window.models")

    def __enter__(self) -> LabsAlone:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def lab(self, index: int = 0) -> LabOnPage:
        root = self.page.locator(".optlearn-lab").nth(index)
        root.scroll_into_view_if_needed()
        return LabOnPage(root)
