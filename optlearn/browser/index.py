"""Where a number lies: indices whose parts are ints, or JavaScript such as the name of a loop's variable."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

Part = int | str
Index = Sequence[Part]


def symbolic(index: Index) -> bool:
    """Whether it is known only as the script runs."""
    return any(isinstance(part, str) for part in index)


def add(offset: Part, part: Part, by: int = 1) -> Part:
    """offset + by * part."""
    if isinstance(part, int):
        if isinstance(offset, int):
            return offset + by * part
        return offset if by * part == 0 else f"{offset}+{by * part}"
    if by != 1:
        part = f"{by}*{part}" if part.isidentifier() else f"{by}*({part})"
    return part if offset == 0 else f"{offset}+{part}"


def flat(index: Index, shape: Sequence[int]) -> Part:
    """The place of a number in a list of all, row by row."""
    place: Part = 0
    for d, part in enumerate(index):
        place = add(place, part, prod(shape[d + 1 :]))
    return place


def reshaped(index: Index, shape: Sequence[int], to: Sequence[int]) -> list[Part]:
    """The index of the same number in a tensor of another shape."""
    if [size for size in shape if size != 1] == [size for size in to if size != 1]:
        rest = iter([part for part, size in zip(index, shape, strict=True) if size != 1])
        return [0 if size == 1 else next(rest) for size in to]
    place = flat(index, shape)
    steps = [prod(to[d + 1 :]) for d in range(len(to))]
    if isinstance(place, str):
        return [f"(({place})/{step}|0)%{size}" for step, size in zip(steps, to, strict=True)]
    return [place // step % size for step, size in zip(steps, to, strict=True)]
