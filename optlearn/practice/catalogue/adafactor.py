"""Mistakes in writing Adafactor, and conventions of it: seen on a vector, of which v is kept whole."""

from optlearn.optimizers import Adafactor
from optlearn.practice.change import Mistake
from optlearn.problems import RareSpikes

DECAY = "β = 1 - t**self.beta_2_decay"
STEP = "θ = params - α * u / tf.maximum(rms(u) / d, 1.0)"
SIZE = "α = tf.maximum(rms(params), ε2) * tf.minimum(1 / tf.sqrt(t), η)"

CHANGES = (
    Mistake(
        "a constant β",
        Adafactor,
        DECAY,
        "β = 0.999",
        "β is a constant. It has to be 1 − t^−0.8, so that the first gradient fills the mean and nothing is corrected.",
        sees="a mean that is a thousand times too small at first, and steps at the limit d while it fills",
        why="every other rule has a constant there",
    ),
    Mistake(
        "t from 0",
        Adafactor,
        DECAY,
        "β = 1 - (t + 1) ** self.beta_2_decay",
        "t is one step ahead in β. At the first step β has to be 0.",
        sees="a first mean that is too small: g² counts for less than it should",
        why="t is counted up twice, or counted up before and added to once more",
    ),
    Mistake(
        "no limit",
        Adafactor,
        STEP,
        "θ = params - α * u",
        "The step is not limited: divide it by max(1, RMS(u)/d).",
        sees="one far too long step whenever a gradient is much larger than those before",
        why="on a smooth problem it makes next to no difference",
    ),
    Mistake(
        "always of one length",
        Adafactor,
        STEP,
        "θ = params - α * u / (rms(u) / d)",
        "You divide by RMS(u)/d always. Only a step that is too long has to be shortened: max(1, RMS(u)/d).",
        sees="it never comes to rest: short steps are made long",
        why="clipping and normalising are taken for the same thing",
        on=RareSpikes,
    ),
    Mistake(
        "an absolute step",
        Adafactor,
        SIZE,
        "α = tf.minimum(1 / tf.sqrt(t), η)",
        "The step does not know how large the weights are: α lacks the factor max(ε₂, RMS(θ)).",
        sees="steps of one length for large weights and small ones",
        why="it is what the paper's own comparison without relative steps does",
    ),
)
