"""Other ways of handing in a rule than the one that is asked for: tried, and named where one fits."""

from __future__ import annotations

import copy
import inspect
import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from optlearn.optimizers import Optimizer
from optlearn.practice.names import arguments_of, names_of
from optlearn.practice.sandbox import as_usual, is_pair

FACE = "update(params, gradient, state)"
METHODS = ("step", "update_step", "apply", "apply_gradients", "__call__", "optimize", "get_update", "update_params",
           "compute_update", "apply_gradient", "update_parameters", "run", "minimize")  # fmt: skip
COUNTS = ("t", "i", "k", "step", "steps", "iteration", "iterations", "iter", "epoch", "count", "time")


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
    if isinstance(rule, tf.keras.optimizers.Optimizer) or _is_kind(rule, tf.keras.optimizers.Optimizer):
        yield from _of_keras(rule)
        return
    update = rule if not isinstance(rule, type) and not hasattr(rule, "update") else getattr(rule, "update", None)
    if update is None or not callable(update):
        yield from _of_other_methods(rule)
        return
    yield from _of_arguments(rule, update, reference)
    yield from _of_results(rule)
    yield from _of_order(rule)
    yield Way("It takes params as a dict of arrays by name. Here params is one array of numbers, no dict, and so is "
         "the gradient.",
              rule, _with_dicts, sure="items" in _source(update) or ".keys()" in _source(update))  # fmt: skip
    yield Way(
        "It changes params in place. Make new ones and return them: return new_params, new_state.", rule, _in_place
    )


# ---- By its arguments


def _of_arguments(rule: Any, update: Any, reference: type[Optimizer]) -> Iterator[Way]:
    """A missing self or state, a rate in the state's place, a state in pieces, and a whole loop."""
    names = list(arguments_of(update))
    if isinstance(rule, type) and names and names[0] != "self" and len(names) < 4 and "self" not in names[:1]:
        static = type(rule.__name__, (rule,), {"update": staticmethod(update)})
        yield Way(
            f"Its update has no self: a method begins with def update(self, {', '.join(names)}).", static, sure=True
        )
    names = [name for name in names if name != "self"]
    source = _source(update)
    first = names[0] if names else ""
    if (
        f"{first}(" in source.partition(":")[2]
        and ("for " in source or "while " in source)
        and not isinstance(rule, type)
    ):
        yield Way(f"This looks like a whole training loop, which calls {first} for its gradients. What is asked for "
             f"is one "
                  f"step of it: def {FACE}, which returns new_params, new_state.", None)  # fmt: skip
    if isinstance(rule, type) or hasattr(rule, "update"):
        return
    numbers = names_of(rule, reference, 2)
    if len(names) > 2 and names[2] in numbers.values():
        yield Way(f"Its third argument is {names[2]}, which stands in the place of the state: it is called as "
             f"{FACE}. Write "
                  f"def {rule.__name__}({names[0]}, {names[1]}, state, {names[2]}=...).", rule, _without_state, 2,
                  True)  # fmt: skip
    if len(names) == 2:
        yield Way(
            f"It takes no state. It is called as {FACE}: add one, even if nothing is kept in it.",
            rule,
            _without_state,
            2,
            True,
        )
    required = [
        p.name for p in arguments_of(rule).values() if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD
    ]
    pieces = [name for name in required[2:] if name not in numbers.values()]
    if len(pieces) > 1:
        says = (f"Its state is spread over {len(pieces)} arguments. Put {', '.join(pieces[:-1])} and {pieces[-1]} "
             f"into one state: "
                f"{', '.join(pieces)} = state, and return new_params, ({', '.join(pieces)}).")  # fmt: skip
        yield Way(says, rule, _in_pieces(pieces), 2 + len(pieces), True)


def _without_state(update: Callable, params: Any, gradient: Any, state: Any) -> Any:
    return update(params, gradient)


def _in_pieces(pieces: list[str]) -> Callable:
    """A call in which the state comes as several arguments, and comes back behind the parameters."""

    def call(update: Callable, params: Any, gradient: Any, state: Any) -> Any:
        step, kept = state or (0, [0 if name.lower() in COUNTS else np.zeros_like(params) for name in pieces])
        step += 1
        given = [step if name.lower() in COUNTS else value for name, value in zip(pieces, kept, strict=True)]
        result = update(params, gradient, *given)
        new = list(result[1:]) if len(result) > 1 and not isinstance(result[1], tuple) else list(result[1])
        arrays = iter(new)
        return result[0], (
            step,
            [0 if n.lower() in COUNTS else next(arrays, old) for n, old in zip(pieces, kept, strict=True)],
        )

    return call


# ---- By its order, and by what comes back


def _of_order(rule: Any) -> Iterator[Way]:
    """Arguments in another order."""
    orders = {(1, 2, 0): "gradient, state, params", (1, 0, 2): "gradient, params, state", (0, 2,
         1): "params, state, gradient",
              (2, 0, 1): "state, params, gradient", (2, 1, 0): "state, gradient, params"}  # fmt: skip
    for order, words in orders.items():
        says = f"Its arguments come in another order: ({words}). It is called as {FACE}."
        yield Way(says, rule, _ordered(order))
        yield Way(f"{says} And it returns the change, as in Optax. What is asked for is new_params, new_state.", rule,
                  _ordered(order, _added))  # fmt: skip


