"""Mistakes in writing Nesterov, and conventions of it."""

from optlearn.practice.catalogue.entry import seen
from optlearn.practice.kinds import COUNT
from optlearn.practice.rewrite import Kind

FORM = ("Not wrong: this is PyTorch's form, with η outside the velocity. Its velocity is −1/η times Keras's. "
        "The two paths agree while η is constant, and part when η changes.")  # fmt: skip
DAMPED = "Not wrong: a damped velocity, an average of the gradients. It is the usual form with η·(1 − β) for η."

ENTRIES = (
    Kind("no look-ahead", "θ = params + B * F - X * g", "θ = params + F",
         "This is plain momentum: nothing looks ahead. Perhaps the new velocity is computed and not used.",
         "it overshoots as momentum does", "v is the step in momentum, so it must be the step here"),
    Kind("no look-ahead", "θ = params - η * (X + B * F)", "θ = params - η * F",
         "This is plain momentum: nothing looks ahead. Perhaps the new velocity is computed and not used."),
    Kind("Sutskever's form", "θ = params + B * F - X * g", "θ = params + F",
         "Not wrong if the gradient you are given was taken at θ + β·v: then this is Sutskever's form of Nesterov. It "
         "keeps the point before the leap, and its path is that of Keras's form, shifted by β·v.", right=True),
    Kind("momentum counted twice", "θ = params + B * F - η * g", "θ = params + F + B * F",
         "Momentum is counted twice: you keep the look-ahead point as the base, and then add the whole velocity to it.",
         "it flies past the minimum: this is plain momentum, with the rate η·(1 + β)",
         "the look-ahead is stored in the parameters, and nobody takes it back"),
    Kind("momentum counted twice", "θ = params - η * (g + B * F)", "θ = params - η * (F + B * F)",
         "Momentum is counted twice: you keep the look-ahead point as the base, and then add the whole velocity to "
         "it."),
    seen("v starts at 0.9", "a kick in one direction before any gradient was seen", name="a buffer that starts at 0.9",
         says="Your buffer starts at 0.9. It has to start at 0: no gradient has been seen yet."),
    seen("nothing fades", "it swings for long: only the look-ahead brakes a little", "v −= ηg looks complete"),
    Kind("a momentum that grows", "θ = X", f"β = (k - 1) / (k + 2)\nθ = X{COUNT}",
         "Your momentum grows with the steps, as (t − 1)/(t + 2). That is a schedule for convex problems; here β is as "
         "it is given."),
    Kind("PyTorch's form", "F = B * state.F - η * g\nθ = params + B * F - η * g",
         "F = B * state.F + g\nθ = params - η * (g + B * F)", FORM, right=True),
    Kind("damped", "F = B * state.F - η * g\nθ = params + B * F - η * g",
         "F = B * state.F - (1 - B) * η * g\nθ = params + B * F - (1 - B) * η * g", DAMPED, right=True),
    Kind("damped", "F = B * state.F + g\nθ = params - η * (g + B * F)",
         "F = B * state.F + (1 - B) * g\nθ = params - η * ((1 - B) * g + B * F)", DAMPED, right=True),
    Kind("PyTorch's Nesterov, damped", "F = B * state.F + g\nθ = params - η * (g + B * F)",
         "F = B * state.F + (1 - B) * g\nθ = params - η * (g + B * F)",
         "Not wrong: only the velocity is damped, as by PyTorch's dampening; the present gradient counts in full.",
         right=True),
)  # fmt: skip
