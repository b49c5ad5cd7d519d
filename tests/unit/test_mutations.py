"""Break a rule on purpose: the comparison with the oracle has to notice, each time."""

import inspect
import sys

import pytest

from optlearn import optimizers
from tests.unit.cases import PROBLEMS, TOLERANCE, all_settings, distance

pytestmark = pytest.mark.usefixtures("without_xla")

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
    "RMSpropCentered": [
        ("ρ * state.a + (1 - ρ) * g\n", "ρ * state.a + g\n"),
        ("v - a**2 + ε", "v - a + ε"),
        ("v - a**2 + ε", "v + a**2 + ε"),
        ("tf.sqrt(v - a**2 + ε)", "tf.sqrt(v + ε)"),
        ("tf.sqrt(v - a**2 + ε)", "(tf.sqrt(v - a**2) + ε)"),
        ("tf.sqrt(v - a**2 + ε)", "tf.sqrt(v - state.a**2 + ε)"),
    ],
    "RMSpropMomentum": [
        ("μ * state.b + η * g / tf.sqrt(v + ε)", "μ * state.b + (1 - μ) * η * g / tf.sqrt(v + ε)"),
        ("μ * state.b + η * g", "state.b + η * g"),
        ("μ * state.b + η * g", "μ * state.b - η * g"),
        ("params - b", "params - η * b"),
        ("params - b", "params - state.b"),
        ("tf.sqrt(v + ε)", "(tf.sqrt(v) + ε)"),
        ("η, ρ, μ, ε =", "η, μ, ρ, ε ="),
    ],
    "Adadelta": [
        ("tf.sqrt(state.d + ε)", "tf.sqrt(state.d)"),
        ("tf.sqrt(state.d + ε)", "(state.d + ε)"),
        ("tf.sqrt(state.d + ε) / tf.sqrt(a + ε)", "tf.sqrt(a + ε) / tf.sqrt(state.d + ε)"),
        ("tf.sqrt(a + ε)", "tf.sqrt(state.a + ε)"),
        ("ρ * state.d + (1 - ρ) * Δ**2", "ρ * state.d + (1 - ρ) * g**2"),
        ("ρ * state.d + (1 - ρ) * Δ**2", "ρ * state.d + Δ**2"),
        ("params - η * Δ", "params - Δ"),
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
    "AMSGrad": [
        ("tf.maximum(state.u, v)", "v"),
        ("tf.maximum(state.u, v)", "tf.minimum(state.u, v)"),
        ("tf.maximum(state.u, v)", "tf.maximum(state.v, v)"),
        ("û = u / (1 - β2**t)", "û = u"),
        ("m̂ = m / (1 - β1**t)", "m̂ = m"),
        ("self.State(m, v, u, t)", "self.State(m, u, u, t)"),
        ("tf.sqrt(û) + ε", "tf.sqrt(û + ε)"),
    ],
    "AdamW": [
        ("η * λ * params", "λ * params"),
        ("η * λ * params", "η * λ"),
        ("params - η * λ * params", "params + η * λ * params"),
        ("params - η * λ * params", "params"),
        ("β1 * state.m + (1 - β1) * g\n", "β1 * state.m + (1 - β1) * (g + λ * params)\n"),
        ("v̂ = v / (1 - β2**t)", "v̂ = v"),
        ("(tf.sqrt(v̂) + ε)", "tf.sqrt(v̂ + ε)"),
    ],
    "Adamax": [
        ("tf.maximum(β2 * state.u, tf.abs(g))", "tf.maximum(state.u, tf.abs(g))"),
        ("tf.maximum(β2 * state.u, tf.abs(g))", "β2 * tf.maximum(state.u, tf.abs(g))"),
        ("tf.maximum(β2 * state.u, tf.abs(g))", "tf.maximum(β2 * state.u, g)"),
        ("tf.maximum(β2 * state.u, tf.abs(g))", "β2 * state.u + (1 - β2) * tf.abs(g)"),
        ("m̂ = m / (1 - β1**t)", "m̂ = m"),
        ("η * m̂ / (u + ε)\n        return", "η * m̂ / (u / (1 - β2**t) + ε)\n        return"),
        ("η * m̂ / (u + ε)\n        return", "η * m̂ / u\n        return"),
    ],
    "Nadam": [
        ("0.96**t)", "0.96 ** (t - 1))"),
        ("0.96 ** (t + 1)", "0.96**t"),
        ("p = state.p * μ", "p = state.p * μ_next"),
        ("p = state.p * μ", "p = μ + 0 * state.p"),
        ("(1 - p * μ_next)", "(1 - p)"),
        ("(1 - μ) * g / (1 - p)", "(1 - β1) * g / (1 - p)"),
        ("v̂ = v / (1 - β2**t)", "v̂ = v"),
        ("0.5 * 0.96**t", "0.5 * 0.9**t"),
    ],
    "Ftrl": [
        ("n = state.n + g**2", "n = state.n + g"),
        ("params - (n**-p", "params + (n**-p"),
        ("/ η * params", "* params"),
        ("(n**-p - state.n**-p) / η * params", "0.0"),
        ("2 * λs * params", "λs * params"),
        ("2 * λs * params", "2 * λs * g"),
        ("(β + n**-p) / η", "β + n**-p / η"),
        ("state.n**-p", "tf.sqrt(state.n)"),
        ("(β + n**-p)", "(β + tf.sqrt(n))"),
        ("tf.clip_by_value(z, -λ1, λ1) - z", "-z"),
        ("/ η + 2 * λ2", "/ η + λ2"),
        ("(β + n**-p) / η + 2 * λ2", "(β + state.n**-p) / η + 2 * λ2"),
        ("+ self.initial_accumulator_value", ""),
    ],
    "Lion": [
        ("η, β1, β2 =", "η, β2, β1 ="),
        ("tf.sign(β1 * state.m + (1 - β1) * g)", "tf.sign(state.m)"),
        ("tf.sign(β1 * state.m + (1 - β1) * g)", "tf.sign(g)"),
        ("tf.sign(β1 * state.m + (1 - β1) * g)", "(β1 * state.m + (1 - β1) * g)"),
        ("m = β2 * state.m + (1 - β2) * g", "m = β1 * state.m + (1 - β1) * g"),
        ("m = β2 * state.m + (1 - β2) * g", "m = β2 * state.m + g"),
    ],
    "Lamb": [
        ("φ = tf.where(", "φ = 1 / tf.where("),
        ("η * φ * r", "η * r"),
        ("η * φ * r", "η * φ * m"),
        ("(params, r)", "(params, g)"),
        ("size / tf.where(length > 0, length, 1.0)", "size"),
        ("β2 * state.v + (1 - β2) * g**2", "β2 * state.v + (1 - β2) * g"),
        ("v / (1 - β2**t)", "v"),
    ],
    "Adafactor": [
        ("β = 1 - t**self.beta_2_decay", "β = t**self.beta_2_decay"),
        ("β = 1 - t**self.beta_2_decay", "β = 1 - t ** (self.beta_2_decay / 2)"),
        ("s = g**2 + ε1", "s = g**2"),
        ("tf.maximum(rms(params), ε2)", "rms(params)"),
        ("tf.minimum(1 / tf.sqrt(t), η)", "η / tf.sqrt(t)"),
        ("u / tf.maximum(rms(u) / d, 1.0)", "u"),
        ("u / tf.maximum(rms(u) / d, 1.0)", "u / tf.maximum(rms(u) * d, 1.0)"),
        ("u = g / tf.sqrt(v)", "u = g / v"),
    ],
    "Muon": [
        ("beta_1 = property(lambda self: self.adam_beta_1)", "beta_1 = property(lambda self: self.adam_beta_2)"),
        ("beta_2 = property(lambda self: self.adam_beta_2)", "beta_2 = property(lambda self: self.adam_beta_1)"),
        ("AdamW.update(self, params,", "AdamW.update(self, params - η * λ * params,"),
        ("v=tf.zeros_like(params)", "v=tf.ones_like(params)"),
    ],
    "ScheduleFreeAdamW": [
        ("z = state.z - η", "z = params - η"),
        ("η * λ * params", "λ * params"),
        ("η * λ * params", "η * λ * state.z"),
        ("tf.minimum(t / T, 1.0)", "1.0"),
        ("tf.minimum(t / T, 1.0)", "tf.minimum(state.t / T, 1.0)"),
        ("tf.minimum(t / T, 1.0)", "t / T"),
        ("(1 - 1 / t) * state.x + z / t", "β1 * state.x + (1 - β1) * z"),
        ("(1 - 1 / t) * state.x + z / t", "(1 - 1 / t) * state.x + state.z / t"),
        ("(1 - 1 / t) * state.x + z / t", "(params - (1 - β1) * z) / β1 * (1 - 1 / t) + z / t"),
        ("(1 - β1) * z + β1 * x", "β1 * z + (1 - β1) * x"),
        ("(1 - β1) * z + β1 * x", "x"),
        ("v / (1 - β2**t)", "v"),
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
