"""Labs on a page of their own whose kernel is this process: what the page says is heard when it is asked for."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from playwright.sync_api import Browser

from optlearn.live import Lab
from tests.browser.page import LabsAlone

CONNECT = """(model, index) => {
    window.outbox ??= [];
    const revived = (key, value) => {
        if (typeof value?.bytes !== 'string') return value;
        const bytes = Uint8Array.from(atob(value.bytes), (letter) => letter.charCodeAt(0));
        return new DataView(bytes.buffer);
    };
    const { set } = model;
    const changed = new Set();
    delete model.alone;
    model.set = (name, value) => (changed.add(name), set(name, value));
    model.save_changes = () => {
        window.outbox.push([index, Object.fromEntries([...changed].map((name) => [name, model.get(name)]))]);
        changed.clear();
    };
    model.take = (news) => Object.entries(JSON.parse(news, revived)).forEach(([name, value]) => set(name, value));
}"""


class LabsWithKernel(LabsAlone):
    """Some labs on a page; `wait_settled` lets page and kernel tell each other what they have to say."""

    connect = CONNECT

    def __init__(self, browser: Browser, *labs: Lab, **settings: Any):
        super().__init__(browser, *labs, **settings)
        self.labs = labs

    def talk(self) -> None:
        """Hear the page once, and answer it."""
        for index, said in self.page.evaluate("window.outbox.splice(0)"):
            lab, names = self.labs[index], self.labs[index].trait_names(sync=True)
            before = {name: getattr(lab, name) for name in names}
            lab.set_state(said)
            news = {name: getattr(lab, name) for name in names if getattr(lab, name) != said.get(name, before[name])}
            self.page.evaluate("([index, news]) => models[index].take(news)", [index, json.dumps(news, default=_bytes)])

    def wait_settled(self, index: int = 0) -> None:
        """Talk until the page waits for nothing."""
        root, until = self.lab(index).root, time.monotonic() + 30
        while root.get_attribute("data-settled") != "true" or self.page.evaluate("window.outbox.length"):
            assert time.monotonic() < until, "the page waits, and asks for nothing"
            self.talk()


def _bytes(value: bytes) -> dict[str, str]:
    return {"bytes": base64.b64encode(value).decode()}
