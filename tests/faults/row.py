"""What a row of the table is made of: a fault, a call, and all that may come of it."""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple, Optional, Tuple, Union

from .server import Mode

CALLER, NOTHING = "what the row asks for", "nothing"
CALLER_LOOKUPS = ("get_caller", "verify_caller", "list_callers_waiting", "show_caller")
OTHER_LOOKUPS = (
    "is_virtualq_active",
    "list_lines",
    "list_line_groups",
    "list_call_centers",
    "get_call_center",
)
LOOKUPS = (*CALLER_LOOKUPS, *OTHER_LOOKUPS)
STALLED = "stalled"
DEAF_HOST, DEAD_HOST = "127.0.0.3", "127.0.0.2"
"""Addresses on loopback: with a full queue a connect hangs, without a listener it is refused."""

Lookup = Union[Tuple[str, ...], str, BaseException]
"""What the resolver does when asked once: addresses, STALLED, or an exception."""


class Outcome(NamedTuple):
    """CALLER, NOTHING or an error class by name, and what its attributes must be."""

    kind: str
    attributes: Mapping[str, object]


Expected = Tuple[Outcome, ...]


def gives(**attributes: object) -> Expected:
    """Expect a Result that holds the caller of the row."""
    return (Outcome(CALLER, attributes),)


def gives_nothing(**attributes: object) -> Expected:
    """Expect a Result without a caller: None, or an empty list."""
    return (Outcome(NOTHING, attributes),)


def fails(kind: str, **attributes: object) -> Expected:
    """Expect an error of exactly this class."""
    return (Outcome(kind, attributes),)


def either(*expected: Expected) -> Expected:
    """Expect any of these: where it is a matter of which packet comes first."""
    return tuple(outcome for some in expected for outcome in some)


class Row(NamedTuple):
    """One case; `within` is a multiple of the deadline, `requests` the most the server may see."""

    name: str
    script: Tuple[Mode, ...]
    call: str
    expected: Expected
    arguments: Mapping[str, object] = {}
    options: Mapping[str, Any] = {}
    deadline: float = 3.0
    within: float = 0.5
    requests: int = 1
    posts: int = 1
    created: Optional[int] = None
    certificate: str = ""
    refused: bool = False
    deaf: bool = False
    warm: bool = False
    present: bool = True
    names: Tuple[Lookup, ...] = ()
    memory: bool = False


def row(
    name: str, script: Union[Mode, Tuple[Mode, ...]], call: str, expected: Expected, **fields: Any
) -> Row:
    """Make a row; a script may be a single mode, which then stays in force."""
    return Row(
        name,
        script if script == () or isinstance(script[0], Mode) else (script,),
        call,
        expected,
        **fields,
    )  # type: ignore[arg-type]


def overdue(name: str, script: Union[Mode, Tuple[Mode, ...]], call: str, **fields: Any) -> Row:
    """Make a row in which time runs out after the request, or part of it, has left."""
    expected = fails("DeadlineExceededError", maybe_applied=call not in LOOKUPS)
    return row(name, script, call, expected, **{**SHORT, **fields})


UNREADABLE = fails("UnexpectedResponseError", status=None, attempts=1)
"""What was said is not HTTP: there is no status, and asking again would not help."""
LOST = fails("ConnectionLostError", maybe_applied=False, attempts=2)
"""A look-up that got no answer, twice."""
LOST_CHANGE = fails("ConnectionLostError", maybe_applied=True)
"""A change that got no answer and may have happened."""
UNREACHED_TWICE = fails("ConnectError", maybe_applied=False, attempts=2)
UNEXPECTED = fails("UnexpectedResponseError", status=200)
OVERDUE = fails("DeadlineExceededError")
SHORT: Mapping[str, Any] = {"deadline": 0.3, "within": 1.5}
"""The time of a row whose fault would last for ever."""
LOOK_UP, CHANGE, CREATE = "get_caller", "notify_caller_transferred", "line_up_caller"
