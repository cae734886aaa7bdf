"""Sends one request and returns the answer or why there is none; between session and pool.

The request goes through requests' HTTPAdapter.send, which is where tools such as `responses`
intercept; what requests does around it (environment, cookies, redirects, hooks) is not needed.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any, Dict, List, Mapping, Optional, Union, cast

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPHeaderDict, HTTPResponse, Timeout
from urllib3.exceptions import HTTPError

from virtualq._api import operations
from virtualq._api.wire import Answer, Request
from virtualq._http import seam
from virtualq._http.clock import Clock, OutOfTime
from virtualq._http.connection import BrokenOff, Connection, NotHTTP, Reply
from virtualq._http.endpoint import Endpoint, Proxy
from virtualq._http.pool import Pool
from virtualq._http.version import __version__
from virtualq.errors import (
    ConnectError,
    ConnectionLostError,
    DeadlineExceededError,
    UnexpectedResponseError,
    VirtualQError,
)

_CHUNK = 64 * 1024
_TOO_LARGE = "an answer of more than {} bytes"
_NO_TIMEOUT = Timeout()  # the sockets are armed one operation at a time


class _Failed(Exception):
    """Carries an error through requests, which would wrap an OSError and keep the request in it."""

    def __init__(self, error: VirtualQError) -> None:
        super().__init__()
        self.error = error


class _Prepared(requests.PreparedRequest):
    """A request made ready once, with what is needed to send it: bytes, clock, later the reply."""

    raw: bytes
    clock: Clock
    connection: Optional[Connection] = None
    reply: Optional[Reply] = None


class _Exchange:
    """Stands where requests expects a pool of urllib3: sends one request on one connection."""

    def __init__(self, pool: Pool, request: _Prepared) -> None:
        self._pool = pool
        self._request = request

    def urlopen(self, **settings: object) -> HTTPResponse:
        """Send the request and read the headers of the answer; the settings are all in it."""
        request, clock = self._request, self._request.clock
        try:
            request.connection = self._pool.take(clock)
            request.connection.send(request.raw, clock)
            reply = request.connection.receive(cast(str, request.method), clock)
        except (OSError, UnicodeError, OutOfTime, BrokenOff, NotHTTP) as error:
            failed = _Failed(_explain(error, clock))
        else:
            request.reply = reply
            return HTTPResponse(
                body=cast(Any, reply),
                headers=HTTPHeaderDict(reply.msg.items()),
                status=reply.status,
                version=reply.version,
                reason=reply.reason,
                preload_content=False,
                request_method=request.method,
            )
        raise failed


class _Adapter(HTTPAdapter):
    """An adapter whose connections are ours."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self._pool = pool

    def get_connection_with_tls_context(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Return what sends this request."""
        return _Exchange(self._pool, request)

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: the pool has its own TLS context, which always verifies."""

    def request_url(self, *args: Any, **kwargs: Any) -> str:
        """Return nothing of use: the bytes to send are ready."""
        return ""

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """Return a Response without cookies and without a way to follow redirects."""
        response = requests.Response()
        response.status_code = resp.status
        response.headers = CaseInsensitiveDict(resp.headers)
        response.raw = resp
        response.reason = resp.reason
        response.url = cast(str, req.url)
        response.request = req
        return response


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
        self._endpoint = endpoint
        self._limit = max_answer_bytes
        self._pool = Pool(endpoint, proxy, ca_bundle)
        self._adapter = _Adapter(self._pool)
        self._headers: Dict[str, str] = {
            "Accept": operations.MEDIA_TYPE,
            "Accept-Encoding": "gzip",
            "User-Agent": f"virtualq-python/{__version__}",
            operations.KEY_HEADER: key,
        }
        plain_proxy = proxy if endpoint.scheme == "http" else None
        # A proxy for http:// wants the whole URL, and its headers with every request.
        self._prefix = endpoint.url if plain_proxy else endpoint.path
        self._fixed = _lines({"Host": endpoint.authority, **self._headers})
        if plain_proxy:
            self._fixed += _lines(plain_proxy.headers)

    def send(self, request: Request, clock: Clock) -> Union[Answer, VirtualQError]:
        """Send a request once and return its answer, read to its end, or why there is none."""
        clock.sent = False
        prepared = self._prepare(request, clock)
        kept = False
        try:
            given = seam.intercepted(lambda: _sent(prepared), clock)
            if given is None:
                response = self._adapter.send(prepared, stream=True, timeout=cast(Any, _NO_TIMEOUT))
                answer = self._read(response)
            else:
                answer = self._given(*given)
            reply = prepared.reply
            if reply is not None and answer.body is not None:
                reply.check_complete()
                answer = answer._replace(framed=reply.framed)
                kept = reply.reusable
            outcome: Union[Answer, VirtualQError] = answer
        except _Failed as error:
            outcome = error.error
        except (OSError, HTTPError, OutOfTime, BrokenOff, NotHTTP) as error:
            outcome = _explain(error, clock)
        except BaseException as error:
            # KeyboardInterrupt and the like pass; the frames below hold the key in their variables.
            raise error.with_traceback(None) from None
        finally:
            self._release(prepared, kept)
        return outcome

    def _prepare(self, request: Request, clock: Clock) -> _Prepared:
        prepared = _Prepared()
        prepared.clock = clock
        prepared.method = request.method
        prepared.url = self._endpoint.url + request.target
        prepared.body = request.body
        headers = self._headers
        head = f"{request.method} {self._prefix}{request.target} HTTP/1.1\r\n".encode("ascii")
        raw: List[bytes] = [head, self._fixed]
        if request.body is not None:
            about_body = {
                "Content-Type": operations.REQUEST_MEDIA_TYPE,
                "Content-Length": str(len(request.body)),
            }
            headers = {**headers, **about_body}
            raw.append(_lines(about_body))
        prepared.headers = CaseInsensitiveDict(headers)
        prepared.raw = b"".join([*raw, b"\r\n", request.body or b""])
        return prepared

    def _read(self, response: requests.Response) -> Answer:
        """Return the answer; of a redirect nothing is read, of a body no more than the limit."""
        raw: HTTPResponse = response.raw
        status, headers = response.status_code, response.headers
        if not (200 <= status < 300 or status >= 400):
            return Answer(status, headers, None)
        body = bytearray()
        part = raw.read(_CHUNK, decode_content=False)
        while part:
            body += part
            if len(body) > self._limit:
                return Answer(status, headers, None, fault=_TOO_LARGE.format(self._limit))
            part = raw.read(_CHUNK, decode_content=False)
        encoding = headers.get("content-encoding", "").strip().lower()
        if not body or encoding in ("", "identity"):
            return Answer(status, headers, bytes(body))
        return self._decompress(Answer(status, headers, bytes(body)), encoding)

    def _given(self, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
        """Return the answer of a handler, read as if it had come over the wire."""
        response = requests.Response()
        response.status_code, response.headers = status, CaseInsensitiveDict(headers)
        response.raw = HTTPResponse(body=BytesIO(body), preload_content=False)
        return self._read(response)

    def _decompress(self, answer: Answer, encoding: str) -> Answer:
        """Return an answer with its body decompressed, no further than the limit, or its fault."""
        fault = "an answer whose gzip encoding is broken"
        if encoding not in ("gzip", "x-gzip"):
            return answer._replace(body=None, fault="an answer in an encoding nobody asked for")
        # By hand, as the decoder of urllib3 takes a body that broke off before its checksum.
        decompressor = zlib.decompressobj(wbits=31)
        try:
            body = decompressor.decompress(answer.body or b"", self._limit + 1)
        except zlib.error:
            return answer._replace(body=None, fault=fault)
        if len(body) > self._limit:
            return answer._replace(body=None, fault=_TOO_LARGE.format(self._limit))
        if not decompressor.eof or decompressor.unused_data:
            return answer._replace(body=None, fault=fault)
        return answer._replace(body=body)

    def _release(self, prepared: _Prepared, kept: bool) -> None:
        if prepared.reply is not None:
            prepared.reply.close()
        if prepared.connection is None:
            return
        if kept:
            self._pool.give_back(prepared.connection)
        else:
            self._pool.discard(prepared.connection)

    @property
    def closings(self) -> int:
        """How often close() was called."""
        return self._pool.closings

    def close(self) -> None:
        """Close every connection at once; a later call opens new ones."""
        self._pool.close()


def _sent(prepared: _Prepared) -> seam.Sent:
    method, url, body = cast(str, prepared.method), cast(str, prepared.url), prepared.body
    return seam.Sent(method, url, dict(prepared.headers), cast("Optional[bytes]", body))


def _lines(headers: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")


def _explain(error: Exception, clock: Clock) -> VirtualQError:
    """Return what an exception below means, in words without a URL, a key or a phone number."""
    if isinstance(error, (OutOfTime, requests.Timeout)):
        waiting = "for the answer" if clock.sent else "to connect"
        return DeadlineExceededError(f"the deadline passed while waiting {waiting}")
    if isinstance(error, NotHTTP) and clock.sent:
        return UnexpectedResponseError(f"got an answer that is not HTTP: {error}")
    if isinstance(error, requests.ConnectionError):  # a tool that stands in for the network
        return ConnectError("the connection was refused")
    reason = _reason(error)
    if clock.sent:
        return ConnectionLostError(f"the connection broke before the answer: {reason}")
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
