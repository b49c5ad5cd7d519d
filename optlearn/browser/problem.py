"""A problem as JavaScript."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from optlearn.browser.graph import LOAD, RUN, STEP, Graph, Node
from optlearn.browser.part import define, finished, names
from optlearn.browser.ranges import Range
from optlearn.browser.script import LIMIT, Script
from optlearn.browser.trace import Program
from optlearn.loop import rebuild
from optlearn.problems import Problem

MANY = 1000  # numbers in tables: with more, they are cut to the steps asked for
ALWAYS = 2**31 - 2


def translate_problem(problem: Problem, steps: int) -> dict[str, Any]:
    """The part of a problem, with long tables for so many steps; see `problem_part`."""
    program, shape = _program(problem), problem.shape
    head = {
        "kind": "problem",
        "name": problem.name,
        "numbers": list(problem.values),
        "defaults": list(problem.values.values()),
    }
    for limit in (None, steps):
        values = _values(program, shape, len(problem.values), ALWAYS if limit is None else limit)
        script, pieces = _write(values)
        if sum(read for _, read in script.tables.values()) <= MANY:
            break
    return {**finished(script, {**head, "steps": limit}, shape, pieces), "watched": _watched(values.watched)}


@dataclass(frozen=True)
class _Values:
    """What was traced of a problem, for one run: what is given, and what comes of it."""

    params: Node
    following: Node  # parameters one step later
    step: Node
    numbers: list[Node]
    loss: Node
    gradient: Node
    height: Node  # of the landscape: the loss without noise
    projected: Node
    watched: Node | None = None


def _program(problem: Problem) -> Program:
    """Trace all that a problem can be asked."""
    hypers = list(problem.hypers())
    watches = not problem.is_plane and len(inspect.signature(problem.watched).parameters) > 1

    def ask(params, following, step, *numbers):
        this = rebuild(problem.outline, dict(zip(hypers, numbers, strict=True)), (-1,))
        loss, gradient = this.loss_and_gradient(params, step)
        found = [tf.broadcast_to(loss, (1,)), gradient, this.loss(params), this.project(params)]
        return [*found, this.watched(params, following)] if watches else found

    own = tf.TensorSpec((1, *problem.shape), tf.float64)
    return Program(ask, [own, own, tf.TensorSpec((), tf.int32), *[tf.TensorSpec((), tf.float64)] * len(hypers)])


def _values(program: Program, shape: Sequence[int], count: int, steps: int) -> _Values:
    graph = Graph()
    params, following = (graph.input("float", (1, *shape), STEP) for _ in range(2))
    step = graph.input("int", (), STEP, Range(0, steps))
    numbers = [graph.input("float", (), RUN) for _ in range(count)]
    outputs = program.outputs(graph, [params, following, step, *numbers])
    return _Values(params, following, step, numbers, *outputs)


def _write(values: _Values) -> tuple[Script, dict[str, str]]:
    """Pieces of JavaScript: at a step, on the landscape, back to what is allowed, for what is watched."""
    params = values.params
    here, moved = {params: names("p", params)}, {params: names("n", params)}
    script = Script("q", {node: [f"k{i}"] for i, node in enumerate(values.numbers)})
    pieces = {}

    def piece(name: str, given: dict, outputs: dict[str, Node], word: str = "const ") -> None:
        script.begin(given, outputs.values())
        for letter, node in outputs.items():
            define(script, letter, node, word)
        pieces[name] = "".join(script.lines[STEP])

    piece("step", here | {values.step: ["t"]}, {"f": values.loss, "g": values.gradient})
    piece("height", here, {"f": values.height})
    if values.projected is not params:
        piece("project", moved, {"p": values.projected}, "")
    if values.watched is not None:
        piece("watched", here | {values.following: names("n", params)}, {"w": values.watched})
        if values.watched.size > LIMIT:
            script.lines[LOAD].append(f"const w=new Float64Array({values.watched.size});")
    return script, pieces


def _watched(node: Node | None) -> list[str]:
    """JavaScript for each of the lines that are watched."""
    called = names("w", node) if node else []
    return called if isinstance(called, list) else [f"w[{i}]" for i in range(node.size)]
