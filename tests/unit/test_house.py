"""The house as a whole: what imports what, one name everywhere, and notebooks that keep their contract."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

from optlearn import optimizers, problems

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PACKAGE = ROOT / "optlearn"
SOURCES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
RULES = [path.stem for path in sorted((PACKAGE / "optimizers").glob("*.py")) if path.stem not in ("__init__", "base")]

EACH_SOURCE = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
EACH_NOTEBOOK = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)

# A part of the package may import from itself and from every floor below its own.
HOUSE = (
    ("quiet",),
    ("__init__", "agreement", "backend", "hints", "memory", "tunable", "typeset"),
    ("facts",),
    ("optimizers", "problems"),
    ("run", "loop", "lesson", "keras", "schedules"),
    ("training", "networks", "browser"),
    ("plotting", "evidence"),
    ("live",),
    ("practice",),
)
FLOORS = {part: floor for floor, parts in enumerate(HOUSE) for part in parts}
LOWEST = dict.fromkeys(("matplotlib", "seaborn"), "plotting")
LOWEST |= dict.fromkeys(("ipywidgets", "anywidget", "traitlets", "PIL"), "live")


def room(path: Path) -> str:
    """The part of the package a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """The full names of all that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: an import should say where from: optlearn.{node.module}"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def rooms_imported(path: Path) -> set[str]:
    """The parts of the package that a file imports from."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("optlearn.")}


# Imports


def test_the_imports_of_a_file_are_found_wherever_they_stand(tmp_path):
    file = tmp_path / "some.py"
    file.write_text("import a.b\nfrom optlearn import run\ndef f():\n    from optlearn.live.lab import Lab\n")
    assert imports(file) == {"a.b", "optlearn.run", "optlearn.live.lab.Lab"}
    assert rooms_imported(file) == {"run", "live"}


@EACH_SOURCE
def test_imports_go_down_only(path):
    assert room(path) in FLOORS, f"{room(path)} has no floor yet: give it one in HOUSE"
    wrong = {name for name in rooms_imported(path) - {room(path)} if FLOORS[name] >= FLOORS[room(path)]}
    assert not wrong, f"{room(path)} must not import {wrong}"


@EACH_SOURCE
def test_pictures_and_widgets_are_known_only_where_they_belong(path):
    libraries = {name.split(".")[0] for name in imports(path)}
    wrong = {name for name in libraries & LOWEST.keys() if FLOORS[room(path)] < FLOORS[LOWEST[name]]}
    assert not wrong, f"{room(path)} must not import {wrong}"


def test_every_file_of_the_package_can_be_read_in_one_go():
    files = [path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".js", ".css")]
    lengths = {path.relative_to(PACKAGE).as_posix(): len(path.read_text("utf-8").splitlines()) for path in files}
    assert len(files) > 150
    assert {name: length for name, length in lengths.items() if length > 300} == {}


@pytest.mark.parametrize("path", sorted((PACKAGE / "live").glob("*.py")), ids=lambda path: path.stem)
def test_live_draws_without_pyplot(path):
    assert not {name for name in imports(path) if name.startswith(("matplotlib.pyplot", "pylab", "seaborn"))}
    assert "pyplot" not in path.read_text("utf-8")
    assert "plt." not in path.read_text("utf-8")


def test_import_optlearn_makes_tensorflow_quiet_and_imports_nothing_heavy():
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
    script = (
        "import sys, os, optlearn; "
        f"print([os.environ.get(name) for name in {list(quiet)}], "
        "sorted({'tensorflow', 'keras', 'numpy', 'pandas', 'matplotlib', 'seaborn', 'ipywidgets'} & set(sys.modules)))"
    )
    bare = {name: value for name, value in os.environ.items() if name not in quiet}
    made = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=bare, capture_output=True, text=True)
    assert (made.stdout, made.stderr) == ("['3', '0'] []\n", "")
    loud = {**bare, "TF_CPP_MIN_LOG_LEVEL": "0"}
    made = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=loud, capture_output=True, text=True)
    assert made.stdout == "['0', '0'] []\n"  # what somebody has set stays


# One name everywhere


def test_every_optimizer_is_one_file_with_one_class_of_its_name():
    assert sorted(kind.__name__.lower() for kind in optimizers.RULES) == sorted(RULES)
    for kind in optimizers.RULES:
        assert kind.__module__ == f"optlearn.optimizers.{kind.__name__.lower()}"
        tree = ast.parse((PACKAGE / "optimizers" / f"{kind.__name__.lower()}.py").read_text("utf-8"))
        assert [node.name for node in tree.body if isinstance(node, ast.ClassDef)] == [kind.__name__]


@pytest.mark.parametrize("package", [optimizers, problems], ids=["optimizers", "problems"])
def test_all_lists_every_class_once_and_each_can_be_imported_by_its_name(package):
    base = package.Optimizer if package is optimizers else package.Problem
    listed = [kind.__name__ for kind in (*package.ALL, *package.MORE)]
    assert len(set(listed)) == len(listed)
    public = {name for name, value in vars(package).items() if isinstance(value, type) and issubclass(value, base)}
    assert public == {*listed, base.__name__}
    assert set(listed) < set(package.__all__)


def test_notebooks_have_a_number_each():
    numbers = [re.match(r"(\d\d)_", path.stem)[1] for path in NOTEBOOKS]
    assert len(set(numbers)) == len(numbers)
    assert numbers[0] == "00"


def teaches_a_rule(path: Path) -> bool:
    """Whether it is the lesson of one rule; the others look at several."""
    return "show_rule(" in "\n".join(code(path))


