"""`check`: what is right is accepted, two mistakes are both named, and no rule, however bad, gets out of hand."""

import functools
import itertools
import random
import re
import sys
import time
from dataclasses import dataclass

import numpy as np
import pytest
import tensorflow as tf

from optlearn import optimizers
from optlearn.optimizers import SGD, Adagrad, Adam, AdamW, Momentum, Muon, Nesterov, RMSprop
from optlearn.practice import Diagnosis, check, diagnose, mistakes
from optlearn.practice.catalogue.entry import Seen
from optlearn.practice.kinds import TUTORIAL
from optlearn.practice.learner import Learner
from optlearn.practice.mistakes import Mistake
from optlearn.practice.program import read
from optlearn.practice.sandbox import RuleError
from optlearn.practice.search import Search
from optlearn.problems import ParabolaFit, RareSpikes
from optlearn.training import train
from tests.unit import learners
from tests.unit.learners.written import write

CATALOGUE = mistakes.catalogue()
SHOWN_BY = ((ParabolaFit(), 5, 0.001), (RareSpikes(), 500, 0.03))
BY_NAME = {(change.optimizer, change.name): change for change in CATALOGUE}
IDS = [f"{change.optimizer.__name__}: {change.name}" for change in CATALOGUE]


# ---- Right, in several ways


def sgd_vector(params, gradient, state, learning_rate=0.01):
    return params - learning_rate * gradient, state


def sgd_scalars(params, gradient, state, eta=0.01):
    (a, b), (ga, gb) = params, gradient
    return a - eta * ga, b - eta * gb


class SGDByTensors:
    def __init__(self, lr=0.01):
        self.lr = tf.constant(lr, tf.float64)

    def init(self, params):
        return ()

    def update(self, params, gradient, state):
        return tf.subtract(params, tf.multiply(self.lr, gradient)), ()


def sgd_fixed(params, gradient, state):
    return params - gradient / 100


@dataclass(frozen=True)
class SGDLikeThePackage(optimizers.Optimizer):
    learning_rate: float = 0.01

    def update(self, params, g, state):
        return params - self.learning_rate * g, state


class MomentumInTensors:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum = learning_rate, momentum

    def init(self, params):
        return tf.zeros_like(params)

    def update(self, params, gradient, velocity):
        velocity = self.momentum * velocity - self.learning_rate * gradient
        return params + velocity, velocity


def momentum_of_the_path(params, gradient, before, lr=0.01, beta=0.9):
    """Polyak's own form: the state is the point before, and there is no velocity."""
    before = params if before is None else before
    return params - lr * gradient + beta * (params - before), params


class MomentumWithOtherSign:
    def __init__(self, lr=0.01, mu=0.9):
        self._rate, self.mu, self.v = lr, mu, {}

    def update(self, params, gradient, state):
        new = []
        for name, x, g in zip("ab", params, gradient, strict=True):
            self.v[name] = self.mu * self.v.get(name, 0.0) + self._rate * g
            new.append(x - self.v[name])
        return new


def momentum_fixed(params, gradient, v):
    v = 0.9 * (np.zeros(2) if v is None else v) - 0.01 * gradient
    return params + v, v


class NesterovInTensors:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum = learning_rate, momentum

    def init(self, params):
        return {"v": tf.zeros_like(params)}

    def update(self, params, gradient, state):
        v = self.momentum * state["v"] - self.learning_rate * gradient
        return params + self.momentum * v - self.learning_rate * gradient, {"v": v}


def nesterov_by_both_velocities(params, gradient, old, lr=0.01, mu=0.9):
    old = np.zeros(2) if old is None else old
    new = mu * old - lr * gradient
    return params - mu * old + (1 + mu) * new, new


def nesterov_scalars(params, gradient, state, eta=0.01, gamma=0.9):
    new, velocities = [], []
    for x, g, v in zip(params, gradient, state or (0.0, 0.0), strict=True):
        v = gamma * v + eta * g
        velocities.append(v)
        new.append(x - gamma * v - eta * g)
    return np.array(new), velocities


class AdagradInTensors:
    def __init__(self, learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7):
        self.rate, self.start, self.epsilon = learning_rate, initial_accumulator_value, epsilon

    def init(self, params):
        return tf.ones_like(params) * self.start

    def update(self, params, gradient, a):
        a += tf.square(gradient)
        return params - self.rate * gradient / tf.sqrt(a + self.epsilon), a


def adagrad_scalars(params, gradient, s, lr=0.001, a0=0.1, eps=1e-7):
    s = [a0, a0] if s is None else s
    s = [s[i] + gradient[i] * gradient[i] for i in range(2)]
    return [params[i] - lr / (s[i] + eps) ** 0.5 * gradient[i] for i in range(2)], s


