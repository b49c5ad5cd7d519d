"""AdamW, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, weight_decay, beta_1, beta_2, epsilon):
    """Loshchilov and Hutter 2019, Algorithm 2, with η for the schedule's multiplier: shrink, then Adam's step."""
    path, m, v = [list(w)], [0.0] * len(w), [0.0] * len(w)
    for t in range(1, steps + 1):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            m[i] += (1 - beta_1) * (d - m[i])
            v[i] += (1 - beta_2) * (d * d - v[i])
            shrunk = path[-1][i] * (1 - learning_rate * weight_decay)
            root = math.sqrt(v[i] / (1 - math.pow(beta_2, t)))
            new.append(shrunk - learning_rate * (m[i] / (1 - math.pow(beta_1, t))) / (root + epsilon))
        path.append(new)
    return np.array(path)


# the same, after a decay by η·λ = 0.05
THREE_STEPS = (
    {"learning_rate": 0.1, "weight_decay": 0.5, "beta_1": 0.5, "beta_2": 0.5, "epsilon": 1.0},
    [
        -0.2 / 3,
        -0.2 / 3 * 0.95 - 0.2 / 3,
        -0.2 / 3 * 0.95**2 - 0.2 / 3 * 0.95 - 0.2 / 3,
    ],
)
