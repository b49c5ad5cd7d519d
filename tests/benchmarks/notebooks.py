"""The notebooks that the benchmarks open: a lab, and the two usual ways to put a slider over the same picture.

All three draw the same panels of the same runs, and all three compute them with `train`.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

LAB = """\
from optlearn.live import Lab
from optlearn.optimizers import Momentum
from optlearn.problems import ParabolaFit
""", """\
lab = Lab(Momentum(learning_rate=0.001), ParabolaFit())
lab
"""  # fmt: skip

USUAL = """\
from functools import cache
from ipywidgets import SelectionSlider, interact
from optlearn.optimizers import Momentum
from optlearn.plotting import overview, quantities
from optlearn.problems import ParabolaFit
from optlearn.training import train
ParabolaFit.grid = cache(ParabolaFit.grid)  # the landscape's numbers are computed once
rates = [(f"{rate:.3g}", rate) for rate in Momentum.hypers()["learning_rate"].stops(41, 0.001)]
slider = SelectionSlider(options=rates, value=0.001)
run = lambda rate: train(Momentum(learning_rate=rate), ParabolaFit())
"""

IPYMPL = "%matplotlib widget\n" + USUAL, """\
figure = overview(run(0.001))
landscape, loss, *rows = figure.axes
def show(change):
    now = run(change.new)
    landscape.lines[-2].set_data(*now.params.T)
    loss.lines[0].set_ydata(now.loss)
    for ax, values in zip(rows, quantities(now).values()):
        for line, column in zip(ax.lines, values.T):
            line.set_ydata(column)
    figure.canvas.draw_idle()
slider.observe(show, "value")
slider
"""  # fmt: skip

INTERACT = USUAL, """\
def draw(rate):
    overview(run(rate))
interact(draw, rate=slider);
"""  # fmt: skip


def write(path: Path, cells: tuple[str, ...]) -> str:
    """A notebook with these cells; returns its name."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(notebook, path)
    return path.name