def adagrad_of_the_history(params, gradient, history, lr=0.001, a0=0.1, eps=1e-7):
    history = [*(history or []), gradient]
    return params - lr * gradient / np.sqrt(np.sum(np.square(history), axis=0) + a0 + eps), history


def adagrad_fixed(params, gradient, s):
    s = (0.1 if s is None else s) + gradient**2
    return params - 0.001 * gradient / np.sqrt(s + 1e-7), s


class RMSpropInTensors:
    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
        self.learning_rate, self.rho, self.epsilon = learning_rate, rho, epsilon

    def init(self, params):
        return tf.zeros_like(params)

    def update(self, params, gradient, v):
        v = self.rho * v + (1 - self.rho) * gradient**2
        return params - self.learning_rate * gradient * tf.math.rsqrt(v + self.epsilon), v


def rmsprop_in_numpy(params, gradient, mean, lr=0.001, decay=0.9, eps=1e-7):
    mean = np.zeros(2) if mean is None else mean
    mean = mean - (1 - decay) * (mean - np.square(gradient))
    return params - np.sqrt(lr**2 / (mean + eps)) * gradient, mean


class RMSpropInItself:
    def __init__(self, alpha=0.001, beta=0.9, eps=1e-7):
        self.alpha, self.beta, self.eps, self.s = alpha, beta, eps, [0.0, 0.0]

    def update(self, params, gradient, state):
        new = list(params)
        for i in range(2):
            self.s[i] = self.beta * self.s[i] + (1 - self.beta) * gradient[i] ** 2
            new[i] -= self.alpha * gradient[i] / np.sqrt(self.s[i] + self.eps)
        return new, state


class AdamInTensors:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        self.lr, self.beta_1, self.beta_2, self.epsilon = learning_rate, beta_1, beta_2, epsilon

    def init(self, params):
        return tf.zeros_like(params), tf.zeros_like(params), 0

    def update(self, params, gradient, state):
        m, v, t = state
        t = t + 1
        m = self.beta_1 * m + (1 - self.beta_1) * gradient
        v = self.beta_2 * v + (1 - self.beta_2) * tf.square(gradient)
        m_hat, v_hat = m / (1 - self.beta_1**t), v / (1 - self.beta_2**t)
        return params - self.lr * m_hat / (tf.sqrt(v_hat) + self.epsilon), (m, v, t)


class AdamInItself:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m, self.v, self.t = np.zeros(2), np.zeros(2), 0

    def update(self, params, gradient, state):
        self.t += 1
        self.m += (1 - self.beta1) * (gradient - self.m)
        self.v += (1 - self.beta2) * (gradient**2 - self.v)
        step = self.m / (1 - self.beta1**self.t) / (np.sqrt(self.v / (1 - self.beta2**self.t)) + self.eps)
        return params - self.lr * step, state


def adam_folded(params, gradient, state, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
    """The correction folded into the rate, and into ε."""
    m, v, p1, p2 = state or (0.0, 0.0, 1.0, 1.0)
    p1, p2 = p1 * b1, p2 * b2
    m, v = b1 * m + (1 - b1) * gradient, b2 * v + (1 - b2) * gradient * gradient
    root = np.sqrt(1 - p2)
    return params - lr * root / (1 - p1) * m / (np.sqrt(v) + eps * root), (m, v, p1, p2)


def adam_fixed(params, gradient, state):
    m, v, t = state or (np.zeros(2), np.zeros(2), 0)
    t += 1
    m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
    return params - 0.001 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-7), (m, v, t)


RIGHT = {
    SGD: [SGD, sgd_vector, sgd_scalars, SGDByTensors, SGDByTensors(0.5), sgd_fixed, SGDLikeThePackage],
    Momentum: [
        Momentum,
        MomentumInTensors,
        momentum_of_the_path,
        MomentumWithOtherSign,
        MomentumInTensors(0.3, 0.5),
        momentum_fixed,
    ],
    Nesterov: [Nesterov, NesterovInTensors, nesterov_by_both_velocities, nesterov_scalars],
    Adagrad: [Adagrad, AdagradInTensors, adagrad_scalars, adagrad_of_the_history, adagrad_fixed],
    RMSprop: [RMSprop, RMSpropInTensors, rmsprop_in_numpy, RMSpropInItself],
    Adam: [Adam, Adam(0.1), AdamInTensors, AdamInItself, adam_folded, adam_fixed],
} | learners.RIGHT


@pytest.mark.parametrize(
    ("reference", "rule"),
    [
        pytest.param(kind, rule, id=f"{kind.__name__} {number}")
        for kind, rules in RIGHT.items()
        for number, rule in enumerate(rules, 1)
    ],
)
def test_a_right_rule_is_accepted_however_it_is_written(reference, rule):
    diagnosis = check(rule, reference)
    assert diagnosis.right, diagnosis.text
    assert diagnosis.found == ()
    assert diagnosis.text.startswith("Right: ")
    assert diagnosis.text.endswith("step for step.")


