"""The pytest plugin as a project that tests its own code would use it, in a run of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SUITE = '''
def test_the_caller_is_up(virtualq_session, virtualq_sandbox):
    """Both fixtures belong together, and the service moves when told."""
    who = (3042, "+17343305027")
    virtualq_session.line_up_caller(*who, channel="CallIn", source="Phone")
    virtualq_sandbox.notify(*who)
    assert virtualq_session.verify_caller(*who)
    virtualq_sandbox.time_out(*who)
    assert not virtualq_session.verify_caller(*who)

def test_each_test_starts_empty(virtualq_session):
    """Nothing is left of the test before."""
    assert virtualq_session.list_callers_waiting(24).value == []
'''


def test_fixtures(tmp_path: Path) -> None:
    """The fixtures give a Session and its service, new for every test."""
    (tmp_path / "test_theirs.py").write_text(SUITE)
    # The plugin is named here because it may or may not be installed as an entry point.
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "virtualq.testing.plugin"]
    root = str(Path(__file__).parents[2])
    run = subprocess.run(
        [*command, "-p", "no:cacheprovider", str(tmp_path)],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": root},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "2 passed" in run.stdout, run.stdout + run.stderr
