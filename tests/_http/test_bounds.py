"""What is huge, from the service or from the caller, holds no call past its deadline."""

from __future__ import annotations

import gzip
import itertools
import json
import time
from typing import Any, Callable, Dict, Iterator, List

import pytest
import responses

from virtualq import APIError, DeadlineExceededError, LineGroupUpdate, Session, VirtualQError

from ..calls import KEY, LINE, PHONE, register
from ..pace import Late, again_when_late

CLOSED = "http://127.0.0.1:1"


def _nested(part: Any, depth: int) -> Any:
    return part if depth == 0 else [_nested(part, depth - 1)] * 20


DOCUMENTS: Dict[str, Any] = {
    "texts everywhere": [{"title": "t", "meta": _nested("no", 3)}] * 8,
    "digits everywhere": [{"title": "t", "meta": _nested(1734330502, 3)}] * 6,
    "names everywhere": [{"title": "t", "meta": [[{f"1 {n}": n} for n in range(20)]] * 20}] * 20,
    "long texts everywhere": [{"title": "t" * 2000, "meta": ["x" * 2000] * 20}] * 20,
    "almost the number": [{"detail": "1%20%20%20" * 50_000}] * 20,
    "many errors": [{"detail": "no"}] * 40_000,
    "many things that are no errors": [{}, 5] * 100_000,
}


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _busy_seconds(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


def _assert_ended_early(whole: float, took: float) -> None:
    """Raise Late unless a call with a fifth of the time has ended in the first half of it."""
    if took >= whole / 2:
        raise Late(f"took {took:.2f} s of {whole:.2f}")


@pytest.mark.shared
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("document", DOCUMENTS)
def test_error_answer_of_any_size_is_read_as_fast_as_json(
    document: str, packed: bool, service: responses.RequestsMock
) -> None:
    """Half a megabyte took 32 s; of gzip, 235 bytes are enough for that."""
    body = json.dumps({"errors": DOCUMENTS[document]}).encode()
    headers = {"Content-Encoding": "gzip"} if packed else {}
    sent = gzip.compress(body) if packed else body
    register(service, "get_caller", body=sent, status=422, headers=headers)
    with Session(KEY, retries=0) as vq:

        def ask() -> None:
            with pytest.raises(APIError) as caught:
                vq.get_caller(LINE, PHONE)
            assert len(repr(caught.value.args)) < 100_000

        ask()
        took = min(_busy_seconds(ask) for _ in range(3))
    reference = min(_busy_seconds(lambda: json.loads(body)) for _ in range(3))
    assert took < 0.3 + 10 * reference


def test_errors_that_are_kept_are_the_first(service: responses.RequestsMock) -> None:
    """Of a long list twenty, of a long text a thousand characters, of a deep one four levels."""
    deep: Any = "x"
    for _ in range(10):
        deep = {"in": [deep]}
    errors: List[Any] = [{"title": f"error {number}"} for number in range(50)]
    errors[0] = {"title": "error 0", "detail": "d" * 5000, "meta": deep}
    register(service, "get_caller", {"errors": errors}, status=422)
    with Session(KEY) as vq, pytest.raises(APIError) as caught:
        vq.get_caller(LINE, PHONE)
    first, *others = caught.value.errors
    assert first == {
        "title": "error 0",
        "detail": "d" * 1000,
        "meta": {"in": [{"in": None}]},
    }
    assert [error["title"] for error in others] == [f"error {number}" for number in range(1, 20)]


def _endless() -> Iterator[str]:
    return itertools.repeat("a")


class _Endless(Dict[str, Any]):
    def items(self) -> Any:
        return ((f"k{number}", 1) for number in itertools.count())


_CALLER = {"line_id": LINE, "phone": PHONE}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("update_caller_information", {**_CALLER, "skills": _endless()}),
        ("update_caller_information", {**_CALLER, "properties": _Endless()}),
        (
            "update_line_group_collection",
            {"line_groups": itertools.repeat(LineGroupUpdate(id=7, service_ewt=240))},
        ),
    ],
    ids=["skills", "properties", "line_groups"],
)
def test_what_never_ends_is_ended_by_the_deadline(name: str, given: Dict[str, Any]) -> None:
    """A generator that somebody forgot to stop: an error on time, before anything is sent."""
    with (
        Session(KEY, base_url=CLOSED) as vq,
        pytest.raises(DeadlineExceededError) as caught,
    ):
        getattr(vq, name)(**given, deadline=0.2)
    error = caught.value
    assert error.elapsed >= 0.2
    assert (error.operation, error.attempts, error.maybe_applied) == (name, 0, False)


@again_when_late
def test_text_of_any_length_is_written_within_the_deadline() -> None:
    """Ten million letters in a query took 6 s of 1."""
    long = "ü" * 3_000_000

    def look_up(deadline: float) -> None:
        with Session(KEY, base_url=CLOSED, retries=0) as vq, pytest.raises(VirtualQError):
            vq.get_caller(LINE, long, deadline=deadline)

    whole = min(_seconds(lambda: look_up(60)) for _ in range(2))
    took = min(_seconds(lambda: look_up(whole / 5)) for _ in range(3))
    _assert_ended_early(whole, took)


HUGE: Dict[str, Any] = {
    "members": {f"k{number}": number for number in range(200_000)},
    "list": {"a": list(range(200_000))},
    "lists": {"a": [[1, "a"]] * 60_000},
    "long names": {"a" * 10_000: {"b" * 10_000: {"c": [None] * 150_000}}},
}


@pytest.mark.parametrize("huge", HUGE)
@again_when_late
def test_checking_is_within_the_deadline(huge: str) -> None:
    """A million properties took 12 s of 1: here the deadline is a fifth of what they take."""

    def update(deadline: float) -> None:
        with Session(KEY, base_url=CLOSED, retries=0) as vq, pytest.raises(VirtualQError):
            vq.update_caller_information(LINE, PHONE, properties=HUGE[huge], deadline=deadline)

    whole = min(_seconds(lambda: update(60)) for _ in range(2))
    took = min(_seconds(lambda: update(whole / 5)) for _ in range(3))
    _assert_ended_early(whole, took)
