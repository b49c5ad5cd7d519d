"""Reading a Dockerfile: as much of its syntax as repo2docker uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """The instructions in order: ("RUN", "apt-get ..."). Continued lines are one; comments are left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in re.split(r"\n(?!\s)", re.sub(r"\\\n", " ", "\n".join(lines))):
        instruction, _, rest = line.strip().partition(" ")
        yield instruction, rest.strip()


def substitute(text: str, variables: Mapping[str, str]) -> str:
    """The text with the values of ${NAME}; a name without a value stays as it is."""
    return re.sub(r"\$\{(\w+)\}", lambda found: variables.get(found[1], found[0]), text)
