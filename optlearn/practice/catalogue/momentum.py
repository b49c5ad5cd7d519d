"""Mistakes in writing Momentum, and conventions of it."""

from optlearn.practice.catalogue.entry import UP, seen
from optlearn.practice.kinds import COUNT, TUTORIAL
from optlearn.practice.rewrite import Kind

TWO = "two conventions meet in one program: η inside the velocity, and η outside of it"
SWINGS = "it swings for ever, as without friction"

ENTRIES = (
    seen("the rate twice, for b", "a moves and b crawls: its rate is η²", TWO, where=TUTORIAL),
    seen("the rate twice", "everything crawls: the rate is η²", TWO),
    seen("v starts at 0.9", "a kick in one direction before any gradient was seen", where=TUTORIAL,
         name="a buffer that starts at 0.9",
              says="Your buffer starts at 0.9. It has to start at 0: no gradient has been seen yet."),
    seen("nothing fades", SWINGS, "v −= ηg looks complete"),
    seen("β on the gradient", SWINGS, "the two factors change places"),
    seen("one velocity for all", "a is dragged along by b's gradient, and b by a's",
         "one variable v in a loop over the parameters"),
    Kind("the velocity of before", "params + F", "params + state.F",
         "You step with the old velocity. Compute the new one first, then step with it.",
         "the first step does nothing, all others come one step late, and at a rate that was good it diverges",
         "the two lines change places"),
    seen("the sign in v", UP, "PyTorch's form has a plus here, and a minus in the next line", name="uphill"),
    Kind("the velocity of before", "params - η * F", "params - η * state.F",
         "You step with the old velocity. Compute the new one first, then step with it: every gradient works one "
         "step late."),
    Kind("PyTorch's form", "F = B * state.F - X * g\nθ = params + F", "F = B * state.F + g\nθ = params - X * F",
         "Not wrong: this is PyTorch's and Optax's form, with η outside the velocity. Its velocity is −1/η times "
         "Keras's. "
         "The two paths agree while η is constant, and part when η changes.", right=True),
    Kind("damped momentum", "B * state.F - η * g", "B * state.F - (1 - B) * η * g",
         "Not wrong: this is damped momentum, an average of the gradients. It is Keras's form with η·(1 − β) for η.",
         right=True),
    Kind("damped momentum", "B * state.F + g", "B * state.F + (1 - B) * g",
         "Not wrong: this is damped momentum, an average of the gradients. It is the form without (1 − β), with η·(1 "
         "− β) for η.",
         right=True),
    Kind("a corrected start", "F = B * state.F + (1 - B) * g\nθ = params - η * F",
         f"F = B * state.F + (1 - B) * g\nθ = params - η * F / (1 - B ** k){COUNT}",
         "Not wrong if you mean it: the average is corrected for its start at 0, as in Adam. First steps are longer.",
         right=True),
    Kind("PyTorch's dampening", "F = B * state.F + g\nθ = params - η * F",
         "k = state.k + 1\nF = tf.where(k == 1, g, B * state.F + (1 - τ) * g)\nθ = params - η * F\n"
         "init.k = tf.zeros((), params.dtype)\nkept.k = k",
         "Not wrong: this is PyTorch's dampening τ. Its first velocity is the gradient itself; later ones are damped "
         "by 1 − τ.",
         right=True, numbers={"τ": ("momentum", 0.9, 0.5, 0.1)}),
    Kind("a first v of g", "F = B * state.F + (1 - B) * g",
         "k = state.k + 1\nF = tf.where(k == 1, g, B * state.F + (1 - B) * g)\n"
         "init.k = tf.zeros((), params.dtype)\nkept.k = k",
         "Not wrong: the first velocity is the gradient itself, undamped, as in PyTorch's dampening. The later ones "
         "are averages.",
         right=True),
)  # fmt: skip
