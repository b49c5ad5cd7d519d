import re
from dataclasses import dataclass

import tensorflow as tf

from optlearn.optimizers.adamw import AdamW
from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class Muon(Optimizer):
    """Momentum made orthogonal: every direction of a matrix moves alike, however small its gradient.

    m ← μ·m + g
    q = g + μ·m
    X = q / ‖q‖, five times X ← 3.4445·X + (−4.775·XXᵀ + 2.0315·(XXᵀ)²)·X
    θ ← θ − η·λ·θ − η·s·√max(rows, columns)·X

    Paper: Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks" (online); for the decay
    and the factor s = 0.2, Liu et al. 2025, "Muon is Scalable for LLM Training", section 2.2.
    Differs from: the first publication has neither decay nor that factor. As in Keras, what is not a matrix goes
    by AdamW, and in a model of Keras so do embeddings and the layers in `exclude_layers`. What goes by AdamW there can
    have its `adam_weight_decay`, else it has λ as well, and its `adam_lr_ratio` of η. Keras's `muon_a`, `muon_b`,
    `muon_c` and `ns_steps` are fixed here, `nesterov` is on, and `rms_rate` is a number.
    """

    learning_rate: Scalar = hyper(0.001, symbol="η", low=1e-4, high=1.0)
    weight_decay: Scalar = hyper(0.004, symbol="λ", low=1e-4, high=10.0)
    momentum: Scalar = hyper(0.95, symbol="μ", low=0.0, high=0.999, scale="memory", below=1)
    adam_beta_1: Scalar = hyper(0.9, symbol="β₁", low=0.0, high=0.999, scale="memory", below=1)
    adam_beta_2: Scalar = hyper(0.999, symbol="β₂", low=0.0, high=0.9999, scale="memory", below=1)
    epsilon: Scalar = hyper(1e-7, symbol="ε", low=1e-10, high=1.0)
    rms_rate: Scalar = hyper(0.2, symbol="s", low=0.01, high=10.0, slider=False)
    adam_weight_decay: float | None = None  # this and what follows is for models: of what goes by AdamW; None: λ
    adam_lr_ratio: float = 1  # its steps, in parts of η
    exclude_layers: tuple[str, ...] = ()  # regular expressions: variables with one in their path go by AdamW
    exclude_embeddings: bool = True

    State = AdamW.State  # of a matrix, m is the fading sum of g, and v is not used

    @property
    def adamw(self) -> AdamW:
        """The rule for what is not a matrix."""
        return AdamW(self.learning_rate, self.weight_decay, self.adam_beta_1, self.adam_beta_2, self.epsilon)

    def __post_init__(self):
        super().__post_init__()
        if not self.adam_lr_ratio > 0:
            raise ValueError(f"Muon(adam_lr_ratio={self.adam_lr_ratio!r}): adam_lr_ratio must be a number > 0.")
        given = self.exclude_layers
        object.__setattr__(self, "exclude_layers", (given,) if isinstance(given, str) else tuple(given or ()))

    def unused(self, shape):
        other = ("adam_beta_1", "adam_beta_2", "epsilon") if len(shape) == 2 else ("momentum",)
        return other + super().unused(shape)

    def for_layer(self, path, shape):
        excluded = [*self.exclude_layers, *(["(?i:embedding)"] if self.exclude_embeddings else [])]
        if len(shape) == 2 and not any(re.search(each, path) for each in excluded):
            return self
        λ = self.weight_decay if self.adam_weight_decay is None else self.adam_weight_decay
        κ = self.adam_lr_ratio  # a share of the step, and not of the decay: that is by η·λ, as in Keras
        return self.adamw.replace(learning_rate=self.learning_rate * κ, weight_decay=λ / κ)

    def init(self, params):
        return self.State(m=tf.zeros_like(params), v=tf.zeros_like(params), t=tf.zeros((), params.dtype))

    def update(self, params, g, state):
        η, λ, μ = self.learning_rate, self.weight_decay, self.momentum
        if len(params.shape) < 3:
            return self.adamw.update(params, g, state)

        m = μ * state.m + g
        q = g + μ * m
        size = self.rms_rate * max(params.shape[-2:]) ** 0.5
        θ = params - η * λ * params - η * size * orthogonal(q)
        return θ, self.State(m, state.v, state.t + 1)

    facts = Facts(
        parents=("Nesterov",),
        color="green",
        dashes="dashdot",
        keras=InKeras(
            "Muon",
            also={"adam_weight_decay": "weight_decay"},
            epsilon="beside the uncorrected root of v",
            single="Keras's class mixes float32 into matrices of float64, and fails",
            absent={
                "nesterov": "it is always on: the step without it, m in place of q, is not here.",
                "ns_steps": "there are always five Newton-Schulz steps.",
                "muon_a": "the numbers of the polynomial are those of the paper, and fixed.",
                "muon_b": "the numbers of the polynomial are those of the paper, and fixed.",
                "muon_c": "the numbers of the polynomial are those of the paper, and fixed.",
            },
        ),
        good_rate=0.1,
        acts_on="matrices",
        comes_to_rest=False,
    )


def orthogonal(q):
    """Matrices (..., rows, columns) with their singular values brought near 1, by five Newton-Schulz steps."""
    if q.shape[-2] > q.shape[-1]:
        return tf.linalg.matrix_transpose(orthogonal(tf.linalg.matrix_transpose(q)))
    X = q / (tf.norm(q, axis=[-2, -1], keepdims=True) + 1e-7)
    for _ in range(5):
        A = X @ tf.linalg.matrix_transpose(X)
        X = 3.4445 * X + (-4.7750 * A + 2.0315 * A @ A) @ X
    return X
