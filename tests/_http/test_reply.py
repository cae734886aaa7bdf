"""The reader of answers by itself: what it makes of bytes, wherever they are cut."""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Type

import pytest

from virtualq._http.reply import BrokenOff, NotHTTP, Reply, TooLarge

LIMIT = 1000


class Read(NamedTuple):
    """What a reader says in the end."""

    status: int
    body: bytes
    framed: bool
    reusable: bool


def read(*pieces: bytes, method: str = "GET", end: bool = False) -> Read:
    """Feed pieces, and the end of the connection if told, until the answer is complete."""
    reply = Reply(method, LIMIT)
    for piece in pieces:
        reply.feed(piece)
    if end and not reply.complete:
        reply.feed(b"")
    assert reply.complete
    return Read(reply.status, bytes(reply.body), reply.framed, reply.reusable)


def ends_with(*pieces: bytes, method: str = "GET", end: bool = False) -> Optional[Type[Exception]]:
    """Return what the pieces end with: an exception, None when the reader waits for more."""
    reply = Reply(method, LIMIT)
    try:
        for piece in (*pieces, *([b""] if end else [])):
            if reply.feed(piece):
                raise AssertionError("it is complete")
    except (NotHTTP, BrokenOff, TooLarge) as error:
        return type(error)
    return None


