"""How the project reaches people: the package, its dependencies, the first cell, the first minute, the workflows."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import io
import os
import pkgutil
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace

import ipywidgets
import keras
import nbformat
import pytest
import yaml
from nbformat import v4
from packaging.requirements import Requirement
from packaging.version import Version

import optlearn
from optlearn.lesson import keras_has
from optlearn.live.shown import Shown
from optlearn.practice import Challenge, Predict, progress
from tests import needs
from tests.benchmarks.table import Row, Table

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
CALLED_OTHERWISE = {"PIL": "pillow", "IPython": "ipython"}  # by those who import them


# The package


@pytest.fixture
def built(tmp_path, tool):
    """A function that makes an sdist and a wheel of the tree, without some files, and finds their faults."""
    dist = tool("dist")
    tree = [path.relative_to(ROOT).as_posix() for path in (ROOT / "optlearn").rglob("*") if path.is_file()]
    tree = [name for name in tree if "__pycache__" not in name]
    version = optlearn.__version__
    metadata = f"Version: {version}\nLicense-Expression: MIT\nClassifier: Topic :: Education\n"

    def faults(left_out: str = "", extra: str = "", metadata: str = metadata) -> list[str]:
        sdist, wheel = tmp_path / f"optlearn-{version}.tar.gz", tmp_path / f"optlearn-{version}-py3-none-any.whl"
        names = [name for name in tree if name != left_out] + ([extra] if extra else [])
        with zipfile.ZipFile(wheel, "w") as file:
            for name in names:
                file.writestr(name, "")
            file.writestr(f"optlearn-{version}.dist-info/METADATA", metadata)
            file.writestr(f"optlearn-{version}.dist-info/licenses/LICENSE", "")
        with tarfile.open(sdist, "w:gz") as file:
            for name in [*names, "LICENSE", "README.md", "pyproject.toml"]:
                file.addfile(tarfile.TarInfo(f"optlearn-{version}/{name}"), io.BytesIO())
        return list(dist.find_faults(sdist, wheel))

    return faults


def test_a_whole_package_has_no_faults(built):
    assert built() == []


@pytest.mark.parametrize("name", ["optlearn/practice/predict.js", "optlearn/live/lab.css", "optlearn/run.py"])
def test_a_forgotten_file_is_missed_in_the_wheel_and_in_the_sdist(built, name):
    if not (ROOT / name).exists():
        pytest.fail(f"{name} is gone: name another file of its kind here")
    assert built(left_out=name) == [f"{name} is not in the wheel", f"{name} is not in the sdist"]


def test_what_does_not_belong_into_the_package_is_noticed(built):
    assert built(extra="tests/secret.py") == ["tests/secret.py is in the wheel by mistake"]


def test_a_wheel_says_its_version_its_licence_and_what_it_is_for(built):
    found = built(metadata="Version: 9\n")
    assert found == [
        f"Version is 9, not {optlearn.__version__}",
        "License-Expression is None, not MIT",
        "there are no classifiers",
    ]


def test_the_version_stands_in_one_place():
    assert PROJECT["dynamic"] == ["version"]
    assert PYPROJECT["tool"]["setuptools"]["dynamic"]["version"]["attr"] == "optlearn.__version__"
    assert re.fullmatch(r"\d+\.\d+\.\d+", optlearn.__version__)


# What it needs


def imported() -> set[str]:
    """The names of the libraries that the package imports, wherever in it."""
    names = set()
    for path in (ROOT / "optlearn").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module)
    return {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {"optlearn"}


def test_dependencies_are_what_the_package_imports():
    wanted = {CALLED_OTHERWISE.get(name, name) for name in imported()}
    assert wanted == {Requirement(text).name for text in PROJECT["dependencies"]}


def test_every_dependency_has_a_floor_no_higher_than_the_version_that_is_installed(tool):
    floors = tool("lowest").floors()
    assert set(floors) == {Requirement(text).name for text in PROJECT["dependencies"]}
    pins = {name.replace("-cpu", ""): version for name, version in tool("fresh").pins().items()}
    assert set(pins) - set(floors) == {"jupyterlab", "ipykernel"}
    assert all(Version(floors[name]) <= Version(pins[name]) for name in set(pins) & set(floors))


def test_an_environment_for_notebooks_is_an_extra():
    assert {Requirement(text).name for text in PROJECT["optional-dependencies"]["lab"]} >= {"jupyterlab", "ipykernel"}
    assert "jupyterlab" not in imported()


def test_a_version_of_keras_without_a_class_is_named_in_a_line(monkeypatch, capsys):
    assert keras_has("Adam")
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(keras, "__version__", "3.9.0")
    monkeypatch.delattr(keras.optimizers, "Adam")
    assert keras_has("SGD")
    assert keras_has("SGD", since="3.9")
    assert capsys.readouterr().out == ""
    assert not keras_has("Adam")
    assert not keras_has("SGD", since="3.10")
    assert capsys.readouterr().out.splitlines() == [
        "Keras 3.9.0 has no Adam: the comparison with it is left out.",
        "Keras 3.9.0 has no SGD as it is from 3.10 on: the comparison with it is left out.",
    ]


def widgets() -> list[type]:
    """Every class of widget in the package."""
    for module in pkgutil.walk_packages(optlearn.__path__, "optlearn."):
        importlib.import_module(module.name)
    kinds = ipywidgets.Widget.__subclasses__()
    for kind in kinds:
        kinds += kind.__subclasses__()
    return sorted({kind for kind in kinds if kind.__module__.startswith("optlearn.")}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", widgets(), ids=lambda kind: kind.__name__)
def test_every_widget_is_shown_alike_by_ipywidgets_7_and_8(kind):
    """ipywidgets 7 has `_ipython_display_`, which IPython asks first: past our stills and words."""
    assert issubclass(kind, Shown)
    assert kind._ipython_display_ is None
    assert kind.__mro__.index(Shown) < kind.__mro__.index(ipywidgets.Widget)


def test_what_a_widget_shows_has_the_live_view_and_words():
    question = Predict("Which?", ["this", "that"], "A", why=["yes", "no"], counts=False)
    for widget in (question, progress()):
        bundle = widget._repr_mimebundle_()
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
        assert data["text/plain"]
    assert issubclass(Challenge, Shown)


# TensorFlow's log


LOUD = """\
import os
os.write(2, b"Could not find cuda drivers")
import tensorflow.more
if os.environ.get("BROKEN"):
    raise ImportError("broken")
