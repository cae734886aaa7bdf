"""The manual page: man shows it without a warning, and it tells of every command."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import virtualq
from virtualq.cli.options import COMMANDS

PAGE = Path(virtualq.__file__).parent / "cli" / "virtualq.1"
pytestmark = pytest.mark.once


@pytest.mark.skipif(shutil.which("groff") is None, reason="SKIPPED: needs groff")
def test_the_page_is_clean() -> None:
    """Every warning of groff on; what is shown has the words that somebody looks for."""
    groff = ["groff", "-man", "-Tascii", "-ww", "-P-c", str(PAGE)]
    done = subprocess.run(groff, capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr == ""
    shown = re.sub(".\b", "", done.stdout)  # bold is a letter struck twice
    for words in ("virtualq verify --phone +17343305027 --line-id 3042", "EXIT STATUS", "0 done"):
        assert words in re.sub(" +", " ", shown)


def test_every_command_is_told() -> None:
    """`make models` writes it anew with a new function; `make check` compares it."""
    told = re.findall(r"^\.SS virtualq ([^ \n]+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name.replace("\\", "") for name in told} == set(COMMANDS)
