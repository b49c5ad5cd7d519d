"""Adan, from the paper."""

import math

import numpy as np


def path(gradient, w, steps, learning_rate, beta_1, beta_2, beta_3, epsilon, weight_decay=0.0):
    """Xie et al. 2022, Algorithm 1, without restarts, in the paper's letters: its β₁, β₂ and β₃ are 1 − ours.

    Where the authors' code corrects a mean that starts at 0, the past is summed with its weights, and divided by their
    sum: those of m and n are in the mean from the first step on, and so is a first change of 0.
    """
    b1, b2, b3 = 1 - beta_1, 1 - beta_2, 1 - beta_3
    path, past = [list(w)], [[] for _ in w]
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            past[i].append(d)
            changes = [0.0, *(after - before for before, after in zip(past[i], past[i][1:], strict=False))]
            ahead = [g + (1 - b2) * change for g, change in zip(past[i], changes, strict=True)]
            m, v, n = mean(past[i], b1), mean(changes, b2), mean([each * each for each in ahead], b3)
            step = learning_rate / (math.sqrt(n) + epsilon) * (m + (1 - b2) * v)
            new.append((path[-1][i] - step) / (1 + weight_decay * learning_rate))
        path.append(new)
    return np.array(path)


def mean(values, share):
    """The mean of values in which each step back counts less, by the factor 1 − share."""
    weights = [(1 - share) ** age for age in reversed(range(len(values)))]
    return math.fsum(w * value for w, value in zip(weights, values, strict=True)) / math.fsum(weights)


# the gradient never changes: m̂ + β₂·v̂ = 2 and n̂ = 4, each step is 0.2/3, and all is divided by 1 + η·λ = 1.05
THREE_STEPS = (
    {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.5, "beta_3": 0.5, "epsilon": 1.0, "weight_decay": 0.5},
    [
        -0.2 / 3 / 1.05,
        -0.2 / 3 / 1.05**2 - 0.2 / 3 / 1.05,
        -0.2 / 3 / 1.05**3 - 0.2 / 3 / 1.05**2 - 0.2 / 3 / 1.05,
    ],
)
