"""Lets a request pass through `HTTPAdapter.send`, where mocks stand; loaded by transport.

Below it the request goes the way of every other: requests and urllib3 send nothing.
"""

from __future__ import annotations

import socket
from io import BytesIO
from typing import Any, List, Mapping, Protocol, cast

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import Timeout
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    SSLError,
)
from urllib3.exceptions import (
    TimeoutError as Urllib3Timeout,
)

from virtualq._api.wire import Answer
from virtualq._http.clock import Clock, OutOfTime
from virtualq._http.seam import Sent, lower_names

_PIECE = 64 * 1024
_WORDS_OF_A_LOSS = ("abort", "reset", "broken", "remote", "incomplete", "readtimeout")
_NO_TIMEOUT = Timeout()  # the sockets are armed one operation at a time


class Exchange(Protocol):
    """One request on its way: what it says, and how to really send it."""

    sent: Sent
    clock: Clock

    def perform(self) -> Answer:
        """Send the request and return the answer, its body as it came."""
        ...


class _Failed(Exception):
    """Carries an exception through requests, which would wrap an OSError, the request in it."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class _Headers(CaseInsensitiveDict[str]):
    """Headers that are copied when somebody looks; HTTPAdapter.send only hands them on."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.given = headers

    def __getattr__(self, name: str) -> Any:
        if "given" not in self.__dict__:
            raise AttributeError(name)
        super().__init__(self.__dict__.pop("given"))
        return getattr(self, name)


class _Prepared(requests.PreparedRequest):
    """A request as a mock looks at it.

    Cookies and hooks are made when somebody looks: nobody does when nothing is mocked.
    """

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.method, self.url, headers, self.body = exchange.sent
        self.headers = _Headers(headers)

    def __getattr__(self, name: str) -> Any:
        if "exchange" not in self.__dict__ or "hooks" in self.__dict__:
            raise AttributeError(name)
        given = vars(self).copy()
        super().__init__()
        vars(self).update(given)
        return getattr(self, name)

    def urlopen(self, **settings: object) -> Answer:
        """Send the request; the settings of requests are all in it."""
        try:
            return self.exchange.perform()
        except Exception as error:
            if isinstance(error, RuntimeError):
                raise  # of the guard
            failed = _Failed(error)
        raise failed


class _Response(requests.Response):
    """What really came, for who looks at it on its way; the body is still packed."""

    def __init__(self, request: _Prepared, answer: Answer) -> None:
        self.request = request
        self.answer = answer

    def __getattr__(self, name: str) -> Any:
        if "answer" not in self.__dict__ or "raw" in self.__dict__:
            raise AttributeError(name)
        request = self.request
        super().__init__()
        self.request, self.url, self.status_code = request, request.url or "", self.answer.status
        self.headers = CaseInsensitiveDict(self.answer.headers)
        self.raw = BytesIO(self.answer.body or b"")
        return getattr(self, name)


class _Adapter(HTTPAdapter):
    """An adapter whose connections are ours."""

    def get_connection_with_tls_context(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Return what sends this request: itself."""
        return request

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: the pool has its own TLS context, which always verifies."""

    def request_url(self, *args: Any, **kwargs: Any) -> str:
        """Return nothing of use: the exchange knows where it goes."""
        return ""

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """Return a Response without cookies: of our answer, or of what a mock passes in here."""
        if isinstance(resp, Answer):
            return _Response(cast(_Prepared, req), resp)
        response = requests.Response()
        response.status_code = resp.status
        response.headers = CaseInsensitiveDict(resp.headers)
        response.raw = resp
        response.url = cast(str, req.url)
        response.request = req
        return response


_adapter = _Adapter()


def send(exchange: Exchange) -> Answer:
    """Return the answer to a request, or raise what a connection would: a mock's or the real."""
    prepared = _Prepared(exchange)
    try:
        response = _adapter.send(prepared, stream=True, timeout=cast(Any, _NO_TIMEOUT))
        return response.answer if isinstance(response, _Response) else _read(response)
    except _Failed as failed:
        fault = failed.error
    except (OSError, HTTPError) as error:
        exchange.clock.sent = left = _had_left(error)
        fault = _as_of_a_connection(error, left)
    raise fault


def _read(response: requests.Response) -> Answer:
    """Return the answer of a mock, its body as it would come over the wire."""
    raw: Any = response.raw
    if 300 <= response.status_code < 400:  # left unread, as over the wire
        return Answer(response.status_code, lower_names(response.headers), None)
    if raw is None:
        body = response.content
    else:
        parts: List[bytes] = []
        while not parts or parts[-1]:
            parts.append(raw.read(_PIECE, decode_content=False))
        body = b"".join(parts)
    return Answer(response.status_code, lower_names(response.headers), body)


def _had_left(error: Exception) -> bool:
    """Say whether the request counts as sent when a mock raises this.

    In doubt it does: a test must be able to reach the branch where nobody knows. A connection that
    was refused, or never stood, sent nothing; `responses` says so of what it does not know.
    """
    if isinstance(error, (requests.ConnectTimeout, ConnectTimeoutError, NewConnectionError)):
        return False
    if isinstance(error, (requests.exceptions.ProxyError, requests.exceptions.SSLError, SSLError)):
        return False
    if isinstance(error, (requests.ConnectionError, MaxRetryError)):
        said = f"{error!r} {error}".lower()
        return any(word in said for word in _WORDS_OF_A_LOSS)
    if isinstance(error, (requests.RequestException, HTTPError)):
        return True
    return isinstance(error, (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)) or (
        _is_timeout(error)
    )


def _is_timeout(error: Exception) -> bool:
    if isinstance(error, NewConnectionError):  # one of urllib3's timeouts, by its base alone
        return False
    return isinstance(error, (requests.Timeout, Urllib3Timeout, socket.timeout))


def _as_of_a_connection(error: Exception, left: bool) -> Exception:
    """Return what stands for an exception of requests or urllib3, whose text may hold the URL."""
    if _is_timeout(error):
        return OutOfTime()
    if isinstance(error, (requests.RequestException, HTTPError)):
        return OSError("the connection was cut" if left else "the connection was refused")
    return error
