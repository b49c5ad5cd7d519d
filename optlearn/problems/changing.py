"""Losses that change from step to step, by a rule instead of by chance."""

from dataclasses import dataclass

import tensorflow as tf

from optlearn.problems.base import Problem, Summary, View, check_field
from optlearn.tunable import Scalar, hyper


@dataclass(frozen=True)
class ChangingSteepness(Problem):
    """A bowl, ½(x² + y²), that from step `change_at` on is only `factor` times as steep.

    Parameters have shape (2,). After the change, gradients are a hundred times smaller. Adagrad still
    divides them by the sum of the large ones, and its effective rate never rises again; RMSprop
    forgets those by a factor ρ a step. Take rates with which the bottom is still far away when the
    change comes. Without a step, the loss is that before the change. For Tieleman and Hinton 2012,
    lecture 6e, whose running mean is what lets a rate recover.
    """

    factor: Scalar = hyper(0.01, symbol="c", low=1e-4, high=1.0)
    change_at: int = 250

    formula = r"\frac{c_t}{2} \left(x^2 + y^2\right), \quad c_t = 1 \text{ before the change, then } c"
    start = (-2.5, 1.5)
    bounds = ((-3.0, 3.0), (-2.0, 2.0))
    minima = ((0.0, 0.0),)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_field(self, "change_at")

    def loss(self, params, step=None):
        x, y = tf.unstack(params, axis=-1)
        bowl = (x**2 + y**2) / 2
        return bowl if step is None else tf.where(step < self.change_at, bowl, self.factor * bowl)


@dataclass(frozen=True)
class RareSpikes(Problem):
    """A bowl, ½(x² + y²), that every so many steps, for one step, is `spike` times as steep.

    Parameters have shape (2,). The first spike comes at step `every` − 1, the next `every` steps later.
    Adamax divides by the largest gradient it has seen, faded by β₂ a step: after a spike its steps are
    tiny until s·β₂ᵗ has faded to 1, for 44 steps at β₂ = 0.9 and 4,600 at 0.999. Adam divides by the root
    of a mean, in which one spike counts for less. Without a step, the loss is that without spikes.
    For Kingma and Ba 2015, "Adam", section 7.1.
    """

    spike: Scalar = hyper(100.0, symbol="s", low=1.0, high=1e4, at_least=1.0)
    every: int = 100

    formula = r"\frac{s_t}{2} \left(x^2 + y^2\right), \quad s_t = s \text{ now and then, else } 1"
    start = (-2.5, 1.5)
    bounds = ((-3.0, 3.0), (-2.0, 2.0))
    minima = ((0.0, 0.0),)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_field(self, "every")

    def loss(self, params, step=None):
        x, y = tf.unstack(params, axis=-1)
        bowl = (x**2 + y**2) / 2
        return bowl if step is None else tf.where((step + 1) % self.every == 0, self.spike * bowl, bowl)


@dataclass(frozen=True)
class OnlineReddi(Problem):
    """Slopes on [−1, 1]: C·x in every third step, −x in the two others, so that −1 is the best place to be.

    The one parameter has shape (1,) and is put back to the edge when a step leads over it. Without a
    step, the loss is the mean of three: (C − 2)·x/3. Reddi, Kale and Kumar 2018, "On the Convergence
    of Adam and Beyond", section 3: Adam with β₁ = 0 and β₂ = 1/(1 + C²), 0.1 for C = 3, goes to 1,
    at a rate η/√t as in the paper and at a constant one as well. A longer memory helps: for C = 3 it
    goes to −1 with β₂ above 0.47, or β₁ above 0.4, and so with Adam's defaults.
    """

    slope: Scalar = hyper(3.0, symbol="C", low=2.1, high=100.0, at_least=2.0)

    formula = r"C x \text{ in every third step}, \quad -x \text{ in the others}"
    start = (0.0,)
    bounds = ((-1.0, 1.0),)
    minima = ((-1.0,),)
    parameter_names = ("x",)

    @property
    def view(self) -> View:
        return View("the parameter x", ("x",), -1.1, 1.1)

    @property
    def summary(self) -> Summary:
        return Summary("at x = {0:.3g}", of="params")

    def loss(self, params, step=None):
        (x,) = tf.unstack(params, axis=-1)
        if step is None:
            return (self.slope - 2) * x / 3
        return tf.where(step % 3 == 0, self.slope * x, -x)

    def project(self, params):
        return tf.clip_by_value(params, -1.0, 1.0)
