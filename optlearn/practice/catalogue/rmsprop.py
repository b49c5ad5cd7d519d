"""Mistakes in writing RMSprop, and conventions of it."""

from optlearn.practice.catalogue.entry import seen
from optlearn.practice.kinds import COUNT, OUTSIDE, TUTORIAL
from optlearn.practice.rewrite import Kind

ENTRIES = (
    seen("the window the wrong way round", "it forgets at once: nearly every step has the length η in every coordinate",
         'the words "0.9 of now, 0.1 of before" sound as good', where=TUTORIAL,
         says="ρ and 1 − ρ have changed places: it is 0.9 of before and 0.1 of now."),
    seen("a's root for b", where=TUTORIAL),
    seen("no (1 − ρ)", "all steps are too small, by the factor √(1 − ρ): about a third at ρ = 0.9",
         "momentum has no such factor"),
    seen("no root"),
    seen("no ε"),
    seen("ε outside of everything"),
    seen("g without its square", "not-a-number as soon as the average is negative", "the square is forgotten",
         says="The average is of g, not of g²: it can go negative, and then the root is not a number."),
    seen("v starts at 0.9", "where gradients are small, first steps that are too small; where large, nothing",
         name="a buffer that starts at 0.9",
              says="Your buffer starts at 0.9. It has to start at 0: no gradient has been seen yet.",
         on="Ravine"),
    OUTSIDE,
    Kind("a corrected start", "θ = A - Y / tf.sqrt(v + ε)", f"θ = A - Y / tf.sqrt(v / (1 - ρ ** k) + ε){COUNT}",
         "Not wrong if you mean it: v is corrected for its start at 0, as in Adam. The first steps are shorter.",
         right=True),
)  # fmt: skip
