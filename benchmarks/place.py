"""Where the contestants run: an environment as a user's `pip install` makes it, and rivals to meet.

Made anew for each run, in a temporary directory. An editable install would not do for start-up:
it loads a finder into every process, the rivals' too.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Dict, List, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
GENERATED = "generated_client"
_INSTALLED = ("virtualq", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")


class Place(NamedTuple):
    """How to start a contestant, and which ones there are."""

    python: str
    """The interpreter that cold processes are started with."""
    command: List[str]
    """How the program `virtualq` is started."""
    environ: Dict[str, str]
    """All that such a process finds in its environment."""
    rivals: List[str]
    """What there is besides plain requests and virtualq: `httpx`, `generated`."""
    notes: List[str]
    """What is missing, and why."""


def here() -> Place:
    """Return this interpreter with what it has: quick to make, enough to try the scripts."""
    environ = {**_environ(), "PYTHONPATH": str(ROOT)}
    rivals = ["httpx"] if has("httpx") else []
    command = [sys.executable, "-m", "virtualq"]
    note = "run on this interpreter as it is: start-up figures are no measurement"
    return Place(sys.executable, command, environ, rivals, [note, *_missing()])


def fresh(directory: Path) -> Place:
    """Make an environment in a directory, with virtualq installed and the rivals beside it."""
    home = directory / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = str(home / "bin" / "python")
    source = directory / "source"
    source.mkdir()
    for name in _INSTALLED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    _install(python, str(source), "httpx")
    notes = generate(directory / "generated")
    if not notes:
        try:
            _install(python, str(directory / "generated"))
        except subprocess.CalledProcessError as error:
            notes = [f"the generated client cannot be installed: {_last_line(error.stderr)}"]
    rivals = ["httpx"] if has("httpx") else []
    if rivals and not notes:
        rivals.append("generated")
        sys.path.append(str(directory / "generated"))  # for what is measured in this process
    command = [str(home / "bin" / "virtualq")]
    return Place(python, command, _environ(), rivals, [*notes, *_missing()])


def has(module: str) -> bool:
    """Say whether a module is there to be measured in this process."""
    return importlib.util.find_spec(module) is not None


def _missing() -> List[str]:
    wanted = ("httpx", "pydantic")
    return [f"no {name}: it is not installed here" for name in wanted if not has(name)]


def generate(directory: Path) -> List[str]:
    """Let openapi-python-client make a client of our spec; return why there is none, if so."""
    if not has("openapi_python_client"):
        return ["no generated client: openapi-python-client is not installed"]
    settings = directory.parent / "generator.yaml"
    settings.write_text(f"package_name_override: {GENERATED}\npost_hooks: []\n")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "setup"]
    command += ["--path", str(ROOT / "openapi" / "virtualq.yaml"), "--config", str(settings)]
    command += ["--output-path", str(directory)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode or not (directory / GENERATED).is_dir():
        said = " ".join((done.stdout + done.stderr).split())
        return [f"no generated client: openapi-python-client refuses our spec: {said[:400]}"]
    return []


def _environ() -> Dict[str, str]:
    """Return an environment with nothing in it that would help or hinder anyone."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def _install(python: str, *what: str) -> None:
    """Install packages with their bytecode, which pip writes unless the environment forbids it."""
    command = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", *what]
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, capture_output=True, text=True, env=environ, timeout=600)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it does not say why"
