"""What a lab shows, as data for the browser: rules, problems, sliders, looks. No pixels, no runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from matplotlib.colors import to_hex

from optlearn import plotting
from optlearn.live.words import number
from optlearn.optimizers import Optimizer
from optlearn.problems import Problem
from optlearn.tunable import Hyper

STOPS = 41
Through = dict[str, list[float]]  # for each number the values that can be asked for again, to be stops of its slider


def shared_numbers(*owners: Optimizer | Problem) -> dict[str, float]:
    """Each number by name, once; not one in which two owners differ: no slider could move both."""
    found: dict[str, list[float]] = {}
    for owner in owners:
        for name, value in owner.values.items():
            found.setdefault(name, []).append(float(value))
    return {name: values[0] for name, values in found.items() if len(set(values)) == 1}


def hypers_of(owners: Sequence[Optimizer | Problem]) -> dict[str, Hyper]:
    """What is known of every number of some owners, in their order; of one name, the first's word counts."""
    found: dict[str, Hyper] = {}
    for owner in owners:
        for name, about in owner.hypers().items():
            found.setdefault(name, about)
    return found


def describe_tracks(optimizers: Sequence[Optimizer], labels: Sequence[str]) -> list[dict[str, Any]]:
    """For each rule its label, its look, and its own numbers."""
    looks = plotting.looks_of(optimizers)
    return [
        {"label": label, **_look(look), "numbers": {name: float(value) for name, value in optimizer.values.items()}}
        for optimizer, label, look in zip(optimizers, labels, looks, strict=True)
    ]


def differing(optimizers: Sequence[Optimizer], labels: Sequence[str]) -> dict[str, str]:
    """For each number in which rules differ its values in words: "SGD 0.01, Adam 0.001"."""
    shared, found = shared_numbers(*optimizers), {}
    for name in hypers_of(optimizers):
        if name not in shared:
            owners = [
                (label, each.values[name])
                for label, each in zip(labels, optimizers, strict=True)
                if name in each.values
            ]
            found[name] = ", ".join(f"{label} {number(value)}" for label, value in owners)
    return found


def describe_differing(optimizers: Sequence[Optimizer], labels: Sequence[str]) -> list[dict[str, str]]:
    """The same as the browser is told."""
    hypers = hypers_of(optimizers)
    return [{"symbol": hypers[name].symbol, "values": values} for name, values in differing(optimizers, labels).items()]


def describe_numbers(
    optimizers: Sequence[Optimizer], ranges: dict[str, Hyper], through: Through, shapes: Iterable[tuple]
) -> dict[str, Any]:
    """For each number that the rules share its slider, and the shapes of parameters for which it plays no part."""
    hypers, described = {**hypers_of(optimizers), **ranges}, {}
    for name in shared_numbers(*optimizers):
        users = [each for each in optimizers if name in each.hypers()]
        idle = [shape_key(shape) for shape in shapes if all(name in each.unused(shape) for each in users)]
        described[name] = {**_slider(hypers[name], through.get(name, [])), "unused": idle}
    return described


def describe_problem(problem: Problem, ranges: dict[str, Hyper], through: Through) -> dict[str, Any]:
    """Where a problem is looked at, where it begins, and the sliders of its numbers."""
    described = {
        "name": problem.name,
        "shape": list(problem.shape),
        "plane": problem.is_plane,
        "start": to_lists(problem.start),
        "bounds": to_lists(problem.bounds),
        "names": list(problem.parameter_names),
        "minima": to_lists(problem.minima) if problem.is_plane else [],
        "numbers": {
            name: {"value": float(problem.values[name]), **_slider(ranges.get(name, about), through.get(name, []))}
            for name, about in problem.hypers().items()
        },
    }
    if problem.is_plane:
        return described
    return {**described, "view": problem.view._asdict(), "summary": problem.summary._asdict()}


def parameter_looks() -> list[dict[str, Any]]:
    """The colour and dashes of the first, the second, ... parameter."""
    return [_look(plotting.parameter_style(index)) for index in range(len(plotting.PARAMETER_COLORS))]


def shape_key(shape: Sequence[int]) -> str:
    """A shape as the browser writes it: "6,4"."""
    return ",".join(map(str, shape))


def to_lists(value: Any) -> Any:
    """Tuples, arrays and their numbers as lists of floats."""
    return [to_lists(part) for part in value] if hasattr(value, "__len__") else float(value)


def _look(look: dict[str, str]) -> dict[str, Any]:
    return {"color": to_hex(look["color"]), "dash": plotting.dashes_of(look["linestyle"])}


def _slider(about: Hyper, through: Sequence[float]) -> dict[str, Any]:
    stops = about.stops(STOPS, *through)
    return {"symbol": about.symbol, "scale": about.scale, "stops": [float(stop) for stop in stops]}
