"""Every exit code as a shell sees it, on good days and bad ones."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from typing import Tuple

import pytest

from ..bad_days import BAD_DAYS, service_on
from ..calls import KEY, LINE, PHONE, error_document
from ..faults import modes
from ..faults.server import FaultServer, Peer
from ..loopback import Loopback
from ..pace import assert_in_time
from .command import CALLER, LONGEST, environment, one_line, run, service_at, words

DEADLINE = 0.5


def verify(server: FaultServer, command: str = "verify") -> Tuple[int, bytes, bytes]:
    """Run a look-up with the deadline of these tests."""
    return run(command, *CALLER, "--deadline", str(DEADLINE), env=service_at(server.url))


def seconds_of_a_good_day() -> float:
    """Return how long the program needs when the service answers at once."""
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        server.listen()
        start = time.monotonic()
        assert verify(server)[:2] == (0, b"up\n")
        return time.monotonic() - start


def test_done() -> None:
    """0: they are up."""
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        assert verify(server.listen()) == (0, b"up\n", b"")


def test_not_up() -> None:
    """1: an answer, and it is no."""
    with FaultServer() as server:
        assert verify(server.listen()) == (1, b"not up\n", b"")


def test_wrong_usage() -> None:
    """2: nothing was sent."""
    ended = run("verify", "--line-id", "3042", env=environment())
    assert (ended.code, ended.stdout) == (2, b"")
    assert one_line(ended.stderr).startswith("virtualq verify: the following arguments")


def test_settings_that_cannot_work() -> None:
    """2: a setting is named."""
    env = service_at("http://api.virtualq.io")
    ended = run("verify", *CALLER, env=env)
    assert (ended.code, ended.stdout) == (2, b"")
    assert "base_url must be https://" in one_line(ended.stderr)


def test_refused(loopback: Loopback) -> None:
    """3: to transferred a caller who is not in the line is an error, as in Python."""
    loopback.steps = [(404, error_document(detail=f"nobody has {PHONE}"))]
    ended = run("transferred", *CALLER, env=service_at(loopback.url))
    assert (ended.code, ended.stdout) == (3, b"")
    assert one_line(ended.stderr) == (
        "virtualq transferred: the service answered 404: Not found: nobody has ***"
    )


def test_nobody_listens() -> None:
    """4: there is no answer."""
    with FaultServer() as server:
        ended = verify(server)
    assert (ended[0], ended[1]) == (4, b"")
    assert "could not connect: Connection refused" in one_line(ended[2])


@pytest.mark.shared
@pytest.mark.parametrize("command", ["verify", "connected"])
@pytest.mark.parametrize("name", sorted(BAD_DAYS))
def test_bad_days_end_in_time(name: str, command: str) -> None:
    """Nothing on stdout, one line without phone or key on stderr, and never later than promised."""
    day = BAD_DAYS[name]

    def bad_day() -> float:
        with service_on(day) as server:
            start = time.monotonic()
            code, stdout, stderr = verify(server, command)
            spent = time.monotonic() - start
        assert (code, stdout) == (day.exit_code, b"")
        line = one_line(stderr)
        assert line.startswith(f"virtualq {command}: ")
        assert line.isprintable()
        assert not any(secret in line for secret in (PHONE, PHONE[1:], KEY))
        assert spent > DEADLINE or not day.late
        return spent

    # The deadline is that of the call; what Python takes to start is measured beside it.
    assert_in_time(bad_day, seconds_of_a_good_day, DEADLINE)


def test_a_change_that_may_have_happened_is_said_so() -> None:
    """The service got the report, and its answer was lost."""
    with FaultServer([modes.lost_after]) as server:
        _, _, stderr = verify(server.listen(), "connected")
    assert "the change may have been carried out all the same" in one_line(stderr)


def test_ctrl_c_ends_quietly() -> None:
    """130, and not a word, in the middle of a call."""
    asked = threading.Event()

    def note(peer: Peer) -> bytes:
        asked.set()
        return b""

    waits = modes.says("asked", note, modes.STALL)
    with FaultServer([waits]) as server:
        env = service_at(server.listen().url, VIRTUALQ_DEADLINE=str(LONGEST))
        with subprocess.Popen(
            words("verify", *CALLER), env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert asked.wait(LONGEST)
            process.send_signal(signal.SIGINT)
            printed = process.communicate(timeout=LONGEST)
    assert (process.returncode, *printed) == (130, b"", b"")


def test_a_fault_of_the_program_never_looks_like_an_answer() -> None:
    """Python would end with 1, which says "not up"."""
    broken = "import virtualq.session as s; s.Session.from_env = None; import virtualq.cli as c; "
    ended = subprocess.run(
        [*words()[:-2], "-c", f"{broken}raise SystemExit(c.run({['verify', *CALLER]}))"],
        env=service_at("http://127.0.0.1:9"),
        capture_output=True,
        timeout=LONGEST,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (4, b"")
    assert one_line(ended.stderr) == (
        "virtualq verify: a fault of this program: TypeError; python -X dev shows where"
    )


@pytest.mark.parametrize("missing", ["stdout", "stderr"])
def test_a_closed_stream_changes_no_exit_code(missing: str) -> None:
    """`>&-` and `2>&-`: what cannot be written is left out, and never lands on the other stream."""
    number = {"stdout": 1, "stderr": 2}[missing]
    command = ["get", *CALLER] if missing == "stdout" else ["get"]
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        process = subprocess.Popen(
            words(*command),
            env=service_at(server.listen().url),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: os.close(number),
        )
        printed = process.communicate(timeout=LONGEST)
    assert (process.returncode, *printed) == (0 if missing == "stdout" else 2, b"", b"")
