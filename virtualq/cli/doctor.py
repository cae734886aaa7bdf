"""`virtualq doctor`: looks at each thing a call needs, one by one, and says what to do; after cli.

It goes the way of a call, by the same code: settings, name, connection, an answer, the key. What
it sends changes nothing: a HEAD without the key, and a look-up of a number from the documentation.
"""

from __future__ import annotations

import json
import ssl
import time
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Callable, Generator, List, Mapping, NamedTuple, Optional

from virtualq._http.clock import Clock, OutOfTime
from virtualq._http.connection import Connection
from virtualq._http.endpoint import choose_proxy, parse_base_url
from virtualq._http.pool import Pool
from virtualq._http.reply import BrokenOff, NotHTTP, Reply
from virtualq._http.resolver import Bell, resolve
from virtualq._http.version import __version__
from virtualq.cli.options import Asked
from virtualq.cli.output import printable
from virtualq.cli.remedies import TO_SPEED_UP, remedy
from virtualq.errors import (
    APIError,
    AuthenticationError,
    ConnectError,
    DeadlineExceededError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
    UnexpectedResponseError,
    VirtualQError,
)
from virtualq.result import Attempt
from virtualq.session import Session

# Longer than any deadline of a call should be: to say how late an answer is, it must come.
_PATIENCE = 10.0
_CLOCK_TOLERANCE = 30.0
_CERTIFICATE_TOLERANCE = 14
_PHONE = "+17343305027"
_DAY = 86400.0


class _Finding(NamedTuple):
    """What one check found: `state` is ok, warning, failed or skipped; `todo` is empty when ok."""

    check: str
    state: str
    detail: str
    todo: str = ""


class _Settings(Session):
    """A Session that remembers what it was made of, so that it can be looked at piece by piece."""

    def __init__(
        self,
        api_key: str,
        *,
        base_url: str = "",
        deadline: float = 3.0,
        retries: int = 1,
        proxies: Optional[Mapping[str, str]] = None,
        ca_bundle: Optional[str] = None,
        max_answer_bytes: int = 2**23,
        on_attempt: Optional[Callable[[Attempt], object]] = None,
    ) -> None:
        super().__init__(
            api_key,
            base_url=base_url,
            deadline=deadline,
            retries=retries,
            proxies=proxies,
            ca_bundle=ca_bundle,
            max_answer_bytes=max_answer_bytes,
            on_attempt=on_attempt,
        )
        self.deadline = deadline
        self.endpoint = parse_base_url(base_url)
        self.proxy = choose_proxy(proxies, self.endpoint)
        self.pool = Pool(self.endpoint, self.proxy, ca_bundle)


