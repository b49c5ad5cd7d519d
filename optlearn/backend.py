"""Keras runs on TensorFlow, JAX, PyTorch or NumPy; the rules of this package on TensorFlow."""

import os

NEEDED = (
    "Before anything imports Keras, say: import os; os.environ['KERAS_BACKEND'] = 'tensorflow'. "
    "In a notebook, restart the kernel first."
)

try:
    import keras
except ImportError as error:  # Keras is told to run on something that is not installed
    name = os.environ.get("KERAS_BACKEND", "the backend of its keras.json")
    raise ImportError(
        f"Keras does not start on {name}: {error}. The rules of optlearn need TensorFlow. {NEEDED}"
    ) from error


def need_tensorflow(what: str) -> None:
    """Raise an error unless Keras runs on TensorFlow.

    Raises
    ------
    RuntimeError
        It says which backend Keras has, and how to choose another.
    """
    backend = keras.config.backend()
    if backend != "tensorflow":
        raise RuntimeError(
            f"{what} needs Keras on TensorFlow, in which the rules of optlearn are written. "
            f"Here Keras runs on {backend}. {NEEDED}"
        )
