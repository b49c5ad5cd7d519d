"""What a notebook needs to tell its lesson: the source of a rule beside its formula."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable

from IPython.display import Markdown

from optlearn.optimizers import Optimizer


def show_rule(optimizer: type[Optimizer]) -> Markdown:
    """The formula of an optimizer, from its docstring, and the code of its `update`, from the package."""
    _, formula, *_ = inspect.cleandoc(optimizer.__doc__).split("\n\n")
    return Markdown(f"```text\n{formula}\n```\n{_fenced(optimizer.update)}")


def show_source(function: Callable) -> Markdown:
    """The code of one function or method of the package."""
    return Markdown(_fenced(function))


def _fenced(function: Callable) -> str:
    return f"```python\n{textwrap.dedent(inspect.getsource(function))}```"
