"""Mistakes and conventions that any rule can have which has the part in question.

The first kind that makes a change gives it its name, so what is particular stands before what is general.
"""

from __future__ import annotations

from optlearn.practice.rewrite import Kind

AVERAGE = "B * state.F + (1 - B) * X"
COUNT = "\nk = state.k + 1\ninit.k = tf.zeros((), params.dtype)\nkept.k = k"
ALL = "axis=-1, keepdims=True"
TUTORIAL = "a widely read tutorial that fits a and b of this very parabola with two gradient tapes"
START = "It has to start at 0: no gradient has been seen yet."
NO_ROOT = (
    "You divide by the gathered g² itself. Take its root first: that has the units of g.",
    "tiny steps where the gradient is large, huge ones where it is small",
    "the root is the last thing to be written, and is forgotten",
)
NO_EPSILON = (
    "There is no ε. Under the fraction bar it keeps the step a number where no gradient has been seen.",
    "nothing, until a gradient is exactly 0 from the start: 0/0, and from then on not-a-number",
    "ε looks like a trifle, and most runs go well without it",
)
BRACKET = (
    "ε is added to the parameter. It belongs under the fraction bar, in the same bracket as the root.",
    "almost nothing with a small ε, a steady drift upwards with a large one; 0/0 before any gradient",
    "a bracket closes too early",
)
UPHILL = "The sign is wrong: you step along the gradient, which points uphill."
TWICE = "Your velocity already contains the learning rate, and you multiply by it again."
SHARED_ROOT = (
    "The second parameter's step is divided by the root that belongs to the first. Each parameter has its own.",
    "b's step follows a's history of gradients",
    "the line for a is copied for b, and one letter is not changed",
)
ONE_ROOT = "One root divides the steps of all parameters. Each parameter has its own, of its own gradients."
UPSIDE = "You multiply by {D}, and it should divide: steps are long where gradients are large, and tiny where small."
FADE = "The old {F} is not multiplied by {B}: nothing ever fades."
SHARED = "Both parameters share one {F}. Each needs its own."
POWER = "1 − {B} lacks the power t. So {X} is corrected for ever as if it were the first step."
BRACKETED = "(1 − {B})ᵗ is not 1 − {B}ᵗ: the power belongs to {B} alone."
PRODUCT = "You multiply {X} by 1 − {B}ᵗ. The correction divides: {X} is too small at first."
RAW = "{X} is not corrected: it starts at 0, and is too small at first. Divide it by 1 − {B}ᵗ."
FIRST = "The first {F} is {X} itself. It has to be made as all others are, from a {F} that starts at 0."


def for_both(value: str, b: str) -> str:
    """An expression that is `value` for a, and another one for b."""
    return f"tf.concat([({value})[..., :1], {b}], axis=-1)"


def one_for_all(line: str) -> str:
    """A line that remembers, in a loop over the parameters with one memory: b goes on from a's."""
    term = line.partition(" ")[2]
    sign, rest = term.split(" state.F ")[1].split(" ", 1)
    a = f"(B * state.F[..., 1:] {sign} ({rest})[..., :1])"
    return f"tf.concat([{a}, B * {a} {sign} ({rest})[..., 1:]], axis=-1)"


def _average() -> list[Kind]:
    words = "{B} and 1 − {B} have changed places: it is {B} of before and 1 − {B} of now."
    return [
        Kind("the window the wrong way round", AVERAGE, "(1 - B) * state.F + B * X", words),
        Kind("no (1 − {B})", AVERAGE, "B * state.F + X",
             "The factor 1 − {B} is missing before {X}: this is a fading sum, not an average."),
        Kind("nothing fades in {F}", AVERAGE, "state.F + (1 - B) * X", FADE),
        Kind("the old {F} twice", AVERAGE, "state.F + B * state.F + (1 - B) * X",
             "You add to the old {F} what should take its place, += for =: {F} grows, and never forgets."),
        Kind("{B} before both", AVERAGE, "B * state.F + B * X", "{B} stands before {X} as well. There it is 1 − {B}."),
        Kind("1 − {B} before both", AVERAGE, "(1 - B) * state.F + (1 - B) * X",
             "1 − {B} stands before the old {F} as well. There it is {B}."),
        Kind("a power in the average", AVERAGE, "B ** t * state.F + (1 - B ** t) * X",
             "{F} is averaged with {B}ᵗ. The average has {B}; the power t belongs to the correction."),
        Kind("{F} forgets", AVERAGE, "X", "{F} remembers nothing: it is {X} of this step alone, with no old {F} in "
             "it."),
        Kind("{F} begins anew", AVERAGE, "(1 - B) * X",
             "{F} begins anew at each step, from 0: the old {F} is lost. Keep it from one step to the next."),
        Kind("{B} squared in {F}", AVERAGE, "B * B * state.F + (1 - B) * X", "The old {F} fades by {B} twice."),
        Kind("a first {F} of {X}", "F = " + AVERAGE, f"F = tf.where(k == 1, X, {AVERAGE})" + COUNT, FIRST),
        Kind("one {F} for all", AVERAGE, one_for_all("F = " + AVERAGE), SHARED),
        Kind("a minus in {F}", AVERAGE, "B * state.F - (1 - B) * X", "A minus stands before {X} in {F}. It is a plus.",
             rank=2),
        Kind("everything fades in {F}", AVERAGE, "B * (state.F + (1 - B) * X)",
             "{B} multiplies everything in {F}. It multiplies the old {F} alone."),
    ]  # fmt: skip


