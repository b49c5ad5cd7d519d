"""Debian's Firefox, headless and as it is, driven by its own remote protocol (WebDriver BiDi) over one websocket."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import websocket

from tests.browser.harness import free_port

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
SECONDS = 120


@contextlib.contextmanager
def firefox(profile: Path) -> Iterator[FirefoxPage]:
    """One page in a Firefox of its own."""
    port = free_port()
    command = [FIREFOX, "--headless", "--no-remote", "--profile", str(profile), f"--remote-debugging-port={port}"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*command, "about:blank"], **quiet)
    page = None
    try:
        page = FirefoxPage(port)
        yield page
    finally:
        if page:
            page.close()
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


class FirefoxPage:
    """A page that can be opened, asked and touched."""

    def __init__(self, port: int):
        end = time.monotonic() + SECONDS
        while True:
            try:
                self.socket = websocket.create_connection(
                    f"ws://127.0.0.1:{port}/session", timeout=SECONDS, suppress_origin=True
                )
                break
            except (OSError, websocket.WebSocketException):
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
        self.count, self.errors = 0, []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        self.context = self.send("browsingContext.getTree")["contexts"][0]["context"]
        self.send("browsingContext.setViewport", context=self.context, viewport={"width": 1366, "height": 900})

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """One command, and its answer."""
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while True:
            said = json.loads(self.socket.recv())
            if said.get("method") == "log.entryAdded" and said["params"]["level"] == "error":
                self.errors.append(said["params"]["text"])
            if said.get("id") == self.count:
                if said["type"] == "error":
                    raise RuntimeError(f"{method}: {said['message']}")
                return said["result"]

    def goto(self, address: str) -> None:
        self.send("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """What some JavaScript comes to, awaited; it must be JSON-able."""
        text = f"(async () => JSON.stringify(await ({expression})) ?? 'null')()"
        where = {"context": self.context}
        result = self.send("script.evaluate", expression=text, target=where, awaitPromise=True)
        if result["type"] == "exception":
            raise RuntimeError(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    def wait_for(self, expression: str, seconds: float = SECONDS) -> None:
        """Wait until some JavaScript is true."""
        end = time.monotonic() + seconds
        while not self.evaluate(expression):
            if time.monotonic() > end:
                raise TimeoutError(expression)
            time.sleep(0.2)

    def drag(self, selector: str, across: float, down: float = 0.0) -> None:
        """Take hold of the middle of an element, and drag it by so many pixels."""
        box = f"document.querySelector({selector!r}).getBoundingClientRect()"
        x, y = self.evaluate(f"(b => [b.x + b.width / 2, b.y + b.height / 2])({box})")
        move = lambda share: {"type": "pointerMove", "x": round(x + share * across), "y": round(y + share * down)}  # noqa: E731
        moves = [move(k / 10) for k in range(11)]
        actions = [move(0), {"type": "pointerDown", "button": 0}, *moves, {"type": "pointerUp", "button": 0}]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": actions}
        self.send("input.performActions", context=self.context, actions=[mouse])

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.send("session.end")
        self.socket.close()