@EACH_NOTEBOOK
def test_the_notebook_of_an_optimizer_is_named_as_its_file_is(path):
    if not teaches_a_rule(path):
        return
    classes = {kind.__name__.lower(): kind.__name__ for kind in optimizers.RULES}
    name = path.stem[3:].replace("_", "")
    assert name in RULES
    assert f"show_rule({classes[name]})" in "\n".join(code(path))


@pytest.mark.parametrize("kind", optimizers.RULES, ids=lambda kind: kind.__name__)
def test_every_rule_is_shown_run_in_a_lab_and_beside_keras_in_one_notebook(kind):
    name = kind.__name__
    shown = [text for text in map("\n".join, map(code, NOTEBOOKS)) if f"show_rule({name})" in text]
    assert len(shown) == 1, f"`make missing RULE={name.lower()}` says where its notebook goes"
    (text,) = shown
    assert re.search(rf"Lab\(.*\b{name}\(", text)
    assert ("tf.keras.optimizers." in text) or not kind.facts.keras


def test_the_readme_lists_every_notebook_in_order():
    listed = re.findall(r"^\| \[(\w+)\]\(notebooks/(\w+)\.ipynb\) \| .+ \|$", README.read_text("utf-8"), re.MULTILINE)
    assert listed == [(path.stem, path.stem) for path in NOTEBOOKS]


# The contract of a notebook: that of a lesson is in test_lessons.py; what stands here holds for all


def cells(path: Path) -> list:
    """The cells of the lesson, without the one that all notebooks begin with: of that, see tools/first_cell.py."""
    return [cell for cell in nbformat.read(path, as_version=4).cells if not cell.source.startswith("# @title Setup")]


def code(path: Path) -> list[str]:
    return [cell.source for cell in cells(path) if cell.cell_type == "code"]


def calls(path: Path) -> list[str]:
    """The names of the functions that the code of a notebook calls, and "assert" for each assert."""
    found = []
    for source in code(path):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Assert):
                found.append("assert")
            elif isinstance(node, ast.Call):
                found.append(ast.unparse(node.func))
    return found


@EACH_NOTEBOOK
def test_a_notebook_begins_with_its_title_its_claim_and_the_place_of_its_launch_link(path):
    title = cells(path)[0]
    assert title.cell_type == "markdown"
    assert title.source.startswith("# ")
    assert title.source.count("<!-- badge -->") == title.source.count("<!-- /badge -->") == 1
    assert re.search(r"\*\*[^*]+\*\*", title.source), "no claim in bold"
    assert sum(bool(re.match("# ", cell.source)) for cell in cells(path) if cell.cell_type == "markdown") == 1


@EACH_NOTEBOOK
def test_a_notebook_sums_up_in_three_lines(path):
    (summary,) = [cell.source for cell in cells(path) if cell.source.startswith("## In three lines")]
    assert len(re.findall(r"^- ", summary, re.MULTILINE)) == 3


@EACH_NOTEBOOK
def test_a_notebook_has_a_lab_and_asserts_what_it_claims(path):
    called = calls(path)
    assert {"Lab", "Race", "beside"} & set(called)
    asserts = [name for name in called if name == "assert" or name.startswith("np.testing.assert_")]
    assert len(asserts) >= 5


@EACH_NOTEBOOK
def test_every_cell_has_its_place_in_the_lecture(path):
    kinds = {"slide", "subslide", "fragment", "skip", "notes", "-"}
    assert [index for index, cell in enumerate(cells(path)) if cell.metadata.slideshow.slide_type not in kinds] == []


@EACH_NOTEBOOK
def test_every_verdict_is_asserted_right_and_wrong(path):
    """Each exercise of the notebook is judged by it, on an answer that is right and on one that is wrong."""
    text = "\n".join(code(path))
    names = re.findall(r"^(\w+) = (?:Predict|Challenge)\(", text, re.MULTILINE)
    assert len(names) == len(set(names)) >= 3
    for name in names:
        judged = "\n".join(line for line in text.splitlines() if f"{name}.judge(" in line and "assert" in line)
        assert judged, f"{name} is never judged"
        assert "not " in judged or "False" in judged, f"{name} is never judged wrong"
        assert re.search(rf"(?<!not ){name}\.judge\(", judged), f"{name} is never judged right"


# Links


def links(text: str) -> list[str]:
    """The targets of the links and pictures of a page that point to a file of the repository."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)[^)]*\)", text) + re.findall(r"(?:src|href)=\"([^\"]+)\"", text)
    return [target for target in targets if not re.match(r"[a-z]+:|#", target)]


def test_links_to_files_are_told_from_others():
    text = '[a](b.md) ![c](d/e.png "title") [f](https://g.h) [i](#j) <img src="k.png"> `[l](m)` [n](o.md#p)'
    assert links(text) == ["b.md", "d/e.png", "o.md#p", "k.png"]


PAGES = [*sorted(ROOT.glob("*.md")), *NOTEBOOKS]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_to_one(path):
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        text = "\n\n".join(cell.source for cell in cells(path) if cell.cell_type == "markdown")
    broken = [link for link in links(text) if not (path.parent / unquote(link.split("#")[0])).exists()]
    assert broken == []


def test_the_readme_and_the_first_notebook_link_to_every_notebook():
    assert len([link for link in links(README.read_text("utf-8")) if link.endswith(".ipynb")]) >= len(NOTEBOOKS)
    text = "\n".join(cell.source for cell in cells(NOTEBOOKS[0]))
    assert {path.name for path in NOTEBOOKS[1:]} <= set(links(text))
