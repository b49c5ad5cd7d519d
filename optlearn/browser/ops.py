"""The table of operations: XLA's name, and what it is in JavaScript, for floats, for whole numbers and for truths."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from optlearn.browser.ranges import wraps
from optlearn.browser.untranslatable import Untranslatable

if TYPE_CHECKING:
    from optlearn.browser.graph import Node


class Op(NamedTuple):
    """JavaScript with a place for each argument, and the same in Python, for arguments that are known beforehand.

    Numbers with a fraction are left to JavaScript, so that there is one arithmetic.
    """

    js: str
    fold: Callable | None = None


FLOATS = {
    "add": Op("({}+{})"),
    "subtract": Op("({}-{})"),
    "multiply": Op("({}*{})"),
    "divide": Op("({}/{})"),
    "remainder": Op("({}%{})"),
    "power": Op("Math.pow({},{})"),
    "maximum": Op("Math.max({},{})"),
    "minimum": Op("Math.min({},{})"),
    "atan2": Op("Math.atan2({},{})"),
    "negate": Op("(-{})"),
    "abs": Op("Math.abs({})"),
    "sign": Op("Math.sign({})"),
    "floor": Op("Math.floor({})"),
    "ceil": Op("Math.ceil({})"),
    "round-nearest-even": Op("even({})"),
    "sqrt": Op("Math.sqrt({})"),
    "rsqrt": Op("(1/Math.sqrt({}))"),
    "exponential": Op("Math.exp({})"),
    "exponential-minus-one": Op("Math.expm1({})"),
    "log": Op("Math.log({})"),
    "log-plus-one": Op("Math.log1p({})"),
    "logistic": Op("(1/(1+Math.exp(-{})))"),
    "tanh": Op("Math.tanh({})"),
    "sine": Op("Math.sin({})"),
    "cosine": Op("Math.cos({})"),
    "tan": Op("Math.tan({})"),
}
WHOLE = {
    "add": Op("({}+{})", operator.add),
    "subtract": Op("({}-{})", operator.sub),
    "multiply": Op("({}*{})", operator.mul),
    "divide": Op("Math.trunc({}/{})", lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)),
    "remainder": Op("({}%{})", lambda a, b: abs(a) % abs(b) * (-1 if a < 0 else 1)),
    "maximum": Op("Math.max({},{})", max),
    "minimum": Op("Math.min({},{})", min),
    "negate": Op("(-{})", operator.neg),
    "abs": Op("Math.abs({})", abs),
    "sign": Op("Math.sign({})", lambda a: (a > 0) - (a < 0)),
}
WRAPPED = {  # of 32 bits, where the result may need more
    "add": Op("({}+{}|0)"),
    "subtract": Op("({}-{}|0)"),
    "multiply": Op("Math.imul({},{})"),
    "negate": Op("(-{}|0)"),
    "convert": Op("({}|0)"),
}
BITS = {  # of 32 bits
    "and": Op("({}&{})", operator.and_),
    "or": Op("({}|{})", operator.or_),
    "xor": Op("({}^{})", operator.xor),
    "not": Op("(~{})", operator.invert),
}
TRUTHS = {
    "and": Op("({}&&{})", operator.and_),
    "or": Op("({}||{})", operator.or_),
    "not": Op("(!{})", operator.not_),
    "is-finite": Op("Number.isFinite({})"),
}
COMPARE = {
    "EQ": Op("({}==={})", operator.eq),
    "NE": Op("({}!=={})", operator.ne),
    "LT": Op("({}<{})", operator.lt),
    "LE": Op("({}<={})", operator.le),
    "GT": Op("({}>{})", operator.gt),
    "GE": Op("({}>={})", operator.ge),
}
CHOICE = {"select": Op("({}?{}:{})", lambda which, yes, no: yes if which else no)}
CONVERT = {  # from, to
    ("bool", "number"): Op("({}?1:0)", int),
    ("fraction", "int"): Op("saturated({})"),
    ("fraction", "long"): Op("Math.trunc({})"),
    ("number", "number"): Op("{}", lambda a: a),
}
HELPERS = {
    # A half goes to the even neighbour.
    "even": "const even=x=>{const r=Math.round(x);return r-x===0.5&&r%2!==0?r-1:r;};",
    # The nearest int32; of NaN, 0.
    "saturated": "const saturated=x=>Math.trunc(Math.min(Math.max(x,-2147483648),2147483647))||0;",
}
ELEMENTWISE = FLOATS.keys() | WHOLE.keys() | BITS.keys() | TRUTHS.keys() | CHOICE.keys() | {"compare", "convert"}
NEUTRAL = {"add": 0, "multiply": 1, "and": True, "or": False}  # may be left out of a sum, a product, ...


def operation(node: Node, name: str = "") -> Op:
    """The entry of the table for a node's operation, or for another one on numbers of its kind.

    Raises
    ------
    Untranslatable
        If there is none.
    """
    name = name or node.op
    if name == "compare":
        return COMPARE[node.about]
    if name == "select":
        return CHOICE[name]
    if node.kind in ("int", "long") and wraps(node):
        table = WRAPPED if node.kind == "int" else {}
    elif name == "convert":
        return _conversion(node.args[0].kind, node.kind)
    elif node.kind == "int" and name in BITS:
        table = BITS
    else:
        table = {"bool": TRUTHS, "int": WHOLE, "long": WHOLE}.get(node.kind, FLOATS)
    if name not in table:
        raise Untranslatable.operation(name, f" of numbers of kind {node.kind}")
    return table[name]


def _conversion(old: str, new: str) -> Op:
    if old == "bool":
        return CONVERT["bool", "number"]
    if old in ("float", "single") and new in ("int", "long"):
        return CONVERT["fraction", new]
    return CONVERT["number", "number"]