def test_every_optimizer_is_written_in_three_ways_or_more_besides_its_own():
    assert set(RIGHT) == set(optimizers.RULES)
    assert all(len([rule for rule in rules if rule is not kind]) >= 3 for kind, rules in RIGHT.items())


@pytest.mark.parametrize("reference", optimizers.RULES)
def test_an_optimizer_is_never_taken_for_another(reference):
    for other in optimizers.RULES:
        if other is reference or {other, reference} == {AdamW, Muon}:  # what is not a matrix goes by AdamW
            continue
        with np.errstate(all="ignore"):
            mine = Learner(written(other), reference)
            fits = Search(reference, mine.seen).right()
        assert not fits or mine.is_ambiguous(fits, reference), (other, fits)


def written(optimizer, *edits):
    """A rule in NumPy with some edits, under the names that the optimizer itself has."""
    program = read(optimizer).program
    for edit in edits:
        program = program.with_(edit.changes)
    return write(optimizer, program, {}, "function", "NumPy", FirstOnly())[1]


class FirstOnly:
    """Draws what comes first."""

    def choice(self, options):
        return options[0]


def test_another_optimizer_is_told_by_its_name():
    assert "This is RMSprop, step for step, and not Adam" in check(written(RMSprop), Adam).text


def test_the_catalogue_has_every_optimizer():
    assert {change.optimizer for change in mistakes.CATALOGUE} == set(optimizers.RULES)


def test_momentum_given_for_nesterov_is_told_so():
    assert "plain momentum" in check(Momentum, Nesterov).text


# ---- Two at once


@pytest.mark.parametrize(
    ("optimizer", "pair"),
    [
        (Momentum, ("the rate twice, for b", "a buffer that starts at 0.9")),
        (Momentum, ("the rate twice", "nothing fades")),
        (Momentum, ("one velocity for all", "the velocity of before")),
        (Momentum, ("uphill", "a buffer that starts at 0.9")),
        (Nesterov, ("a buffer that starts at 0.9", "nothing fades")),
        (Nesterov, ("momentum counted twice", "nothing fades")),
        (Adagrad, ("a product for a square", "a's root for b")),
        (Adagrad, ("the length of g", "no root")),
        (Adagrad, ("ε outside of everything", "an accumulator from 0")),
        (Adagrad, ("a's root for b", "an accumulator from 0")),
        (RMSprop, ("the window the wrong way round", "a's root for b")),
        (RMSprop, ("no (1 − ρ)", "no root")),
        (RMSprop, ("a buffer that starts at 0.9", "ε outside the root")),
        (Adam, ("m̂ and v̂ stored", "m starts at 0.9")),
        (Adam, ("m starts at 0.9", "v starts at 0.9")),
        (Adam, ("m corrected by a product", "v corrected by a product")),
        (Adam, ("v not corrected", "no root")),
        (Adam, ("t never counts", "ε outside of everything")),
        (Adam, ("m corrected without the power", "v corrected without the power")),
    ],
)
def test_two_mistakes_at_once_are_both_named(optimizer, pair):
    edits = {edit.name: edit for edit in known_edits(optimizer)}
    both = tuple(BY_NAME[optimizer, name] for name in pair)
    diagnosis = check(written(optimizer, *(edits[name] for name in pair)), optimizer)
    told = {frozenset(change.name for change in found) for found in diagnosis.found}
    alone = [found for found in diagnosis.found if len(found) == 1]
    assert frozenset(pair) in told or alone, diagnosis.text
    assert not diagnosis.right
    if len(told) > 1:
        assert "cannot be told apart" in diagnosis.text
    if frozenset(pair) in told:
        assert all(change.says in diagnosis.text for change in both)


def known_edits(optimizer):
    """Every mistake, and the conventions one step from the rule."""
    base = read(optimizer).program
    return (
        *reversed(mistakes.mistaken(optimizer, base)),
        *(c[0] for c in mistakes.forms(optimizer).values() if len(c) == 1),
    )


def test_two_mistakes_by_hand():
    """The tutorial's own Momentum: buffers from 0.9, and the rate once more for b."""

    def tutorial_momentum(params, gradient, state, lr=0.01, beta=0.9):
        va, vb = state or (0.9, 0.9)
        va, vb = beta * va - lr * gradient[0], beta * vb - lr * gradient[1]
        return (params[0] + va, params[1] + lr * vb), (va, vb)

    (found,) = check(tutorial_momentum).found
    assert {change.name for change in found} == {"the rate twice, for b", "a buffer that starts at 0.9"}


# ---- What matches nothing


