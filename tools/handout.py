"""One page of the site as a single file, for a USB stick or a learning platform: everything it loads is put into it."""

from __future__ import annotations

import base64
import mimetypes
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

STYLE = re.compile(r'<link\b[^>]*\brel="stylesheet"[^>]*\bhref="([^"]+)"[^>]*/?>')
SCRIPT = re.compile(r'<script\b([^>]*)\bsrc="([^"]+)"([^>]*)></script>')
IMPORT = re.compile(r'^import (\w+) from "(\./[^"]+)";$', re.MULTILINE)
LATER = re.compile(r'\bimport\("(\./[^"]+)"\)')
IMAGE = re.compile(r'(<(?:img\b[^>]*\bsrc|link\b[^>]*\brel="(?:shortcut )?icon"[^>]*\bhref)=")([^"]+)(")')
IN_STYLE = re.compile(r'url\("([^":]+)"\)')
LINK = re.compile(r'(<a\b[^>]*\bhref=")([^"#]+)(#[^"]*)?(")')


def write(site: Path, name: str, target: Path) -> Path:
    """Put the page `name` of a site into one file; its links to other pages are taken out, their words stay."""
    page = site / f"{name}.html"
    text = page.read_text("utf-8")

    text = STYLE.sub(lambda found: f"<style>{_styles(_file(page, found[1]))}</style>", text)
    text = SCRIPT.sub(lambda found: f"<script{found[1]}{found[3]}>{_whole(page, found[2])}</script>", text)
    text = IMAGE.sub(lambda found: f"{found[1]}{_as_data(page, found[2])}{found[3]}", text)
    text = LINK.sub(lambda found: found[0] if urlsplit(found[2]).scheme else f"{found[1]}#{found[4]}", text)
    target.write_text(text, "utf-8")
    return target


def _styles(file: Path) -> str:
    """A style sheet with the fonts it loads in it."""
    return IN_STYLE.sub(lambda found: f'url("{_as_data(file, found[1])}")', file.read_text("utf-8"))


def _whole(page: Path, address: str) -> str:
    """A script with the modules it imports in place of the imports: from disk, a module can load no other."""
    file = _file(page, address)

    def imported(found: re.Match) -> str:
        text = (file.parent / found[2]).read_text("utf-8")
        return re.sub(r"^export default", f"const {found[1]} =", text, flags=re.M)

    def later(found: re.Match) -> str:
        text = (file.parent / found[1]).read_text("utf-8")
        name, value = re.fullmatch(r"export const (\w+)=(.*);\n", text).groups()
        return f"Promise.resolve({{ {name}: {value} }})"

    return LATER.sub(later, IMPORT.sub(imported, file.read_text("utf-8"))).replace("</script", "<\\/script")


def _file(page: Path, address: str) -> Path:
    return page.parent / unquote(urlsplit(address).path)


def _as_data(page: Path, address: str) -> str:
    if urlsplit(address).scheme:
        return address
    kind = mimetypes.guess_type(urlsplit(address).path)[0]
    return f"data:{kind};base64,{base64.b64encode(_file(page, address).read_bytes()).decode()}"
