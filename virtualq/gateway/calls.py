"""What happens in a call: asks the service within one deadline; between app and session.

    arrive     verify -> up (reported as connected)
                      -> in the line already: waiting
                      -> the line is active: offer, else queue
    line-up    lined-up, else queue

Whatever goes wrong, the answer is `queue`.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Callable, Dict, Mapping, Optional, cast

from virtualq.errors import DeadlineExceededError, VirtualQError
from virtualq.gateway import answer
from virtualq.gateway.answer import Answer, in_words, queue
from virtualq.gateway.breaker import Breaker
from virtualq.gateway.faults import is_outage, reason_for
from virtualq.gateway.outbox import Outbox
from virtualq.gateway.reports import Probe
from virtualq.gateway.store import StoreError
from virtualq.models import CallerResult, VirtualQCallerState
from virtualq.session import Session

_log = logging.getLogger("virtualq.gateway")

Given = Dict[str, object]


class Left:
    """The time of one request: every call of the service in it shares one deadline (seconds)."""

    def __init__(self, deadline: float) -> None:
        self._end = time.monotonic() + deadline

    def __call__(self) -> float:
        """Return the seconds left; raises DeadlineExceededError when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise DeadlineExceededError("no time left")
        return left


class Calls:
    """The answers to what a telephone system asks; `most` requests may wait for the service."""

    def __init__(
        self,
        session: Session,
        breaker: Breaker,
        outbox: Outbox,
        probe: Probe,
        deadline: float,
        most: int,
    ) -> None:
        self._session, self._breaker, self._outbox = session, breaker, outbox
        self._probe, self._deadline = probe, deadline
        self._room = threading.BoundedSemaphore(most)

    def arrive(self, given: Mapping[str, object]) -> Answer:
        """Say what is to be done with a call that has come in."""
        return self._guarded(lambda left: self._arrive(given, left), given)

    def line_up(self, given: Mapping[str, object]) -> Answer:
        """Line a caller up."""
        return self._guarded(lambda left: self._line_up(dict(given), left), given)

    def report(self, function: str, given: Given) -> Answer:
        """Store a report, to be delivered later."""
        try:
            self._outbox.accept(str(given["phone"]), function, given, self._deadline)
        except StoreError as error:
            return _not_stored(error)
        return Answer("accepted")

    def _guarded(self, ask: Callable[[Left], Answer], given: Mapping[str, object]) -> Answer:
        asked = cast("Optional[float]", given.get("deadline"))
        left = Left(min(asked or self._deadline, self._deadline))
        self._probe.line_id = cast(int, given["line_id"])
        # A call without a free place is not kept waiting: the person would hear silence.
        if self._breaker.resting or not self._room.acquire(blocking=False):
            return queue(answer.RESTING)
        try:
            said = ask(left)
        except VirtualQError as error:
            reason = reason_for(error)
            # A call with a deadline of its own may end early without any outage.
            if asked is None or not is_outage(reason):
                self._breaker.count(failed=is_outage(reason))
            _log.warning("queue (%s): %s: %s", reason, type(error).__name__, error)
            return queue(reason)
        except StoreError as error:
            return _not_stored(error)
        finally:
            self._room.release()
        self._breaker.count(failed=False)
        return said

    def _arrive(self, given: Mapping[str, object], left: Left) -> Answer:
        line_id, phone = cast(int, given["line_id"]), str(given["phone"])
        language = cast("Optional[str]", given.get("language"))
        up = self._session.verify_caller(line_id, phone, deadline=left())
        if up:
            who = {"line_id": line_id, "phone": phone}
            self._outbox.accept(phone, "notify_caller_connected", who, left())
            return _about("up", up.value, language)
        waiting = self._session.get_caller(line_id, phone, deadline=left())
        if waiting:
            return _about("waiting", waiting.value, language)
        active = self._session.is_virtualq_active(line_id, deadline=left())
        if not active:
            return queue(answer.INACTIVE)
        line = active.value
        ewt = line.virtualq_ewt
        return Answer("offer", line_name=line.name, ewt=ewt, wait=in_words(ewt, language))

    def _line_up(self, given: Given, left: Left) -> Answer:
        given.pop("deadline", None)
        given.setdefault("channel", "CallIn")
        given.setdefault("source", "Phone")
        with self._outbox.lining_up(str(given["phone"])):
            lined_up = self._session.line_up_caller(**given, deadline=left())  # type: ignore[arg-type]
        caller = lined_up.value
        # Only who is Waiting will be told: an older visit of theirs may have been found instead.
        if caller is None or caller.virtualq_caller_state != VirtualQCallerState.WAITING:
            _log.warning(
                "queue (%s): the service has them, but not in state Waiting", answer.REFUSED
            )
            return queue(answer.REFUSED)
        return _about("lined-up", caller, cast("Optional[str]", given.get("language")))


def _about(word: str, caller: Optional[CallerResult], language: Optional[str]) -> Answer:
    if caller is None:
        return Answer(word)
    skills = tuple(caller.skills or ())
    wait = in_words(caller.ewt, language)
    return Answer(word, None, caller.line_name, skills, caller.ewt, wait)


def _not_stored(error: StoreError) -> Answer:
    _log.error("queue: the state file cannot be written: %s", error)
    return queue(answer.SETTINGS)
