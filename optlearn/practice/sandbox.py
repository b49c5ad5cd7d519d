"""A learner's rule, as any object or function, run with care: what it does, or in plain words why it does nothing."""

from __future__ import annotations

import contextlib
import copy
import io
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from optlearn import tunable
from optlearn.optimizers import Optimizer
from optlearn.practice.names import given_as, names_of, taken_by

INSTRUCTIONS = 300_000  # of Python's machine, that one call of a learner's code may take
TALKATIVE = 20_000  # characters printed; such a rule is counted by lines, which is faster
HINTS = {
    "NoneType": " The first state is what init(params) returns; a plain function gets None, and makes the first "
    "state itself.",
    "positional argument": " It is called as update(params, gradient, state), and made with the usual names for "
    "numbers: learning_rate or lr, momentum or beta, and so on.",
    "has no attribute 'assign": " Here params is an array, and no variable: make new params, and return them.",
    "float tensor": " Everything here is float64: make buffers by tf.zeros_like(params).",
    "double tensor": " Everything here is float64: make buffers by tf.zeros_like(params).",
}
LIBRARY = (__file__, tunable.__file__)  # a line number in these does not help
PAIR = "It returns two things: new_params and new_state."


class RuleError(Exception):
    """A rule that cannot be run: the message is for the person who wrote it."""


class RaisedError(RuleError):
    """A rule that raised an error of its own."""


def as_usual(update: Callable, params: Any, gradient: Any, state: Any) -> Any:
    """The way in which a rule is called."""
    return update(params, gradient, state)


class Rule:
    """A learner's rule behind one face: `init(params)` and `update(params, gradient, state)`, on NumPy arrays (n,).

    Parameters
    ----------
    rule
        A class or an object with `update(params, gradient, state)`, and `init(params)` if it has a state;
        or a function `update(params, gradient, state, ...)`, which gets None for its first state.
    reference : type
        The optimizer it is meant to be.
    values : dict
        The hyper-parameters to run with, by the reference's names. The rule may call them by other usual names.
    tensors : bool
        Whether it gets tensors, for their methods, and not arrays.
    call : callable
        The way in which it is called, where that is another one than the usual.
    skip : int
        How many arguments of a function come before its numbers.

    Attributes
    ----------
    names : dict
        For each number that it takes, the name it has there.
    printed : int
        How many characters it has printed so far; none of them is shown.
    forgets : bool
        No update has returned a state so far.
    single : bool
        Something it has returned was in single precision.
    """

    def __init__(
        self,
        rule: Any,
        reference: type[Optimizer],
        values: dict[str, float],
        tensors: bool = False,
        call: Callable = as_usual,
        skip: int = 3,
    ):
        self.tensors, self.forgets, self.single, self.call = tensors, True, False, call
        self.names = names_of(rule, reference, skip)
        given = given_as(self.names, values, taken_by(rule, skip))
        self.name = getattr(rule, "__name__", type(rule).__name__)
        self.printed = 0
        if isinstance(rule, type):
            self.object = self._call("making an object of the class", rule, **given)
        elif callable(getattr(rule, "update", None)):
            self.object = self._call("a copy of the object", _with_values, rule, given)
        elif callable(rule):
            self.object = _Function(rule, given)
        else:
            raise RuleError(f"{rule!r} is neither a function nor an object with a method update.")
        if not callable(getattr(self.object, "update", None)):
            raise RuleError(f"{self.name} has no method update(params, gradient, state).")

    def init(self, params: np.ndarray) -> Any:
        """The state before the first step."""
        make = getattr(self.object, "init", None)
        given = tf.constant(params) if self.tensors else params.copy()
        return self._call("init", make, given) if callable(make) else None

    def update(self, params: np.ndarray, gradient: np.ndarray, state: Any) -> tuple[np.ndarray, Any]:
        """One step, checked: the new params (n,) and the new state."""
        before = params.copy(), gradient.copy()
        given = params.copy(), gradient.copy()
        if self.tensors:
            given = tf.constant(given[0]), tf.constant(given[1])
        result = self._call("update", self.call, self.object.update, *given, state)
        if not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(before, given, strict=True)):
            raise RuleError(
                f"{self.name}.update changes its arguments: after it, params or gradient hold other numbers. "
                "Make new ones: write params = params - ..., not params -= ..."
            )
        self.single = self.single or _single(result) or _single(getattr(self.object, "__dict__", None))
        if not is_pair(result):
            return self._params(result, params), state
        self.forgets = False
        return self._params(result[0], params), result[1]

    def _params(self, result: Any, params: np.ndarray) -> np.ndarray:
        """What an update returned for the params, as an array of their shape."""
        what = f"{self.name}.update returns"
        if result is None:
            raise RuleError(f"{what} nothing. Its last line is: return new_params, new_state")
        if isinstance(result, str) or callable(result):
            raise RuleError(f"{what} {result!r:.60} for the params: not numbers.")
        try:
            array = np.array(result, float)
        except Exception:
            kind = type(result).__name__
            raise RuleError(f"{what} a {kind} for the params that is not {len(params)} numbers. {PAIR}") from None
        if array.shape != params.shape:
            shapes = f"params of shape {array.shape} for params of shape {params.shape}"
            raise RuleError(f"{what} {shapes}. {PAIR}")
        return array

    def _call(self, what: str, function: Callable, *args: Any, **kwargs: Any) -> Any:
        """Call a piece of the learner's code: nothing printed, never endless, every error in plain words."""
        output = io.StringIO()
        quiet = contextlib.redirect_stdout(output), contextlib.redirect_stderr(output), np.errstate(all="ignore")
        try:
            with quiet[0], quiet[1], quiet[2], _step_limit(self.printed < TALKATIVE):
                return function(*args, **kwargs)
        except _TooLong:
            raise RuleError(f"{self.name}: {what} does not come to an end. Is there a loop that never stops?") from None
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # sys.exit() as well
            raise RaisedError(f"{self.name}: {what} raises {_in_words(error)}") from error
        finally:
            self.printed += output.tell()


