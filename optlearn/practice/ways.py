"""Other ways of handing in a rule than the one that is asked for: tried, and named where one fits."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Optimizer
from optlearn.practice.names import arguments_of, names_of
from optlearn.practice.sandbox import as_usual, is_pair

FACE = "update(params, gradient, state)"
ASKED = "What is asked for is: return new_params, new_state."
METHODS = ("step", "apply", "apply_gradients", "__call__", "optimize", "get_update", "update_params",
           "compute_update", "apply_gradient", "update_parameters", "run", "minimize")  # fmt: skip
COUNTS = ("t", "i", "k", "step", "steps", "iteration", "iterations", "iter", "epoch", "count", "time")
PARAMS = ("params", "param", "theta", "θ", "w", "x", "weights")


class Way(NamedTuple):
    """A way of calling a rule.

    Attributes
    ----------
    says : str
        What is otherwise in it, and what is asked for.
    rule
        What to call; None where there is nothing to call, and the words are all there is to say.
    call, skip
        As for `Rule`.
    sure : bool
        Worth saying even where the rule called so matches nothing.
    """

    says: str
    rule: Any
    call: Callable = as_usual
    skip: int = 3
    sure: bool = False


def of(rule: Any, reference: type[Optimizer]) -> Iterator[Way]:
    """All other ways in which this rule could be meant, the likeliest first."""
    kind = rule if isinstance(rule, type) else type(rule)
    if issubclass(kind, tf.keras.optimizers.Optimizer):
        own = " It is Keras's own: there is nothing in it to check." * kind.__module__.startswith("keras")
        yield Way(
            "This is an optimizer in the manner of Keras, whose update_step(gradient, variable, learning_rate) changes "
            f"a variable. What is asked for is {FACE}, which returns new params and a new state.{own}",
            None,
        )
        return
    update = rule if not isinstance(rule, type) and not hasattr(rule, "update") else getattr(rule, "update", None)
    if not callable(update):
        yield from _of_other_methods(rule, kind)
        return
    yield from _of_arguments(rule, update, reference)
    yield from _of_results(rule)
    dicts = "It takes params as a dict of arrays by name. Here params is one array of numbers, no dict, and so is "
    source = _source(update)
    yield Way(dicts + "the gradient.", rule, _with_dicts, sure="items" in source or ".keys()" in source)
    yield Way(
        "It changes params in place. Make new ones and return them: return new_params, new_state.", rule, _in_place
    )


# ---- By its arguments


def _of_arguments(rule: Any, update: Any, reference: type[Optimizer]) -> Iterator[Way]:
    """A missing self or state, a rate in the state's place, a state in pieces, and what is no update at all."""
    arguments = arguments_of(update)
    names = list(arguments)
    if isinstance(rule, type) and names and "self" not in names[:1] and len(names) < 4:
        static = type(rule.__name__, (rule,), {"update": staticmethod(update)})
        says = f"Its update has no self: a method begins with def update(self, {', '.join(names)})."
        yield Way(says, static, sure=True)
    names = [name for name in names if name != "self"]
    if len(names) == 2:
        says = f"It takes no state. It is called as {FACE}: add one, even if nothing is kept in it."
        yield Way(says, rule, _without_state, 2, True)
    if isinstance(rule, type) or hasattr(rule, "update"):
        return
    numbers = names_of(rule, reference, 0).values()
    if names and all(name in numbers for name in names):
        yield Way(f"It takes numbers alone: what it returns may be a rule. Then hand in {rule.__name__}().", None)
    body = _source(update).partition(":")[2]
    if names and f"{names[0]}(" in body and ("for " in body or "while " in body):
        yield Way(
            f"This looks like a whole training loop, which calls {names[0]} for its gradients. What is asked for is "
            f"one step of it: def {FACE}, which returns new_params, new_state.",
            None,
        )
    numbers = names_of(rule, reference, 2).values()
    if len(names) > 2 and names[2] in numbers:
        yield Way(
            f"Its third argument is {names[2]}, which stands in the place of the state: it is called as {FACE}. "
            f"Write def {rule.__name__}({names[0]}, {names[1]}, state, {names[2]}=...).",
            rule,
            _without_state,
            2,
            True,
        )
    required = [n for n, p in arguments.items() if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    pieces = [name for name in required[2:] if name not in numbers]
    if len(pieces) > 1:
        says = (
            f"Its state is spread over {len(pieces)} arguments. Put {', '.join(pieces[:-1])} and {pieces[-1]} into one "
            f"state: {', '.join(pieces)} = state, and return new_params, ({', '.join(pieces)})."
        )
        yield Way(says, rule, _in_pieces(pieces), 2 + len(pieces), True)


def _without_state(update: Callable, params: Any, gradient: Any, state: Any) -> Any:
    return update(params, gradient)


def _in_pieces(pieces: list[str]) -> Callable:
    """A call in which the state comes as several arguments, and comes back behind the parameters.

    A count that does not come back is counted here: it is 1 at the first step.
    """
    counts = [name.lower() in COUNTS for name in pieces]

    def call(update: Callable, params: Any, gradient: Any, state: Any) -> Any:
        step, kept = state or (1, [0 if count else np.zeros_like(params) for count in counts])
        given = [step if count and old is None else old for count, old in zip(counts, kept, strict=True)]
        first, *rest = update(params, gradient, *given)
        rest = list(rest[0]) if len(rest) == 1 and isinstance(rest[0], tuple) else rest
        if len(rest) == len(pieces):
            return first, (step, rest)
        if state is None and any(counts):  # it does not come back, so it was to be 1 and not 0
            return call(
                update, params, gradient, (1, [None if c else old for c, old in zip(counts, kept, strict=True)])
            )
        new = iter(rest)
        return first, (step + 1, [None if count else next(new, None) for count in counts])

    return call


# ---- By its order, and by what comes back


def _of_results(rule: Any) -> Iterator[Way]:
    """Something else returned than the new parameters and the new state, or arguments in another order."""
    yield Way(f"The two that it returns are exchanged: the state comes first. {ASKED}", rule, _exchanged)
    for words, result in (
        ("It returns the change, and not the new params.", _moved(1)),
        ("It returns what is to be subtracted, and not the new params.", _moved(-1)),
        ("It returns a dict.", _from_dict),
        ("It returns several things. Put all that has to be kept into one state.", _several),
        ("Its parameters come back as a list of variables.", _numbers_of),
    ):
        yield Way(f"{words} {ASKED}", rule, _then(as_usual, result))
    for order in ((1, 2, 0), (1, 0, 2), (0, 2, 1), (2, 0, 1), (2, 1, 0)):
        words = ", ".join(("params", "gradient", "state")[number] for number in order)
        says, ordered = f"Its arguments come in another order: ({words}). It is called as {FACE}.", _ordered(*order)
        yield Way(says, rule, ordered)
        says = f"{says} And it returns the change, as in Optax. {ASKED}"
        yield Way(says, rule, _then(ordered, _moved(1)))


def _ordered(*order: int) -> Callable:
    return lambda update, *three: update(*(three[number] for number in order))


def _then(call: Callable, result: Callable) -> Callable:
    return lambda update, params, *rest: result(params, call(update, params, *rest))


def _moved(sign: int) -> Callable:
    def result(params: Any, found: Any) -> Any:
        change, *rest = found if is_pair(found) else (found,)
        new = params + sign * np.asarray(change)
        return (new, *rest) if rest else new

    return result


def _exchanged(update: Callable, params: Any, gradient: Any, state: Any) -> Any:
    state, params = update(params, gradient, state)
    return params, state


def _several(params: Any, found: Any) -> Any:
    return found[0], tuple(found[1:])


def _numbers_of(params: Any, found: Any) -> Any:
    new, *rest = found if is_pair(found) else (found,)
    new = np.array([np.ravel(each)[0] for each in new])
    return (new, *rest) if rest else new


def _from_dict(params: Any, found: Any) -> Any:
    own = next(name for name in found if name.lower() in PARAMS)
    return found[own], {name: value for name, value in found.items() if name != own}


def _with_dicts(update: Callable, params: Any, gradient: Any, state: Any) -> Any:
    given = {"w": np.array(params)}
    result = update(given, {"w": np.array(gradient), "dw": np.array(gradient)}, state)
    new, *rest = result if is_pair(result) and not isinstance(result, dict) else (result,)
    new = (given if new is None else new)["w"]
    return (new, *rest) if rest else new


def _in_place(update: Callable, params: Any, gradient: Any, state: Any) -> Any:
    given = np.array(params)
    result = update(given, np.array(gradient), state)
    return (given, result[1]) if is_pair(result) else given


# ---- By its methods


def _of_other_methods(rule: Any, kind: type) -> Iterator[Way]:
    """A class or an object without `update`: PyTorch's `step()`, or another name."""
    name = next((n for n in METHODS if callable(getattr(kind, n, None)) and (n != "__call__" or n in vars(kind))), None)
    if name is None:
        yield Way(f"It has no method update. What is asked for is {FACE}.", None)
        return
    own = getattr(kind, name)
    if [n for n in arguments_of(own) if n != "self"]:
        says = f"It has no method update, but one that is called {name}. Name it {FACE}."
        named = type(kind.__name__, (kind,), {"update": own})
        new = named
        if not isinstance(rule, type):
            new = copy.copy(rule)
            new.__class__ = named
        yield Way(says, new, sure=True)
        for way in (*_of_arguments(new, own, Optimizer), *_of_results(new)):
            yield way._replace(says=f"{says} {way.says}", sure=False)
        return
    says = (
        f"It has no method update, and {name}() in its place, in the manner of PyTorch. Here the rule gets its "
        f"parameters and their gradient at each step: def {FACE}."
    )
    yield Way(says, _as_updates(kind, name) if isinstance(rule, type) else None, sure=True)


class _Variable:
    """A parameter in the manner of PyTorch, which a rule holds."""

    data, grad = np.zeros(2), None


def _as_updates(kind: type, step: str) -> type:
    """A class whose objects hold their parameters, as one whose objects get them."""
    arguments = [p for p in list(arguments_of(kind).values())[1:] if p.kind is not p.VAR_KEYWORD]
    variable = _Variable()  # of all objects: what one remembers of it, another can go on with

    class Held(kind):
        def __init__(self, **numbers: Any):
            variable.data, variable.grad = np.zeros(2), None
            super().__init__([variable], **numbers)

        def update(self, params: Any, gradient: Any, state: Any) -> Any:
            variable.data, variable.grad = np.array(params), np.array(gradient)
            getattr(self, step)()
            return np.array(variable.data)

    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    Held.__init__.__signature__ = inspect.Signature([own, *arguments])
    Held.__name__ = kind.__name__
    return Held


def _source(function: Any) -> str:
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""
