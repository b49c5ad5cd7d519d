"""The rules of this package inside Keras: `model.compile(optimizer=KerasOptimizer(Adam(0.01)), loss="mse")`."""

from optlearn.backend import need_tensorflow  # noqa: F401 - first: it says what is wrong where Keras cannot start
from optlearn.keras.optimizer import KerasOptimizer

__all__ = ["KerasOptimizer"]
