"""The browser's side of the lab as one text: its small modules put together, as anywidget wants them."""

from __future__ import annotations

import base64
import re
import zlib
from functools import cache
from pathlib import Path

IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function\*? (?=\w+\()|class (?=\w+ )|const (?=\w+ = ))(\w+))", re.MULTILINE
)
# Every lab is sent the whole text: without comments and indentation it is a third shorter.
COMMENT = re.compile(r"^[ \t]*/\*\*.*?\*/\n|^[ \t]*//[^\n]*\n|(?<=[;{,(]) //[^\n]*$", re.MULTILINE | re.DOTALL)
SPACE = re.compile(r"^[ \t]+|^\n", re.MULTILINE)


@cache
def bundle(entry: Path, exported: str = "render") -> str:
    """One module that exports `{ render }` by default, from a file and all that it imports.

    Only named imports and exports are understood, each import on lines of its own. Every file becomes
    a function that is called once, after those it imports, so names of one file stay unknown to others.

    Raises
    ------
    ValueError
        If files import each other in a ring, or one exports or imports in another way.
    """
    order: list[Path] = []
    _visit(entry.resolve(), order, ())
    names = {path: f"$file{number}" for number, path in enumerate(order)}
    parts = [_as_function(path, names) for path in order]
    return "\n".join([*parts, f"export default {{ {exported}: {names[order[-1]]}.{exported} }};\n"])


@cache
def packed(entry: Path) -> str:
    """A module that unpacks a bundle and is it: a third of the bytes. Jupyter compresses nothing on its way."""
    text = base64.b64encode(zlib.compress(bundle(entry).encode(), 9)).decode()
    return f"""const bytes = Uint8Array.from(atob("{text}"), (letter) => letter.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
const url = URL.createObjectURL(new Blob([await new Response(stream).text()], {{ type: "text/javascript" }}));
const module = await import(/* webpackIgnore: true */ url);
URL.revokeObjectURL(url);
export default module.default;
"""


def files(entry: Path) -> list[Path]:
    """A file and all that it imports, in the order in which they have to be read."""
    order: list[Path] = []
    _visit(entry.resolve(), order, ())
    return order


def _visit(path: Path, order: list[Path], above: tuple[Path, ...]) -> None:
    if path in above:
        raise ValueError(f"files import each other in a ring: {' -> '.join(p.name for p in (*above, path))}")
    for _, where in IMPORT.findall(path.read_text("utf-8")):
        if (imported := (path.parent / where).resolve()) not in order:
            _visit(imported, order, (*above, path))
    if path not in order:
        order.append(path)


def _as_function(path: Path, names: dict[Path, str]) -> str:
    text = path.read_text("utf-8")
    exported = EXPORT.findall(text)
    text = IMPORT.sub(lambda found: f"const {{{found[1]}}} = {names[(path.parent / found[2]).resolve()]};\n", text)
    text = EXPORT.sub("", text)
    if left := re.search(r"^(import|export (default|\*|\{|let|var)).*$", text, re.MULTILINE):
        raise ValueError(f"{path.name}: only named imports and exports can be put together, not {left[0]!r}.")
    code = SPACE.sub("", COMMENT.sub("", text))
    return f"// {path.name}\nconst {names[path]} = (() => {{\n{code}\nreturn {{ {', '.join(exported)} }};\n}})();\n"
