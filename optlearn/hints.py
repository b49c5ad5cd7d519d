"""What an error in a rule or a problem of one's own means: a sentence that stands under it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import tensorflow as tf

TRACED = (
    "{what} is called once, with tensors that have no values yet; TensorFlow notes what is done with them and repeats "
    "it at every step. So write tf.where(condition, a, b) in place of `if`, and tf's functions in place of NumPy's; "
    "`while`, float(...) and .numpy() cannot be had of such a tensor."
)
FLOAT64 = (
    "All tensors are float64: write 0.5 in place of tf.constant(0.5), tf.zeros_like(x) in place of tf.zeros(2), and "
    "tf.where(condition, 0 * x, x) in place of tf.where(condition, 0.0, x)."
)
OF_TENSORS_WITHOUT_VALUES = ("symbolic", "SymbolicTensor", "'Tensor' object has no attribute 'numpy'")
OF_ANOTHER_TYPE = ("float32", "int32", "int64")
FRAME = ("Graph execution error", "Detected at node", "File ", "Traceback", "[[{{node", "2 root error", "(0)", "(1)")


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Put a sentence under an error that says what TensorFlow means by it. `what`: whose error, as "Adam.update"."""
    try:
        yield
    except Exception as error:
        note = _meaning(error, what)
        if note and note not in getattr(error, "__notes__", ()):
            error.add_note(note)
        raise


def in_short(error: Exception) -> str:
    """An error in a line: its kind, what it says first, and what is known of it."""
    said = reason(error) if isinstance(error, tf.errors.OpError) else f"{type(error).__name__}: {error}"
    return " ".join([said, *(note for note in getattr(error, "__notes__", ()) if said not in note)])


def reason(error: tf.errors.OpError) -> str:
    """The one line of a page of TensorFlow's that says what went wrong while a program ran."""
    lines = [line.strip() for line in str(error).splitlines()]
    told = [line for line in lines if line and not line.startswith(FRAME)]
    return told[0] if told else type(error).__name__


def _meaning(error: Exception, what: str) -> str:
    said = str(error)
    if isinstance(error, tf.errors.OperatorNotAllowedInGraphError) or any(x in said for x in OF_TENSORS_WITHOUT_VALUES):
        return TRACED.format(what=what)
    if isinstance(error, TypeError | ValueError | tf.errors.InvalidArgumentError) and "float64" in said:
        return FLOAT64 if any(kind in said for kind in OF_ANOTHER_TYPE) else ""
    return f"{what}: {reason(error)}" if isinstance(error, tf.errors.OpError) else ""
