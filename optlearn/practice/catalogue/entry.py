"""An entry of the catalogue that is of a shared kind: what one sees of it in this rule, and why people write it."""

from __future__ import annotations

from typing import NamedTuple

OWN = "nobody's code in particular: it is easily written when the formula is new"
UP = "the loss grows from the first step, with every learning rate"


class Seen(NamedTuple):
    """What one sees of a shared kind of mistake in a rule, why people write it, and what else differs there."""

    of: str
    more: dict[str, str]


def seen(of: str, sees: str = "", why: str = "", **more: str) -> Seen:
    """Put a shared kind of mistake on record for a rule.

    Parameters
    ----------
    of : str
        The name that the kind has in this rule.
    sees, why, **more : str
        Fields of `Kind` that are to be otherwise than there.
    """
    return Seen(of, more | {k: v for k, v in {"sees": sees, "why": why}.items() if v})
