"""The live lab and the live race."""

from optlearn.live.lab import Lab, Snapshot
from optlearn.live.race import Race

__all__ = ["Lab", "Race", "Snapshot"]
