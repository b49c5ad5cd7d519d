"""Numbers that can be tuned: what a slider, a sweep and a validation message know about a field."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, Literal, Self

import numpy as np
import tensorflow as tf

Scalar = float | tf.Tensor
Scale = Literal["linear", "log", "memory"]
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Hyper:
    """What is known of one tunable field: its symbol, its allowed values, its slider, and its other names.

    Attributes
    ----------
    symbol : str
        The letter of the formula.
    low, high : float
        First and last stop of the slider. Values outside are allowed in code.
    scale : {"linear", "log", "memory"}
        How the stops are spaced: evenly, evenly in log x, or evenly in log(1 − x), for averages
        with x in [0, 1) where 0.9, 0.99 and 0.999 differ as much as 1, 10 and 100.
    at_least, at_most : float
        Smallest and largest value allowed.
    below : float
        Every value allowed is smaller than this.
    slider : bool
        Whether a lab shows one. A number that no lesson is about can do without.
    aliases : tuple of str
        What people call this number in code of their own, the likeliest name first.
    probes : tuple of two floats, or none
        Two values, neither of them the default, at which one sees what the number does.

    Raises
    ------
    ValueError
        If the slider is empty, cannot be spaced so, or has stops that are not allowed.
    """

    symbol: str
    low: float
    high: float
    scale: Scale = "log"
    at_least: float = 0.0
    at_most: float = np.inf
    below: float = np.inf
    slider: bool = True
    aliases: tuple[str, ...] = ()
    probes: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        slider = f"{self.symbol}: a slider from {self.low:g} to {self.high:g}"
        if not self.low < self.high:
            raise ValueError(f"{slider} is empty: low must be smaller than high.")
        if (self.scale == "log" and self.low <= 0) or (self.scale == "memory" and self.high >= 1):
            bound = "low > 0" if self.scale == "log" else "high < 1"
            raise ValueError(f"{slider} cannot be spaced as {self.scale!r}: that needs {bound}.")
        if not self.allows([self.low, self.high]):
            raise ValueError(f"{slider} has stops that are not allowed: every value must be {self.allowed}.")

    @property
    def allowed(self) -> str:
        """The allowed values, in words."""
        upper = f" < {self.below:g}" if self.below <= self.at_most else f" ≤ {self.at_most:g}"
        if np.isinf(min(self.below, self.at_most)):
            return f"a finite number ≥ {self.at_least:g}" if np.isfinite(self.at_least) else "a finite number"
        return f"a number with {self.at_least:g} ≤ value{upper}" if np.isfinite(self.at_least) else f"a number{upper}"

    def allows(self, value: Any) -> bool:
        """Whether `value`, or every entry of an array, is allowed."""
        value = np.asarray(value)
        if value.dtype.kind not in "iuf":
            return False
        inside = (value >= self.at_least) & (value <= self.at_most) & (value < self.below)
        return bool(np.all(np.isfinite(value) & inside))

    def stops(self, count: int = 41, *through: float) -> np.ndarray:
        """The values a slider stops at, (count,), rising.

        Logarithmic stops have three significant digits; those of a memory have them in 1 − x.
        For each value in `through`, the nearest stop gives way to exactly that value.
        """
        if self.scale == "linear":
            stops = np.linspace(self.low, self.high, count)
        elif self.scale == "log":
            stops = _round(np.geomspace(self.low, self.high, count))
        else:
            stops = 1 - _round(np.geomspace(1 - self.low, 1 - self.high, count))
        for value in through:
            stops[np.abs(self._even(stops) - self._even(value)).argmin()] = value
        return stops

    def share(self, value: Any) -> np.ndarray:
        """How far along the slider a value, or every entry of an array, stands: 0 at its low end, 1 at its high end."""
        low, high = self._even(self.low), self._even(self.high)
        return (self._even(value) - low) / (high - low)

    def _even(self, value: Any) -> np.ndarray:
        """The scale on which the stops are evenly spaced."""
        tiny = np.finfo(float).tiny
        if self.scale == "log":
            return np.log(np.maximum(value, tiny))
        return -np.log(1 - np.asarray(value)) if self.scale == "memory" else np.asarray(value)


def _round(values: np.ndarray) -> np.ndarray:
    return np.array([float(f"{value:.3g}") for value in values])


def hyper(default: float, *, symbol: str, low: float, high: float, **known: Any) -> Any:
    """A dataclass field for a number that a slider can move. `known`: what else `Hyper` has, by its names."""
    return field(default=default, metadata={"hyper": Hyper(symbol, low, high, **known)})


@dataclass(frozen=True)
class Tunable:
    """A frozen dataclass whose number fields can be swept, tuned by sliders, and replaced by tensors.

    Fields made with `hyper` say how. A field with a plain positive float as its default is tunable
    too: it gets a slider from a hundredth to a hundred times that default. All other fields are
    fixed choices.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        if "__dataclass_params__" not in cls.__dict__:
            raise TypeError(f"{cls.__name__} needs the line @dataclass(frozen=True) above its class line.")
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for name, about in self.hypers().items():
            value = getattr(self, name)
            if not tf.is_tensor(value) and not (_is_number(value) and about.allows(value)):
                raise ValueError(f"{type(self).__name__}({name}={value!r}): {name} must be {about.allowed}.")

    @classmethod
    def hypers(cls) -> dict[str, Hyper]:
        """Name and description of every tunable field, in the order of the fields."""
        if "_hypers" not in vars(cls):  # asked at every step of a trace
            cls._hypers = cls._describe_fields()
        return dict(cls._hypers)

    @classmethod
    def _describe_fields(cls) -> dict[str, Hyper]:
        described = {f.name: f.metadata.get("hyper") or _guess(f) for f in dataclasses.fields(cls)}
        return {name: about for name, about in described.items() if about}

    @property
    def values(self) -> dict[str, float]:
        """The tunable numbers of this object, by name."""
        return {name: getattr(self, name) for name in self.hypers()}

    @property
    def outline(self) -> tuple:
        """All that is not a tunable number: two objects with one outline share one compiled program."""
        fixed = [f.name for f in dataclasses.fields(self) if f.name not in self.hypers()]
        return (type(self), *((name, getattr(self, name)) for name in fixed))

    def replace(self, **values: Any) -> Self:
        """A copy with some fields changed."""
        return dataclasses.replace(self, **values)


def check_whole(said: str, name: str, value: Any, least: int = 1, most: int | None = None) -> None:
    """Raise a ValueError unless `value` is a whole number of at least `least`, and at most `most`.

    `said`: what was written, such as "steps=0". `name`: what it is called in the message.
    """
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < least or (most is not None and value > most):
        allowed = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{said}: {name} must be a whole number {allowed}.")


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def _guess(f: dataclasses.Field) -> Hyper | None:
    if isinstance(f.default, float) and f.default > 0:
        return Hyper(f.name, f.default / 100, f.default * 100)
    return None


def describe(cls: type[Tunable]) -> str:
    """A table of the tunable fields of a class: name, symbol, default, slider and allowed values."""
    rows = [
        f"{name:<40}{about.symbol:<4}default {getattr(cls, name):<8g}"
        f"slider {about.low:g} to {about.high:g} ({about.scale}); {about.allowed}"
        for name, about in cls.hypers().items()
    ]
    return "\n".join(rows)
