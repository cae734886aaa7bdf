"""The gateway as a process: who may ask, how it starts and ends, what a kill costs, load."""

from __future__ import annotations

import http.client
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import pytest

from virtualq import Session
from virtualq.sandbox.server import Sandbox

from ..pace import Late, again_when_late, assert_within
from ..programs import needed
from ..shares import share_of
from .process import LINE, WHO, Gateway, environ, told, until

DEADLINE = 3.0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", [f"/v1/connected?{WHO}", "/v1/outbox", "/metrics"])
def test_foreign(shared: Tuple[Sandbox, Gateway], headers: Dict[str, str], path: str) -> None:
    """A page in a browser on this machine reaches nothing, and has no effect."""
    _, gateway = shared
    assert gateway.ask(path, **headers).status == 403
    found = gateway.outbox()
    assert found["pending"] + found["delivered"] + found["dead"] == 0


def test_own(shared: Tuple[Sandbox, Gateway]) -> None:
    """A person who types the address, and a page of the gateway's own, are not foreign."""
    _, gateway = shared
    assert gateway.ask("/health", Sec_Fetch_Site="none").status == 200
    assert gateway.ask("/health", Origin=gateway.url, Sec_Fetch_Site="same-origin").status == 200
    for host in ("localhost:8080", "LocalHost.", "pbx.localhost", "[::1]:8080", "127.0.0.2"):
        assert gateway.ask("/health", Host=host).status == 200, host


def test_token(sandbox: Sandbox, tmp_path: Path) -> None:
    """With a token everything needs it, and without it the word is `queue`, without effect."""
    (tmp_path / "token").write_text("t0ken\n")
    with Gateway(sandbox, tmp_path, "--token-file", str(tmp_path / "token")) as gateway:
        for wrong in ({}, {"Authorization": "Bearer t0ke"}, {"Authorization": "Basic t0ken"}):
            said = gateway.ask(f"/v1/connected?{WHO}", **wrong)
            assert (said.word, said.reason) == ("queue", "settings")
            assert gateway.ask("/metrics", **wrong).status == 401
            assert "pending" not in gateway.ask("/v1/outbox.json", **wrong).body
        right = {"Authorization": "Bearer t0ken"}
        assert gateway.ask(f"/v1/connected?{WHO}", **right).word == "accepted"
        assert gateway.ask("/metrics", **right).status == 200
    assert "t0ken" not in (tmp_path / "gateway.log").read_text()


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short name: the path of a socket has at most 107 bytes (unix(7))."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


def test_unix_socket(sandbox: Sandbox, tmp_path: Path, short: Path) -> None:
    """A socket in the file system, for the group; what a killed one left is no hindrance."""
    path = short / "s"
    for end in (signal.SIGKILL, signal.SIGTERM):
        with Gateway(sandbox, tmp_path, "--listen", f"unix:{path}") as gateway:
            assert gateway.line == f"unix:{path}\n"
            assert path.stat().st_mode & 0o777 == 0o660
            curl = [needed("curl"), "-sS", "--unix-socket", str(path)]
            asked = [*curl, f"http://gateway/v1/connected?{WHO}"]
            done = subprocess.run(asked, capture_output=True, text=True, check=True)
            assert done.stdout == "accepted\n"
            assert gateway.stop(end) == (0 if end == signal.SIGTERM else -end)
    assert not path.exists()


