"""Our reader against h11: what ours takes, h11 takes, with the same status, headers and body.

Where h11 takes what ours refuses is of no harm; these are deliberate:

- Two lengths in one field, `Content-Length: 2, 2`: RFC 9112, 6.3 lets a recipient refuse them.
- A length beside `Transfer-Encoding`: 6.3, "ought to be handled as an error".
- Control characters in fields and reasons: RFC 9110, 5.5, a recipient may retain or refuse them.
- Bounds: 64 KiB and 100 fields a head, 20 interim answers, 4 KiB a chunk's line (RFC 9112, 3 and
  7.1.1 leave them to the recipient); a version that is not 1.0 or 1.1 (RFC 9110, 2.5).

And two where ours takes what h11 refuses:

- 101 without having asked for it. It is given as it is, without a body, and its connection is never
  used again (RFC 9110, 15.2.2); the call then ends with an error.
- A blank before the semicolon of a chunk's extension: RFC 9112, 7.1.1, BWS, must be taken.
"""

from __future__ import annotations

import re
from typing import Dict, List, NamedTuple, Optional, Tuple

import h11
from hypothesis import example, given, settings
from hypothesis import strategies as st

from virtualq._http.reply import BrokenOff, NotHTTP, Reply

from ..shares import share_of

LIMIT = 1 << 20
_BLANK = rb"[0-9a-fA-F][ \t]+;"


class Read(NamedTuple):
    """What came of an answer."""

    status: int
    headers: Dict[str, str]
    body: bytes


def ours(said: bytes, cuts: List[int], end: bool) -> Optional[Read]:
    """Read with ours, in these pieces; None for no answer, or none that is complete."""
    reply = Reply("GET", LIMIT)
    try:
        for piece in _pieces(said, cuts):
            if reply.complete:
                break
            reply.feed(piece)
        if end and not reply.complete:
            reply.feed(b"")
    except (NotHTTP, BrokenOff):
        return None
    return Read(reply.status, reply.headers, bytes(reply.body)) if reply.complete else None


def theirs(said: bytes, end: bool) -> Optional[Read]:
    """Read with h11; None for no answer, or none that is complete."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=1 << 20)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    connection.send(h11.EndOfMessage())
    status, headers, body = 0, {}, b""
    try:
        connection.receive_data(said)
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Response):
                status, headers = event.status_code, _joined(event.headers)
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return Read(status, headers, body)
            elif event in (h11.NEED_DATA, h11.PAUSED) and end:
                connection.receive_data(b"")
                end = False
            elif not isinstance(event, h11.InformationalResponse):
                return None
    except h11.RemoteProtocolError:
        return None


def _joined(headers: h11._headers.Headers) -> Dict[str, str]:
    found: Dict[str, str] = {}
    for raw, value in headers:
        name, text = raw.decode("latin-1"), value.decode("latin-1")
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def _pieces(said: bytes, cuts: List[int]) -> List[bytes]:
    places = sorted({cut % (len(said) + 1) for cut in cuts} | {0, len(said)})
    return [said[first:last] for first, last in zip(places, places[1:]) if first < last]


def _chunked(parts: List[bytes], extension: bytes, trailer: bytes) -> bytes:
    chunks = [b"%x%b\r\n%b\r\n" % (len(part), extension, part) for part in parts if part]
    return b"".join(chunks) + b"0\r\n" + trailer + b"\r\n"


STATUSES = st.sampled_from([200, 201, 204, 301, 304, 404, 422, 500, 999])
INTERIM = st.lists(st.sampled_from([b"100 Continue", b"103 Hints\r\nLink: x"]), max_size=2)
NAMES = st.sampled_from([b"X-A", b"x-a", b"Connection", b"Retry-After", b"Content-Encoding"])
VALUES = st.sampled_from([b"", b"1", b" close", b"a, b\t", b"\xfc", b"a\r\n\tb", b"a \r\n b"])
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=3)
FRAMES = st.sampled_from(["length", "chunked", "close", "twice"])
LINE_ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\n"])


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """Make an answer by the rules, of every shape that there is."""
    body = draw(st.binary(max_size=40))
    how, end = draw(FRAMES), draw(LINE_ENDS)
    lines = [b"HTTP/1.%d %d Why" % (draw(st.integers(0, 1)), draw(STATUSES))]
    lines += [b"%b:%b" % field for field in draw(FIELDS)]
    said = body
    if how == "chunked":
        lines.append(b"Transfer-Encoding: chunked")
        extension = draw(st.sampled_from([b"", b";a=b", b" ", b';a="b c"']))
        trailer = draw(st.sampled_from([b"", b"X-T: 1\r\n", b"X-T: 1\r\n 2\r\n"]))
        said = _chunked([body[:7], body[7:]], extension, trailer)
    elif how != "close":
        lines += [b"Content-Length: %d" % len(body)] * (2 if how == "twice" else 1)
    head = b"".join(line + end for line in lines) + end
    return b"".join(b"HTTP/1.1 %b\r\n\r\n" % one for one in draw(INTERIM)) + head + said


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.sampled_from([0, 1, 2]),
        st.sampled_from(
            [
                b"",
                b"\r",
                b"\n",
                b"\r\n",
                b" ",
                b"\t",
                b":",
                b"0",
                b";",
                b"\0",
                b"\x0b",
                b"-",
                b"\xff",
            ]
        ),
    ),
    max_size=4,
)


def _changed(said: bytes, changes: List[Tuple[int, int, bytes]]) -> bytes:
    """Put something in, in place of so many bytes, here and there."""
    for place, out, what in changes:
        at = place % (len(said) + 1)
        said = said[:at] + what + said[at + out :]
    return said


@settings(max_examples=share_of(600))
@given(answers(), st.lists(st.integers(0, 400), max_size=6))
def test_what_keeps_the_rules_is_read_alike(said: bytes, cuts: List[int]) -> None:
    """Both read it, and the same, however it is cut."""
    expected = theirs(said, end=True)
    assert expected is not None
    assert ours(said, cuts, end=True) == expected


@settings(max_examples=share_of(3000))
@given(answers(), CHANGES, st.lists(st.integers(0, 400), max_size=3), st.booleans())
@example(b"HTTP/1.1 200 OK\r\nA: b\r\r\n\r\n", [], [], True)
@example(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n", [], [], True)
@example(b"HTTP/1.1 204 OK\r\nContent-Length: 3\r\n\r\nabc", [], [], False)
def test_what_ours_takes_h11_takes(
    said: bytes, changes: List[Tuple[int, int, bytes]], cuts: List[int], end: bool
) -> None:
    """Whatever was put in or left out: never an answer that h11 would not read the same way."""
    broken = _changed(said, changes)
    found = ours(broken, cuts, end)
    if found is not None and found.status != 101 and not re.search(_BLANK, broken):
        assert found == theirs(broken, end)
    assert found == ours(broken, list(range(400)), end)
