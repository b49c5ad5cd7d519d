"""What a notebook shows of a rule: its formula as mathematics, which computes what the code below it computes."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pytest
import tensorflow as tf

from optlearn.lesson import formula, show_rule, show_source
from optlearn.optimizers import RULES, SGD, Adam, Optimizer
from optlearn.typeset import Line, Term, latex, parse, symbol

EACH_RULE = pytest.mark.parametrize("kind", RULES, ids=lambda kind: kind.__name__)
MATRICES = ("Adafactor", "Muon")  # their formula is that of a matrix

# What the formulas say, computed


def compute(term: Term, names: dict):
    """The value of a tree, with numbers for its letters."""
    kind, parts = term
    if kind == "number":
        return 0.5 if parts[0] == "½" else float(parts[0])
    if kind == "name":
        return names[parts[0]]
    if kind == "power" and parts[1] == Term("name", ("T",)):
        return compute(parts[0], names).T
    if kind == "call":
        return FUNCTIONS[parts[0]](*(compute(each, names) for each in parts[1:]))
    return OPERATIONS[kind](*(compute(each, names) for each in parts))


def times(x, y):
    """Matrices are multiplied as such where the formula of Muon does it: square ones, from the left."""
    square = np.ndim(x) == 2 and np.shape(x)[1] == np.shape(y)[0]
    return x @ y if square else x * y


def power(x, exponent):
    return x @ x if np.ndim(x) == 2 and len(x) == x.shape[1] else x**exponent


OPERATIONS = {
    "+": np.add,
    "−": np.subtract,
    "·": times,
    "/": np.divide,
    "power": power,
    "root": np.sqrt,
    "negative": np.negative,
    "either": lambda x: (-x, x),
    "absolute": np.abs,
    "norm": np.linalg.norm,
    "group": lambda x: x,
}
FUNCTIONS = {
    "max": np.maximum,
    "min": np.minimum,
    "sign": np.sign,
    "clip": lambda z, ends: np.clip(z, *ends),
    "rowmean": lambda x: x.mean(axis=1, keepdims=True),
    "colmean": lambda x: x.mean(axis=0, keepdims=True),
    "mean": np.mean,
    "RMS": lambda x: np.sqrt(np.mean(x**2)),
}


def carry_out(line: Line, names: dict, step: int) -> None:
    """One line: its statement, and the one behind it as often as the words say; in the step that they name."""
    if "in the first step" in line.words and step > 0:
        return
    times = 5 if "five times" in line.words else 0
    for statement in [line.statement] + [line.then] * times:
        target, value = statement.parts
        names[target.parts[0]] = compute(value, names)


def plain_to_see(kind: type[Optimizer]) -> Optimizer:
    """The rule with numbers so large that none of them is lost beside the others."""
    small = [name for name in kind.hypers() if name.startswith("epsilon") or "regularization" in name or name == "beta"]
    other = {"weight_decay": 0.5, "warmup_steps": 4} | dict.fromkeys(small, 0.01)
    return kind(learning_rate=0.1, **{name: value for name, value in other.items() if name in kind.hypers()})


def letter(name: str) -> str:
    """What a formula calls a field of the state: m₁ what the code has to call m1, and g′ the gradient before."""
    return "g′" if name == "before" else name.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def walk(kind: type[Optimizer], lines: list[str]) -> dict[str, float]:
    """How far the parameters and each field of the state part in six steps: the formula's from the code's.

    A formula calls a field as the code does, with m₁ for m1 and g′ for before. A line may hold `in the first step`.
    """
    shape = (3, 4) if kind.__name__ in MATRICES else (5,)
    random = np.random.default_rng(1)
    rule, parsed, apart = plain_to_see(kind), [parse(line) for line in lines], {}
    θ = random.normal(size=shape)
    lift = (lambda x: tf.constant(x)[None]) if len(shape) == 2 else tf.constant
    names = {unicodedata.normalize("NFD", about.symbol): getattr(rule, name) for name, about in rule.hypers().items()}
    params, state = lift(θ), rule.init(lift(θ))
    lower = (lambda x: np.asarray(x)[0]) if len(shape) == 2 else np.asarray
    whole = {name for name, value in state._asdict().items() if value.shape.rank == 0}
    names |= {letter(name): float(x) if name in whole else lower(x) for name, x in state._asdict().items()}
    names |= {"θ": θ, "rows": shape[0], "columns": shape[-1]}
    names |= {"p": rule.learning_rate_power} if hasattr(rule, "learning_rate_power") else {}
    for step in range(6):
        g = random.normal(size=shape)
        params, state = rule.update(params, lift(g), state)
        names["g"] = g
        for line in parsed:
            carry_out(line, names, step)
        apart.setdefault("θ", []).append(np.abs(names["θ"] - lower(params)).max())
        for name, value in state._asdict().items():
            if name in {"v", "t"} and kind.__name__ == "Muon":  # the state of what is no matrix
                continue
            far = np.abs(names[letter(name)] - (np.asarray(value) if name in whole else lower(value))).max()
            apart.setdefault(letter(name), []).append(far)
    return {name: np.max(far) for name, far in apart.items()}  # NaN where there is one


@EACH_RULE
def test_the_formula_of_a_rule_computes_what_its_code_computes(kind):
    tolerance = 1e-7 if kind.__name__ == "Muon" else 1e-12  # Muon's code adds 1e-7 to a norm
    assert {name: far for name, far in walk(kind, formula(kind)).items() if not far < tolerance} == {}


@EACH_RULE
def test_a_wrong_sign_in_any_line_of_a_formula_is_found(kind):
    lines = formula(kind)
    for place, line in enumerate(lines):
        head = line.split("  ")[0].split(", ")[0]
        for sign in re.finditer(r" [+−] ", head):
            swapped = line[: sign.start()] + (" − " if "+" in sign[0] else " + ") + line[sign.end() :]
            with np.errstate(all="ignore"):
                apart = walk(kind, [*lines[:place], swapped, *lines[place + 1 :]])
            if kind.__name__ == "Lamb" and "1 + β₁ᵗ" in swapped:
                continue  # φ takes any factor out of r again
            assert not np.max([*apart.values()]) < 1e-9, f"nobody would notice {swapped!r}"


# What is shown


@EACH_RULE
def test_a_rule_is_shown_as_aligned_mathematics_its_letters_and_its_live_source(kind):
    shown = show_rule(kind).data
    whole = re.fullmatch(r"\$\$\n(.+)\n\$\$\n\n(.+)\n\n(```python\n.+```)", shown, re.DOTALL)
    mathematics, letters, code = whole.groups()
    assert mathematics.startswith("\\begin{aligned}\n")
    assert mathematics.endswith("\n\\end{aligned}")
    lines = mathematics.splitlines()[1:-1]
    assert len(lines) == len(formula(kind))
    for line in lines:
        assert line.count("&") == 1
        assert line.isascii(), f"a letter has no LaTeX yet: {line}"
        assert line.count("{") == line.count("}")
    for name, about in kind.hypers().items():
        if about.symbol != name:
            assert re.search(rf"\$({re.escape(symbol(about.symbol))}|\\eta_0)\$ is `{name}`", letters)
    assert "def update(self, params, g, state):" in code
    assert "    θ = " in code
    assert shown == show_rule(kind).data


def test_adam_is_set_as_in_the_paper():
    last, first = formula(Adam)[-1], formula(Adam)[1]
    assert latex(parse(first)) == r"m &\leftarrow \beta_1\,m + (1 - \beta_1)\,g"
    assert latex(parse(last)) == r"\theta &\leftarrow \theta - \frac{\eta\,\hat{m}}{\sqrt{\hat{v}} + \varepsilon}"


@pytest.mark.parametrize(
    ("line", "set_as"),
    [
        ("x = a / (b + c)·d", r"x &= \frac{a}{b + c}\,d"),
        ("x = a / (b / c)", r"x &= \frac{a}{b / c}"),
        ("x = (a / b) / c", r"x &= \frac{a / b}{c}"),
        ("x = g₁₀ + v₁", r"x &= g_{10} + v_1"),
        ("x = √(v / (1 − β₂ᵗ))", r"x &= \sqrt{\frac{v}{1 - \beta_2^{t}}}"),
        ("x = 2·3·n′", r"x &= 2 \cdot 3\,n'"),
        ("x = ½·0.96ᵗ⁺¹", r"x &= \tfrac{1}{2} \cdot 0.96^{t + 1}"),
        ("x = −(XXᵀ)²·|g|", r"x &= -(X\,X^{\mathsf{T}})^{2}\,|g|"),
        ("û ← max(û, sign(v̂))", r"\hat{u} &\leftarrow \max(\hat{u}, \operatorname{sign}(\hat{v}))"),
        ("x = g, or 1 where it is 0", r"x &= g\text{, or 1 where it is 0}"),
    ],
)
def test_lines_are_set_as_one_would_write_them(line, set_as):
    assert latex(parse(line)) == set_as


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("x = a # b", "cannot read '#'"),
        ("x = (a + b", "'the end' in place of \\)"),
        ("x + a", "'\\+' in place of ← or ="),
        ("x = a)", "'\\)' is left over"),
    ],
)
def test_a_line_that_cannot_be_read_says_where(line, complaint):
    with pytest.raises(ValueError, match=complaint):
        parse(line)


def test_a_rule_without_a_formula_says_what_its_docstring_needs():
    class Bare(SGD):
        """Only a sentence."""

    with pytest.raises(ValueError, match="Bare has no formula to show: its docstring needs"):
        show_rule(Bare)


def test_the_source_of_a_function_is_the_one_that_runs():
    assert show_source(formula).data.startswith("```python\ndef formula(optimizer")
