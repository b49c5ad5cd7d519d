"""Ftrl, from the paper."""

import math

import numpy as np


def path(
    gradient,
    w,
    steps,
    learning_rate,
    initial_accumulator_value,
    l1_regularization_strength,
    l2_regularization_strength,
    l2_shrinkage_regularization_strength=0.0,
    beta=0.0,
    learning_rate_power=-0.5,
):
    """McMahan et al. 2013, Algorithm 1: a weight is 0 as long as |z| ≤ λ₁, with Keras's 2·λ₂ for its λ₂.

    Of Keras, too: another power than the root, and a shrinkage, whose gradient is that of λₛ·w².
    """
    root = lambda x: math.exp(-learning_rate_power * math.log(x))  # noqa: E731
    path, z, n = [list(w)], [0.0] * len(w), [initial_accumulator_value] * len(w)
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            sigma = (root(n[i] + d * d) - root(n[i])) / learning_rate
            z[i] += d + 2 * l2_shrinkage_regularization_strength * path[-1][i] - sigma * path[-1][i]
            n[i] += d * d
            if abs(z[i]) <= l1_regularization_strength:
                new.append(0.0)
            else:
                bound = math.copysign(l1_regularization_strength, z[i])
                rate = learning_rate / (beta + root(n[i]))
                new.append(-(z[i] - bound) / (1 / rate + 2 * l2_regularization_strength))
        path.append(new)
    return np.array(path)


# z = 2, then 2 + 2 − (√9 − √5)/0.1·θ, ...; |z| above λ₁ = 1 counts
THREE_STEPS = (
    {"learning_rate": 0.1, "initial_accumulator_value": 1.0, "l1_regularization_strength": 1.0},
    [
        -1 / (10 * np.sqrt(5)),
        -(3 - (3 - np.sqrt(5)) * 10 * (-1 / (10 * np.sqrt(5)))) / 30,
        -(5 + (3 - np.sqrt(5)) / np.sqrt(5) - (np.sqrt(13) - 3) * 10 * (-(3 + (3 - np.sqrt(5)) / np.sqrt(5)) / 30))
        / (10 * np.sqrt(13)),
    ],
)


CHOICES = ({"learning_rate_power": -0.7},)

UNSEEN = {
    "return self.State(z=tf.zeros_like(params), n=self.initial_accumulator_value)": "one number broadcasts",
}
