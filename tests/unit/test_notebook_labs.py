"""Every lab of every notebook: the browser's line of text is the kernel's, wherever the lab can be brought."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from optlearn.live import Race
from tests.unit.labs import labs_of, makes
from tests.unit.test_browser_text import differences

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
POSITIONS = 50
OF_A_RACE = 5  # at each the kernel tries 121 rates for every rule


def alike(here: str, there: str) -> bool:
    """The same words and rates; a loss may differ by 1 %: RMSprop with its best rate never comes to rest."""
    loss = re.compile(r"loss ([\d.e−]+)")
    losses = [[float(each.replace("−", "-")) for each in loss.findall(text)] for text in (here, there)]
    return loss.sub("loss", here) == loss.sub("loss", there) and losses[0] == pytest.approx(losses[1], rel=0.01)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_browser_says_of_every_lab_what_the_kernel_says(path):
    labs = labs_of(path)
    assert len(labs) == makes(path) > 0
    for name, lab in labs.items():
        is_race = isinstance(lab, Race)
        wrong, chaotic = differences(lab, OF_A_RACE if is_race else POSITIONS)
        assert [pair for pair in wrong if not (is_race and alike(*pair))] == [], name
        calm = (OF_A_RACE if is_race else POSITIONS) - chaotic
        assert calm >= (1 if is_race else 15), f"{name}: chaos leaves little to compare"
