"""The sandbox as a process: what it prints, and how it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, Tuple

import pytest

from virtualq.session import Session

from .asking import LINE, PHONE


@contextmanager
def running(state: Path) -> Iterator[Tuple[subprocess.Popen[str], Session]]:
    """Run a sandbox as a process, and a Session that asks it."""
    command = [sys.executable, "-W", "error", "-m", "virtualq", "sandbox", "--state", str(state)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            url, key = process.stdout.readline().strip(), process.stdout.readline().strip()
            with Session(key, base_url=url) as vq:
                yield process, vq
        finally:
            process.kill()


@pytest.fixture
def hangup() -> Iterator[Callable[[signal.Handlers], object]]:
    """Decide what SIGHUP does to processes that are started; the tests may run under nohup."""
    before = signal.getsignal(signal.SIGHUP)
    yield lambda handler: signal.signal(signal.SIGHUP, handler)
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_runs_until_a_signal(
    tmp_path: Path, number: signal.Signals, hangup: Callable[[signal.Handlers], object]
) -> None:
    """It prints URL and key, a line each, serves a Session, and ends cleanly with code 0."""
    hangup(signal.SIG_DFL)
    with running(tmp_path / "state") as (process, vq):
        assert vq.line_up_caller(LINE, PHONE, channel="CallIn", source="Phone")
        process.send_signal(number)
        assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 0
    assert (tmp_path / "state").stat().st_size > 0


def test_nohup(tmp_path: Path, hangup: Callable[[signal.Handlers], object]) -> None:
    """Under nohup it goes on when the terminal is closed."""
    hangup(signal.SIG_IGN)
    with running(tmp_path / "state") as (process, vq):
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        assert vq.line_up_caller(LINE, PHONE, channel="CallIn", source="Phone")
        process.terminate()
        assert process.wait(60) == 0
