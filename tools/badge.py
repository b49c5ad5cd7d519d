"""Write the links that open the notebooks on Binder, from the address of the git remote `origin`.

Each link stands between <!-- badge --> and <!-- /badge -->, in README.md and in the first markdown cell of
every notebook; where these two are missing, at the end.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import nbformat

ROOT = Path(__file__).resolve().parents[1]
OPEN, CLOSE = "<!-- badge -->", "<!-- /badge -->"
# https://github.com/owner/name.git, git@github.com:owner/name, ssh://git@gitlab.com/group/owner/name, ...
REMOTE = re.compile(r"(?:\w+://)?(?:[^@/]+@)?(github|gitlab)\.com(?::\d+/|[:/])(.+/.+?)(?:\.git)?/?")
HELP = """\
No links written: {reason}.
Binder fetches a public repository from GitHub or GitLab. Publish this one there, then:
    git remote add origin https://github.com/OWNER/NAME    (set-url instead of add to change it)
    make badge"""


def main() -> int:
    remote = origin()
    repository = binder_name(remote)
    if repository is None:
        reason = f"the git remote origin is {remote}" if remote else "there is no git remote called origin"
        print(HELP.format(reason=reason))
        return 1
    readme = ROOT / "README.md"
    write(readme, with_link(readme.read_text("utf-8"), link(repository, "00_start_here")))
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        first = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
        first.source = with_link(first.source, link(repository, path.stem))
        write(path, nbformat.writes(notebook) + "\n")
    print(f"README.md and the notebooks link to Binder: {repository}")
    return 0


def origin() -> str:
    """The address of the git remote `origin`, empty if there is none."""
    git = ["git", "-C", str(ROOT), "remote", "get-url", "origin"]
    return subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()


def binder_name(remote: str) -> str | None:
    """What Binder calls the repository at an address: gh/owner/name or gl/owner%2Fname."""
    known = REMOTE.fullmatch(remote)
    if not known:
        return None
    host, name = known.groups()
    return f"gh/{name}" if host == "github" else f"gl/{quote(name, safe='')}"


def link(repository: str, notebook: str) -> str:
    address = f"https://mybinder.org/v2/{repository}/HEAD?urlpath=lab/tree/notebooks/{notebook}.ipynb"
    return f"[Launch on Binder]({address})"


def with_link(text: str, link: str) -> str:
    """The text with the link in its place, on a line of its own: on a comment's line, Markdown sees none."""
    if OPEN not in text:
        text = f"{text.rstrip()}\n\n{OPEN}{CLOSE}"
    return re.sub(f"{OPEN}.*?{CLOSE}", f"{OPEN}\n{link}\n{CLOSE}", text, flags=re.DOTALL)


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
