"""Write the project's addresses where they belong, from the git remote `origin`.

- The links that open the notebooks: as pages where GitHub serves the site, on Binder, and on Colab if it can. Between
  <!-- badge --> and <!-- /badge -->, in README.md and in the first markdown cell of every notebook; where these two are
  missing, at the end.
- The addresses of the package, in pyproject.toml.
- The addresses of the README's pictures, which PyPI shows only if they are whole.
- From there, what the first code cell of every notebook installs where optlearn is missing.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import first_cell
import nbformat
from fresh import ROOT

PICTURE = re.compile(r"(!\[[^\]]*\]\()(?:https://\S+?/HEAD/)?(docs/[^)\s]+\))")
OPEN, CLOSE = "<!-- badge -->", "<!-- /badge -->"
URLS = re.compile(r"\[project\.urls\].*?\n(?=\n|\Z)", re.DOTALL)
# https://github.com/owner/name.git, git@github.com:owner/name, ssh://git@gitlab.com/group/owner/name, ...
REMOTE = re.compile(r"(?:\w+://)?(?:[^@/]+@)?(github|gitlab)\.com(?::\d+/|[:/])(.+/.+?)(?:\.git)?/?")
HELP = """\
No links written: {reason}.
Binder fetches a public repository from GitHub or GitLab. Publish this one there, then:
    git remote add origin https://github.com/OWNER/NAME    (set-url instead of add to change it)
    make badge"""


@dataclass(frozen=True)
class Repository:
    """A public repository: "github" or "gitlab", and its owner and name."""

    host: str
    name: str

    @property
    def address(self) -> str:
        return f"https://{self.host}.com/{self.name}"

    @property
    def binder(self) -> str:
        """What Binder calls it: gh/owner/name or gl/owner%2Fname."""
        return f"gh/{self.name}" if self.host == "github" else f"gl/{quote(self.name, safe='')}"

    @property
    def site(self) -> str:
        """Where GitHub serves what the workflow pages.yml has made: with a / at the end; elsewhere nothing does."""
        if self.host != "github":
            return ""
        owner, name = self.name.split("/")
        home = f"{owner.lower()}.github.io"
        return f"https://{home}/" if name.lower() == home else f"https://{home}/{name}/"

    @property
    def raw(self) -> str:
        """Where the files of its newest state are, as they are."""
        return (
            f"https://raw.githubusercontent.com/{self.name}/HEAD/"
            if self.host == "github"
            else f"{self.address}/-/raw/HEAD/"
        )

    @property
    def urls(self) -> dict[str, str]:
        """What pyproject.toml says of it. `Download` is an archive of the newest state, which pip can install."""
        inside, last = ("/-" if self.host == "gitlab" else ""), self.name.rsplit("/", 1)[1]
        archive = "HEAD.zip" if self.host == "github" else f"HEAD/{last}-HEAD.zip"
        return {
            "Homepage": self.address,
            **({"Documentation": self.site} if self.site else {}),
            "Changelog": f"{self.address}{inside}/blob/HEAD/CHANGELOG.md",
            "Download": f"{self.address}{inside}/archive/{archive}",
        }

    def links(self, notebook: str, page: str | None = None) -> str:
        """The links that open a notebook, in Markdown, with the page `page` of the site."""
        path = f"notebooks/{notebook}.ipynb"
        page = f"{notebook}.html" if page is None else page
        links = [f"[Open the page, alive without a kernel]({self.site}{page})"] if self.site else []
        links += [f"[Launch on Binder](https://mybinder.org/v2/{self.binder}/HEAD?urlpath=lab/tree/{path})"]
        if self.host == "github":
            links.append(f"[Open in Colab](https://colab.research.google.com/github/{self.name}/blob/HEAD/{path})")
        return " · ".join(links)


def main() -> int:
    remote = origin()
    repository = find(remote)
    if repository is None:
        reason = f"the git remote origin is {remote}" if remote else "there is no git remote called origin"
        print(HELP.format(reason=reason))
        return 1
    pyproject, readme = ROOT / "pyproject.toml", ROOT / "README.md"
    write(pyproject, with_urls(pyproject.read_text("utf-8"), repository.urls))
    text = with_links(readme.read_text("utf-8"), repository.links("00_start_here", page=""))
    write(readme, PICTURE.sub(rf"\g<1>{repository.raw}\g<2>", text))
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        first = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
        first.source = with_links(first.source, repository.links(path.stem))
        write(path, nbformat.writes(notebook).rstrip("\n") + "\n")
        first_cell.put_into_file(path)
    print(f"README.md, pyproject.toml and the notebooks say where the project is: {repository.address}")
    return 0


def origin() -> str:
    """The address of the git remote `origin`, empty if there is none."""
    git = ["git", "-C", str(ROOT), "remote", "get-url", "origin"]
    return subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()


def find(remote: str) -> Repository | None:
    """The public repository at an address."""
    known = REMOTE.fullmatch(remote)
    return Repository(*known.groups()) if known else None


def with_links(text: str, links: str) -> str:
    """The text with the links in their place, on a line of their own: on a comment's line, Markdown sees none."""
    if OPEN not in text:
        text = f"{text.rstrip()}\n\n{OPEN}{CLOSE}"
    return re.sub(f"{OPEN}.*?{CLOSE}", f"{OPEN}\n{links}\n{CLOSE}", text, flags=re.DOTALL)


def with_urls(pyproject: str, urls: dict[str, str]) -> str:
    """The text of pyproject.toml with these addresses in place of what it had."""
    table = "[project.urls]\n" + "".join(f'{name} = "{url}"\n' for name, url in urls.items())
    if URLS.search(pyproject):
        return URLS.sub(table, pyproject)
    return pyproject.replace("[project.optional-dependencies]", f"{table}\n[project.optional-dependencies]")


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
