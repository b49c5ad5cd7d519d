"""What is computed: tensors of known shapes, each made from others, equal ones once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from optlearn.browser.ops import ELEMENTWISE, NEUTRAL
from optlearn.browser.ranges import ALL, Range, range_of
from optlearn.browser.untranslatable import Untranslatable

LOAD, RUN, STEP = range(3)  # when a value is known: as the script is loaded, as a run begins, at each step
VIEWS = {"reshape", "broadcast", "transpose", "slice", "concatenate", "pad", "reverse", "iota"}  # move numbers only
LOOKUPS = {"gather", "dynamic-slice"}  # take numbers from places that are computed
FOLDS = {"reduce", "dot"}  # join many numbers to one
KINDS = ("float", "single", "int", "long", "bool")  # float64, float32, int32, int64, bool


@dataclass(eq=False)
class Node:
    """One tensor of a computation.

    Attributes
    ----------
    op : str
        XLA's name of the operation; "input" for what is given.
    kind : str
        One of `KINDS`.
    when : int
        `LOAD`, `RUN` or `STEP`: the last of its arguments says.
    about : hashable
        What the operation needs to know beside its arguments: dimensions, a direction.
    values : sequence
        Of a constant, its numbers row by row; one, if all are the same.
    range : Range
        Of whole numbers and truths, the least and the largest they can be.
    """

    op: str
    kind: str
    shape: tuple[int, ...]
    args: tuple[Node, ...] = ()
    when: int = LOAD
    about: Hashable = None
    values: Sequence[Any] = ()
    range: Range = ALL

    @property
    def size(self) -> int:
        return prod(self.shape)


class Graph:
    """Makes nodes: equal ones once, and none that would compute what is known already."""

    def __init__(self) -> None:
        self.nodes: dict[tuple, Node] = {}

    def input(self, kind: str, shape: Sequence[int], when: int, range: Range = ALL) -> Node:
        """A tensor that is given."""
        return Node("input", kind, tuple(shape), when=when, range=range)

    def constant(self, kind: str, shape: Sequence[int], values: Sequence[Any]) -> Node:
        """A tensor of literals: `values` has one for each entry, or one for all."""
        alike = all(value == values[0] for value in values)  # NaN is never alike, and stays as it is
        values = tuple(values[:1] if alike else values)
        return self._once(Node("constant", kind, tuple(shape), values=values, range=Range.over(kind, values)))

    def make(self, op: str, kind: str, shape: Sequence[int], args: Sequence[Node], about: Hashable = None) -> Node:
        """The tensor an operation gives."""
        if op not in ELEMENTWISE | VIEWS | LOOKUPS | FOLDS:
            raise Untranslatable.operation(op)
        args = tuple(args)
        node = Node(op, kind, tuple(shape), args, max((arg.when for arg in args), default=LOAD), about)
        node.range = range_of(node)
        if kind in ("int", "bool") and node.range.one:
            return self.constant(kind, shape, [node.range.low])
        return self._simpler(node) or self._once(node)

    def _once(self, node: Node) -> Node:
        values = tuple(map(repr, node.values))  # 0.0 and -0.0 differ, and so do 1 and 1.0
        key = node.op, node.kind, node.shape, tuple(map(id, node.args)), node.about, values
        return self.nodes.setdefault(key, node)

    def _simpler(self, node: Node) -> Node | None:
        """A node that is the same and easier, if there is one."""
        if not node.args:
            return None
        first = node.args[0]
        same = node.kind == first.kind and node.shape == first.shape
        if node.op == "reduce" and same and literal_of(node.args[1]) == NEUTRAL.get(node.about[0], first):
            return first
        if node.op == "remainder" and node.args[1].range.low > first.range.high and first.range.low >= 0:
            return first
        moves_nothing = node.op in ("reshape", "broadcast", "convert", "slice", "concatenate") or (
            node.op == "transpose" and list(node.about) == sorted(node.about)
        )
        if same and moves_nothing:
            return first
        if node.op == "reshape" and first.op == "reshape":
            return self.make("reshape", node.kind, node.shape, first.args)
        if node.op in ELEMENTWISE and node.shape and all(uniform(arg) for arg in node.args):
            one = self.make(node.op, node.kind, (), [self.one_of(arg) for arg in node.args], node.about)
            return self.make("broadcast", node.kind, node.shape, [one], ())
        return self._algebra(node)

    def one_of(self, node: Node) -> Node:
        """Of a tensor whose numbers are all the same one, that number, of shape ()."""
        while node.op in ("broadcast", "reshape") and (node.op == "broadcast" or node.args[0].size == 1):
            if node.args[0].size > 1:
                break
            node = node.args[0]
        if node.op == "constant":
            return self.constant(node.kind, (), node.values)
        return self.make("reshape", node.kind, (), [node])

    def _algebra(self, node: Node) -> Node | None:
        """What `x + 0`, `x * 1`, `x ** 2` and the like are. Not `x * 0`, which may be NaN."""
        literal = [literal_of(arg) for arg in node.args]
        if node.op == "select" and literal[0] is not None:
            return node.args[1] if literal[0] else node.args[2]
        if node.op == "select" and node.args[1] is node.args[2]:
            return node.args[1]
        if node.op in ("add", "multiply", "and", "or") and node.kind != "single":
            neutral = NEUTRAL[node.op]
            for mine, other in ((0, 1), (1, 0)):
                if literal[mine] is not None and literal[mine] == neutral:
                    return node.args[other]
        if (node.op, literal[-1]) in (("subtract", 0), ("divide", 1), ("power", 1)):
            return node.args[0]
        return self._power(node, literal[-1]) if node.op == "power" and node.kind == "float" else None

    def _power(self, node: Node, exponent: Any) -> Node | None:
        """Products and roots where they are meant: several times as fast as a power."""
        base = node.args[0]
        if exponent in (2, 3):
            square = self.make("multiply", node.kind, node.shape, [base, base])
            return square if exponent == 2 else self.make("multiply", node.kind, node.shape, [square, base])
        if exponent == 0.5:
            return self.make("sqrt", node.kind, node.shape, [base])
        if exponent == -1:
            one = self.constant(node.kind, node.shape, [1.0])
            return self.make("divide", node.kind, node.shape, [one, base])
        return None


def uniform(node: Node) -> bool:
    """Whether all numbers of a tensor are the same one."""
    if node.size == 1:
        return True
    if node.op == "constant":
        return len(node.values) == 1
    return node.op in ("broadcast", "reshape") and uniform(node.args[0])


def literal_of(node: Node) -> Any:
    """The number that a constant is full of; None, if it is something else."""
    while node.op in ("broadcast", "reshape"):
        node = node.args[0]
    return node.values[0] if node.op == "constant" and len(node.values) == 1 else None
