"""optlearn: the optimizers of deep learning, taught with notebooks that move.

Importing the package makes TensorFlow quiet, and imports nothing heavy.
"""

import os

__version__ = "0.1.0"

# Only the two together keep TensorFlow's start-up silent; both are read when TensorFlow is imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
