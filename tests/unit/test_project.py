"""What surrounds the package: the pins, the Binder image, the Makefile, and the tools for notebooks."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import parso
import pytest
from nbformat import v4

from tests import needs

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))


def run(*command, folder: Path = ROOT) -> subprocess.CompletedProcess:
    return subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True)


def python(script: str, *arguments, folder: Path = ROOT) -> subprocess.CompletedProcess:
    return run(sys.executable, folder / "tools" / script, *arguments, folder=folder)


def lines(file: str) -> list[str]:
    return [line for line in (ROOT / file).read_text("utf-8").splitlines() if not line.startswith("#")]


# The pins


def test_binder_installs_the_pins_of_the_requirements():
    assert lines("requirements.txt") == lines("binder/requirements.txt")


def test_every_pin_is_exact():
    assert all(line.split(";")[0].count("==") == 1 for line in lines("binder/requirements.txt"))


@needs.POSIX
def test_binder_installs_packages_on_python_3_11_before_it_copies_the_repository(tmp_path):
    shutil.copytree(ROOT / "binder", tmp_path / "binder")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    made = run(sys.executable, "-m", "repo2docker", "--no-build", ".", folder=tmp_path)
    assert "Building conda environment for python=3.11" in made.stderr
    order = [
        'pip install --no-cache-dir -r "binder/requirements.txt"',
        "COPY --chown=0:0 src/ ",
        "./binder/postBuild",
    ]
    places = [made.stdout.find(step) for step in order]
    assert -1 not in places
    assert places == sorted(places)


@needs.POSIX
@pytest.mark.parametrize("script", ["binder/postBuild", "binder/start", ".ci/run"])
def test_scripts_are_executable_and_parse(script):
    assert (ROOT / script).stat().st_mode & 0o111
    assert run("bash", "-n", script).returncode == 0


@needs.POSIX
def test_binder_starts_with_a_quiet_tensorflow():
    show = "echo $TF_CPP_MIN_LOG_LEVEL $TF_ENABLE_ONEDNN_OPTS"
    assert run("env", "-i", "binder/start", "/bin/sh", "-c", show).stdout == "3 0\n"


# The Makefile


@pytest.fixture
def bare(tmp_path):
    """A clone with no environment."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def fake_python(folder: Path, script: str) -> Path:
    fake = folder / "fake-python"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    return fake


@needs.POSIX
@pytest.mark.parametrize("version", ["2.7.18", "3.9.2", "3.10.13", "3.14.0"])
def test_make_explains_a_python_without_tensorflow(bare, version):
    made = run("make", "lab", f"PYTHON={fake_python(bare, f'echo Python {version}')}", folder=bare)
    assert made.returncode != 0
    assert "optlearn needs Python 3.11, 3.12 or 3.13" in made.stdout
    assert f"is: Python {version}" in made.stdout
    assert "make lab PYTHON=python3.12" in made.stdout
    assert "Traceback" not in made.stdout + made.stderr
    assert not (bare / ".venv").exists()


@needs.POSIX
def test_make_explains_a_python_that_is_not_there(bare):
    made = run("make", "lab", "PYTHON=no-such-python", folder=bare)
    assert made.returncode != 0
    assert "Name another interpreter" in made.stdout


@needs.POSIX
def test_make_explains_a_python_that_cannot_make_environments(bare):
    fake = fake_python(bare, '[ "$1" = --version ] && echo Python 3.11.2 || exit 1')
    made = run("make", "lab", f"PYTHON={fake}", folder=bare)
    assert made.returncode != 0
    assert "apt-get install python3-venv" in made.stdout


@needs.POSIX
@pytest.mark.parametrize(
    "target", ["lab", "test", "notebooks", "lint", "bench", "mutants", "badge", "dist", "lowest", "binder", "clean"]
)
def test_make_help_names_every_target(target):
    assert f"\n  {target} " in run("make").stdout


# The mutants


def test_what_is_written_otherwise_is_no_annotation(tool):
    leaf, computed = parso.parse("def f(a: 1 = 2, *, b: 3 = 4) -> 5: return {6: a[7:8]}\nc: 9").get_first_leaf(), []
    while leaf := leaf.get_next_leaf():
        if leaf.type == "number" and not tool("mutants").is_hint(leaf):
            computed.append(int(leaf.value))
    assert computed == [2, 4, 6, 7, 8]


# The notebooks and the tool that runs them


@pytest.fixture
def notebook(tmp_path):
    """A small notebook, and a function that stores it."""
    path = tmp_path / "small.ipynb"

    def store(*sources: str) -> Path:
        cells = [v4.new_markdown_cell("# Small"), *map(v4.new_code_cell, sources)]
        nbformat.write(v4.new_notebook(cells=cells, metadata={"widgets": {"state": {}}}), path)
        return path

    return store


