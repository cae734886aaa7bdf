"""The FastAGI daemon: the dialogues of the AGI scripts over sockets, with one Session for all."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Iterator, List, Tuple

import pytest

from ..bad_days import BAD_DAYS, service_on
from ..calls import KEY, LINE, PHONE
from ..cli.command import service_at
from ..faults import modes
from ..faults.server import FaultServer
from ..pace import again_when_late, assert_in_time, assert_within
from .agi import LONGEST
from .asterisk import Asterisk
from .fastagi import DAEMON, Daemon, daemon
from .sharing import HARMLESS, HOSTILE, TRANSFER, asked_for, hang_up_when_asked

pytest.importorskip("pystrix", reason="SKIPPED: needs pystrix")

DEADLINE = 0.5


def call(**more: object) -> Asterisk:
    """Return a call to the dialogue `arrive`."""
    return Asterisk(**more).over_network("arrive")  # type: ignore[arg-type]


@pytest.fixture
def running() -> Iterator[Tuple[FaultServer, Daemon]]:
    """A daemon and the service it calls; it must have logged nothing unforeseen."""
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        with daemon(service_at(server.listen().url)) as running:
            yield server, running
            assert running.end() == 0
    assert not any(secret in "".join(running.lines) for secret in (PHONE, KEY, "Traceback"))


def test_calls_share_one_session(running: Tuple[FaultServer, Daemon]) -> None:
    """Each is served rightly, and the second finds the connection of the first."""
    server, there = running
    for number in range(3):
        asterisk = call()
        there.call(asterisk)
        assert asterisk.faults == []
        assert asterisk.variables["VIRTUALQ_STATUS"] == "up"
        assert len(asked_for(server)) == 2 * (number + 1)
    assert server.connections == 1


def test_many_calls_at_once(running: Tuple[FaultServer, Daemon]) -> None:
    """Twenty callers do not wait for each other, and none gets another's answer."""
    server, there = running
    calls = [call(arguments=[str(LINE + number)]) for number in range(20)]
    for number in range(0, 20, 2):
        server.service.seed(LINE + number, PHONE)
    threads = [threading.Thread(target=there.call, args=(asterisk,)) for asterisk in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
    statuses = [asterisk.variables["VIRTUALQ_STATUS"] for asterisk in calls]
    assert statuses == ["up", "queue"] * 10
    assert [asterisk.faults for asterisk in calls] == [[]] * 20


def test_a_caller_is_lined_up(running: Tuple[FaultServer, Daemon]) -> None:
    """The key is heard over the socket too."""
    server, there = running
    asterisk = call(key="1", caller="+49 171 1111 22 33")
    there.call(asterisk)
    assert asterisk.faults == []
    assert asterisk.variables["VIRTUALQ_STATUS"] == "lined-up"
    assert server.service.created == [(LINE, "+49171111122" + "33")]


def test_an_agent_takes_the_call(running: Tuple[FaultServer, Daemon]) -> None:
    """`agi://…/transferred` is the other dialogue."""
    server, there = running
    asterisk = Asterisk(
        variables=TRANSFER, arguments=(), said={"agi_network_script": "transferred"}
    )
    there.call(asterisk)
    assert asterisk.faults == []
    assert asked_for(server) == ["Finished"]


def test_who_hangs_up_while_asked_is_left_alone(running: Tuple[FaultServer, Daemon]) -> None:
    """The line HANGUP comes before the reply: it is no reply."""
    server, there = running
    asterisk = call(key="1", caller="+49 171 1111 22 33")
    asterisk.at["GET DATA"] = asterisk.hang_up
    there.call(asterisk)
    assert asterisk.faults == []
    assert asked_for(server) == ["verify", "active", "offered"]


def test_who_presses_1_and_hangs_up_is_lined_up(running: Tuple[FaultServer, Daemon]) -> None:
    """HANGUP waits in the socket while the service answers."""
    server, there = running
    asterisk = call(key="1", caller="+49 171 1111 22 33")
    thread = hang_up_when_asked(asterisk, server, before=3)
    there.call(asterisk)
    thread.join()
    assert asterisk.faults == []
    assert len(server.service.created) == 1


@pytest.mark.parametrize("path", ["", "elsewhere", "arrive/../x"])
def test_an_address_without_a_dialogue_leaves_the_call_alone(
    running: Tuple[FaultServer, Daemon], path: str
) -> None:
    """A typing error in the dialplan: no command, and the log says where to look."""
    _, there = running
    asterisk = Asterisk(said={"agi_network_script": path})
    there.call(asterisk)
    assert (asterisk.commands, asterisk.faults) == ([], [])
    assert "see the agi:// address" in there.next_line()


def test_text_of_the_service_is_never_a_command(running: Tuple[FaultServer, Daemon]) -> None:
    """As for the script: quotes, line breaks and the rest."""
    server, there = running
    name = HOSTILE.encode("unicode_escape").replace(b'"', b'\\"').replace(b"\\x", b"\\u00")
    hostile = modes.says("hostile", lambda peer: _with_name(peer, name))
    server.play([hostile, modes.good])
    asterisk = call()
    there.call(asterisk)
    assert asterisk.faults == []
    assert asterisk.variables["VIRTUALQ_LINE_NAME"] == HARMLESS


def _with_name(peer: modes.Peer, name: bytes) -> bytes:
    body = modes.good_body(peer).replace(b"Sales", name)
    return modes.message(body=body)


def seconds_of(asterisk: Asterisk, there: Daemon) -> float:
    """Let a call come in, and tell how long it took."""
    start = time.monotonic()
    there.call(asterisk)
    return time.monotonic() - start


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(BAD_DAYS))
def test_a_bad_day(name: str, running: Tuple[FaultServer, Daemon]) -> None:
    """The caller waits as if there were no virtualQ, in time from the first byte to the last."""

    def bad_day() -> float:
        asterisk = call(key="1")
        with service_on(BAD_DAYS[name]) as server:
            env = service_at(server.url, VIRTUALQ_DEADLINE=str(DEADLINE))
            with daemon(env) as there:
                spent = seconds_of(asterisk, there)
                line = there.next_line()
                assert there.end() == 0
        assert (asterisk.faults, asterisk.variables["VIRTUALQ_STATUS"]) == ([], "queue")
        assert line.startswith("WARNING virtualq.fastagi: ")
        assert not any(secret in line for secret in (PHONE, KEY))
        return spent

    assert_in_time(bad_day, lambda: seconds_of(call(), running[1]), DEADLINE)


