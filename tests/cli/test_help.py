"""`--help`, `--version` and completion: made of what the spec and the Session say."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from virtualq import __version__, cli
from virtualq.cli.options import CALLS, COMMANDS

from .command import LONGEST, environment, run


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it does, every option with a word about it, an example that can be typed."""
    assert cli.run([command, "--help"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert f"example: virtualq {command}" in printed.out
    assert "exit codes:" in printed.out
    options = [line for line in printed.out.splitlines() if line.startswith("  --")]
    assert len(options) >= 3 or command == "examples"
    assert "None" not in printed.out


def test_the_example_of_the_help_can_be_typed(capsys: pytest.CaptureFixture[str]) -> None:
    """It has every option that must be given, so that only the key is missing."""
    for command in set(COMMANDS) - {"doctor", "sandbox", "examples"}:
        cli.run([command, "--help"])
        shown = capsys.readouterr().out.partition("example: virtualq ")[2].splitlines()[0]
        assert cli.run(shlex.split(shown)) == 2
        assert "there is no API key" in capsys.readouterr().err


def test_every_option_of_the_sandbox_has_a_word_about_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also those of what is told to a running one: `--lost` alone explains nothing."""
    assert cli.run(["sandbox", "--help"]) == 0
    orders = re.findall(r"^    ([a-z-]+) {2,}\w", capsys.readouterr().out, re.MULTILINE)
    assert {"notify", "fail", "status"} <= set(orders)
    for order in orders:
        assert cli.run(["sandbox", order, "--help"]) == 0
        options = capsys.readouterr().out.partition("options:")[2]
        bare = re.findall(r"^  --\S+(?: [A-Z_]+)?\n(?! {6})", options, re.MULTILINE)
        assert (order, bare) == (order, [])


def test_help_names_the_values_the_spec_knows(capsys: pytest.CaptureFixture[str]) -> None:
    """They are known, not required: others are sent as they are."""
    cli.run(["line-up", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "known: CallBack, CallIn, others are sent as they are" in text


def test_the_overview_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, from the docstring of the Session function."""
    assert cli.run(["--help"]) == 0
    printed = capsys.readouterr().out
    assert all(f"    {command}" in printed for command in COMMANDS)
    assert "Say whether it is the caller's turn." in printed


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The version of the package."""
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out == f"virtualq {__version__}\n"


def complete(line: str) -> List[str]:
    """Ask for completions of a line as argcomplete's shell function does, over descriptor 8."""
    reading, writing = os.pipe()
    script = "import os, sys; os.dup2(int(sys.argv.pop(1)), 8); import virtualq.cli as c; c.main()"
    asked = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "COMP_LINE": line}
    with open(reading, encoding="utf-8") as answers:
        done = subprocess.run(
            [sys.executable, "-c", script, str(writing)],
            env=environment(**asked, COMP_POINT=str(len(line)), COMP_TYPE="9"),
            pass_fds=[writing],
            capture_output=True,
            timeout=LONGEST,
            check=False,
        )
        os.close(writing)
        assert (done.returncode, done.stdout) == (0, b""), done.stderr
        return [word.strip() for word in answers.read().split("\n")]


def test_a_shell_completes_commands_options_and_values() -> None:
    """With the extra `completion`; a value is suggested, never required."""
    pytest.importorskip("argcomplete", reason="SKIPPED: needs argcomplete")
    assert "transferred" in complete("virtualq tra")
    assert "--agent-id" in complete("virtualq transferred --ag")
    assert {"CallBack", "CallIn"} <= set(complete("virtualq line-up --channel Call"))
    assert complete("virtualq lines --field opening") == ["opening_times_description"]


def test_completion_without_its_extra_runs_no_command() -> None:
    """Where argcomplete is missing, the line that is being typed is not carried out."""
    hidden = "import sys; sys.modules['argcomplete'] = None; import virtualq.cli as c; "
    done = subprocess.run(
        [sys.executable, "-c", f"{hidden}sys.exit(c.run(['--version']))"],
        env=environment(_ARGCOMPLETE="1"),
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert 'pip install "virtualq[completion]"' in done.stderr


def test_python_m_is_the_same_program() -> None:
    """`python -m virtualq` goes by the name that its messages have."""
    assert run("--version", env=environment()) == (0, f"virtualq {__version__}\n".encode(), b"")


def test_the_page_has_every_command() -> None:
    """docs/command-line.md is what people read before they type."""
    page = Path(__file__).resolve().parents[2] / "docs" / "command-line.md"
    rows = re.findall(r"^\| `([a-z-]+)` \| (?:`(\w+)`)?[^|]*\|", page.read_text(), re.MULTILINE)
    named = dict(rows)
    assert set(COMMANDS) - set(named) == set()
    assert all(named[command] == operation.name for command, operation in CALLS.items())
