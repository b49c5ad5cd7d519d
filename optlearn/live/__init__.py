"""The live lab and the live race; and a bar for what takes its time."""

from optlearn.live.bar import Bar
from optlearn.live.lab import Lab
from optlearn.live.race import Race
from optlearn.live.snapshot import Snapshot

__all__ = ["Bar", "Lab", "Race", "Snapshot"]
