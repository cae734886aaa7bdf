"""The page "Start here" word by word: a copy of the checkout, an empty HOME, no settings."""

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
NEEDED = ("setup.cfg", "setup.py", "pyproject.toml", "README.md", "LICENSE", "virtualq", "examples")


def test_start_here(tmp_path: Path) -> None:
    """What somebody types who has just come is what they see."""
    (console,) = [block for block in BLOCKS if (block.page, block.language) == (HOME, "console")]
    (program,) = [block for block in BLOCKS if (block.page, block.language) == (HOME, "python")]
    checkout, home = tmp_path / "checkout", tmp_path / "home"
    checkout.mkdir()
    home.mkdir()
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, checkout / name)
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
            timeout=300,
            check=False,
        )
        assert (command, done.returncode, done.stdout) == (command, 0, expected), done.stderr
