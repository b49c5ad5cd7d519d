"""Keras runs on TensorFlow, JAX, PyTorch or NumPy; the rules of this package on TensorFlow."""

import keras


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
            f"{what} needs Keras on TensorFlow, in which the rules of optlearn are written. Here Keras runs on "
            f"{backend}. Before anything imports Keras, say: import os; os.environ['KERAS_BACKEND'] = 'tensorflow'. "
            "In a notebook, restart the kernel first."
        )
