"""Standing in for the service below everything: handlers that answer, and a guard that refuses."""

from __future__ import annotations

import json
import threading
from typing import Any, Callable, Iterator, List, Optional

import pytest
import responses

from virtualq import ConnectError, ConnectionLostError, DeadlineExceededError, Session
from virtualq._http import seam
from virtualq._http.clock import Clock, OutOfTime

from ..calls import KEY, LINE, MEDIA_TYPE, NAMES, PHONE, answer, call, caller
from ..loopback import Loopback

ANSWER = json.dumps({"data": [caller(line={"id": LINE})]}).encode()


@pytest.fixture
def put_in() -> Iterator[Callable[[seam.Handler], None]]:
    """Put a handler in, and take it out again at the end."""
    undo: List[Callable[[], None]] = []
    yield lambda handler: undo.append(seam.intercept(handler))
    for take_out in undo:
        take_out()


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """Let the guard note each host that is about to be contacted."""
    hosts: List[str] = []
    monkeypatch.setattr(seam, "guard", hosts.append)
    return hosts


@pytest.mark.parametrize("name", NAMES)
def test_a_handler_answers_every_function(
    vq: Session, put_in: Any, guarded: List[str], name: str
) -> None:
    """The handler sees the whole request, its answer is read as any other, and nothing leaves."""
    seen: List[seam.Sent] = []

    def handler(sent: seam.Sent, clock: Clock) -> seam.Given:
        seen.append(sent)
        return 200, {"Content-Type": MEDIA_TYPE}, json.dumps(answer(name)).encode()

    put_in(handler)
    assert call(vq, name).value
    (sent,) = seen
    assert sent.url.startswith("https://api.virtualq.io/api/v2/waiters")
    assert sent.headers["X-Api-Key"] == KEY
    assert (sent.body is None) == (sent.method in ("GET", "DELETE"))
    assert KEY not in repr(sent)
    assert PHONE not in repr(sent)
    assert guarded == []


def test_the_newest_handler_first(vq: Session, put_in: Any) -> None:
    """None passes a request on; what is taken out is asked no more, twice is once."""
    asked: List[str] = []

    def passes(sent: seam.Sent, clock: Clock) -> Optional[seam.Given]:
        asked.append("newest")
        return None

    def says(sent: seam.Sent, clock: Clock) -> Optional[seam.Given]:
        asked.append("older")
        return 200, {}, ANSWER

    put_in(says)
    undo = seam.intercept(passes)
    assert call(vq, "get_caller").found
    undo()
    undo()
    assert call(vq, "get_caller").found
    assert asked == ["newest", "older", "older"]


def test_a_handler_beside_responses(
    vq: Session, put_in: Any, service: responses.RequestsMock
) -> None:
    """What the handler leaves alone reaches the mock above the connection."""
    service.get("https://api.virtualq.io/api/v2/waiters", body=ANSWER)

    def handler(sent: seam.Sent, clock: Clock) -> Optional[seam.Given]:
        return (404, {}, b"") if sent.method == "PUT" else None

    put_in(handler)
    assert call(vq, "get_caller").value.line_id == LINE


@pytest.mark.parametrize(
    ("raised", "left", "kind", "maybe"),
    [
        (ConnectionRefusedError(111, "refused"), False, ConnectError, False),
        (ConnectionResetError(104, "reset"), True, ConnectionLostError, True),
        (OutOfTime(), True, DeadlineExceededError, True),
        (OutOfTime(), False, DeadlineExceededError, False),
    ],
)
def test_a_handler_that_fails_as_a_connection_does(
    put_in: Any, raised: Exception, left: bool, kind: Any, maybe: bool
) -> None:
    """It says whether the request had left, and the error says whether it may have happened."""

    def handler(sent: seam.Sent, clock: Clock) -> Optional[seam.Given]:
        clock.sent = left
        raise raised

    put_in(handler)
    with Session(KEY, retries=0) as vq, pytest.raises(kind) as caught:
        call(vq, "notify_caller_connected")
    assert caught.value.maybe_applied is maybe


def test_an_answer_is_read_as_from_the_wire(put_in: Any) -> None:
    """The limit of the Session holds, a redirect is refused, an encoding is undone or refused."""
    put_in(lambda sent, clock: (200, {}, ANSWER.ljust(3000)))
    with Session(KEY, max_answer_bytes=2000) as vq, pytest.raises(Exception, match="2000 bytes"):
        call(vq, "get_caller")


class Refused(RuntimeError):
    """What a guard raises."""


def test_the_guard_refuses_before_anything_is_looked_up(
    vq: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its error comes out as it is, on any thread."""
    refusal = Refused("not from a test")

    def refuse(host: str) -> None:
        assert host == "api.virtualq.io"
        raise refusal

    monkeypatch.setattr(seam, "guard", refuse)
    caught: List[BaseException] = []

    def ask() -> None:
        with pytest.raises(Refused) as info:
            call(vq, "line_up_caller")
        caught.append(info.value)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    ask()
    assert caught == [refusal, refusal]


def test_the_guard_sees_each_request(loopback: Loopback, guarded: List[str]) -> None:
    """A connection that is kept asks again: what was let out may no longer be."""
    loopback.steps = [(200, {"data": [caller()]})]
    with Session(KEY, base_url=loopback.url) as vq:
        assert call(vq, "get_caller").found
        assert call(vq, "get_caller").found
    assert guarded == ["127.0.0.1", "127.0.0.1"]
