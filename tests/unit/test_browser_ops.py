"""The table of operations: each gives in JavaScript what it gives in TensorFlow, and none could be another one."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import tensorflow as tf

from optlearn.browser import Untranslatable, ops
from optlearn.browser.graph import FOLDS, LOOKUPS, STEP, VIEWS, Graph
from optlearn.browser.literals import js
from optlearn.browser.script import LIMIT, Script
from optlearn.browser.trace import Program
from tests.unit.node import NEEDED, Node

pytestmark = NEEDED
SIZES = (6, 30)  # numbers that become variables, and those that become an array
SOME = np.array([-2.5, -1.5, -0.7, 0.0, 0.4, 1.0, 1.5, 2.5, 3.7, -3.2, 0.09, 7.0, -0.2, 5.5, -4.5])
MORE = np.array([3.0, -2.0, 0.6, -1.5, 2.5, 1.0, -0.3, 4.0, -7.7, 0.8, 1.9, -3.0, -0.4, 0.3, 2.2])


@pytest.fixture(scope="module")
def node():
    process = Node()
    yield process
    process.close()


def numbers(size: int, start: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two lists of so many different numbers, both signs, halves and zero among them."""
    places = np.arange(start, start + size)
    factor = 1 + places // len(SOME) * 0.3
    return np.take(SOME, places, mode="wrap") * factor, np.take(MORE, places, mode="wrap") * factor


class Case:
    """A function of tensors, traced once; it can be translated and run again and again."""

    def __init__(self, function: Callable, *inputs: np.ndarray):
        self.inputs = inputs
        tensors = [tf.constant(each, tf.float64) for each in inputs]

        def outputs(*args):
            return [tf.cast(function(*args), tf.float64)]

        self.truth = tf.function(outputs, autograph=False, jit_compile=True)(*tensors)[0].numpy()
        self.program = Program(outputs, [tf.TensorSpec(each.shape, tf.float64) for each in tensors])

    def run(self, node: Node) -> np.ndarray:
        """The result of JavaScript."""
        graph = Graph()
        given = [graph.input("float", each.shape, STEP) for each in self.inputs]
        (out,) = self.program.outputs(graph, given)
        self.ops = {(each.op, each.kind) for each in graph.nodes.values()}
        names = {
            each: f"x[{i}]" if each.size > LIMIT else [f"x[{i}][{j}]" for j in range(each.size)]
            for i, each in enumerate(given)
        }
        script = Script("v", {})
        script.begin(names, [out])
        script.fill("out", out, STEP)
        head = [f"const {name}={json.dumps(list(each.values[:read]))};" for each, (name, read) in script.tables.items()]
        helpers = [text for name, text in ops.HELPERS.items()]
        text = "".join([*helpers, *head, *script.lines[0], *script.lines[1], *script.lines[2]])
        inputs = [np.ravel(each).tolist() for each in self.inputs]
        return node.ask("compute", text=text, x=inputs, size=out.size)["out"].reshape(out.shape)

    def agrees(self, node: Node) -> bool:
        """Whether JavaScript gives what TensorFlow gives."""
        return np.allclose(self.run(node), self.truth, rtol=1e-13, atol=1e-15, equal_nan=True)


def positive(x):
    return tf.abs(x) + 0.1


def whole(x):
    return tf.cast(x * 3, tf.int32)


def few(x):
    return whole(x) % 100


def large(x):
    return tf.cast(x * 4e8, tf.int32)


