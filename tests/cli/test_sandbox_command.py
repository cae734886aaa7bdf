"""`virtualq sandbox`, and a caller's way through it with nothing but the command line."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from typing import Dict, Iterator, Tuple

import pytest

from ..calls import LINE, PHONE
from .command import CALLER, LONGEST, environment, one_line, run, words


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Tuple[subprocess.Popen[bytes], Dict[str, str]]]:
    """A sandbox as a process, and the environment of those who call it."""
    command = words("sandbox", "--port", "0", "--state", str(tmp_path / "state"))
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            url, key = (process.stdout.readline().decode().strip() for _ in range(2))
            yield process, environment(VIRTUALQ_BASE_URL=url, VIRTUALQ_API_KEY=key)
        finally:
            process.kill()


def test_a_caller_is_lined_up_and_found(
    sandbox: Tuple[subprocess.Popen[bytes], Dict[str, str]],
) -> None:
    """Not up, lined up, found, listed, connected, transferred, gone; then Ctrl-C ends it."""
    process, env = sandbox
    line_up = ("--channel", "CallIn", "--source", "Phone", "--skills", "Skill1")
    assert run("verify", *CALLER, env=env) == (1, b"not up\n", b"")
    assert run("line-up", *CALLER, *line_up, env=env).code == 0
    found = run("get", *CALLER, env=env)
    assert f"line_id: {LINE}\n".encode() in found.stdout
    listed = run("list", "--call-center-id", "24", env=env)
    assert f"phone: {PHONE}\n".encode() in listed.stdout
    assert run("connected", *CALLER, env=env).code == 0
    assert run("transferred", *CALLER, "--agent-id", "7", env=env).code == 0
    assert run("get", *CALLER, env=env) == (1, b"not found\n", b"")
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=LONGEST) == (b"", b"")
    assert process.returncode == 0


def test_a_port_in_use_is_a_setting_that_cannot_work(
    sandbox: Tuple[subprocess.Popen[bytes], Dict[str, str]],
) -> None:
    """Code 2, and the port is named."""
    port = sandbox[1]["VIRTUALQ_BASE_URL"].rpartition(":")[2]
    ended = run("sandbox", "--port", port, env=environment())
    assert (ended.code, ended.stdout) == (2, b"")
    assert f"port {port} cannot be used" in one_line(ended.stderr)
    assert PHONE not in one_line(ended.stderr)
