"""The pictures that move: `Lab`, an optimizer on a problem under sliders, and `Race`, several against each other."""

from optlearn.live.lab import Lab
from optlearn.live.race import Race

__all__ = ["Lab", "Race"]
