"""The FastAGI daemon called by aioagi, which knows nothing of us: the protocol is the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, List

import pytest

from ..calls import LINE, PHONE
from ..cli.command import environment, service_at
from ..faults.server import FaultServer
from .agi import LONGEST
from .fastagi import daemon

pytest.importorskip("aioagi", reason="SKIPPED: needs aioagi-ik")
pytest.importorskip("pystrix", reason="SKIPPED: needs pystrix")
# It is the peer that differs; test_fastagi.py plays every dialogue on each Python.
pytestmark = pytest.mark.once

_PEER = str(Path(__file__).with_name("aioagi_peer.py"))


def dialogue(server: FaultServer, key: str) -> List[Any]:
    """Call the daemon once; return the commands that the peer understood."""
    with daemon(service_at(server.listen().url)) as there:
        said = [f"agi_callerid={PHONE}", f"agi_arg_1={LINE}", "agi_language=en"]
        address = f"agi://127.0.0.1:{there.port}/arrive"
        done = subprocess.run(
            [sys.executable, _PEER, address, key, *said],
            env=environment(),
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert there.end() == 0
        assert there.lines[1:] == []
    got: List[Any] = json.loads(done.stdout)
    return got


def test_a_caller_who_is_up() -> None:
    """The last word is the status, and each command was one that the peer knows."""
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        got = dialogue(server, "")
    assert got[0] == ["SET VARIABLE", ["VIRTUALQ_STATUS", "queue"]]
    assert got[-1] == ["SET VARIABLE", ["VIRTUALQ_STATUS", "up"]]


def test_a_caller_who_presses_1() -> None:
    """They are lined up, once."""
    with FaultServer() as server:
        got = dialogue(server, "1")
        assert server.service.created == [(LINE, PHONE)]
    assert ["GET DATA", ["virtualq/press-1-to-keep-your-place", "5000", "1"]] in got
    assert got[-1] == ["SET VARIABLE", ["VIRTUALQ_STATUS", "lined-up"]]
