"""A running sandbox is told from a shell what is to happen, found by its file or its address."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import pytest

from ..calls import LINE, PHONE
from ..loopback import Loopback
from .command import CALLER, LONGEST, environment, one_line, run, service_at, words

# Forty starts of the command: test_options.py has its parser, test_sandbox_command.py its start,
# and tests/sandbox what is done, each on each Python.
pytestmark = pytest.mark.once

LINE_UP = ("line-up", *CALLER, "--channel", "CallIn", "--source", "Phone")


class Running:
    """A sandbox as a process, with the environment of who calls it."""

    def __init__(self, *options: str) -> None:
        command = words("sandbox", *options)
        self.process = subprocess.Popen(
            command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert self.process.stdout is not None
        url, key = (self.process.stdout.readline().decode().strip() for _ in range(2))
        self.env: Dict[str, str] = environment(VIRTUALQ_BASE_URL=url, VIRTUALQ_API_KEY=key)

    def kill(self) -> None:
        """End it without a word of warning."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=LONGEST)


@pytest.fixture
def started() -> Iterator[List[Running]]:
    """The sandboxes of a test, ended after it."""
    running: List[Running] = []
    yield running
    for sandbox in running:
        sandbox.kill()


def test_a_shell_moves_a_caller(started: List[Running], tmp_path: Path) -> None:
    """Turn, bad day, closed line and time are told by address, or by the state file alone."""
    state = str(tmp_path / "state")
    started.append(Running("--state", state, "--speed", "0"))
    env = started[0].env
    assert run(*LINE_UP, env=env).code == 0
    assert run("sandbox", "notify", *CALLER, env=env) == (0, b"Notified\n", b"")
    assert run("verify", *CALLER, env=env).code == 0
    by_file = ("sandbox", "time-out", "--state", state, *CALLER)
    assert run(*by_file, env=environment()) == (0, b"TimeOut\n", b"")
    assert run("verify", *CALLER, env=env).code == 1
    assert run(*LINE_UP, env=env).code == 0
    assert run("sandbox", "step", "--seconds", "120", env=env) == (0, b"", b"")
    assert run("verify", *CALLER, env=env).code == 0
    fail = ("sandbox", "fail", "--function", "verify_caller", "--status", "500")
    assert run(*fail, env=env).code == 0
    assert run("verify", *CALLER, env=env).code == 3
    assert run("sandbox", "heal", env=env).code == 0
    assert run("sandbox", "close-line", "--line-id", str(LINE), env=env).code == 0
    status = json.loads(run("sandbox", "status", env=env).stdout)
    assert [line["active"] for line in status["lines"] if line["id"] == LINE] == [False]
    reported = run("sandbox", "reported", *CALLER, env=env)
    assert json.loads(reported.stdout) == {"channel": "CallIn", "source": "Phone"}


def test_where_its_key_comes_from(started: List[Running], tmp_path: Path) -> None:
    """The file that the environment names has it, as for every command; without any it is ours."""
    key = tmp_path / "key"
    key.write_text("of-my-own\n")
    started += [Running("--api-key-file", str(key)), Running()]
    own, ours = (sandbox.env["VIRTUALQ_BASE_URL"] for sandbox in started)
    by_file = environment(VIRTUALQ_BASE_URL=own, VIRTUALQ_API_KEY_FILE=str(key))
    assert run("sandbox", "heal", env=by_file).code == 0
    assert run("sandbox", "heal", env=environment(VIRTUALQ_BASE_URL=own)).code == 3
    assert run("sandbox", "heal", env=environment(VIRTUALQ_BASE_URL=ours)).code == 0


def test_something_else_answers(loopback: Loopback) -> None:
    """What has taken the port meanwhile, and answers in JSON of its own, is no sandbox."""
    loopback.steps = [(404, {"detail": "Not Found"}), (200, {"data": []})]
    for _ in range(2):
        ended = run("sandbox", "status", env=service_at(loopback.url))
        assert (ended.code, ended.stdout) == (4, b"")
        assert "no sandbox" in one_line(ended.stderr)


def test_what_was_answered_is_there_after_a_kill(started: List[Running], tmp_path: Path) -> None:
    """Killed in the middle, a sandbox on the same file knows everybody who was answered."""
    state = str(tmp_path / "state")
    started.append(Running("--state", state))
    assert run(*LINE_UP, env=started[0].env).code == 0
    started[0].kill()
    gone = run("sandbox", "notify", "--state", state, *CALLER, env=environment())
    assert gone.code == 4
    assert "no sandbox answers" in one_line(gone.stderr)
    started.append(Running("--state", state))
    assert run("get", *CALLER, env=started[1].env).code == 0


@pytest.fixture(scope="module")
def empty() -> Iterator[Running]:
    """A sandbox that refuses every order: nobody is in its lines, and nothing changes that."""
    running = Running()
    yield running
    running.kill()


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("notify", *CALLER), 1, "No such caller"),
        (("notify", "--line-id", "x", "--phone", PHONE), 2, "must be a whole number"),
        (("fail", "--function", "line_up", "--status", "500"), 2, "no function 'line_up'"),
        (("fail",), 2, "say what is to go wrong"),
        (("step", "--seconds", "-1"), 2, "seconds"),
        (("step", "--seconds", "nan"), 2, "seconds: must be a finite number"),
        (("notify", "--state", "none", *CALLER), 2, "no sandbox has it"),
        (("dance",), 2, "invalid choice"),
    ],
    ids=str,
)
def test_orders_that_cannot_be(
    empty: Running, options: Tuple[str, ...], code: int, said: str
) -> None:
    """One line says what is wrong, and shows no number."""
    ended = run("sandbox", *options, env=empty.env)
    assert (ended.code, ended.stdout) == (code, b"")
    assert said in one_line(ended.stderr)
    assert PHONE not in one_line(ended.stderr)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--host", "0.0.0.0"), "give a key of your own"),
        (("--speed", "-1"), "speed"),
        (("--seed", "none.yaml"), "seed file none.yaml: No such file"),
        (("--api-key-file", "none"), "--api-key-file"),
        (("heal",), "which sandbox?"),
    ],
)
def test_settings_that_cannot_work(options: Tuple[str, ...], said: str) -> None:
    """Code 2, and one line."""
    ended = run("sandbox", *options, env=environment())
    assert (ended.code, ended.stdout) == (2, b"")
    assert said in one_line(ended.stderr)


def test_people_call_by_themselves(started: List[Running]) -> None:
    """With --demo and --speed the lines fill without anybody asking."""
    started.append(Running("--demo", "3", "--speed", "3600"))
    finished = 0
    while not finished:
        status = json.loads(run("sandbox", "status", env=started[0].env).stdout)
        finished = sum(line["counts"]["Finished"] for line in status["lines"])
    assert status["moves"] is True