def test_a_dialogue_is_finished_before_it_ends(running: Tuple[FaultServer, Daemon]) -> None:
    """SIGTERM in the middle of a call: that call is served, and then it ends with 0."""
    _, there = running
    codes: List[int] = []
    ending = threading.Thread(target=lambda: codes.append(there.end()))
    asterisk = call(key="1")
    asterisk.at["SET VARIABLE"] = lambda: ending.is_alive() or codes or ending.start()
    there.call(asterisk)
    ending.join(LONGEST)
    assert asterisk.variables["VIRTUALQ_STATUS"] == "up"
    assert codes == [0]


def test_settings_that_cannot_work_end_it_at_once() -> None:
    """Whoever starts it sees it, not the first caller."""
    env = {**service_at("http://127.0.0.1:9"), "VIRTUALQ_API_KEY": ""}
    done = subprocess.run(
        [sys.executable, DAEMON], env=env, capture_output=True, text=True, timeout=LONGEST
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no API key" in done.stderr


def _refused(**setting: str) -> str:
    done = subprocess.run(
        [sys.executable, DAEMON],
        env={**service_at("http://127.0.0.1:9"), **setting},
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done
    return done.stderr


def test_a_port_that_cannot_be_used_is_one_line() -> None:
    """Taken, or none at all: exit code 2, for systemd and whoever reads its journal."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert "already in use" in _refused(VIRTUALQ_FASTAGI=f"127.0.0.1:{port}")
        # A port alone is one on loopback, where this one is taken.
        assert f"127.0.0.1:{port}: " in _refused(VIRTUALQ_FASTAGI=str(port))
    assert "HOST:PORT" in _refused(VIRTUALQ_FASTAGI="localhost:agi")
    assert "VIRTUALQ_DEADLINE" in _refused(VIRTUALQ_DEADLINE="1,5")


@again_when_late
def test_a_silent_connection_does_not_delay_the_end() -> None:
    """A port scan, or an Asterisk that has gone: SIGTERM need not wait for it."""
    with (
        FaultServer() as server,
        daemon(service_at(server.listen().url)) as there,
        socket.create_connection(("127.0.0.1", there.port), LONGEST) as silent,
    ):
        there.call(call())  # the silent one was accepted before
        start = time.monotonic()
        assert there.end() == 0
        spent = time.monotonic() - start
        assert silent.recv(1) == b""
    assert_within(3.0, spent)  # it would be 5 s, or 120 in a dialogue


def test_sighup_reads_the_settings_again(tmp_path: Path) -> None:
    """A key that was changed in its file counts from the next call on; no call is lost."""
    key = tmp_path / "key"
    key.write_text("an-old-key")
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        env = service_at(server.listen().url)
        del env["VIRTUALQ_API_KEY"]
        with daemon({**env, "VIRTUALQ_API_KEY_FILE": str(key)}) as there:
            asterisk = call()
            there.call(asterisk)
            assert server.requests[-1].headers["x-api-key"] == "an-old-key"
            key.write_text(KEY)
            there.process.send_signal(signal.SIGHUP)
            while "settings read again" not in there.next_line():
                pass
            there.call(call())
            assert server.requests[-1].headers["x-api-key"] == KEY
            key.write_text("")
            there.process.send_signal(signal.SIGHUP)
            while "going on as before" not in there.next_line():
                pass
            there.call(call())
            assert server.requests[-1].headers["x-api-key"] == KEY
            assert there.end() == 0