FLOATS = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "remainder": tf.truncatemod,
    "power": lambda x, y: tf.where(x > 0, x, 0.3) ** y,
    "maximum": tf.maximum,
    "minimum": tf.minimum,
    "atan2": tf.math.atan2,
    "negate": lambda x, y: -x,
    "abs": lambda x, y: tf.abs(x),
    "sign": lambda x, y: tf.sign(x),
    "floor": lambda x, y: tf.floor(x),
    "ceil": lambda x, y: tf.math.ceil(x),
    "round-nearest-even": lambda x, y: tf.round(x),
    "sqrt": lambda x, y: tf.sqrt(tf.where(x > 0, x, 0.3)),
    "rsqrt": lambda x, y: tf.math.rsqrt(tf.where(x > 0, x, 0.3)),
    "exponential": lambda x, y: tf.exp(x),
    "exponential-minus-one": lambda x, y: tf.math.expm1(x * 1e-3),
    "log": lambda x, y: tf.math.log(tf.where(x > 0, x, 0.3)),
    "log-plus-one": lambda x, y: tf.math.log1p(tf.where(x > 0, x, 0.3) * 1e-3),
    "logistic": lambda x, y: tf.sigmoid(x),
    "tanh": lambda x, y: tf.tanh(x),
    "sine": lambda x, y: tf.sin(x),
    "cosine": lambda x, y: tf.cos(x),
    "tan": lambda x, y: tf.tan(x),
}
WHOLE = {
    "add": lambda x, y: few(x) + few(y),
    "subtract": lambda x, y: few(x) - few(y),
    "multiply": lambda x, y: few(x) * few(y),
    "divide": lambda x, y: tf.truncatediv(whole(x), whole(y) * 2 + 1),
    "remainder": lambda x, y: tf.truncatemod(whole(x), whole(y) * 2 + 1),
    "maximum": lambda x, y: tf.maximum(whole(x), whole(y)),
    "minimum": lambda x, y: tf.minimum(whole(x), whole(y)),
    "negate": lambda x, y: -few(x),
    "abs": lambda x, y: tf.abs(whole(x)),
    "sign": lambda x, y: tf.sign(whole(x)),
}
WRAPPED = {
    "add": lambda x, y: large(x) + large(y),
    "subtract": lambda x, y: large(x) - large(y),
    "multiply": lambda x, y: large(x) * large(y),
    "negate": lambda x, y: -tf.where(x > 0, whole(x), -(2**31)),
    "convert": lambda x, y: tf.cast(tf.cast(x * 1e10, tf.int64), tf.int32),
}
BITS = {
    "and": lambda x, y: tf.bitwise.bitwise_and(whole(x), whole(y)),
    "or": lambda x, y: tf.bitwise.bitwise_or(whole(x), whole(y)),
    "xor": lambda x, y: tf.bitwise.bitwise_xor(whole(x), whole(y)),
    "not": lambda x, y: tf.bitwise.invert(whole(x)),
}
TRUTHS = {
    "and": lambda x, y: (x > 0) & (y > 0),
    "or": lambda x, y: (x > 0) | (y > 0),
    "not": lambda x, y: ~(x > 0),
    "is-finite": lambda x, y: tf.math.is_finite(1 / x),
}
COMPARE = {
    "EQ": lambda x, y: x == tf.where(x > 0, x, y),
    "NE": lambda x, y: x != tf.where(x > 0, x, y),
    "LT": lambda x, y: x < tf.where(x > 1, x, y),
    "LE": lambda x, y: x <= tf.where(x > 1, x, y),
    "GT": lambda x, y: x > tf.where(x > 1, x, y),
    "GE": lambda x, y: x >= tf.where(x > 1, x, y),
}
CHOICE = {"select": lambda x, y: tf.where(x > y, x, y + 1)}
CONVERT = {
    ("bool", "number"): lambda x, y: tf.where(tf.cast(x > 0, tf.float64) == 1.0, x, y),
    ("fraction", "int"): lambda x, y: tf.cast(tf.where(y > 0, x * 1.3, x * 1e10), tf.int32),
    ("fraction", "long"): lambda x, y: tf.cast(x * 1234567890.623, tf.int64) % 5,
    ("number", "number"): lambda x, y: tf.cast(few(x), tf.float64) * 1.5,
}
CASES = {
    "FLOATS": FLOATS, "WHOLE": WHOLE, "WRAPPED": WRAPPED, "BITS": BITS, "TRUTHS": TRUTHS, "COMPARE": COMPARE,
    "CHOICE": CHOICE, "CONVERT": CONVERT,
}  # fmt: skip
EVERY = [(table, name) for table, cases in CASES.items() for name in cases]
EACH = pytest.mark.parametrize(("table", "name"), EVERY, ids=[f"{table}-{name}" for table, name in EVERY])


def test_every_table_has_a_case_for_every_entry():
    tables = {name: entries for name, entries in vars(ops).items() if name.isupper() and _is_table(entries)}
    assert {name: set(entries) for name, entries in tables.items()} == {name: set(CASES[name]) for name in tables}
    assert set(tables) == set(CASES)


def _is_table(entries: object) -> bool:
    return isinstance(entries, dict) and all(isinstance(each, ops.Op) for each in entries.values())


CONVERTED = {  # what one might write in place of each
    ("bool", "number"): {"{}", "({}?2:1)", "({}?0:1)"},
    ("fraction", "int"): {"{}", "Math.trunc({})", "saturated(Math.floor({}))", "saturated(Math.round({}))"},
    ("fraction", "long"): {"{}", "saturated({})", "Math.floor({})", "Math.round({})"},
    ("number", "number"): {"(-{})", "(1+{})"},
}
SYMMETRIC = {"add", "multiply", "maximum", "minimum", "and", "or", "xor", "EQ", "NE"}


def mutants(table: str, name: str) -> set[str]:
    """What else could stand in a place of a table: its neighbours, or its own arguments turned round."""
    if table == "CONVERT":
        return CONVERTED[name]
    entries = getattr(ops, table)
    own = entries[name].js
    count = own.count("{}")
    found = {op.js for op in entries.values() if op.js.count("{}") == count}
    if count == 1:
        found |= {"{}", "(-{})", "(1+{})"}
    elif name not in SYMMETRIC:
        turned = own.replace("{}", "{{{}}}").format(*reversed(range(count)))
        found.add(turned)
    return found - {own}


