"""The still picture of a lab: drawn by matplotlib from the kernel's own runs, as the browser draws them."""

from __future__ import annotations

import io
from collections.abc import Sequence

from matplotlib.figure import Figure
from PIL import Image

from optlearn import plotting
from optlearn.run import Run

WIDTH = 1080
COLORS = 32


def still(runs: Sequence[Run], labels: Sequence[str], ghosts: Sequence[Run] = (), marks: Sequence[dict] = ()) -> bytes:
    """A small PNG of one or more runs on a problem, with pinned runs behind them, and what was pointed out."""
    figure = Figure(plotting.SIZE, dpi=200)
    plotting.draw_overview(figure, runs, labels if len(runs) > 1 else None, ghosts, marks)
    return _small(figure)


def _small(figure: Figure) -> bytes:
    """A figure as a PNG of few colours, drawn twice as large: so it is sharp and small."""
    large, small = io.BytesIO(), io.BytesIO()
    figure.savefig(large, format="png", pil_kwargs={"compress_level": 1})
    image = Image.open(large).convert("RGB")
    size = (WIDTH, round(WIDTH * image.height / image.width))
    image = image.resize(size, Image.Resampling.LANCZOS).quantize(COLORS, dither=Image.Dither.NONE)
    image.save(small, "png", optimize=True)
    return small.getvalue()