def _refusal(sandbox: Sandbox, *options: str, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "virtualq", "gateway", *options],
        env=environ(sandbox, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, ""), done
    assert done.stderr.startswith("virtualq gateway: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.once  # fifteen starts; the words are ours, tests/cli has those of argparse
def test_refused_at_the_start(sandbox: Sandbox, tmp_path: Path) -> None:
    """What cannot work is exit 2 and one line that names it."""
    state = ["--state", str(tmp_path / "s.sqlite")]
    (tmp_path / "empty").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert "in use" in _refusal(sandbox, *state, "--listen", f"127.0.0.1:{port}")
    assert "--token-file" in _refusal(sandbox, *state, "--listen", "0.0.0.0:0")
    assert "--listen" in _refusal(sandbox, *state, "--listen", "8080:http")
    assert "no socket" in _refusal(sandbox, *state, "--listen", f"unix:{tmp_path / 'empty'}")
    assert "--country" in _refusal(sandbox, *state, "--country", "Germany")
    assert "unix:PATH" in _refusal(sandbox, *state, "--listen", "unix:")
    assert "--give-up-after" in _refusal(sandbox, *state, "--give-up-after", "nan")
    assert "--forget-after" in _refusal(sandbox, *state, "--forget-after", "-1")
    assert "--state" in _refusal(sandbox, "--state", "/proc/nowhere/s.sqlite")
    assert "--token-file" in _refusal(sandbox, *state, "--token-file", str(tmp_path / "empty"))
    assert "--api-key-file" in _refusal(sandbox, *state, VIRTUALQ_API_KEY="")
    assert "deadline" in _refusal(sandbox, *state, "--deadline", "0").lower()
    (tmp_path / "link").symlink_to(tmp_path / "gateway.sqlite")
    with Gateway(sandbox, tmp_path):
        for same in ("gateway.sqlite", "link"):
            assert "in use" in _refusal(sandbox, "--state", str(tmp_path / same))


def test_sigterm_finishes_what_runs(sandbox: Sandbox, tmp_path: Path) -> None:
    """Who is being answered when the gateway is stopped gets the answer."""
    sandbox.fail("verify_caller", latency=0.7)
    with Gateway(sandbox, tmp_path, "--deadline", "30") as gateway, ThreadPoolExecutor(4) as pool:
        words = [pool.submit(gateway.word, "arrive") for _ in range(4)]
        until(lambda: len(told_of(sandbox)) == 4)
        assert gateway.stop() == 0
        assert {word.result() for word in words} == {"offer"}
        assert gateway.log.read_text() == ""


def test_who_comes_after_sigterm_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    """They do not wait for the answers that are finished."""
    sandbox.fail("verify_caller", latency=300.0)
    with Gateway(sandbox, tmp_path, "--deadline", "300") as gateway, socket.socket() as caller:
        address = ("127.0.0.1", int(gateway.url.rpartition(":")[2]))
        caller.connect(address)
        caller.sendall(f"GET /v1/arrive?{WHO} HTTP/1.1\r\n\r\n".encode())
        until(lambda: len(told_of(sandbox)) == 1)
        gateway.process.terminate()
        until(lambda: _is_refused(address))
        assert gateway.process.poll() is None


def _is_refused(address: Tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, 60).close()
    except ConnectionRefusedError:
        return True
    return False


def told_of(sandbox: Sandbox) -> List[object]:
    """Return the look-ups that the service has begun to answer."""
    return [seen for seen in sandbox.requests if seen.function == "verify_caller"]


def test_resting(sandbox: Sandbox, gateway: Gateway) -> None:
    """After a few failures nobody waits: `queue` as fast as any answer, until it is back."""
    sandbox.fail(None, latency=30.0)
    for _ in range(3):
        assert gateway.ask(f"/v1/arrive?{WHO}").reason == "deadline"
    resting, reference = [], []
    for _ in range(20):
        for times, path in ((resting, f"/v1/arrive?{WHO}"), (reference, "/health")):
            started = time.monotonic()
            said = gateway.ask(path)
            times.append(time.monotonic() - started)
        assert said.json == {"status": "resting"}
    assert statistics.median(resting) < statistics.median(reference) + 0.02
    assert "virtualq_gateway_resting 1.0" in gateway.ask("/metrics").body
    assert gateway.word("transferred") == "accepted"
    sandbox.heal()
    until(lambda: gateway.word("arrive") == "offer")
    log = gateway.log.read_text()
    assert log.count("calls rest") == log.count("answers again") == 1


def hundred_calls(sandbox: Sandbox, gateway: Gateway, dripping: int) -> List[Tuple[float, str]]:
    """Let a hundred calls come at once; return how long each took, and its word."""
    if dripping:
        sandbox.fail("is_virtualq_active", drip=0.2, times=dripping)
    done: List[Tuple[float, str]] = []

    def call(number: int) -> None:
        started = time.monotonic()
        word = gateway.word("arrive", phone=f"+1734330{number:04}")
        done.append((time.monotonic() - started, word))

    threads = [threading.Thread(target=call, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


@again_when_late
def test_a_hundred_calls_while_the_service_drips(sandbox: Sandbox, gateway: Gateway) -> None:
    """Nobody is late, and who asks for a line that answers does not feel the others."""
    sandbox.heal()
    until(lambda: gateway.ask("/health").json == {"status": "ok"})
    done = hundred_calls(sandbox, gateway, 50)
    words = [word for _, word in done]
    assert words.count("queue") + words.count("offer") == 100
    if words.count("queue") > 50:
        raise Late("the machine was too busy for a hundred calls in the deadline")
    assert words.count("queue") == 50
    # The time that a hundred connections of this test itself take on a loaded machine.
    started = time.monotonic()
    with ThreadPoolExecutor(100) as pool:
        list(pool.map(lambda _: gateway.ask("/health"), range(100)))
    slack = 1.0 + 3 * (time.monotonic() - started)
    assert_within(DEADLINE + slack, max(seconds for seconds, _ in done))
    assert_within(DEADLINE, max(seconds for seconds, word in done if word == "offer"))


def report_until_killed(
    gateway: Gateway, caller: str, number: int, accepted: threading.Event
) -> int:
    """Report for a caller as fast as answers come; return the number of the next report."""
    connection = http.client.HTTPConnection(gateway.url[len("http://") :], timeout=60)
    with suppress(OSError, http.client.HTTPException):
        while True:
            query = f"line_id={LINE}&phone=%2B{caller[1:]}&ewt={number}"
            connection.request("GET", f"/v1/update?{query}")
            if connection.getresponse().read() == b"accepted\n":
                number += 1
                accepted.set()
    connection.close()
    return number


def kill_under_load(sandbox: Sandbox, folder: Path, kills: int, callers: int = 4) -> int:
    """Kill a gateway again and again while callers report; return how many were accepted.

    Each report has the number after that of the last one accepted; so one that was stored, but
    whose answer was lost, is there twice. The first kill waits for a report of each caller.
    """
    phones = [f"+173433050{number:02}" for number in range(callers)]
    numbers = dict.fromkeys(phones, 0)
    accepted = {phone: threading.Event() for phone in phones}
    for phone in phones:
        sandbox_line_up(sandbox, phone)
    arrived: Dict[str, List[int]] = {phone: [] for phone in phones}
    for _ in range(kills):
        with Gateway(sandbox, folder) as gateway, ThreadPoolExecutor(callers) as pool:
            loads = {
                phone: pool.submit(
                    report_until_killed, gateway, phone, numbers[phone], accepted[phone]
                )
                for phone in phones
            }
            assert all(each.wait(60) for each in accepted.values())
            time.sleep(random.uniform(0.0, 0.3))
            gateway.stop(signal.SIGKILL)
            numbers = {phone: load.result() for phone, load in loads.items()}
        collect(sandbox, arrived)
    with Gateway(sandbox, folder) as gateway:
        until(lambda: gateway.outbox()["pending"] == 0)
    collect(sandbox, arrived)
    for phone in phones:
        assert list(dict.fromkeys(arrived[phone])) == list(range(max(arrived[phone]) + 1)), phone
        assert arrived[phone] == sorted(arrived[phone]), phone
        assert max(arrived[phone]) >= numbers[phone] - 1
    return sum(numbers.values())


def sandbox_line_up(sandbox: Sandbox, phone: str) -> None:
    """Line a caller up."""
    with Session(sandbox.api_key, base_url=sandbox.url) as session:
        session.line_up_caller(LINE, phone, channel="CallIn", source="Phone")


def collect(sandbox: Sandbox, arrived: Dict[str, List[int]]) -> None:
    """Note what the service has been told since."""
    for attributes in told(sandbox, "update_caller_information"):
        arrived[attributes["phone"]].append(attributes["service_waiter_ewt"])
    sandbox._service.log.clear()


def test_killed_under_load(sandbox: Sandbox, tmp_path: Path) -> None:
    """Every accepted report arrives, in order, for its caller, however often it is killed."""
    assert kill_under_load(sandbox, tmp_path, kills=share_of(6)) > 0
