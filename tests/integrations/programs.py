"""Starts what the tests of integrations need beside them: a Redis, workers; ends all of it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Dict, Iterator

import pytest

from ..cli.command import environment

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


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0


def came_up(server: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until a server answers or has ended; return which."""
    until(lambda: answers(port) or server.poll() is not None)
    return server.poll() is None


@contextmanager
def redis_server(folder: Path) -> Iterator[int]:
    """Run a Redis that keeps nothing; yield its port once it answers."""
    while True:
        port = free_port()
        command = ("redis-server", "--port", str(port), "--save", "", "--dir", str(folder))
        with running(*command, cwd=folder, env=environment()) as server:
            if came_up(server, port):
                yield port
                return
        # Ended at once: somebody else has taken the port meanwhile.
