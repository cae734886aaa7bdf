"""The page about lines: its programs print what stands below them, or go on as it says."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, List

import pytest

from virtualq.sandbox.server import Sandbox

from ..cli.command import service_at
from .blocks import BLOCKS, Block

pytestmark = pytest.mark.once

LONGEST = 30.0
PAGE: List[Block] = [block for block in BLOCKS if block.page == "docs/lines.md"]
PROGRAMS = [block for block in PAGE if block.language == "python"]


def at(sandbox: Sandbox) -> Dict[str, str]:
    """Return the settings that the page tells its reader to take."""
    there = {"VIRTUALQ_API_KEY": sandbox.api_key, "VIRTUALQ_DEADLINE": str(LONGEST)}
    return {**service_at(sandbox.url), **there}


def run(code: str, sandbox: Sandbox, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of the page to its end."""
    program = folder / "program.py"
    program.write_text(code, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-W", "error", str(program)],
        env=at(sandbox),
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )


@pytest.mark.parametrize("number", [0, 2], ids=["decide", "find"])
def test_a_program_prints_what_the_page_says(number: int, tmp_path: Path) -> None:
    """Somebody who copies it sees the same."""
    program = PROGRAMS[number]
    printed = PAGE[PAGE.index(program) + 1]
    assert printed.language == "text"
    code = program.code.replace("SILENCE = 3042, 2.0", f"SILENCE = 3042, {LONGEST}")
    with Sandbox() as sandbox:
        done = run(code, sandbox, tmp_path)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", printed.code)


def test_a_closed_line_is_not_offered(tmp_path: Path) -> None:
    """And nothing is reported as offered; a line that is not there is told on stderr."""
    with Sandbox() as sandbox:
        sandbox.close_line(3042)
        for line, functions in (("3042", 1), ("9999", 2)):
            code = PROGRAMS[0].code.replace("3042, 2.0", f"{line}, {LONGEST}")
            done = run(code, sandbox, tmp_path)
            assert (done.returncode, done.stdout) == (0, "queue\n")
            assert ("there is no line 9999" in done.stderr) == (line == "9999")
            asked = [request.function for request in sandbox.requests]
            assert asked == ["is_virtualq_active"] * functions


def test_the_figures_are_reported_again_and_again(tmp_path: Path) -> None:
    """Every ten seconds (here: at once), past one that fails, until SIGTERM, which is exit 0."""
    assert "EVERY = 10.0" in PROGRAMS[1].code
    code = PROGRAMS[1].code.replace("EVERY = 10.0", "EVERY = 0.5").replace("EVERY / 2", "30.0")
    (tmp_path / "program.py").write_text(code, encoding="utf-8")
    with Sandbox() as sandbox:
        sandbox.fail("update_line_group_collection", status=422, times=1)
        with subprocess.Popen(
            [sys.executable, "-W", "error", str(tmp_path / "program.py")],
            env=at(sandbox),
            stderr=subprocess.PIPE,
            text=True,
        ) as program:
            try:
                assert program.stderr is not None
                assert re.match("not reported: .*422", program.stderr.readline())
                end = time.monotonic() + LONGEST
                while len(sandbox.requests) < 3 and time.monotonic() < end:
                    time.sleep(0.05)
                program.terminate()
                assert (program.wait(LONGEST), program.stderr.read()) == (0, "")
            finally:
                program.kill()
        assert [request.status for request in sandbox.requests[:3]] == [422, 200, 200]
