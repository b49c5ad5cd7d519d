"""The training core: `train`, `sweep`, and the first call that compiles."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np

from optlearn import loop, optimizers
from optlearn.live import Lab
from optlearn.optimizers import SGD, Adam, Momentum, Optimizer
from optlearn.problems import ParabolaFit
from optlearn.training import sweep, train
from tests.benchmarks import usual
from tests.benchmarks.table import Row, interleaved

STEPS = 500
PROBLEM = ParabolaFit()
COMPARED = [SGD(learning_rate=0.001), Momentum(learning_rate=0.0005), Adam(learning_rate=0.1)]


def rows(quick: bool) -> Iterator[tuple[str, Iterable[Row]]]:
    """The rows of this part, under their titles."""
    yield (
        f"train, {STEPS} steps of ParabolaFit, warm, processor time",
        (row for o in COMPARED for row in train_rows(o, quick)),
    )
    sizes = [(o, runs) for o in (SGD(), Adam()) for runs in (61, 1024, 4096)]
    yield f"sweep over learning_rate, {STEPS} steps, warm", (sweep_row(*size, quick) for size in sizes)
    yield f"every optimizer, {STEPS} steps of ParabolaFit, warm: train, and a sweep of 4,096 runs", each_rows(quick)
    yield "first call: compiling", first_rows(quick)


def train_rows(optimizer: Optimizer, quick: bool) -> list[Row]:
    """`train` beside the three usual ways, after a check that all four end at the same parameters."""
    ours = partial(train, optimizer, PROBLEM, STEPS)
    tutorial, eager = partial(usual.tutorial, optimizer, STEPS), partial(usual.keras_eager, optimizer, STEPS)
    compiled = usual.keras_compiled(optimizer, STEPS)
    end = ours().params[-1]
    for way in (tutorial, eager, compiled):
        # Not tighter, because Keras's float64 passes through float32.
        np.testing.assert_allclose(way(), end, rtol=1e-5, err_msg=f"{way} is not the same run")
    rounds = 1 if quick else 5
    # Of the processor, not of the clock: a call of a second meets every other process, a call of a millisecond none.
    ways = (ours, 60), (tutorial, 1), (ours, 60), (eager, 1), (ours, 60), (compiled, 20)
    took = interleaved(rounds, *ways, clock=time.process_time)
    mine = np.concatenate(took[::2])
    name = type(optimizer).__name__
    return [
        Row(name, mine, "ms", took[1], "tutorial loop, eager, two persistent tapes, three losses", 1.0, ratio=1500),
        Row(name, mine, "ms", took[3], "tf.keras.optimizers, eager, one tape, one loss"),
        Row(name, mine, "ms", took[5], "tf.keras.optimizers in one XLA-compiled loop"),
    ]


def sweep_row(optimizer: Optimizer, runs: int, quick: bool) -> Row:
    """`sweep` beside a Python loop over `train`, of which 61 runs are timed and scaled."""
    rates = np.geomspace(1e-4, 1e-2, runs)
    some = np.geomspace(1e-4, 1e-2, 61)

    def one_by_one():
        return [train(optimizer.replace(learning_rate=float(rate)), PROBLEM, STEPS) for rate in some]

    together = partial(sweep, optimizer, PROBLEM, STEPS, learning_rate=rates)
    alone = np.array([run.params[-1] for run in one_by_one()])
    np.testing.assert_allclose(sweep(optimizer, PROBLEM, STEPS, learning_rate=some).params[:, -1], alone, rtol=1e-9)
    together()
    ours, theirs = interleaved(3 if quick else 15, (together, 1), (one_by_one, 1))
    scaled = f", scaled from {len(some)} runs" if runs > len(some) else ""
    return Row(
        f"{type(optimizer).__name__}, {runs:,} runs", ours, "ms", theirs * runs / len(some),
        f"Python loop over train{scaled}", median=200 if runs == 4096 else None,
    )  # fmt: skip


def each_rows(quick: bool) -> Iterator[Row]:
    """`train` once and `sweep` over 4,096 rates, of every optimizer, beside those of SGD in turn."""
    rates, rounds = np.geomspace(1e-4, 1e-2, 4096), 3 if quick else 9
    for kind in optimizers.RULES:
        once = [partial(train, each, PROBLEM, STEPS) for each in (kind(), SGD())]
        many = [partial(sweep, each, PROBLEM, STEPS, learning_rate=rates) for each in (kind(), SGD())]
        for call in (*once, *many):
            call()
        took = interleaved(rounds, *((call, 20) for call in once), clock=time.process_time)
        yield Row(f"train, {kind.__name__}", took[0], "ms", took[1], "SGD", median=1.0)
        took = interleaved(rounds, *((call, 1) for call in many))
        yield Row(f"sweep, {kind.__name__}", took[0], "ms", took[1], "SGD", median=200)


def first_rows(quick: bool) -> Iterator[Row]:
    """The first `train` of each optimizer and the first lab, with an empty cache; and both in a fresh process."""
    rounds = 1 if quick else 3
    for kind in optimizers.RULES:
        optimizer = kind()
        same = optimizer if isinstance(optimizer, SGD | Momentum | Adam) else None
        ways = [(partial(_first, train, optimizer, PROBLEM, STEPS), 1)]
        ways += [(lambda: usual.keras_compiled(same, STEPS)(), 1)] if same else []  # noqa: B023 - called at once
        ours, *theirs = interleaved(rounds, *ways)
        yield Row(
            f"train, {kind.__name__}", ours, "ms", *theirs or [()], "tf.keras.optimizers, first XLA-compiled loop"
        )
    lab = partial(_first, Lab, Momentum(learning_rate=0.001), PROBLEM)
    yield Row("Lab, Momentum", *interleaved(rounds, (lab, 1)))
    fresh = np.array([_in_fresh_process() for _ in range(rounds)]).T
    yield Row("train, the first in its process", fresh[1], "ms", fresh[0], "import of TensorFlow alone")
    yield Row("Lab, just after", fresh[2], "ms")


def _first(call, *arguments) -> object:
    loop._compiled.cache_clear()
    return call(*arguments)


def _in_fresh_process() -> list[float]:
    """Milliseconds of importing TensorFlow, of the first `train`, and of the first `Lab` after that."""
    code = (
        "import time, optlearn; t = [time.perf_counter()]; tick = lambda: t.append(time.perf_counter())\n"
        "import tensorflow; tick()\n"
        "from optlearn.live import Lab; from optlearn.optimizers import Momentum; from optlearn.problems import *\n"
        "from optlearn.training import train; tick()\n"
        "train(Momentum(), ParabolaFit()); tick(); Lab(Momentum(), ParabolaFit()); tick()\n"
        "print(t[1] - t[0], t[3] - t[2], t[4] - t[3])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return [1000 * float(word) for word in out.split()]
