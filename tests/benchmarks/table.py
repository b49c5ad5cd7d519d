"""The rows of the table: what was measured, beside what, and whether it is within its budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

HEAD = ("what", "ours: median (p95)", "usual way: median (p95)", "usual / ours", "budget", "met?")
WIDTHS = (44, 18, 54, 12, 18, 4)  # of a row that is printed before the others are measured


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Parameters
    ----------
    ours, usual : numbers in `unit`; `usual` may be empty
    usual_name : what `usual` is, and whether it was scaled
    median, p95, ratio : the budget, as far as there is one: most for the first two, least for the last
    """

    what: str
    ours: Sequence[float]
    unit: str = "ms"
    usual: Sequence[float] = ()
    usual_name: str = ""
    median: float | None = None
    p95: float | None = None
    ratio: float | None = None
    note: str = ""

    @property
    def times(self) -> float:
        """How many times more the usual way takes."""
        return float(np.median(self.usual) / np.median(self.ours))

    @property
    def cells(self) -> tuple[str, ...]:
        """The row in words, one for each column of HEAD."""
        usual = f"{_sample(self.usual, self.unit)}: {self.usual_name}" if len(self.usual) else ""
        budget = [f"{_number(self.median)} {self.unit}"] if self.median else []
        budget += [f"p95 {_number(self.p95)} {self.unit}"] if self.p95 else []
        budget += [f"at least {self.ratio:,.0f} x"] if self.ratio else []
        met = ("no" if self.misses else "yes") if budget else ""
        times = f"{_number(self.times)} x" if len(self.usual) else ""
        return (self.what + self.note, _sample(self.ours, self.unit), usual, times, ", ".join(budget), met)

    @property
    def misses(self) -> list[str]:
        """The budgets not met, and by how much."""
        found = []
        for word, limit, value in (
            ("median", self.median, np.median(self.ours)),
            ("p95", self.p95, np.percentile(self.ours, 95)),
        ):
            if limit and value > limit:
                over = 100 * (value / limit - 1)
                found.append(f"{self.what}: {word} {_number(value)} {self.unit}, {over:.0f} % over")
        if self.ratio and self.times < self.ratio:
            found.append(f"{self.what}: {self.times:,.0f} x instead of {self.ratio:,.0f} x")
        return found


@dataclass
class Table:
    """Rows under titles, written as a Markdown table."""

    parts: list[tuple[str, list[Row]]] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [HEAD, *(row.cells for _, rows in self.parts for row in rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
        written = [_line(HEAD, widths), rule]
        for title, rows in self.parts:
            written.append(f"| **{title}** |")
            written += [_line(row.cells, widths) for row in rows]
        return "\n".join([*written, "", self.verdict])

    @staticmethod
    def head() -> str:
        """The first two lines, for rows that are printed one by one."""
        return f"{_line(HEAD, WIDTHS)}\n|{'|'.join('-' * (width + 2) for width in WIDTHS)}|"

    def add(self, title: str, rows: Iterable[Row]) -> Iterator[str]:
        """Take up the rows of a title; gives each line as soon as its row is measured."""
        measured: list[Row] = []
        self.parts.append((title, measured))
        yield f"| **{title}** |"
        for row in rows:
            measured.append(row)
            yield _line(row.cells, WIDTHS)

    @property
    def verdict(self) -> str:
        """One line: which budgets are missed and by how much."""
        misses = [miss for _, rows in self.parts for row in rows for miss in row.misses]
        return f"Budgets missed: {'; '.join(misses)}." if misses else "Every budget measured here is met."


def interleaved(
    rounds: int, *ways: tuple[Callable[[], object], int], clock: Callable[[], float] = time.perf_counter
) -> list[np.ndarray]:
    """Milliseconds of each way: (function, calls a round), in turn, so that a noisy machine treats all alike."""
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for (function, calls), times in zip(ways, taken, strict=True):
            for _ in range(calls):
                times.append(milliseconds(function, clock))
    return [np.array(times) for times in taken]


def milliseconds(function: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long one call takes."""
    began = clock()
    function()
    return 1000 * (clock() - began)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def _sample(values: Sequence[float], unit: str) -> str:
    spread = f" ({_number(np.percentile(values, 95))})" if len(values) > 9 else ""
    return f"{_number(np.median(values))}{spread} {unit}"


def _number(value: float) -> str:
    """Three significant digits, with commas between thousands."""
    return f"{float(f'{value:.3g}'):,.0f}" if abs(value) >= 100 else f"{value:.3g}"