@EACH
def test_an_operation_gives_what_tensorflow_gives_and_another_one_in_its_place_does_not(node, monkeypatch, table, name):
    cases = [Case(CASES[table][name], *numbers(size)) for size in SIZES]
    for case in cases:
        assert case.agrees(node), f"{name}: {case.run(node)} is not {case.truth}"
    entries = getattr(ops, table)
    own = entries[name].js
    for other in mutants(table, name):
        monkeypatch.setitem(entries, name, entries[name]._replace(js=other))
        for case in cases:
            assert not _quietly(case, node), (
                f"{other} in place of {own}: no difference on {case.inputs[0].size} numbers"
            )


def _quietly(case: Case, node: Node) -> bool:
    """Whether a case agrees; a changed table may also lead to what is no JavaScript."""
    try:
        return case.agrees(node)
    except RuntimeError:
        return False


def distinct(*shape: int) -> np.ndarray:
    return np.arange(1.0, 1 + np.prod(shape)).reshape(shape) ** 1.5


def of(function: Callable, *shapes: tuple[int, ...]) -> tuple[Callable, tuple]:
    return function, shapes


def table_row(x, size):
    """A row of a table, by a number that is computed."""
    step = tf.cast(x[0], tf.int32)
    return tf.constant(distinct(5, size))[step % 5] * x[1]


STRUCTURED = {  # the operation, a function that has it, shapes small and large
    "reshape": [of(lambda x: tf.reshape(x, [3, 2]) @ tf.ones([2, 1], tf.float64), (2, 3))]
    + [of(lambda x: tf.reshape(x, [5, 4, 2]) * tf.constant(distinct(5, 4, 2)), (8, 5))],
    "broadcast": [of(lambda x: x[:, None] * tf.constant(distinct(3, 2)), (3,))]
    + [of(lambda x: x[None, :, None] + tf.constant(distinct(2, 6, 3)), (6,))],
    "transpose": [of(lambda x: tf.transpose(x) * 2, (2, 3)), of(lambda x: tf.transpose(x, [2, 0, 1]) * 2, (2, 3, 4))],
    "slice": [of(lambda x: x[1:3] * 2, (6,)), of(lambda x: x[1:6:2, 3:] * 2, (6, 6)), of(lambda x: x[::3] + 1, (40,))],
    "concatenate": [
        of(lambda x: tf.concat([x, x + 1], 0) * 2, (3,)),
        of(lambda x: tf.concat([x, x + 1], 1) * 2, (4, 5)),
    ]
    + [of(lambda x: tf.reduce_sum(tf.roll(x, 2, 0) * tf.constant(distinct(20))), (20,))],
    "reverse": [of(lambda x: tf.reverse(x, [0]) * 2, (5,)), of(lambda x: tf.reverse(x, [1]) * 2, (4, 6))],
    "pad": [of(lambda x: tf.pad(x, [[1, 2]], constant_values=7.0) * 2, (4,))]
    + [of(lambda x: tf.pad(x, [[2, 1], [0, 3]], constant_values=7.0) * 2, (4, 5))],
    "iota": [
        of(lambda x: tf.reverse(tf.linalg.diag(x), [1])[:, 1:] * 3, (6,)),
        of(lambda x: tf.linalg.diag(x) * 2, (3,)),
        of(lambda x: tf.linalg.diag(x) * 2, (5,)),
    ],
    "gather": [of(lambda x: tf.gather(x, [3, 0, 0]) * 2, (4,)), of(lambda x: tf.gather(x, [3, 0], axis=1) * 2, (5, 4))]
    + [of(lambda x: tf.gather(tf.constant(distinct(9)), tf.cast(x, tf.int32) % 9) * x, (20,))]
    + [of(lambda x: tf.gather_nd(x, [[1, 2], [0, 1]]) * 2, (2, 3))]
    + [of(lambda x, at=at: tf.gather_nd(x, [[at]]) * 2, (4,)) for at in (-2, 9)],  # the nearest that there is
    "dynamic-slice": [of(lambda x: table_row(x, 4), (3,)), of(lambda x: table_row(x, 20), (3,))]
    + [of(lambda x: tf.slice(x, [tf.cast(x[1], tf.int32) % 9], [3]) * 2, (8,))],
    "reduce": [
        of(lambda x, by=by, axis=axis: by(x, axis=axis), shape)
        for by in (tf.reduce_sum, tf.reduce_prod, tf.reduce_max, tf.reduce_min, tf.reduce_mean)
        for axis, shape in ((0, (2, 3)), (1, (2, 3)), ([0, 2], (3, 4, 5)), (None, (20,)))
    ]
    + [
        of(lambda x, by=by: tf.cast(by(x > 20.0, axis=0), tf.float64), shape)
        for by in (tf.reduce_any, tf.reduce_all)
        for shape in ((2, 3), (3, 20), (14, 20))
    ],
    "dot": [
        of(lambda x, y: x @ y, (2, 3), (3, 2)),
        of(lambda x, y: x @ y, (4, 6), (6, 5)),
        of(lambda x, y: tf.matmul(x, y, transpose_b=True), (2, 14), (3, 14)),
        of(tf.matmul, (3, 2, 4), (3, 4, 5)),
        of(lambda x, y: tf.tensordot(x, y, [[0], [1]]), (4, 2), (3, 4)),
        of(lambda x, y: tf.einsum("ab,cb->ca", x, y), (2, 3), (4, 3)),
    ],
    "conditional": [
        of(lambda x: tf.cond(x[0] > 5, lambda: x + 1, lambda: x * 2), (3,)),
        of(lambda x: tf.cond(x[0] < 5, lambda: (x + 1, x - 1), lambda: (x * 2, x))[1], (30,)),
        of(lambda x: tf.switch_case(tf.cast(x[1], tf.int32), [lambda: x + 1, lambda: x * 2, lambda: x - 3]), (3,)),
        of(lambda x: tf.switch_case(tf.cast(x[2], tf.int32), [lambda: x + 1, lambda: x * 2, lambda: x - 3]), (3,)),
    ],
}
SITUATIONS = [(name, *each) for name, found in STRUCTURED.items() for each in found]


