"""The modes, one named way to break for each fault; server.py plays them, rows_*.py name them."""

from __future__ import annotations

import functools
import gzip
import ssl
import zlib
from itertools import chain, repeat
from typing import Callable, Iterable, Iterator, Union

from .server import ACCEPT, Content, Mode, Peer
from .service import LINE, NOT_FOUND, PHONE, caller, message

Make = Union[Content, Callable[[Peer], Content]]
After = Callable[[Peer], None]
DRIP = 0.05
"""Seconds between two dripped bytes: below any deadline, so that no single read is ever late."""
BLOCK = 65_536
MEBIBYTE = 1_048_576
ENDLESS = 2048
"""Blocks in what is called endless: 128 MiB, an end for a client that takes all it can get."""

KEEP: After = lambda peer: None  # noqa: E731
CLOSE: After = Peer.close
RESET: After = Peer.reset
STALL: After = Peer.stall


def says(
    name: str, make: Make, then: After = KEEP, *, pause: float = 0.0, carries_out: bool = True
) -> Mode:
    """Make the mode that sends these bytes, if told one each `pause` seconds, and does `then`."""

    def act(peer: Peer) -> None:
        peer.send(make(peer) if callable(make) else make, pause)
        then(peer)

    return Mode(name, act, carries_out=carries_out)


def answers(
    name: str, status: int = 200, document: object = None, then: After = KEEP, **how: object
) -> Mode:
    """Make the mode that does nothing but give this answer (`how` as for service.message)."""
    return says(name, message(status, document, **how), then, carries_out=False)  # type: ignore[arg-type]


def fails_with(status: int, *headers: str) -> Mode:
    """Make the mode of a service that does nothing but answer this status."""
    return answers(f"status_{status}", status, {"errors": [{"title": "Busy"}]}, headers=headers)


def fails_after(status: int) -> Mode:
    """Make the mode of a service that did as asked behind a gateway that lost the answer."""
    return says(f"status_{status}_after", message(status, body=b"<html>Bad gateway</html>"))


def good_head(peer: Peer) -> bytes:
    """Give the head of the right answer, blank line included."""
    return peer.good.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


def good_body(peer: Peer) -> bytes:
    """Give the body of the right answer."""
    return peer.good.partition(b"\r\n\r\n")[2]


def with_headers(*lines: str) -> Callable[[Peer], bytes]:
    """Put header lines before the others of the right answer."""
    added = "".join(f"{line}\r\n" for line in lines).encode("latin-1")
    return lambda peer: peer.good.replace(b"\r\n", b"\r\n" + added, 1)


def with_length(*values: str) -> Callable[[Peer], bytes]:
    """Give the right answer with these Content-Length lines, or none, in place of its own."""

    def make(peer: Peer) -> bytes:
        lines = [
            line
            for line in good_head(peer)[:-4].split(b"\r\n")
            if not line.startswith(b"Content-Length")
        ]
        lines += [b"Content-Length: " + value.encode() for value in values]
        return b"\r\n".join(lines) + b"\r\n\r\n" + good_body(peer)

    return make


def encoded(coding: str, encode: Callable[[bytes], bytes]) -> Callable[[Peer], bytes]:
    """Give the right answer with its body in a content coding."""
    return lambda peer: message(
        body=encode(good_body(peer)), headers=(f"Content-Encoding: {coding}",)
    )


def chunked_head(*headers: str) -> bytes:
    """Give the head of an answer whose body comes in chunks."""
    return message(body=b"", headers=("Transfer-Encoding: chunked", *headers), length=False)


