"""Any form of any rule, with any mistake or two in it, under other names and in other styles: judged, and named.

A fifth of the programs by default, which takes about a minute; all 500 by `OPTLEARN_PROGRAMS=500`.
"""

import os
from collections import Counter
from importlib import import_module

import numpy as np
import pytest

from optlearn import optimizers
from optlearn.optimizers import AdamW, Muon
from optlearn.practice import check, mistakes
from optlearn.practice.bench import Bench
from optlearn.practice.program import read
from tests.unit.learners.written import draw, write

SHARE = int(os.environ.get("OPTLEARN_PROGRAMS", "100")) / 500
PROGRAMS = {wrong: round(number * SHARE) for wrong, number in {0: 200, 1: 230, 2: 70}.items()}  # by the mistakes in it
TWIN = "Not wrong if the gradient"  # right or wrong by what it is called with, which no name in these rules tells
LEAST = {1: 0.9, 2: 0.7}  # the share of them that has to be named


@pytest.fixture(scope="module")
def judged():
    """Rules drawn at random, and what was found."""
    rng = np.random.default_rng(2026)
    rows = []
    for wrong, number in PROGRAMS.items():
        while sum(len(rule.mistakes) == wrong for rule, _ in rows) < number:
            kind = optimizers.RULES[int(rng.integers(len(optimizers.RULES)))]
            rule = draw(rng, kind, wrong)
            if len(rule.mistakes) == wrong and not (wrong and does_what_a_right_one_does(rule)):
                rows.append((rule, check(rule.rule, kind)))
    return rows


def does_what_a_right_one_does(rule):
    """Whether the mistakes make no difference, or lead to another right form, by more gradients than `check` has.

    A number that a rule does not use is no argument of it, and so at its default: without λ₁ it is right for λ₁ = 0.
    """
    program = read(rule.kind).program
    for edit in (*rule.conventions, *rule.mistakes):
        program = program.with_(edit.changes)
    rng, (paths, steps) = np.random.default_rng(5), (20, 25)
    params, gradients = rng.normal(size=(2, paths, steps, 2))
    gradients[:4, :3] = 0
    letters, values = read(rule.kind).letters, rule.kind.probes()[1]
    values = {f: value for k, f in letters.items() if k in program.names and (value := values.get(f)) is not None}
    numbers = {k: np.full((1, 1, 1), values.get(f, getattr(rule.kind, f))) for k, f in letters.items()}
    rate = next(letter for letter, field in letters.items() if field == "learning_rate")
    numbers[rate] = np.where(np.arange(steps) < 12, 0.1, 0.01)[None, :, None]
    bench = Bench(params, gradients, numbers, read(rule.kind).functions)
    with np.errstate(all="ignore"):
        mine = theta(bench, letters, program, rule.conventions)
        return any(
            np.allclose(mine, theta(bench, letters, form, conventions), rtol=1e-8, atol=1e-12, equal_nan=True)
            for form, conventions in mistakes.forms(rule.kind).items()
        )


def theta(bench, letters, program, conventions):
    """Where a program leads; a number of its own has its usual value, or that of the number that it names."""
    numbers = {name: values[0] for edit in conventions for name, values in edit.kind.numbers.items()}
    by_field = {field: letter for letter, field in letters.items()}
    bench.give({name: bench.given[by_field[v]][1] if isinstance(v, str) else v for name, v in numbers.items()})
    return np.broadcast_to(bench.run(program)["θ"][1], bench.given["params"][1].shape)


def is_named(diagnosis):
    return bool(diagnosis.found) or "step for step, and not" in diagnosis.text


def test_no_right_rule_is_refused(judged):
    refused = [(str(rule), found.text, rule.source) for rule, found in judged if not rule.mistakes and not found.right]
    assert not [row for row in refused if TWIN not in row[1]]


def test_no_wrong_rule_is_accepted(judged):
    accepted = [(str(rule), found.text, rule.source) for rule, found in judged if rule.mistakes and found.right]
    assert not accepted


@pytest.mark.parametrize("wrong", [1, 2])
def test_mistakes_are_named(judged, wrong):
    rows = [(rule, found) for rule, found in judged if len(rule.mistakes) == wrong]
    unknown = [f"{rule}\n      {found.text.splitlines()[0]}" for rule, found in rows if not is_named(found)]
    print(f"\n{len(rows) - len(unknown)} of {len(rows)} rules with {wrong} mistake(s) are named. Not named:")
    print("\n".join(unknown))
    assert len(unknown) <= (1 - LEAST[wrong]) * len(rows), "\n".join(unknown)


def test_every_style_and_every_optimizer_is_among_them(judged):
    assert len(Counter(rule.style for rule, _ in judged)) == 9
    assert {rule.kind for rule, _ in judged} == set(optimizers.RULES)


# ---- Numbers


class First:
    """Draws what comes first."""

    def choice(self, options):
        return options[0]


