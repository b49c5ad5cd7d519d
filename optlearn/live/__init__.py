"""The live lab and the live race."""

from optlearn.live.lab import Lab
from optlearn.live.race import Race
from optlearn.live.snapshot import Snapshot

__all__ = ["Lab", "Race", "Snapshot"]
