"""What is wrong with a rule: held beside the right one and beside every mistake, alone and in pairs."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from optlearn import optimizers
from optlearn.optimizers import Optimizer
from optlearn.practice import mistakes, tally
from optlearn.practice.change import Change, Convention, InNumPy, build, compatible
from optlearn.practice.rules import RaisedError, Rule, RuleError

STEPS = 14
CHANGE_AT = 8  # the learning rate is divided by ten before this step, to tell where the velocity keeps it
TOLERANCES = 1e-7, 3e-5  # of double precision, then of single
PRINTS = "\n(It prints something. Nothing of that is shown here.)"
SINGLE = " (To the digits of float32, in which something in it seems to be computed.)"
NEARLY = " (Nearly: it takes no ε, and the right one had 1e-7.)"
START = np.array([0.3, -0.7])


def probes() -> np.ndarray:
    """Gradients to feed a rule with, (probes, STEPS, 2): each tells some mistakes apart that others do not."""
    rng = np.random.default_rng(0)
    steps = np.arange(STEPS)
    constant = np.tile([1.0, -2.0], (STEPS, 1))
    late = np.where(steps[:, None] < 3, 0.0, rng.normal(size=(STEPS, 2)))  # a kick shows before the first gradient
    uneven = np.abs(rng.normal(size=(STEPS, 2))) * [10.0, 0.05]  # all positive: roots of sums of g exist
    alternating = np.stack([(-1.0) ** steps, 0.3 * (-1.0) ** (steps // 2)], axis=1)
    spike = np.where(steps[:, None] == 2, [20.0, -5.0], [0.1, 0.4])
    return np.stack([constant, late, uneven, alternating, spike])


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found.

    Attributes
    ----------
    right : bool
        The rule is the reference, or a convention of it.
    found : tuple of tuples of Change
        Every explanation that fits: each a mistake, a convention, or two of them together.
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
        kind = reference if isinstance(reference, type) else type(reference)
        tally.note("rules", kind.__name__, done=found.right)
    return found


def diagnose(rule: Any, reference: type[Optimizer]) -> Diagnosis:
    """Compare a rule with the right one, with every mistake and convention, and with every two of them.

    Raises
    ------
    RuleError
        If the rule cannot be run: it raises, hangs, or returns something that is not the parameters.
    """
    reference = reference if isinstance(reference, type) else type(reference)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a root of a negative number is told in words
        mine = _Learner(rule, reference)
        found = _search(mine, reference)
    return replace(found, text=found.text + PRINTS) if mine.printed else found


def _search(mine: _Learner, reference: type[Optimizer]) -> Diagnosis:
    """Hold a learner's paths beside those of the reference, then of every change of it, then of every two."""
    changes = mistakes.of(reference)
    for tolerance in TOLERANCES:
        own_epsilon = "epsilon" in reference.hypers() and "epsilon" not in mine.taken
        single = "" if tolerance == TOLERANCES[0] else NEARLY if own_epsilon else SINGLE
        for together in (0, 1, 2):
            tries = itertools.combinations(changes, together)
            fits = [found for found in tries if _fits(mine, reference, found, tolerance)]
            if fits == [()]:
                return Diagnosis(True, (), f"Right: {mine.name} is {reference.__name__}, step for step.{single}")
            if fits:
                right = all(isinstance(change, Convention) for found in fits for change in found)
                return Diagnosis(right, tuple(fits), _tell(fits) + single)
    right = _paths(reference, (), mine.taken)
    return Diagnosis(False, (), _describe(mine.paths, right, mine.name, reference) + mine.notes(reference))


