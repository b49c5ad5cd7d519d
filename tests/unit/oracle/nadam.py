"""Nadam, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, beta_1, beta_2, epsilon):
    """Dozat 2016, with all μ computed beforehand and their products taken anew."""
    mus = [beta_1 * (1 - 0.5 * math.pow(0.96, t)) for t in range(1, steps + 2)]
    path, m, v = [list(w)], [0.0] * len(w), [0.0] * len(w)
    for t in range(1, steps + 1):
        dw, new = gradient(path[-1]), []
        now, ahead = math.prod(mus[:t]), math.prod(mus[: t + 1])
        for i, d in enumerate(dw):
            m[i] += (1 - beta_1) * (d - m[i])
            v[i] += (1 - beta_2) * (d * d - v[i])
            bar = mus[t] * (m[i] / (1 - ahead)) + (1 - mus[t - 1]) * (d / (1 - now))
            root = math.sqrt(v[i] / (1 - math.pow(beta_2, t)))
            new.append(path[-1][i] - learning_rate * bar / (root + epsilon))
        path.append(new)
    return np.array(path)


# m̂ = μ′·m/(1 − p·μ′) + (1 − μ)·2/(1 − p), v̂ = 4; with β₁ = ½, μ = 0.26, 0.2696, 0.278816, 0.28766336
THREE_STEPS = (
    {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.5, "epsilon": 1.0},
    list(
        np.cumsum(
            [
                -0.1 / 3 * (0.2696 * 1 / (1 - 0.26 * 0.2696) + 2),
                -0.1 / 3 * (0.278816 * 1.5 / (1 - 0.26 * 0.2696 * 0.278816) + 0.7304 * 2 / (1 - 0.26 * 0.2696)),
                -0.1
                / 3
                * (
                    0.28766336 * 1.75 / (1 - 0.26 * 0.2696 * 0.278816 * 0.28766336)
                    + 0.721184 * 2 / (1 - 0.26 * 0.2696 * 0.278816)
                ),
            ]
        )
    ),
)
