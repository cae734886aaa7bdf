"""What is no HTTP, or too large, hears a word as well; sent as bytes, not by a client."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from typing import Tuple

import pytest

from virtualq.sandbox.server import Sandbox

from .process import WHO, Gateway, told

HEAD = b"HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
ASKED = WHO.encode()


def send(gateway: Gateway, request: bytes) -> Tuple[bytes, bytes]:
    """Send bytes over a new connection; return the status line with the headers, and the body."""
    port = int(gateway.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        connection.sendall(request)
        with connection.makefile("rb") as answer:
            headers, _, body = answer.read().partition(b"\r\n\r\n")
    return headers, body


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /v1/arrive?" + ASKED + b"&language=de de " + HEAD + b"\r\n",
        b"POST /v1/update?" + ASKED + b" " + HEAD + b"Content-Length: many\r\n\r\n",
        b"POST /v1/update?" + ASKED + b" " + HEAD + b"Transfer-Encoding: chunked\r\n\r\nx\r\n",
        b"GET /v1/line-up?" + ASKED + b"&skills=gr\xf6\xdfe " + HEAD + b"\r\n",
        b"\x16\x03\x01\x02\r\n\r\n",
    ],
)
def test_no_request(shared: Tuple[Sandbox, Gateway], request_: bytes) -> None:
    """The status is 200, the word is `queue`, the log has a line, and nothing else happens."""
    sandbox, gateway = shared
    sandbox.reset()
    before = gateway.log.read_text()
    headers, body = send(gateway, request_)
    assert headers.split(b"\r\n")[0].endswith(b" 200 OK")
    assert b"\r\nx-virtualq-reason: parameter" in headers.lower()
    assert body == b"queue\n"
    assert gateway.log.read_text()[len(before) :].count("queue (parameter)") == 1
    assert sandbox.requests == []
    assert gateway.outbox()["pending"] == 0


def test_a_large_body(shared: Tuple[Sandbox, Gateway]) -> None:
    """It is read to its end, so that its sender hears the word."""
    _, gateway = shared
    said = gateway.ask("/v1/update", method="POST", body=b"x" * 2_000_000)
    assert (said.word, said.reason) == ("queue", "parameter")


def test_idle_connections(shared: Tuple[Sandbox, Gateway]) -> None:
    """Who opens any number of them and says nothing keeps nobody out."""
    _, gateway = shared
    address = ("127.0.0.1", int(gateway.url.rpartition(":")[2]))
    with ExitStack() as stack:
        for _ in range(850):
            stack.enter_context(socket.create_connection(address, 60))
        assert gateway.ask("/health").status == 200


def test_a_url_as_it_was_typed(shared: Tuple[Sandbox, Gateway]) -> None:
    """curl sends letters beyond ASCII as they stand, in UTF-8: they arrive."""
    sandbox, gateway = shared
    sandbox.reset()
    url = f"/v1/line-up?{WHO}&skills=gr\u00f6\u00dfe ".encode()
    assert send(gateway, b"GET " + url + HEAD + b"\r\n")[1] == b"lined-up\n"
    assert told(sandbox, "line_up_caller")[0]["skills"] == ["gr\u00f6\u00dfe"]
