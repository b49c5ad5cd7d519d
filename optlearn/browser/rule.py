"""A rule as JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import tensorflow as tf

from optlearn.browser.graph import LOAD, RUN, STEP, Graph, Node, literal_of
from optlearn.browser.lines import Watch
from optlearn.browser.literals import Atom, js
from optlearn.browser.part import define, finished, names
from optlearn.browser.script import LIMIT, Script
from optlearn.browser.trace import Program
from optlearn.loop import begun, checked_update, rebuild
from optlearn.optimizers import Optimizer


def translate_rule(optimizer: Optimizer, shape: Sequence[int]) -> dict[str, Any]:
    """The part of a rule for parameters of a shape; see `rule_part`."""
    step = trace(optimizer, tuple(shape))
    head = {
        "kind": "rule",
        "name": type(optimizer).__name__,
        "numbers": list(optimizer.values),
        "defaults": list(optimizer.values.values()),
    }
    return _Writer(step).part(head, shape)


@dataclass(frozen=True)
class Step:
    """What was traced of a rule, for one run: what is given, and what comes of it."""

    start: Node
    params: Node
    g: Node
    numbers: list[Node]
    state: list[Node]
    names: list[str]  # of the fields of the state
    first: list[Node]  # the state before the first step
    new: Node  # parameters
    after: list[Node]  # the state after a step
    lines: list[dict[str, Any]]  # of update
    values: list[Node | None]  # of the lines


def trace(optimizer: Optimizer, shape: tuple[int, ...]) -> Step:
    """Trace `init` and one `update`."""
    hypers, axes = list(optimizer.hypers()), (-1, *[1] * len(shape))

    def rule(numbers: Sequence[tf.Tensor]) -> Optimizer:
        return rebuild(optimizer.outline, dict(zip(hypers, numbers, strict=True)), axes)

    with tf.Graph().as_default():  # a first look, at what the state is made of
        given = [tf.compat.v1.placeholder(tf.float64, each) for each in ((1, *shape), *[()] * len(hypers))]
        state = begun(rule(given[1:]), given[0])
    fields, lines = field_names(state), []

    def step(start, params, g, *rest):
        this, old = rule(rest[: len(hypers)]), rest[len(hypers) :]
        first = begun(this, start)
        known = [(params, {"column": "params"}), (g, {"column": "gradient"})]
        known += [(leaf, {"column": name}) for leaf, name in zip(old, fields, strict=True)]
        known += [(getattr(this, name), {"number": name}) for name in hypers]
        with Watch(known, LIMIT) as watch:
            new, after = checked_update(this, params, g, tf.nest.pack_sequence_as(state, old))
        lines[:] = watch.lines
        values = [tf.cast(line.value, tf.float64) for line in lines if tf.is_tensor(line.value)]
        return [*tf.nest.flatten(first), new, *tf.nest.flatten(after), *values]

    graph = Graph()
    start = graph.input("float", (1, *shape), RUN)
    params, g = (graph.input("float", (1, *shape), STEP) for _ in range(2))
    numbers = [graph.input("float", (), RUN) for _ in hypers]
    old = [graph.input("float", leaf.shape, STEP) for leaf in tf.nest.flatten(state)]
    inputs = [start, params, g, *numbers, *old]
    outputs = iter(Program(step, [tf.TensorSpec(node.shape, tf.float64) for node in inputs]).outputs(graph, inputs))
    first, new, after = list(islice(outputs, len(old))), next(outputs), list(islice(outputs, len(old)))
    values = [next(outputs) if tf.is_tensor(line.value) else None for line in lines]
    return Step(start, params, g, numbers, old, fields, first, new, after, [x.described() for x in lines], values)


def field_names(state: Any, path: str = "state") -> list[str]:
    """state.m, state.rule.v, ... for all tensors of a state, in TensorFlow's order."""
    if isinstance(state, dict):
        return [name for key in sorted(state) for name in field_names(state[key], f"{path}.{key}")]
    if isinstance(state, list | tuple):
        keys = getattr(state, "_fields", range(len(state)))
        return [name for key, each in zip(keys, state, strict=True) for name in field_names(each, f"{path}.{key}")]
    return [path]


class _Writer:
    """Writes a rule's part."""

    def __init__(self, step: Step):
        self.step = step
        given = {node: [f"h{i}"] for i, node in enumerate(step.numbers)}
        given[step.start] = "start" if step.start.size > LIMIT else [f"start[{i}]" for i in range(step.start.size)]
        self.script = Script("r", given, _counters(step))
        self.called = {step.params: names("p", step.params), step.g: names("g", step.g)}
        self.called |= {
            node: names(f"s{i}_" if node.size <= LIMIT else f"s{i}", node) for i, node in enumerate(step.state)
        }

    def part(self, head: dict[str, Any], shape: Sequence[int]) -> dict[str, Any]:
        step, script = self.step, self.script
        values = [node for node in step.values if node]
        script.begin(self.called, [*step.first, step.new, *step.after, *values])
        for node, first in zip(step.state, step.first, strict=True):
            self._begin_with(self.called[node], first)
        define(script, "n", step.new)
        changes = [self._change(*pair) for pair in zip(step.state, step.after, strict=True)]
        change = "".join([*changes, *script.after])
        fields = [
            {"name": name, "shape": run_shape(node), "values": self.called[node]}
            for name, node in zip(step.names, step.state, strict=True)
        ]
        lines = [
            line
            if node is None
            else line | {"shape": run_shape(node), "values": [js(atom) for atom in script.atoms(node)]}
            for line, node in zip(step.lines, step.values, strict=True)
        ]
        pieces = {"step": "".join(script.lines[STEP]), "change": change}
        return {**finished(script, head, shape, pieces), "state": fields, "lines": lines}

    def _begin_with(self, called: list[str] | str, first: Node) -> None:
        """The numbers of a field before the first step."""
        if isinstance(called, str):
            self.script.lines[LOAD].append(f"const {called}=new Float64Array({first.size});")
            self.script.fill(called, first, RUN)
        else:
            pairs = zip(called, self.script.atoms(first), strict=True)
            self.script.lines[RUN].append("let " + ",".join(f"{name}={js(atom)}" for name, atom in pairs) + ";")

    def _change(self, old: Node, new: Node) -> str:
        """JavaScript that puts the new numbers of a field in place of the old, once all are computed."""
        if old is new:
            return ""
        called = self.called[old]
        if isinstance(called, list):
            pairs = zip(called, self.script.atoms(new), strict=True)
            return "".join(f"{name}={js(self._fixed(atom))};" for name, atom in pairs)
        return f"{called}.set({self.script.in_array(new)});"

    def _fixed(self, atom: Atom) -> Atom:
        """An atom that stays what it is while the parameters and the state change."""
        if isinstance(atom, str) and not (atom.isidentifier() and atom[0] in "rgh"):
            name = self.script.new()
            self.script.lines[STEP].append(f"const {name}={atom};")
            return name
        return atom


def run_shape(node: Node) -> list[int]:
    """The shape of a tensor in the record of one run."""
    return list(node.shape[1:] if node.shape[:1] == (1,) else node.shape)


def _counters(step: Step) -> dict[Node, int]:
    """The fields of a state that count steps, and where they begin."""
    found = {}
    for old, first, new in zip(step.state, step.first, step.after, strict=True):
        begun = literal_of(first)
        counts = new.op == "add" and old in new.args and 1 in map(literal_of, new.args)
        if counts and begun is not None and begun == int(begun):
            found[old] = int(begun)
    return found
