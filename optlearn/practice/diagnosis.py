"""What is wrong with a rule, in the words of a patient teacher."""

from __future__ import annotations

import contextlib
import gc
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optlearn import optimizers
from optlearn.optimizers import Optimizer
from optlearn.practice import tally, ways
from optlearn.practice.learner import Learner, class_of, listed, name_of
from optlearn.practice.mistakes import Change, Convention, change
from optlearn.practice.program import read
from optlearn.practice.rewrite import pretty
from optlearn.practice.sandbox import RuleError
from optlearn.practice.search import Fit, Search

PRINTS = "\n(It prints something. Nothing of that is shown here.)"
SINGLE = " (To the digits of float32, in which something in it seems to be computed.)"
MOST_TOLD = 3
WAYS_FOR, SHORT = 0.2, 0.1  # seconds of this thread: for other ways of calling a rule, and for mistakes in each
TOGETHER = "One of these; from what the rule does they cannot be told apart:"
KNOWN_AS = {"nag": "Nesterov", "nesterov": "Nesterov", "heavyball": "Momentum", "gradientdescent": "SGD", "gd": "SGD",
            "rmspropwithmomentum": "RMSpropMomentum", "centeredrmsprop": "RMSpropCentered"}  # fmt: skip


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found.

    Attributes
    ----------
    right : bool
        The rule is the reference, or a convention of it.
    found : tuple of tuples of Change
        Every explanation that fits: each a mistake, a convention, or several of them together.
    text : str
        All of it in words.
    """

    right: bool
    found: tuple[tuple[Change, ...], ...]
    text: str

    def __repr__(self) -> str:
        return self.text


def check(rule: Any, reference: type[Optimizer] | None = None) -> Diagnosis:
    """Judge a learner's rule; whatever it does, an answer in words comes back, and `progress` counts it.

    Parameters
    ----------
    rule
        A class, an object with `init` and `update`, or a function `update(params, gradient, state, ...)`.
    reference : type, optional
        What it is meant to be. May be left out where the name says it, as in `MyMomentum`.
    """
    try:
        reference = reference or _reference_of(rule)
        found = diagnose(rule, reference)
    except RuleError as error:
        found = Diagnosis(False, (), str(error))
    if reference is not None:
        tally.note("rules", class_of(reference).__name__, done=found.right)
    return found


def diagnose(rule: Any, reference: type[Optimizer]) -> Diagnosis:
    """Compare a rule with every right form, and with every mistake and every two mistakes in each of them.

    Raises
    ------
    RuleError
        If the rule cannot be run: it raises, hangs, or returns something that is not the parameters.
    """
    reference = class_of(reference)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a root of a negative number is told in words
        try:
            mine = Learner(rule, reference)
        except RuleError as error:
            other = _otherwise(rule, reference)
            if other is None:
                raise
            return replace(other, text=f"{error}\n{other.text}")
        with _without_collections():
            found = _judge(mine, reference)
            if not found.found and not found.right and not mine.is_still and not found.text.startswith("This is"):
                found = _otherwise(rule, reference) or found
    return replace(found, text=found.text + PRINTS) if mine.printed else found


@contextlib.contextmanager
def _without_collections() -> Iterator[None]:
    """No garbage is collected meanwhile: with TensorFlow's objects about, that takes longer than the search itself."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _judge(mine: Learner, reference: type[Optimizer]) -> Diagnosis:
    """Hold what a rule did against all that could be behind it, the likeliest first."""
    search = Search(reference, mine.seen)
    single = SINGLE if mine.seen.single else ""
    fits = search.right()
    if fits and mine.is_ambiguous(fits, reference):
        fits = [*fits, *search.single()]
        return Diagnosis(False, _changes(fits), _tell(fits) + single)
    if fits and not fits[0].edits:
        return Diagnosis(
            True, (), f"Right: {mine.name} is {reference.__name__}, step for step.{single}{_numbers(fits[0])}"
        )
    if fits:
        return Diagnosis(True, _changes(fits), _tell(fits) + single)
    if mine.is_still or mine.is_lost:
        fits = search.single(SHORT)
        sure = all(fit.is_on_record for fit in fits) if mine.is_still else search.evidence(search.rule.program)
        if len(fits) > MOST_TOLD or not sure:
            fits = []  # too many things end so
        told = _tell(fits) if fits else mine.describe(search, reference)
        return Diagnosis(False, _changes(fits), told + mine.notes(reference, forgotten=mine.is_still))
    fits = search.single()
    if not any(fit.is_on_record for fit in fits):
        other = _as_another(mine, reference)
        if other:
            return replace(other, text=other.text + mine.notes(reference, forgotten=True))
    fits = fits or search.double()
    if fits:
        return Diagnosis(False, _changes(fits), _tell(fits) + single + mine.notes(reference, forgotten=True))
    return Diagnosis(False, (), mine.describe(search, reference) + mine.notes(reference))


