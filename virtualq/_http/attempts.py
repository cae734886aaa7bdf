"""Sends the request of one call, again where that is safe; between session and transport.

What may be repeated: a look-up (GET) or a report (PUT, DELETE: twice is the same as once) after no
answer or a passing fault; a line-up (POST: twice is two callers) only when nothing was sent, or
when the service said that it did nothing.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Mapping, Optional, Tuple, Union

from virtualq._api import wire
from virtualq._api.operation import Operation
from virtualq._api.wire import Found, Reading, Request
from virtualq._http.clock import Clock
from virtualq._http.logs import logger
from virtualq._http.redact import Redactor, mask_phone
from virtualq.errors import (
    APIError,
    ConnectError,
    ConnectionLostError,
    InvalidParameterError,
    UnexpectedResponseError,
    VirtualQError,
)
from virtualq.result import Result

if TYPE_CHECKING:
    from virtualq._http.transport import Transport

_DEBUG = 10  # logging.DEBUG, without loading logging
_PASSING = (429, 502, 503, 504)
# A person hears silence meanwhile: short, and spread so that not all callers come back at once.
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.05, 0.15


class Call:
    """One call of a Session: what it asks, its clock, and how often it may try."""

    def __init__(
        self,
        transport: Transport,
        key: str,
        given: Mapping[str, object],
        clock: Clock,
        retries: int,
    ) -> None:
        self._transport = transport
        self._closings = transport.closings
        self._given = given
        self._clock = clock
        self._retries = retries
        self._phone = given.get("phone")
        self._hide = Redactor(key, self._phone if isinstance(self._phone, str) else None)

    def perform(self, operation: Operation) -> Union[Result[object], VirtualQError]:
        """Return the Result of an operation or its error, after as many attempts as it may have."""
        request = wire.build(operation, self._given)
        unknown = False  # may an earlier attempt have been carried out?
        attempt = 0
        while True:
            attempt += 1
            status, reading = self._try(operation, request, attempt)
            if isinstance(reading, Found) and not (unknown and status == 404):
                return self._result(reading, status, attempt)
            error = _believe(reading, status, unknown)
            pause = self._pause(request, error, attempt)
            unknown = error.maybe_applied = unknown or _may_apply(request, status, self._clock)
            error.operation, error.attempts = operation.name, attempt
            error.elapsed = self._clock.elapsed()
            if pause is None:
                return error
            time.sleep(pause)

    def reconcile(
        self, error: VirtualQError, look_up: Operation
    ) -> Union[Result[object], VirtualQError]:
        """Return the caller that a change of unknown outcome has made, else its error."""
        # What was redirected did not reach the service, and the look-up would not either.
        redirected = isinstance(error, UnexpectedResponseError) and (error.status or 0) // 100 == 3
        if not error.maybe_applied or redirected or self._closed or not self._clock.fits(0):
            return error
        found = self.perform(look_up)
        if isinstance(found, VirtualQError) or not found:
            error.elapsed = self._clock.elapsed()
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
        answer = self._transport.send(request, self._clock)
        status: Optional[int] = None
        reading: Reading
        if isinstance(answer, VirtualQError):
            reading = answer
            reading.args = (self._hide(str(answer)),)  # what an OSError says is anybody's
        else:
            reading = wire.read(operation, answer, self._hide)
            status = None if isinstance(reading, ConnectionLostError) else answer.status
        log = logger()
        if log is not None and log.isEnabledFor(_DEBUG):
            outcome = status or type(reading).__name__
            spent = self._clock.elapsed() * 1000
            name, phone = operation.name, mask_phone(self._phone)
            log.debug("%s %s: attempt %d: %s, %.0f ms", name, phone, attempt, outcome, spent)
        return status, reading

    def _result(self, reading: Found, status: Optional[int], attempt: int) -> Result[object]:
        return Result(
            reading.value,
            status=status or 0,
            found=reading.found,
            attempts=attempt,
            elapsed=self._clock.elapsed(),
        )

    def _pause(self, request: Request, error: VirtualQError, attempt: int) -> Optional[float]:
        """Return how long to wait before another attempt, in seconds; None for no other attempt."""
        if (
            self._clock.hopeless
            or attempt > self._retries
            or not _may_repeat(request, error, self._clock)
        ):
            return None
        if self._closed:
            return None
        if isinstance(error, APIError) and error.retry_after is not None:
            pause = error.retry_after
        elif isinstance(error, ConnectionLostError):
            pause = 0.0  # most often a kept connection that the other side has closed
        else:
            pause = _spread(_SHORTEST_PAUSE, _LONGEST_PAUSE) * 2 ** (attempt - 1)
        return pause if self._clock.fits(pause) else None


def _spread(least: float, most: float) -> float:
    """Return a number between two by chance, without the 3 ms that loading random takes."""
    return least + (most - least) * int.from_bytes(os.urandom(2), "big") / 0xFFFF


def _may_apply(request: Request, status: Optional[int], clock: Clock) -> bool:
    """Say whether the service may have carried out the change that was just tried."""
    if request.method == "GET":
        return False
    # An answer proves that the request left, also where a tool stands in for the network.
    return clock.sent if status is None else not 400 <= status < 500


def _may_repeat(request: Request, error: VirtualQError, clock: Clock) -> bool:
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


def without_phone(
    error: InvalidParameterError, given: Mapping[str, object]
) -> InvalidParameterError:
    """Return the error anew: the way to a faulty property may lead through a phone number."""
    phone = given.get("phone")
    hide = Redactor("", phone if isinstance(phone, str) else None)
    return InvalidParameterError(hide(str(error)), parameter=hide(error.parameter))
