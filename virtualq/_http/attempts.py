"""Sends the request of one call, again where that is safe; between session and transport.

What may be repeated: a look-up (GET) or a report (PUT, DELETE: twice is the same as once) after no
answer or a passing fault; a line-up (POST: twice is two callers) only when nothing was sent, or
when the service said that it did nothing.
"""

from __future__ import annotations

import os
import time
from typing import (
    TYPE_CHECKING,
    Callable,
    Dict,
    Mapping,
    NamedTuple,
    Optional,
    Tuple,
    Union,
    cast,
)

from virtualq._api import parameters, wire
from virtualq._api.logs import logger
from virtualq._api.operation import Operation
from virtualq._api.refusals import is_a
from virtualq._api.wire import Found, Reading, Request
from virtualq._http.clock import Clock
from virtualq._http.frames import unseen
from virtualq._http.redact import Redactor, mask_phone
from virtualq.errors import (
    APIError,
    ConnectError,
    ConnectionLostError,
    DeadlineExceededError,
    InvalidParameterError,
    TransportError,
    UnexpectedResponseError,
    VirtualQError,
)
from virtualq.result import Attempt, Result, Unread

if TYPE_CHECKING:
    from virtualq._http.transport import Transport

_PASSING = (429, 502, 503, 504)
# A person hears silence meanwhile: short, and spread so that not all callers come back at once.
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.05, 0.15
_MOST_DOUBLINGS = 6
_DEBUG = 10  # of logging, which may not be loaded
_LOOK = 0.02
"""How often a pause looks whether close() came, in seconds."""

OnAttempt = Callable[[Attempt], object]
Watcher = Callable[[Attempt, str, int], object]
Outcome = Union[Result[object], VirtualQError]

watchers: Tuple[Watcher, ...] = ()
"""Told of each attempt of every Session, with its host and port; for integrations."""


class Common(NamedTuple):
    """What the calls of a Session have in common."""

    transport: Transport
    key: str
    deadline: float
    retries: int
    on_attempt: Optional[OnAttempt]