def test_an_unknown_mistake_is_told_by_step_parameter_value_and_ratio():
    def half_sgd(params, gradient, state, lr=0.01):
        return params - lr * gradient * [1, 0.5], state

    assert check(half_sgd).text == (
        "half_sgd leaves the path of SGD at step 1, in the second parameter: it is -0.6 and should be -0.5. "
        "The step is 0.5 times the right one."
    )


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (lambda lr: lr * lr, "η is applied twice"),
        (lambda lr: 1.0, "a learning rate too few"),
        (lambda lr: 0.1, "The number 0.1 stands in the code where η belongs"),
        (lambda lr: 0.0, "does not move"),
    ],
)
def test_a_factor_of_the_learning_rate_is_recognised(factor, words):
    assert words in check(lambda p, g, s, lr=0.01: p - factor(lr) * g, SGD).text


def test_a_wrong_sign_is_recognised():
    def adam(p, g, s, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
        new, s = adam_folded(p, g, s, lr, b1, b2, eps)
        return 2 * p - new, s

    assert check(adam).text == "The sign is wrong: you step along the gradient, which points uphill."


def test_a_mistake_after_the_first_steps_is_found_at_its_step():
    def sgd(p, g, t, lr=0.01):
        t = 1 if t is None else t + 1
        return p - lr * g * (2 if t == 5 else 1), t

    assert "at step 5" in check(sgd).text


def test_a_number_that_cannot_be_set_is_told_where_it_is_not_the_default():
    def sgd(p, g, s):
        return p - 0.2 * g

    assert check(sgd).text == "Right: sgd is SGD, step for step. (With η = 0.2, which is fixed in it.)"


def test_numbers_that_cannot_be_set_are_told_beside_the_ones_compared_with():
    def sgd(p, g, s):
        return p - 0.2 * g**3

    assert "takes no learning_rate; the right one had learning_rate = 0.01" in check(sgd).text


def test_who_forgets_to_return_the_state_is_told():
    def momentum(p, g, v, lr=0.01, beta=0.9):
        v = beta * (0 if v is None else v) - lr * g
        return p + v

    assert "return new_params, new_state" in check(momentum).text


# ---- Bad rules


def raises(p, g, s, lr=0.01):
    raise ValueError("no idea")


def has_no_name(p, g, s, lr=0.01):
    return p - lr * gradient  # noqa: F821 - on purpose


def never_ends(p, g, s, lr=0.01):
    while True:
        pass


def never_ends_on_one_line(p, g, s, lr=0.01):
    while True: pass  # fmt: skip  # noqa: E701


def never_ends_and_catches_all_errors(p, g, s, lr=0.01):
    for _ in itertools.count():
        try:  # noqa: SIM105 - as learners do
            p = p - lr * g
        except Exception:
            pass


def never_ends_later(p, g, t, lr=0.01):
    t = (t or 0) + 1
    while t > 5:
        p = p - 0
    return p - lr * g, t


def calls_itself(p, g, s, lr=0.01):
    return calls_itself(p, g, s, lr)


def returns_nothing(p, g, s, lr=0.01):
    p = p - lr * g


def returns_nothing_and_a_state(p, g, s, lr=0.01):
    return None, s


def returns_three(p, g, s, lr=0.01):
    return p[0] - lr * g[0], p[1] - lr * g[1], s


def returns_one_number(p, g, s, lr=0.01):
    return p[0] - lr * g[0]


def returns_words(p, g, s, lr=0.01):
    return "down"


def returns_words_and_a_state(p, g, s, lr=0.01):
    return "down", s


def returns_a_dict(p, g, s, lr=0.01):
    return {"a": 1.0, "b": 2.0}, s


def returns_ragged(p, g, s, lr=0.01):
    return [[1.0], [2.0, 3.0]], s


def returns_complex(p, g, s, lr=0.01):
    return [1j, 2j], s


def returns_nan(p, g, s, lr=0.01):
    return p * np.nan, s


def mutates(p, g, s, lr=0.01):
    p -= lr * g
    return p, s


def mutates_the_gradient(p, g, s, lr=0.01):
    g *= lr
    return p - g, s


def leaves(p, g, s, lr=0.01):
    sys.exit(3)


def takes_two(p, g):
    return p - 0.01 * g


def takes_another(p, g, s, speed):
    return p - speed * g


def wants_a_state(p, g, v, lr=0.01, beta=0.9):
    v = beta * v - lr * g
    return p + v, v


class NoUpdate:
    def step(self, p, g):
        return p - 0.01 * g


class UpdateTakesNothing:
    def update(self):
        return 1


class CannotBeMade:
    def __init__(self, speed):
        self.speed = speed

    def update(self, p, g, s):
        return p


class CannotBeCopied:
    lr = 0.01

    def __deepcopy__(self, memo):
        raise TypeError("not me")

    def update(self, p, g, s):
        return p


class InitRaises:
    def init(self, params):
        return 1 / 0

    def update(self, p, g, s):
        return p


BAD = {
    raises: ["ValueError: no idea", f"(line {raises.__code__.co_firstlineno + 1})"],
    has_no_name: ["NameError: name 'gradient' is not defined", f"(line {has_no_name.__code__.co_firstlineno + 1})"],
    never_ends: ["does not come to an end"],
    never_ends_on_one_line: ["does not come to an end"],
    never_ends_and_catches_all_errors: ["does not come to an end"],
    never_ends_later: ["does not come to an end"],
    calls_itself: ["RecursionError"],
    returns_nothing: ["returns nothing", "return new_params, new_state"],
    returns_nothing_and_a_state: ["returns nothing"],
    returns_three: ["returns", "new_params and new_state"],
    returns_one_number: ["shape ()", "shape (2,)"],
    returns_words: ["'down'", "not numbers"],
    returns_words_and_a_state: ["'down'", "not numbers"],
    returns_a_dict: ["returns a dict", "2 numbers"],
    returns_ragged: ["returns a list", "2 numbers"],
    returns_complex: ["returns a list", "2 numbers"],
    returns_nan: ["it is nan and should be", "divided by 0"],
    mutates: ["changes its arguments", "not params -= ..."],
    mutates_the_gradient: ["changes its arguments"],
    leaves: ["SystemExit"],
    takes_two: ["TypeError", "update(params, gradient, state)"],
    takes_another: ["TypeError", "speed", "learning_rate or lr"],
    wants_a_state: ["TypeError", "gets None"],
    NoUpdate: ["no method update(params, gradient, state)"],
    UpdateTakesNothing: ["TypeError", "update(params, gradient, state)"],
    CannotBeMade: ["making an object", "speed", "learning_rate or lr"],
    CannotBeCopied(): ["not me"],
    InitRaises: ["init raises ZeroDivisionError"],
    3: ["3 is neither a function nor an object"],
    "momentum": ["'momentum' is neither a function nor an object"],
    None: ["None is neither a function nor an object"],
    print: ["print"],
}


@pytest.mark.parametrize(("rule", "words"), BAD.items(), ids=lambda v: getattr(v, "__name__", repr(v)[:30]))
@pytest.mark.parametrize("reference", [SGD, Adam])
def test_a_bad_rule_gets_a_helpful_message_and_never_raises(rule, words, reference, capfd):
    diagnosis = check(rule, reference)
    assert isinstance(diagnosis, Diagnosis)
    assert not diagnosis.right
    assert diagnosis.found == ()
    assert all(word in diagnosis.text for word in words), diagnosis.text
    assert capfd.readouterr() == ("", "")


def test_diagnose_raises_what_check_tells():
    with pytest.raises(RuleError, match="no idea"):
        diagnose(raises, SGD)


def test_a_rule_that_hangs_is_stopped_within_seconds():
    start = time.perf_counter()
    check(never_ends, SGD)
    assert time.perf_counter() - start < 5  # a tenth of a second, where nothing else runs


def test_a_rule_without_a_telling_name_asks_for_one():
    text = check(lambda p, g, s: p).text
    assert "check(rule, Momentum)" in text
    assert "with one of SGD, Momentum, Nesterov, Adagrad, RMSprop, " in text
    assert "meant to be" in check(3).text


@pytest.mark.parametrize(
    ("name", "rule"),
    [("MyNesterovMomentum", Nesterov), ("SGDMomentum", Momentum), ("rms_prop", RMSprop), ("my_adam_2", Adam)],
)
def test_the_reference_is_read_from_the_name(name, rule):
    assert check(type(name, (), {"update": rule.update, "init": rule.init})).text.startswith(name)
    learner = type(name, (), {"update": lambda self, p, g, s: p})
    assert f"the path of {rule.__name__}" in check(learner).text


def test_a_reference_may_be_an_object():
    assert check(sgd_vector, SGD(0.1)).right


# ---- Odd rules that are right all the same


def prints_sgd(p, g, s, lr=0.01):
    for number in range(10_000):
        print("step", number)
    print("an error", file=sys.stderr)
    return p - lr * g, s


def test_a_rule_that_prints_ten_thousand_lines_shows_none_of_them(capfd):
    diagnosis = check(prints_sgd)
    assert diagnosis.right
    assert "It prints something" in diagnosis.text
    assert capfd.readouterr() == ("", "")


def test_a_rule_may_want_tensors_for_their_methods():
    class MyAdam(AdamInItself):
        def update(self, params, gradient, state):
            params, gradient = super().update(params, gradient, state)[0].numpy(), gradient.numpy()
            return params, state

    diagnosis = check(MyAdam)  # each step counts once, though the first try, with arrays, fails
    assert diagnosis.right, diagnosis.text


def test_a_rule_may_keep_variables():
    class MyMomentum:
        def __init__(self, lr=0.01, beta=0.9):
            self.lr, self.beta, self.v = lr, beta, tf.Variable([0.0, 0.0], dtype=tf.float64)

        def update(self, params, gradient, state):
            self.v.assign(self.beta * self.v - self.lr * gradient)
            return params + self.v, state

    assert check(MyMomentum).right
    assert check(MyMomentum()).right


@pytest.mark.parametrize("kind", [np.float32, tf.float32])
def test_a_rule_in_float32_is_right_and_told_so(kind):
    cast = functools.partial(tf.cast, dtype=kind) if isinstance(kind, tf.DType) else kind

    class MyAdam(AdamInItself):
        def update(self, params, gradient, state):
            new, state = super().update(params, gradient, state)
            return cast(new), state

    diagnosis = check(MyAdam)
    assert diagnosis.right, diagnosis.text
    assert "float32" in diagnosis.text


def test_another_small_epsilon_that_cannot_be_set_is_right():
    def adam(p, g, state, lr=0.001, b1=0.9, b2=0.999):
        return adam_folded(p, g, state, lr, b1, b2, 1e-8)

    assert check(adam).text == "Right: adam is Adam, step for step. (With ε = 1e-08, which is fixed in it.)"


def test_an_adagrad_from_0_without_epsilon_is_told_both():
    def adagrad(w, g, s, lr=0.001):
        s = (0 if s is None else s) + g**2
        return w - lr * g / np.sqrt(s), s

    (found,) = check(adagrad).found
    assert {change.name for change in found} == {"no ε", "an accumulator from 0"}


def test_a_mistake_in_float32_is_named():
    def momentum(p, g, v, lr=0.01, beta=0.9):
        v = np.float32(0.9) if v is None else v
        v = np.float32(beta * v - lr * g)
        return np.float32(p + v), v

    ((found,),) = check(momentum).found
    assert found.name == "a buffer that starts at 0.9"


def test_float32_beside_float64_in_tensors_is_explained():
    class MyMomentum(MomentumInTensors):
        def init(self, params):
            return tf.zeros(2)

        def update(self, params, gradient, velocity):
            return super().update(tf.constant(params), tf.constant(gradient), velocity)

    assert "tf.zeros_like(params)" in check(MyMomentum).text


def test_a_rule_with_a_global_is_told_that_it_cannot_be_repeated():
    memory = {"v": np.zeros(2)}

    def momentum(p, g, s, lr=0.01, beta=0.9):
        memory["v"] = beta * memory["v"] - lr * g
        return p + memory["v"]

    assert "global variable" in check(momentum).text


def test_a_rule_that_draws_numbers_is_told_that_it_cannot_be_repeated():
    assert "at random" in check(lambda p, g, s, lr=0.01: p - lr * g * np.random.rand(), SGD).text  # noqa: NPY002


def test_a_list_for_the_pair_and_a_tuple_for_the_params_are_understood():
    assert check(lambda p, g, s, lr=0.01: [p - lr * g, s], SGD).right
    assert check(lambda p, g, s, lr=0.01: (tuple(p - lr * g), s), SGD).right
    assert check(lambda p, g, s, lr=0.01: tuple(p - lr * g), SGD).right


# ---- Nothing is left behind


@pytest.mark.parametrize("rule", [sgd_vector, raises, never_ends, leaves, calls_itself])
def test_a_tracer_that_was_there_is_there_again(rule):
    def tracer(frame, event, arg):
        return None

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        check(rule, SGD)
        after = sys.gettrace()
    finally:
        sys.settrace(before)
    assert after is tracer


def test_random_numbers_go_on_as_if_nothing_had_happened():
    def draw():
        return np.random.rand(), random.random(), float(tf.random.uniform([]))  # noqa: NPY002

    def seed():
        np.random.seed(1)  # noqa: NPY002
        random.seed(1)
        tf.random.set_seed(1)

    seed()
    expected = draw()
    seed()
    check(AdamInTensors, Adam)
    assert draw() == expected


def test_the_learners_own_object_is_left_as_it_is():
    mine = AdamInItself(lr=0.5)
    check(mine, Adam)
    assert (mine.lr, mine.t, mine.m.tolist(), mine.v.tolist()) == (0.5, 0, [0, 0], [0, 0])


def test_numpy_warns_as_before():
    check(lambda p, g, s, lr=0.01: np.sqrt(-p), SGD)
    with pytest.warns(RuntimeWarning, match="sqrt"):
        np.sqrt(np.array(-1.0))


# ---- The catalogue


@pytest.mark.parametrize("optimizer", optimizers.RULES)
def test_no_entry_of_the_catalogue_is_stale(optimizer):
    """Each fits its rule, or one of its forms: else the package and the catalogue have drifted apart."""
    forms = mistakes.forms(optimizer)
    made = {edit.name for form in forms for edit in mistakes.mistaken(optimizer, form)}
    made |= {edit.name for conventions in forms.values() for edit in conventions}
    names = {e.more.get("name", e.of) if isinstance(e, Seen) else e.name for e in mistakes.entries(optimizer)}
    assert names
    assert names <= made


@pytest.mark.usefixtures("without_xla")
@pytest.mark.parametrize("change", CATALOGUE, ids=IDS)
def test_a_changed_rule_runs_and_goes_another_way(change):
    """Within a few steps of the parabola; or where spikes come, signs change and much is forgotten."""
    same = change.name == "PyTorch's form"  # the rate is constant here
    assert any(parts(change, *where) for where in SHOWN_BY) is not same


def parts(change, *where):
    right, wrong = path_of_the_right_one(change.optimizer, *where), path_of(change.optimizer, change.rule(), *where)
    assert wrong.shape == right.shape
    return not np.allclose(wrong, right, rtol=1e-9, atol=0)


@functools.cache
def path_of_the_right_one(optimizer, problem, steps, rate):
    return path_of(optimizer, optimizer, problem, steps, rate)


def path_of(optimizer, rule, problem, steps, rate):
    return train(rule(**optimizer.probes()[0] | {"learning_rate": rate}), problem, steps).params


@pytest.mark.parametrize("optimizer", [Momentum, Nesterov])
def test_pytorchs_form_parts_where_the_rate_changes(optimizer):
    diagnosis = check(BY_NAME[optimizer, "PyTorch's form"].rule(), optimizer)
    assert diagnosis.found == ((BY_NAME[optimizer, "PyTorch's form"],),)


def test_damped_momentum_is_keras_form_with_another_rate():
    damped = BY_NAME[Momentum, "damped momentum"].rule()
    np.testing.assert_allclose(
        train(damped(learning_rate=0.01, momentum=0.9), ParabolaFit(), 50).params,
        train(Momentum(learning_rate=0.001, momentum=0.9), ParabolaFit(), 50).params,
        rtol=1e-10,
    )


@pytest.mark.parametrize("change", CATALOGUE, ids=IDS)
def test_the_words_of_an_entry_are_there_and_short(change):
    texts = [change.says] + ([change.sees, change.why, change.where] if isinstance(change, Mistake) else [])
    assert all(texts)
    assert len(change.says) < 240
    assert all(len(text) < 120 for text in texts[1:])
    assert "!" not in "".join(texts)
    assert not re.match(r"[a-z]{2}", change.says), "a sentence begins with a capital letter, or with a symbol"
    assert change.says.endswith(".")


def steps_on_a_slope(optimizer, name=None, slope=1000.0, steps=3000):
    """Lengths of a rule's steps down a slope that never ends, in units of the learning rate."""
    rule = (BY_NAME[optimizer, name].rule() if name else optimizer)(learning_rate=1.0)
    params, g = tf.zeros(1, tf.float64), tf.constant([slope], tf.float64)
    state, path = rule.init(params), [0.0]
    for _ in range(steps):
        params, state = rule.update(params, g, state)
        path.append(float(params[0]))
    return -np.diff(path)


@pytest.mark.parametrize(
    ("optimizer", "name", "at", "ratio"),
    [
        (Momentum, "the velocity of before", 1, 0),
        (RMSprop, "no (1 − ρ)", 5, 0.316),
        (Adam, "m̂ and v̂ stored", 10, 7e-8),
        (Adam, "m corrected by a product", 1, 0.01),
        (Adam, "v corrected by a product", 1, 1000),
        (Adam, "m corrected without the power", 100, 10),
        (Adam, "m not corrected", 1, 0.1),
        (Adam, "v not corrected", 1, 31.6),
        (Adam, "v not corrected", 10, 10),
        (Adam, "t never counts", 10, 2.07),
        (Adam, "no correction", 1, 3.16),
        (Adam, "no correction", 2, 4.25),
        (Adam, "no correction", 10, 6.53),
        (Adagrad, "no sum", 10, 3.16),  # η, where the right one has η/√10
    ],
)
def test_the_numbers_in_the_texts_are_those_of_a_run(optimizer, name, at, ratio):
    right, wrong = steps_on_a_slope(optimizer, steps=at), steps_on_a_slope(optimizer, name, steps=at)
    assert wrong[-1] / right[-1] == pytest.approx(ratio, rel=0.01 if ratio > 1e-6 else 0.1)


def test_an_adam_whose_t_never_counts_takes_a_third_of_a_step_in_the_end():
    assert steps_on_a_slope(Adam, "t never counts", steps=3000)[-1] == pytest.approx(0.316, rel=0.03)


def test_buffers_from_09_show_where_gradients_are_small_and_nowhere_else():
    assert steps_on_a_slope(Adam, "m starts at 0.9", 0.1, 1)[0] == pytest.approx(82, rel=0.01)
    assert steps_on_a_slope(Adam, "m starts at 0.9", -0.1, 1)[0] == pytest.approx(80, rel=0.01)  # down all the same
    assert steps_on_a_slope(Adam, "m starts at 0.9", 1e4, 1)[0] == pytest.approx(1, rel=0.01)
    assert steps_on_a_slope(Adam, "v starts at 0.9", 0.3, 1)[0] == pytest.approx(0.01, rel=0.01)
    assert steps_on_a_slope(Adam, "v starts at 0.9", 1e4, 1)[0] == pytest.approx(1, rel=0.01)
    assert steps_on_a_slope(RMSprop, "a buffer that starts at 0.9", 0.1, 1)[0] < 0.2
    assert steps_on_a_slope(RMSprop, "a buffer that starts at 0.9", 1e4, 1)[0] == pytest.approx(3.16, rel=0.01)


def test_momentum_counted_twice_is_plain_momentum_with_a_larger_rate():
    twice = BY_NAME[Nesterov, "momentum counted twice"].rule()
    np.testing.assert_allclose(
        train(twice(learning_rate=0.001, momentum=0.9), ParabolaFit(), 50).params,
        train(Momentum(learning_rate=0.0019, momentum=0.9), ParabolaFit(), 50).params,
        rtol=1e-9,
    )


@pytest.mark.parametrize(
    ("optimizer", "name", "low", "high"),
    [
        (SGD, "uphill", 1e6, np.inf),
        (SGD, "a's gradient for b", 80, 81),
        (Momentum, "nothing fades", 100, 2000),  # swings for ever
        (Momentum, "β on the gradient", 100, 2000),
        (Momentum, "the velocity of before", 1e6, np.inf),
        (Momentum, "the rate twice", 10, 1000),
        (Momentum, "the rate twice, for b", 30, 60),
        (Nesterov, "nothing fades", 0.2, 1),  # swings, and settles late
    ],
)
def test_the_loss_of_a_mistake_is_what_its_text_says_one_sees(optimizer, name, low, high):
    right = train(optimizer(learning_rate=0.001), ParabolaFit(), 400).loss
    wrong = train(BY_NAME[optimizer, name].rule()(learning_rate=0.001), ParabolaFit(), 400).loss
    assert right[-1] < 1.1
    assert low < wrong[-1] < high


TUTORIALS = [  # the table of mistakes really made: what concerns one of the six rules
    (Momentum, "the rate twice, for b"),
    (Momentum, "a buffer that starts at 0.9"),
    (Adam, "m starts at 0.9"),
    (Adam, "v starts at 0.9"),
    (Adagrad, "a product for a square"),
    (Adagrad, "a's root for b"),
    (RMSprop, "a's root for b"),
    (RMSprop, "the window the wrong way round"),
    (Adam, "m̂ and v̂ stored"),
]
ELSEWHERE = [
    (Adam, "m corrected by a product"),
    (Adam, "v corrected by a product"),
    (Adam, "m corrected without the power"),
    (Adam, "v corrected without the power"),
    (Adam, "the power of the difference, for m"),
    (Adam, "the power of the difference, for v"),
    (Adam, "t never counts"),
    (Adagrad, "ε outside of everything"),
    (RMSprop, "ε outside of everything"),
    (Adam, "ε outside of everything"),
    (Momentum, "one velocity for all"),
    (Nesterov, "momentum counted twice"),
    (Momentum, "β on the gradient"),
    (Adagrad, "the length of g"),
    (Adagrad, "the square of the sum"),
    (Adagrad, "no root"),
    (Momentum, "PyTorch's form"),
    (Momentum, "damped momentum"),
    (Nesterov, "Sutskever's form"),
    (Adagrad, "an accumulator from 0"),
    (Adagrad, "ε outside the root"),
    (RMSprop, "ε outside the root"),
    (Adam, "Keras's ε"),
    (Adam, "no correction"),
]


@pytest.mark.parametrize("entry", TUTORIALS)
def test_a_mistake_of_the_tutorial_is_in_the_catalogue_and_says_where_it_was_found(entry):
    assert BY_NAME[entry].where == TUTORIAL


@pytest.mark.parametrize("entry", ELSEWHERE)
def test_a_mistake_found_elsewhere_is_in_the_catalogue(entry):
    assert getattr(BY_NAME[entry], "where", "") != TUTORIAL


def test_no_other_entry_claims_to_be_the_tutorials():
    claimed = {key for key, change in BY_NAME.items() if getattr(change, "where", "") == TUTORIAL}
    assert claimed == set(TUTORIALS)


def test_numbers_that_differ_are_told_with_the_digits_that_tell():
    def nearly(params, gradient, state, learning_rate=0.01):
        return params - 1.000002 * learning_rate * gradient, state

    text = check(nearly, SGD).text
    mine, right = map(float, re.search(r"it is (\S+) and should be (\S+)\.(?:\n|$)", text).groups())
    assert 0 < abs(mine - right) < 1e-5 * abs(right)
