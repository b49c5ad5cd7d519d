"""What is known of an optimizer besides its formula, and of its numbers. Who needs such a fact reads `Adam.facts`."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from optlearn.tunable import Hyper

Color = Literal["blue", "orange", "green", "red", "purple", "brown", "pink", "grey", "yellow", "sky"]
Dashes = Literal["solid", "dashed", "dashdot", "dotted"]


@dataclass(frozen=True)
class InKeras:
    """The same rule among Keras's optimizers.

    Attributes
    ----------
    name : str
        The class in `keras.optimizers`.
    arguments : dict
        What makes that class this rule, such as {"nesterov": True}.
    also : dict
        Arguments of Keras that must equal one of our numbers: {"adam_weight_decay": "weight_decay"}.
    absent : dict
        Its other arguments that are not here, and for each what to write instead.
    epsilon : str
        Where Keras has ε, if a large ε makes it another rule than ours. Empty: the same place.
    fault : str
        Why its path is not that of its own formula. Empty: it is.
    single : str
        Why it can be compared on matrices in float32 only. Empty: it can in float64.
    """

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    also: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    epsilon: str = ""
    fault: str = ""
    single: str = ""


@dataclass(frozen=True)
class Facts:
    """What is known of an optimizer. A class of your own needs none of it.

    Attributes
    ----------
    parents : tuple of str
        The rules it was made from, by the word of its authors. One that is not in the package has no box
        of its own colour in the family.
    color, dashes : str
        How its lines look: a colour of the palette for colour-blind readers, and a line style. No two rules have
        both in common, and rules that a lesson compares differ in colour.
    keras : InKeras, optional
        The same rule in Keras; None where Keras lacks it.
    good_rate : float, optional
        A learning rate at which it does well on the parabola.
    acts_on : {"entries", "rows", "matrices"}
        What it sees of a matrix: each entry alone, each row alone, or the whole. A vector is one row.
    comes_to_rest : bool
        Whether its steps become as small as the gradient does, at a constant rate, so that a minimum holds it. The
        steps of the others have a length of their own.
    sensitive : str
        Why the last digit soon decides where its paths go. Empty: it does not, at a rate that is not too large.
    """

    parents: tuple[str, ...] = ()
    color: Color | None = None
    dashes: Dashes = "solid"
    keras: InKeras | None = None
    good_rate: float | None = None
    acts_on: Literal["entries", "rows", "matrices"] = "entries"
    comes_to_rest: bool = True
    sensitive: str = ""

    @property
    def absent(self) -> dict[str, str]:
        """Arguments of the twin in Keras that are not here, and for each what to write instead."""
        return self.keras.absent if self.keras else {}


# Of numbers that several rules have: names that people use, the likeliest first, and two values that are
# nobody's default and differ within a rule.
USUAL: dict[str, tuple[tuple[str, ...], tuple[float, float]]] = {
    "learning_rate": (("lr", "eta", "η", "alpha", "α", "rate", "step_size", "stepsize"), (0.1, 0.02)),
    "momentum": (("beta", "β", "mu", "μ", "gamma", "γ", "alpha", "α", "rho", "ρ", "friction"), (0.8, 0.6)),
    "rho": (("ρ", "beta", "β", "decay", "decay_rate", "alpha", "α", "gamma", "γ", "beta2", "beta_2"), (0.7, 0.85)),
    "beta_1": (("beta1", "b1", "β1", "β_1"), (0.8, 0.6)),
    "beta_2": (("beta2", "b2", "β2", "β_2"), (0.95, 0.9)),
    "adam_beta_1": (("beta_1", "beta1", "b1", "β1", "β_1"), (0.75, 0.55)),
    "adam_beta_2": (("beta_2", "beta2", "b2", "β2", "β_2"), (0.95, 0.9)),
    "epsilon": (("eps", "ε"), (0.03, 0.2)),
    "initial_accumulator_value": (
        ("a0", "a_0", "n0", "initial_accumulator", "initial_value", "init_acc"),
        (0.2, 0.05),
    ),
    "weight_decay": (("wd", "lam", "λ", "lambda_", "decay"), (0.3, 0.15)),
}


def informed(name: str, about: Hyper) -> Hyper:
    """The description of a number, with other names for it and two values to try, where its field says none."""
    aliases, probes = USUAL.get(name, (_spelled_otherwise(name, about.symbol), _two_values(about)))
    return replace(about, aliases=about.aliases or aliases, probes=about.probes or probes)


def _spelled_otherwise(name: str, symbol: str) -> tuple[str, ...]:
    """Names that come to mind: beta3 and β3 for a number that is called beta_3 here, and β₃ in the formula."""
    spelled = (name.replace("_", ""), unicodedata.normalize("NFKC", symbol))
    return tuple(dict.fromkeys(word for word in spelled if word != name and word.isidentifier()))


def _two_values(about: Hyper) -> tuple[float, float]:
    """Two values from the upper half of the slider: where a number is large, one sees what it does."""
    stops = about.stops(11)
    return float(stops[7]), float(stops[8])
