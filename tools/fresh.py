"""Fresh environments, outside of the checkout: what somebody has who is not working on the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "build", "*.egg-info", "__pycache__", ".*_cache", ".ipynb_*")
FIVE = ("00_start_here", "02_momentum", "07_adam", "21_real_network", "30_mistakes")  # a bit of everything
OURS = ("PYTHONPATH", "VIRTUAL_ENV", "TF_CPP_MIN_LOG_LEVEL", "TF_ENABLE_ONEDNN_OPTS", "TF_XLA_FLAGS", "JUPYTER_PATH")


def tell(text: str) -> None:
    """Say what is being done, at once, also where the output goes to a file."""
    print(f"> {text}", flush=True)


def project() -> dict:
    """The table `project` of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def pins() -> dict[str, str]:
    """The versions of requirements.txt; tensorflow stands there twice, for two kinds of machine."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {requirement.name: str(requirement.specifier).removeprefix("==") for requirement in requirements}


def interpreter(*versions: str) -> str:
    """The first of some versions of Python, such as "3.11", that can be had here; otherwise the present one."""
    here = ".".join(map(str, sys.version_info[:2]))
    for version in versions:
        if version == here:
            break
        found = shutil.which(f"python{version}")
        if found and subprocess.run([found, "-c", "import venv, ensurepip"], capture_output=True).returncode == 0:
            return found
        tell(f"Python {version} cannot be had here")
    return getattr(sys, "_base_executable", sys.executable)


def copy_of_the_tree(folder: Path) -> Path:
    """What is in the checkout, without what was made there."""
    return Path(shutil.copytree(ROOT, folder / "optlearn-tree", ignore=NOT_COPIED))


class Environment:
    """A new virtual environment in a folder, and ways to use it that see nothing of the checkout.

    Parameters
    ----------
    folder : Path
        Where it is made; it must not be there yet.
    python : str
        The interpreter it is made with.
    """

    def __init__(self, folder: Path, python: str):
        self.folder = folder
        tell(f"a fresh environment, with {_output(python, '--version')}")
        subprocess.run([python, "-m", "venv", str(folder)], check=True)

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    @property
    def variables(self) -> dict[str, str]:
        """The variables of a person who has just opened a terminal there."""
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        return {**kept, "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}

    def run(self, *command: str | Path, **options) -> subprocess.CompletedProcess:
        """Run a command, from a folder that is not the checkout; a failure ends the rehearsal."""
        options = {"cwd": self.folder, "env": self.variables, "check": True, "text": True} | options
        return subprocess.run([str(part) for part in command], **options)

    def pip(self, *arguments: str | Path) -> None:
        """Install, without compiling all of it ahead: most is never imported here."""
        self.run(self.python, "-m", "pip", "install", "-q", "--no-compile", "--disable-pip-version-check", *arguments)

    def installed(self) -> dict[str, str]:
        """The packages that are there, and their versions."""
        listed = self.run(self.python, "-m", "pip", "list", "--format=freeze", capture_output=True).stdout
        return dict(line.split("==") for line in listed.splitlines() if "==" in line)

    def run_notebooks(self, paths: Iterable[Path], *more: str) -> None:
        """Run notebooks by nbval, with this environment's kernel, against their stored outputs."""
        kernels = self.folder / "share-of-the-test"
        if not kernels.exists():  # with the whole path of the interpreter: else nbval would take its own
            self.run(self.python, "-m", "ipykernel", "install", "--prefix", kernels, "--name", "fresh")
        variables = {**self.variables, "JUPYTER_PATH": str(kernels / "share" / "jupyter")}
        options = ["--nbval-kernel-name=fresh", "--dist=loadfile", "-n2", "-q", "-pno:cacheprovider", "-c", os.devnull]
        paths = [str(path) for path in paths]
        nbval = [] if "--nbval-lax" in more else ["--nbval"]
        folder = Path(paths[0]).parent
        self.run(sys.executable, "-m", "pytest", *nbval, *options, *more, *paths, env=variables, cwd=folder)


def notebooks(folder: Path, names: Iterable[str] = FIVE) -> list[Path]:
    """Copies of some notebooks, in a new folder."""
    folder.mkdir()
    return [Path(shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", folder)) for name in names]


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
