"""Starts a program of this folder in a fresh Python and reads what it printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import virtualq

_ROOTS = (Path(virtualq.__file__).parents[1], Path(__file__).parents[2])


def run_program(name: str, *arguments: str, seconds: float = 30.0) -> Any:
    """Run a program, warnings being errors, and give the JSON it printed; other noise fails."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(root) for root in _ROOTS)}
    command = [sys.executable, "-W", "error", "-m", f"faults.programs.{name}", *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), (
        f"{name} ended with {done.returncode}: {done.stderr}"
    )
    return json.loads(done.stdout)