"""


@pytest.fixture
def import_loud_tensorflow(tmp_path):
    """A function that imports optlearn and a stand-in for TensorFlow that writes to stderr as its C++ does."""
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").write_text(LOUD)
    (tmp_path / "tensorflow" / "more.py").touch()

    def run(script: str = "", **variables: str) -> subprocess.CompletedProcess:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
        environment |= {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", **variables}
        command = [sys.executable, "-c", f"import optlearn, tensorflow, sys\n{script}"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)

    return run


def test_nothing_of_what_tensorflow_says_while_it_is_imported_is_heard(import_loud_tensorflow):
    assert import_loud_tensorflow().stderr == ""
    assert import_loud_tensorflow("print('after', file=sys.stderr)").stderr == "after\n"
    assert import_loud_tensorflow("print(tensorflow.__spec__.name)").stdout == "tensorflow\n"


def test_who_asks_for_the_log_gets_it_and_errors_come_through(import_loud_tensorflow):
    assert "cuda" in import_loud_tensorflow(TF_CPP_MIN_LOG_LEVEL="0").stderr
    broken = import_loud_tensorflow(BROKEN="1")
    assert broken.returncode == 1
    assert "ImportError: broken" in broken.stderr


# The first cell


@pytest.fixture
def first_cell(tool):
    return tool("first_cell")


@pytest.fixture
def run_first_cell(first_cell, monkeypatch):
    """A function that runs the cell as it would run elsewhere; returns what pip was called with."""

    def run(source: str, *, there: bool, colab: bool = False, pip_fails: bool = False) -> list[str]:
        called: list[str] = []

        def pip(command, **options):
            called.extend(command)
            return SimpleNamespace(returncode=int(pip_fails))

        monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if there else None)
        monkeypatch.setattr(subprocess, "run", pip)
        if colab:
            monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
        exec(first_cell.CELL.format(source=source), {})
        return called

    return run


ADDRESS = "https://example.org/optlearn.zip"


def test_where_optlearn_is_the_first_cell_does_nothing(run_first_cell, capsys):
    for colab in (False, True):
        assert run_first_cell(ADDRESS, there=True, colab=colab) == []
    assert capsys.readouterr() == ("", "")


def test_on_colab_the_first_cell_installs_optlearn_from_the_address_of_the_project(run_first_cell, capsys):
    assert run_first_cell(ADDRESS, there=False, colab=True)[-2:] == ["--quiet", ADDRESS]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("source", "more", "said"),
    [
        (ADDRESS, {}, f"pip install {ADDRESS}"),
        (ADDRESS, {"colab": True, "pip_fails": True}, f"pip install {ADDRESS}"),
        ("", {}, "make lab"),
        ("", {"colab": True}, "make lab"),
    ],
    ids=["a notebook alone", "Colab, but pip fails", "no address yet", "no address yet, Colab"],
)
def test_where_optlearn_cannot_be_had_one_line_says_what_to_do(run_first_cell, source, more, said):
    with pytest.raises(ImportError) as caught:
        run_first_cell(source, there=False, **more)
    (line,) = caught.value._render_traceback_()  # all that IPython shows
    assert "\n" not in line
    assert said in line


def test_nothing_is_installed_by_a_bare_name_that_anybody_could_take(run_first_cell):
    with pytest.raises(ImportError):
        assert run_first_cell("", there=False, colab=True) == []


def test_the_first_cell_comes_before_all_code_once_and_folded(first_cell):
    old = v4.new_code_cell("# @title Setup: as it was once", execution_count=2)
    cells = [v4.new_markdown_cell("# T"), v4.new_code_cell("1", execution_count=1), old, v4.new_code_cell("2")]
    notebook = v4.new_notebook(cells=cells)
    first_cell.put(notebook)
    assert [cell.source for cell in notebook.cells] == ["# T", first_cell.text(), "1", "2"]
    assert [cell.get("execution_count") for cell in notebook.cells] == [None, 1, 2, None]
    assert [cell.id for cell in notebook.cells] == ["cell-00", "cell-01", "cell-02", "cell-03"]
    assert notebook.cells[1].metadata.jupyter.source_hidden
    once = nbformat.writes(notebook)
    first_cell.put(notebook)
    assert nbformat.writes(notebook) == once


def test_the_check_of_notebooks_misses_a_first_cell(tool, first_cell):
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# T"), v4.new_code_cell("1")])
    assert not tool("notebooks").has_first_cell(nbformat.writes(notebook))
    first_cell.put(notebook)
    assert tool("notebooks").has_first_cell(nbformat.writes(notebook))


# The first minute


@needs.POSIX
def test_make_lab_says_what_it_does_and_does_not_silence_pip(tmp_path):
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"))
    log, programs = tmp_path / "calls", tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("pip", "python", "jupyter-labextension"):
        (programs / name).write_text(f'#!/bin/sh\necho "$@" >> {log}\n')
        (programs / name).chmod(0o755)
    made = subprocess.run(["make", "lab"], cwd=tmp_path, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert re.findall(r"^\[(\d) of 4\]", made.stdout, re.MULTILINE) == ["2", "3", "4"]
    assert "TensorFlow" in made.stdout
    assert "MB" in made.stdout
    assert "JupyterLab is starting" in made.stdout
    (big,) = [line for line in log.read_text().splitlines() if "requirements.txt" in line]
    assert not re.search(r"-q|--quiet|--progress-bar off", big)


def test_skipped_tests_are_summed_up_by_reason_and_one_line_says_what_is_missing():
    reasons = ["Skipped: no Chromium found"] * 3 + ["Skipped: no Node found", "Skipped: Keras 3.10 has no Muon"]
    assert needs.summary(reasons) == [
        "3 skipped: no Chromium found",
        "1 skipped: no Node found",
        "1 skipped: Keras 3.10 has no Muon",
        "To have all of them run, on Debian and Ubuntu: apt-get install chromium nodejs",
    ]
    assert needs.summary([]) == []


def test_with_an_older_keras_only_what_compares_with_its_younger_classes_is_skipped():
    assert needs.younger("test_path_equals_keras[Muon]", "3.10.0") == "Keras 3.10.0 has no Muon as it is from 3.13 on"
    assert needs.younger("test_schedule_free_adamw_of_keras_misses", "3.13.1")
    assert needs.younger("test_path_equals_keras[Muon]", "3.13.0") is None
    assert needs.younger("test_path_equals_keras[Adam]", "3.10.0") is None
    assert needs.younger("test_path_equals_the_oracle[Muon]", "3.10.0") is None


def test_a_benchmark_prints_a_row_before_the_next_is_measured():
    table, measured = Table(), []

    def rows():
        for name in ("first", "second"):
            measured.append(name)
            yield Row(name, [1.0])

    lines = table.add("title", rows())
    assert "title" in next(lines)
    assert measured == []
    assert "first" in next(lines)
    assert measured == ["first"]
    assert "second" in next(lines)
    assert str(table).count("\n") > 4


@pytest.mark.parametrize("part", ["core", "live", "memory"])
def test_every_part_of_the_benchmarks_measures_row_by_row(part):
    module = importlib.import_module(f"tests.benchmarks.{part}")
    _, rows = next(module.rows(quick=True))
    assert iter(rows) is iter(rows), "a list: nothing is printed before all of it is measured"


def test_bench_says_how_long_it_will_take():
    text = (ROOT / "tests" / "benchmarks" / "__main__.py").read_text("utf-8")
    assert "minutes on two cores" in text


# Binder, rehearsed


DOCKERFILE = """\
FROM somewhere

