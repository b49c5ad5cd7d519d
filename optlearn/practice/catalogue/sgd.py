"""Mistakes in writing SGD."""

from optlearn.practice.catalogue.entry import UP, seen

ENTRIES = (
    seen("uphill", UP, "an update is an addition in most people's minds"),
    seen("a's gradient for b",
         "both parameters move by the same amount, and stop where a's slope is 0: far from the minimum",
         "the line for a is copied for b, and one letter is not changed"),
)  # fmt: skip
