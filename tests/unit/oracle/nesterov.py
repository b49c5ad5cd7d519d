"""Nesterov, from the paper."""

import numpy as np


def path(gradient, w, steps, learning_rate, momentum):
    """Sutskever et al. 2013, eqs. 3 and 4, with the gradient at the look-ahead point, whose path it is."""
    base, velocity = list(w), [0.0] * len(w)
    path = [list(w)]
    for _ in range(steps):
        ahead = [b + momentum * v for b, v in zip(base, velocity, strict=True)]
        dw = gradient(ahead)
        velocity = [momentum * v - learning_rate * d for v, d in zip(velocity, dw, strict=True)]
        base = [b + v for b, v in zip(base, velocity, strict=True)]
        path.append([b + momentum * v for b, v in zip(base, velocity, strict=True)])
    return np.array(path)


THREE_STEPS = (
    {"learning_rate": 0.1, "momentum": 0.5},
    [
        0.5 * -0.2 - 0.2,  # v = −0.2
        -0.3 + 0.5 * -0.3 - 0.2,  # v = −0.3
        -0.65 + 0.5 * -0.35 - 0.2,  # v = −0.35
    ],
)
