"""The least and the largest that a whole number can be: saves checks of indices, and tells where int32 overflows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from optlearn.browser.graph import Node

INT = -(2**31), 2**31 - 1
EXACT = 2**53  # up to here a JavaScript number holds every whole number


class Range(NamedTuple):
    """From `low` to `high`, both included. Truths are 0 and 1."""

    low: float
    high: float

    @property
    def one(self) -> bool:
        """Whether there is no choice."""
        return self.low == self.high

    @staticmethod
    def over(kind: str, values: Sequence[Any]) -> Range:
        """That of some literals."""
        return Range(min(values), max(values)) if kind in ("int", "long", "bool") and len(values) else ALL

    def within(self, low: float, high: float) -> bool:
        return low <= self.low and self.high <= high


ALL = Range(-math.inf, math.inf)
TRUTH = Range(False, True)
WIDEST = {"int": Range(*INT), "long": Range(-(2**63), 2**63 - 1), "bool": TRUTH}


def range_of(node: Node) -> Range:
    """What is known of a new node from its arguments; for numbers with a fraction nothing is."""
    widest = WIDEST.get(node.kind, ALL)
    if node.kind == "bool" and node.op == "compare":
        return _compared(node.about, *(arg.range for arg in node.args))
    if node.kind == "bool":
        return _moved(node) or _decided(node)
    if node.kind not in ("int", "long"):
        return widest
    found = _moved(node) or _computed(node)
    return found if found and found.within(*widest) else widest


def wraps(node: Node) -> bool:
    """Whether the result of whole numbers may lie outside of their kind."""
    found = _computed(node)
    return found is not None and not found.within(*WIDEST[node.kind])


def _moved(node: Node) -> Range | None:
    """That of an operation that makes no new numbers."""
    if node.op in ("reshape", "broadcast", "transpose", "slice", "reverse", "gather", "dynamic-slice"):
        return node.args[0].range
    if node.op in ("concatenate", "pad"):
        return _joined(arg.range for arg in node.args)
    if node.op == "select":
        return _joined(arg.range for arg in node.args[1:])
    return None


def _joined(ranges: Any) -> Range:
    lows, highs = zip(*ranges, strict=True)
    return Range(min(lows), max(highs))


def _computed(node: Node) -> Range | None:
    """That of arithmetic with whole numbers, as if there were room for all of them."""
    args = [arg.range for arg in node.args]
    if node.op == "iota":
        return Range(0, max(node.shape[node.about[0]] - 1, 0))
    if node.op == "add":
        return Range(args[0].low + args[1].low, args[0].high + args[1].high)
    if node.op == "subtract":
        return Range(args[0].low - args[1].high, args[0].high - args[1].low)
    if node.op == "negate":
        return Range(-args[0].high, -args[0].low)
    if node.op == "multiply":
        ends = [a * b for a in args[0] for b in args[1]]
        return Range(min(ends), max(ends))
    if node.op in ("maximum", "minimum"):
        choose = max if node.op == "maximum" else min
        return Range(choose(args[0].low, args[1].low), choose(args[0].high, args[1].high))
    if node.op == "remainder":
        return _remainder(*args)
    if node.op == "convert" and node.args[0].kind in ("int", "long", "bool"):
        return args[0]
    return None


def _remainder(of: Range, by: Range) -> Range | None:
    """It has the sign of what is divided, and is smaller than what it is divided by."""
    if by.one and by.low > 0 and of.within(0, by.low - 1):
        return of
    most = max(abs(by.low), abs(by.high)) - 1
    return Range(-most if of.low < 0 else 0, most if of.high > 0 else 0)


def _decided(node: Node) -> Range:
    """Whether a truth made of others is known."""
    args = [arg.range for arg in node.args if arg.kind == "bool"]
    if node.op == "and":
        return Range(min(arg.low for arg in args), min(arg.high for arg in args))
    if node.op == "or":
        return Range(max(arg.low for arg in args), max(arg.high for arg in args))
    if node.op == "not":
        return Range(not args[0].high, not args[0].low)
    return TRUTH


def _compared(direction: str, left: Range, right: Range) -> Range:
    """Whether a comparison can only be true, or only be false."""
    always = {
        "LT": left.high < right.low,
        "LE": left.high <= right.low,
        "GT": left.low > right.high,
        "GE": left.low >= right.high,
        "EQ": left.one and left == right,
        "NE": left.high < right.low or left.low > right.high,
    }
    never = {"LT": "GE", "LE": "GT", "GT": "LE", "GE": "LT", "EQ": "NE", "NE": "EQ"}[direction]
    return Range(True, True) if always[direction] else Range(False, False) if always[never] else TRUTH
