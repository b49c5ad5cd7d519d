"""What is said of what the browser cannot compute."""

from __future__ import annotations

WORDS = {  # operations of XLA and of TensorFlow that a learner knows by another name
    "while": "a loop that TensorFlow runs (tf.while_loop)",
    "sort": "sorting (tf.sort, tf.argsort, tf.math.top_k)",
    "reduce-window": "a running sum (tf.cumsum) or a pooling",
    "scatter": "writing at places that are given (tf.tensor_scatter_nd_update)",
    "rng": "random numbers (tf.random)",
    "rng-bit-generator": "random numbers (tf.random)",
    "rng-get-and-update-state": "random numbers (tf.random)",
    "custom-call": "a library of linear algebra (tf.linalg)",
    "triangular-solve": "solving equations (tf.linalg)",
    "cholesky": "a decomposition (tf.linalg)",
    "StringFormat": "printing (tf.print)",
    "PyFunc": "Python code that TensorFlow calls (tf.numpy_function)",
    "EagerPyFunc": "Python code that TensorFlow calls (tf.py_function)",
    "erf": "the error function (tf.math.erf)",
}


class Untranslatable(Exception):
    """What the browser cannot compute; the message names the operation, or the reason."""

    @classmethod
    def operation(cls, name: str, more: str = "") -> Untranslatable:
        """That of one of XLA's operations."""
        words = f"{WORDS[name]}: " if name in WORDS else ""
        return cls(f"{words}the operation {name}{more}")
