"""One file for each optimizer, with the name of its file: the mistakes people make with it, and its conventions."""

from importlib import import_module

from optlearn.optimizers import RULES

CATALOGUE = tuple(change for kind in RULES for change in import_module(f"{__name__}.{kind.__name__.lower()}").CHANGES)
