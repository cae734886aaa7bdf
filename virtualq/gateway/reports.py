"""Delivers one report to the service and says how that went; used by outbox."""

from __future__ import annotations

from virtualq.errors import APIError, InvalidParameterError, UnprocessableEntityError, VirtualQError
from virtualq.gateway import answer
from virtualq.gateway.breaker import Breaker
from virtualq.gateway.faults import is_outage, reason_for
from virtualq.gateway.outbox import Verdict
from virtualq.gateway.store import Report
from virtualq.session import Session

# Nobody hears the silence of a report: it may take longer than a caller would wait.
_DEADLINE = 10.0
FUNCTIONS = (
    "notify_caller_connected",
    "notify_caller_transferred",
    "update_caller_information",
)


# From the vendor's documentation; nobody has this number, and a look-up changes nothing.
_NOBODY = "+17343305027"


class Probe:
    """Asks whether the service answers; `line_id` is the line that was asked for last."""

    line_id = 0

    def __init__(self, session: Session, deadline: float) -> None:
        self._session, self._deadline = session, deadline

    def __call__(self) -> bool:
        """Return whether there was an answer of the API's, whatever it said."""
        try:
            self._session.verify_caller(self.line_id, _NOBODY, deadline=self._deadline)
        except VirtualQError as error:
            return not is_outage(reason_for(error))
        return True


class Courier:
    """Carries reports to the service; what it learns of the service's health, breaker hears."""

    def __init__(self, session: Session, breaker: Breaker) -> None:
        self._session, self._breaker = session, breaker

    def deliver(self, report: Report) -> Verdict:
        """Send a report once; raises nothing."""
        if report.function not in FUNCTIONS:  # someone has written into the file
            return Verdict("not a report", dead=True)
        try:
            call = getattr(self._session, report.function)
            found = bool(call(**report.given, deadline=_DEADLINE))
        except VirtualQError as error:
            reason = reason_for(error)
            self._breaker.count(failed=is_outage(reason))
            dead = isinstance(error, (InvalidParameterError, UnprocessableEntityError))
            wait = (isinstance(error, APIError) and error.retry_after) or 0.0
            return Verdict(_say(error), dead, reason == answer.NOT_FOUND, wait)
        except TypeError:  # a parameter that this version does not know
            return Verdict("not a report", dead=True)
        self._breaker.count(failed=False)
        return Verdict() if found else Verdict("the caller is not in the line", missing=True)


def _say(error: VirtualQError) -> str:
    """Return the kind of an error, and the place that a 422 names; its text may be about anyone."""
    status = f" {error.status}" if isinstance(error, APIError) else ""
    return f"{type(error).__name__}{status}"
