"""The pictures that move: `Lab`, an optimizer on a problem under sliders."""

from optlearn.live.lab import Lab

__all__ = ["Lab"]
