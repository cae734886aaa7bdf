"""The life of a caller: which state follows which, and what a report of the call center changes.

Pure functions on a Waiter and the time; queue calls them between reading and writing the store.
When a turn comes is in estimate.

    Waiting -> Notified -> Connected -> Finished        Waiting, Notified, Connected -> TimeOut
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from math import ceil
from typing import Dict, NamedTuple, Optional, Tuple

from attrs import evolve

from virtualq.models import CallerResult, ServiceState, VirtualQCallerState
from virtualq.sandbox.reading import Given
from virtualq.sandbox.store import Waiter

State = VirtualQCallerState

# "Currently up" is taken to mean Notified, see the spec. A connected caller is in the queue
# until an agent takes over: the vendor's "wait time when up" counts exactly that time.
UP = (State.NOTIFIED,)
ACTIVE = (State.WAITING, State.NOTIFIED, State.CONNECTED)


class Move(NamedTuple):
    """A step of the life: to which state, and from which ones it is possible."""

    to: VirtualQCallerState
    origins: Tuple[VirtualQCallerState, ...]


NOTIFY = Move(State.NOTIFIED, (State.WAITING,))
TIME_OUT = Move(State.TIME_OUT, (State.WAITING, State.NOTIFIED))

_FINISH = Move(State.FINISHED, ACTIVE)
# virtualQ has no state for a cancelled caller: who was cancelled "was disconnected, has not picked
# up" (seed), so they timed out.
CANCEL = Move(State.TIME_OUT, ACTIVE)
_CONNECT = Move(State.CONNECTED, ACTIVE)
STEPS_TO: Dict[str, Tuple[Move, ...]] = {
    State.WAITING: (),
    State.NOTIFIED: (NOTIFY,),
    State.CONNECTED: (NOTIFY, _CONNECT),
    State.FINISHED: (NOTIFY, _CONNECT, _FINISH),
    State.TIME_OUT: (NOTIFY, TIME_OUT),
}
"""The steps that bring who has just lined up into a state."""
# Any other service state is kept and moves nothing.
_MOVES: Dict[object, Move] = {
    ServiceState.CONNECTED: _CONNECT,
    ServiceState.FINISHED: _FINISH,
    ServiceState.TRANSFERRED: _FINISH,
    ServiceState.CANCELED: CANCEL,
    ServiceState.TIMEOUT: CANCEL,
}


def moved(caller: CallerResult, move: Move, now: datetime) -> Optional[CallerResult]:
    """Return the caller after a step; None when the step is not possible from their state.

    A step to the state they are in changes nothing, because a client repeats a report whose
    answer it lost.
    """
    state = caller.virtualq_caller_state
    if state == move.to:
        return caller
    if state not in move.origins:
        return None
    if state == State.WAITING:
        waited = _seconds_between(caller.created_at, now)
        caller = evolve(caller, wait_time=waited, ewt=0, estimated_up_time_at=now)
    caller = evolve(caller, virtualq_caller_state=move.to, updated_at=now)
    if move.to == State.NOTIFIED:
        return evolve(caller, notified_at=now)
    if move.to == State.CONNECTED:
        return evolve(caller, connected_at=now)
    return caller


def reported(waiter: Waiter, told: Given, now: datetime) -> Optional[Waiter]:
    """Return the waiter after a report; None when they cannot come into the state it tells of.

    The time waited once up is worked out when the caller was reported as connected before and the
    report does not give it (seed, "NotifyCallerTransferred").
    """
    caller = waiter.caller
    known: Given = {**waiter.reported, **told}
    move = _MOVES.get(told.get("service_state"))
    if move is not None:
        after = moved(caller, move, now)
        if after is None:
            return None
        if after is not caller and move is _FINISH and caller.connected_at is not None:
            known.setdefault("wait_time_when_up", _seconds_between(caller.connected_at, now))
        caller = after
    shown: Given = {name: told[name] for name in ("skills", "properties", "ewt") if name in told}
    if "ewt" in told and caller.virtualq_caller_state == State.WAITING:
        shown["estimated_up_time_at"] = _later(now, told["ewt"])
    return evolve(waiter, caller=evolve(caller, updated_at=now, **shown), reported=known)


def as_shown(waiter: Waiter, now: datetime, turn: Optional[float]) -> CallerResult:
    """Return the caller as an answer shows them, the waiting with an estimate.

    `turn` is when theirs comes, in seconds since 1970; None when it does not. What the call center
    itself reported as estimate stands.
    """
    caller = waiter.caller
    waited = caller.wait_time
    if caller.virtualq_caller_state == State.WAITING:
        waited = _seconds_between(caller.created_at, now)
        if caller.ewt is None and turn is not None:
            # Up to a whole second: who has just lined up sees the wait itself.
            ewt = max(0, ceil(round(turn - now.timestamp(), 3)))
            at = _moment(max(turn, now.timestamp()))
            caller = evolve(caller, ewt=ewt, estimated_up_time_at=at)
    return evolve(caller, wait_time=waited, waiting_time_in_seconds=waited)


def _later(now: datetime, seconds: int) -> Optional[datetime]:
    """Return the time some seconds from now, None when no calendar reaches that far."""
    try:
        return now + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _moment(seconds: float) -> Optional[datetime]:
    """Return a time given in seconds since 1970, None when no calendar reaches that far."""
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, ValueError, OSError):
        return None


def _seconds_between(start: Optional[datetime], end: datetime) -> int:
    """Return the whole seconds from one time to another, 0 when the first is not known."""
    return 0 if start is None else int((end - start).total_seconds())