HYPERS = [(kind, letter) for kind in optimizers.RULES for letter, f in read(kind).letters.items() if f in kind.hypers()]


@pytest.mark.parametrize(("kind", "letter"), HYPERS, ids=lambda v: getattr(v, "__name__", v))
def test_a_literal_in_place_of_any_number_is_found(kind, letter):
    program, default = read(kind).program, getattr(kind, read(kind).letters[letter])
    named = tuple((t, text) for t, text in program.parts if letter in text)
    source, _ = write(kind, program, {}, "function", "NumPy", First())
    assert named
    fixed = source.replace(f"    {letter} = ", f"    {letter} = {default!r} + 0 * ", 1)
    namespace = {**read(kind).functions, "np": np}
    exec(compile(fixed, "<fixed>", "exec"), namespace)
    found = check(namespace["rule"], kind)
    assert not found.right
    assert f"The number {default:g} stands in the code" in found.text or (letter == "λ1" and "not use λ₁" in found.text)


def test_a_right_muon_is_right_with_any_numbers():
    for values in ({"adam_beta_1": 0.5}, {"adam_beta_1": 0.2, "adam_beta_2": 0.7, "weight_decay": 0.3}):
        assert check(Muon(**values), Muon).right
        assert check(AdamW(**{k.replace("adam_", ""): v for k, v in values.items()}), Muon).right


@pytest.mark.parametrize("kind", optimizers.RULES)
def test_probe_values_leave_no_number_at_its_default_and_no_two_alike(kind):
    first, second = kind.probes()
    assert set(first) == set(second) == set(kind.hypers())
    for name, about in kind.hypers().items():
        assert about.allows(first[name])
        assert about.allows(second[name])
        assert len({first[name], second[name], getattr(kind, name)}) == 3
    for values in (first, second):
        assert len(set(values.values())) == len(values)


# ---- What the docstrings say others do


DIFFERS = {  # of each clause under "Differs from": the convention, or the number that is given to the rule. Who is not
    # here has the conventions of the file in the catalogue.
    "SGD": (),
    "Momentum": ("PyTorch's form", "damped momentum"),
    "Nesterov": ("Sutskever's form",),
    "Adagrad": ("an accumulator from 0", "ε outside the root"),
    "RMSprop": ("ε outside the root", {"rho": 0.99}),
    "RMSpropCentered": ("Graves's momentum", {"epsilon": 1e-4}, "ε outside the root"),
    "RMSpropMomentum": ("PyTorch's form", "ε outside the root"),
    "Adadelta": ({"learning_rate": 1.0}, "the paper's form", {"rho": 0.9}, {"epsilon": 1e-6}),
    "Adam": ("Keras's ε", {"epsilon": 1e-8}),
    "AMSGrad": ("the paper's form", "the paper's ε", "Optax's form", "Keras's ε"),
    "AdamW": ("the paper's decay", {"weight_decay": 0.01}, "Keras's ε"),
    "Adamax": ("the paper's form", "PyTorch's ε"),
    "Nadam": ("PyTorch's schedule", "no schedule"),
    "Ftrl": ("the paper's λ₂", {"beta": 1.0}, "another power", {"l2_shrinkage_regularization_strength": 0.1}),
    "Lion": ("Optax's decay",),
    "Lamb": ("the paper's decay",),  # another function of ‖θ‖ that is ‖θ‖ where it is tried is right
    "Adafactor": ({"learning_rate": 0.01},),
    "Muon": (),  # decay and factor concern matrices, and what is judged are vectors
    "ScheduleFreeAdamW": ({"weight_decay": 0.01},),
}


@pytest.mark.parametrize("kind", optimizers.RULES)
def test_what_a_docstring_says_under_differs_from_is_a_convention(kind):
    conventions = {c[0].name: (form, c[0]) for form, c in reversed(mistakes.forms(kind).items()) if len(c) == 1}
    of_its_file = import_module(f"optlearn.practice.catalogue.{kind.__name__.lower()}").ENTRIES
    own = tuple(entry.name for entry in of_its_file if getattr(entry, "right", False))
    for differs in DIFFERS.get(kind.__name__, own):
        values = differs if isinstance(differs, dict) else {}
        program, numbers = read(kind).program, {}
        if not values:
            program, numbers = conventions[differs][0], conventions[differs][1].kind.numbers
        source, rule = write(kind, program, numbers, "function", "NumPy", First())
        for name, value in values.items():  # fixed in the code, and no argument any more
            source = source.replace(f"{name}={getattr(kind, name)!r}", "", 1).replace(
                f"= {name}\n", f"= {value!r}\n", 1
            )
            source = source.replace(", , ", ", ").replace(", )", ")")
            exec(compile(source, "<fixed>", "exec"), namespace := {**read(kind).functions})
            rule = namespace["rule"]
        found = check(rule, kind)
        twin = TWIN in found.text
        assert found.right or twin, (differs, found.text, source)
        assert values or conventions[differs][1].says in found.text
