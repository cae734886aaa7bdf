"""The shell example with the real sh: one word on stdout, whatever happens."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path
from typing import Dict, Tuple

import pytest

from ..bad_days import BAD_DAYS, service_on
from ..calls import LINE, PHONE
from ..cli.command import service_at
from ..faults import modes
from ..faults.server import FaultServer
from ..pace import assert_in_time
from .agi import EXAMPLES, LONGEST
from .programs import with_program
from .sharing import asked_for, held

# What is tried is the shell; tests/cli has the command that it starts, on each Python.
pytestmark = pytest.mark.once

DEADLINE = 0.5
SCRIPT = str(EXAMPLES / "sh" / "virtualq-route.sh")
CALLER = (str(LINE), PHONE)


def route(env: Dict[str, str], *arguments: str) -> Tuple[int, str, str]:
    """Run the script as a dialplan does, to the end of what it prints."""
    done = subprocess.run(
        ["sh", SCRIPT, *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_caller_who_is_up(tmp_path: Path) -> None:
    """The word comes at once, the report goes on behind it."""
    asked, go_on = threading.Event(), threading.Event()
    with FaultServer([modes.good, held(asked, go_on)]) as server:
        server.service.seed(LINE, PHONE)
        url, patient = server.listen().url, str(2 * LONGEST)
        env = with_program(tmp_path, service_at(url, VIRTUALQ_DEADLINE=patient))
        with subprocess.Popen(
            ["sh", SCRIPT, "arrive", *CALLER], env=env, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.read() == "up\n"  # its end too: nobody holds the pipe open
            assert process.wait(LONGEST) == 0
        assert asked.wait(LONGEST)
        assert asked_for(server) == ["verify", "Connected"]
        go_on.set()
    assert server.mistakes == []  # the report was not answered before the word was there


def test_a_caller_who_is_not_up(tmp_path: Path) -> None:
    """An answer, and it is no: they are offered a callback, which is reported."""
    with FaultServer() as server:
        env = with_program(tmp_path, service_at(server.listen().url))
        assert route(env, "arrive", *CALLER) == (0, "offer\n", "")
        assert asked_for(server) == ["verify", "active", "offered"]


@pytest.mark.parametrize("number", ["", "+", "anonymous", "204"])
def test_a_caller_without_a_number(number: str, tmp_path: Path) -> None:
    """What a dialplan makes of a hidden number, or an extension: the queue, and nothing is sent."""
    with FaultServer() as server:
        env = with_program(tmp_path, service_at(server.listen().url))
        for command in ("arrive", "up", "line-up"):
            assert route(env, command, str(LINE), number) == (0, "queue\n", "")
        assert server.requests == []


def test_where_nothing_is_offered(tmp_path: Path) -> None:
    """`up` asks whether it is their turn, and nothing else: no offer counts that nobody made."""
    with FaultServer() as server:
        env = with_program(tmp_path, service_at(server.listen().url))
        assert route(env, "up", *CALLER) == (0, "queue\n", "")
        assert asked_for(server) == ["verify"]


def test_a_caller_is_lined_up(tmp_path: Path) -> None:
    """The word is given only when the service has said so."""
    with FaultServer() as server:
        env = with_program(tmp_path, service_at(server.listen().url))
        assert route(env, "line-up", *CALLER) == (0, "lined-up\n", "")
        assert server.service.created == [(LINE, PHONE)]


@pytest.mark.parametrize(("agent", "sent"), [((), None), (("PJSIP/agent 7",), "PJSIP/agent 7")])
def test_an_agent_takes_the_call(tmp_path: Path, agent: tuple[str, ...], sent: object) -> None:
    """Reported behind the back of the dialplan; words with blanks stay whole."""
    asked, go_on = threading.Event(), threading.Event()
    go_on.set()
    with FaultServer([held(asked, go_on)]) as server:
        server.service.seed(LINE, PHONE)
        env = with_program(tmp_path, service_at(server.listen().url))
        assert route(env, "transferred", *CALLER, *agent) == (0, "", "")
        assert asked.wait(LONGEST)
        assert server.requests[0].attributes.get("agent_id") == sent


def timed(env: Dict[str, str], command: str) -> Tuple[float, Tuple[int, str, str]]:
    """Run the script, and tell how many seconds it took."""
    start = time.monotonic()
    ended = route(env, command, *CALLER)
    return time.monotonic() - start, ended


@pytest.mark.parametrize("command", ["arrive", "line-up"])
@pytest.mark.parametrize("name", sorted(BAD_DAYS))
def test_a_bad_day(name: str, command: str, tmp_path: Path) -> None:
    """The ordinary queue in time, and one line on stderr without the phone number."""

    def bad_day() -> float:
        with service_on(BAD_DAYS[name]) as server:
            more = {"VIRTUALQ_BASE_URL": server.url, "VIRTUALQ_DEADLINE": str(DEADLINE)}
            spent, (code, printed, said) = timed({**env, **more}, command)
        assert (code, printed) == (0, "queue\n")
        assert said.count("\n") == 1
        assert PHONE not in said
        return spent

    def good_day() -> float:
        with FaultServer() as server:
            there = {"VIRTUALQ_BASE_URL": server.listen().url}
            spent, ended = timed({**env, **there}, "line-up")  # one start of the program, as above
        assert ended == (0, "lined-up\n", "")
        return spent

    env = with_program(tmp_path, service_at(""))
    assert_in_time(bad_day, good_day, DEADLINE)


@pytest.mark.parametrize(
    "arguments", [(), ("arrive",), ("arrive", "3042", PHONE, "x"), ("x", "y", "z")]
)
def test_wrong_usage(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """A mistake in the dialplan still gives a word."""
    code, printed, said = route(
        with_program(tmp_path, service_at("http://127.0.0.1:9")), *arguments
    )
    assert (code, printed) == (0, "queue\n")
    assert said.startswith("usage: ")


def test_a_program_that_is_not_there() -> None:
    """An installation that broke costs no call."""
    env = {**service_at("http://127.0.0.1:9"), "VIRTUALQ_PROGRAM": "/nowhere/virtualq"}
    assert route(env, "arrive", *CALLER)[:2] == (0, "queue\n")


def test_a_number_as_the_trunk_writes_it(tmp_path: Path) -> None:
    """VIRTUALQ_COUNTRY says how; what cannot be decided is the queue, and nothing is sent."""
    with FaultServer() as server:
        env = with_program(tmp_path, service_at(server.listen().url, VIRTUALQ_COUNTRY="CH"))
        assert route(env, "arrive", str(LINE), "41791234567")[1] == "offer\n"
        assert server.requests[0].query["phone"] == "+41791234567"
        before = len(server.requests)
        assert route(env, "arrive", str(LINE), "791234567")[1] == "queue\n"
        assert len(server.requests) == before
