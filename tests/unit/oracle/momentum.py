"""Momentum, from the paper."""

import numpy as np


def path(gradient, w, steps, learning_rate, momentum):
    """Polyak 1964, the heavy ball: the step before, faded, and a step against the gradient. No velocity is kept."""
    path = [list(w)]
    for _ in range(steps):
        before = path[-2] if len(path) > 1 else path[-1]
        dw = gradient(path[-1])
        moved = zip(path[-1], before, dw, strict=True)
        path.append([now + momentum * (now - then) - learning_rate * d for now, then, d in moved])
    return np.array(path)


THREE_STEPS = (
    {"learning_rate": 0.1, "momentum": 0.5},
    [
        -0.2,  # v = −0.2
        -0.2 - 0.3,  # v = ½·(−0.2) − 0.2 = −0.3
        -0.5 - 0.35,  # v = ½·(−0.3) − 0.2 = −0.35
    ],
)
