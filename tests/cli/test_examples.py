"""`virtualq examples DIR`: whoever has the package has the examples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from virtualq import cli

from .command import environment

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_they_are_copied_and_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each file is named, is the same, can be run where it begins so, and works over there."""
    folder = tmp_path / "a" / "b"
    assert cli.run(["examples", str(folder)]) == 0
    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(written) == sorted(path for path in folder.rglob("*") if path.is_file())
    for path in written:
        content = path.read_bytes()
        assert content == (EXAMPLES / path.relative_to(folder)).read_bytes()
        assert bool(path.stat().st_mode & 0o100) == content.startswith(b"#!")
    done = subprocess.run(
        [sys.executable, str(folder / "journey.py")],
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with something in it, and a file, stay as they are: code 2 and one line."""
    (tmp_path / "mine").write_text("mine")
    for folder in (tmp_path, tmp_path / "mine", tmp_path / "mine" / "below"):
        assert cli.run(["examples", str(folder)]) == 2
        printed = capsys.readouterr()
        assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
