"""Mistakes in writing RMSprop with a velocity, and conventions of it."""

from optlearn.optimizers import RMSpropMomentum
from optlearn.practice.change import FORUMS, KICK, NO_ROOT, Convention, Mistake, zeros

VELOCITY = "b = μ * state.b + η * g / tf.sqrt(v + ε)"

CHANGES = (
    Mistake(
        "gradients gathered",
        RMSpropMomentum,
        f"{VELOCITY}\n        θ = params - b",
        "b = μ * state.b + η * g\nθ = params - b / tf.sqrt(v + ε)",
        "The velocity gathers gradients, and the sum is divided by the root of now. It has to gather steps, each "
        "divided by the root of its own time.",
        sees="old gradients weigh too much where the gradient falls, and the path swings farther past the minimum",
        why="Adam does it so, with its m",
    ),
    Mistake(
        "the rate twice",
        RMSpropMomentum,
        "θ = params - b",
        "θ = params - η * b",
        "The rate η is applied twice: it is in b already.",
        sees="it crawls: all steps are too small, by the factor η",
        why="in the other form the rate stands here, and not in b",
    ),
    Mistake(
        "nothing fades",
        RMSpropMomentum,
        VELOCITY,
        "b = state.b + η * g / tf.sqrt(v + ε)",
        "The velocity never fades: μ is missing before it.",
        sees="it swings to and fro and does not come to rest",
        why="`b += …` is what one is used to write",
    ),
    Mistake(
        "the velocity of before",
        RMSpropMomentum,
        "θ = params - b",
        "θ = params - state.b",
        "The step goes by the velocity of before: every gradient works one step late.",
        sees="nothing happens in the first step; then all comes one step late",
        why="the state is at hand, and so is its name",
    ),
    Mistake(
        "uphill",
        RMSpropMomentum,
        "θ = params - b",
        "θ = params + b",
        "The sign is wrong: b gathers steps along the gradient, which points uphill.",
        sees="the loss grows from the first step, with every learning rate",
        why="with plain momentum the minus stands in the line before",
    ),
    Mistake(
        "no (1 − ρ)",
        RMSpropMomentum,
        "v = ρ * state.v + (1 - ρ) * g**2",
        "v = ρ * state.v + g**2",
        "The factor 1 − ρ is missing before g²: this is a fading sum, not an average.",
        sees="all steps are too small, by the factor √(1 − ρ): about a third at ρ = 0.9",
        why="the line for the velocity, just below, has no such factor",
    ),
    Mistake(
        "no root",
        RMSpropMomentum,
        VELOCITY,
        "b = μ * state.b + η * g / (v + ε)",
        **NO_ROOT,
    ),
    Mistake(
        "b starts at 0.9",
        RMSpropMomentum,
        zeros("b"),
        "b=tf.zeros_like(params) + 0.9",
        **KICK | {"where": FORUMS},
    ),
    Convention(
        "PyTorch's form",
        RMSpropMomentum,
        f"{VELOCITY}\n        θ = params - b",
        "b = μ * state.b + g / tf.sqrt(v + ε)\nθ = params - η * b",
        "Not wrong: PyTorch keeps η outside of the velocity. The two agree while η is constant; when it falls, yours "
        "slows down at once, and Keras's as the velocity fades.",
    ),
    Convention(
        "damped",
        RMSpropMomentum,
        VELOCITY,
        "b = μ * state.b + (1 - μ) * η * g / tf.sqrt(v + ε)",
        "Not wrong: a damped velocity, an average of steps in place of a sum. It is the same rule with η · (1 − μ); "
        "give it 1/(1 − μ) times the rate.",
    ),
    Convention(
        "ε outside the root",
        RMSpropMomentum,
        VELOCITY,
        "b = μ * state.b + η * g / (tf.sqrt(v) + ε)",
        "Not wrong: this is PyTorch's place for ε, outside the root. Keras has it inside. A small ε hardly matters.",
    ),
)
