"""The table of bad days, played by our client: outcome, time, secrets, what is left behind."""

from __future__ import annotations

import copy
import pickle
import sys
from typing import Callable, List, Optional

import pytest

from virtualq import DeadlineExceededError, Session
from virtualq._api.operations import OPERATIONS

from ..pace import Late, again_when_late, assert_within
from .clients import kind_of_result
from .judge import judge, limit_of, may_be_late, ran_out_too_soon
from .leaks import COUNTABLE, Before, sockets_to, wait_until
from .names import Names
from .player import Day, Played, bad_day, play
from .privacy import KEY, Listener, leaks_of, leaks_of_frames
from .row import Row
from .service import NEXT_LINE
from .table import ON_SOCKETS, PARTS, ROWS, name_of
from .tls import Certificates

COPIES: List[Callable[[BaseException], BaseException]] = [
    lambda error: pickle.loads(pickle.dumps(error)),
    copy.copy,
    copy.deepcopy,
]


def session_for(day: Day, certificates: Certificates) -> Session:
    """Make the Session that plays a row, with an ample deadline: each row gives its call one."""
    ca_bundle = certificates.ca_bundle if day.server.tls else None
    return Session(KEY, base_url=day.base_url, ca_bundle=ca_bundle, **day.row.options)


def copies_that_differ(error: Optional[BaseException]) -> List[str]:
    """Name the ways of copying an error after which it is not the same."""
    if error is None:
        return []
    made = [remake(error) for remake in COPIES]
    alike = [
        other == error
        and type(other) is type(error)
        and str(other) == str(error)
        and vars(other) == vars(error)
        for other in made
    ]
    return [
        f"{how} of the error differs"
        for how, same in zip(("pickle", "copy", "deepcopy"), alike)
        if not same
    ]


def leaks_through(played: Played, listener: Listener) -> List[str]:
    """Name all that the call gave away."""
    error, shown = played.seen.error, repr(played.seen.what)
    found = (
        leaks_of(error) + leaks_of_frames(error)
        if error
        else [f"the Result shows the key: {shown}"] * (KEY in shown)
    )
    return found + listener.leaks()


def followed_wrongly(played: Played) -> List[str]:
    """Say what is wrong with the answer to the call after the row's."""
    line = getattr(getattr(played.following, "value", None), "line_id", None)
    return [f"the next call gave {played.following!r}"] * (line != NEXT_LINE)


def left_behind(day: Day, before: Before) -> List[str]:
    """Name what is still there after close(), with the error still held and the servers stopped."""
    # One thread for look-ups may stay, for the whole process; it is a daemon.
    threads = [thread for thread in before.new_threads() if not (day.row.names and thread.daemon)]
    sockets = before.new_sockets()
    return [f"threads {threads}"] * bool(threads or len(before.new_threads()) > 1) + [
        f"sockets {sockets}"
    ] * bool(sockets)


def test_every_function_has_rows() -> None:
    """A function that is new to the spec has no bad days until somebody writes them down."""
    assert {row.call for row in ROWS if row.name.startswith("each_")} == set(OPERATIONS)


@pytest.fixture(params=["through_requests", "straight"])
def side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand on a side of the seam: with requests loaded in the process, or as if it were not."""
    if request.param == "straight":
        monkeypatch.delitem(sys.modules, "requests.adapters")


EACH_ROW = [
    pytest.param(row, marks=[] if part in ON_SOCKETS or row.certificate else [pytest.mark.shared])
    for part in PARTS
    for row in part.ROWS
]


@pytest.mark.usefixtures("side")
@pytest.mark.parametrize("row", EACH_ROW, ids=name_of)
@again_when_late
def test_row(row: Row, names: Names, certificates: Certificates) -> None:
    """A bad day ends as the table says, in time, nothing told or left, and the next call right."""
    before = Before()
    with bad_day(row, names, certificates) as day, Listener() as listener:
        with session_for(day, certificates) as session:
            played = play(day, session, kind_of_result, deadline=row.deadline)
        if COUNTABLE:
            closed = wait_until(lambda: not sockets_to(day.server.port, older=before), 1.0)
            assert closed, "close() left a connection"
    assert not day.server.mistakes
    if isinstance(played.seen.error, DeadlineExceededError) and not may_be_late(row):
        raise Late(f"the deadline of {row.deadline} s passed")
    if ran_out_too_soon(row, played):
        raise Late(f"the deadline of {row.deadline} s passed before anything was sent")
    wrong = [
        *judge(row, played),
        *leaks_through(played, listener),
        *copies_that_differ(played.seen.error),
        *followed_wrongly(played),
        *left_behind(day, before),
    ]
    assert not wrong, "; ".join(wrong)
    assert_within(limit_of(row), played.seen.elapsed)
