"""The example that `make demo` runs: as a process on a good day, and on a sandbox that is wrong."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from virtualq.sandbox.queue import Queue

ROOT = Path(__file__).parents[2]
JOURNEY = ROOT / "examples" / "journey.py"


@pytest.fixture
def journey() -> ModuleType:
    """The example as a module."""
    spec = importlib.util.spec_from_file_location("journey", JOURNEY)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_as_a_process() -> None:
    """It exits 0, has asked every function, shows typed errors, and writes plain text to a pipe."""
    run = subprocess.run(
        [sys.executable, "-W", "error", str(JOURNEY)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    printed = run.stdout.decode("ascii")
    assert (run.returncode, run.stderr) == (0, b"")
    assert printed.endswith("All 12 steps came out as expected.\n")
    assert "\x1b" not in printed
    for part in (
        "verify_caller",
        "line_up_caller",
        "get_caller",
        "list_callers_waiting",
        "notify_caller_connected",
        "update_caller_information",
        "notify_caller_transferred",
        "AuthenticationError: ",
        "NotFoundError: ",
    ):
        assert part in printed


def test_a_wrong_step_is_named(
    journey: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the sandbox finds nobody, the first step that shows it is named, and the code is 1."""
    monkeypatch.setattr(Queue, "find", lambda *_, **__: [])
    assert journey.main() == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "Step 3 did not come out as expected: Where are they now?"


def test_an_error_is_a_wrong_step(
    journey: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error where none was expected ends the journey at its step, not in a traceback."""
    changed = journey.STEPS[3]._replace(given={"call_center_id": 1})
    monkeypatch.setattr(journey, "STEPS", (*journey.STEPS[:3], changed, *journey.STEPS[4:]))
    assert journey.main() == 1
    printed = capsys.readouterr().out
    assert "NotFoundError: " in printed
    assert printed.splitlines()[-1].startswith("Step 4 did not")


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colour(
    journey: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    no_color: str,
    coloured: bool,
) -> None:
    """A terminal gets colour, unless NO_COLOR is set to something."""
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert journey.main() == 0
    assert ("\x1b[32m" in capsys.readouterr().out) is coloured
