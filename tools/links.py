"""What is wrong with the links of a folder of pages: targets that are not there, and requests to elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADS = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("video", "src")}
NO_REQUEST = {"canonical", "search", "index", "next", "prev", "author"}  # of <link rel=...>
IN_STYLES = re.compile(r"""(?:url\(|@import)\s*["']?([^"')\s]+)""")


class Page(HTMLParser):
    """The anchors of a page, and the addresses it links to and loads."""

    def __init__(self, text: str):
        super().__init__()
        self.anchors: set[str] = set()
        self.linked: list[str] = []
        self.loaded: list[str] = []
        self.labs = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        self.labs += given.get("class", "").split()[:2] == ["optlearn-live", "lab"]
        for name, value in given.items():
            if (tag, name) in LOADS and given.get("rel") not in NO_REQUEST:
                self.loaded.append(value)
            elif name == "href":
                self.linked.append(value)


def faults(site: Path) -> list[str]:
    """Every fault in words, none if all is well."""
    pages = {path: Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    found = [fault for path, page in pages.items() for fault in _faults_of(path, page, pages, site)]
    for path in sorted(site.rglob("*.css")):
        for address in IN_STYLES.findall(path.read_text("utf-8")):
            if urlsplit(address).scheme not in ("", "data"):
                found.append(f"{path.relative_to(site)} loads {address} from elsewhere")
    return found


def _faults_of(path: Path, page: Page, pages: dict[Path, Page], site: Path) -> Iterator[str]:
    name = path.relative_to(site)
    for address in page.loaded:
        if urlsplit(address).scheme not in ("", "data") or address.startswith("//"):
            yield f"{name} loads {address} from elsewhere"
    for address in {*page.linked, *page.loaded}:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not target.exists():
            yield f"{name} links to {address}, which is not there"
        elif parts.fragment.startswith("lab=") and target in pages:
            if int(parts.fragment[4:].split("&")[0]) > pages[target].labs:
                yield f"{name} links to {address}, and that page has no such lab"
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
            yield f"{name} links to {address}, and that page has no such place"
