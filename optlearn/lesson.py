"""What a notebook needs to tell its lesson: a rule as mathematics, its source, and whether Keras has it too."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable

import keras
from IPython.display import Markdown

from optlearn import typeset
from optlearn.optimizers import Optimizer


def show_rule(optimizer: type[Optimizer]) -> Markdown:
    """The formula of an optimizer, set from the lines of its docstring; its numbers; and the code of its `update`."""
    lines = " \\\\\n".join(typeset.latex(typeset.parse(line)) for line in formula(optimizer))
    mathematics = f"$$\n\\begin{{aligned}}\n{lines}\n\\end{{aligned}}\n$$"
    return Markdown(f"{mathematics}\n\n{_numbers(optimizer)}\n\n{_fenced(optimizer.update)}")


def show_source(function: Callable) -> Markdown:
    """The code of one function or method of the package."""
    return Markdown(_fenced(function))


def formula(optimizer: type[Optimizer]) -> list[str]:
    """The lines of the formula in the docstring of an optimizer: its second paragraph.

    Raises
    ------
    ValueError
        If the docstring has no such paragraph.
    """
    _, *paragraphs = inspect.cleandoc(optimizer.__doc__ or "").split("\n\n")
    if not paragraphs or not any(sign in paragraphs[0] for sign in "←="):
        raise ValueError(
            f"{optimizer.__name__} has no formula to show: its docstring needs a first sentence, an empty line, and "
            "then the lines of the formula, such as θ ← θ − η·g"
        )
    return paragraphs[0].splitlines()


def _numbers(optimizer: type[Optimizer]) -> str:
    """A line that says which letter is which argument."""
    letters = [(about.symbol, name) for name, about in optimizer.hypers().items() if about.symbol != name]
    named = "".join(f", ${typeset.symbol(symbol)}$ is `{name}`" for symbol, name in letters)
    return f"Here $\\theta$ are the parameters, $g$ is their gradient{named}."


def keras_has(name: str, since: str = "") -> bool:
    """Whether the Keras that is installed has an optimizer of this name; where it has not, a line says so.

    `since` is for a class whose rule was another before some version: Muon's before 3.13.

    >>> if keras_has("Muon", since="3.13"):
    ...     theirs = keras.optimizers.Muon(learning_rate=0.02)
    """
    early = bool(since) and _version(keras.__version__) < _version(since)
    if hasattr(keras.optimizers, name) and not early:
        return True
    which = f"{name} as it is from {since} on" if early else name
    print(f"Keras {keras.__version__} has no {which}: the comparison with it is left out.")
    return False


def _version(version: str) -> list[int]:
    return [int(part) for part in version.split(".")[:2]]


def _fenced(function: Callable) -> str:
    return f"```python\n{textwrap.dedent(inspect.getsource(function))}```"