WHOLE = [
    (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Read(200, b"{}", True, True)),
    (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}", Read(200, b"{}", True, True)),
    (b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", Read(200, b"{}", True, True)),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Read(200, b"", True, True)),
    (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", Read(200, b"{}", True, False)),
    (
        b"HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\n{}",
        Read(200, b"{}", True, False),
    ),
    (
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        Read(200, b"{}", True, True),
    ),
    (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
        b'1;name="v"\r\n{\r\n01 \r\n}\r\n0\r\nX-Sum: 1\r\n\r\n',
        Read(200, b"{}", True, True),
    ),
    (b"HTTP/1.1 204 No Content\r\n\r\n", Read(204, b"", True, True)),
    (b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", Read(204, b"", True, True)),
    (b"HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", Read(204, b"", True, False)),
    (b"HTTP/1.1 204 X\r\nTransfer-Encoding: chunked\r\n\r\n", Read(204, b"", True, False)),
    (b"HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n", Read(304, b"", True, False)),
    (b"HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n", Read(101, b"", True, False)),
    (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nLink: x\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
        Read(200, b"{}", True, True),
    ),
]


@pytest.mark.parametrize(("said", "expected"), WHOLE)
def test_a_whole_answer_wherever_it_is_cut(said: bytes, expected: Read) -> None:
    """In one piece, in two at every place, and byte by byte."""
    assert read(said) == expected
    assert read(*(said[i : i + 1] for i in range(len(said)))) == expected
    for place in range(1, len(said)):
        assert read(said[:place], said[place:]) == expected


@pytest.mark.parametrize(("said", "expected"), WHOLE)
def test_an_answer_that_breaks_off(said: bytes, expected: Read) -> None:
    """Cut anywhere, it is never an answer."""
    for place in range(len(said)):
        assert ends_with(*([said[:place]] if place else []), end=True) is BrokenOff


@pytest.mark.parametrize(("said", "expected"), WHOLE)
def test_bytes_after_the_end(said: bytes, expected: Read) -> None:
    """They are none of the answer, and nobody may use the connection again."""
    assert read(said + b"HTTP/1.1 200 OK\r\n") == expected._replace(reusable=False)


def test_a_body_until_the_end_of_the_connection() -> None:
    """It is whole when the connection ends, and says that nothing else told so."""
    head = b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n"
    assert read(head, b"{", b"}", end=True) == Read(200, b"{}", False, False)


@pytest.mark.parametrize(
    ("said", "method"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "HEAD"),
        (b"HTTP/1.1 200 Established\r\nContent-Length: 9\r\n\r\n", "CONNECT"),
    ],
)
def test_an_answer_that_has_no_body(said: bytes, method: str) -> None:
    """By its request: what a HEAD describes is not sent, what a CONNECT opens is no body."""
    assert read(said, method=method) == Read(200, b"", True, False)


def test_headers_as_they_are_given() -> None:
    """By lower-case name, without the blanks around them, repeated ones joined."""
    reply = Reply("GET", LIMIT)
    reply.feed(
        b"HTTP/1.1 204 X\r\nRetry-After:  5\t\r\nX-A: 1\r\nx-a: 2\r\nX-Gr: \xfc\r\nX-None:\r\n\r\n"
    )
    assert reply.headers == {"retry-after": "5", "x-a": "1, 2", "x-gr": "\xfc", "x-none": ""}


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BROKEN: List[bytes] = [
    b"220 mail.example ESMTP\r\n",
    b"S",
    b"HTTP/2 200\r\n",
    b"HTTP/1.2 200 OK\r\n\r\n",
    b"HTTP/1.1 20\r\n\r\n",
    b"HTTP/1.1 020 OK\r\n\r\n",
    b"HTTP/1.1 0200 OK\r\n\r\n",
    b"HTTP/1.1  200 OK\r\n\r\n",
    b"HTTP/1.1 200 O\0K\r\n\r\n",
    b"HTTP/1.1 200 OK\r\r\n\r\n",
    b"\r\n" + OK + b"\r\n",
    OK + b"X y: z\r\n\r\n",
    OK + b"X : z\r\n\r\n",
    OK + b": z\r\n\r\n",
    OK + b"X\r\n\r\n",
    OK + b" X: folded onto nothing\r\n\r\n",
    OK + b"X: a\rb\r\n\r\n",
    OK + b"X: a\0b\r\n\r\n",
    OK + b"X: a\r\r\n\r\n",
    OK + b"Content-Length: 2, 3\r\n\r\n",
    OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n",
    OK + b"Content-Length: +2\r\n\r\n",
    OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
    OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
    OK + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
    OK + b"X: y\r\n" * 101 + b"\r\n",
    OK + b"X: " + b"y" * 70_000,
    b"HTTP/1.1 100 Continue\r\n\r\n" * 21,
    CHUNKED + b"\r\n",
    CHUNKED + b"-2\r\n",
    CHUNKED + b"0x2\r\n",
    CHUNKED + b"2 2\r\n",
    CHUNKED + b"2\r\n{}x",
    CHUNKED + b"2;" + b"x" * 5000,
    CHUNKED + b"0\r\nX y\r\n\r\n",
    CHUNKED + b"0\r\nX: " + b"y" * 70_000,
]


@pytest.mark.parametrize("said", BROKEN, ids=[ascii(said)[-40:] for said in BROKEN])
def test_what_breaks_the_rules(said: bytes) -> None:
    """It is refused as soon as it is there, in one piece and byte by byte."""
    assert ends_with(said) is NotHTTP
    assert ends_with(*(said[i : i + 1] for i in range(len(said)))) is NotHTTP


@pytest.mark.parametrize(
    "said",
    [
        OK + b"Content-Length: 1001\r\n\r\n",
        OK + b"\r\n" + b"x" * 1001,
        CHUNKED + b"3e9\r\n",
        CHUNKED + b"fffffffffffffff\r\n",
        CHUNKED + b"3e8\r\n" + b"x" * 1000 + b"\r\n1\r\n",
    ],
)
def test_a_body_over_the_limit(said: bytes) -> None:
    """It is refused when it says so, before it is read."""
    assert ends_with(said) is TooLarge


@pytest.mark.parametrize(
    "said", [OK + b"Content-Length: 1000\r\n\r\n" + b"x" * 1000, CHUNKED + b"3e8\r\n" + b"x" * 1000]
)
def test_a_body_at_the_limit(said: bytes) -> None:
    """The last byte that may be read may also come."""
    reply = Reply("GET", LIMIT)
    reply.feed(said)
    assert len(reply.body) == LIMIT
