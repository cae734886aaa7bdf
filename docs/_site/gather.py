"""Gathers the pages of the site: those of docs, and those made of code and spec; conf.py is next.

python docs/_site/gather.py FOLDER
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

# Who reads a page, by its name: a new page finds its place by itself, the last takes the rest.
READERS: List[Tuple[str, List[str]]] = [
    ("Web", ["web*", "django*", "asyncio*", "celery*", "rest*", "sandbox*", "testing*"]),
    ("IVR", ["ivr-*", "gateway*", "phone-numbers*", "lines*", "asterisk*", "freeswitch*"]),
    ("Operations", ["*"]),
]
STANDING = ("index.md", "not-known.md")
# Pages of the checkout that stand elsewhere, by the page that they become.
ELSEWHERE = {
    "contributing.md": "CONTRIBUTING.md",
    "generator.md": "openapi/README.md",
    "changelog.md": "CHANGELOG.md",
}
# What the reference takes from the docstrings of which modules.
MODULES = {
    "Session": ["session"],
    "Result": ["result"],
    "Errors": ["errors"],
    "Models": ["models"],
    "Phone numbers": ["phones"],
    "Webhooks": ["webhooks"],
    "Testing": ["testing", "testing.in_process"],
    "Django": ["integrations.django", "integrations.django.testing"],
    "Django REST framework": ["integrations.rest_framework"],
    "Celery": ["integrations.celery"],
    "OpenTelemetry": ["integrations.opentelemetry"],
}
MARKS = re.compile(r"\s*\[((?=[SVA?])[SVA?, a-z;0-9]*)\]")
"""The evidence in openapi/virtualq.yaml, such as [S, V; unit ?]."""


def gather(folder: Path) -> None:
    """Write every page into the folder, which is emptied before."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "reference").mkdir(parents=True)
    places = {page.name: f"docs/{page.name}" for page in DOCS.glob("*.md")}
    for name, source in {**places, **ELSEWHERE}.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        (folder / name).write_text(_with_links(text, (ROOT / source).parent), encoding="utf-8")
    pages = dict(_reference())
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
    parts = {"IVR": parts.pop("IVR"), **parts}
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


def _reference() -> Iterator[Tuple[str, str]]:
    for title, modules in MODULES.items():
        there = [module for module in modules if _exists(module)]
        if there:
            name = title.lower().replace(" ", "-")
            yield f"reference/{name}.md", "".join(_module_page(title, there))
    yield "reference/command-line.md", "".join(_command_page())


def _exists(module: str) -> bool:
    path = ROOT.joinpath("virtualq", *module.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _module_page(title: str, modules: List[str]) -> Iterator[str]:
    yield f"# {title}\n"
    for module in modules:
        yield f"\n```{{eval-rst}}\n.. automodule:: virtualq.{module}\n```\n"
    if title == "Models":
        yield from _evidence()


def _evidence() -> Iterator[str]:
    """Tell from where each attribute is known, as the spec says it."""
    yield "\n## How it is known\n\nS: the vendor's wiki (May 2022). V: requests and answers "
    yield "recorded from the vendor's client. A: another product's connector. ?: assumed.\n\n"
    yield "| class | attribute | known from |\n|---|---|---|\n"
    tree = ast.parse((ROOT / "virtualq" / "models.py").read_text(encoding="utf-8"))
    for each in tree.body:
        if isinstance(each, ast.ClassDef):
            for name, text in _documented(each):
                for marks in MARKS.findall(text)[:1]:
                    yield f"| `{each.name}` | `{name}` | {marks} |\n"


def _documented(of: ast.ClassDef) -> Iterator[Tuple[str, str]]:
    for one, following in zip(of.body, of.body[1:]):
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            target = one.targets[0] if isinstance(one, ast.Assign) else getattr(one, "target", None)
            if isinstance(target, ast.Name):
                yield target.id, str(following.value.value)


def _command_page() -> Iterator[str]:
    """Show what `virtualq --help` prints, and the help of each command it lists."""
    general = _help()
    yield f"# The command `virtualq`\n\n```text\n{general}```\n"
    for command in re.findall(r"^    ([a-z][a-z-]+)(?=\s)", general, re.MULTILINE):
        yield f"\n## `virtualq {command}`\n\n```text\n{_help(command)}```\n"


def _help(*command: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "virtualq", *command, "--help"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "90"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
