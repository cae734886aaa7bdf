"""Every module: it loads without a warning, and imports only from its own floor or below."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Iterator, List, Tuple

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[1]
# The floors of CONTRIBUTING.md, the lowest first; the longest name that a module begins with
# counts.
FLOORS: List[Tuple[str, ...]] = [
    ("virtualq.errors", "virtualq.result", "virtualq._http.version"),
    ("virtualq.models", "virtualq._api"),
    ("virtualq._http", "virtualq.phones", "virtualq.webhooks"),
    ("virtualq.session",),
    ("virtualq.sandbox",),
    ("virtualq.testing",),
    ("virtualq.integrations", "virtualq.gateway", "virtualq.cli"),
    ("virtualq.__main__",),
]


def name_of(path: Path) -> str:
    """Return the name under which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).replace(".__init__", "")


MODULES = {name_of(path): path for path in sorted((ROOT / "virtualq").rglob("*.py"))}


def floor(module: str) -> int:
    """Return the number of the floor that a module stands on."""
    found = [
        (len(name), number)
        for number, names in enumerate(FLOORS)
        for name in names
        if f"{module}.".startswith(f"{name}.")
    ]
    assert found, f"{module} stands on no floor: say which, here and in CONTRIBUTING.md"
    return max(found)[1]


def imported(module: str) -> Iterator[str]:
    """Yield what a module imports of ours when it is loaded: types and late imports are free."""
    for node in _loading(ast.parse(MODULES[module].read_text(encoding="utf-8")).body):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _loading(body: List[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
            for part in ("body", "orelse", "handlers", "finalbody"):
                yield from _loading(getattr(node, part, []))


def test_imports_go_down() -> None:
    """No module loads one that stands above it; the public face loads everything late."""
    wrong = [
        (module, other)
        for module in MODULES
        if module != "virtualq"
        for other in imported(module)
        if other in MODULES and other != "virtualq" and floor(other) > floor(module)
    ]
    assert wrong == []


def test_every_module_loads_without_a_warning() -> None:
    """In Python's development mode, where each warning is an error."""
    program = "\n".join(f"import {module}" for module in MODULES if module != "virtualq.__main__")
    # Views and fields of Django are made where there are settings.
    start = "import django.conf; django.conf.settings.configure(USE_TZ=True); import django"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", f"{start}; django.setup()\n{program}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
