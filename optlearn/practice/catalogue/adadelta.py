"""Mistakes in writing Adadelta, and conventions of it."""

from optlearn.optimizers import Adadelta
from optlearn.practice.change import Convention, Mistake

STEP = "Δ = g * tf.sqrt(state.d + ε) / tf.sqrt(a + ε)"
GATHER = "d = ρ * state.d + (1 - ρ) * Δ**2"

CHANGES = (
    Mistake(
        "the scaled step gathered",
        Adadelta,
        GATHER,
        "d = ρ * state.d + (1 - ρ) * (η * Δ) ** 2",
        "You gather η·Δ. Gather Δ as it is, and multiply by η only where the parameters move.",
        sees="with η below 1, steps that cannot grow: each is made of smaller ones",
        why="what the parameter moved by is η·Δ",
    ),
    Mistake(
        "g gathered twice",
        Adadelta,
        GATHER,
        "d = ρ * state.d + (1 - ρ) * g**2",
        "You gather g² in d. It has to gather the squared steps, Δ².",
        sees="the two roots cancel, and what is left is gradient descent",
        why="the line for a is copied, and one letter is not changed",
    ),
    Mistake(
        "nothing above the bar",
        Adadelta,
        STEP,
        "Δ = g / tf.sqrt(a + ε)",
        "The size of recent steps is missing above the fraction bar: this is RMSprop.",
        sees="RMSprop's path, and with η = 1 one that leaps about",
        why="the upper half looks superfluous, as η is there already",
    ),
    Mistake(
        "no ε above the bar",
        Adadelta,
        STEP,
        "Δ = g * tf.sqrt(state.d) / tf.sqrt(a + ε)",
        "ε is missing above the fraction bar. d starts at 0, so without it no step is ever taken.",
        sees="it never moves",
        why="ε is known as what keeps a fraction from being 0/0, and above the bar nothing can go wrong",
    ),
    Mistake(
        "upside down",
        Adadelta,
        STEP,
        "Δ = g * tf.sqrt(a + ε) / tf.sqrt(state.d + ε)",
        "The fraction is upside down: the steps stand above the bar, the gradients below it.",
        sees="it explodes within a few steps",
        why="two roots that look alike change places",
    ),
    Convention(
        "ε outside the roots",
        Adadelta,
        STEP,
        "Δ = g * (tf.sqrt(state.d) + ε) / (tf.sqrt(a) + ε)",
        "Not wrong: ε stands outside of both roots. It is the usual form with a far smaller ε; and the first step goes "
        "with ε, not with its root.",
    ),
)