SHOW_A_WIDGET = """
from IPython.display import display
widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "a lab"}
display(widget, raw=True)
"""


def test_a_stored_notebook_holds_nothing_that_differs_from_run_to_run(notebook):
    path = notebook("1", "print(2, flush=True)\nprint(3, flush=True)", SHOW_A_WIDGET)
    made = python("notebooks.py", path)
    assert made.returncode == 0, made.stdout + made.stderr
    assert made.stdout.startswith("small.ipynb: ")
    once = path.read_bytes()
    stored = nbformat.reads(once.decode(), as_version=4)
    assert [cell.id for cell in stored.cells] == ["cell-00", "cell-01", "cell-02", "cell-03"]
    assert [cell.execution_count for cell in stored.cells[1:]] == [1, 2, 3]
    assert [output.text for output in stored.cells[2].outputs] == ["2\n3\n"]
    assert stored.cells[3].outputs[0].data == {"text/plain": "a lab"}
    assert all(cell.metadata == {} for cell in stored.cells)
    assert set(stored.metadata) == {"kernelspec", "language_info"}
    assert python("notebooks.py", path).returncode == 0
    assert path.read_bytes() == once


def test_notebooks_run_in_this_interpreter_and_in_their_own_folder(notebook):
    path = notebook("import os, sys\nprint(sys.executable)\nprint(os.getcwd())")
    python("notebooks.py", path)
    printed = nbformat.read(path, as_version=4).cells[1].outputs[0].text
    assert printed.split() == [sys.executable, str(path.parent)]


def test_a_notebook_that_fails_is_reported_and_left_as_it_was(notebook):
    path = notebook("print(1)", "1 / 0", "print(3)")
    before = path.read_bytes()
    made = python("notebooks.py", path)
    assert made.returncode == 1
    assert "small.ipynb: error in cell 2" in made.stdout
    assert "ZeroDivisionError" in made.stdout
    assert path.read_bytes() == before


def test_every_way_of_shaking_begins_anew_in_the_kernel_of_the_last_one(notebook):
    path = notebook("from optlearn import loop", "print(loop.SHAKE, loop.USE_XLA, 'left' in globals())\nleft = 1")
    stored = nbformat.read(path, as_version=4)
    stored.cells[2].outputs = [v4.new_output("stream", text="2 True False\n")]
    nbformat.write(stored, path)
    made = python("shake.py", path, "--ways", "shake-1", "xla-off", "shake-2")
    assert re.findall(r"now '(.*)'", made.stdout) == ["1 True False", "None False False"], made.stdout + made.stderr
    assert "2 of 3 runs flipped: small (shake-1) small (xla-off)" in made.stdout


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("import sys\nprint('a warning', file=sys.stderr)", "shows red"),
        ("print('x' * 600_000)", "more than 500 KB"),
    ],
    ids=["red", "large"],
)
def test_a_notebook_that_shows_red_or_is_too_large_is_refused(notebook, source, fault):
    made = python("notebooks.py", notebook(source))
    assert made.returncode == 1
    assert fault in made.stdout


def test_check_refuses_a_notebook_that_was_not_run(notebook):
    made = python("notebooks.py", "--check", notebook("print(1)"))
    assert made.returncode == 1
    assert "not run from top to bottom" in made.stdout


def test_every_notebook_is_stored_as_a_run_leaves_it():
    made = python("notebooks.py", "--check", *NOTEBOOKS)
    assert made.returncode == 0, made.stdout
    assert NOTEBOOKS


# The links to Binder


@pytest.fixture
def clone(tmp_path):
    """A git repository with a README and two notebooks, one of them with the place for its link."""
    run("git", "init", "--quiet", folder=tmp_path)
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "README.md").write_text("# optlearn\n\n<!-- badge --><!-- /badge -->\n\n![Lab](docs/lab.png)\n")
    (tmp_path / "notebooks").mkdir()
    for name, title in {
        "00_start_here": "# Start",
        "01_sgd": "# SGD\n<!-- badge -->\nold\n<!-- /badge -->",
    }.items():
        cells = [v4.new_markdown_cell(title, id="a"), v4.new_code_cell("1 + 1", id="b", execution_count=1)]
        nbformat.write(v4.new_notebook(cells=cells), tmp_path / "notebooks" / f"{name}.ipynb")
    return tmp_path


def texts(clone: Path) -> dict[str, str]:
    paths = [clone / "README.md", clone / "pyproject.toml", *clone.glob("notebooks/*")]
    return {path.name: path.read_text("utf-8") for path in paths}


