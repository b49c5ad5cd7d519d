"""The still picture of a lab: drawn by matplotlib from the kernel's own runs, as the browser draws them."""

from __future__ import annotations

import io
from collections.abc import Sequence

from matplotlib.figure import Figure
from PIL import Image

from optlearn import plotting
from optlearn.live.reduced import in_few_colors
from optlearn.plotting import Trace
from optlearn.run import Run

WIDTH = 1080
OTHERS = 6  # colours beside those of lines, letters and landscape: most of them lie between two of these


def still(
    runs: Sequence[Run],
    labels: Sequence[str],
    ghosts: Sequence[Run] = (),
    marks: Sequence[dict] = (),
    under: plotting.Under | None = None,
) -> bytes:
    """A small PNG of one or more runs on a problem, with pinned runs behind them, and what was pointed out.

    `under`: what the lab shows under the loss in place of the inside of the optimizer.
    """
    figure = Figure(plotting.SIZE, dpi=200)
    plotting.draw_overview(figure, runs, labels if len(runs) > 1 else None, ghosts, marks, under)
    return _small(figure)


def _small(figure: Figure) -> bytes:
    """A figure as a PNG of few colours, drawn twice as large: so it is sharp and small.

    Lines and landscape keep their colours, as little as there may be of one.
    """
    large, small = io.BytesIO(), io.BytesIO()
    figure.savefig(large, format="png", pil_kwargs={"compress_level": 1})
    image = Image.open(large).convert("RGB")
    size = (WIDTH, round(WIDTH * image.height / image.width))
    image = image.resize(size, Image.Resampling.LANCZOS)
    lines = {line.get_color() for line in figure.findobj(Trace)}
    reduced = in_few_colors(image, [*plotting.BAND_COLORS, *sorted(lines)], OTHERS)
    reduced.save(small, "png", optimize=True)
    return small.getvalue()