class Call:
    """One call of a Session: what it asks, its clock, and how often it may try."""

    def __init__(self, common: Common, given: Mapping[str, object]) -> None:
        self._clock = Clock(common.deadline)
        self._common = common
        self._transport = common.transport
        self._closings = common.transport.closings
        self._given = given
        self._phone = given.get("phone")
        self._hide = Redactor(common.key, self._phone if is_a(self._phone, str) else None)

    def run(self, operation: Operation, deadline: object, look_up: Optional[Operation]) -> Outcome:
        """Return the Result of an operation or its error.

        `deadline` None is that of the Session. With `look_up` a change of unknown outcome is not
        believed to have failed before what it makes was looked for.
        """
        try:
            if deadline is not None:
                self._clock = Clock(parameters.check_seconds("deadline", deadline))
            outcome = self._perform(operation)
        except InvalidParameterError as error:
            # The path of a faulty property may have a phone number in it.
            parameter = self._hide(error.parameter)
            outcome = InvalidParameterError(self._hide(str(error)), parameter=parameter)
        if isinstance(outcome, VirtualQError) and look_up:
            outcome = self._reconcile(outcome, look_up)
        if isinstance(outcome, VirtualQError):
            return _complete(outcome, operation=operation.name, elapsed=self._clock.elapsed())
        return outcome

    def _perform(self, operation: Operation) -> Outcome:
        """Return what became of an operation after as many attempts as it may have."""
        try:
            request = wire.build(operation, self._given, self._watch)
        except TransportError as ended:
            return ended
        unknown = False  # may an earlier attempt have been carried out?
        attempt = 0
        while True:
            attempt += 1
            status, reading = self._try(operation, request, attempt)
            if isinstance(reading, Found) and not (unknown and status == 404):
                return self._result(reading, status or 0, attempt)
            error = _believe(reading, status, unknown)
            unknown = unknown or _may_apply(request, status, self._clock)
            pause = self._pause(request, error, attempt)
            if pause is not None:
                self._say_again(operation, error, attempt, pause)
                self._wait(pause)
            if pause is None or self._closed:
                return _complete(error, attempts=attempt, maybe_applied=unknown)

    def _watch(self) -> None:
        """Raise a TransportError when the call is to end before anything is sent."""
        if self._closed:
            raise ConnectError("the session was closed while the parameters were checked")
        if not self._clock.fits(0):
            raise DeadlineExceededError("the deadline passed while the parameters were checked")

    def _reconcile(self, error: VirtualQError, look_up: Operation) -> Outcome:
        """Return what a change of unknown outcome has made, else its error."""
        # What was redirected did not reach the service, and the look-up would not either.
        redirected = isinstance(error, UnexpectedResponseError) and (error.status or 0) // 100 == 3
        if not error.maybe_applied or redirected or self._closed or not self._clock.fits(0):
            return error
        found = self._perform(look_up)
        if isinstance(found, VirtualQError) or not found:
            return error
        return found.reconciled_after(error.attempts)

    @property
    def _closed(self) -> bool:
        """Whether close() came meanwhile: the call may not open a connection after it."""
        return self._closings != self._transport.closings

    def _try(
        self, operation: Operation, request: Request, attempt: int
    ) -> Tuple[Optional[int], Reading]:
        """Send once; return the status, None without an answer, and what the answer means."""
        started = self._clock.elapsed()
        answer = self._transport.send(request, self._clock)
        status: Optional[int] = None
        reading: Reading
        if isinstance(answer, VirtualQError):
            # Its text may come from the operating system or a library, and quote the request.
            reading = _complete(answer, message=self._hide(str(answer)))
        else:
            reading = wire.read(operation, answer, self._hide)
            status = None if isinstance(reading, ConnectionLostError) else answer.status
        self._tell(
            Attempt(
                operation=operation.name,
                method=operation.method,
                template=operation.path,
                number=attempt,
                seconds=self._clock.elapsed() - started,
                status=status,
                error=type(reading).__name__ if isinstance(reading, VirtualQError) else None,
                found=isinstance(reading, Found) and reading.found,
            )
        )
        return status, reading

    def _tell(self, attempt: Attempt) -> None:
        """Tell the log and the user of an attempt."""
        log = logger()
        if log and log.isEnabledFor(_DEBUG):
            said = (attempt.operation, mask_phone(self._phone), attempt.number)
            outcome = (attempt.status or attempt.error, attempt.seconds * 1000)
            log.debug("%s %s: attempt %d: %s, %.0f ms", *said, *outcome, extra=attempt._asdict())
        if self._common.on_attempt is not None:
            _tell_safely(self._common.on_attempt, attempt)
        for watcher in watchers:
            endpoint = self._transport.endpoint
            _tell_safely(watcher, attempt, endpoint.host, endpoint.port)

    def _result(self, reading: Found, status: int, attempt: int) -> Result[object]:
        value = reading.value
        if isinstance(value, Unread):
            value = Unread(unseen(cast("Unread[object]", value).read))
        return Result(
            value,
            status=status,
            found=reading.found,
            attempts=attempt,
            elapsed=self._clock.elapsed(),
        )

    def _pause(self, request: Request, error: VirtualQError, attempt: int) -> Optional[float]:
        """Return how long to wait before another attempt, in seconds; None for no other attempt."""
        if attempt > self._common.retries or not _may_repeat(request, error, self._clock):
            return None
        if self._closed:
            return None
        if isinstance(error, APIError) and error.retry_after is not None:
            pause = error.retry_after
        elif isinstance(error, ConnectionLostError):
            pause = 0.0  # most often a kept connection that the other side has closed
        else:
            # Not from random: loading that costs a start more than all of this file.
            chance = int.from_bytes(os.urandom(2), "big") / 0xFFFF
            first = _SHORTEST_PAUSE + chance * (_LONGEST_PAUSE - _SHORTEST_PAUSE)
            pause = first * 2 ** min(attempt - 1, _MOST_DOUBLINGS)
        return pause if self._clock.fits(pause) else None

    def _say_again(
        self, operation: Operation, error: VirtualQError, attempt: int, pause: float
    ) -> None:
        log = logger()
        if log:
            name, kind = operation.name, type(error).__name__
            said = (name, mask_phone(self._phone), attempt, kind)
            extra = {"operation": name, "number": attempt, "error": kind, "pause": pause}
            log.info("%s %s: attempt %d: %s, again in %.0f ms", *said, pause * 1000, extra=extra)

    def _wait(self, seconds: float) -> None:
        """Wait, but end as soon as close() comes: it may come from a signal handler."""
        end = self._clock.elapsed() + seconds
        left = seconds
        while left > 0 and not self._closed:
            time.sleep(min(left, _LOOK))
            left = end - self._clock.elapsed()


def _complete(
    error: VirtualQError, message: Optional[str] = None, **facts: object
) -> VirtualQError:
    """Return an error anew, with more that is known of it; errors are never changed."""
    known = cast("Dict[str, object]", error.args[1]) if len(error.args) > 1 else {}
    return type(error)(str(error) if message is None else message, {**known, **facts})


def _may_apply(request: Request, status: Optional[int], clock: Clock) -> bool:
    """Say whether the service may have carried out the change that was just tried."""
    if request.method == "GET":
        return False
    # An answer proves that the request left, also where a tool stands in for the network.
    return clock.sent if status is None else not 400 <= status < 500


def _may_repeat(request: Request, error: VirtualQError, clock: Clock) -> bool:
    if clock.hopeless:
        return False
    status = error.status if isinstance(error, APIError) else None
    if request.method == "POST":
        return status == 429 or (isinstance(error, ConnectError) and not clock.sent)
    return status in _PASSING or isinstance(error, (ConnectError, ConnectionLostError))


def _believe(reading: Reading, status: Optional[int], unknown: bool) -> VirtualQError:
    """Return the error of an attempt, in the light of an earlier one that may have worked.

    After that "no such caller" may be its doing, and "nothing was sent" is not the whole truth.
    """
    if unknown and (status == 404 or isinstance(reading, ConnectError)):
        return ConnectionLostError("the answer was lost, and asking again did not tell the outcome")
    assert isinstance(reading, VirtualQError)
    return reading


def _tell_safely(tell: Callable[..., object], *facts: object) -> None:
    """Tell of an attempt; what is raised is logged and goes no further."""
    try:
        tell(*facts)
    except Exception as error:
        log = logger()
        if log:
            log.exception("on_attempt raised %s", type(error).__name__)
