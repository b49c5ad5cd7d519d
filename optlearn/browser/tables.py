"""Long lists of numbers, packed for the way to the browser."""

from __future__ import annotations

import base64

import numpy as np

from optlearn.browser.graph import Node

SHORT = 16


def packed(node: Node, count: int) -> list | dict[str, str]:
    """The first numbers of a constant: a list, or the name of JavaScript's array that holds them, and base64."""
    array = np.array(node.values[:count])
    if count <= SHORT and np.isfinite(array).all():  # JSON has no others
        return array.tolist()
    if array.dtype.kind in "iub":
        array = array.astype(np.result_type(np.min_scalar_type(array.min()), np.min_scalar_type(array.max())))
    kind = {"u1": "Uint8", "u2": "Uint16", "u4": "Uint32", "i1": "Int8", "i2": "Int16", "i4": "Int32"}
    name = kind.get(array.dtype.str[1:], "Float64")
    array = array.astype("<f8") if name == "Float64" else array.astype(array.dtype.newbyteorder("<"))
    return {"type": f"{name}Array", "base64": base64.b64encode(array.tobytes()).decode("ascii")}
