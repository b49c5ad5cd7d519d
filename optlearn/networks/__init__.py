"""Keras models trained by the hundred: every rate and every seed at once."""

from optlearn.networks.copies import Copies, Fits

__all__ = ["Copies", "Fits"]
