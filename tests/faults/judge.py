"""Says what was wrong with how a row went; the naive client is judged more kindly than ours."""

from __future__ import annotations

from typing import Any, Iterator, List

from virtualq import DeadlineExceededError

from ..pace import SLACK
from .clients import Seen
from .player import Played
from .row import CALLER, LOOKUPS, NOTHING, Outcome, Row

VALUES = (CALLER, NOTHING)


def judge(row: Row, played: Played) -> List[str]:
    """List what our client did wrong, but for being late."""
    return [*_common(row, played), *_outcome(row, played.seen), *_honesty(row, played)]


def judge_kindly(row: Row, played: Played) -> List[str]:
    """List what no client may do wrong: any kind of error will do where one is due."""
    kinds = {outcome.kind if outcome.kind in VALUES else "error" for outcome in row.expected}
    kind = "error" if played.seen.error else played.seen.kind
    late = played.seen.elapsed > limit_of(row) + SLACK
    return [
        *["late"] * late,
        *_common(row, played),
        *([] if kind in kinds else [f"{kind} where {kinds} was due"]),
    ]


def limit_of(row: Row) -> float:
    """Return the seconds that the call of a row may take."""
    return row.deadline * row.within


def may_be_late(row: Row) -> bool:
    """Say whether the deadline may end the call of a row."""
    return any(outcome.kind == "DeadlineExceededError" for outcome in row.expected)


def ran_out_too_soon(row: Row, played: Played) -> bool:
    """Say whether the deadline passed before a change had left, where a row is about the sending.

    A busy machine does that; the client is right to say then that nothing happened.
    """
    error = played.seen.error
    left = all(outcome.attributes.get("maybe_applied") for outcome in row.expected)
    said = isinstance(error, DeadlineExceededError) and not error.maybe_applied
    return left and said and not played.requests


def _common(row: Row, played: Played) -> Iterator[str]:
    if played.requests > row.requests:
        yield f"the server saw {played.requests} requests where {row.requests} are allowed"
    if played.posts > row.posts:
        yield f"the line-up was sent {played.posts} times"
    if played.created > 1 or row.created not in (None, played.created):
        yield f"{played.created} callers were created where {row.created} is right"
    if played.strangers:
        yield "another host was contacted"


def _outcome(row: Row, seen: Seen) -> Iterator[str]:
    wrongs = [list(_mismatch(outcome, seen)) for outcome in row.expected]
    if all(wrongs):
        shown = (
            f"{type(seen.error).__name__}: {seen.error} {vars(seen.error)}"
            if seen.error
            else repr(seen.what)
        )
        yield f"{min(wrongs, key=len)}, seen: {shown}"


def _mismatch(outcome: Outcome, seen: Seen) -> Iterator[str]:
    if seen.kind != outcome.kind:
        yield f"{seen.kind} where {outcome.kind} was due"
    for name, wanted in outcome.attributes.items():
        had: Any = getattr(seen.what, name, "missing")
        if had != wanted:
            yield f"{name} is {had!r}, not {wanted!r}"


def _honesty(row: Row, played: Played) -> Iterator[str]:
    """Check what holds in every row: who is told "it did not happen" must be able to rely on it."""
    error = played.seen.error
    if error is None:
        if row.call == "line_up_caller" and played.seen.kind == CALLER and not played.created:
            yield "a line-up that never happened is reported as done"
        return
    if getattr(error, "operation", None) != row.call:
        yield f"operation is {getattr(error, 'operation', None)!r}"
    if getattr(error, "maybe_applied", None) and row.call in LOOKUPS:
        yield "a look-up is said to have changed something"
    if played.created and not getattr(error, "maybe_applied", None):
        yield "a caller was created, and the error says that it cannot be"
    spent = getattr(error, "elapsed", -1.0)
    if not 0 <= spent <= played.seen.elapsed + 0.01:
        yield f"elapsed is {spent}, the call took {played.seen.elapsed}"
    text = str(error)
    if len(text) >= 400 or len(text.splitlines()) != 1 or not text.isprintable():
        yield f"the text is not one printable line under 400 characters: {text!r}"