def chunk(content: bytes) -> bytes:
    """Give one chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(content), content)


def chunked(end: bytes = b"0\r\n\r\n", *headers: str) -> Callable[[Peer], bytes]:
    """Give the right answer in two chunks, with this for an end."""

    def make(peer: Peer) -> bytes:
        body = good_body(peer)
        return chunked_head(*headers) + chunk(body[:20]) + chunk(body[20:]) + end

    return make


def cut(
    mark: bytes, make: Callable[[Peer], bytes] = lambda peer: peer.good
) -> Callable[[Peer], bytes]:
    """Give an answer up to and with the mark, and nothing after it."""

    def make_cut(peer: Peer) -> bytes:
        before, found, _ = make(peer).partition(mark)
        assert found, f"{mark!r} is not in the answer"
        return before + found

    return make_cut


def first_then_drip(
    mark: bytes, make: Callable[[Peer], bytes] = lambda peer: peer.good
) -> Callable[[Peer], Iterator[bytes]]:
    """Give an answer up to the mark in one piece and the rest byte by byte; wants a pause."""

    def pieces(peer: Peer) -> Iterator[bytes]:
        head = cut(mark, make)(peer)
        yield head
        rest = make(peer)[len(head) :]
        yield from (rest[i : i + 1] for i in range(len(rest)))

    return pieces


def endless(head: bytes, block: bytes) -> Callable[[Peer], Iterable[bytes]]:
    """Give a head and then the same block over and over."""
    return lambda peer: chain((head,), repeat(block * max(1, BLOCK // len(block)), ENDLESS))


@functools.cache
def bomb(times: int = 1) -> bytes:
    """Give 64 MiB of zero bytes compressed with gzip, and that again as often as told."""
    packer = zlib.compressobj(wbits=31)
    packed = b"".join(packer.compress(bytes(MEBIBYTE)) for _ in range(64)) + packer.flush()
    for _ in range(times - 1):
        packed = gzip.compress(packed)
    return packed


def raw_deflate(body: bytes) -> bytes:
    """Compress as some servers do when they say deflate: without the zlib frame."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def of_another_call() -> bytes:
    """Give an answer that nobody waits for: another caller, on another line."""
    return message(200, {"data": [caller(LINE + 1, PHONE)]})


def _at_accept(name: str, act: Callable[[Peer], None]) -> Mode:
    return Mode(name, act, place=ACCEPT, carries_out=False)


def _drip_handshake(peer: Peer) -> None:
    assert peer.server.tls is not None
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    secured = peer.server.tls.wrap_bio(incoming, outgoing, server_side=True)
    while True:
        try:
            secured.do_handshake()
            return
        except ssl.SSLWantReadError:
            peer.send(outgoing.read(), pause=DRIP)
            got = peer.sock.recv(BLOCK)
            if not got:
                return
            incoming.write(got)


def _hello_then(then: After) -> Callable[[Peer], None]:
    def act(peer: Peer) -> None:
        peer.sock.recv(BLOCK)
        then(peer)

    return act


def _plain_on_tls(peer: Peer) -> None:
    peer.sock.recv(BLOCK)
    peer.send(message(400, body=b"<html>The plain HTTP request was sent to HTTPS port</html>"))
    peer.close()


def _wait_until_stopped(peer: Peer) -> None:
    peer.handshake()
    peer.server.stopped.wait()


def _read_slowly(peer: Peer) -> None:
    peer.handshake()
    while peer.sock.recv(1024) and not peer.server.stopped.wait(DRIP):
        pass


def _take_some_then(then: After) -> Callable[[Peer], None]:
    def act(peer: Peer) -> None:
        peer.handshake()
        left = 300_000
        while left > 0:
            left -= len(peer.sock.recv(BLOCK)) or left
        then(peer)

    return act


def _answer_early(then: After) -> Callable[[Peer], None]:
    def act(peer: Peer) -> None:
        peer.handshake()
        peer.sock.recv(BLOCK)
        peer.send(message(413, body=b"too large", headers=("Connection: close",)))
        then(peer)

    return act


def late(seconds: float) -> Mode:
    """Make the mode that sends the right answer, but only after so many seconds."""

    def act(peer: Peer) -> None:
        peer.server.stopped.wait(seconds)
        peer.send(peer.good)

    return Mode("late_answer", act)


dropped_at_once = _at_accept("dropped_at_once", CLOSE)
reset_at_once = _at_accept("reset_at_once", RESET)
handshake_stalled = _at_accept("handshake_stalled", STALL)
handshake_dripped = _at_accept("handshake_dripped", _drip_handshake)
handshake_closed = _at_accept("handshake_closed", _hello_then(CLOSE))
handshake_reset = _at_accept("handshake_reset", _hello_then(RESET))
plain_on_tls_port = _at_accept("plain_on_tls_port", _plain_on_tls)
nothing_read = _at_accept("nothing_read", _wait_until_stopped)
read_slowly = _at_accept("read_slowly", _read_slowly)
reset_in_request = _at_accept("reset_in_request", _take_some_then(RESET))
closed_in_request = _at_accept("closed_in_request", _take_some_then(CLOSE))
refused_early_read_on = _at_accept("refused_early_read_on", _answer_early(STALL))
refused_early_closed = _at_accept("refused_early_closed", _answer_early(CLOSE))

good = says("good", lambda peer: peer.good)
lost_before = says("lost_before", b"", CLOSE, carries_out=False)
lost_after = says("lost_after", b"", CLOSE)
reset_before = says("reset_before", b"", RESET, carries_out=False)
silent = says("silent", b"", STALL)
not_found = answers("not_found", 404, NOT_FOUND)