def _velocity() -> list[Kind]:
    kinds = []
    for sign, other in ("-+", "+-"):
        line = f"B * state.F {sign} X"
        kinds += [
            Kind("nothing fades", line, f"state.F {sign} X",
                 "The old velocity is not multiplied by {B}: nothing ever fades."),
            Kind("{B} on the gradient", line, f"state.F {sign} B * X",
                 "{B} multiplies the gradient. It has to multiply the old velocity, which is to fade."),
            Kind("the sign in {F}", line, f"B * state.F {other} X",
                 "The sign of the gradient is wrong: the velocity gathers speed uphill."),
            Kind("1 − {B} of the old {F}", line, f"(1 - B) * state.F {sign} X",
                 "The old {F} has the factor 1 − {B}. It is {B}."),
            Kind("all of {F} fades", line, f"B * (state.F {sign} X)",
                 "{B} multiplies everything. It multiplies the old {F} alone."),
            Kind("one velocity for all", line, one_for_all("F = " + line),
                 "Both parameters share one velocity. Each needs its own."),
            Kind("{F} forgets", line, {"+": "X", "-": "-X"}[sign],
                 "{F} remembers nothing: the old {F} is missing in it."),
            Kind("a first {F} without η", f"F = B * state.F {sign} η * X",
                 f"F = tf.where(k == 1, {sign}X, {line.replace('X', 'η * X')})" + COUNT,
                 "The first velocity is the bare gradient, without the rate η; all later ones carry the rate."),
            Kind("the look-ahead in the gradient", f"B * state.F {sign} η * X",
                 f"B * state.F {sign} η * (X {other} B * state.F)",
                 "You look ahead by changing the gradient: {B}·{F} is taken from it. What looks ahead are the "
                 "parameters."),
            Kind("the old {F} in the gradient", f"B * state.F {sign} η * X",
                 f"B * state.F {sign} η * (X {sign} B * state.F)",
                 "{B}·{F} is subtracted from the gradient. What looks ahead are the parameters, and the gradient "
                 "stays as it is."),
            Kind("an average twice", f"F = B * state.F {sign} η * X\nθ = params + F",
                 f"F = B * state.F {sign} (1 - B) * η * X\nθ = params + (1 - B) * F",
                 "The factor 1 − {B} is applied twice."),
        ]  # fmt: skip
    both = "1 − {B} is applied twice: in {F}, and once more in the step."
    kinds += [
        Kind("1 − {B} twice", "F = B * state.F + (1 - B) * X\nθ = params - η * F",
             "F = B * state.F + (1 - B) * X\nθ = params - (1 - B) * η * F", both),
        Kind("no sum", "state.F + X", "X",
             "The accumulator forgets: it holds the last {X} only. Add to what was there."),
        Kind("a difference for a sum", "state.F + X", "state.F - X", "You subtract {X} from the accumulator. Add it."),
        Kind("a fading maximum", "tf.maximum(B * state.F, X)", "B * tf.maximum(state.F, X)",
             "{B} multiplies the larger of the two. It makes the old {F} fade, before the two are compared."),
        Kind("nothing fades", "tf.maximum(B * state.F, X)", "tf.maximum(state.F, X)",
             "The largest gradient never fades: multiply the old one by {B} before you compare."),
        Kind("an average for a maximum", "tf.maximum(B * state.F, X)", "B * state.F + (1 - B) * X",
             "{F} is an average. It has to be the larger one of the two."),
        Kind("an average for a maximum", "tf.maximum(state.F, X)", "X", "There is no maximum: {F} is just {X}."),
    ]  # fmt: skip
    return kinds


