"""What a lab costs to make and to send. Runs in a kernel, where the lab's messages are really sent."""

from __future__ import annotations

import json
from io import BytesIO

import matplotlib.pyplot as plt

from optlearn import optimizers, plotting, problems
from optlearn.live import Lab
from optlearn.training import train
from tests.benchmarks.table import milliseconds

FIRST = ("_esm", "_css", "scene", "parts")


def measure(optimizer: str, problem: str, count: int) -> str:
    """Make a lab `count` times, with other numbers each time; and draw its picture by matplotlib in turn.

    Returns
    -------
    str
        JSON of lists: "make" and "draw" in ms; "first", "rest" and "rest_at_a_stop" in kilobytes.
    """
    rule, result = getattr(optimizers, optimizer), {"make": [], "draw": []}
    for number in range(count):
        made = rule(learning_rate=0.001 * (1 + number / 1000))
        result["make"].append(milliseconds(lambda: labs.append(Lab(made, getattr(problems, problem)()))))  # noqa: B023
        result["draw"].append(milliseconds(lambda: draw(made, getattr(problems, problem)())))  # noqa: B023
    lab = labs[-1]
    lab._fill_rest()
    result["first"] = [sum(size(getattr(lab, name)) for name in FIRST) / 1024]
    result["rest"] = [size(lab.rest) / 1024]
    result["stop"] = [size({**lab._state, "step": lab.step}) / 1024]
    return json.dumps(result)


labs: list[Lab] = []


def size(value: object) -> int:
    """Bytes on the wire."""
    return len((value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).encode())


def draw(optimizer, problem) -> None:
    """What `interact` does for one stop: the run, its panels by matplotlib, a PNG."""
    figure = plotting.overview(train(optimizer, problem))
    figure.savefig(BytesIO(), format="png", bbox_inches="tight")
    plt.close(figure)
