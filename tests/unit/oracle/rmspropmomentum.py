"""RMSpropMomentum, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, rho, momentum, epsilon):
    """RMSprop's step, plus the step before, faded: no velocity is kept."""
    path, mean_square = [list(w)], [0.0] * len(w)
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        before = path[-2] if len(path) > 1 else path[-1]
        for i, d in enumerate(dw):
            mean_square[i] += (1 - rho) * (d * d - mean_square[i])
            step = learning_rate * d / math.sqrt(mean_square[i] + epsilon)
            new.append(path[-1][i] + momentum * (path[-1][i] - before[i]) - step)
        path.append(new)
    return np.array(path)


THREE_STEPS = (
    {"learning_rate": 0.1, "rho": 0.5, "momentum": 0.5, "epsilon": 0.0},
    [
        -0.2 / np.sqrt(2),
        -0.2 / np.sqrt(2) - (0.1 / np.sqrt(2) + 0.2 / np.sqrt(3)),  # b = ½·0.2/√2 + 0.2/√3
        -0.2 / np.sqrt(2)
        - (0.1 / np.sqrt(2) + 0.2 / np.sqrt(3))
        - (0.05 / np.sqrt(2) + 0.1 / np.sqrt(3) + 0.2 / np.sqrt(3.5)),
    ],
)
