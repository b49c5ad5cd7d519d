"""Lamb, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, beta_1, beta_2, epsilon):
    """You et al. 2020, Algorithm 2, without decay and with φ(z) = z; the vector is one layer."""
    path, m, v = [list(w)], [0.0] * len(w), [0.0] * len(w)
    for t in range(1, steps + 1):
        dw, r = gradient(path[-1]), []
        for i, d in enumerate(dw):
            m[i] += (1 - beta_1) * (d - m[i])
            v[i] += (1 - beta_2) * (d * d - v[i])
            root = math.sqrt(v[i] / (1 - math.pow(beta_2, t)))
            r.append(m[i] / (1 - math.pow(beta_1, t)) / (root + epsilon))
        of_w, of_r = math.hypot(*path[-1]), math.hypot(*r)
        trust = of_w / of_r if of_w > 0 and of_r > 0 else 1.0
        path.append([old - learning_rate * trust * step for old, step in zip(path[-1], r, strict=True)])
    return np.array(path)


def matrix_path(gradients, w, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Each row on its own, by the rule for a vector."""
    rows = []
    for row, start in enumerate(w):
        given = iter(gradients[:, row])
        rows.append(
            path(lambda _, given=given: next(given), start, len(gradients), learning_rate, beta_1, beta_2, epsilon)
        )
    return np.stack(rows, axis=1)


# r = (1, −1)/(1 + ½) of length √2/1.5, from 0 with φ = 1, then by a tenth of its size each step
THREE_STEPS = ({"learning_rate": 0.1, "epsilon": 1.0}, [-0.2 / 3, -0.2 / 3 * 1.1, -0.2 / 3 * 1.1**2])

ROOT = "(tf.sqrt(v / (1 - β2 ** t)) + ε)"
UNSEEN = {
    f"r = m / (1 - β1) / {ROOT}": "the length of r is divided out: a factor of it for all parameters is not seen",
    "φ = tf.where((size > 0) & (length > 0), size / tf.where(length > 0, length, 1.11), 1.0)": "it is not used there",
}
