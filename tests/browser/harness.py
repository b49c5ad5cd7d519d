"""A real Jupyter server, a real Chromium, and a network as slow as you like between the two."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect, sync_playwright

from tests import needs

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHROMIUM = needs.path("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RUN_ALL_SECONDS = 300
OF_NOTEBOOK_7 = "Cannot read properties of undefined (reading 'schema')"  # it throws this for an empty notebook, too


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def server(folder: Path, app: str = "lab") -> Iterator[str]:
    """Serve a folder with `jupyter lab`, `notebook` or `voila`, with settings of its own; yields the address."""
    port = free_port()
    home = folder / ".jupyter-of-the-test"
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "-m"]
    if app == "voila":
        command += ["voila", f"--port={port}", "--no-browser", "--Voila.ip=127.0.0.1", str(folder)]
    else:
        command += [
            {"lab": "jupyterlab", "notebook": "notebook"}[app],
            f"--ServerApp.port={port}",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.root_dir={folder}",
            "--ServerApp.open_browser=False",
            "--ServerApp.allow_root=True",
            "--IdentityProvider.token=",
            "--ServerApp.disable_check_xsrf=True",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
        ]
    quiet = home / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True, exist_ok=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    log = (home / f"{app}.log").open("wb")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, process, Path(log.name))
        yield address
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        log.close()


def wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=5).close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text()}")


@contextlib.contextmanager
def delayed(address: str, seconds: float) -> Iterator[str]:
    """The same server through a TCP proxy that holds every chunk back, half the delay in each direction."""
    if seconds == 0:
        yield address
        return
    port = int(address.rsplit(":", 1)[1])
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def pump(reader, writer):
        queue: asyncio.Queue = asyncio.Queue()

        async def read():
            while data := await reader.read(65536):
                queue.put_nowait((loop.time() + seconds / 2, data))
            queue.put_nowait((loop.time() + seconds / 2, b""))

        async def write():
            while True:
                due, data = await queue.get()
                await asyncio.sleep(due - loop.time())
                if not data:
                    return writer.close()
                writer.write(data)
                await writer.drain()

        with contextlib.suppress(ConnectionError):
            await asyncio.gather(read(), write())

    async def connect(reader, writer):
        with contextlib.suppress(asyncio.CancelledError, ConnectionError), contextlib.ExitStack() as stack:
            stack.callback(writer.transport.abort)
            there, back = await asyncio.open_connection("127.0.0.1", port)
            stack.callback(back.transport.abort)
            await asyncio.gather(pump(reader, back), pump(there, writer))

    proxy = asyncio.run_coroutine_threadsafe(asyncio.start_server(connect, "127.0.0.1", 0), loop).result(10)
    try:
        yield f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(proxy.close)
        asyncio.run_coroutine_threadsafe(_cancel_all(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0.01)  # for the sockets to close: else Python warns of each


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


# Whether something is where it was when this was asked last: pictures that come in above move what is below, and take
# from under a mouse what it drags.
RESTS = """element => {
    const { top } = element.getBoundingClientRect();
    const rests = element.top === top;
    element.top = top;
    return rests;
}"""


class NotebookPage:
    """One notebook, open in JupyterLab, Notebook 7 or Voilà."""

    def __init__(
        self, browser: Browser | BrowserContext, address: str, notebook: str, app="lab", size=(1366, 768), at=""
    ):
        viewport = {"width": size[0], "height": size[1]}
        is_open = isinstance(browser, BrowserContext)  # of somebody who has logged in
        self.page: Page = browser.new_page() if is_open else browser.new_page(viewport=viewport)
        self.page.set_default_timeout(60_000)  # for machines that have much else to do
        self.page.set_default_navigation_timeout(150_000)  # Voilà runs the whole notebook first
        self.problems: list[str] = []
        self.page.on("pageerror", self._hear_error)
        self.page.on("console", self._hear)
        paths = {"lab": "/lab/tree/", "notebook": "/notebooks/", "voila": "/voila/render/"}
        path = paths[app] + notebook if notebook else "/lab"
        self.page.goto(address + at + path + ("?reset" if app == "lab" else ""))

    def _hear_error(self, error) -> None:
        if str(error) != OF_NOTEBOOK_7:
            self.problems.append(f"page error: {error}")

    def _hear(self, message) -> None:
        if message.type == "error" and "optlearn" in message.text.lower():
            self.problems.append(f"console: {message.text}")

    def __enter__(self) -> NotebookPage:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Error):  # the page may have crashed; its kernel then ends with the server
            self.page.evaluate("window.jupyterapp?.shell?.currentWidget?.sessionContext?.shutdown()")
        self.page.close()

    def turn_to(self, notebook: str) -> None:
        """Open another notebook in place of this one, whose kernel ends: JupyterLab itself is not loaded again."""
        self.problems.clear()
        self.page.wait_for_function("window.jupyterapp !== undefined")
        self.page.evaluate(
            """async path => {
                const { commands, shell, restored } = jupyterapp;
                await restored;
                const before = shell.currentWidget;
                await before?.sessionContext?.shutdown();
                before?.dispose();
                await commands.execute('docmanager:open', { path });
            }""",
            notebook,
        )
        self.wait_idle()

    def run_all(self) -> None:
        """Run every cell and wait until the last has finished, or one has failed."""
        self.wait_idle()
        self.page.evaluate(
            """() => {
                window.ran = false;
                jupyterapp.commands.execute('notebook:run-all-cells').finally(() => { window.ran = true; });
            }"""
        )
        self.page.wait_for_function("window.ran", timeout=RUN_ALL_SECONDS * 1000)

    def wait_idle(self) -> None:
        """Wait for the kernel: before it is there, running all cells silently does nothing."""
        self.page.wait_for_function(
            """() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'""",
            timeout=60_000,
        )

    def execute(self, code: str) -> str:
        """Run code in the notebook's kernel, though in no cell; returns what it prints."""
        return self.page.evaluate(
            """async code => {
                const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const future = kernel.requestExecute({ code });
                let printed = '';
                future.onIOPub = message => { printed += message.content.text ?? ''; };
                const { content } = await future.done;
                if (content.status !== 'ok') throw new Error(`${content.ename}: ${content.evalue}`);
                return printed;
            }""",
            code,
        )

    def shut_down_kernel(self) -> None:
        """End the kernel, for good."""
        self.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.wait_for_function("!jupyterapp.shell.currentWidget.sessionContext.session?.kernel")

    def errors(self) -> list[str]:
        """Errors of cells, of the page, and alerts of labs: all that should not be there."""
        cells = self.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr'], .jp-mod-error")
        alerts = self.page.locator(".optlearn-lab .alert:not(:empty)")
        return self.problems + self._red_outputs() + cells.all_inner_texts() + alerts.all_inner_texts()

    def _red_outputs(self) -> list[str]:
        """What went wrong in cells, by the notebook's own record: those out of sight may not be on the page."""
        return self.page.evaluate(
            """() => {
                const cells = Array.from(window.jupyterapp?.shell?.currentWidget?.content?.model?.cells ?? []);
                const outputs = cells.flatMap(cell => cell.outputs?.toJSON() ?? []);
                return outputs.filter(o => o.output_type === 'error' || o.name === 'stderr')
                    .map(o => o.text ?? `${o.ename}: ${o.evalue}`).map(text => [text].flat().join(''));
            }"""
        )

    @property
    def labs(self) -> int:
        """How many labs there are on the page."""
        return self.page.locator(".optlearn-lab").count()

    def lab(self, index: int = 0) -> LabOnPage:
        """The lab with this number on the page, scrolled into view."""
        root = self.page.locator(".optlearn-lab").nth(index)
        root.wait_for(timeout=60_000)
        root.scroll_into_view_if_needed()
        self.page.wait_for_function(RESTS, arg=root.element_handle(), polling=200)
        lab = LabOnPage(root)
        lab.wait_settled()
        return lab