class _Visit:
    """What the checks learn of each other, in their order."""

    settings: _Settings
    connection: Connection
    cause: Optional[Exception] = None
    """What a check met on the connection."""
    to_connect = 0.0
    to_look_up = 0.0
    """How long the look-up of a call took, with a connection of its own."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def remedy(self, check: str, error: VirtualQError) -> str:
        """Return what to do about the error of a check."""
        proxy = self.settings.proxy if hasattr(self, "settings") else None
        where = None if proxy is None else f"{proxy.host}:{proxy.port}"
        return remedy(check, error, self.cause, where)

    def close(self) -> None:
        """Close every connection, if it came to that."""
        if hasattr(self, "settings"):
            self.settings.pool.close()
            self.settings.close()


def examine(asked: Asked, write: Callable[[str], None]) -> int:
    """Run every check and write what each found; return 0 when a call would work.

    Raises the VirtualQError of the first check that failed; those after it are skipped.
    """
    findings: List[_Finding] = []
    fault: Optional[VirtualQError] = None
    visit = _Visit(asked)
    try:
        for name, check in _CHECKS.items():
            if fault is not None:
                findings.append(_Finding(name, "skipped", "an earlier check failed"))
            else:
                try:
                    findings.append(check(visit))
                except VirtualQError as error:
                    fault = error
                    findings.append(_Finding(name, "failed", str(error), visit.remedy(name, error)))
            if not asked.as_json:
                write(_line(findings[-1]))
    finally:
        visit.close()
    if asked.as_json:
        write(json.dumps([finding._asdict() for finding in findings]) + "\n")
    if fault is not None:
        raise fault
    return 0


def _line(finding: _Finding) -> str:
    line = f"{finding.state:<8} {finding.check:<11} {printable(finding.detail)}\n"
    return line + (f"{'':<8} {'':<11} -> {finding.todo}\n" if finding.todo else "")


@contextmanager
def _typed(visit: _Visit, what: str) -> Generator[None, None, None]:
    """Raise what a call would raise for the faults of a connection."""
    try:
        yield
    except OutOfTime:
        raise DeadlineExceededError(f"{what} took more than {_PATIENCE:.0f} s") from None
    except OSError as error:
        visit.cause = error
        reason = getattr(error, "verify_message", None) or error.strerror or error
        raise ConnectError(f"{what} failed: {reason}") from None
    except (NotHTTP, BrokenOff) as error:
        raise UnexpectedResponseError(f"{what} failed: {error or 'not HTTP'}") from None


def _check_settings(visit: _Visit) -> _Finding:
    asked = visit.asked
    settings = _Settings.from_env(api_key=asked.read_key(), deadline=asked.deadline)
    visit.settings = settings
    proxy = settings.proxy
    way = f"through the proxy {proxy.host}:{proxy.port}" if proxy else "without a proxy"
    return _Finding(
        "settings", "ok", f"{settings.endpoint.url} {way}, deadline {settings.deadline:g} s"
    )


def _check_name(visit: _Visit) -> _Finding:
    address = visit.settings.proxy or visit.settings.endpoint
    clock = Clock(_PATIENCE)
    with _typed(visit, f"the look-up of {address.host}"):
        found = resolve(address.host, address.port, clock, Bell())
    numbers = ", ".join(dict.fromkeys(str(entry[-1][0]) for entry in found))
    return _Finding("name", "ok", f"{address.host} is {numbers} ({_ms(clock.elapsed())})")


def _check_connection(visit: _Visit) -> _Finding:
    clock = Clock(_PATIENCE)
    with _typed(visit, "the connection"):
        visit.connection = visit.settings.pool.take(clock)
    visit.to_connect = clock.elapsed()
    tls = visit.connection.tls
    if tls is None:
        return _Finding("connection", "ok", f"plain HTTP on this machine ({_ms(visit.to_connect)})")
    until = str((tls.getpeercert() or {}).get("notAfter"))
    days = int((ssl.cert_time_to_seconds(until) - time.time()) / _DAY)
    said = f"{tls.version()}, certificate good for {days} days ({_ms(visit.to_connect)})"
    if days < _CERTIFICATE_TOLERANCE:
        todo = "tell whoever runs the server (or the proxy) to renew its certificate"
        return _Finding("connection", "warning", said, todo)
    return _Finding("connection", "ok", said)


def _check_clock(visit: _Visit) -> _Finding:
    """Ask for headers alone, without the key, and compare their Date with the clock here."""
    endpoint, connection = visit.settings.endpoint, visit.connection
    plain_proxy = visit.settings.proxy is not None and endpoint.scheme == "http"
    target = endpoint.url if plain_proxy else endpoint.path
    head = (
        f"HEAD {target}/waiters HTTP/1.1\r\nHost: {endpoint.authority}\r\n"
        f"User-Agent: virtualq-python/{__version__}\r\nAccept: */*\r\n\r\n"
    )
    clock = Clock(_PATIENCE)
    with _typed(visit, "the answer"):
        connection.send(head.encode("ascii"), clock)
        reply = Reply("HEAD", limit=0)
        while not reply.complete:
            reply.feed(connection.receive(clock))
    to_answer = clock.elapsed()
    try:
        theirs = parsedate_to_datetime(reply.headers.get("date", "")).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return _Finding("clock", "ok", "not compared, the answer has no Date")
    # The Date is that of some moment within the exchange, cut to a whole second.
    ahead = time.time() - to_answer / 2 - (theirs + 0.5)
    if abs(ahead) <= _CLOCK_TOLERANCE:
        return _Finding("clock", "ok", "as the service's, to a second or two")
    where = "ahead of" if ahead > 0 else "behind"
    said = f"{abs(ahead):.0f} s {where} the service's"
    return _Finding("clock", "warning", said, "set the clock of this machine, by NTP for instance")


def _check_time(visit: _Visit) -> _Finding:
    """Hold the time of a real look-up against the deadline: a HEAD may be much faster."""
    first, deadline = visit.to_look_up, visit.settings.deadline
    later = max(first - visit.to_connect, 0.0)
    said = f"{_ms(first)} for a first look-up, some {_ms(later)} for a later one"
    if first >= deadline:
        raise DeadlineExceededError(f"{said}: more than the deadline of {deadline:g} s")
    if first >= deadline / 2:
        return _Finding("time", "warning", f"{said}: over half the deadline", TO_SPEED_UP)
    return _Finding("time", "ok", f"{said}; the deadline is {deadline:g} s")


def _check_key(visit: _Visit) -> _Finding:
    clock = Clock(_PATIENCE)
    try:
        visit.settings.get_caller(visit.asked.line_id, _PHONE, deadline=_PATIENCE)
    except (AuthenticationError, PermissionDeniedError, RateLimitedError, ServerError):
        raise
    except APIError as error:
        if not error.errors:  # a proxy's: the service has not seen the key
            raise
        # The service read the request before it refused it, so that the key was good.
        said = "accepted"
        if not isinstance(error, NotFoundError):
            said += f"; of the look-up the service said: {error}"
    else:
        said = "accepted"
    visit.to_look_up = clock.elapsed()
    return _Finding("key", "ok", said)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


_CHECKS: Mapping[str, Callable[[_Visit], _Finding]] = {
    "settings": _check_settings,
    "name": _check_name,
    "connection": _check_connection,
    "clock": _check_clock,
    "key": _check_key,
    "time": _check_time,
}
