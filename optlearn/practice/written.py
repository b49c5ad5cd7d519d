"""A program written out: as the two methods of a class, and as that class."""

from __future__ import annotations

import inspect
import itertools
import linecache
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from optlearn.optimizers import Optimizer
from optlearn.practice.program import Program, read
from optlearn.practice.trees import names_in

_numbers = itertools.count()


def as_class(kind: type[Optimizer], program: Program, base: type[Optimizer] | None = None) -> type[Optimizer]:
    """A program as an optimizer that `train`, `sweep` and `Lab` accept, with the numbers of another one.

    Parameters
    ----------
    base : type, optional
        What to derive it from, if that is not `kind`: the same rule made with other functions than TensorFlow's.
    """
    base = base or kind
    source, name = source_of(kind, program), kind.__name__
    file = f"<{name}, changed {next(_numbers)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace = dict(base.update.__globals__) | {"apart": np.array([-1.0, 0.0])}
    exec(compile(source, file, "exec"), namespace, made := {})
    fields = kind.State._fields + tuple(f for f in program.kept if f not in kind.State._fields)
    if fields != kind.State._fields:
        made["State"] = NamedTuple("State", [(field, Any) for field in fields])
    made |= {"xla": False, "__module__": kind.__module__, "__doc__": kind.__doc__}  # many, and each is run a few times
    return dataclass(frozen=True)(type(name, (base,), made))


def source_of(kind: type[Optimizer], program: Program) -> str:
    """The two methods of a rule that goes by this program."""
    letters, kept = read(kind).letters, program.kept
    used = [n for _, text in program.lines for n in names_in(text)]
    numbers = [f"{letter} = self.{field}" for letter, field in letters.items() if letter in used]
    starts = [f"{field}={_with_self(text, letters)}" for field, text in program.starts.items()]
    unused = [f"{field}=state.{field}" for field in kind.State._fields if field not in kept]
    state = ", ".join([*(f"{field}={text}" for field, text in kept.items()), *unused])
    matrix = "len(params.shape)" in inspect.getsource(kind)
    init = f"{kind.__name__}.init(self, params)._replace" if matrix else "self.State"
    other = [f"if len(params.shape) > 2:\n        return {kind.__name__}.update(self, params, g, state)"] * matrix
    lines = [f"{target} = {text}".replace(" ** ", "**") for target, text in program.lines]  # as in the package
    body = [*other, *numbers, *lines, f"return θ, self.State({state})"]
    return "\n    ".join(
        [
            "def init(self, params):",
            f"return {init}({', '.join(starts)})\n\n\ndef update(self, params, g, state):",
            *body,
        ]
    )


def _with_self(text: str, letters: dict[str, str]) -> str:
    for letter in names_in(text):
        if letter in letters:
            text = text.replace(letter, f"self.{letters[letter]}")
    return text
