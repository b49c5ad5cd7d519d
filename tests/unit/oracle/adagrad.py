"""Adagrad, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, initial_accumulator_value, epsilon):
    """Duchi et al. 2011, diagonal: every parameter divides by the root of all it has seen."""
    path, seen = [list(w)], [[] for _ in w]
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            seen[i].append(d)
            total = initial_accumulator_value + math.fsum(past * past for past in seen[i])
            new.append(path[-1][i] - learning_rate / math.sqrt(total + epsilon) * d)
        path.append(new)
    return np.array(path)


THREE_STEPS = (
    {"learning_rate": 0.1, "initial_accumulator_value": 0.5, "epsilon": 0.0},
    [
        -0.2 / np.sqrt(4.5),  # a = ½ + 4
        -0.2 / np.sqrt(4.5) - 0.2 / np.sqrt(8.5),
        -0.2 / np.sqrt(4.5) - 0.2 / np.sqrt(8.5) - 0.2 / np.sqrt(12.5),
    ],
)

UNSEEN = {"return self.State(a=self.initial_accumulator_value)": "one number broadcasts to the shape of the parameters"}
