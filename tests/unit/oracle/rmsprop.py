"""RMSprop, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, rho, epsilon):
    """Tieleman and Hinton 2012: the mean square, v += (1 − ρ)·(dw² − v), with ε inside the root."""
    path, mean_square = [list(w)], [0.0] * len(w)
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            mean_square[i] += (1 - rho) * (d * d - mean_square[i])
            new.append(path[-1][i] - learning_rate / math.sqrt(mean_square[i] + epsilon) * d)
        path.append(new)
    return np.array(path)


THREE_STEPS = (
    {"learning_rate": 0.1, "rho": 0.5, "epsilon": 0.0},
    [
        -0.2 / np.sqrt(2),  # v = ½·4
        -0.2 / np.sqrt(2) - 0.2 / np.sqrt(3),  # v = ½·2 + 2
        -0.2 / np.sqrt(2) - 0.2 / np.sqrt(3) - 0.2 / np.sqrt(3.5),
    ],
)
