"""Lion, from the paper."""

import numpy as np


def path(gradient, w, steps, learning_rate, beta_1, beta_2):
    """Chen et al. 2023, Algorithm 2, with the sign taken by comparison."""
    path, m = [list(w)], [0.0] * len(w)
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            c = m[i] + (1 - beta_1) * (d - m[i])
            new.append(path[-1][i] + (-learning_rate if c > 0 else learning_rate if c < 0 else 0.0))
            m[i] += (1 - beta_2) * (d - m[i])
        path.append(new)
    return np.array(path)


THREE_STEPS = ({"learning_rate": 0.1}, [-0.1, -0.2, -0.3])

UNSEEN = {
    "θ = params - η / tf.sign(β1 * state.m + (1 - β1) * g)": "a sign is 1 or −1, but where a gradient is exactly 0",
}
