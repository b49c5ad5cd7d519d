"""Writes JavaScript for the numbers of a `Graph`.

Tensors of up to `LIMIT` numbers become local variables, one for each number; larger ones arrays and loops. A number
that is used once is written where it is used. What is known before the first step is computed before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import product
from math import prod

from optlearn.browser.graph import LOAD, LOOKUPS, RUN, STEP, VIEWS, Node, literal_of
from optlearn.browser.index import Index, Part, add, flat, symbolic
from optlearn.browser.literals import Atom, bare, js, loops
from optlearn.browser.ops import ELEMENTWISE, NEUTRAL, operation
from optlearn.browser.untranslatable import Untranslatable
from optlearn.browser.uses import count_uses
from optlearn.browser.views import view

LIMIT = 12


class Script:
    """Grows by one function after the other: each has lines of its own, and shares those that come before all steps.

    Parameters
    ----------
    letter : str
        All names that are made up begin with it.
    given : dict
        Atoms, or the name of an array, for each input that is known before the first step.

    Attributes
    ----------
    lines : list of three lists
        JavaScript for `LOAD`, `RUN` and `STEP`.
    after : list
        JavaScript for the end of a step.
    tables : dict
        The name of each constant that is read by an index, and how many of its numbers can be met.
    counters : dict
        Inputs that grow by 1 with every step, and what they begin with.
    """

    def __init__(self, letter: str, given: dict[Node, list[Atom] | str], counters: dict[Node, int] | None = None):
        self.letter, self.count, self.counters = letter, 0, counters or {}
        self.lines: list[list[str]] = [[], [], []]
        self.after: list[str] = []
        self.kept: dict[Node, list[Atom] | str] = dict(given)
        self.arrays: dict[Node, str] = {}  # of nodes that are kept as atoms, and read by an index as well
        self.tables: dict[Node, tuple[str, int]] = {}

    def begin(self, given: dict[Node, list[Atom] | str], outputs: Iterable[Node]) -> None:
        """A new function of some inputs, which will be asked for some outputs."""
        self.lines[STEP] = []
        self.kept = {node: atoms for node, atoms in self.kept.items() if node.when < STEP} | given
        self.arrays = {node: name for node, name in self.arrays.items() if node.when < STEP}
        self.uses = count_uses(outputs)

    def atoms(self, node: Node) -> list[Atom]:
        """All numbers of a small tensor, row by row."""
        return [self.at(node, index) for index in product(*map(range, node.shape))]

    def fill(self, array: str, node: Node, when: int | None = None) -> None:
        """Write all numbers of a tensor into an array, at its time or another."""
        index = self.index(node)
        body = f"{array}[{flat(index, node.shape)}]={bare(js(self.at(node, index)))};"
        self.lines[node.when if when is None else when].append(loops(index, node.shape, body))

    def in_array(self, node: Node) -> str:
        """The name of an array of this script's own that holds a tensor."""
        if node.op not in VIEWS and node.op != "input":
            self.at(node, self.index(node))
        kept = self.kept.get(node)
        if node in self.kept and isinstance(kept, str) and kept.startswith(self.letter):
            return kept
        array = self.array(node)
        self.fill(array, node)
        return array

    # One number

    def at(self, node: Node, index: Index) -> Atom:
        """One number of a tensor."""
        index = tuple(0 if size == 1 else part for part, size in zip(index, node.shape, strict=True))
        if node in self.kept:
            return self._kept(node, index)
        if node.op == "constant":
            return self._constant(node, index)
        if node.op in VIEWS and not (node.op == "concatenate" and symbolic(index)):
            return self._view(node, index)
        if node.op in ELEMENTWISE | LOOKUPS and self.uses.get(node, 0) < 2:
            return self._compute(node, index, [])
        self._keep(node)
        return self._kept(node, index)

    def _kept(self, node: Node, index: Index) -> Atom:
        kept = self.kept[node]
        place = flat(index, node.shape)
        if isinstance(kept, list) and not symbolic(index):
            return kept[place]
        if isinstance(kept, list):
            if node not in self.arrays:
                self.arrays[node] = self.array(node)
                self.lines[node.when] += [f"{self.arrays[node]}[{i}]={js(atom)};" for i, atom in enumerate(kept)]
            kept = self.arrays[node]
        return f"{kept}[{place}]"

    def _constant(self, node: Node, index: Index) -> Atom:
        if len(node.values) == 1:
            return node.values[0]
        place = flat(index, node.shape)
        if isinstance(place, int):
            return node.values[place]
        return f"{self._table(node, node.size)}[{place}]"

    def _table(self, node: Node, read: int) -> str:
        """The name of a constant of which so many numbers can be met, from the first on."""
        name, before = self.tables.get(node) or (self.new(), 0)
        self.tables[node] = name, max(before, read)
        return name

    def _view(self, node: Node, index: Index) -> Atom:
        return view(node, index, self.at)

    # Numbers that are computed

    def _compute(self, node: Node, index: Index, lines: list[str]) -> Atom:
        """One number of a tensor; what must be computed beside it goes into `lines`."""
        match node.op:
            case "gather":
                return self._gathered(node, index)
            case "dynamic-slice":
                return self._sliced(node, index)
            case "dot":
                return self._dot(node, index, lines)
            case "reduce":
                return self._reduced(node, index, lines)
        if node.op == "power" and (first := self._first(node.args[1])) is not None and node.args[0].when < STEP:
            return self._running(node, self.at(node.args[0], index), first)
        op = operation(node)
        args = [self.at(arg, index if arg.shape else ()) for arg in node.args]
        if op.fold and node.kind != "single" and not any(isinstance(arg, str) for arg in args):
            return op.fold(*args)
        text = op.js.format(*map(js, args))
        return f"Math.fround({bare(text)})" if node.kind == "single" else text

    def _first(self, exponent: Node) -> int | None:
        """Of an exponent that grows by 1 with every step, what it begins with."""
        while exponent.op in ("broadcast", "reshape") and exponent.args[0].size == 1:
            exponent = exponent.args[0]
        if exponent in self.counters:
            return self.counters[exponent]
        if exponent.op == "add":
            for mine, other in (exponent.args, exponent.args[::-1]):
                offset, first = literal_of(other), self._first(mine)
                if first is not None and offset is not None and offset == int(offset):
                    return first + int(offset)
        return None

    def _running(self, node: Node, base: Atom, first: int) -> str:
        """βᵗ as a product that grows by one factor in every step: four times as fast as a power."""
        name = self.new()
        self.lines[RUN].append(f"let {name}=Math.pow({js(base)},{first});")
        self.after.append(f"{name}*={js(base)};")
        return name

    def _sliced(self, node: Node, index: Index) -> Atom:
        arg, *starts = node.args
        most = [whole - size for whole, size in zip(arg.shape, node.shape, strict=True)]
        found = [self._within(*pair) for pair in zip(starts, most, strict=True)]
        place = [add(start, part) for start, part in zip(found, index, strict=True)]
        return self._met(arg, place, min(starts[0].range.high, most[0]) + node.shape[0])

    def _gathered(self, node: Node, index: Index) -> Atom:
        arg, indices = node.args
        offsets, collapsed, start_map, sizes, vector = node.about
        batch = [part for d, part in enumerate(index) if d not in offsets]
        rest = iter([index[d] for d in offsets])
        place = [0 if d in collapsed else next(rest) for d in range(len(arg.shape))]
        for component, d in enumerate(start_map):
            where = list(batch)
            if vector < len(indices.shape):
                where.insert(vector, component)
            place[d] = add(self._within(indices, arg.shape[d] - sizes[d], where), place[d])
        last = min(indices.range.high, arg.shape[0] - sizes[0]) if 0 in start_map else 0
        return self._met(arg, place, last + sizes[0])

    def _met(self, arg: Node, place: Index, rows: int) -> Atom:
        """A number of which it is known that it stands in one of the first rows: of a table, no more are sent."""
        if arg.op == "constant" and len(arg.values) > 1 and symbolic(place):
            return f"{self._table(arg, rows * prod(arg.shape[1:]))}[{flat(place, arg.shape)}]"
        return self.at(arg, place)

    def _within(self, start: Node, most: int, index: Index = ()) -> Part:
        """XLA moves the start of a slice to where the slice fits."""
        if most == 0:
            return 0
        found = self.at(start, index)
        if not isinstance(found, str):
            return min(max(int(found), 0), most)
        found = found if start.range.low >= 0 else f"Math.max({found},0)"
        return found if start.range.high <= most else f"Math.min({found},{most})"

    def _reduced(self, node: Node, index: Index, lines: list[str]) -> Atom:
        (arg, start), (by, dims) = node.args, node.about

        def one(inner: Index) -> Atom:
            place = list(index)
            for d, part in zip(dims, inner, strict=True):
                place.insert(d, part)
            return self.at(arg, place)

        return self._fold(node, by, self.at(start, ()), one, [arg.shape[d] for d in dims], lines)

    def _dot(self, node: Node, index: Index, lines: list[str]) -> Atom:
        (left, right), (left_batch, right_batch, left_sum, right_sum) = node.args, node.about
        batch = index[: len(left_batch)]
        free = len(left.shape) - len(left_sum)

        def place(arg: Node, batches: Sequence[int], sums: Sequence[int], outer: Index, inner: Index) -> list[Part]:
            known = dict(zip(batches, batch, strict=True)) | dict(zip(sums, inner, strict=True))
            rest = iter(outer)
            return [known[d] if d in known else next(rest) for d in range(len(arg.shape))]

        def one(inner: Index) -> Atom:
            of_left = self.at(left, place(left, left_batch, left_sum, index[len(batch) : free], inner))
            of_right = self.at(right, place(right, right_batch, right_sum, index[free:], inner))
            return f"({js(of_left)}*{js(of_right)})"

        return self._fold(node, "add", 0.0, one, [left.shape[d] for d in left_sum], lines)

    def _fold(self, node: Node, by: str, start: Atom, one: Callable, sizes: Sequence[int], lines: list[str]) -> Atom:
        """The numbers `one` gives for all indices of these sizes, joined; written out, if they are few."""
        if node.kind not in ("float", "bool"):
            raise Untranslatable(f"a sum of {node.kind} numbers")
        join = operation(node, by).js
        if prod(sizes) <= LIMIT:
            numbers = [js(one(inner)) for inner in product(*map(range, sizes))]
            if not numbers or start != NEUTRAL.get(by):
                numbers.insert(0, js(start))
            total = numbers[0]
            for number in numbers[1:]:
                total = join.format(total, number)
            return total
        total, inner = self.new(), [self.new() if size > 1 else 0 for size in sizes]
        body = f"{total}={bare(join.format(total, js(one(inner))))};"
        lines.append(f"let {total}={js(start)};{loops(inner, sizes, body)}")
        return total

    # Keeping

    def _keep(self, node: Node) -> None:
        """Compute a tensor once."""
        lines = self.lines[node.when]
        if node.size <= LIMIT:
            one = self._view if node.op in VIEWS else partial(self._compute, lines=lines)
            numbers = [one(node, index) for index in product(*map(range, node.shape))]
            self.kept[node] = [self.name(number, lines) for number in numbers]
        elif node.op == "concatenate":
            self.kept[node] = self._laid_together(node, lines)
        else:
            array, index, inner = self.array(node), self.index(node), []
            value = js(self._compute(node, index, inner))
            body = "".join(inner) + f"{array}[{flat(index, node.shape)}]={bare(value)};"
            lines.append(loops(index, node.shape, body))
            self.kept[node] = array

    def _laid_together(self, node: Node, lines: list[str]) -> str:
        array, low, (d,) = self.array(node), 0, node.about
        for arg in node.args:
            index = self.index(arg)
            place = [add(low, part) if dim == d else part for dim, part in enumerate(index)]
            body = f"{array}[{flat(place, node.shape)}]={bare(js(self.at(arg, index)))};"
            lines.append(loops(index, arg.shape, body))
            low += arg.shape[d]
        return array

    def name(self, value: Atom, lines: list[str]) -> Atom:
        """A number under a name of its own, if it has none yet."""
        if not isinstance(value, str) or value.isidentifier():
            return value
        name = self.new()
        lines.append(f"const {name}={bare(value)};")
        return name

    def index(self, node: Node) -> list[Part]:
        """Variables of loops over all numbers of a tensor."""
        return [0 if size == 1 else self.new() for size in node.shape]

    def array(self, node: Node) -> str:
        name = self.new()
        self.lines[LOAD].append(f"const {name}=new Float64Array({node.size});")
        return name

    def new(self) -> str:
        self.count += 1
        return f"{self.letter}{self.count}"
