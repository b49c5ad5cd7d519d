"""Adadelta, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, rho, epsilon):
    """Zeiler 2012, Algorithm 1, by its RMS[·], with the learning rate of the libraries in front."""
    path, of_g, of_x = [list(w)], [0.0] * len(w), [0.0] * len(w)
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            of_g[i] = rho * of_g[i] + (1 - rho) * d * d
            delta = -math.sqrt(of_x[i] + epsilon) / math.sqrt(of_g[i] + epsilon) * d
            of_x[i] = rho * of_x[i] + (1 - rho) * delta * delta
            new.append(path[-1][i] + learning_rate * delta)
        path.append(new)
    return np.array(path)


# a = 2, 3; Δ² = 4·(d + 1)/(a + 1): 4/3, then 4·(5/3)/4
THREE_STEPS = (
    {"learning_rate": 0.5, "rho": 0.5, "epsilon": 1.0},
    [
        -0.5 * 2 / np.sqrt(3),  # d was 0, a = 2
        -0.5 * (2 / np.sqrt(3) + 2 * np.sqrt(5 / 3) / 2),  # d = ½·4/3, a = 3
        -0.5 * (2 / np.sqrt(3) + np.sqrt(5 / 3) + 2 * np.sqrt(13 / 6) / np.sqrt(4.5)),  # d = ½·⅔ + ½·5/3, a = 3.5
    ],
)