@pytest.mark.parametrize(
    ("name", "function", "shapes"), SITUATIONS, ids=[f"{name}-{i}" for i, (name, *_) in enumerate(SITUATIONS)]
)
def test_numbers_are_moved_and_joined_as_tensorflow_does(node, name, function, shapes):
    case = Case(function, *(distinct(*shape) for shape in shapes))
    np.testing.assert_allclose(case.run(node), case.truth, rtol=1e-14)
    in_program = {each.opcode for computation in case.program.program.computations for each in computation.instructions}
    assert name in in_program


def test_every_operation_that_moves_or_joins_numbers_has_a_situation():
    assert VIEWS | LOOKUPS | FOLDS | {"conditional"} == set(STRUCTURED)


CHANGES = {
    "broadcast": lambda about, shape: tuple(shape.index(n) - 1 for n in shape[:1]) if about else about,
    "transpose": lambda about, shape: about[::-1],
    "slice": lambda about, shape: tuple((max(start - 1, 0), by) for start, by in about),
    "concatenate": lambda about, shape: ((about[0] + 1) % len(shape),) if len(shape) > 1 else about,
    "reverse": lambda about, shape: (),
    "pad": lambda about, shape: tuple((0, between) for _, between in about),
    "gather": lambda about, shape: (*about[:2], about[2][::-1], *about[3:]),
    "reduce": lambda about, shape: ({"add": "multiply", "maximum": "minimum"}.get(about[0], "add"), about[1]),
    "dot": lambda about, shape: (*about[:2], about[3], about[2]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_situation_fails_if_what_is_known_about_the_operation_is_changed(node, monkeypatch, name):
    make = Graph.make

    def changed(self, op, kind, shape, args, about=None):
        return make(self, op, kind, shape, args, CHANGES[name](about, shape) if op == name else about)

    monkeypatch.setattr(Graph, "make", changed)
    assert not all(_quietly(Case(f, *(distinct(*s) for s in shapes)), node) for f, shapes in STRUCTURED[name])


@pytest.mark.parametrize("about", [(-1, 0), (4, 0), (0, 1)], ids=["cut at the front", "cut at the end", "between"])
def test_a_pad_that_is_more_than_numbers_around_is_refused(node, monkeypatch, about):
    make = Graph.make

    def changed(self, op, kind, shape, args, known=None):
        return make(self, op, kind, shape, args, (about,) if op == "pad" else known)

    monkeypatch.setattr(Graph, "make", changed)
    function, shapes = STRUCTURED["pad"][0]  # of 4 numbers, to 7
    with pytest.raises(Untranslatable, match="pad"):
        Case(function, distinct(*shapes[0])).run(node)


@pytest.mark.parametrize("table", CASES)
def test_what_is_known_beforehand_is_what_javascript_would_give(node, table):
    for name, op in getattr(ops, table).items():
        if op.fold is None:
            continue
        truths = table in ("TRUTHS", "CHOICE") or name == ("bool", "number")
        values = [True, False] if truths else [-7, -2, -1, 1, 2, 3, 5]
        for args in product(values, repeat=op.js.count("{}")):
            text = f"out[0]={op.js.format(*map(js, args))};"
            assert node.ask("compute", text=text, x=[], size=1)["out"][0] == op.fold(*args), text
