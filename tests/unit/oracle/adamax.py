"""Adamax, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, beta_1, beta_2, epsilon):
    """Kingma and Ba 2015, section 7.1: u as the maximum over all the past, each faded by its age."""
    path, m, past = [list(w)], [0.0] * len(w), [[] for _ in w]
    for t in range(1, steps + 1):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            m[i] += (1 - beta_1) * (d - m[i])
            past[i] = [beta_2 * p for p in past[i]] + [abs(d)]
            new.append(path[-1][i] - learning_rate / (1 - math.pow(beta_1, t)) * m[i] / (max(past[i]) + epsilon))
        path.append(new)
    return np.array(path)


# m̂ = 2 and u = 2
THREE_STEPS = ({"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.5, "epsilon": 1.0}, [-0.2 / 3, -0.4 / 3, -0.6 / 3])
