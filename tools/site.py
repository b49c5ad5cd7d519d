"""Make the course as static pages, in build/site: any web server can serve them, and nothing is fetched.

python tools/site.py                        all pages
python tools/site.py --handout 02_momentum  one page as a single file, build/02_momentum.html
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import html
import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from sphinx.cmd.build import build_main

from optlearn.live.page import MIME, common

sys.path.insert(0, str(Path(__file__).parent))

import alive  # noqa: E402
import first_cell  # noqa: E402
import handout  # noqa: E402
import links  # noqa: E402
import live_parts  # noqa: E402
import pictures  # noqa: E402
import weights  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
SOURCES, SITE = ROOT / "build" / "pages", ROOT / "build" / "site"
TO_ITSELF = re.compile(r"\[Open the page[^\]]*\]\([^)]*\) · ")  # what `make badge` writes for those who are elsewhere
ACCESSIBLE = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="lessons">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="on this page">',
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
}
PRINTED = re.compile(
    r'(<div class="output (?:stream|text_plain)[^"]*)("><div class="highlight"><pre[^>]*>)(.*?)</pre>', re.DOTALL
)
TAG = re.compile("<[^>]+>")
COLUMNS = re.compile(r"\S {2,}\S")
CELL = re.compile(r"<td>.*?</td>", re.DOTALL)
NAME = re.compile(r'(?<=<span class="pre">)[^<]+|(?<=>)\d\d_\w+(?=<)')
INSIDE = re.compile(r"([(=_,]|\.(?=[a-z]))(?=\w)")  # where a name may be broken, in the narrow column of a table
EMPTY_HEAD = re.compile(r'<th class="head[^"]*"><p></p></th>')
MAIN = '<article role="main" id="furo-main-content">'


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the course as static pages.")
    parser.add_argument("--handout", metavar="NOTEBOOK", help="one page as a single file, such as 02_momentum")
    chosen = parser.parse_args()
    begin = time.monotonic()
    names = sorted(path.stem for path in ROOT.glob("notebooks/*.ipynb"))
    if chosen.handout and chosen.handout not in names:
        print(f"There is no notebook {chosen.handout}. There are: {', '.join(names)}.")
        return 1
    print("Making the pages from the stored notebooks.", flush=True)
    gather()
    if build_main(["-q", "-W", "--keep-going", "-j", "2", "-b", "html", str(SOURCES), str(SITE)]):
        return 1
    shutil.copytree(
        ROOT / "notebooks", SITE / "notebooks", ignore=shutil.ignore_patterns(".*")
    )  # for who wants the files
    live_parts.write(SITE / "_static")
    for path in SITE.glob("*.html"):
        path.write_text(pictures.sized(in_words(accessible(path.read_text("utf-8"))), SITE), "utf-8")
    faults = links.faults(SITE)
    print(weights.table(SITE))
    print("\n".join(faults) or f"build/site: {len(names)} lessons in {time.monotonic() - begin:.0f} s.")
    if chosen.handout:
        file = handout.write(SITE, chosen.handout, ROOT / "build" / f"{chosen.handout}.html")
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1000:.0f} KB, one file that opens from disk.")
    return 1 if faults else 0


def gather() -> None:
    """Put what Sphinx reads into one folder: the pages of docs/, and the notebooks as pages."""
    for folder in (SOURCES, SITE):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "docs", SOURCES)
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        page = as_page(nbformat.read(path, as_version=4))
        (SOURCES / path.name).write_text(nbformat.writes(page), "utf-8")
    (SOURCES / "alive").mkdir()
    for name, thing in alive.things().items():
        data = thing._repr_mimebundle_()[0]
        parts = parts_of([data[MIME]]) if data[MIME]["kind"] == "lab" else ""
        (SOURCES / "alive" / f"{name}.html").write_text(live_place(data) + parts, "utf-8")


def as_page(notebook: NotebookNode) -> NotebookNode:
    """A notebook as Sphinx shall show it: folded where it is folded, alive where it can be."""
    alive = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            cell.source = cell.source.replace("](../docs/", "](")  # the pages of docs/ stand beside it
            cell.source = TO_ITSELF.sub("", cell.source)
            continue
        if first_cell.is_first_cell(cell):  # a page has nothing to install
            cell.metadata.tags = ["remove-cell"]
        elif cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata.tags = [*cell.metadata.get("tags", []), "hide-input"]
        for output in cell.outputs:
            data = output.get("data", {})
            if MIME in data:
                alive.append(data[MIME])
                data["text/html"] = live_place(data)
                for other in (MIME, "image/png", "text/plain"):
                    data.pop(other, None)
    if alive:
        last = next(cell for cell in reversed(notebook.cells) if cell.cell_type == "code" and cell.outputs)
        last.outputs.append(nbformat.v4.new_output("display_data", {"text/html": parts_of(alive)}))
    return notebook


def accessible(page: str) -> str:
    """A page in which headings have levels, landmarks names, what scrolls the keyboard, and names may be broken."""
    for old, new in ACCESSIBLE.items():
        page = page.replace(old, new)
    page = EMPTY_HEAD.sub("<td></td>", page)
    page = CELL.sub(lambda cell: NAME.sub(lambda name: INSIDE.sub(r"\1<wbr>", name[0]), cell[0]), page)
    return page if "<h1" in page else page.replace(MAIN, f"{MAIN}<h1>Search</h1>")


def in_words(page: str) -> str:
    """A page in which what is printed without columns is marked as words, which may go on in the next line."""

    def marked(printed: re.Match) -> str:
        kind, between, text = printed.groups()
        has_columns = COLUMNS.search(TAG.sub("", text))
        return printed[0] if has_columns else f"{kind} said-in-words{between}{text}</pre>"

    return PRINTED.sub(marked, page)


def parts_of(alive: list[dict]) -> str:
    """What the labs of a page need at once of the shared parts; the others are loaded while somebody reads."""
    wanted = {
        key for spec in alive for name, trait in spec["traits"].items() if name != "rest" for key in keys_in(trait)
    }
    parts = {key: part for key, part in common().items() if key in wanted}
    return f'<script type="application/json" id="optlearn-parts">{as_script(parts)}</script>'


def keys_in(trait: object) -> Iterator[str]:
    """The keys of parts in a trait."""
    if isinstance(trait, dict) and isinstance(trait.get("part"), str):
        yield trait["part"]
    elif isinstance(trait, dict | list):
        for each in trait.values() if isinstance(trait, dict) else trait:
            yield from keys_in(each)


def as_script(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def live_place(data: dict) -> str:
    """Where `page.js` puts a live picture; until then, and where there is no script, the still one."""
    still = still_picture(data) if "image/png" in data else data.get("text/html", "")
    spec = as_script(data[MIME])
    return (
        f'<div class="optlearn-live {data[MIME]["kind"]}"><script type="application/json">{spec}</script>{still}</div>'
    )


def still_picture(data: dict) -> str:
    png = base64.b64decode(data["image/png"])
    name = f"{hashlib.sha256(png).hexdigest()[:16]}.png"
    stills = SOURCES / "static" / "stills"
    stills.mkdir(exist_ok=True)
    (stills / name).write_bytes(png)
    alt = html.escape(data["text/plain"], quote=True)
    return f'<img alt="{alt}" src="_static/stills/{name}" loading="lazy"><p class="on-paper">{alt}</p>'


if __name__ == "__main__":
    sys.exit(main())
