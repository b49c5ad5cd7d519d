"""Mistakes in writing Adamax, and conventions of it."""

from optlearn.practice.catalogue.entry import seen
from optlearn.practice.rewrite import Kind

ENTRIES = (
    Kind("nothing fades", "tf.maximum(B * state.F, X)", "tf.maximum(state.F, X)",
         "The largest gradient never fades: multiply the old one by β₂ before you compare.",
         "one spike slows the run down for good", "a maximum is thought of as one of all times", on="RareSpikes"),
    seen("the sign kept", "huge steps where gradients are negative, from the first one on",
         "abs is forgotten, and on a slope that only rises nothing shows it"),
    seen("the largest of squares", "tiny steps where gradients are large, huge ones where they are small",
         "Adam's line has g² in it",
         says="You keep the largest g². It has to be the largest |g|, which has the units of g."),
    Kind("the maximum corrected", "u + ε", "u / (1 - β2 ** t) + ε",
         "You correct u for its start. A maximum needs no correction: the first gradient fills it.",
         "a start that is a thousand times too slow", "Adam corrects both, so both are corrected here"),
    Kind("the maximum corrected", "m̂ / u", "m̂ / (u / (1 - β2 ** t))",
         "You correct u for its start. A maximum needs no correction: the first gradient fills it."),
    seen("m not corrected", "a start ten times too slow", "u needs no correction, and m is taken to need none either",
         says="m is not corrected: it starts at 0, and is too small at first."),
    Kind("PyTorch's ε", "u = tf.maximum(X, Y)\nθ = params - Z / (u + ε)",
         "u = tf.maximum(X, Y + ε)\nθ = params - Z / u",
         "Not wrong: this is PyTorch's place for ε, beside |g| inside the maximum.", right=True),
    Kind("the paper's form", "Z / (u + ε)", "Z / u",
         "Not wrong: the paper has no ε. Where no gradient has been seen, 0/0 is not a number.", right=True),
)  # fmt: skip
