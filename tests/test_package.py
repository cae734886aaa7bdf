"""What is published: an sdist with all of the checkout, a wheel with virtualq and the examples."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import List, Set, Tuple

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in ("build", "twine", "setuptools")),
        reason="SKIPPED: needs build, twine and setuptools, see the group dev",
    ),
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="SKIPPED: only git knows its files"),
]
Made = Tuple[Path, Path, Set[str]]


def _run(*command: str, cwd: Path = ROOT) -> str:
    return subprocess.run(
        command, cwd=cwd, check=True, capture_output=True, text=True, timeout=900
    ).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The sdist, the wheel that is made of it, and the files that git knows."""
    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("out")
    names = {name for name in _run("git", "ls-files").splitlines() if (ROOT / name).is_file()}
    for name in names:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), cwd=copy)
    return next(out.glob("*.tar.gz")), next(out.glob("*.whl")), names


def test_the_sdist_has_the_whole_checkout(made: Made) -> None:
    """So its own `make test`, `make check` and `make docs` find what they need."""
    sdist, _, names = made
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert names - held == set()


def test_the_sdist_is_a_checkout(made: Made, tmp_path: Path) -> None:
    """Unpacked into an empty folder, its own tests run: of the spec, pages, commands, package."""
    with tarfile.open(made[0]) as archive:
        archive.extractall(tmp_path, **({"filter": "data"} if sys.version_info >= (3, 12) else {}))
    (root,) = tmp_path.iterdir()
    telling = (
        "docs/test_blocks.py::test_no_block_is_left_out",
        "openapi/test_drift.py",
        "_api/test_samples.py",
        "cli/test_examples.py",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *(f"tests/{name}" for name in telling)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    # setuptools writes the setup.cfg of an sdist anew, with other blanks.
    assert ".[sandbox,phone," in _run("make", "-n", "test", "check", "docs", cwd=root)


def test_the_wheel_has_our_names_alone(made: Made) -> None:
    """Each file of the package and each example that git knows, and not a name that is not ours."""
    _, wheel, names = made
    with zipfile.ZipFile(wheel) as archive:
        held = archive.namelist()
    ours = {name for name in held if ".dist-info/" not in name}
    examples = {f"virtualq/_{name}" for name in names if name.startswith("examples/")}
    assert ours == {name for name in names if name.startswith("virtualq/")} | examples


def test_the_examples_come_out_of_the_wheel(made: Made, tmp_path: Path) -> None:
    """Who has nothing but the package gets them, and what can be run is made so."""
    _, wheel, names = made
    folder = tmp_path / "examples"
    command = [sys.executable, "-m", "virtualq", "examples", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(wheel)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    written = {Path(line).relative_to(tmp_path).as_posix() for line in done.stdout.splitlines()}
    assert written == {name for name in names if name.startswith("examples/")}
    assert os.access(folder / "sh" / "virtualq-route.sh", os.X_OK)
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)


def test_the_index_shows_no_dead_link(made: Made) -> None:
    """README's links and pictures of a checkout lead nowhere there; the rest is as it stands."""
    with zipfile.ZipFile(made[1]) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        metadata = archive.read(name).decode()
    assert re.findall(r"\]\((?!https?:)|<img", metadata) == []
    assert "the command line" in metadata
    assert "Project-URL: virtualQ, http://virtualq.io" in metadata


def test_the_index_will_take_both(made: Made) -> None:
    """`twine check --strict` on both."""
    files: List[str] = [str(path) for path in made[:2]]
    assert _run(sys.executable, "-m", "twine", "check", "--strict", *files).count("PASSED") == 2
