"""What a notebook needs to tell its lesson: the source of a rule beside its formula, and whether Keras has it too."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable

import keras
from IPython.display import Markdown

from optlearn.optimizers import Optimizer


def show_rule(optimizer: type[Optimizer]) -> Markdown:
    """The formula of an optimizer, from its docstring, and the code of its `update`, from the package."""
    _, formula, *_ = inspect.cleandoc(optimizer.__doc__).split("\n\n")
    return Markdown(f"```text\n{formula}\n```\n{_fenced(optimizer.update)}")


def show_source(function: Callable) -> Markdown:
    """The code of one function or method of the package."""
    return Markdown(_fenced(function))


def keras_has(name: str, since: str = "") -> bool:
    """Whether the Keras that is installed has an optimizer of this name; where it has not, a line says so.

    `since` is for a class whose rule was another before some version: Muon's before 3.13.

    >>> if keras_has("Muon", since="3.13"):
    ...     theirs = keras.optimizers.Muon(learning_rate=0.02)
    """
    early = bool(since) and _numbers(keras.__version__) < _numbers(since)
    if hasattr(keras.optimizers, name) and not early:
        return True
    which = f"{name} as it is from {since} on" if early else name
    print(f"Keras {keras.__version__} has no {which}: the comparison with it is left out.")
    return False


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")[:2]]


def _fenced(function: Callable) -> str:
    return f"```python\n{textwrap.dedent(inspect.getsource(function))}```"
