"""What KerasOptimizer says on another backend for every rule, and what `scheduled` says, as JSON.

A script, run with KERAS_BACKEND=numpy.

Keras's NumPy backend takes a few functions from JAX and SciPy, which need not be installed: empty modules stand in
for them.
"""

import json
import sys
from types import ModuleType

FFT = "keras.src.backend.jax.math"
for name in ("jax", "jax.lax", "jax.monitoring", "keras.src.backend.jax", FFT, "scipy", "scipy.linalg"):
    sys.modules[name] = ModuleType(name)
sys.modules["jax"].lax, sys.modules["jax"].monitoring = sys.modules["jax.lax"], sys.modules["jax.monitoring"]
sys.modules["scipy"].linalg = sys.modules["scipy.linalg"]
sys.modules[FFT].fft = sys.modules[FFT].fft2 = None

from keras.optimizers.schedules import CosineDecay  # noqa: E402 - after the stand-ins

from optlearn import optimizers  # noqa: E402
from optlearn.keras import KerasOptimizer  # noqa: E402
from optlearn.schedules import scheduled  # noqa: E402

if __name__ == "__main__":
    calls = {kind.__name__: lambda kind=kind: KerasOptimizer(kind()) for kind in optimizers.RULES}
    calls["scheduled"] = lambda: scheduled(optimizers.SGD(), CosineDecay(0.01, 500))
    heard = {}
    for name, call in calls.items():
        try:
            call()
        except RuntimeError as error:
            heard[name] = str(error)
    print(json.dumps(heard))
