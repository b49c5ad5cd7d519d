"""One file for each optimizer, as in the catalogue: importing it enters its rules into `RIGHT` and `ROWS`."""

from importlib import import_module

from optlearn.optimizers import RULES
from tests.unit.learners.table import RIGHT, ROWS

for kind in RULES:
    import_module(f"{__name__}.{kind.__name__.lower()}")

__all__ = ["RIGHT", "ROWS"]
