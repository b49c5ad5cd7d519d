"""Adafactor, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, epsilon_1, epsilon_2, clip_threshold):
    """Shazeer and Stern 2018, for a vector: nothing to factor."""
    path, v = [list(w)], [0.0] * len(w)
    rms = lambda x: math.sqrt(math.fsum(each * each for each in x) / len(x))  # noqa: E731
    for t in range(1, steps + 1):
        dw, u = gradient(path[-1]), []
        keep = 1 - math.pow(t, -0.8)
        for i, d in enumerate(dw):
            v[i] = keep * v[i] + (1 - keep) * (d * d + epsilon_1)
            u.append(d / math.sqrt(v[i]))
        alpha = max(epsilon_2, rms(path[-1])) * min(learning_rate, 1 / math.sqrt(t))
        clip = max(1.0, rms(u) / clip_threshold)
        path.append([old - alpha * step / clip for old, step in zip(path[-1], u, strict=True)])
    return np.array(path)


def matrix_path(gradients, w, learning_rate, epsilon_1=1e-30, epsilon_2=1e-3, clip_threshold=1.0):
    """Shazeer and Stern 2018, Algorithm 4: V = R·C / (1ᵀR), with sums in place of means."""
    rows, columns = np.zeros(w.shape[0]), np.zeros(w.shape[1])
    path = [w]
    for t, g in enumerate(gradients, 1):
        keep = 1 - t**-0.8
        squares = g * g + epsilon_1
        rows = keep * rows + (1 - keep) * squares.sum(axis=1)
        columns = keep * columns + (1 - keep) * squares.sum(axis=0)
        u = g / np.sqrt(np.outer(rows, columns) / rows.sum())
        alpha = max(epsilon_2, np.sqrt(np.mean(path[-1] ** 2))) * min(learning_rate, t**-0.5)
        path.append(path[-1] - alpha * u / max(1, np.sqrt(np.mean(u**2)) / clip_threshold))
    return np.array(path)


# u = g/√v = 1, RMS 1; α = ε₂·η from 0, since RMS(θ) stays smaller
THREE_STEPS = ({"learning_rate": 0.1, "epsilon_2": 1.0}, [-0.1, -0.2, -0.3])

UNSEEN = {
    "r = tf.ones_like(params[..., :1])": "β is 0 at the first step, so that what r starts as is forgotten",
    "c = tf.ones_like(params[..., :1, :] if factored else params)": "the same of c",
    "return self.State(c, r, t=tf.zeros((), params.dtype))": "the same of both",
    "r = β * state.r - (1 - β) * mean(s, -1)": "r and its mean change their signs together",
}
