"""The pictures of a page: they keep their room before they come in, and stay legible on a phone."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

DRAWN = re.compile(r'<img alt="_images/[^"]*" src="(_images/[^"]+)"[^>]*>')
WORDS = "what the code above it draws"
WIDE = 650  # pixels: a narrower picture is legible on a phone as a whole
LEGIBLE = 0.62  # the least share of its own size at which a wide one is shown: beyond that it is moved sideways


def sized(page: str, site: Path) -> str:
    """A page whose drawn pictures have a size and words in place of the name of their file."""
    return DRAWN.sub(lambda found: _sized(found[1], site), page)


def _sized(source: str, site: Path) -> str:
    width, height = Image.open(site / source).size
    least = f' style="--legible: {LEGIBLE * width:.0f}px"' if width > WIDE else ""
    image = f'<img alt="{WORDS}" src="{source}" width="{width}" height="{height}"{least}>'
    return f'<div class="drawn" tabindex="0">{image}</div>' if least else image
