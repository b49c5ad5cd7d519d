"""optlearn: the optimizers of deep learning, taught with notebooks that move.

Importing the package makes TensorFlow quiet, and imports nothing heavy.
"""

from optlearn.quiet import keep_tensorflow_quiet

__version__ = "0.1.0"

keep_tensorflow_quiet()