def _as_another(mine: Learner, reference: type[Optimizer]) -> Diagnosis | None:
    """Whether a rule is another optimizer than the one it is meant to be."""
    for other in optimizers.RULES:
        if read(other).program == read(reference).program:
            continue
        fits = Search(other, mine.seen, free=True).right(most=1)
        if fits:
            text = f"This is {other.__name__}, step for step, and not {reference.__name__}."
            said = [edit.says for edit in fits[0].conventions]
            return Diagnosis(False, (), "\n".join([text, *said]))
    return None


def _otherwise(rule: Any, reference: type[Optimizer]) -> Diagnosis | None:
    """The rule called in other ways: the first in which it is right, or has one known mistake, and how to get there."""
    runs, sure, until = [], None, time.thread_time() + WAYS_FOR
    for way in ways.of(rule, reference):
        if way.rule is None:  # so clear that there is nothing to try
            return Diagnosis(False, (), way.says)
        if time.thread_time() > until and not way.sure:
            continue
        sure = sure or (way if way.sure else None)
        try:
            mine = Learner(way.rule, reference, way.call, way.skip, name=name_of(rule))
        except RuleError:
            continue
        if mine.is_still or mine.is_lost:
            continue
        search = Search(reference, mine.seen)
        fits = search.right()
        if fits:
            also = "\n".join(edit.says for edit in fits[0].edits)
            return Diagnosis(False, (), f"{way.says} Written so, it is right.\n{also}".strip())
        runs.append((way, search))
    for way, search in sorted(runs, key=lambda run: not run[0].sure):
        fits = search.single(SHORT)
        if fits and (way.sure or fits[0].mistakes[0].kind.rank < 2):
            return Diagnosis(False, _changes(fits), f"{way.says} And then there is this:\n{_tell(fits)}")
        if time.thread_time() > until:
            break
    return Diagnosis(False, (), sure.says) if sure else None


def _changes(fits: list[Fit]) -> tuple[tuple[Change, ...], ...]:
    found = []
    for fit in fits:
        program, told = read(fit.optimizer).program, []
        for edit in (*fit.conventions, *fit.mistakes):
            told.append(change(fit.optimizer, program, edit))
            program = program.with_(edit.changes)
        found.append(tuple(sorted(told, key=lambda each: isinstance(each, Convention))))
    return tuple(found)


def _tell(fits: list[Fit]) -> str:
    """All explanations that fit, in words: the mistakes first, and then in which form they were made."""
    if len(fits) == 1:
        return "\n".join(edit.says for edit in fits[0].edits) + _numbers(fits[0])
    told = fits[:MOST_TOLD]
    each = "\n".join(f"  {n}. " + " And: ".join(e.says for e in fit.edits) for n, fit in enumerate(told, 1))
    return f"{TOGETHER}\n{each}"


def _numbers(fit: Fit) -> str:
    """The numbers that a rule fixes, where they are not the default."""
    fixed = [
        f"{pretty(letter)} = {float(np.ravel(value)[0]):g}" for letter, value in fit.numbers if np.ndim(value) == 0
    ]
    return f" (With {listed(fixed)}, which {'is' if len(fixed) == 1 else 'are'} fixed in it.)" if fixed else ""


def _reference_of(rule: Any) -> type[Optimizer]:
    name = name_of(rule).lower().replace("_", "").replace("<lambda>", "")
    fits = [kind for kind in optimizers.RULES if kind.__name__.lower() in name]
    fits = fits or [getattr(optimizers, known) for words, known in KNOWN_AS.items() if words in name]
    if not fits:
        known = ", ".join(kind.__name__ for kind in optimizers.RULES)
        raise RuleError(f"What is {name_of(rule)} meant to be? Say check(rule, Momentum), with one of {known}.")
    return fits[-1]  # MyNesterovMomentum is Nesterov, SGDMomentum is Momentum