def _buffers() -> list[Kind]:
    zero, t = "init.F = tf.zeros_like(params)", "t = state.t + 1"
    return [
        Kind("{F} starts at 0.9", zero, zero + " + 0.9", "{F} starts at 0.9. " + START, "",
             "0.9 is the number that belongs to momentum, and it slips into the line where the buffer is made"),
        Kind("{F} starts at 1", zero, "init.F = tf.ones_like(params)", "{F} starts at 1. " + START),
        Kind("{F} starts at the parameters", zero, "init.F = params", "{F} starts at the parameters. " + START),
        Kind("{F} starts at 0", "init.F = tf.ones_like(X)", "init.F = tf.zeros_like(X)",
             "{F} starts at 0, and a product stays 0."),
        Kind("{F} starts at 0", "init.F = params", zero, "Your {F} starts at 0. It starts where the parameters are."),
        Kind("t never counts", t, "t = state.t * 0 + 1",
             "t stays 1. It has to count the steps, or everything is corrected for ever as if it were the first one."),
        Kind("t counts from 0", t, "t = state.t + 0\nkept.t = t + 1",
             "t is 0 at the first step. It counts from 1: 1 − β⁰ is 0, and nothing can be divided by it."),
        Kind("t one ahead", t, "t = state.t + 2\nkept.t = state.t + 1",
             "t is one step ahead: 2 at the first step. It counts from 1."),
        Kind("t by two", t, "t = state.t + 2", "t is counted up twice in every step. It counts steps."),
        Kind("t for each parameter", t, "t = 2 * state.t + 2 + apart\nkept.t = state.t + 1",
             "t is counted up once for every parameter. It counts steps: count it up once, before the loop."),
    ]  # fmt: skip


def _corrections() -> list[Kind]:
    bare = "X / (1 - B ** t)"
    return [
        Kind("{X} corrected by a product", bare, "X * (1 - B ** t)", PRODUCT),
        Kind("{X} corrected without the power", bare, "X / (1 - B)", POWER),
        Kind("the power of the difference, for {X}", bare, "X / (1 - B) ** t", BRACKETED),
        Kind("{X} not corrected", bare, "X", RAW),
        Kind("{X} over {B}ᵗ", bare, "X / B ** t", "You divide {X} by {B}ᵗ. The correction divides by 1 − {B}ᵗ."),
        Kind("{X} over 1 + {B}ᵗ", bare, "X / (1 + B ** t)", "You divide {X} by 1 + {B}ᵗ. It is 1 − {B}ᵗ."),
        Kind("{X} over 1 − {B}·t", bare, "X / (1 - B * t)", "1 − {B}·t is not 1 − {B}ᵗ: t is a power."),
        Kind("t from 0 for {X}", bare, "X / (1 - B ** (t - 1))",
             "t is one behind in the correction of {X}: at first it is 0."),
        Kind("t ahead for {X}", bare, "X / (1 - B ** (t + 1))",
             "t is one step ahead in the correction of {X}. At first it is 1."),
        Kind("{X} corrected twice", bare, "X / (1 - B ** t) / (1 - B ** t)", "{X} is corrected twice."),
        Kind("the correction of a root", "tf.sqrt(X / (1 - B ** t))", "tf.sqrt(X) / (1 - B ** t)",
             "The root of {X} is divided by 1 − {B}ᵗ. Correct {X} before its root is taken, or divide by the root of "
             "1 − {B}ᵗ."),
        Kind("the correction of a root", "v̂ = v / (1 - B ** t)", "v̂ = v / (1 - B ** t) ** 2",
             "√v is divided by 1 − {B}ᵗ. Correct v before its root is taken, or divide √v by the root of 1 − {B}ᵗ."),
        Kind("a root in the correction of {X}", bare, "X / tf.sqrt(1 - B ** t)",
             "{X} is divided by the root of 1 − {B}ᵗ. It is corrected by 1 − {B}ᵗ itself."),
    ]  # fmt: skip


