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


def keras_has(name: str) -> bool:
    """Whether the Keras that is installed has an optimizer of this name; where it has not, a line says so.

    Muon came with Keras 3.13, ScheduleFreeAdamW with 3.14, and the package works from 3.10 on.

    >>> if keras_has("Muon"):
    ...     theirs = keras.optimizers.Muon(learning_rate=0.02)
    """
    if hasattr(keras.optimizers, name):
        return True
    print(f"Keras {keras.__version__} has no {name}: the comparison with it is left out.")
    return False


def _fenced(function: Callable) -> str:
    return f"```python\n{textwrap.dedent(inspect.getsource(function))}```"