class _Learner:
    """A learner's rule and where it goes: paths (settings, probes, STEPS + 1, 2), and the numbers it takes."""

    def __init__(self, rule: Any, reference: type[Optimizer]):
        self.name = _name(rule)
        try:
            self._run(rule, reference, tensors=False)
        except RaisedError as first:  # it may want tensors, for their methods
            try:
                self._run(rule, reference, tensors=True)
            except RuleError:
                raise first from None

    def _run(self, rule: Any, reference: type[Optimizer], tensors: bool) -> None:
        first = Rule(rule, reference, {}, tensors)
        self.taken = frozenset(first.names)
        gradients = probes()
        self.printed = False
        settings = reference.probes()
        once, again = (self._path(rule, reference, settings[0], gradients[0], tensors) for _ in range(2))
        if not np.array_equal(once, again, equal_nan=True):
            raise RuleError(
                f"{self.name} does not do the same twice, from the same start. Does it keep something in a global "
                "variable, or draw numbers at random? What it remembers belongs into its state."
            )
        paths = [[self._path(rule, reference, values, each, tensors) for each in gradients] for values in settings]
        self.paths = np.array(paths)

    def _path(self, rule: Any, reference: type[Optimizer], settings: dict, gradients: np.ndarray, tensors: bool):
        """One run of the rule on given gradients, (STEPS + 1, 2)."""
        early, late = (Rule(rule, reference, values, tensors) for values in _schedule(settings))
        apart = _apart(early, late)
        params, state, path = START, early.init(START), [START]
        for step, gradient in enumerate(gradients, start=1):
            if step == CHANGE_AT:
                _hand_over(early, late, apart)
            params, state = (early if step < CHANGE_AT else late).update(params, gradient, state)
            path.append(params)
        self.printed = self.printed or early.printed + late.printed > 0
        self.forgets = early.forgets and not vars(early.object).keys() - early.names.values() - {"given", "function"}
        return np.array(path)

    def notes(self, reference: type[Optimizer]) -> str:
        """What else may help who wrote a rule that matches nothing."""
        defaults = reference().values
        left_out = [f"{name} = {defaults[name]:g}" for name in defaults if name not in self.taken]
        text = ""
        if left_out:
            text += f"\nIt takes no {_listed([n.split(' ')[0] for n in left_out])}; the right one had "
            text += f"{_listed(left_out)}."
        if self.forgets and reference.State._fields:
            text += "\nIt returns the new params alone, so that nothing is remembered: return new_params, new_state."
        return text


