"""Sends one request and returns the answer or why there is none; between attempts and pool.

requests is the seam, not the engine: when it is loaded, requests pass through `HTTPAdapter.send`,
where `responses` and its like replace them, and otherwise nothing is loaded for that. What comes of
a request, real or not, is read here by the same lines.
"""

from __future__ import annotations

import sys
from typing import Dict, List, Mapping, Optional, Union

from virtualq._api import late, operations
from virtualq._api.wire import Answer, Request
from virtualq._http import seam
from virtualq._http.clock import Clock, OutOfTime
from virtualq._http.connection import Connection, ProxyRefused
from virtualq._http.endpoint import Endpoint, Proxy
from virtualq._http.pool import Pool
from virtualq._http.reply import BrokenOff, NotHTTP, Reply, TooLarge
from virtualq._http.version import __version__
from virtualq.errors import (
    ConnectError,
    ConnectionLostError,
    DeadlineExceededError,
    UnexpectedResponseError,
    VirtualQError,
)


class Exchange:
    """One request on its way: what it says, and how to really send it."""

    __slots__ = ("_fixed", "_limit", "_pool", "_prefix", "clock", "sent")

    def __init__(self, transport: Transport, request: Request, clock: Clock) -> None:
        self.clock = clock
        self.sent = transport.describe(request)
        self._pool = transport.pool
        self._limit = transport.limit
        self._prefix = f"{transport.prefix}{request.target}"
        self._fixed = transport.fixed

    def perform(self) -> Answer:
        """Send the request over a connection and return the answer, its body as it came."""
        connection: Optional[Connection] = None
        reusable = False
        try:
            connection = self._pool.take(self.clock)
            connection.send(self._raw(), self.clock)
            reply = Reply(self.sent.method, self._limit)
            try:
                while not reply.complete and not _is_unread(reply.status):
                    reply.feed(connection.receive(self.clock))
            except TooLarge:
                return Answer(reply.status, reply.headers, None, fault=_too_large(self._limit))
            reusable = reply.reusable
            return Answer(reply.status, reply.headers, reply.take_body(), reply.framed)
        finally:
            if connection is not None:
                (self._pool.give_back if reusable else self._pool.discard)(connection)

    def _raw(self) -> bytes:
        method, body = self.sent.method, self.sent.body
        head = f"{method} {self._prefix} HTTP/1.1\r\n".encode("ascii")
        raw: List[bytes] = [head, self._fixed]
        if body is not None:
            raw += (_lines(_about(body)), b"\r\n", body)
        else:
            raw.append(b"\r\n")
        return b"".join(raw)


