"""AMSGrad, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, beta_1, beta_2, epsilon):
    """Reddi et al. 2018, Algorithm 2: all v are kept, and the largest is used, corrected as Adam's."""
    path, m, v = [list(w)], [0.0] * len(w), [[0.0] for _ in w]
    for t in range(1, steps + 1):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            m[i] += (1 - beta_1) * (d - m[i])
            v[i].append(v[i][-1] + (1 - beta_2) * (d * d - v[i][-1]))
            root = math.sqrt(max(v[i]) / (1 - math.pow(beta_2, t)))
            new.append(path[-1][i] - learning_rate / (1 - math.pow(beta_1, t)) * m[i] / (root + epsilon))
        path.append(new)
    return np.array(path)


THREE_STEPS = ({"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.5, "epsilon": 1.0}, [-0.2 / 3, -0.4 / 3, -0.6 / 3])