class _Function:
    """A plain function as an object with `update`."""

    def __init__(self, function: Callable, given: dict[str, Any]):
        self._function, self._given = function, given

    def update(self, *args: Any) -> Any:
        return self._function(*args, **self._given)


class _TooLong(BaseException):
    """Too many instructions have run. Not an Exception, so that the learner's own `except` does not catch it."""


@contextlib.contextmanager
def _step_limit(opcodes: bool) -> Iterator[None]:
    left = INSTRUCTIONS

    def count(frame, event, arg):
        nonlocal left
        if "site-packages" in frame.f_code.co_filename:
            return None  # what a library does is not counted
        frame.f_trace_opcodes = opcodes  # `while True: pass` never reaches a new line
        left -= 1
        if left < 0:
            raise _TooLong
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)


def _with_values(rule: Any, given: dict[str, Any]) -> Any:
    """A copy of an object with other hyper-parameters; the learner's own is left as it is."""
    new = copy.deepcopy(rule)
    for name, value in given.items():
        old = getattr(new, name)
        value = tf.constant(value, old.dtype) if tf.is_tensor(old) else value
        object.__setattr__(new, name, value)  # also where the class is frozen
    return new


def is_pair(result: Any) -> bool:
    """Whether an update returned (params, state), and not params alone, be it as a tuple of two numbers."""
    return isinstance(result, tuple | list) and len(result) == 2 and not _is_number(result[0])


def _is_number(value: Any) -> bool:
    return not isinstance(value, str) and value is not None and np.ndim(_array(value)) == 0


def _array(value: Any) -> Any:
    try:
        return np.asarray(value, float)
    except Exception:  # a ragged list, a dict, a function
        return np.empty(1)


def _single(value: Any, depth: int = 0) -> bool:
    """Whether there is a number in single precision in what a rule returned or keeps."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return depth < 4 and any(_single(each, depth + 1) for each in value[:20])
    return getattr(getattr(value, "dtype", None), "name", getattr(value, "dtype", None)) in ("float32", "float16")


def _in_words(error: BaseException) -> str:
    """The kind of an error, its first line, where in the learner's code it was raised, and what may help."""
    trace, line = error.__traceback__, None
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if "site-packages" not in file and file not in LIBRARY:
            line = trace.tb_lineno
        trace = trace.tb_next
    message = (str(error).strip().splitlines() or [""])[0][:300]
    where = f" (line {line})" if line else ""
    hint = next((hint for words, hint in HINTS.items() if words in message), "")
    return f"{type(error).__name__}: {message}{where}{hint}"
