"""`virtualq gateway outbox`: what was given up, listed, exported and sent again by a person."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from virtualq.sandbox.server import Sandbox

from .process import LINE, PHONE, Gateway, environ, until


def outbox(sandbox: Sandbox, state: Path, *words: str, code: int = 0) -> str:
    """Run the command; return what it prints."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "virtualq", "gateway", "outbox", *words),
            *("--state", str(state)),
        ],
        env=environ(sandbox, VIRTUALQ_API_KEY=""),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done
    return done.stdout or done.stderr


def test_given_up_and_sent_again(sandbox: Sandbox, gateway: Gateway) -> None:
    """The list hides the number, the export has all; a gateway that runs sends it again."""
    gateway.word("line-up")
    sandbox.fail("notify_caller_transferred", status=422, times=1)
    assert gateway.word("transferred", agent_id="7042") == "accepted"
    until(lambda: gateway.outbox()["dead"] == 1)
    listed = outbox(sandbox, gateway.state, "list")
    assert "notify_caller_transferred 3042 ***27 UnprocessableEntityError 422" in listed
    assert PHONE not in listed
    exported = json.loads(outbox(sandbox, gateway.state, "export"))
    assert exported["given"] == {"line_id": LINE, "phone": PHONE, "agent_id": "7042"}
    assert outbox(sandbox, gateway.state, "send-again", str(exported["id"])) == "1\n"
    gateway.delivered(1)
    assert sandbox.reported(LINE, PHONE)["agent_id"] == "7042"
    assert outbox(sandbox, gateway.state, "list") == "none\n"


def test_wrong_words(sandbox: Sandbox, tmp_path: Path) -> None:
    """A typing error, or a file that is not there, is exit 2 and one line."""
    missing = tmp_path / "none.sqlite"
    assert "--state cannot be used" in outbox(sandbox, missing, "list", code=2)
    assert not missing.exists()
    assert "the arguments are" in outbox(sandbox, missing, "delete", code=2)
