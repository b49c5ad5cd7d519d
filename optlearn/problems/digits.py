"""Data for a larger network: handwritten digits, in 8 x 8 pixels."""

from pathlib import Path

import numpy as np

_FILE = Path(__file__).with_suffix(".npz")


def handwritten_digits() -> tuple[np.ndarray, np.ndarray]:
    """Digits that 13 people wrote on forms: each pixel says how much of it is ink.

    Returns
    -------
    images : (1797, 64)
        Row by row from above, whole numbers from 0, paper, to 16, ink.
    digits : (1797,)
        Which of 0 to 9 each of them is.

    Source: the test set of E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, doi:10.24432/C50P49, under CC BY 4.0. The numbers are as they are there.
    """
    with np.load(_FILE) as stored:
        return stored["images"].astype(float), stored["digits"].astype(int)