def test_badge_links_readme_and_notebooks_to_binder_and_colab_and_changes_nothing_else_of_them(clone):
    run("git", "remote", "add", "origin", "git@github.com:ada/optlearn.git", folder=clone)
    before = texts(clone)
    made = python("badge.py", folder=clone)
    assert made.returncode == 0, made.stdout + made.stderr
    after = texts(clone)

    def links(name: str, page: str | None = None) -> str:
        page = f"https://ada.github.io/optlearn/{f'{name}.html' if page is None else page}"
        binder = f"https://mybinder.org/v2/gh/ada/optlearn/HEAD?urlpath=lab/tree/notebooks/{name}.ipynb"
        colab = f"https://colab.research.google.com/github/ada/optlearn/blob/HEAD/notebooks/{name}.ipynb"
        opened = f"[Open the page, alive without a kernel]({page})"
        return f"<!-- badge -->\n{opened} · [Launch on Binder]({binder}) · [Open in Colab]({colab})\n<!-- /badge -->"

    picture = "![Lab](https://raw.githubusercontent.com/ada/optlearn/HEAD/docs/lab.png)"
    assert after["README.md"] == f"# optlearn\n\n{links('00_start_here', page='')}\n\n{picture}\n"
    for name, title in {"00_start_here": "# Start\n\n", "01_sgd": "# SGD\n"}.items():
        notebook = nbformat.reads(after[f"{name}.ipynb"], as_version=4)
        old = nbformat.reads(before[f"{name}.ipynb"], as_version=4)
        first, setup, *others = notebook.cells
        assert first.source == title + links(name)
        assert "# @title Setup" in setup.source
        assert [cell.source for cell in others] == [cell.source for cell in old.cells[1:]]

    python("badge.py", folder=clone)
    assert texts(clone) == after


def test_badge_gives_the_package_its_addresses_and_the_first_cell_what_pip_takes(clone):
    for remote, archive in {
        "git@github.com:ada/optlearn.git": "https://github.com/ada/optlearn/archive/HEAD.zip",
        "https://gitlab.com/school/opt": "https://gitlab.com/school/opt/-/archive/HEAD/opt-HEAD.zip",
    }.items():
        run("git", "remote", "remove", "origin", folder=clone)
        run("git", "remote", "add", "origin", remote, folder=clone)
        assert python("badge.py", folder=clone).returncode == 0
        after = texts(clone)
        urls = tomllib.loads(after["pyproject.toml"])["project"]["urls"]
        assert set(urls) - {"Documentation"} == {"Homepage", "Changelog", "Download"}
        assert urls.get("Documentation") == ("https://ada.github.io/optlearn/" if "github" in remote else None)
        assert after["README.md"].count("https://") == (4 if "github" in remote else 2)
        assert urls["Download"] == archive
        assert f'SOURCE = "{archive}"' in nbformat.reads(after["01_sgd.ipynb"], as_version=4).cells[1].source
    without = {**tomllib.loads(after["pyproject.toml"])["project"]}
    del without["urls"]
    assert without == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.mark.parametrize(
    ("remote", "name"),
    [
        ("https://github.com/ada/optlearn.git", "gh/ada/optlearn"),
        ("https://ada@github.com/ada/optlearn/", "gh/ada/optlearn"),
        ("ssh://git@github.com:22/ada/opt.learn", "gh/ada/opt.learn"),
        ("https://gitlab.com/school/ada/optlearn", "gl/school%2Fada%2Foptlearn"),
        ("git@gitlab.com:ada/optlearn.git", "gl/ada%2Foptlearn"),
    ],
)
def test_badge_knows_every_form_of_a_remote(remote, name, tool):
    assert tool("badge").find(remote).binder == name


@pytest.mark.parametrize(
    ("remote", "site"),
    [
        ("git@github.com:Ada/OptLearn.git", "https://ada.github.io/OptLearn/"),
        ("https://github.com/ada/ada.github.io", "https://ada.github.io/"),
        ("https://gitlab.com/ada/optlearn", ""),
    ],
)
def test_badge_knows_where_the_site_is(remote, site, tool):
    assert tool("badge").find(remote).site == site


@pytest.mark.parametrize("remote", [None, "https://example.org/ada/optlearn", "/srv/github.com/ada/optlearn"])
def test_badge_explains_what_to_do_when_binder_cannot_reach_the_repository(clone, remote):
    if remote:
        run("git", "remote", "add", "origin", remote, folder=clone)
    before = texts(clone)
    made = python("badge.py", folder=clone)
    assert made.returncode == 1
    assert (remote or "no git remote called origin") in made.stdout
    assert "git remote add origin https://github.com/OWNER/NAME" in made.stdout
    assert texts(clone) == before