class Transport:
    """Sends requests to one endpoint; threads and forks may share it."""

    def __init__(
        self,
        endpoint: Endpoint,
        key: str,
        proxy: Optional[Proxy],
        ca_bundle: Optional[str],
        max_answer_bytes: int,
    ) -> None:
        self.limit = min(max_answer_bytes, sys.maxsize - 1)
        self.endpoint = endpoint
        self.pool = Pool(endpoint, proxy, ca_bundle)
        self._url = endpoint.url
        self._headers: Dict[str, str] = {
            "Accept": operations.MEDIA_TYPE,
            "Accept-Encoding": "gzip",
            "User-Agent": f"virtualq-python/{__version__}",
            operations.KEY_HEADER: key,
        }
        plain_proxy = proxy if endpoint.scheme == "http" else None
        # A proxy for http:// wants the whole URL, and its headers with every request.
        self.prefix = endpoint.url if plain_proxy else endpoint.path
        self.fixed = _lines({"Host": endpoint.authority, **self._headers})
        if plain_proxy:
            self.fixed += _lines(plain_proxy.headers)

    def describe(self, request: Request) -> seam.Sent:
        """Return what a request says, for those at the seam."""
        method, target, body = request
        headers = self._headers if body is None else {**self._headers, **_about(body)}
        return seam.Sent(method, self._url + target, headers, body)

    def send(self, request: Request, clock: Clock) -> Union[Answer, VirtualQError]:
        """Send a request once and return its answer, read to its end, or why there is none."""
        clock.sent = clock.hopeless = False
        try:
            exchange = Exchange(self, request, clock)
            given = seam.intercepted(exchange.sent, clock)
            if given is None:
                return self._unpack(_perform(exchange))
            status, headers, body = given
            return self._unpack(Answer(status, seam.lower_names(headers), body))
        except (OSError, UnicodeError, OutOfTime, BrokenOff, NotHTTP) as error:
            return _explain(error, clock)
        except BaseException as error:
            # KeyboardInterrupt and the like pass; the frames below hold the key in their variables,
            # and so do those of what was just being handled there.
            error.__context__ = None
            raise error.with_traceback(None) from None

    def _unpack(self, answer: Answer) -> Answer:
        """Return an answer with its body as it is meant, or why that cannot be read."""
        body = answer.body
        if body is None or _is_unread(answer.status):
            return answer._replace(body=None)
        if len(body) > self.limit:
            return answer._replace(body=None, fault=_too_large(self.limit))
        encoding = answer.headers.get("content-encoding", "").strip().lower()
        if not body or encoding in ("", "identity"):
            return answer
        if encoding not in ("gzip", "x-gzip"):
            return answer._replace(body=None, fault="an answer in an encoding nobody asked for")
        return self._decompress(answer, body)

    def _decompress(self, answer: Answer, packed: bytes) -> Answer:
        zlib = late.load("zlib")
        decompressor = zlib.decompressobj(wbits=31)
        fault: Optional[str] = None
        body = b""
        try:
            body = decompressor.decompress(packed, self.limit + 1)
        except zlib.error:
            fault = "an answer whose gzip encoding is broken"
        if len(body) > self.limit:
            fault = _too_large(self.limit)
        elif not decompressor.eof or decompressor.unused_data:
            fault = "an answer whose gzip encoding is broken"
        return answer._replace(body=None if fault else body, fault=fault)

    @property
    def closings(self) -> int:
        """Changes with every close()."""
        return self.pool.closings

    def close(self) -> None:
        """Close every connection at once; a later call opens new ones."""
        self.pool.close()


def _perform(exchange: Exchange) -> Answer:
    """Send a request, past the mocks of requests when there can be any."""
    # The class, and not the package: another thread may be in the middle of loading it.
    if not hasattr(sys.modules.get("requests.adapters"), "HTTPAdapter"):
        return exchange.perform()
    answer: Answer = late.load("virtualq._http.adapter").send(exchange)
    return answer


def _is_unread(status: int) -> bool:
    """Say whether the body of an answer is left alone: that of a redirect, of 101."""
    return status != 0 and not (200 <= status < 300 or status >= 400)


def _about(body: bytes) -> Dict[str, str]:
    return {"Content-Type": operations.REQUEST_MEDIA_TYPE, "Content-Length": str(len(body))}


def _lines(headers: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")


def _too_large(limit: int) -> str:
    return f"an answer of more than {limit} bytes"


def _explain(error: Exception, clock: Clock) -> VirtualQError:
    """Return what an exception below means, in words without a URL, a key or a phone number."""
    if isinstance(error, OutOfTime):
        waiting = "for the answer" if clock.sent else "to connect"
        return DeadlineExceededError(f"the deadline passed while waiting {waiting}")
    if isinstance(error, NotHTTP) and clock.sent:
        return UnexpectedResponseError(f"got an answer that is not HTTP: {error}")
    reason = _reason(error)
    if clock.sent:
        return ConnectionLostError(f"the connection broke before the answer: {reason}")
    # A refused certificate or login would be refused again a moment later.
    clock.hopeless = isinstance(error, ProxyRefused) or hasattr(error, "verify_code")
    return ConnectError(f"could not connect: {reason}")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        said = getattr(error, "verify_message", None) or error.strerror
        if not said and error.args and isinstance(error.args[-1], str):
            said = error.args[-1]
        return f"{said or 'no reason given'} ({type(error).__name__})"
    if isinstance(error, (BrokenOff, NotHTTP)):
        return str(error)
    return type(error).__name__
