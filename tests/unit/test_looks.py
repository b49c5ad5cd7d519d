"""Colours, line styles and the family: read off what each class says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import matplotlib.pyplot as plt
import numpy as np
import pytest
import seaborn as sns
from matplotlib.colors import to_hex

from optlearn import optimizers, plotting
from optlearn.optimizers import SGD, Facts
from optlearn.plotting import looks

family = import_module("optlearn.plotting.family")  # plotting.family is the function


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


@dataclass(frozen=True)
class Newest(SGD):
    facts = Facts(parents=("ScheduleFreeAdamW", "Elsewhere"), color="pink")


def test_every_optimizer_has_a_colour_and_line_style_of_its_own():
    drawn = [tuple(looks.style(kind()).values()) for kind in [*optimizers.RULES, Newest]]
    assert len(set(drawn)) == len(drawn)
    assert looks.style(Newest()) == looks.OWN, "it is not in the package"


def test_colours_are_from_the_palette_that_colour_blind_readers_can_tell_apart():
    palette = sns.color_palette("colorblind").as_hex()
    assert {looks.style(kind())["color"] for kind in optimizers.RULES} <= set(palette)
    assert set(looks.PARAMETER_COLORS) <= {*palette, "#333333"}
    assert (looks.PALETTE["blue"], looks.PALETTE["sky"]) == (palette[0], palette[-1])


def test_parameters_differ_in_colour_and_in_line_style():
    drawn = [looks.parameter_style(index) for index in range(4)]
    for part in ("color", "linestyle"):
        assert len({look[part] for look in drawn}) == len(drawn)


def test_every_optimizer_has_a_place_in_the_family_right_of_its_parents():
    places, parents = family.places(), family.parents()
    assert set(places) == {kind.__name__ for kind in optimizers.RULES} | {"Rprop", "LARS"}
    assert parents["RMSprop"] == ("Rprop",)
    for name, (column, _) in places.items():
        assert all(places[parent][0] < column for parent in parents[name])
        assert name == "SGD" or parents[name] or name in ("Rprop", "LARS")


def test_no_two_boxes_of_the_family_overlap():
    places = family.places()
    for column in {column for column, _ in places.values()}:
        rows = sorted(row for other, row in places.values() if other == column)
        assert min(np.diff(rows), default=1) >= 1 - 1e-9


def test_every_box_of_the_family_is_in_its_picture():
    ax = plotting.family()
    ax.figure.draw_without_rendering()
    for text in filter(lambda text: text.get_text(), ax.texts):
        box = text.get_bbox_patch().get_window_extent()
        assert ax.bbox.contains(box.x0, box.y0), text.get_text()
        assert ax.bbox.contains(box.x1, box.y1), text.get_text()


def test_the_family_is_drawn_with_an_arrow_from_every_parent():
    ax = plotting.family()
    words = [text.get_text().replace("\n", "") for text in ax.texts]
    assert sorted(word for word in words if word) == sorted(family.places())
    assert words.count("") == sum(len(names) for names in family.parents().values())


def test_a_frame_of_the_family_is_the_line_of_its_rule_so_that_no_two_are_alike():
    frames = {text.get_text().replace("\n", ""): text.get_bbox_patch() for text in plotting.family().texts}
    looks_of = {name: (to_hex(box.get_edgecolor()), box.get_linestyle()) for name, box in frames.items() if name}
    names = {"solid": "-", "dashed": "--", "dashdot": "-.", "dotted": ":"}
    for kind in optimizers.RULES:
        color, dashes = looks_of[kind.__name__]
        assert {"color": color, "linestyle": names.get(dashes, dashes)} == looks.style(kind())
    ours = [looks_of[kind.__name__] for kind in optimizers.RULES]
    assert len(set(ours)) == len(ours)


def test_a_new_rule_needs_no_place_in_the_family_but_its_parents(monkeypatch):
    monkeypatch.setattr(optimizers, "RULES", (*optimizers.RULES, Newest))
    places = family.places()
    assert places["Newest"][0] == places["ScheduleFreeAdamW"][0] + 1
    assert places["Elsewhere"][0] == places["Newest"][0] - 1
    frames = {text.get_text(): text.get_bbox_patch() for text in family.family().texts if text.get_text()}
    assert to_hex(frames["Newest"].get_edgecolor()) == looks.PALETTE["pink"]
    assert to_hex(frames["Elsewhere"].get_edgecolor()) == to_hex(family.OUTSIDE)
