"""SGD, from the paper."""

import numpy as np


def path(gradient, w, steps, learning_rate):
    """Robbins and Monro 1951."""
    path = [list(w)]
    for _ in range(steps):
        dw = gradient(path[-1])
        path.append([w - learning_rate * d for w, d in zip(path[-1], dw, strict=True)])
    return np.array(path)


# θ from 0 under the constant gradient 2, with η = 0.1 and β = ½ where there is one
THREE_STEPS = ({"learning_rate": 0.1}, [-0.2, -0.4, -0.6])
