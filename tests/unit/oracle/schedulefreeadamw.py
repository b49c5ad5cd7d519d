"""ScheduleFreeAdamW, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, beta_1, beta_2, epsilon):
    """Defazio et al. 2024, eqs. 4 to 6: all z are kept, and x is their plain mean."""
    path, zs, v = [list(w)], [], [0.0] * len(w)
    z = list(w)
    for t in range(1, steps + 1):
        dw = gradient(path[-1])
        for i, d in enumerate(dw):
            v[i] += (1 - beta_2) * (d * d - v[i])
            z[i] -= learning_rate * d / (math.sqrt(v[i] / (1 - math.pow(beta_2, t))) + epsilon)
        zs.append(list(z))
        means = [math.fsum(column) / t for column in zip(*zs, strict=True)]
        path.append([(1 - beta_1) * new + beta_1 * mean for new, mean in zip(z, means, strict=True)])
    return np.array(path)


# each z steps by −0.1; x = −0.1, −0.15, −0.2; θ = ½·(z + x)
THREE_STEPS = ({"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.5, "epsilon": 0.0}, [-0.1, -0.175, -0.25])