# a comment
ENV A=/srv \\
    B="${A}/x"
RUN one && \\
# in between
    two
COPY --chown=0:0 src/ ${A}/
"""


def test_a_dockerfile_is_read_as_docker_reads_it(tool):
    read = tool("dockerfile")
    found = list(read.instructions(DOCKERFILE))
    assert [instruction for instruction, _ in found] == ["FROM", "ENV", "RUN", "COPY"]
    assert found[2][1].split() == ["one", "&&", "two"]
    assert read.substitute("${A}/${C}", {"A": "/srv"}) == "/srv/${C}"


def test_the_rehearsal_lays_the_image_into_a_folder_and_does_its_steps(tool, tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "file").write_text("x")
    image = tool("binder").Image(tmp_path, tree)
    for instruction, rest in tool("dockerfile").instructions(
        DOCKERFILE.replace("one && \\", "\\").replace("two", "true")
    ):
        image.do(instruction, rest)
    assert image.variables["A"] == str(image.root / "srv")
    assert image.variables["B"] == str(image.root / "srv" / "x")
    assert (image.root / "srv" / "file").read_text() == "x"
    with pytest.raises(subprocess.CalledProcessError):
        image.do("RUN", "false")
    with pytest.raises(NotImplementedError):
        image.do("HEALTHCHECK", "none")


# Workflows, and Windows


def workflow(name: str) -> dict:
    return yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text("utf-8"))


def test_workflows_are_valid_by_their_schema():
    paths = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    assert len(paths) >= 2
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *paths]
    made = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr


def test_workflows_run_what_is_promised():
    jobs = workflow("tests")["jobs"]
    promised = [name.rsplit(" ", 1)[1] for name in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", name)]
    assert jobs["make"]["strategy"]["matrix"]["python"] == promised
    assert jobs["windows"]["strategy"]["matrix"]["python"] == promised
    assert jobs["make"]["strategy"]["matrix"]["os"] == ["ubuntu-latest", "macos-latest"]
    assert all(Version(version) in Requirement(f"x{PROJECT['requires-python']}").specifier for version in promised)


def test_the_wheel_goes_to_pypi_by_trusted_publishing_after_it_was_tried():
    release = workflow("release")
    publish = release["jobs"]["publish"]
    assert release[True] == {"push": {"tags": ["v*"]}}  # YAML 1.1 reads "on" as a truth
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["needs"] == "build"
    assert any(step.get("run") == "make dist" for step in release["jobs"]["build"]["steps"])
    assert "password" not in str(publish)


def test_the_script_for_windows_has_its_line_ends_and_does_what_make_does():
    script = (ROOT / "start.cmd").read_bytes()
    assert script.count(b"\r\n") == script.count(b"\n")
    text = script.decode("ascii")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for both in ("requirements.txt", "--no-deps --editable .", "--group", "notebooks/00_start_here.ipynb"):
        assert both in makefile
        assert both in text.replace("\\", "/")