def _of_results(rule: Any) -> Iterator[Way]:
    """Something else returned than the new parameters and the new state."""
    asked = "What is asked for is: return new_params, new_state."
    yield Way(f"The two that it returns are exchanged: the state comes first. {asked}", rule, _exchanged)
    yield Way(f"It returns the change, and not the new params. {asked}", rule, _ordered((0, 1, 2), _added))
    yield Way(
        f"It returns what is to be subtracted, and not the new params. {asked}", rule, _ordered((0, 1, 2), _subtracted)
    )
    yield Way(f"It returns a dict. {asked}", rule, _from_dict)
    yield Way(f"It returns several things. {asked} Put all that has to be kept into one state.", rule, _several)
    yield Way("Its parameters come back as a list of variables.", rule, _numbers_of)


def _ordered(order: tuple[int, ...], result: Callable | None = None) -> Callable:
    def call(update: Callable, params: Any, gradient: Any, state: Any) -> Any:
        three = params, gradient, state
        found = update(*(three[number] for number in order))
        return result(params, found) if result else found

    return call


def _added(params: Any, result: Any) -> Any:
    change, *rest = result if is_pair(result) else (result,)
    return (params + np.asarray(change), *rest) if rest else params + np.asarray(change)


def _subtracted(params: Any, result: Any) -> Any:
    change, *rest = result if is_pair(result) else (result,)
    return (params - np.asarray(change), *rest) if rest else params - np.asarray(change)


def _exchanged(update: Callable, params: Any, gradient: Any, state: Any) -> Any:
    state, params = update(params, gradient, state)
    return params, state


def _several(update: Callable, params: Any, gradient: Any, state: Any) -> Any:
    params, *state = update(params, gradient, state)
    return params, tuple(state)


def _numbers_of(update: Callable, params: Any, gradient: Any, state: Any) -> Any:
    result = update(params, gradient, state)
    new, *rest = result if is_pair(result) else (result,)
    new = np.array([np.ravel(each)[0] for each in new])
    return (new, *rest) if rest else new


def _from_dict(update: Callable, params: Any, gradient: Any, state: Any) -> Any:
    found = update(params, gradient, state)
    names = [name for name in found if name.lower() in ("params", "param", "theta", "θ", "w", "x", "weights")]
    return found[names[0]], {name: value for name, value in found.items() if name != names[0]}


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


def _of_other_methods(rule: Any) -> Iterator[Way]:
    """A class or an object without `update`: PyTorch's `step()`, or another name."""
    methods = [
        name
        for name in METHODS
        if callable(getattr(rule, name, None)) and name != "__call__" or name in vars(_class(rule))
    ]
    for name in methods:
        own = getattr(_class(rule), name)
        takes = [n for n in arguments_of(own) if n != "self"]
        if not takes:
            says = (f"It has no method update, and {name}() in its place, in the manner of PyTorch. Here the rule "
                 f"gets its "
                    f"parameters and their gradient at each step: def {FACE}.")  # fmt: skip
            torch = _of_torch(rule, name)
            yield Way(says, torch, sure=True) if torch else Way(says, None)
            return
        says = f"It has no method update, but one that is called {name}. Name it {FACE}."
        kind = type(_class(rule).__name__, (_class(rule),), {"update": own})
        yield Way(says, kind if isinstance(rule, type) else _as(rule, kind), sure=True)
        for way in (*_of_order(kind), *_of_results(kind)):
            yield way._replace(says=f"{says} {way.says}")
    if not methods:
        yield Way(f"It has no method update. What is asked for is {FACE}.", None)


class _Variable:
    """A parameter in the manner of PyTorch."""

    def __init__(self, data: np.ndarray):
        self.data, self.grad = data, None


def _of_torch(rule: Any, step: str) -> Any:
    """A class whose objects hold their parameters, as one whose objects get them."""
    if not isinstance(rule, type):
        return None
    signature = inspect.signature(rule)
    first = next(iter(signature.parameters), None)

    class Held:
        def __init__(self, **numbers: Any):
            self.variable = _Variable(np.zeros(2))
            self.inner = rule(**{first: [self.variable]}, **numbers)

        def update(self, params: Any, gradient: Any, state: Any) -> Any:
            self.variable.data, self.variable.grad = np.array(params), _Variable(np.array(gradient))
            self.variable.grad = np.array(gradient)
            getattr(self.inner, step)()
            return np.array(self.variable.data)

    Held.__init__.__signature__ = signature.replace(
        parameters=[
            inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY),
            *itertools.islice(signature.parameters.values(), 1, None),
        ]
    )
    Held.__name__ = rule.__name__
    return Held


def _of_keras(rule: Any) -> Iterator[Way]:
    """An optimizer of Keras's, or a learner's own class in its manner."""
    kind = _class(rule)
    says = (
        f"This is an optimizer in the manner of Keras, whose update_step(gradient, variable, learning_rate) changes a "
        f"variable. What is asked for is {FACE}, which returns new params and a new state."
    )
    if kind.__module__.startswith("keras"):
        says += " It is Keras's own: there is nothing in it to check."
    yield Way(says, None)


def _class(rule: Any) -> type:
    return rule if isinstance(rule, type) else type(rule)


def _is_kind(rule: Any, kind: type) -> bool:
    return isinstance(rule, type) and issubclass(rule, kind)


def _as(rule: Any, kind: type) -> Any:
    new = copy.copy(rule)
    new.__class__ = kind
    return new


def _source(function: Any) -> str:
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""
