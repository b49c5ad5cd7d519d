"""Pictures in few colours, so that they are small, in which lines and letters keep theirs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image

INK = ("white", "0.87", "0.7", "0.5", "0.33", "#222222", "black")  # letters, axes, and their soft edges


def in_few_colors(image: Image.Image, kept: Sequence[str], others: int) -> Image.Image:
    """An image in the colours that are `kept`, those of letters and axes, and so many `others` that it has most of.

    A thin line has few pixels: left to their number, it would be drawn in a colour between its own and another.
    """
    image = image.convert("RGB")
    own = [round(255 * part) for color in (*INK, *kept) for part in to_rgb(color)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([*own, *image.quantize(others, dither=Image.Dither.NONE).getpalette()])
    reduced = image.quantize(palette=palette, dither=Image.Dither.NONE)
    white = Image.fromarray((np.asarray(image) == 255).all(axis=2))  # which otherwise comes out as nearly white
    reduced.paste(0, mask=white)
    return reduced
