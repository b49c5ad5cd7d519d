"""A picture of a lab as it stood, for a cell to show and for a notebook to store."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

STILL_METADATA = {"image/png": {"width": 1080}}


@dataclass(frozen=True)
class Snapshot:
    """A still picture of a lab, and the line that says what it shows."""

    png: bytes
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        return {"text/plain": self.text, "image/png": base64.b64encode(self.png).decode()}, STILL_METADATA
