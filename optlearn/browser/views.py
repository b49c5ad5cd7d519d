"""Operations that move numbers and compute none: where in their arguments a number comes from."""

from __future__ import annotations

from collections.abc import Callable

from optlearn.browser.graph import Node
from optlearn.browser.index import Index, add, reshaped
from optlearn.browser.literals import Atom, js
from optlearn.browser.untranslatable import Untranslatable

At = Callable[[Node, Index], Atom]  # gives one number of a tensor


def view(node: Node, index: Index, at: At) -> Atom:
    """The same number in the tensor it comes from."""
    about, arg = node.about, node.args[0] if node.args else None
    match node.op:
        case "iota":
            place = index[about[0]]
            return f"({place})" if isinstance(place, str) else place
        case "broadcast":
            return at(arg, [index[d] for d in about] if arg.shape else ())
        case "transpose":
            return at(arg, [index[about.index(d)] for d in range(len(about))])
        case "reverse":
            return at(arg, [add(node.shape[d] - 1, i, -1) if d in about else i for d, i in enumerate(index)])
        case "slice":
            return at(arg, [add(start, i, by) for i, (start, by) in zip(index, about, strict=True)])
        case "reshape":
            return at(arg, reshaped(index, node.shape, arg.shape))
        case "concatenate":
            return _of_parts(node, list(index), at)
    return _padded(node, index, at)


def _of_parts(node: Node, index: list[int], at: At) -> Atom:
    (d,) = node.about
    for arg in node.args:
        if index[d] < arg.shape[d]:
            return at(arg, index)
        index[d] -= arg.shape[d]
    raise IndexError(index)


def _padded(node: Node, index: Index, at: At) -> Atom:
    arg, value = node.args
    inside, place = [], []
    for i, size, whole, (low, between) in zip(index, arg.shape, node.shape, node.about, strict=True):
        if between or low < 0 or whole < low + size:
            raise Untranslatable.operation("pad", " between numbers, or by less than none")
        place.append(add(-low, i))
        if isinstance(i, int):
            inside.append(low <= i < low + size)
        elif whole > size:
            inside.append(f"{i}>={low}&&{i}<{low + size}")
    if False in inside:
        return at(value, ())
    tests = "&&".join(test for test in inside if test is not True)
    return f"({tests}?{js(at(arg, place))}:{js(at(value, ()))})" if tests else at(arg, place)
