"""Mistakes in writing Adadelta, and conventions of it."""

from optlearn.practice.rewrite import Kind

BAR = "The size of recent steps is missing above the fraction bar: this is RMSprop."
UPSIDE = "The fraction is upside down: the steps stand above the bar, the gradients below it."

ENTRIES = (
    Kind("the scaled step gathered", "(1 - B) * Δ ** 2", "(1 - B) * (η * Δ) ** 2",
         "You gather η·Δ. Gather Δ as it is, and multiply by η only where the parameters move.",
         "with η below 1, steps that cannot grow: each is made of smaller ones", "what the parameter moved by is η·Δ"),
    Kind("g gathered twice", "Δ ** 2", "g ** 2", "You gather g² in d. It has to gather the squared steps, Δ².",
         "the two roots cancel, and what is left is gradient descent",
         "the line for a is copied, and one letter is not changed"),
    Kind("nothing above the bar", "g * X / Y", "g / Y", BAR, "RMSprop's path, and with η = 1 one that leaps about",
         "the upper half looks superfluous, as η is there already"),
    Kind("no ε above the bar", "g * tf.sqrt(X + ε)", "g * tf.sqrt(X)",
         "ε is missing above the fraction bar. d starts at 0, so without it no step is ever taken.", "it never moves",
         "ε is known as what keeps a fraction from being 0/0, and above the bar nothing can go wrong"),
    Kind("no ε above the bar", "g * (tf.sqrt(X) + ε)", "g * tf.sqrt(X)",
         "ε is missing above the fraction bar. d starts at 0, so without it no step is ever taken."),
    Kind("upside down", "g * X / Y", "g * Y / X", UPSIDE, "it explodes within a few steps",
         "two roots that look alike change places"),
    Kind("the step with the old a", "tf.sqrt(a + ε)", "tf.sqrt(state.a + ε)",
         "The root is of the old a. Bring a up to date first: the new gradient belongs in it."),
    Kind("the paper's form", "params - η * Δ", "params - Δ",
         "Not wrong: the paper has no η. It is the form here with η = 1.", right=True),
    Kind("ε outside the roots", "g * tf.sqrt(X + ε) / tf.sqrt(Y + ε)", "g * (tf.sqrt(X) + ε) / (tf.sqrt(Y) + ε)",
         "Not wrong: ε stands outside of both roots. It is the usual form with a far smaller ε; and the first step "
         "goes "
         "with ε, not with its root.", right=True),
)  # fmt: skip
