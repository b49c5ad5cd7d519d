"""Which number of a learner's rule is which hyper-parameter, by its name; and the numbers that stand in its code."""

from __future__ import annotations

import inspect
import re
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from numbers import Real
from typing import Any

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Optimizer

SPELLINGS = {  # beside the names that a field has in `aliases`, in small letters; the likelier ones first
    "learning_rate": r"step_?size lrate learning\w* base_?lr gamma γ step",
    "momentum": r"mom\w* mass decay\w* (beta|β)_?1 nu",
    "rho": r"decay\w* (beta|β)_?2 discount\w* smoothing\w* forget\w* mom\w* mu",
    "beta_1": r"(beta|b|β|decay|decay_?rate|rho|ρ|mu|gamma|d|m)_?(1|one|first|m) β₁ mom\w* beta decay rho",
    "beta_2": r"(beta|b|β|decay|decay_?rate|rho|ρ|mu|gamma|d|v)_?(2|two|second|v) β₂ rho decay gamma",
    "adam_beta_1": r"(beta|b|β|decay|rho|ρ)_?(1|one|first|m) β₁",
    "adam_beta_2": r"(beta|b|β|decay|rho|ρ)_?(2|two|second|v) β₂",
    "epsilon": r"eps\w* fudge\w* delta δ tiny stab\w* smooth\w* e",
    "initial_accumulator_value": r"initial\w* init_?acc\w* start\w* init\w*",
    "weight_decay": r"lambda_? w_?decay decay\w* l2\w* reg\w*",
    "l1_regularization_strength": r"(l|lambda|lam|λ)_?(1|one)\w*",
    "l2_regularization_strength": r"(l|lambda|lam|λ)_?(2|two)\w*",
    "epsilon_1": r"(eps|ε|epsilon)_?(1|one)",
    "epsilon_2": r"(eps|ε|epsilon)_?(2|two)",
    "clip_threshold": r"clip\w* d threshold",
}
PAIR = re.compile(r"(betas?|decays|rhos|coefs?|b)")  # one argument for two numbers
Name = str | tuple[str, int]


def names_of(rule: Any, reference: type[Optimizer], skip: int = 3) -> dict[str, Name]:
    """For each hyper-parameter of the reference that a rule takes, the name it has there; (name, i) within a tuple.

    Parameters
    ----------
    skip : int
        How many arguments of a function come before its numbers.
    """
    takes = taken_by(rule, skip)
    names: dict[str, Name] = {}
    single = [name for name, default in takes.items() if not isinstance(default, tuple)]
    for name in reference.hypers():
        if name in single:
            names[name] = name
    for name in sorted(reference.hypers(), key=lambda name: not name[-1:].isdigit()):  # beta_1 before momentum
        own = _alias(name, [t for t in single if t not in names.values()], reference)
        if name not in names and own:
            names[name] = own
    pair = next((t for t, value in takes.items() if isinstance(value, tuple) and PAIR.fullmatch(_plain(t))), None)
    both = [name for name in reference.hypers() if name.endswith(("beta_1", "beta_2"))]
    if pair and len(both) == 2:
        names |= {name: (pair, number) for number, name in enumerate(both)}
    return names


def _alias(name: str, left: Sequence[str], reference: type[Optimizer]) -> str | None:
    """The argument that is most likely called so for a hyper-parameter."""
    own = [re.escape(alias) for alias in reference.hypers()[name].aliases]
    for alias in (*own, *SPELLINGS.get(name, "").split()):
        found = next((t for t in left if re.fullmatch(alias, _plain(t))), None)
        if found is not None:
            return found
    return None


def _plain(name: str) -> str:
    return name.lower().strip("_")


def taken_by(rule: Any, skip: int = 3) -> dict[str, Any]:
    """The numbers that a rule takes, by name, and what each is by default."""
    if not isinstance(rule, type) and callable(getattr(rule, "update", None)):
        found = {name: getattr(rule, name, None) for name in {**vars(type(rule)), **getattr(rule, "__dict__", {})}}
        return {
            n: v for n, v in found.items() if is_number(v) or (isinstance(v, tuple) and v and all(map(is_number, v)))
        }
    parameters = list(arguments_of(rule).values())[0 if isinstance(rule, type) else skip :]
    return {p.name: p.default for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}