def _schedule(settings: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    return settings, settings | {"learning_rate": settings["learning_rate"] / 10}


def _apart(early: Rule, late: Rule) -> set[str]:
    """The attributes in which two rules differ from birth: these hold the learning rate, under whatever name."""
    first, second = (getattr(rule.object, "__dict__", {}) for rule in (early, late))
    return {name for name in first if not _equal(first[name], second.get(name))}


def _equal(first: Any, second: Any) -> bool:
    try:
        return np.array_equal(np.asarray(first, float), np.asarray(second, float), equal_nan=True)
    except Exception:  # no numbers
        return not isinstance(first, dict) or str(first) == str(second)


def _hand_over(early: Rule, late: Rule, apart: set[str]) -> None:
    """Give what a rule keeps in itself, and not in its state, to the one with the later learning rate."""
    for name, value in getattr(early.object, "__dict__", {}).items():
        if name not in apart:
            object.__setattr__(late.object, name, value)


def _fits(mine: _Learner, reference: type[Optimizer], changes: tuple[Change, ...], tolerance: float) -> bool:
    """Whether a rule with these changes goes the same ways: the first steps tell for most that it does not."""
    for steps in (2, STEPS):
        made = _paths(reference, changes, mine.taken, steps)
        if made is None or _differs(mine.paths[:, :, : steps + 1], made, tolerance).any():
            return False
    return True


@lru_cache(maxsize=4096)
def _paths(
    reference: type[Optimizer], changes: tuple[Change, ...], taken: frozenset[str], steps: int = STEPS
) -> np.ndarray | None:
    """The paths of a right or changed rule on all probes; None if the changes exclude each other."""
    if any(not compatible(a, b) for a, b in itertools.combinations(changes, 2)):
        return None
    try:
        kind = build(reference, changes, InNumPy)
    except ValueError:
        return None  # one change has taken away the line that the other one changes
    gradients = np.concatenate([probes()] * 2)  # for each of the two settings
    params = np.tile(START, (len(gradients), 1))
    early, late = (_of_all_settings(kind, taken, number) for number in (0, 1))
    state, path = early.init(params), [params]
    with np.errstate(all="ignore"):
        for step in range(1, steps + 1):
            params, state = (early if step < CHANGE_AT else late).update(params, gradients[:, step - 1], state)
            path.append(params)
    return np.stack(path, axis=1).reshape(2, -1, steps + 1, 2)


def _of_all_settings(kind: type[Optimizer], taken: frozenset[str], late: int) -> Optimizer:
    """One optimizer that runs all settings at once, (settings · probes, 1); numbers the learner fixed are default."""
    rule = kind()
    for name, default in rule.values.items():
        column = [_schedule(values)[late][name] if name in taken else default for values in kind.probes()]
        object.__setattr__(rule, name, np.repeat(column, len(probes()))[:, None])
    return rule


def _differs(first: np.ndarray, second: np.ndarray, tolerance: float) -> np.ndarray:
    """Where two sets of paths do not agree, to a part of the largest number in each path; True or False, each."""
    with np.errstate(all="ignore"):
        scale = np.nanmax(np.abs(np.where(np.isfinite(second), second, np.nan)), axis=2, keepdims=True)
        close = np.abs(first - second) <= tolerance * np.maximum(scale, 1e-3)
    return ~(close | (~np.isfinite(first) & ~np.isfinite(second)))


def _tell(fits: list[tuple[Change, ...]]) -> str:
    if len(fits) == 1:
        return "\n".join(change.says for change in fits[0])
    each = "\n".join(f"  {number}. " + " And: ".join(c.says for c in found) for number, found in enumerate(fits, 1))
    return f"One of these; from what the rule does they cannot be told apart:\n{each}"


def _describe(paths: np.ndarray, right: np.ndarray, name: str, reference: type[Optimizer]) -> str:
    """What does not match anything known: where it leaves the right path, and by how much."""
    before = np.stack([paths[:, :, :-1], right[:, :, :-1]])
    with np.errstate(all="ignore"):
        ratios = (paths[:, :, 1:] - before[0]) / (right[:, :, 1:] - before[1])
    where = np.argwhere(_differs(paths, right, TOLERANCES[-1]))
    if not len(where):
        where = np.argwhere(_differs(paths, right, TOLERANCES[0]))
    setting, probe, step, which = min(
        where, key=lambda at: (at[2], not np.isfinite(ratios[at[0], at[1], at[2] - 1, at[3]]))
    )
    mine, its = paths[setting, probe, step, which], right[setting, probe, step, which]
    coordinate = ("first", "second")[which]
    text = (
        f"{name} leaves the path of {reference.__name__} at step {step}, in the {coordinate} parameter: "
        f"it is {mine:.6g} and should be {its:.6g}."
    )
    if not np.isfinite(mine):
        return text + " Somewhere a root of a negative number is taken, or something is divided by 0."
    ratio = ratios[:, probe, step - 1, which]
    if not np.isfinite(ratio).all():
        return text
    rate = np.array([settings["learning_rate"] for settings in reference.probes()])
    looks = {"a learning rate too many": rate, "a learning rate too few": 1 / rate, "the wrong sign": -1.0}
    if (ratio == 0).all():
        return text + " It does not move."
    hint = next((f" That looks like {words}." for words, r in looks.items() if np.allclose(ratio, r, rtol=1e-4)), "")
    return f"{text} The step is {ratio[setting]:.4g} times the right one.{hint}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _reference_of(rule: Any) -> type[Optimizer]:
    name = _name(rule).lower().replace("_", "").replace("<lambda>", "")
    fits = [kind for kind in optimizers.RULES if kind.__name__.lower() in name]
    if not fits:
        known = ", ".join(kind.__name__ for kind in optimizers.RULES)
        raise RuleError(f"What is {_name(rule)} meant to be? Say check(rule, Momentum), with one of {known}.")
    return fits[-1]  # MyNesterovMomentum is Nesterov, SGDMomentum is Momentum


def _name(rule: Any) -> str:
    return getattr(rule, "__name__", type(rule).__name__)
