"""Puts `virtualq` where programs in other languages find it: a file that can be run."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Dict

from ..cli.command import words


def with_program(folder: Path, env: Dict[str, str]) -> Dict[str, str]:
    """Return the environment with a `virtualq` in it that is this one, by this Python."""
    program = folder / "virtualq"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(words())} "$@"\n')
    program.chmod(0o755)
    return {**env, "VIRTUALQ_PROGRAM": str(program)}