def arguments_of(function: Any) -> dict[str, inspect.Parameter]:
    """The arguments of a function or of a class; none where they cannot be known."""
    try:
        return dict(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # no function, or one without a signature
        return {}


def is_number(value: Any) -> bool:
    """Whether something is one number."""
    if tf.is_tensor(value):
        return value.shape == () and (value.dtype.is_floating or value.dtype.is_integer)
    return isinstance(value, Real) and not isinstance(value, bool)


def given_as(names: dict[str, Name], values: dict[str, float], takes: dict[str, Any]) -> dict[str, Any]:
    """Arguments for a rule: the values of the hyper-parameters, by the rule's own names."""
    given: dict[str, Any] = {}
    for name, own in names.items():
        if name not in values:
            continue
        if isinstance(own, tuple):
            old = given.get(own[0], takes[own[0]])
            given[own[0]] = (*old[: own[1]], values[name], *old[own[1] + 1 :])
        else:
            given[own] = values[name]
    return given


def numbers_in(rule: Any) -> tuple[float, ...]:
    """The numbers in a rule's code, defaults, attributes and closures, in the order in which they are found."""
    found = (value for value in _values_in(rule, 0, set()) if not isinstance(value, str) and np.isfinite(value))
    return tuple(dict.fromkeys(float(value) for value in found))


def named_in(rule: Any, reference: type[Optimizer], taken: dict[str, Name]) -> frozenset[str]:
    """The hyper-parameters that a rule's code has a name of their own for, whether it takes them or not."""
    others = {name for name in taken.values() if isinstance(name, str)}
    words = {_plain(word) for word in _values_in(rule, 0, set()) if isinstance(word, str) and word not in others}
    names = [{name, about.symbol, *about.aliases} for name, about in reference.hypers().items()]
    own = [mine.difference(*(other for other in names if other is not mine)) for mine in names]
    return frozenset({name for name, mine in zip(reference.hypers(), own, strict=True) if words & mine} | set(taken))


def _values_in(thing: Any, depth: int, seen: set[int]) -> Iterator[float | str]:
    """All numbers, and all names, in a rule's code."""
    if depth > 6 or id(thing) in seen:
        return
    seen.add(id(thing))
    if is_number(thing):
        yield float(thing)
    elif isinstance(thing, types.CodeType):
        yield from (*thing.co_names, *thing.co_varnames, *thing.co_freevars)
        for each in thing.co_consts:
            yield from _values_in(each, depth + 1, seen)
    elif isinstance(thing, types.FunctionType | types.MethodType):
        yield from _values_in(thing.__code__, depth + 1, seen)
        names = thing.__code__.co_names
        cells = [cell.cell_contents for cell in thing.__closure__ or () if _filled(cell)]
        named = [thing.__globals__[name] for name in names if name in thing.__globals__]
        own = [n for n in named if is_number(n) or isinstance(n, dict) or _is_own(n)]
        for each in (*(thing.__defaults__ or ()), *(thing.__kwdefaults__ or {}).values(), *cells, *own):
            yield from _values_in(each, depth + 1, seen)
    elif isinstance(thing, dict):
        yield from (name for name in thing if isinstance(name, str))
        for each in list(thing.values())[:50]:
            yield from _values_in(each, depth + 1, seen)
    elif isinstance(thing, list | tuple | set | frozenset):
        for each in list(thing)[:50]:
            yield from _values_in(each, depth + 1, seen)
    elif isinstance(thing, type):
        if _is_own(thing):
            for kind in thing.__mro__[:-1]:
                yield from _values_in(dict(vars(kind)) if _is_own(kind) else (), depth + 1, seen)
    elif hasattr(thing, "__dict__") and _is_own(type(thing)):
        yield from _values_in(vars(thing), depth + 1, seen)
        yield from _values_in(type(thing), depth + 1, seen)
    elif isinstance(thing, property | staticmethod | classmethod):
        yield from _values_in(getattr(thing, "fget", None) or getattr(thing, "__func__", None), depth + 1, seen)


def _filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _is_own(thing: Any) -> bool:
    """Whether a function or class is the learner's, and no library's."""
    file = getattr(sys.modules.get(getattr(thing, "__module__", None) or ""), "__file__", None) or ""
    return isinstance(thing, type | Callable) and "site-packages" not in file and "/lib/python" not in file
