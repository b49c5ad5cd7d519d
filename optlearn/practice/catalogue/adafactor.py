"""Mistakes in writing Adafactor, and conventions of it: seen on a vector, of which v is kept whole."""

from optlearn.practice.rewrite import Kind

ENTRIES = (
    Kind("a constant β", "1 - t ** beta_2_decay", "0.999",
         "β is a constant. It has to be 1 − t^−0.8, so that the first gradient fills the mean and nothing is "
         "corrected.",
         "a mean that is a thousand times too small at first, and steps at the limit d while it fills",
         "every other rule has a constant there"),
    Kind("t from 0", "1 - t ** beta_2_decay", "1 - (t + 1) ** beta_2_decay",
         "t is one step ahead in β. At the first step β has to be 0.",
         "a first mean that is too small: g² counts for less than it should",
         "t is counted up twice, or counted up before and added to once more"),
    Kind("no limit", "α * u / tf.maximum(X, 1.0)", "α * u", "The step is not limited: divide it by max(1, RMS(u)/d).",
         "one far too long step whenever a gradient is much larger than those before",
         "on a smooth problem it makes next to no difference"),
    Kind("always of one length", "α * u / tf.maximum(X, 1.0)", "α * u / X",
         "You divide by RMS(u)/d always. Only a step that is too long has to be shortened: max(1, RMS(u)/d).",
         "it never comes to rest: short steps are made long", "clipping and normalising are taken for the same thing",
         on="RareSpikes"),
    Kind("an absolute step", "tf.maximum(rms(params), ε2) * X", "X",
         "The step does not know how large the weights are: α lacks the factor max(ε₂, RMS(θ)).",
         "steps of one length for large weights and small ones",
         "it is what the paper's own comparison without relative steps does"),
)  # fmt: skip
