"""Mini-batches, read from one table, so that two optimizers see the same noise."""

import numpy as np

EPOCHS = 400


def draw_batches(points: int, batch_size: int, seed: int, replacement: bool = False) -> np.ndarray:
    """Row numbers of the points in each batch, shape (batches, batch_size), for 400 epochs.

    The points are shuffled for every epoch, and each is seen at most once in it; with `replacement`,
    every batch is drawn from all points anew.
    """
    rng = np.random.default_rng(seed)
    used = points // batch_size * batch_size
    epochs = [rng.integers(0, points, used) if replacement else rng.permutation(points)[:used] for _ in range(EPOCHS)]
    return np.concatenate(epochs).reshape(-1, batch_size)