def _roots() -> list[Kind]:
    kinds = []
    for sign in "-+":
        kinds += [
            Kind("ε outside of everything", f"A {sign} Y / tf.sqrt(X + ε)", f"A {sign} Y / tf.sqrt(X) + ε", *BRACKET),
            Kind("ε outside of everything", f"A {sign} Y / (D + ε)", f"A {sign} Y / D + ε", *BRACKET),
        ]
    return [
        *kinds,
        Kind("ε taken from the step", "A - Y / (D + ε)", "A - (Y / D + ε)", *BRACKET),
        Kind("no root", "Y / (tf.sqrt(X) + Z)", "Y / (X + Z)", *NO_ROOT),
        Kind("no root", "Y / tf.sqrt(X + ε)", "Y / (X + ε)", *NO_ROOT),
        Kind("no root", "Y / tf.sqrt(X)", "Y / X", *NO_ROOT),
        Kind("no ε", "Y / (X + ε)", "Y / X", *NO_EPSILON),
        Kind("no ε", "Y / tf.sqrt(X + ε)", "Y / tf.sqrt(X)", *NO_EPSILON),
        Kind("no ε", "X + ε", "X", *NO_EPSILON),
        Kind("upside down", "Y / (D + ε)", "Y * (D + ε)", UPSIDE),
        Kind("upside down", "Y / tf.sqrt(D)", "Y * tf.sqrt(D)", UPSIDE),
        Kind("ε subtracted", "X + ε", "X - ε", "ε is subtracted. It is added, so that the sum is never 0."),
        Kind("a's root for b", "tf.sqrt(X + ε)", "tf.sqrt(X[..., :1] + ε)", *SHARED_ROOT),
        Kind("a's root for b", "tf.sqrt(X) + Z", "tf.sqrt(X[..., :1]) + Z", *SHARED_ROOT),
        Kind("one root for all", "tf.sqrt(X + ε)", f"(tf.reduce_sum(tf.sqrt(X), {ALL}) + ε)", ONE_ROOT),
        Kind("one root for all", "tf.sqrt(X) + ε", f"tf.reduce_sum(tf.sqrt(X), {ALL}) + ε", ONE_ROOT),
        Kind("one root for all", "tf.sqrt(X + ε)", f"tf.sqrt(tf.reduce_sum(X, {ALL}) + ε)", ONE_ROOT),
        Kind("one root for all", "tf.sqrt(X) + ε", f"tf.sqrt(tf.reduce_sum(X, {ALL})) + ε", ONE_ROOT),
        Kind("a root of everything", "η * X / (tf.sqrt(Y) + ε)", "η * tf.sqrt(X / (Y + ε))",
             "The root is over the whole fraction."),
        Kind("{Y} above the bar", "η * X / (tf.sqrt(Y) + ε)", "η * Y / (tf.sqrt(Y) + ε)",
             "The step goes along {Y}, the mean square itself, in place of {X}: it never points uphill or down."),
        Kind("{Y} above the bar", "η * X / tf.sqrt(Y + ε)", "η * Y / tf.sqrt(Y + ε)",
             "The step goes along {Y}, the mean square itself, in place of {X}: it never points uphill or down."),
    ]  # fmt: skip


def _squares() -> list[Kind]:
    own = "{Z}: {line} has to take the square of each parameter's own gradient."
    return [
        Kind("g without its square", "g ** 2", "g",
             "{line} gathers g, not g²: parts of opposite sign cancel, it can go negative, and the root is not a "
             "number."),
        Kind("{Z} without its square", "Z ** 2", "Z", "{line} takes {Z}, not {Z}²: it can go negative."),
        Kind("|g| for g²", "Z ** 2", "tf.abs(Z)", "{line} gathers |{Z}|, not {Z}²: its root has other units than {Z}."),
        Kind("a product for a square", "g ** 2", "g * g[..., :1]",
             "{line} gets for the second parameter the product of both gradients, not the square of its own."),
        Kind("a's square for b", "Z ** 2", "Z[..., :1] ** 2",
             "For the second parameter the first one's square is taken. " + own),
        Kind("the length of g", "Z ** 2", f"tf.reduce_sum(Z ** 2, {ALL})",
             "You add the squared length of the whole gradient. Each parameter adds the square of its own part only."),
        Kind("the mean over the parameters", "Z ** 2", f"tf.reduce_mean(Z ** 2, {ALL})",
             "The mean is taken over all parameters. It is one over time, for each parameter."),
        Kind("the factor squared", "(1 - B) * Z ** 2", "((1 - B) * Z) ** 2",
             "1 − {B} is squared with {Z}. Square {Z} alone."),
        Kind("the sign kept", "tf.abs(Z)", "Z",
             "You compare with {Z} and not with its size: a large negative gradient is not noticed."),
        Kind("the largest of squares", "tf.abs(Z)", "Z ** 2", "You keep the largest g². It has to be the largest |g|."),
        Kind("no sign", "tf.sign(Z)", "Z", "You step by {Z} itself. Take its sign."),
    ]  # fmt: skip


