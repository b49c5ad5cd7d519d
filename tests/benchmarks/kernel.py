"""A real Jupyter kernel, and how much memory it has to itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL

from jupyter_client.manager import start_new_kernel

ROOT = Path(__file__).parents[2]


class Kernel:
    """A kernel that runs code; see `kernel`."""

    def __init__(self, manager, client):
        self.pid = manager.provisioner.pid
        self._client = client

    def run(self, code: str, errors_allowed: bool = False) -> str:
        """Run one cell, with a front end that throws away all it is sent; returns what it printed."""
        printed: list[str] = []

        def hear(message: dict) -> None:
            if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
                printed.append(message["content"]["text"])

        reply = self._client.execute_interactive(code, output_hook=hear, timeout=600)["content"]
        if reply["status"] != "ok" and not errors_allowed:
            raise RuntimeError(f"{code}\n{reply.get('ename')}: {reply.get('evalue')}")
        return "".join(printed)

    def memory(self) -> dict[str, float]:
        """Megabytes: "private" (pages of its own, not backed by a file) and "resident" (with those shared)."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()[1:]
        sizes = {name.rstrip(":"): int(size) / 1024 for name, size, *_ in map(str.split, lines)}
        return {"private": sizes["Anonymous"], "resident": sizes["Rss"]}


@contextmanager
def kernel(folder: Path = ROOT) -> Iterator[Kernel]:
    """A fresh kernel of this Python, in this folder."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder), stdout=DEVNULL, stderr=DEVNULL)
    try:
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
