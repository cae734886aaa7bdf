"""Starts `virtualq` as a dialplan would: a process with its settings in the environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence

import virtualq

from ..calls import KEY, LINE, PHONE

CALLER = ("--line-id", str(LINE), "--phone", PHONE)
LONGEST = 120.0
_HERE = str(Path(virtualq.__file__).parents[1])


class Ended(NamedTuple):
    """How a process ended: its exit code, and the bytes on both streams."""

    code: int
    stdout: bytes
    stderr: bytes


def environment(**more: str) -> Dict[str, str]:
    """Return a small environment that finds this package, with settings of virtualQ or others."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PYTHONPATH": _HERE, "LC_ALL": "C.UTF-8", **more}


def service_at(url: str, **more: str) -> Dict[str, str]:
    """Return the environment of a process that calls the service at an address.

    Each answer comes in time, however busy the machine is; a test of the deadline sets its own.
    """
    settings = {"VIRTUALQ_DEADLINE": str(LONGEST), **more}
    return environment(VIRTUALQ_BASE_URL=url, VIRTUALQ_API_KEY=KEY, **settings)


def words(*arguments: str) -> List[str]:
    """Return the command that starts `virtualq` with these arguments; a warning is an error."""
    return [sys.executable, "-W", "error", "-m", "virtualq", *arguments]


def run(*arguments: str, env: Dict[str, str], **how: Any) -> Ended:
    """Run `virtualq` to its end."""
    done = subprocess.run(
        words(*arguments),
        env=env,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=LONGEST,
        check=False,
        **how,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def one_line(stderr: bytes) -> str:
    """Return the one line that stands on stderr, and nothing else may."""
    lines: Sequence[str] = stderr.decode().splitlines()
    assert len(lines) == 1, stderr
    return lines[0]
