"""Binder rehearsed without Docker: every step of the Dockerfile that repo2docker prints, then a hand on the sliders.

The Dockerfile's absolute folders are laid under a temporary one. Steps for the system (apt-get, users, locales) are
left out. The environment that conda would make is made by venv and pip, with the versions of repo2docker's lock file.
All else is done as it is written, down to the entry point. Then what mybinder.org starts is started, and Chromium
opens notebooks through it, runs all, and drags.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import yaml
from fresh import OURS, ROOT, Environment, copy_of_the_tree, interpreter, tell
from playwright.sync_api import Error

sys.path.insert(0, str(ROOT))
from dockerfile import instructions, substitute  # noqa: E402

from tests.browser.harness import NotebookPage, chromium, free_port  # noqa: E402

PIP_CACHE = (sys.executable, "-m", "pip", "cache", "dir")
OPENED = ("00_start_here", "30_mistakes")
BUILDPACKS = Path(find_spec("repo2docker").origin).parent / "buildpacks"
ON_CONDA, ON_PYPI = "jupyterhub-singleuser", "jupyterhub"  # the one package that is called otherwise
# What is the system's, or conda's, which stand-ins have done; and what is the image's and not a step.
LEFT_OUT = re.compile(r"apt-get|locale|NB_UID|groupadd|chown|install-base-env")
OF_THE_SYSTEM = ("USER", "HOME", "LC_ALL", "LANG", "LANGUAGE")
NOT_A_STEP = ("FROM", "ARG", "EXPOSE", "LABEL", "USER")


class Image:
    """What the Dockerfile makes, in a folder.

    Attributes
    ----------
    variables : dict
        The environment of a step, as it is after those done so far.
    """

    def __init__(self, folder: Path, tree: Path):
        self.root, self.tree = folder / "image", tree
        self.home = self.root / "home" / "jovyan"
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        cache = subprocess.run(PIP_CACHE, capture_output=True, text=True, check=True).stdout.strip()
        self.variables = {**kept, "NB_USER": "jovyan", "HOME": str(self.home), "PIP_CACHE_DIR": cache}
        self.entry: list[str] = []
        self.workdir = self.root
        self.home.mkdir(parents=True)

    def do(self, instruction: str, rest: str) -> None:
        """Carry out one instruction of the Dockerfile."""
        if instruction in NOT_A_STEP:
            if rest.startswith("REPO_DIR="):
                self._env(rest)
        elif instruction == "ENV":
            self._env(rest)
        elif instruction == "COPY":
            self._copy(*substitute(re.sub(r"--\w+=\S+", "", rest), self.variables).split())
        elif instruction == "WORKDIR":
            self.workdir = self._path(substitute(rest, self.variables))
            self.workdir.mkdir(parents=True, exist_ok=True)
        elif instruction == "RUN":
            self._run(rest)
        elif instruction == "ENTRYPOINT":
            self.entry = [str(self._path(part)) for part in re.findall(r'"(.+?)"', rest)]
        elif instruction != "CMD":  # mybinder.org has a command of its own
            raise NotImplementedError(f"{instruction} {rest}")

    def _env(self, rest: str) -> None:
        for name, value in re.findall(r'(\w+)="?([^\s"]+)', rest):
            if name not in OF_THE_SYSTEM:
                laid = re.sub(r"^/(?=srv)", f"{self.root}/", value)
                self.variables[name] = substitute(laid, self.variables)

    def _copy(self, source: str, target: str) -> None:
        """From the repository (`src/`), or from repo2docker."""
        place = self._path(target)
        if source.startswith("build_script_files/"):
            return  # conda's
        if source == "src/":
            shutil.copytree(self.tree, place, dirs_exist_ok=True)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        inside = self.tree / source.removeprefix("src/") if source.startswith("src/") else BUILDPACKS / source[1:]
        shutil.copy(inside, place)

    def _run(self, command: str) -> None:
        if "install-base-env" in command:
            self._base_environment()
        elif LEFT_OUT.search(command):
            tell(f"left out, the system's: {' '.join(command.split())[:70]} ...")
        else:
            tell(f"RUN {command}")
            command = command.replace("--no-cache-dir", "--quiet")  # what was downloaded may be used again
            subprocess.run(["bash", "-c", command], cwd=self.workdir, env=self.variables, check=True)

    def _base_environment(self) -> None:
        """What conda would install: Python as runtime.txt says, and Jupyter as repo2docker has locked it."""
        version = (self.tree / "binder" / "runtime.txt").read_text().strip().removeprefix("python-")
        made = Environment(Path(self.variables["NB_PYTHON_PREFIX"]), interpreter(version))
        packages = locked(version)
        tell(f"in place of conda: {' '.join(packages)}")
        made.pip(*packages)

    def _path(self, path: str) -> Path:
        return Path(path) if path.startswith(str(self.root)) else self.root / path.lstrip("/")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="optlearn-binder-") as name:
        tree = copy_of_the_tree(Path(name))
        image = Image(Path(name), tree)
        for instruction, rest in instructions(dockerfile(tree)):
            image.do(instruction, rest)
        with started(image) as address, chromium() as browser:
            for notebook in OPENED:
                look_at(browser, address, notebook)
    tell("Binder would do")


def dockerfile(tree: Path) -> str:
    """What repo2docker would hand to Docker."""
    made = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "."], cwd=tree, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    tell(made.stderr.splitlines()[-1])
    return made.stdout


def locked(version: str) -> list[str]:
    """The packages that repo2docker puts into every image, at the versions of its lock file, by their names on PyPI."""
    conda = BUILDPACKS / "conda"
    named = yaml.safe_load((conda / f"environment.py-{version}.yml").read_text())["dependencies"]
    names = [name.split("=")[0] for name in named]
    lock = (conda / f"environment.py-{version}-linux-64.lock").read_text()
    found = dict(re.findall(r"/([\w.-]+)-([\d.]+)-[\w]+\.(?:conda|tar\.bz2)#", lock))
    return [
        f"{name.replace(ON_CONDA, ON_PYPI)}=={found[name]}" for name in names if name not in ("python", "nodejs", "pip")
    ]


@contextlib.contextmanager
def started(image: Image) -> Iterator[str]:
    """JupyterLab, started as on mybinder.org; yields its address."""
    port = free_port()
    log = image.root / "server.log"
    command = [
        *("python3", "-u", *image.entry),  # not by a login shell, which is there for conda
        *("jupyter-lab", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.base_url=/user/optlearn/"),
        *("--IdentityProvider.token=", "--ServerApp.trust_xheaders=True", "--ServerApp.allow_origin=*"),
        *("--no-browser", "--allow-root", "--LabApp.expose_app_in_browser=True"),  # for the rehearsal
    ]
    tell(f"starting {' '.join(command[2:4])} ...")
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=image.workdir, env=image.variables, stdout=out, stderr=out)
    try:
        address = f"http://127.0.0.1:{port}/user/optlearn"
        wait_for(address, server, log)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/lab", timeout=5).close()
            return
        time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{log.read_text()}")


def look_at(browser, address: str, notebook: str) -> None:
    """Open a notebook, run all, and drag the first slider: nothing is red, and the picture changes."""
    begin = time.monotonic()
    with NotebookPage(browser, address, f"notebooks/{notebook}.ipynb") as there:
        there.run_all()
        ran = time.monotonic()
        assert there.errors() == [], there.errors()
        kernel = there.execute("import sys, optlearn; print(sys.prefix, optlearn.__file__)").split()
        assert kernel[1].startswith(f"{kernel[0]}/lib/"), f"the kernel has optlearn from {kernel[1]}"
        slider = there.page.locator("input[type=range][data-name]").first
        slider.wait_for(timeout=60_000)
        slider.scroll_into_view_if_needed()
        there.page.wait_for_timeout(1500)
        widget = slider.locator("xpath=ancestor::div[contains(@class, 'jp-OutputArea-output')][1]")
        before, value = widget.screenshot(), slider.input_value()
        drag(there.page, slider)
        there.page.wait_for_timeout(500)
        assert slider.input_value() != value, "the slider did not move"
        assert widget.screenshot() != before, "the picture did not change"
        assert there.errors() == [], there.errors()
        name = slider.get_attribute("data-name")
    tell(f"{notebook}: opened and run in {ran - begin:.0f} s; {name} dragged from stop {value}, and the picture moved")


def drag(page, slider) -> None:
    """By mouse, from one end to the middle."""
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, y, steps=12)
    page.mouse.up()


if __name__ == "__main__":
    try:
        main()
    except (AssertionError, Error, subprocess.CalledProcessError) as error:
        sys.exit(f"Binder would not do: {error}")
