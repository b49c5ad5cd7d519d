"""Mistakes people really make in writing an optimizer, and the conventions that only look like mistakes.

All come from one description: the kinds that any rule can have, those of one rule, and slips in its own syntax tree.
The catalogue shows what is on record; each entry is a rule that can be run beside the right one.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from optlearn import optimizers, problems
from optlearn.optimizers import Optimizer
from optlearn.practice import written
from optlearn.practice.catalogue.entry import Seen
from optlearn.practice.guests import GUESTS
from optlearn.practice.kinds import SHARED_MISTAKES
from optlearn.practice.program import Program, read
from optlearn.practice.rewrite import Edit, Kind, edits
from optlearn.practice.slips import slips
from optlearn.practice.trees import with_number
from optlearn.problems import Problem

MOST_CONVENTIONS, MOST_FORMS = 4, 120


@dataclass(frozen=True)
class Change:
    """Some lines of an optimizer, written otherwise.

    Attributes
    ----------
    name : str
        What it is called.
    optimizer : type
        The rule it belongs to.
    right, wrong : str
        The lines as they stand in the package, and in their place.
    says : str
        What to tell somebody who wrote it.
    program : Program
        The whole rule with this change.
    """

    name: str
    optimizer: type[Optimizer]
    right: str
    wrong: str
    says: str
    program: Program = dataclasses.field(repr=False)

    def rule(self) -> type[Optimizer]:
        """The optimizer with this change, as a class that `train`, `sweep` and `Lab` accept."""
        return written.as_class(self.optimizer, self.program)


@dataclass(frozen=True)
class Mistake(Change):
    """A change that is wrong: what one sees of it, why people make it, where it was found, and where to look at it."""

    sees: str
    why: str
    where: str
    on: type[Problem]


@dataclass(frozen=True)
class Convention(Change):
    """A change that somebody else calls right; `says` tells who, and how to get from one to the other."""


def change(optimizer: type[Optimizer], base: Program, edit: Edit) -> Change:
    """An edit of a program as a change of an optimizer, to be shown and told."""
    kind = edit.kind
    new = base.with_(tuple((target, _with_usual(text, optimizer, kind)) for target, text in edit.changes))
    old, changed = dict(base.parts), [pair for pair in new.parts if pair not in base.parts]
    right, wrong = (_shown(pairs) for pairs in ([(t, old[t]) for t, _ in changed if t in old], changed))
    if kind.right:
        return Convention(edit.name, optimizer, right, wrong, edit.says, new)
    on = getattr(problems, kind.on)
    return Mistake(edit.name, optimizer, right, wrong, edit.says, new, kind.sees, kind.why, kind.where, on)


def _with_usual(text: str, optimizer: type[Optimizer], kind: Kind) -> str:
    """An expression with the likeliest value for each letter that the rule itself does not have."""
    for letter, values in kind.numbers.items():
        fields = {field: own for own, field in read(optimizer).letters.items()}
        text = with_number(text, letter, fields.get(values[0], values[0]))
    return text


def _shown(pairs: list[tuple[str, str]]) -> str:
    """Assignments as lines of code; what a field starts as stands as in `init`."""
    lines = (f"{t[5:]}={text}" if t.startswith("init.") else f"{t} = {text}" for t, text in pairs)
    return "\n".join(lines).replace(" ** ", "**")  # as in the package


@cache
def entries(optimizer: type[Optimizer]) -> tuple[Kind | Seen, ...]:
    """What the catalogue has for an optimizer."""
    try:
        module = importlib.import_module(f"optlearn.practice.catalogue.{optimizer.__name__.lower()}")
    except ModuleNotFoundError:
        return ()
    return module.ENTRIES


@lru_cache(20_000)
def mistaken(optimizer: type[Optimizer], base: Program, line: str | None = None) -> tuple[Edit, ...]:
    """Every mistake that can be made in a form of a rule, or in one line of it, the likeliest name of each first."""
    found: dict[frozenset, Edit] = {}
    for edit in _all_mistakes(optimizer, base, line):
        if line is None or len(edit.changes) == 1:
            found.setdefault(frozenset(edit.changes), edit)
    return tuple(found.values())


def _all_mistakes(optimizer: type[Optimizer], base: Program, line: str | None) -> Iterator[Edit]:
    own, part = entries(optimizer), base
    if line is not None:
        part = Program(tuple(pair for pair in base.parts if pair[0] == line))
    for kind in own:
        if isinstance(kind, Kind) and not kind.right:
            yield from edits(dataclasses.replace(kind, rank=0), part)
    known = {entry.of: entry.more for entry in own if isinstance(entry, Seen)}
    shared = (edit for kind in (*SHARED_MISTAKES, *GUESTS) for edit in edits(kind, part))
    for edit in (*shared, *slips(base, read(optimizer).letters, line)):
        yield _with_record(edit, known[edit.name]) if edit.name in known else edit


def _with_record(edit: Edit, more: dict[str, str]) -> Edit:
    """An edit of a shared kind, with what is on record for this rule."""
    words = {name: value for name, value in more.items() if name not in ("name", "says")}
    kind = dataclasses.replace(edit.kind, rank=0, **words)
    return Edit(kind, more.get("name", edit.name), more.get("says", edit.says), edit.changes)


@cache
def forms(optimizer: type[Optimizer]) -> dict[Program, tuple[Edit, ...]]:
    """Every form of a rule that somebody calls right, with the conventions that lead to it, fewest first."""
    base = read(optimizer).program
    kinds = [kind for kind in entries(optimizer) if isinstance(kind, Kind) and kind.right]
    found: dict[Program, tuple[Edit, ...]] = {base: ()}
    for number in range(MOST_CONVENTIONS):
        for form, so_far in [each for each in found.items() if len(each[1]) == number]:
            for edit in (e for kind in kinds for e in edits(kind, form)):
                if len(found) < MOST_FORMS and edit.name not in {e.name for e in so_far}:
                    found.setdefault(form.with_(edit.changes), (*so_far, edit))
    return found


@cache
def of(optimizer: type[Optimizer]) -> list[Change]:
    """All changes on record for an optimizer, conventions last."""
    base, found = read(optimizer).program, []
    on_record = {edit.name: edit for edit in reversed(mistaken(optimizer, base)) if edit.kind.rank == 0}
    for entry in entries(optimizer):
        name = entry.more.get("name", entry.of) if isinstance(entry, Seen) else entry.name
        if isinstance(entry, Kind) and entry.right:
            found += [change(optimizer, base, edit) for edit in edits(entry, base)[:1]]
        elif name in on_record and on_record[name].kind.sees:
            found.append(change(optimizer, base, on_record[name]))
    first = {each.name: each for each in reversed(found)}
    return sorted(
        (first[name] for name in dict.fromkeys(e.name for e in found)), key=lambda c: isinstance(c, Convention)
    )


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


@cache
def catalogue() -> tuple[Change, ...]:
    """The changes on record for all optimizers, in teaching order."""
    return tuple(change for kind in optimizers.RULES for change in of(kind))


def source_of(optimizer: type[Optimizer], changed: Change | None = None) -> str:
    """The two methods of a rule, or of a change of it."""
    return written.source_of(optimizer, changed.program if changed else read(optimizer).program)


def __getattr__(name: str) -> Any:
    if name == "CATALOGUE":
        return catalogue()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
