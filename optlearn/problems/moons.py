"""Data for a small network: two half-moons that no straight line can part."""

import numpy as np


def two_moons(count: int = 200, noise: float = 0.2, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points on two interlocked half-circles of radius 1, and on which of the two each lies.

    Parameters
    ----------
    count : int
        Number of points, half of them on each moon.
    noise : float
        Standard deviation of the normal noise added to both coordinates.
    seed : int
        Of the places along the moons and of the noise: another seed gives fresh data of the same kind.

    Returns
    -------
    x : (count, 2)
        Centred: the moons are point reflections of each other in the origin.
    y : (count,)
        0 on the upper moon, 1 on the lower.
    """
    rng = np.random.default_rng(seed)
    y = np.arange(count) % 2
    angle = rng.uniform(0, np.pi, count)
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=-1)
    return upper * (1 - 2 * y[:, None]) + noise * rng.standard_normal((count, 2)), y.astype(float)
