"""The types as users see them: mypy and pyright, both strict, on the package and its users."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Set

import pytest

import virtualq

pytestmark = pytest.mark.once

ROOT = Path(virtualq.__file__).parent.parent
TYPING = Path(__file__).parent / "typing"
OLDEST = "3.9"

needs_mypy = pytest.mark.skipif(
    importlib.util.find_spec("mypy") is None, reason="mypy is not installed"
)
needs_pyright = pytest.mark.skipif(
    importlib.util.find_spec("pyright") is None, reason="pyright is not installed"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder of its own with the package and the programs, away from our settings."""
    shutil.copytree(
        ROOT / "virtualq", tmp_path / "virtualq", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("api.py", "mistakes.py"):
        shutil.copy(TYPING / name, tmp_path / name)
    return tmp_path


def _run(tool: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(cwd), "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    command = [sys.executable, "-m", tool, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=900, check=False
    )


def _pyright(project: Path, *names: str) -> List[Dict[str, Any]]:
    """Run pyright strictly on files; return what it has to say."""
    config = {"include": list(names), "typeCheckingMode": "strict", "pythonVersion": OLDEST}
    (project / "pyrightconfig.json").write_text(json.dumps(config))
    done = _run("pyright", "--outputjson", "--pythonpath", sys.executable, cwd=project)
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] >= len(names)
    said: List[Dict[str, Any]] = report["generalDiagnostics"]
    return said


def _mypy(project: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return _run("mypy", "--strict", "--python-version", OLDEST_MYPY, *names, cwd=project)


# mypy 2 checks for 3.10 and up alone.
OLDEST_MYPY = "3.10"


def _mistakes() -> Set[int]:
    lines = (TYPING / "mistakes.py").read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if line.endswith("# mistake")}


@needs_mypy
def test_mypy_accepts_the_package_and_its_user(project: Path) -> None:
    """`mypy --strict` on every module, and on a program that uses every function."""
    done = _mypy(project, "virtualq", "api.py")
    assert (done.returncode, done.stdout.splitlines()[-1].split(":")[0]) == (0, "Success"), (
        done.stdout
    )


@needs_pyright
def test_pyright_accepts_the_package_and_its_user(project: Path) -> None:
    """The same in pyright's strict mode."""
    said = _pyright(project, "virtualq", "api.py")
    found = [
        f"{each['file']}:{each['range']['start']['line'] + 1}: {each['message']}" for each in said
    ]
    assert not found, "\n".join(found)


@needs_mypy
def test_mypy_sees_a_user_s_mistakes(project: Path) -> None:
    """Each marked line is an error, so that the types are known to bite."""
    done = _mypy(project, "mistakes.py")
    lines = [
        line for line in done.stdout.splitlines() if "mistakes.py:" in line and ": error:" in line
    ]
    assert {int(line.split(":")[1]) for line in lines} == _mistakes()


@needs_pyright
def test_pyright_sees_a_user_s_mistakes(project: Path) -> None:
    """The same mistakes, and no other line."""
    said = _pyright(project, "mistakes.py")
    lines = {each["range"]["start"]["line"] + 1 for each in said if each["severity"] == "error"}
    assert lines == _mistakes()


@needs_pyright
def test_public_interface_is_completely_typed(project: Path) -> None:
    """`pyright --verifytypes`: every public symbol has a type that is known."""
    options = ("--ignoreexternal", "--outputjson", "--pythonpath", sys.executable)
    done = _run("pyright", "--verifytypes", "virtualq", *options, cwd=project)
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    report = json.loads(done.stdout)
    complete = report["typeCompleteness"]
    incomplete = [
        each["name"]
        for each in complete["symbols"]
        if each["isExported"] and not each["isTypeKnown"]
    ]
    # Django and Django REST framework have no types of their own: their classes make ours unknown.
    theirs = ("virtualq.integrations.django.", "virtualq.integrations.rest_framework.")
    assert [name for name in incomplete if not name.startswith(theirs)] == []
    assert complete["exportedSymbolCounts"]["withKnownType"] > 50


def test_package_says_that_it_is_typed() -> None:
    """PEP 561: without the marker no tool looks at our types."""
    assert (ROOT / "virtualq" / "py.typed").is_file()
