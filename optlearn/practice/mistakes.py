"""Mistakes people really make in writing an optimizer, and the conventions that only look like mistakes.

Each is a change of one line of the rule in the package, so that the wrong rule can be run beside the right one.
"""

from optlearn.optimizers import Optimizer
from optlearn.practice.catalogue import CATALOGUE
from optlearn.practice.change import Change, Convention, Mistake, source_of

__all__ = ["CATALOGUE", "Change", "Convention", "Mistake", "named", "of", "source_of"]


def of(optimizer: type[Optimizer]) -> list[Change]:
    """All changes in the catalogue that belong to an optimizer, conventions last."""
    return [change for change in CATALOGUE if change.optimizer is optimizer]


def named(optimizer: type[Optimizer], name: str) -> Change:
    """The change of this name.

    Raises
    ------
    ValueError
        If the catalogue has none.
    """
    found = {change.name: change for change in of(optimizer)}
    if name not in found:
        raise ValueError(f"{name!r}: for {optimizer.__name__} the catalogue has {', '.join(found)}.")
    return found[name]
