"""The lowest versions that pyproject.toml promises, which are those of Colab: does everything work with them?

In a fresh environment with exactly these versions and no JupyterLab, `google.colab` a stand-in, the address an archive:
a notebook that was downloaded alone says how to get optlearn; on Colab it gets it, and nothing else is replaced; five
notebooks give their stored outputs; those that compare with younger classes of Keras go on without; unit tests pass.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import first_cell
import nbformat
from fresh import FIVE, ROOT, Environment, copy_of_the_tree, interpreter, notebooks, project, tell
from packaging.requirements import Requirement

NOT_THERE = ("anywidget", "psygnal")  # in Colab: they come with optlearn
YOUNGER = ("16_muon", "17_schedule_free_adamw")  # compare with what Keras 3.10 has not
OF_THE_PACKAGE = (  # what meets TensorFlow, Keras, matplotlib and the widgets; the rest is tested once, by `make test`
    *("optimizers", "problems", "training", "schedules", "tunable", "keras", "keras_differences", "plotting"),
    *("browser_learners", "browser_text", "lab", "race"),
)
FOR_TESTS = ("pytest", "pytest-xdist", "pytest-rerunfailures", "nbval", "psutil")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="optlearn-lowest-") as name:
        folder = Path(name)
        there = Environment(folder / "environment", interpreter("3.11", "3.12"))
        versions = floors()
        (folder / "floors.txt").write_text("".join(f"{name}=={version}\n" for name, version in versions.items()))
        tell(f"installing the lowest versions: {', '.join(' '.join(pair) for pair in versions.items())}")
        base = [f"{name}=={version}" for name, version in versions.items() if name not in NOT_THERE]
        there.pip(*base, "--requirement", ROOT / "tools" / "lowest.txt")
        assert "jupyterlab" not in there.installed()
        archive = shutil.make_archive(str(folder / "archive"), "zip", folder, copy_of_the_tree(folder).name)
        paths = notebooks(folder / "notebooks", (*FIVE, *YOUNGER))
        for path in paths:
            point_to(path, archive)
        alone(there, paths[0])
        on_colab(there, paths[0])
        in_the_kernel(there, folder, paths)
        units(there, folder)
    tell("all of it works with the lowest versions")


def floors() -> dict[str, str]:
    """The lowest version of every dependency."""
    requirements = [Requirement(text) for text in project()["dependencies"]]
    return {each.name: next(part.version for part in each.specifier if part.operator == ">=") for each in requirements}


def point_to(path: Path, archive: str) -> None:
    """Put the first cell into a copy of a notebook, with the stand-in for the address of the project."""
    notebook = nbformat.read(path, as_version=4)
    first_cell.put(notebook)
    cell = next(cell for cell in notebook.cells if first_cell.is_first_cell(cell))
    cell.source = first_cell.CELL.format(source=archive).rstrip()
    nbformat.write(notebook, path)


def run_first_cell(there: Environment, path: Path) -> str:
    """What the first cell shows, as IPython shows it."""
    cells = nbformat.read(path, as_version=4).cells
    script = next(cell.source for cell in cells if first_cell.is_first_cell(cell))
    plain = ["--colors=NoColor", "--TerminalInteractiveShell.term_title=False"]
    made = there.run(there.python, "-m", "IPython", *plain, "-c", script, capture_output=True, check=False)
    return (made.stdout + made.stderr).strip()


def alone(there: Environment, path: Path) -> None:
    """No optlearn, no Colab: one line says what to do, and nothing is installed."""
    before, shown = there.installed(), run_first_cell(there, path)
    print(shown)
    assert shown.startswith("This notebook needs optlearn. In a terminal: pip install /"), "not the line that helps"
    assert "\n" not in shown
    assert there.installed() == before


def on_colab(there: Environment, path: Path) -> None:
    """`google.colab` is there: the cell installs optlearn and says nothing; what was there stays as it was."""
    packages = Path(there.run(there.python, "-c", "import site; print(site.getsitepackages()[0])",
                              capture_output=True).stdout.strip())  # fmt: skip
    (packages / "google" / "colab").mkdir(parents=True, exist_ok=True)
    (packages / "google" / "colab" / "__init__.py").touch()
    (packages / "google" / "colab" / "output.py").write_text("def enable_custom_widget_manager():\n    pass\n")
    (packages / "stand-in-for-colab.pth").write_text("import google.colab\n")
    before = there.installed()
    tell("the first cell, as on Colab")
    assert run_first_cell(there, path) == ""
    after = there.installed()
    changed = {name: version for name, version in after.items() if before.get(name) != version}
    tell(f"it has installed {', '.join(' '.join(pair) for pair in changed.items())}")
    assert set(changed) == {"optlearn", *NOT_THERE}, f"{changed} instead of optlearn and {NOT_THERE}"
    assert run_first_cell(there, path) == ""


def in_the_kernel(there: Environment, folder: Path, paths: list[Path]) -> None:
    """Notebooks, with what the first cell has installed, and then with the lowest version of that too."""
    there.pip("anywidget", "--constraint", folder / "floors.txt")
    tell(f"running {', '.join(FIVE)}, against their stored outputs")
    there.run_notebooks(paths[: len(FIVE)])
    tell(f"running {', '.join(YOUNGER)}, which compare with classes that this Keras has not")
    there.run_notebooks(paths[len(FIVE) :], "--nbval-lax")


def units(there: Environment, folder: Path) -> None:
    """The unit tests of the package, against the copy that the first cell has installed."""
    group = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]["test"]
    named = [each for each in group if isinstance(each, str)]  # and not another group
    there.pip(*(each for each in named if Requirement(each).name in FOR_TESTS), "--constraint", folder / "floors.txt")
    tests = folder / "tests"
    for part in ("tests", "docs"):
        shutil.copytree(ROOT / part, tests / part)
    shutil.copy(ROOT / "pyproject.toml", tests)
    script = "import optlearn; print(*optlearn.__path__)"
    installed = there.run(there.python, "-c", script, cwd=folder, capture_output=True).stdout.strip()
    (tests / "optlearn").symlink_to(installed)  # where Node looks for the scripts
    files = [f"tests/unit/test_{name}.py" for name in OF_THE_PACKAGE]
    command = [there.python, "-m", "pytest", *files, "-q", "-n2", "--dist=loadfile", "-pno:cacheprovider"]
    command += ["-o", "filterwarnings=default"]  # old libraries warn of each other
    tell("running the unit tests")
    there.run(*command, cwd=tests)


if __name__ == "__main__":
    try:
        main()
    except (AssertionError, subprocess.CalledProcessError) as error:
        sys.exit(f"with the lowest versions it does not work: {error}")
