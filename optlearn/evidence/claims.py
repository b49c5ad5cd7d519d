"""Claims tried beyond the one case in which they were found."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

SHOWN = 3  # failing cases that are listed


@dataclass(frozen=True)
class Verdict:
    """In how many cases a claim held, and where it did not.

    Printed, it is "12 of 12", or "10 of 12, not with seed 3; seed 8". It is true if the claim held in all.

    Attributes
    ----------
    held, of : int
    failing : list of dicts
        The settings with which it failed.
    """

    held: int
    of: int
    failing: list[dict[str, Any]]

    def __bool__(self) -> bool:
        return self.held == self.of

    def __str__(self) -> str:
        count = f"{self.held} of {self.of}"
        if self:
            return count
        cases = [", ".join(f"{name} {_short(value)}" for name, value in case.items()) for case in self.failing]
        more = f"; and {len(cases) - SHOWN} more" if len(cases) > SHOWN else ""
        return f"{count}, not with {'; '.join(cases[:SHOWN])}{more}"

    __repr__ = __str__


def holds(claim: Callable[..., Any], **over: Iterable) -> Verdict:
    """Try a claim with every combination of some settings: seeds, starts, horizons, rates, problems.

    >>> def momentum_ends_lower(seed, horizon):
    ...     rules = Momentum(0.001), SGD(0.001)
    ...     ends = [train(rule, ParabolaFit(), 100 * horizon, seed=seed).loss[-1] for rule in rules]
    ...     return ends[0] < ends[1]
    >>> print(holds(momentum_ends_lower, seed=range(12), horizon=(1, 2, 10)))

    Where a problem draws noise from its seed, `over_seeds` runs all seeds by one program, and the claim says it for
    all of them at once:

    >>> def adam_ends_lower(horizon):
    ...     ends = [over_seeds(rule, NoisyParabolaFit(), 500 * horizon).loss[:, -1] for rule in (Adam(0.1), SGD(0.001))]
    ...     return ends[0] < ends[1]
    >>> print(holds(adam_ends_lower, horizon=(1, 2, 10)))

    A sentence with "ends", "never" or "always" in it is a claim about a `horizon`: try ten times as long, too.

    Parameters
    ----------
    claim : function
        Takes each setting by its name and says whether it is so: True or False. Or many at once, by `sweep`, in
        an array: each entry is a case, and called "entry" where it fails.
    **over
        For each argument of the claim, the values to try.
    """
    _check(claim, over)
    held, failing, count = 0, [], 0
    for values in itertools.product(*map(list, over.values())):
        case = dict(zip(over, values, strict=True))
        answers = np.asarray(claim(**case))
        if answers.dtype != bool or answers.size == 0:
            raise TypeError(f"The claim must say True or False, or an array of them; with {case} it said {answers!r}.")
        held, count = held + int(answers.sum()), count + answers.size
        failing += [case | ({"entry": _entry(place)} if place else {}) for place in map(tuple, np.argwhere(~answers))]
    return Verdict(held, count, failing)


def because(claim: Callable[..., Any], *, cause: tuple, **over: Iterable) -> Verdict:
    """Try a reason: the claim must hold with its cause, and fail without it, all else alike.

    >>> def noise_cancels(cause, seed):  # the cause is what the sentence puts after its "because": β₁
    ...     return spread(train(Adam(0.01, beta_1=cause), NoisyParabolaFit(seed=seed))) < 0.1
    >>> print(because(noise_cancels, cause=(0.9, 0.0), seed=range(12)))

    Parameters
    ----------
    claim : function
        As for `holds`; it takes the `cause` as an argument.
    cause : (with it, without it, ...)
        The value with which the claim should hold, and one or more without which it should not.
    """
    if len(cause) < 2:
        raise ValueError(f"cause={cause!r}: give a value with the cause, and at least one without it.")

    def explained(cause: Any, **rest: Any) -> Any:
        true = np.asarray(claim(cause=cause, **rest))
        return true if cause == first else ~true

    first = cause[0]
    _check(claim, {"cause": cause, **over})
    return holds(explained, cause=cause, **over)


def _check(claim: Callable, over: dict[str, Iterable]) -> None:
    if not over:
        raise TypeError("holds(claim): say over what, such as seed=range(12) or horizon=(1, 2, 10).")
    try:
        inspect.signature(claim).bind(**over)
    except TypeError as error:
        takes = ", ".join(inspect.signature(claim).parameters) or "nothing"
        raise TypeError(f"The claim takes {takes}, and is tried over {', '.join(over)}: {error}.") from None


def _entry(place: tuple) -> Any:
    return int(place[0]) if len(place) == 1 else tuple(map(int, place))


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
