"""RMSpropCentered, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, rho, epsilon):
    """Graves 2013, eqs. 38 to 40: n − g² as a mean of products, with both means summed from all the past."""
    path, past = [list(w)], [[] for _ in w]
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            past[i].append(d)
            weights = [(1 - rho) * rho**k for k in reversed(range(len(past[i])))]
            mean = math.fsum(weight * p for weight, p in zip(weights, past[i], strict=True))
            square = math.fsum(weight * p * p for weight, p in zip(weights, past[i], strict=True))
            new.append(path[-1][i] - learning_rate / math.sqrt(square - mean * mean + epsilon) * d)
        path.append(new)
    return np.array(path)


THREE_STEPS = (
    {"learning_rate": 0.1, "rho": 0.5, "epsilon": 1.0},
    [
        -0.2 / np.sqrt(2),  # a = 1, v = 2: v − a² + ε = 2
        -0.2 / np.sqrt(2) - 0.2 / np.sqrt(1.75),  # a = 1.5, v = 3
        -0.2 / np.sqrt(2) - 0.2 / np.sqrt(1.75) - 0.2 / np.sqrt(1.4375),  # a = 1.75, v = 3.5
    ],
)

UNSEEN = {"a = ρ * state.a - (1 - ρ) * g": "only a² is used"}
