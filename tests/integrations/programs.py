"""Starts what the tests of integrations need beside them: a Redis, workers; ends all of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Dict, Iterator

import pytest

from ..cli.command import environment
from ..ports import kept_port, listens

needs_redis = pytest.mark.skipif(
    shutil.which("redis-server") is None,
    reason="redis-server is not installed (Debian: apt-get install redis-server)",
)
LONGEST = 120.0
"""What a loaded machine may take, in seconds."""


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + LONGEST
    while not true():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.1)


@contextmanager
def running(*command: str, cwd: Path, env: Dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program, with whatever it starts, until the end of the test."""
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def redis_server(folder: Path) -> Iterator[int]:
    """Run a Redis that keeps nothing; yield its port once it answers."""
    with kept_port() as port:
        there = ("--bind", "127.0.0.1", "--port", str(port))
        command = ("redis-server", *there, "--save", "", "--dir", str(folder))
        with running(*command, cwd=folder, env=environment()):
            until(lambda: listens(port))
            yield port
