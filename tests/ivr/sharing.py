"""What the tests of the IVR examples share: a service that can be made to wait, texts, a call."""

from __future__ import annotations

import threading
from typing import Dict, List

from ..calls import LINE, PHONE
from ..faults import modes
from ..faults.server import FaultServer, Peer
from ..faults.service import Request
from .agi import LONGEST, Ended, run, script
from .asterisk import Asterisk

HOSTILE = 'Sales "VIP" \\ desk\r\nHANGUP\n\x00\x1b[2J ${SHELL(id)} \u2028\u202e日本'
HARMLESS = 'Sales "VIP" \\ desk  HANGUP   [2J ${SHELL(id)}   日本'
TRANSFER = {
    "VIRTUALQ_LINE_ID": str(LINE),
    "VIRTUALQ_PHONE": PHONE,
    "MEMBERINTERFACE": "PJSIP/agent-7",
}


def arrive(asterisk: Asterisk, env: Dict[str, str]) -> Ended:
    """Let a call come in; the script must keep the rules, end with 0 and say nothing else."""
    ended = run(script("arrive"), asterisk, env)
    assert asterisk.faults == []
    assert ended.code == 0
    return ended


def asked_for(server: FaultServer) -> List[str]:
    """Return what the service was asked, in order: look-ups by their filter, changes by state."""
    return [_in_short(request) for request in server.requests]


def _in_short(request: Request) -> str:
    if "/lines/" in request.target:
        return "active" if request.method == "GET" else "offered"
    if request.method == "GET":
        return "verify" if "currently_up" in request.query else "get"
    return str(request.attributes.get("service_waiter_state", "line up"))


def held(signalled: threading.Event, go_on: threading.Event) -> modes.Mode:
    """Make the mode that says when it was asked, and answers when it may."""

    def wait(peer: Peer) -> bytes:
        signalled.set()
        assert go_on.wait(LONGEST)
        return peer.good

    return modes.says("held", wait)


def hang_up_when_asked(asterisk: Asterisk, server: FaultServer, before: int) -> threading.Thread:
    """Let the caller hang up while the service answers a request, with so many good ones before."""
    asked, go_on = threading.Event(), threading.Event()
    server.play([modes.good] * before + [held(asked, go_on), modes.good])

    def hang_up() -> None:
        assert asked.wait(LONGEST)
        asterisk.hang_up()
        go_on.set()

    thread = threading.Thread(target=hang_up)
    thread.start()
    return thread
