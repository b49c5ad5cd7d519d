"""The bar that moves while something takes its time."""

import pytest

from optlearn.live import Bar, bar
from optlearn.optimizers import Adam


@pytest.fixture(autouse=True)
def shown(monkeypatch):
    """What was displayed."""
    seen = []
    monkeypatch.setattr(bar, "display", seen.append)
    return seen


def test_a_bar_goes_over_its_things_and_counts_the_rounds_of_each(monkeypatch, shown):
    monkeypatch.setattr(bar, "PAUSE", 0.0)
    moving, seen = Bar([Adam(), "another"], "trained"), []
    for _ in moving:
        for _ in range(3):
            moving.tick()
        progress, label = moving.children
        seen.append((progress.value, progress.max, label.value))
    assert shown == [moving]
    assert seen == [(0, 2, "trained: Adam, 3"), (1, 2, "trained: another, 3")]
    assert [each.value for each in moving.children] == [2, "trained: done"]


def test_a_bar_is_stored_as_words_that_are_the_same_in_every_run():
    moving = Bar(range(3), "trained")
    before = moving._repr_mimebundle_()["text/plain"]
    list(moving)
    assert before == moving._repr_mimebundle_()["text/plain"] == "trained: 3"


def test_a_bar_is_seldom_told_of_rounds_that_are_quick():
    moving, told = Bar(["one"], "trained"), []
    moving.children[1].observe(told.append, "value")
    for _ in moving:
        for _ in range(1000):
            moving.tick()
    assert moving.ticks == 1000
    assert len(told) < 50
