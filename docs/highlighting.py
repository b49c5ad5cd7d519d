"""Code in pages with fewer elements: what has the colour of plain text is plain text, and a lesson half as large."""

from __future__ import annotations

from pygments.filter import Filter
from pygments.lexers import PythonLexer
from pygments.token import Name, Punctuation, Text
from sphinx.application import Sphinx

PLAIN = {Name, Punctuation}


class AsText(Filter):
    """Neighbours are put together as well."""

    def filter(self, lexer, stream):
        text = ""
        for kind, value in stream:
            if kind in PLAIN or kind in Text:
                text += value
                continue
            if text:
                yield Text, text
            text = ""
            yield kind, value
        if text:
            yield Text, text


class Python(PythonLexer):
    def __init__(self, **options):
        super().__init__(**options)
        self.add_filter(AsText())


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_lexer("python", Python)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
