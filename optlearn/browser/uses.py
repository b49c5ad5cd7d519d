"""How often numbers are used: those used once are written where they are used, the others get a name."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from optlearn.browser.graph import LOOKUPS, VIEWS, Node


def count_uses(outputs: Iterable[Node]) -> dict[Node, int]:
    """How often each number of each tensor is used; 2 stands for "better keep it"."""
    uses: dict[Node, int] = {}
    order: list[Node] = []

    def visit(node: Node) -> None:
        if node not in uses:
            uses[node] = 0
            for arg in node.args:
                visit(arg)
            order.append(node)

    for node in outputs:
        visit(node)
        uses[node] += 1
    for node in reversed(order):
        for place, arg in enumerate(node.args):
            uses[arg] += _uses(node, place, arg, uses[node])
    return uses


def _uses(node: Node, place: int, arg: Node, uses: int) -> int:
    """How often a node uses each number of one of its arguments, if its own are used so often."""
    if arg.when < node.when:
        return 2
    if node.op in VIEWS or (node.op in LOOKUPS and place == 0):
        return uses * (1 if node.size <= arg.size else 2)
    if node.op == "dot":
        left, sums = node.args[0], node.about[2]
        return 1 if node.size * prod(left.shape[d] for d in sums) <= arg.size else 2
    if node.op in LOOKUPS or (arg.size < node.size and node.op != "reduce"):
        return 2
    return 1
