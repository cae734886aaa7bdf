"""The page "Start here" word by word: a fresh clone, an empty HOME, no settings."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .blocks import BLOCKS, ROOT
from .test_blocks import commands_of

pytestmark = [pytest.mark.once, pytest.mark.slow]

HOME = "docs/index.md"


def check_out(to: Path) -> None:
    """Copy what a fresh clone has, with what is not committed yet; an sdist is one already."""
    if not (ROOT / ".git").exists():
        shutil.copytree(ROOT, to, ignore=shutil.ignore_patterns(".venv", "build", "node_modules"))
        return
    listed = [
        "git",
        "-C",
        str(ROOT),
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ]
    for name in subprocess.run(listed, check=True, capture_output=True).stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to / name)


def test_start_here(tmp_path: Path) -> None:
    """What somebody types who has just come is what they see."""
    (console,) = [block for block in BLOCKS if (block.page, block.language) == (HOME, "console")]
    (program,) = [block for block in BLOCKS if (block.page, block.language) == (HOME, "python")]
    checkout, home = tmp_path / "checkout", tmp_path / "home"
    home.mkdir()
    check_out(checkout)
    (checkout / "first.py").write_text(program.code, encoding="utf-8")
    # Nothing of this process but where programs are, and how pip finds packages and trusts them.
    kept = {
        name: value
        for name, value in os.environ.items()
        if name == "PATH" or name.startswith(("PIP_", "SSL_"))
    }
    for command, expected in commands_of(console.code):
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=checkout,
            env={**kept, "HOME": str(home), "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert (command, done.returncode, done.stdout) == (command, 0, expected), done.stderr
