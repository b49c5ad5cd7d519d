"""What a stored notebook carries, so that a page can show it alive without a kernel."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any

from optlearn import optimizers, problems
from optlearn.live import description
from optlearn.live.parts import parts_for

MIME = "application/vnd.optlearn+json"
STEPS = 500
LARGE = 200  # characters from which on a piece is stored once, and referred to


def key_of(piece: Any) -> str:
    """What a piece is called: made of its content, so that equal ones have one name."""
    text = json.dumps(piece, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def stored(kind: str, traits: dict[str, Any]) -> dict[str, Any]:
    """What goes into a notebook for a widget: {"kind", "traits", "parts"}.

    Translated rules and problems and the descriptions of problems stand in "parts", and in the traits {"part": key} in
    their place. Those that `common` has are left out.
    """
    parts: dict[str, Any] = {}
    traits = {name: _referring(value, parts) for name, value in traits.items()}
    own = {key: part for key, part in parts.items() if key not in common()}
    return {"kind": kind, "traits": traits, "parts": own}


@lru_cache(maxsize=1)
def common() -> dict[str, Any]:
    """The pieces of every rule and problem of the package, as most labs have them: a site ships them once."""
    kinds = [kind() for kind in optimizers.RULES]
    every = [kind() for kind in (*problems.ALL, *problems.MORE)]
    parts: dict[str, Any] = {}
    _referring(parts_for(kinds, every, STEPS), parts)
    _referring([description.describe_problem(problem, {}, {}) for problem in every], parts)
    return parts


def _referring(value: Any, parts: dict[str, Any]) -> Any:
    """A value with references in place of its large pieces, which `parts` takes in."""
    if isinstance(value, list | tuple):
        return [_referring(each, parts) for each in value]
    if not isinstance(value, dict):
        return value
    if ("script" in value or "bounds" in value) and len(json.dumps(value)) > LARGE:
        key = key_of(value)
        parts[key] = value
        return {"part": key}
    return {name: _referring(each, parts) for name, each in value.items()}
