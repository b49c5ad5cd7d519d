"""What all pages of the site share: scripts and styles of what is alive, and the translated rules and problems."""

from __future__ import annotations

import json
from pathlib import Path

from optlearn.live import Lab
from optlearn.live import page as pages
from optlearn.live.bundle import bundle
from optlearn.practice import Predict, challenge


def write(static: Path) -> None:
    """Write scripts into the folder `optlearn` of a site's static files, and the lab's style beside the page's."""
    folder = static / "optlearn"
    folder.mkdir(parents=True, exist_ok=True)
    entry = Path(challenge.__file__).with_name("page.js")
    (folder / "lesson.js").write_text(bundle(entry, "Lesson"), "utf-8")
    common = json.dumps(pages.common(), ensure_ascii=False, separators=(",", ":"))
    (folder / "parts.js").write_text(f"export const common={common};\n", "utf-8")
    style = static / "page.css"
    style.write_text(f"{style.read_text('utf-8')}\n{Lab._css}\n{Predict._css}", "utf-8")
