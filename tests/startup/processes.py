"""Runs a script as a fresh Python does and tells which modules it has loaded in the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import FrozenSet, List

from ..calls import KEY

_REPORT = """
import atexit, json, sys
atexit.register(lambda: sys.stderr.write(json.dumps(sorted(sys.modules))))
"""
ROOT = Path(__file__).resolve().parents[2]


def modules_of(script: str, *arguments: str, base_url: str) -> FrozenSet[str]:
    """Return the names in sys.modules at the end of a script; fail unless it exits with 0."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{_REPORT}\n{script}", *arguments],
        env={
            **environ,
            "PYTHONPATH": str(ROOT),
            "VIRTUALQ_BASE_URL": base_url,
            "VIRTUALQ_API_KEY": KEY,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names: List[str] = json.loads(done.stderr)
    return frozenset(names)
