"""The rules of this package inside Keras: `model.compile(optimizer=KerasOptimizer(Adam(0.01)), loss="mse")`."""

from optlearn.keras.fullbatch import FullBatch
from optlearn.keras.optimizer import KerasOptimizer

__all__ = ["FullBatch", "KerasOptimizer"]
