"""The sandbox over real sockets: connections, limits, its end, and a Session's calls against it."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from typing import Iterator, Optional

import pytest

from virtualq._api.operations import BASE_PATH, KEY_HEADER, REQUEST_MEDIA_TYPE
from virtualq.errors import ConfigurationError, NotFoundError
from virtualq.sandbox.server import Sandbox
from virtualq.session import Session

from ..pace import again_when_late, assert_within
from .asking import CENTER, LINE, PHONE

LOOK_UP = f"{BASE_PATH}/waiters?active=true&line_id={LINE}&phone=%2B17343305027"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox on a free port."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def connection(sandbox: Sandbox) -> Iterator[http.client.HTTPConnection]:
    """A plain connection to it."""
    connection = http.client.HTTPConnection(sandbox.url.rpartition("/")[2], timeout=10)
    yield connection
    connection.close()


def exchange(
    connection: http.client.HTTPConnection,
    method: str,
    target: str,
    body: Optional[bytes] = None,
    **headers: str,
) -> http.client.HTTPResponse:
    """Send one request with the key, and return its answer, the body still unread."""
    given = {KEY_HEADER: "sandbox-key", "Content-Type": REQUEST_MEDIA_TYPE}
    connection.request(method, target, body, {**given, **headers})
    return connection.getresponse()


def test_a_wrong_base_url_is_an_error(sandbox: Sandbox) -> None:
    """A Session under a wrong path never reads "no such caller" for ever."""
    wrong = f"{sandbox.url}/api/v1"
    with Session(sandbox.api_key, base_url=wrong) as vq, pytest.raises(NotFoundError):
        vq.verify_caller(LINE, PHONE)


def test_connections_are_kept(sandbox: Sandbox, connection: http.client.HTTPConnection) -> None:
    """Many requests, refused ones too, go over one connection."""
    connection.connect()
    kept = connection.sock
    for headers in ({}, {KEY_HEADER: "wrong"}, {}):
        answer = exchange(connection, "POST", f"{BASE_PATH}/waiters", b"{}", **headers)
        assert answer.status in (401, 422)
        assert json.loads(answer.read())
        assert connection.sock is kept


@again_when_late
def test_no_false_delay(connection: http.client.HTTPConnection) -> None:
    """A kept connection answers without the 40 ms that Nagle's algorithm would add to each."""
    start = time.monotonic()
    for _ in range(50):
        exchange(connection, "GET", LOOK_UP).read()
    assert_within(50 * 0.03, time.monotonic() - start)


def test_head_has_no_body(connection: http.client.HTTPConnection) -> None:
    """An answer to HEAD ends with its headers, and the connection goes on."""
    connection.connect()
    kept = connection.sock
    for _ in range(2):
        answer = exchange(connection, "HEAD", LOOK_UP)
        assert (answer.status, answer.read()) == (405, b"")
    assert exchange(connection, "GET", LOOK_UP).status == 200
    assert connection.sock is kept


@pytest.mark.parametrize(
    ("name", "value", "size", "status"),
    [
        ("Transfer-Encoding", "gzip", 0, 411),
        ("Content-Length", "many", 0, 400),
        ("Content-Length", "9" * 5000, 0, 413),
        ("Content-Length", str(4 * 1024 * 1024), 4 * 1024 * 1024, 413),
    ],
    ids=["coded", "no number", "absurd", "large"],
)
def test_bodies_that_are_not_read(
    connection: http.client.HTTPConnection, name: str, value: str, size: int, status: int
) -> None:
    """A body without a length, or too large, is refused in words, and the connection ends."""
    connection.putrequest("POST", f"{BASE_PATH}/waiters")
    connection.putheader(name, value)
    connection.endheaders()
    connection.send(b" " * size)
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Connection")) == (status, "close")
    assert json.loads(answer.read())["errors"][0]["status"] == str(status)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"TRACE /api/v2/waiters HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"DANCE /api/v2/waiters HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"GET /api/v2/waiters and more HTTP/1.1\r\n\r\n", 400),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
    ],
    ids=["TRACE", "no method", "words", "long", "version"],
)
def test_what_http_server_would_answer_with_a_page(
    sandbox: Sandbox, sent: bytes, status: int
) -> None:
    """Other methods and malformed requests get an error document like any other."""
    address = ("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    document = json.loads(body if head.startswith(b"HTTP") else answer)
    assert document["errors"][0]["status"] == str(status)


def test_close_ends_everything() -> None:
    """After close() no thread is left, an open connection is at its end, and the port is free."""
    before = set(threading.enumerate())
    sandbox = Sandbox()
    port = int(sandbox.url.rpartition(":")[2])
    idle = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    exchange(idle, "GET", LOOK_UP).read()
    sandbox.close()
    sandbox.close()
    assert set(threading.enumerate()) == before
    assert idle.sock.recv(1) == b""
    idle.close()
    with Sandbox(port=port) as again:
        assert again.url.endswith(f":{port}")


def test_a_client_that_goes_away(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    """Half a request, noise and a lost connection print nothing and hurt nobody else."""
    address = ("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
    for noise in (
        b"POST /x HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf",
        b"\x16\x03\x01 noise\r\n\r\n",
    ):
        with socket.create_connection(address, timeout=10) as client:
            client.sendall(noise)
            client.shutdown(socket.SHUT_WR)
            while client.recv(4096):
                continue
    with Session(sandbox.api_key, base_url=sandbox.url) as vq:
        assert vq.list_callers_waiting(CENTER).value == []
    assert capfd.readouterr() == ("", "")


def test_verbose_shows_no_phone(capfd: pytest.CaptureFixture[str]) -> None:
    """The access log goes to stderr, a line a request, without the query and its phone number."""
    with Sandbox(verbose=True) as sandbox, Session(sandbox.api_key, base_url=sandbox.url) as vq:
        vq.verify_caller(LINE, PHONE)
    assert capfd.readouterr() == ("", f"GET {BASE_PATH}/waiters 200\n")


def test_a_port_that_is_taken(sandbox: Sandbox) -> None:
    """A port that cannot be used is said, with its number."""
    port = int(sandbox.url.rpartition(":")[2])
    for wrong in (port, 70_000):
        with pytest.raises(ConfigurationError, match=f"port {wrong} cannot be used"):
            Sandbox(port=wrong)
