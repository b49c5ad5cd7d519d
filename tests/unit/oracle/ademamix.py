"""AdEMAMix, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, beta_1, beta_2, beta_3, alpha, epsilon):
    """Pagliardini et al. 2024, Algorithm 1, without decay and schedules: the slow mean summed from all the past."""
    path, m, v, past = [list(w)], [0.0] * len(w), [0.0] * len(w), [[] for _ in w]
    for t in range(1, steps + 1):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            past[i].append(d)
            m[i] += (1 - beta_1) * (d - m[i])
            v[i] += (1 - beta_2) * (d * d - v[i])
            slow = math.fsum((1 - beta_3) * beta_3 ** (t - 1 - k) * old for k, old in enumerate(past[i]))
            root = math.sqrt(v[i] / (1 - math.pow(beta_2, t)))
            fast = m[i] / (1 - math.pow(beta_1, t))
            new.append(path[-1][i] - learning_rate * (fast + alpha * slow) / (root + epsilon))
        path.append(new)
    return np.array(path)


# m̂₁ = 2 and v̂ = 4 at every step; m₂ = 0.5, 0.875, 1.15625, so that the steps are 0.3, 0.375 and 0.43125 over 3
THREE_STEPS = (
    {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.5, "beta_3": 0.75, "alpha": 2.0, "epsilon": 1.0},
    [-0.1, -0.225, -0.36875],
)
