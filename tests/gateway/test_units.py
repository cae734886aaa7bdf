"""The systemd units: what systemd itself says of them, and that what they start exists."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .process import ROOT

UNITS = sorted((ROOT / "examples" / "systemd").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_unit(unit: Path, tmp_path: Path) -> None:
    """systemd knows every setting, and the program is started with arguments that it takes."""
    text = unit.read_text()
    assert "LoadCredential=key:" in text
    assert "VIRTUALQ_API_KEY_FILE=%d/key" in text
    program = tmp_path / "virtualq"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m virtualq "$@"\n')
    program.chmod(0o755)
    text = text.replace("/opt/virtualq/bin/virtualq", str(program))
    text = text.replace("/opt/virtualq/bin/python", sys.executable)
    text = text.replace("/opt/virtualq/ivr", str(ROOT / "examples"))
    (tmp_path / unit.name).write_text(text)
    (command,) = [line[10:].split() for line in text.splitlines() if line.startswith("ExecStart=")]
    assert all(Path(word).exists() for word in command if word.startswith("/"))
    options = [word for word in command if word.startswith("--")]
    if options:
        shown = subprocess.run([*command[:2], "--help"], capture_output=True, text=True, check=True)
        assert [option for option in options if option not in shown.stdout] == []
    if shutil.which("systemd-analyze") is None:
        pytest.skip("SKIPPED: needs systemd-analyze")
    verify = ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