def _steps() -> list[Kind]:
    move = "The second parameter takes the first one's {}."
    return [
        Kind("the rate twice", "params + F", "params + η * F", TWICE),
        Kind("the rate twice", "θ = params - B", "θ = params - η * B",
             "The rate η is applied twice: it is in {B} already."),
        Kind("the rate twice", "η * X", "η * η * X", "The rate η is applied twice. Its square is far too small."),
        Kind("the rate twice, for b", "θ = params + F", "θ = params + " + for_both("F", "η * F[..., 1:]"),
             "Your velocity already contains the learning rate; you multiply by it again for the second parameter."),
        Kind("the rate twice, for b", "θ = params - X", "θ = params - " + for_both("X", "η * (X)[..., 1:]"),
             "For the second parameter the rate η is applied once more."),
        Kind("the rate under the bar", "η * X", "X / η", "You divide by the learning rate. Multiply by it."),
        Kind("no rate", "η * X", "X", "The learning rate η is missing: a learning rate too few in {line}."),
        Kind("growth", "params - η * λ * params", "params + η * λ * params",
             "The sign of the decay is wrong: the weights grow."),
        Kind("growth", "params - λ * params", "params + λ * params",
             "The sign of the decay is wrong: the weights grow."),
        Kind("uphill", "params - X", "params + X", UPHILL),
        Kind("uphill", "params + F", "params - F", UPHILL),
        Kind("uphill for b", "θ = params - X", "θ = params - " + for_both("X", "-(X)[..., 1:]"),
             "For b the sign is wrong."),
        Kind("a's gradient for b", "g", "(g * 0 + g[..., :1])", move.format("gradient")),
        Kind("a's step for b", "θ = params - X", "θ = params - (X * 0 + (X)[..., :1])", move.format("step")),
        Kind("b stays", "θ = params - X", "θ = params - " + for_both("X", "0 * (X)[..., 1:]"),
             "The second parameter does not move."),
        Kind("a scaled base", "params - η * X", "params * (1 - η * X)",
             "The step is multiplied by the parameter. Subtract it as it is."),
        Kind("a constant decay", "λ * params", "λ", "The decay has lost the weights: λ·θ, not λ."),
        Kind("no decay", "params - η * λ * params", "params", "The weights do not decay."),
        Kind("no decay", "params - λ * params", "params", "The weights do not decay."),
    ]  # fmt: skip


SHARED_MISTAKES = (*_average(), *_velocity(), *_buffers(), *_corrections(), *_roots(), *_squares(), *_steps())

OUTSIDE = Kind("ε outside the root", "tf.sqrt(X + ε)", "(tf.sqrt(X) + ε)",
    "Not wrong: this is PyTorch's place for ε, outside the root. Keras has it inside. A small ε hardly matters.",
    right=True)  # fmt: skip
INSIDE = Kind("ε inside the root", "tf.sqrt(X) + ε", "tf.sqrt(X + ε)",
    "Not wrong: ε stands inside the root, as in Keras's RMSprop. It is the usual form with a larger ε.",
    right=True)  # fmt: skip
KERAS_EPSILON = Kind("Keras's ε", "tf.sqrt(X) + ε", "tf.sqrt(X) + ε / tf.sqrt(1 - β2 ** t)",
    "Not wrong: this is Keras's place for ε, beside the uncorrected root. It is the form here with ε/√(1 − β₂ᵗ).",
    right=True)  # fmt: skip
KERAS_FOLDED = Kind("Keras's ε", "v̂ = v / (1 - β2 ** t)\nθ = A - η * X / (tf.sqrt(v̂) + ε)",
    "v̂ = v\nθ = A - η * tf.sqrt(1 - β2 ** t) * X / (tf.sqrt(v̂) + ε)", KERAS_EPSILON.says, right=True)  # fmt: skip
DAMPED = Kind("damped", "B * state.F + η * X", "B * state.F + (1 - B) * η * X",
    "Not wrong: a damped velocity, an average of steps in place of a sum. It is the same rule with η · (1 − {B}); "
    "give it "
    "1/(1 − {B}) times the rate.", right=True)  # fmt: skip
