from dataclasses import dataclass

from optlearn.optimizers.base import Facts, InKeras, Optimizer, Scalar, hyper


@dataclass(frozen=True)
class SGD(Optimizer):
    """Gradient descent: step against the gradient, as far as it is steep.

    θ ← θ − η·g

    Paper: Robbins and Monro 1951, "A Stochastic Approximation Method" (with noise, for the root of a function);
    Cauchy 1847 (without noise).
    Differs from: nothing. Keras's and PyTorch's `SGD` are this rule while their `momentum` is 0, else `Momentum`,
    and with `nesterov` they are `Nesterov`.
    """

    learning_rate: Scalar = hyper(0.01, symbol="η", low=1e-4, high=1.0)

    def update(self, params, g, state):
        η = self.learning_rate

        θ = params - η * g
        return θ, state

    facts = Facts(
        color="blue",
        keras=InKeras(
            "SGD",
            absent={
                "momentum": "gradient descent with momentum is a rule of its own, Momentum.",
                "nesterov": "Nesterov's momentum is a rule of its own, Nesterov.",
            },
        ),
        good_rate=0.0015,
    )
