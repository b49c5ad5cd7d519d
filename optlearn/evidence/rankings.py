"""Rules ranked alike: each tuned, from the same starts, in the same noise, and ties called ties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from optlearn.evidence.scores import ROUNDING, Score, steps_to
from optlearn.evidence.tuning import MOST, Tuned, short, together, tuned
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem

ROLES = {  # numbers that do the same in different rules
    "memory of the gradient": ("momentum", "beta_1"),
    "memory of its square": ("beta_2", "rho"),
    "ε": ("epsilon",),
    "weight decay": ("weight_decay",),
}


@dataclass(frozen=True, eq=False, repr=False)
class Ranking:
    """What `ranking` found.

    Attributes
    ----------
    groups : tuple of tuples of names
        Best first. Those in one group cannot be told apart.
    tuned : dict
        For each name its `Tuned`, in the order of the groups.
    unlike : dict
        Besides the rules themselves, what else differs between them: see `unlike`.
    """

    groups: tuple[tuple[str, ...], ...]
    tuned: dict[str, Tuned]
    unlike: dict[str, dict[str, float]]
    words: str

    @property
    def first(self) -> tuple[str, ...]:
        """The names of the best: of several, if they tie."""
        return self.groups[0]

    @property
    def places(self) -> dict[str, int]:
        """The place of each, from 1; those that tie share one."""
        before = np.cumsum([0, *map(len, self.groups)])
        return {name: int(place) + 1 for place, group in zip(before, self.groups, strict=False) for name in group}

    def __str__(self) -> str:
        """In one line: "Nesterov 5.5 > SGD 14 = Adam 37"."""
        return " > ".join(" = ".join(f"{name} {_score(self.tuned[name])}" for name in group) for group in self.groups)

    def __repr__(self) -> str:
        lines = [f"{self.words}, each rule at its best:"]
        for name, place in self.places.items():
            numbers = ", ".join(f"{key} {short(value)}" for key, value in self.tuned[name].values.items())
            lines.append(f"{place:>3}  {name:<12}{_score(self.tuned[name]):<10}{numbers}")
        lines += [f"     not alike: {role}, {_listed(values)}" for role, values in self.unlike.items()]
        return "\n".join(lines)


def ranking(
    rules: Sequence[Optimizer],
    problem: Problem,
    *,
    steps: int = 300,
    score: Score | None = None,
    seeds: Iterable[int] | None = range(12),
    start: Sequence | None = None,
    over: str | Sequence[str] = "learning_rate",
    between: tuple[float, float] | None = None,
) -> Ranking:
    """Rank rules on a problem: each tuned as `tuned` does, all over the same cases, with the same score.

    >>> print(ranking([SGD(), Nesterov(), Adam()], ParabolaFit()))
    Nesterov 5.5 > SGD 14 = Adam 37

    One is put behind another if it does worse in nine of ten cases; otherwise the two tie. Among losses below a
    hundred-millionth of the way, all are equal. With a single case (seeds=None) nothing is known of the spread: any
    difference beyond rounding counts.

    Parameters
    ----------
    rules : sequence of Optimizer
        Two or more, with their numbers; the rates they come with do not matter. Two of one class are told
        apart by the numbers in which they differ.
    seeds : whole numbers, or None
        The cases. Each draws the noise of a problem that has some, and otherwise the start.
    score, steps, start, over, between
        As for `tuned`.
    """
    if len(rules) < 2:
        raise ValueError(f"rules={rules!r}: a ranking needs at least two.")
    score = score or steps_to()
    names = _names(rules, over)
    seeds = None if seeds is None else list(seeds)
    found = {
        name: tuned(rule, problem, steps=steps, score=score, seeds=seeds, start=start, over=over, between=between)
        for name, rule in zip(names, rules, strict=True)
    }
    order = sorted(found, key=lambda name: (found[name].score, np.mean(np.minimum(found[name].scores, 10 * steps))))
    groups = _grouped({name: found[name].scores for name in order})
    cases = "one start" if seeds is None else f"median of {len(seeds)} seeds"
    apart = unlike(dict(zip(names, rules, strict=True)), over)
    return Ranking(groups, {name: found[name] for name in order}, apart, f"{score.words}, {cases}")


def ranked(scores: dict[str, np.ndarray]) -> tuple[tuple[str, ...], ...]:
    """Names in groups, best first, by scores over the same cases that anything may have computed.

    >>> ranked({"SGD": [9, 9, 8], "Adam": [5, 6, 5], "Nesterov": [4, 6, 7]})
    (('Adam', 'Nesterov'), ('SGD',))

    The smaller a score, the better. As in `ranking`, those in one group cannot be told apart.

    Parameters
    ----------
    scores : dict
        For each name its score in each case, (cases,).
    """
    scores = {name: np.asarray(each, float) for name, each in scores.items()}
    shapes = {name: each.shape for name, each in scores.items()}
    if len(set(shapes.values())) != 1 or min(map(len, shapes.values())) != 1 or 0 in next(iter(shapes.values())):
        raise ValueError(f"scores have the shapes {shapes}: all must be (cases,), over the same cases.")
    order = sorted(scores, key=lambda name: (together(scores[name]), np.isinf(scores[name]).mean(), scores[name].sum()))
    return _grouped({name: scores[name] for name in order})


def _grouped(scores: dict[str, np.ndarray]) -> tuple[tuple[str, ...], ...]:
    """Names in order, those together that tie with the first of them."""
    groups: list[list[str]] = []
    for name in scores:
        if groups and not _behind(scores[name], scores[groups[-1][0]]):
            groups[-1].append(name)
        else:
            groups.append([name])
    return tuple(map(tuple, groups))


def unlike(rules: dict[str, Optimizer], tuned: str | Sequence[str] = "learning_rate") -> dict[str, dict[str, float]]:
    """What differs between rules besides the rules: numbers of one role that have different values.

    Adam's β₂ of 0.999 and RMSprop's ρ of 0.9 are both the memory of g²: if the two rules behave differently, either
    may be the reason. Numbers that were tuned are left out.
    """
    tuned = {tuned} if isinstance(tuned, str) else set(tuned)
    found = {}
    for role, fields in ROLES.items():
        values = {name: rule.values[field] for name, rule in rules.items() for field in fields if field in rule.values}
        if len(set(values.values())) > 1 and not tuned & set(fields):
            found[role] = values
    return found


def _behind(scores: np.ndarray, leader: np.ndarray) -> bool:
    """Whether the scores (cases,) are worse than the leader's in nearly all cases, by more than rounding."""
    with np.errstate(invalid="ignore"):
        return float(np.mean(scores > leader * (1 + ROUNDING))) >= MOST


def _names(rules: Sequence[Optimizer], over: str | Sequence[str]) -> list[str]:
    """The names of the classes; of one class, with the numbers in which its rules differ."""
    tuned = {over} if isinstance(over, str) else set(over)
    names = []
    for rule in rules:
        alike = [other for other in rules if type(other) is type(rule)]
        differ = [
            f"{rule.hypers()[name].symbol} = {value:g}"
            for name, value in rule.values.items()
            if name not in tuned and len({other.values[name] for other in alike}) > 1
        ]
        names.append(" ".join([type(rule).__name__, *differ]))
    if len(set(names)) < len(names):
        raise ValueError(f"rules: two are the same, {', '.join(names)}.")
    return names


def _score(found: Tuned) -> str:
    return short(found.score) if np.isfinite(found.score) else "never"


def _listed(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items())
