"""What a fork finds half done: modules half loaded, connections in use, a Session of the parent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Tuple

import pytest

import virtualq
from virtualq import Session

from ..loopback import Loopback
from .modes import good, silent
from .privacy import KEY
from .programs.loading import CHILDREN, THREADS
from .server import FaultServer
from .service import NEXT_LINE, NEXT_PHONE
from .tls import Certificates

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
    # Python 3.12 warns of every fork beside threads, which is what is tried here.
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]
_ROOTS = (Path(virtualq.__file__).parents[1], Path(__file__).parents[1])


def run(*arguments: str) -> object:
    """Run a program of ours that forks beside threads, and give what it printed."""

    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-m", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, _ROOTS))},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_forks_while_modules_are_loaded() -> None:
    """Twelve children of a process whose threads look at their first values: none gets stuck."""
    with FaultServer().listen() as server:
        server.service.seed(NEXT_LINE, NEXT_PHONE)
        seen = run("faults.programs.loading", server.url)
    assert seen == {
        "children": [[NEXT_LINE] * THREADS] * CHILDREN,
        "parent": [NEXT_LINE] * (THREADS + 1),
    }


FOUND: object = {"data": {"id": "5", "type": "waiters", "attributes": {"ewt": 5}}}
LATER = {"Retry-After": "Fri, 31 Dec 2027 23:59:59 GMT"}


@pytest.mark.parametrize(
    ("call", "name", "step", "found"),
    [
        ("tell", "virtualq._api.properties", (200, FOUND), "True"),
        ("ask", "email.utils", (429, {"errors": []}, LATER), "429, wait True"),
        ("ask", "encodings.idna", (200, FOUND), "True"),
    ],
)
def test_a_fork_while_one_module_is_loaded(
    loopback: Loopback, call: str, name: str, step: Any, found: str
) -> None:
    """Whatever is loaded by the first call that needs it: a child forked meanwhile can load it."""
    loopback.steps = [step]
    url = loopback.url.replace("127.0.0.1", "localhost")
    assert run("faults.programs.slow_loading", url, call, name) == found


@pytest.mark.parametrize("pauses", [("0.4", "0"), ("0", "60")], ids=["locked", "waiting"])
def test_a_fork_while_a_name_is_looked_up(loopback: Loopback, pauses: Tuple[str, str]) -> None:
    """The child can look names up, though the C library takes locks for it; and no name server
    that is silent holds a fork for long.
    """
    loopback.steps = [(200, FOUND)]
    url = loopback.url.replace("127.0.0.1", "localhost")
    seen = run("faults.programs.slow_name", url, *pauses)
    assert isinstance(seen, list)
    assert seen[0] == "True"
    assert seen[1] < 10


def in_a_child(what: object) -> int:
    """Do something in a forked child; return its exit code."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            what()  # type: ignore[operator]
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_childs_close_leaves_the_parents_connections(
    certificates: Certificates, tls: bool
) -> None:
    """Neither the idle one nor the one in use is shut down, or told that it ends."""
    with FaultServer(tls=certificates.good if tls else None).listen() as server:
        server.service.seed(NEXT_LINE, NEXT_PHONE)
        bundle = certificates.ca_bundle if tls else None
        with Session(KEY, base_url=server.url, ca_bundle=bundle, deadline=60) as session:
            assert session.get_caller(NEXT_LINE, NEXT_PHONE).found
            assert in_a_child(session.close) == 0
            assert session.get_caller(NEXT_LINE, NEXT_PHONE).found
            assert server.connections == 1
            server.play([silent, good])
            with ThreadPoolExecutor(1) as pool:
                running = pool.submit(session.get_caller, NEXT_LINE, NEXT_PHONE)
                while len(server.requests) < 3:
                    assert not running.done()
                assert in_a_child(session.close) == 0
                assert not running.done()
                session.close()
                assert running.exception(10) is not None


def test_a_fork_in_the_middle_of_a_call() -> None:
    """A child that never calls holds no lock: its close() and its end are those of any other."""
    with FaultServer().listen() as server, Session(KEY, base_url=server.url) as session:
        server.service.seed(NEXT_LINE, NEXT_PHONE)
        with ThreadPoolExecutor(4) as pool:
            calls = [pool.submit(session.get_caller, NEXT_LINE, NEXT_PHONE) for _ in range(200)]
            codes = [in_a_child(session.close) for _ in range(10)]
            assert all(call.result(20).found for call in calls)
    assert codes == [0] * 10
