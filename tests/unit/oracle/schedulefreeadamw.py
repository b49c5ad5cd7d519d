"""ScheduleFreeAdamW, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, beta_1, beta_2, epsilon, weight_decay=0.0, warmup_steps=0):
    """Defazio et al. 2024, eqs. 3 to 5: all z are kept, and x is their plain mean.

    Warm-up and decay are those of Algorithm 1, the decay at the point where the gradient is taken; but the mean
    stays the plain one, where the paper weighs each z by its rate.
    """
    path, zs, v = [list(w)], [], [0.0] * len(w)
    z = list(w)
    for t in range(1, steps + 1):
        dw = gradient(path[-1])
        for i, d in enumerate(dw):
            v[i] += (1 - beta_2) * (d * d - v[i])
            rate = learning_rate * (t / warmup_steps if t < warmup_steps else 1)
            z[i] -= rate * (d / (math.sqrt(v[i] / (1 - math.pow(beta_2, t))) + epsilon) + weight_decay * path[-1][i])
        zs.append(list(z))
        means = [math.fsum(column) / t for column in zip(*zs, strict=True)]
        path.append([(1 - beta_1) * new + beta_1 * mean for new, mean in zip(z, means, strict=True)])
    return np.array(path)


# each z steps by −0.1; x = −0.1, −0.15, −0.2; θ = ½·(z + x)
THREE_STEPS = ({"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.5, "epsilon": 0.0}, [-0.1, -0.175, -0.25])
