"""Break a rule on purpose: the comparison with the oracle has to notice, each time."""

import inspect
import sys

import pytest

from optlearn import optimizers
from tests.unit.cases import PROBLEMS, TOLERANCE, all_settings, distance

MUTATIONS = {
    "SGD": [
        ("params - η * g", "params + η * g"),
        ("params - η * g", "params - η * η * g"),
        ("params - η * g", "params - η * g[..., ::-1]"),
        ("params - η * g", "params - η * tf.sign(g)"),
    ],
    "Momentum": [
        ("β * state.v - η * g", "β * state.v + η * g"),
        ("β * state.v - η * g", "state.v - η * g"),
        ("β * state.v - η * g", "β * state.v - (1 - β) * η * g"),
        ("β * state.v - η * g", "β * state.v - β * η * g"),
        ("params + v", "params + η * v"),
        ("params + v", "params + state.v"),
        ("params + v", "params + β * v - η * g"),
        ("v=tf.zeros_like(params)", "v=tf.zeros_like(params) + 0.9"),
    ],
    "Nesterov": [
        ("β * state.v - η * g\n", "β * state.v + η * g\n"),
        ("β * state.v - η * g\n", "state.v - η * g\n"),
        ("params + β * v - η * g", "params + v"),
        ("params + β * v - η * g", "params + v - η * g"),
        ("params + β * v - η * g", "params + β * state.v - η * g"),
        ("params + β * v - η * g", "params + v + β * v"),
    ],
    "Adagrad": [
        ("state.a + g**2", "state.a + g"),
        ("state.a + g**2", "state.a - g**2"),
        ("state.a + g**2", "g**2"),
        ("state.a + g**2", "state.a + tf.reduce_sum(g**2, axis=-1, keepdims=True)"),
        ("+ self.initial_accumulator_value", ""),
        ("tf.sqrt(a + ε)", "(tf.sqrt(a) + ε)"),
        ("tf.sqrt(a + ε)", "(a + ε)"),
        ("tf.sqrt(a + ε)", "tf.sqrt(state.a + ε)"),
        ("tf.sqrt(a + ε)", "tf.sqrt(a)"),
    ],
    "RMSprop": [
        ("ρ * state.v + (1 - ρ) * g**2", "(1 - ρ) * state.v + ρ * g**2"),
        ("ρ * state.v + (1 - ρ) * g**2", "ρ * state.v + g**2"),
        ("ρ * state.v + (1 - ρ) * g**2", "ρ * state.v + (1 - ρ) * g"),
        ("ρ * state.v + (1 - ρ) * g**2", "state.v + (1 - ρ) * g**2"),
        ("tf.sqrt(v + ε)", "(tf.sqrt(v) + ε)"),
        ("tf.sqrt(v + ε)", "(v + ε)"),
        ("tf.sqrt(v + ε)", "tf.sqrt(v)"),
    ],
    "Adam": [
        ("η, β1, β2, ε =", "η, β2, β1, ε ="),
        ("m̂ = m / (1 - β1**t)", "m̂ = m"),
        ("v̂ = v / (1 - β2**t)", "v̂ = v"),
        ("m̂ = m / (1 - β1**t)", "m̂ = m * (1 - β1**t)"),
        ("m̂ = m / (1 - β1**t)", "m̂ = m / (1 - β1)"),
        ("v̂ = v / (1 - β2**t)", "v̂ = v / (1 - β2) ** t"),
        ("t = state.t + 1", "t = 0 * state.t + 1"),
        ("t = state.t + 1", "t = state.t + 2"),
        ("β1 * state.m + (1 - β1) * g", "β1 * state.m + g"),
        ("β2 * state.v + (1 - β2) * g**2", "β2 * state.v + (1 - β2) * g"),
        ("(tf.sqrt(v̂) + ε)", "tf.sqrt(v̂ + ε)"),
        ("(tf.sqrt(v̂) + ε)", "(tf.sqrt(v̂) + ε / tf.sqrt(1 - β2**t))"),
        ("(tf.sqrt(v̂) + ε)", "(v̂ + ε)"),
        ("(tf.sqrt(v̂) + ε)", "tf.sqrt(v̂) + ε"),
        ("θ, self.State(m, v, t)", "θ, self.State(m̂, v̂, t)"),
    ],
}  # fmt: skip


def mutated(kind, right, wrong):
    """The class with one expression of its source replaced."""
    source = inspect.getsource(kind)
    assert source.count(right) == 1, f"{right!r} stands {source.count(right)} times in {kind.__name__}"
    namespace = dict(vars(sys.modules[kind.__module__]))
    namespace.setdefault("tf", sys.modules["tensorflow"])
    exec(source.replace(right, wrong), namespace)
    return namespace[kind.__name__]


def distances(kind, name):
    return (distance(kind, name, problem, setting) for problem in PROBLEMS for setting in all_settings(name))


@pytest.mark.parametrize(
    ("name", "right", "wrong"), [(name, *change) for name, changes in MUTATIONS.items() for change in changes]
)
def test_the_oracle_catches(name, right, wrong):
    assert any(apart > 1000 * TOLERANCE for apart in distances(mutated(getattr(optimizers, name), right, wrong), name))


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_class_rebuilt_without_a_change_still_agrees(name):
    """So that it is the change which is caught, and not the rebuilding."""
    line = "@dataclass(frozen=True)"
    assert all(apart < TOLERANCE for apart in distances(mutated(getattr(optimizers, name), line, line), name))


def test_every_optimizer_is_mutated():
    assert list(MUTATIONS) == [kind.__name__ for kind in optimizers.ALL]
    assert all(len(changes) >= 4 for changes in MUTATIONS.values())
