"""The sandbox as a process: what it prints, and how it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from virtualq.session import Session

from .asking import LINE, PHONE

RUN = "import sys; from virtualq.sandbox.server import main; sys.exit(main(state=sys.argv[1]))"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_runs_until_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    """It prints URL and key, a line each, serves a Session, and ends cleanly with code 0."""
    command = [sys.executable, "-W", "error", "-c", RUN, str(tmp_path / "state")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            url, key = process.stdout.readline().strip(), process.stdout.readline().strip()
            with Session(key, base_url=url) as vq:
                assert vq.line_up_caller(LINE, PHONE, channel="CallIn", source="Phone")
                process.send_signal(number)
                assert process.communicate(timeout=20) == ("", "")
        finally:
            process.kill()
    assert process.returncode == 0
    assert (tmp_path / "state").stat().st_size > 0
