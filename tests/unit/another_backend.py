"""What KerasOptimizer says on another backend, for every rule, as JSON: a script, run with KERAS_BACKEND=numpy.

Keras's NumPy backend takes a few functions from JAX, which need not be installed: empty modules stand in for it.
"""

import json
import sys
from types import ModuleType

FFT = "keras.src.backend.jax.math"
for name in ("jax", "jax.lax", "jax.monitoring", "keras.src.backend.jax", FFT):
    sys.modules[name] = ModuleType(name)
sys.modules["jax"].lax, sys.modules["jax"].monitoring = sys.modules["jax.lax"], sys.modules["jax.monitoring"]
sys.modules[FFT].fft = sys.modules[FFT].fft2 = None

from optlearn import optimizers  # noqa: E402 - after the stand-ins
from optlearn.keras import KerasOptimizer  # noqa: E402

if __name__ == "__main__":
    heard = {}
    for kind in optimizers.ALL:
        try:
            KerasOptimizer(kind())
        except RuntimeError as error:
            heard[kind.__name__] = str(error)
    print(json.dumps(heard))
