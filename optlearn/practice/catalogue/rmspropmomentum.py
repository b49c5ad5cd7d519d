"""Mistakes in writing RMSprop with a velocity, and conventions of it."""

from optlearn.practice.catalogue.entry import UP, seen
from optlearn.practice.kinds import DAMPED, OUTSIDE
from optlearn.practice.rewrite import Kind

LATE = "The step goes by the velocity of before: every gradient works one step late."

ENTRIES = (
    Kind("gradients gathered", "F = B * state.F + η * g / D\nθ = params - F",
         "F = B * state.F + η * g\nθ = params - F / D",
         "The velocity gathers gradients, and the sum is divided by the root of now. It has to gather steps, each "
         "divided by the root of its own time.",
         "old gradients weigh too much where the gradient falls, and the path swings farther past the minimum",
         "Adam does it so, with its m"),
    seen("the rate twice", "it crawls: all steps are too small, by the factor η",
         "in the other form the rate stands here, and not in b"),
    seen("nothing fades", "it swings to and fro and does not come to rest", "`b += …` is what one is used to write",
         says="The velocity never fades: μ is missing before it."),
    Kind("the velocity of before", "params - F", "params - state.F", LATE,
         "nothing happens in the first step; then all comes one step late", "the state is at hand, and so is its name"),
    Kind("the velocity of before", "params - η * F", "params - η * state.F", LATE),
    seen("uphill", UP, "with plain momentum the minus stands in the line before",
         says="The sign is wrong: b gathers steps along the gradient, which points uphill."),
    seen("no (1 − ρ)", "all steps are too small, by the factor √(1 − ρ): about a third at ρ = 0.9",
         "the line for the velocity, just below, has no such factor"),
    seen("no root"),
    seen("b starts at 0.9", "a kick in one direction before any gradient was seen",
         says="Your buffer starts at 0.9. It has to start at 0: no gradient has been seen yet."),
    Kind("PyTorch's form", "F = B * state.F + η * X / D\nθ = params - F", "F = B * state.F + X / D\nθ = params - η * F",
         "Not wrong: PyTorch keeps η outside of the velocity. The two agree while η is constant; when it falls, yours "
         "slows down at once, and Keras's as the velocity fades.", right=True),
    DAMPED,
    Kind("damped", "B * state.F + X / D", "B * state.F + (1 - B) * X / D", DAMPED.says, right=True),
    OUTSIDE,
)  # fmt: skip
