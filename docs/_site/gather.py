"""Gathers the pages of the site: those of docs, and those of reference.py; conf.py is next.

python docs/_site/gather.py FOLDER
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import reference

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

# Who reads a page, by its name: a new page finds its place by itself, the last takes the rest.
READERS: List[Tuple[str, List[str]]] = [
    ("Start here", ["python*", "sandbox*"]),
    ("IVR", ["ivr-*", "gateway*", "phone-numbers*", "lines*", "asterisk*", "freeswitch*"]),
    ("Web", ["web*", "django*", "asyncio*", "celery*", "rest*", "testing*"]),
    ("Operations", ["*"]),
]
STANDING = ("index.md", "not-known.md")
# Pages of the checkout that stand elsewhere, by the page that they become.
ELSEWHERE = {
    "contributing.md": "CONTRIBUTING.md",
    "generator.md": "openapi/README.md",
    "changelog.md": "CHANGELOG.md",
}


def gather(folder: Path) -> None:
    """Write every page into the folder, which is emptied before."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "reference").mkdir(parents=True)
    places = {page.name: f"docs/{page.name}" for page in DOCS.glob("*.md")}
    for name, source in {**places, **ELSEWHERE}.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        (folder / name).write_text(_with_links(text, (ROOT / source).parent), encoding="utf-8")
    shutil.copytree(DOCS / "images", folder / "images")
    pages = dict(reference.pages())
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    with (folder / "index.md").open("a", encoding="utf-8") as index:
        index.write("".join(_contents(sorted(places), list(pages))))


def _contents(names: List[str], reference: List[str]) -> Iterator[str]:
    """Put each page where its reader looks for it."""
    left = [name for name in names if name not in STANDING]
    parts: Dict[str, List[str]] = {}
    for reader, patterns in READERS:
        parts[reader] = [n for n in left if any(fnmatch(n, pattern) for pattern in patterns)]
        left = [name for name in left if name not in parts[reader]]
    parts = {**parts, "Maintainers": list(ELSEWHERE), "Reference": reference}
    parts["The service"] = ["not-known.md"]
    for caption, pages in parts.items():
        listed = "\n".join(pages)
        yield f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{listed}\n```\n"


def _with_links(text: str, home: Path) -> str:
    """Let links that are right in a checkout be right on the site."""
    pages = {source: name for name, source in ELSEWHERE.items()}
    pages["README.md"] = "index.md"

    def link(found: re.Match[str]) -> str:
        path, _, anchor = found[2].partition("#")
        if not path or ":" in path:
            return found[0]
        target = os.path.relpath((home / path).resolve(), ROOT)
        if target in pages or target.startswith("docs/"):
            page = pages.get(target, target[len("docs/") :])
            return f"[{found[1]}]({page}{'#' + anchor if anchor else ''})"
        # A file of the checkout; one that is not there stays a broken link, which Sphinx refuses.
        return f"`{target}`" if (ROOT / target).exists() else found[0]

    return re.sub(r"\[([^\]\n]*)\]\(([^)\s]+)\)", link, text)


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
