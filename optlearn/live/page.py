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


def key_of(piece: Any) -> str:
    """What a piece is called: made of its content, so that equal ones have one name."""
    text = json.dumps(piece, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def page_of(kind: str, traits: dict[str, Any]) -> dict[str, Any]:
    """A widget as a page needs it: {"kind", "traits", "parts"}, JSON-able.

    Translated rules and problems and the descriptions of problems stand in "parts", and in the traits {"part": key} in
    their place: the key is made of the content, so that a site ships each once.
    """
    parts: dict[str, Any] = {}
    return {"kind": kind, "traits": {name: _referring(value, parts) for name, value in traits.items()}, "parts": parts}


def stored(page: dict[str, Any]) -> dict[str, Any]:
    """The same as a notebook stores it: without the parts that `common` has."""
    return {**page, "parts": {key: part for key, part in page["parts"].items() if key not in common()}}


@lru_cache(maxsize=1)
def common() -> dict[str, Any]:
    """The parts of every rule and problem of the package, as most labs have them."""
    kinds = [kind() for kind in optimizers.RULES]
    every = [kind() for kind in (*problems.ALL, *problems.MORE)]
    parts: dict[str, Any] = {}
    _referring(parts_for(kinds, every, STEPS), parts)
    _referring([description.describe_problem(problem, {}, {}) for problem in every], parts)
    return parts


def lab_of(scene: dict[str, Any]) -> dict[str, Any]:
    """By what a page knows a lab again, for whoever speaks of it: JSON-able."""
    return {"first": scene["first"], "labels": [track["label"] for track in scene["tracks"]]}


def _referring(value: Any, parts: dict[str, Any]) -> Any:
    """A value with references in place of its large pieces, which `parts` takes in."""
    if isinstance(value, list | tuple):
        return [_referring(each, parts) for each in value]
    if not isinstance(value, dict):
        return value
    if "script" in value or "bounds" in value:
        key = key_of(value)
        parts[key] = value
        return {"part": key}
    return {name: _referring(each, parts) for name, each in value.items()}