class LabOnPage:
    """A lab as a reader meets it: sliders, a picture, buttons, a line of text."""

    def __init__(self, root: Locator):
        self.root = root
        self.page = root.page
        self.text_line = root.locator(".text").first
        self.over = root.locator("canvas.over")

    def slider(self, name: str) -> Locator:
        return self.root.locator(f"input[data-name='{name}']")

    @property
    def sliders(self) -> list[str]:
        return [slider.get_attribute("data-name") for slider in self.root.locator(".slider input").all()]

    @property
    def text(self) -> str:
        """The line under the picture, also while JupyterLab has put the cell out of sight."""
        return self.text_line.text_content()

    @property
    def start(self) -> Locator:
        """The handle of the start point."""
        return self.root.locator(".start")

    def value(self, name: str) -> str:
        """The number beside a slider."""
        return self.slider(name).locator("xpath=..").locator(".value").inner_text()

    def picture(self) -> str:
        """What the moving layer shows, as a data URL: two are equal only if the pictures are."""
        return self.over.evaluate("canvas => canvas.toDataURL()")

    def ink(self, layer: str = "over") -> int:
        """How many pixels of a layer are not empty."""
        return self.root.locator(f"canvas.{layer}").evaluate(
            """canvas => {
                const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                return new Uint32Array(data.buffer).filter(pixel => pixel !== 0).length;
            }"""
        )

    def watch(self) -> None:
        """From now on note what is on screen as soon as an `input` event has been handled."""
        self.root.evaluate(
            """root => {
                const canvas = root.querySelector('canvas.over');
                const picture = () => {
                    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                    return new Uint32Array(data.buffer).reduce((hash, pixel) => Math.imul(hash ^ pixel, 16777619), 1);
                };
                root.seen = [];
                if (root.watched) return;
                root.watched = true;
                root.addEventListener('input', ({ target }) => root.seen.push({
                    stop: Number(target.value), text: root.querySelector('.text').textContent, picture: picture(),
                    waiting: root.classList.contains('waiting'),
                }));
            }"""
        )

    def seen(self) -> list[dict]:
        """What was on screen after each `input` event since `watch`: stop, text, picture, waiting."""
        return self.root.evaluate("root => root.seen")

    def move(self, name: str, to: int) -> dict:
        """Put a slider to a stop by one `input` event; what is on screen before anything else can happen."""
        return self._move(name, [to])[-1]

    def walk(self, name: str, stride: int = 4) -> list[dict]:
        """Put a slider to every so many of its stops, from the first to the last, and back to where it was."""
        last, before = (int(self.slider(name).evaluate(f"slider => slider.{of}")) for of in ("max", "value"))
        return self._move(name, [*range(0, last + 1, stride), before])[:-1]

    def _move(self, name: str, stops: list[int]) -> list[dict]:
        self.watch()
        self.root.evaluate(
            """(root, [name, stops]) => {
                const slider = root.querySelector(`input[data-name='${name}']`);
                root.seen = [];
                for (const stop of stops) {
                    slider.value = stop;
                    slider.dispatchEvent(new Event('input', { bubbles: true }));
                }
            }""",
            [name, stops],
        )
        return self.seen()

    def drag(self, name: str, to: float, steps: int = 12, first: float | None = None) -> None:
        """Drag a slider's thumb with the mouse to a share (0 to 1) of its way; first, in one move, to another."""
        slider, thumb = self.slider(name), 16
        at, last, width, height = slider.evaluate(
            "s => [Number(s.value), Number(s.max), s.clientWidth, s.clientHeight]"
        )
        x = lambda share: thumb / 2 + share * (width - thumb)  # noqa: E731
        for _ in range(10):
            slider.hover(position={"x": x(at / last), "y": height / 2})  # waits until the page no longer moves
            box = slider.bounding_box()
            self.page.mouse.down()
            if slider.evaluate("slider => slider.matches(':active')"):
                break  # else a picture has come in above, and pushed the slider from under the mouse
            self.page.mouse.up()
        if first is not None:
            self.page.mouse.move(box["x"] + x(first), box["y"] + height / 2)
        self.page.mouse.move(box["x"] + x(to), box["y"] + height / 2, steps=steps)
        self.page.mouse.up()

    def drag_start(self, across: float, down: float, steps: int = 12) -> None:
        """Drag the start by so many pixels."""
        self.start.hover()
        box = self.start.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.down()
        self.page.mouse.move(x + across, y + down, steps=steps)
        self.page.mouse.up()

    def choose(self, problem: str) -> None:
        self.root.locator("select.problem").select_option(problem)

    def press(self, name: str, key: str, times: int = 1) -> None:
        """Move a slider by the keyboard."""
        for _ in range(times):
            self.slider(name).press(key)

    def wait_settled(self) -> None:
        """Wait until the picture is that of all controls, and the kernel was told of them."""
        self.root.and_(self.page.locator("[data-settled=true]:not(.waiting)")).wait_for(timeout=30_000)


def in_step(page: NotebookPage, lab: LabOnPage, wanted=lambda state: True, name: str = "lab") -> dict:
    """Wait until the page and the kernel are of one state, and of the one that is wanted; it is returned."""
    names = ("text", "values", "start", "problem", "steps", "step", "pinned")
    until = time.monotonic() + 20
    while True:
        lab.wait_settled()
        state = json.loads(page.execute(f"import json; print(json.dumps({{n: getattr({name}, n) for n in {names}}}))"))
        if (lab.text == state["text"] and wanted(state)) or time.monotonic() > until:
            break  # what the page has sent may be on its way, behind what was asked here
    expect(lab.text_line).to_have_text(state["text"])
    return state
