"""Muon, from the paper."""

import numpy as np

from tests.unit.oracle import adamw


def path(gradient, w, steps, learning_rate, weight_decay, momentum, adam_beta_1, adam_beta_2, epsilon, rms_rate):
    """A vector goes by AdamW; the last number is for matrices."""
    return adamw.path(gradient, w, steps, learning_rate, weight_decay, adam_beta_1, adam_beta_2, epsilon)


def matrix_path(gradients, w, learning_rate, weight_decay=0.004, momentum=0.95, rms_rate=0.2):
    """The same polynomial on the singular values themselves: σ ← 3.4445σ − 4.775σ³ + 2.0315σ⁵, five times."""
    buffer, path = np.zeros_like(w), [w]
    for g in gradients:
        buffer = momentum * buffer + g
        u, s, vt = np.linalg.svd(g + momentum * buffer, full_matrices=False)
        s = s / (np.sqrt(np.sum(s**2)) + 1e-7)
        for _ in range(5):
            s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
        shrunk = path[-1] * (1 - learning_rate * weight_decay)
        path.append(shrunk - learning_rate * rms_rate * np.sqrt(max(w.shape)) * (u * s) @ vt)
    return np.array(path)


THREE_STEPS = (
    {"learning_rate": 0.1, "weight_decay": 0.5, "adam_beta_1": 0.5, "adam_beta_2": 0.5, "epsilon": 1.0},
    [
        -0.2 / 3,
        -0.2 / 3 * 0.95 - 0.2 / 3,
        -0.2 / 3 * 0.95**2 - 0.2 / 3 * 0.95 - 0.2 / 3,
    ],
)

UNSEEN = dict.fromkeys(
    [
        "return (θ, self.State(m, state.v, 1))",
        "return (θ, self.State(m, state.v, state.t))",
        "return (θ, self.State(m, state.v, state.t - 1))",
        "return (θ, self.State(m, state.t + 1, state.v))",
    ],
    "of a matrix, neither v nor t is used",
)
