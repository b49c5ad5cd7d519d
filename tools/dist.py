"""Build the sdist and the wheel into build/dist, and see that what is in them works where there is no checkout.

python tools/dist.py           all of it
python tools/dist.py --build   only build, and look at what is in them
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from email.parser import Parser
from pathlib import Path

from fresh import FIVE, ROOT, Environment, copy_of_the_tree, interpreter, notebooks, pins, project, tell

import optlearn

DIST = ROOT / "build" / "dist"
IMPORT_ALL = """\
import importlib, pathlib, pkgutil, sys
import optlearn

where = pathlib.Path(optlearn.__file__).parent
assert where.is_relative_to(sys.prefix), f"optlearn was found in {where}"
for module in pkgutil.walk_packages(optlearn.__path__, "optlearn."):
    importlib.import_module(module.name)

import anywidget
kinds = anywidget.AnyWidget.__subclasses__()
for kind in kinds:
    kinds += kind.__subclasses__()  # the list grows while it is walked
    for name in ("_esm", "_css") if not kind.__subclasses__() else ():  # what others build on is not shown itself
        assert str(getattr(kind, name, "")).strip(), f"{kind.__name__} has no {name}"
print(f"{len(kinds)} widgets have their scripts and styles")
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", action="store_true", help="only build, and look at what is in them")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="optlearn-dist-") as folder:
        sdist, wheel = build(Path(folder))
        faults = [*find_faults(sdist, wheel)]
        for fault in faults:
            print(fault)
        if faults:
            return 1
        subprocess.run([sys.executable, "-m", "twine", "check", "--strict", sdist, wheel], check=True)
        if not options.build:
            try_out(wheel, Path(folder))
    tell(f"{sdist.name} and {wheel.name} are whole: {DIST.relative_to(ROOT)}")
    return 0


def build(folder: Path) -> tuple[Path, Path]:
    """The sdist, and the wheel made from it, of a copy of the tree: nothing is left behind in the checkout."""
    tell("building the sdist, and the wheel from the sdist")
    shutil.rmtree(DIST, ignore_errors=True)
    command = [sys.executable, "-m", "build", "--outdir", DIST, copy_of_the_tree(folder)]
    made = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if made.returncode:
        sys.exit(made.stdout + made.stderr)
    (sdist,), (wheel,) = DIST.glob("*.tar.gz"), DIST.glob("*.whl")
    return sdist, wheel


def find_faults(sdist: Path, wheel: Path):
    """What is missing in the two, or there by mistake, in words."""
    tree = {path.relative_to(ROOT).as_posix() for path in (ROOT / "optlearn").rglob("*") if path.is_file()}
    tree = {name for name in tree if "__pycache__" not in name}
    with zipfile.ZipFile(wheel) as opened:
        in_wheel = set(opened.namelist())
        (about,) = [name for name in in_wheel if name.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(opened.read(about).decode())
    with tarfile.open(sdist) as opened:
        in_sdist = {name.partition("/")[2] for name in opened.getnames()}
    of_the_package = {name for name in in_wheel if ".dist-info/" not in name}
    for where, found in {"wheel": of_the_package, "sdist": in_sdist}.items():
        yield from (f"{name} is not in the {where}" for name in sorted(tree - found))
    yield from (f"{name} is in the wheel by mistake" for name in sorted(of_the_package - tree))
    yield from (f"{name} is not in the sdist" for name in sorted({"LICENSE", "README.md", "pyproject.toml"} - in_sdist))
    if not any(name.endswith("/LICENSE") for name in in_wheel):
        yield "the licence is not in the wheel"
    version = optlearn.__version__
    wanted = {"Version": version, "License-Expression": project()["license"]}
    yield from (f"{key} is {metadata[key]}, not {value}" for key, value in wanted.items() if metadata[key] != value)
    if f"-{version}" not in sdist.name or f"-{version}-" not in wheel.name:
        yield f"{sdist.name} and {wheel.name} do not have the version {version}"
    if not metadata.get_all("Classifier"):
        yield "there are no classifiers"


def try_out(wheel: Path, folder: Path) -> None:
    """Install the wheel as anybody would, at the versions of requirements.txt, and run notebooks with it."""
    there = Environment(folder / "environment", interpreter())
    versions = folder / "versions.txt"
    versions.write_text("".join(f"{name.replace('-cpu', '')}=={pin}\n" for name, pin in pins().items()))
    tell("installing the wheel and what it needs: half a gigabyte")
    there.pip(wheel, "ipykernel", "--constraint", versions)
    there.run(there.python, "-c", IMPORT_ALL)
    tell(f"running {', '.join(FIVE)} there, against their stored outputs")
    there.run_notebooks(notebooks(folder / "notebooks"))


if __name__ == "__main__":
    sys.exit(main())
