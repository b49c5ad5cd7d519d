"""What the kernel does when a slider is let go. Runs in a kernel, where the lab's messages are really sent."""

from __future__ import annotations

import json
from functools import cache
from io import BytesIO
from unittest.mock import patch

import matplotlib.pyplot as plt
import numpy as np

from optlearn import optimizers, plotting, problems
from optlearn.live import Lab
from optlearn.problems import Problem
from optlearn.training import Run, train
from tests.benchmarks.table import milliseconds

GRID = cache(Problem.grid)


def measure(optimizer: str, problem: str, count: int) -> str:
    """Move one slider after the other, `count` times, to a stop drawn at random; and redraw by matplotlib in turn.

    Returns
    -------
    str
        JSON of lists: "refill" and "redraw" in ms, "kilobytes" of the blocks, "framed" (the frame was drawn anew).
    """
    lab = Lab(getattr(optimizers, optimizer)(), getattr(problems, problem)())
    first = lab.run
    rng = np.random.default_rng(0)
    result = {"refill": [], "redraw": [], "kilobytes": [], "framed": []}
    for _ in range(count):
        name = rng.choice(list(lab._stops))
        value = float(rng.choice(lab._stops[name]))
        frame = lab.background
        result["refill"].append(milliseconds(lambda: lab.set(**{name: value})))  # noqa: B023 - called at once
        result["kilobytes"].append(size(lab.blocks) / 1024)
        result["framed"].append(lab.background is not frame)
        result["redraw"].append(milliseconds(lambda: redraw(first)))
    return json.dumps(result)


def size(blocks: dict) -> int:
    """Bytes on the wire: the packed lines and landscapes as they are, the rest as JSON."""
    packed = [value for block in blocks.values() for value in block.values() if isinstance(value, bytes)]
    return sum(map(len, packed)) + len(json.dumps(blocks, default=lambda _: ""))


def redraw(run: Run) -> None:
    """What `interact` does for one stop: the run, its panels by matplotlib, a PNG. The landscape is computed once."""
    with patch.object(Problem, "grid", GRID):
        figure = plotting.overview(train(run.optimizer, run.problem))
    figure.savefig(BytesIO(), format="png", bbox_inches="tight")
    plt.close(figure)
