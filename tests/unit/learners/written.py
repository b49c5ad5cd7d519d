"""Any form of a rule with any mistakes in it, written as a learner would: other names, scalars, NumPy or TensorFlow."""

import re
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from optlearn.practice import mistakes, scalars
from optlearn.practice.program import InNumPy, Program, read
from optlearn.practice.trees import names_in

ALIASES = {
    "learning_rate": ("learning_rate", "lr", "eta", "alpha"),
    "momentum": ("momentum", "mu", "mom", "friction"),
    "rho": ("rho", "decay", "decay_rate", "beta"),
    "beta_1": ("beta_1", "beta1", "b1", "decay1"),
    "beta_2": ("beta_2", "beta2", "b2", "decay2"),
    "adam_beta_1": ("adam_beta_1", "beta1", "b1", "beta_1"),
    "adam_beta_2": ("adam_beta_2", "beta2", "b2", "beta_2"),
    "epsilon": ("epsilon", "eps"),
    "weight_decay": ("weight_decay", "wd", "lam"),
}
FACES = ("function", "class", "in itself")
BACKENDS = ("NumPy", "TensorFlow", "scalars")
HELPERS = {
    "sqrt": np.sqrt,
    "sign": np.sign,
    "exp": np.exp,
    "log": np.log,
    "abs": abs,
    "max": max,
    "min": min,
    "zero": np.float64(0),
    "one": np.float64(1),
}


@dataclass(frozen=True)
class Written:
    """A rule as a learner would write it, and what it is."""

    kind: type
    conventions: tuple
    mistakes: tuple
    style: str
    source: str
    rule: object

    def __str__(self):
        edits = [edit.name for edit in (*self.mistakes, *self.conventions)]
        return f"{self.kind.__name__}, {self.style}: {'; '.join(edits) or 'right'}"


def draw(rng, kind, wrong):
    """A rule of a kind in a form drawn at random, with so many mistakes."""
    forms = list(mistakes.forms(kind).items())
    form, conventions = forms[int(rng.integers(len(forms)))]
    made = []
    for _ in range(wrong):
        choices = [e for e in mistakes.mistaken(kind, form) if e.kind.rank < 2 and e not in made]
        targets = {target for edit in made for target, _ in edit.changes}
        choices = [e for e in choices if not targets & {target for target, _ in e.changes}]
        if not choices:
            break
        made.append(choices[int(rng.integers(len(choices)))])
        form = form.with_(made[-1].changes)
    numbers = {name: values for edit in conventions for name, values in edit.kind.numbers.items()}
    face, backend = rng.choice(FACES), rng.choice(BACKENDS)
    source, rule = write(kind, form, numbers, face, backend, rng)
    return Written(kind, conventions, tuple(made), f"{face}, {backend}", source, rule)


def write(kind, program, numbers, face, backend, rng):
    """A program as source, and what that source makes."""
    letters = read(kind).letters
    used = {n for _, text in program.parts for n in names_in(text)}
    used |= {letter for letter, field in letters.items() if field in {v[0] for v in numbers.values()}}
    names = {}
    for letter, field in letters.items():
        if letter in used and field in kind.hypers():
            taken = {*names.values(), *kind.hypers()} - {field}
            choices = [name for name in ALIASES.get(field, (field,)) if name not in taken]
            names[letter] = str(rng.choice(choices))
    fixed = {
        letter: getattr(kind, field) for letter, field in letters.items() if letter in used and letter not in names
    }
    fixed |= {letter: values[0] for letter, values in numbers.items() if not isinstance(values[0], str)}
    fixed = {letter: repr(float(value)) for letter, value in fixed.items()}
    fixed |= {
        letter: next(k for k, f in letters.items() if f == v[0])
        for letter, v in numbers.items()
        if isinstance(v[0], str)
    }
    header = ", ".join(f"{names[letter]}={getattr(kind, letters[letter])!r}" for letter in names)
    starts, body, result, kept = (_in_scalars if backend == "scalars" else _in_vectors)(program)
    lines = _face(face, header, names, fixed, starts, body, result, kept)
    source = "\n".join(lines) + "\n"
    module = read(kind).functions | {"tf": InNumPy} if backend != "TensorFlow" else _tensor_functions(kind)
    namespace = dict(module) | HELPERS | {"apart": np.array([-1.0, 0.0])}
    exec(compile(source, "<written>", "exec"), namespace)
    return source, namespace["rule"]


def _tensor_functions(kind):
    import sys

    return {**vars(sys.modules[kind.__module__]), "tf": tf}


def _in_vectors(program: Program):
    starts = dict(program.starts)
    body = [f"{target} = {_old(text)}" for target, text in program.lines]
    return starts, body, "θ", {field: _old(text) for field, text in program.kept.items()}


def _old(text):
    return re.sub(r"state\.(\w+)", r"\1_before", text)


def _in_scalars(program: Program):
    starts, body = {}, []
    for target, code in scalars.lines(program):
        if target.startswith("init."):
            for line in code:
                name, text = line.split(" = ", 1)
                starts[name] = text.replace("0.0", "zero", 1).replace("1.0", "one", 1) if text[0] in "01" else text
        else:
            body += code
    before = [f"{name} = {name}_before" for name in starts]
    body = ["a, b = params", "g_a, g_b = g", *before, *body]
    return starts, body, "a, b", {name: name for name in starts}


def _face(face, header, names, fixed, starts, body, result, kept):
    """The lines of a function, of a class with a state, or of a class that keeps it in itself."""
    own = [f"{letter} = {name}" for letter, name in names.items()] + [f"{k} = {v}" for k, v in fixed.items()]
    first = "a, b = params; " if result == "a, b" else ""
    make = f"{{{', '.join(f'{f!r}: {text}' for f, text in starts.items())}}}"
    unpack = [f"{field}_before = state[{field!r}]" for field in starts]
    store = f"{{{', '.join(f'{f!r}: {text}' for f, text in kept.items())}}}"
    returned = f"[{result}]" if result == "a, b" else result
    if face == "function":
        start = [f"if state is None: {first}state = {make}"]
        return [f"def rule(params, g, state{', ' + header if header else ''}):",
                *(f"    {line}" for line in (*own, *start, *unpack, *body, f"return {returned}, {store}"))]  # fmt: skip
    selves = [f"self.{name} = {name}" for name in names.values()] or ["pass"]
    own = [f"{letter} = self.{name}" for letter, name in names.items()] + [f"{k} = {v}" for k, v in fixed.items()]
    head = ["class rule:", f"    def __init__(self{', ' + header if header else ''}):",
            *(f"        {line}" for line in [*selves, "self.memory = None"])]  # fmt: skip
    if face == "class":
        init = [
            "    def init(self, params):",
            *(f"        {line}" for line in [*own, *first.split("; ")[:-1], f"return {make}"]),
        ]
        rest = [*own, *unpack, *body, f"return {returned}, {store}"]
        return [*head, *init, "    def update(self, params, g, state):", *(f"        {line}" for line in rest)]
    start = [*own, f"if self.memory is None: {first}self.memory = {make}", "state = self.memory"]
    rest = [*start, *unpack, *body, f"self.memory = {store}", f"return {returned}"]
    return [*head, "    def update(self, params, g, state):", *(f"        {line}" for line in rest)]
