"""Adam, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, beta_1, beta_2, epsilon):
    """Kingma and Ba 2015, in the more efficient order of the end of section 2: α_t and ε̂ = ε·√(1 − β₂ᵗ)."""
    path, m, v = [list(w)], [0.0] * len(w), [0.0] * len(w)
    for t in range(1, steps + 1):
        dw, new = gradient(path[-1]), []
        alpha_t = learning_rate * math.sqrt(1 - math.pow(beta_2, t)) / (1 - math.pow(beta_1, t))
        epsilon_hat = epsilon * math.sqrt(1 - math.pow(beta_2, t))
        for i, d in enumerate(dw):
            m[i] += (1 - beta_1) * (d - m[i])
            v[i] += (1 - beta_2) * (d * d - v[i])
            new.append(path[-1][i] - alpha_t * m[i] / (math.sqrt(v[i]) + epsilon_hat))
        path.append(new)
    return np.array(path)


# m̂ = 2 and v̂ = 4 at every step, since the gradient is constant and the bias is taken out
THREE_STEPS = ({"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.5, "epsilon": 1.0}, [-0.2 / 3, -0.4 / 3, -0.6 / 3])
