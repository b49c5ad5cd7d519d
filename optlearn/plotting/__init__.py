"""Still pictures of runs: the loss curve, the path on the landscape, and what is inside the optimizer.

Every function takes matplotlib axes, or makes its own, and returns them, as seaborn's do. Colours and
line styles mean the same everywhere: each optimizer has its own, and so has each parameter. The live lab
draws the same pictures in the browser.
"""

from optlearn.plotting.curves import inside, loss_curve, path, watched
from optlearn.plotting.family import family
from optlearn.plotting.landscape import BAND_COLORS, BANDS, landscape, levels
from optlearn.plotting.looks import (
    GHOST,
    LINE_STYLES,
    LOOKS,
    OWN,
    PALETTE,
    PARAMETER_COLORS,
    dashes_of,
    looks_of,
    parameter_style,
    set_theme,
    style,
    styles,
)
from optlearn.plotting.overview import SIZE, Panels, draw_overview, overview
from optlearn.plotting.quantities import RATE, quantities
from optlearn.plotting.scales import Scale, fitted, fitted_to_loss
from optlearn.plotting.trace import Trace
from optlearn.plotting.under import Cells, Under, draw_map, draw_rates

__all__ = [
    "BANDS", "BAND_COLORS", "GHOST", "LINE_STYLES", "LOOKS", "OWN", "PALETTE", "PARAMETER_COLORS", "RATE", "SIZE",
    "Cells", "Panels", "Scale", "Trace", "Under", "dashes_of", "draw_map", "draw_overview", "draw_rates", "family",
    "fitted", "fitted_to_loss", "inside", "landscape", "levels", "looks_of", "loss_curve", "overview",
    "parameter_style", "path", "quantities", "set_theme", "style", "styles", "watched",
]  # fmt: skip
