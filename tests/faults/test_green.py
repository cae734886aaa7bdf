"""gevent and eventlet: their sockets wait in other ways, and the deadline holds all the same."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import virtualq

from ..pace import again_when_late, assert_within
from .modes import handshake_dripped, silent
from .programs.green import DEADLINE
from .server import FaultServer
from .service import NEXT_LINE, NEXT_PHONE
from .tls import Certificates

_ROOTS = (Path(virtualq.__file__).parents[1], Path(__file__).parents[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["gevent", "eventlet"])
@again_when_late
def test_under_green_threads(certificates: Certificates, kind: str, when: str, host: str) -> None:
    """A Session of before or after works over https, lets others run, and ends on time."""
    if importlib.util.find_spec(kind) is None:
        pytest.skip(f"{kind} is not installed")
    with (
        FaultServer(tls=certificates.good).listen() as well,
        FaultServer([handshake_dripped], tls=certificates.good).listen() as dripping,
        FaultServer([silent], tls=certificates.good).listen() as mute,
    ):
        well.service.seed(NEXT_LINE, NEXT_PHONE)
        urls = [f"https://{host}:{server.port}" for server in (well, dripping, mute)]
        arguments = [kind, when, *urls, certificates.ca_bundle]
        # The warnings of these libraries about themselves are not ours.
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "faults.programs.green", *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, _ROOTS))},
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    seen = json.loads(done.stdout)
    assert seen["found"] == [NEXT_LINE] * 8
    assert seen["ticks"] > 10, "nothing else ran while a call waited"
    for spent in seen["spent"].values():
        assert spent >= DEADLINE, seen
        assert_within(DEADLINE * 1.5, spent)
