"""What each page of a site weighs: before the first drag, and with all that it ever loads."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from handout import IMPORT, IN_STYLE, LATER

LOADED = re.compile(r'<(?:script\b[^>]*\bsrc|link\b[^>]*\brel="stylesheet"[^>]*\bhref)="([^"]+)"')
PICTURE = re.compile(r'<img\b[^>]*\bsrc="([^"]+)"')


def table(site: Path) -> str:
    """Kilobytes of every page: as they are on disk, and as a server sends them that compresses."""
    lines = [
        "| page | before the first drag, KB | compressed, KB | with all pictures and problems, KB |",
        "|---|---|---|---|",
    ]
    for page in sorted(site.glob("*.html")):
        first, later = files(page)
        sizes = [sum(len(file.read_bytes()) for file in first), sum(map(compressed, first))]
        sizes.append(sizes[0] + sum(file.stat().st_size for file in later))
        lines.append(f"| {page.stem} | " + " | ".join(f"{size / 1000:.0f}" for size in sizes) + " |")
    return "\n".join(lines)


def files(page: Path) -> tuple[list[Path], list[Path]]:
    """What a page needs before its first lab can be dragged, and what comes later: pictures, and other problems."""
    text = page.read_text("utf-8")
    first = [page, *(_file(page, address) for address in LOADED.findall(text))]
    for sheet in [file for file in first if file.suffix == ".css"]:
        first += [_file(sheet, address) for address in IN_STYLE.findall(sheet.read_text("utf-8"))]
    later = [_file(page, address) for address in PICTURE.findall(text) if not address.startswith("data:")]
    for script in [file for file in first if file.suffix == ".js"]:
        code = script.read_text("utf-8")
        first += [_file(script, address) for _, address in IMPORT.findall(code)]
        later += [_file(script, address) for address in LATER.findall(code)]
    return list(dict.fromkeys(first)), list(dict.fromkeys(later))


def compressed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 6))


def _file(page: Path, address: str) -> Path:
    return (page.parent / unquote(urlsplit(address).path)).resolve()
