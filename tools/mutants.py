"""Write the package otherwise, one expression at a time, and say what no test notices. `make mutants`.

python tools/mutants.py                       some hundred mutants, the same each time
python tools/mutants.py --count 20 --seed 1   so many, and others
python tools/mutants.py --only live practice  of these rooms

The rules are left out: tests/unit/test_mutations.py breaks every expression of them. Of all else a seed draws a sample
from what Cosmic Ray can write otherwise. Each mutant is tried in a clone, so what is not committed is not there, by the
unit tests that name its room, short files first. The first failure kills it. What survives changes nothing, or lacks a
test. It takes a night.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROOMS = sorted({path.stem for path in (ROOT / "optlearn").glob("[a-z]*")} - {"optimizers"})
LONGEST = 1200  # seconds for one file of tests: with a mutant that takes longer, something is noticed
BEHAVIOUR = "not come_with_the_package and not of_other_sources"  # what is left out says only that a file has changed
STRANGE = ("BitOr", "BitAnd", "BitXor", "Shift", "_Is")  # operators that nobody takes for another one
HINT = {"annassign": ":", "tfpdef": ":", "funcdef": "->"}  # what stands before an annotation, in each place for one


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the package otherwise, and say what no test notices.")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--only", nargs="+", choices=ROOMS, default=ROOMS)
    chosen = parser.parse_args()
    tried, killed = Counter(), Counter()
    with tempfile.TemporaryDirectory(prefix="optlearn-mutants-") as clone:
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        for room, path, line, text in drawn(Path(clone), chosen.only, chosen.count, random.Random(chosen.seed)):
            tests, was = tests_of(clone, room), path.read_text("utf-8")
            path.write_text(text, "utf-8")
            by = next(filter(None, (failure(clone, name) for name in tests)), "")
            path.write_text(was, "utf-8")
            tried[room] += 1
            killed[room] += bool(by)
            lines = [each.splitlines()[line - 1].strip() for each in (was, text)]
            print(f"{path.relative_to(clone)}:{line}", *lines, by or "SURVIVED", sep="\n    ", flush=True)
    for room in tried:
        print(f"{room:<12}{killed[room]:>4} of {tried[room]:>3} killed")
    print(f"{'all':<12}{killed.total():>4} of {tried.total():>3} killed")


def drawn(root: Path, rooms: list[str], count: int, rng: random.Random) -> Iterator[tuple[str, Path, int, str]]:
    """So many mutants, any place as likely as another: room, file, line, and the file written otherwise."""
    files = [(room, path) for room in rooms for path in sorted(root.glob(f"optlearn/{room}*")) if path.stem == room]
    every = [(room, each) for room, path in files for each in (sorted(path.rglob("*.py")) or [path])]
    places = [(room, path, *place) for room, path in every for place in places_of(path)]
    rng.shuffle(places)
    found = ((room, path, line, written(path, *rng.choice(ways))) for room, path, line, ways in places)
    return islice((mutant for mutant in found if mutant[-1] is not None), count)


def places_of(path: Path) -> list[tuple[int, list[tuple[str, int]]]]:
    """Where a file can be written otherwise: the line, and the ways, each an operator and which of its uses."""
    from cosmic_ray.ast import ast_nodes, get_ast  # here: only `make mutants` installs it
    from cosmic_ray.plugins import get_operator, operator_names

    nodes, found = list(ast_nodes(get_ast(path.read_text("utf-8")))), {}
    for name in operator_names():
        if any(strange in name for strange in STRANGE) or get_operator(name).arguments():
            continue
        uses = [(node, at) for node in nodes for at, _ in get_operator(name)().mutation_positions(node)]
        for use, (node, at) in enumerate(uses):
            if not is_hint(node):
                found.setdefault(at, []).append((name, use))
    return [(line, ways) for (line, _), ways in sorted(found.items())]


def is_hint(node: Any) -> bool:
    """Whether a node stands in an annotation, which says what is meant and computes nothing."""
    above = node.parent
    return above is not None and (node.get_previous_sibling() == HINT.get(above.type, "") or is_hint(above))


def written(path: Path, operator: str, use: int) -> str | None:
    """A file written otherwise; None where that is no Python."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    text = mutate_code(path.read_text("utf-8"), get_operator(operator)(), use)
    with suppress(SyntaxError):
        ast.parse(text)
        return text
    return None


@cache
def tests_of(clone: str, room: str) -> list[str]:
    """The files of unit tests that name a room, or all, if none does: those that pass as long as nothing is changed."""
    files = sorted(Path(clone).glob("tests/unit/test_*.py"), key=lambda file: file.stat().st_size)
    named = re.compile(rf"optlearn(\.| import .*\b){room}\b")
    found = [file.name for file in files if named.search(file.read_text("utf-8"))] or [file.name for file in files]
    return [name for name in found if not failure(clone, name)]


def failure(clone: str, name: str) -> str:
    """The first test of a file that fails in the clone; nothing, if none does."""
    alone = os.environ | {"PYTHONPATH": clone, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-k", BEHAVIOUR, f"tests/unit/{name}"]
    try:
        done = subprocess.run(command, cwd=clone, env=alone, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return f"{name} does not end"
    failed = re.findall(r"^(?:FAILED|ERROR) \S+", done.stdout, re.M)
    return next(iter(failed), f"{name} fails") if done.returncode else ""


if __name__ == "__main__":
    main()
