"""--check and the writing of files: nothing by --check, all or none by the other."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Tuple

import pytest

from .generator import GENERATED, ROOT, make, run, save, texts, thing

pytestmark = pytest.mark.once

Snapshot = Dict[str, Tuple[bytes, int, int]]


def _snapshot(folder: Path) -> Snapshot:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            stat = path.stat()
            found[str(path)] = (path.read_bytes(), stat.st_mtime_ns, stat.st_ino)
    return found


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package that fits its spec."""
    return make(tmp_path, thing(a={"type": "string"}))


def _check(package: Path) -> Any:
    before = _snapshot(package.parent)
    ended = run("--check", "--spec", package.parent / "spec.json", "--out", package)
    assert _snapshot(package.parent) == before, "--check has written"
    return ended


def test_check_says_nothing_of_what_fits(package: Path) -> None:
    """Exit 0, no output."""
    assert _check(package) == (0, "", "")


def test_check_shows_a_hand_edit(package: Path) -> None:
    """Exit 1 and a unified diff that says which line is whose."""
    path = package / "models.py"
    path.write_text(path.read_text().replace('"""A Thing."""', '"""My Thing."""'))
    ended = _check(package)
    assert (ended.code, ended.err) == (1, "")
    assert ended.out.splitlines()[:2] == [
        "--- models.py (as it is)",
        "+++ models.py (as it should be)",
    ]
    assert '-    """My Thing."""\n+    """A Thing."""\n' in ended.out


def test_check_shows_a_missing_file(package: Path) -> None:
    """A deleted file is a difference, whole."""
    (package / "_api/operations.py").unlink()
    ended = _check(package)
    assert ended.code == 1
    assert ended.out.startswith("--- _api/operations.py (missing)\n+++ _api/operations.py")


def test_check_shows_a_stale_file(package: Path) -> None:
    """The spec has changed and nobody has generated."""
    save(package.parent, thing(a={"type": "string"}, b={"type": "integer"}))
    ended = _check(package)
    assert ended.code == 1
    assert "+    b: Optional[int] = field(" in ended.out


@pytest.mark.parametrize("change", [b"\r\n", b"\xff\n"])
def test_check_shows_what_cannot_be_seen(change: bytes, package: Path) -> None:
    """Line ends of another system, bytes that are no text."""
    path = package / "models.py"
    path.write_bytes(path.read_bytes().replace(b"\n", change, 3))
    ended = _check(package)
    assert ended.code == 1
    assert ended.out.startswith("--- models.py")


def test_check_of_a_bad_spec_is_no_difference(package: Path) -> None:
    """Exit 2: whether the files fit cannot be said."""
    save(package.parent, "openapi: [", "spec.json")
    ended = _check(package)
    assert (ended.code, ended.out) == (2, "")


def test_bad_spec_leaves_the_old_files(package: Path) -> None:
    """Nothing is deleted before the new text is complete."""
    before = _snapshot(package)
    save(package.parent, thing(a={"type": "text"}))
    ended = run("--spec", package.parent / "spec.json", "--out", package)
    assert ended.code == 2
    assert _snapshot(package) == before


def test_full_disk_leaves_the_old_files(package: Path) -> None:
    """A limit on the size of files fails as a full disk does: in the middle of a file."""
    before = _snapshot(package)
    properties = {f"property_{index}": {"type": "string"} for index in range(200)}
    path = save(package.parent, thing(**properties), "long.yaml")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    ended = subprocess.run(
        [sys.executable, "-B", "openapi/generate.py", "--spec", str(path), "--out", str(package)],
        cwd=str(ROOT),
        preexec_fn=limit,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    said = f"{package}: cannot be written (File too large); nothing was changed\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", said)
    assert _snapshot(package) == before


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_fault_between_two_files_puts_the_old_ones_back(
    fails_at: int, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All files are of one spec, whatever happens while they are put in place."""
    before = {path: content for path, (content, _, _) in _snapshot(package).items()}
    replace, calls = os.replace, []

    def failing(source: str, target: str) -> None:
        calls.append(target)
        if len(calls) == fails_at:
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    path = save(package.parent, thing(b={"type": "integer"}))
    (package.parent / "spec.json").touch()
    ended = run("--spec", path, "--out", package)
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 1
    assert len(calls) == fails_at
    assert {path: content for path, (content, _, _) in _snapshot(package).items()} == before


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    """One line, no traceback."""
    folder = tmp_path / "nothing"
    ended = run("--out", folder)
    said = f"{folder}: cannot be written (No such file or directory); nothing was changed\n"
    assert ended == (2, "", said)


def test_folder_that_may_not_be_written(tmp_path: Path) -> None:
    """A file system without write access gives the same one line; /proc is one for everybody."""
    if not os.path.isdir("/proc/self"):
        pytest.skip("no /proc on this system")
    ended = run("--out", "/proc/self")
    assert ended.code == 2
    assert ended.err.startswith("/proc/self: cannot be written (")
    assert len(ended.err.splitlines()) == 1


def test_all_files_are_told(tmp_path: Path) -> None:
    """What was written is said, and is what --check compares."""
    ended = run("--out", tmp_path)
    assert ended == (0, "".join(f"{name} written\n" for name in GENERATED), "")
    assert set(texts(tmp_path)) == set(GENERATED)
    assert run("--check", "--out", tmp_path).code == 0
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == sorted(
        name.rpartition("/")[2] for name in GENERATED
    )
