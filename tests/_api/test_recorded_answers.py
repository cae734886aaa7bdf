"""Every answer of samples/recorded_answers.json has its outcome, for each of the functions."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Type

import pytest
import responses

from virtualq import (
    APIError,
    AuthenticationError,
    CallerResult,
    Channel,
    NotFoundError,
    RateLimitedError,
    ServerError,
    Session,
    Source,
    UnexpectedResponseError,
    UnprocessableEntityError,
    VirtualQCallerState,
    VirtualQError,
)

from ..calls import FUNCTIONS, LISTS, LOOK_UPS, NAMES, PHONE, REPORTS, call
from ..pace import again_when_late, assert_within
from ..recordings import read_sample, title

RECORDED = read_sample("recorded_answers.json")
# A report is answered like a line-up, by one caller, and so is a look-up by id; the recordings
# have none of their own.
CASES = RECORDED + [
    {**case, "operation": name}
    for case in RECORDED
    if case["operation"] == "line_up_caller"
    for name in (*REPORTS, "show_caller")
]
SILENT_404 = ("verify_caller", "get_caller", "notify_caller_connected", "show_caller")


def _at(hour: int, minute: int, second: int, microsecond: int = 0) -> datetime:
    return datetime(2021, 3, 4, hour, minute, second, microsecond, tzinfo=timezone.utc)


def _whole(identifier: int, phone: str = PHONE, **more: Any) -> CallerResult:
    return CallerResult(
        id=identifier,
        action_vcc="none",
        channel=Channel.CALL_IN,
        connected_at=_at(5, 10, 0),
        created_at=_at(5, 0, 0),
        estimated_up_time_at=_at(5, 8, 30),
        ewt=120,
        message="hi",
        notified_at=_at(5, 8, 0),
        phone=phone,
        properties={"MyStringProp": "Value1", "n": 1},
        skills=["Skill1", "Skill2"],
        source=Source.PHONE,
        token="tok",
        updated_at=_at(5, 10, 1),
        virtualq_caller_state=VirtualQCallerState.CONNECTED,
        wait_time=42,
        waiting_time_in_seconds=43,
        line_id=3042,
        line_name="Sales",
        **more,
    )


class Outcome(NamedTuple):
    """An error, or a status and the callers that were found, None when the answer says nothing."""

    error: Optional[Type[VirtualQError]] = None
    status: int = 200
    callers: Optional[List[CallerResult]] = None


Rule = Callable[[str], Outcome]


def _found(*callers: CallerResult, status: int = 200) -> Rule:
    """Say that the answer's shape was made to fit the function it was recorded for."""
    return lambda name: Outcome(status=status, callers=list(callers))


def _as_object(*callers: CallerResult, status: int = 200) -> Rule:
    """Say that `data` is an object: right where one caller is the answer, else not the API's."""
    return lambda name: (
        Outcome(UnexpectedResponseError, status)
        if name in LISTS
        else Outcome(status=status, callers=list(callers))
    )


def _as_list(*callers: CallerResult) -> Rule:
    """Say that `data` is a list: right for look-ups, else not the API's."""
    return lambda name: (
        Outcome(callers=list(callers)) if name in LISTS else Outcome(UnexpectedResponseError)
    )


def _fails(error: Type[VirtualQError], status: int) -> Rule:
    return lambda name: Outcome(error, status)


def _not_found(name: str) -> Outcome:
    return Outcome(status=404, callers=[]) if name in SILENT_404 else Outcome(NotFoundError, 404)


def _says_nothing(name: str) -> Outcome:
    return Outcome()


EXPECTED: Dict[str, Rule] = {
    "single_200": _as_object(_whole(9911)),
    "single_201": _as_object(_whole(9911), status=201),
    "array_one": _as_list(_whole(9911)),
    "array_two": _as_list(_whole(9911), _whole(9912, phone="+2")),
    "array_empty": _as_list(),
    "array_with_null": _fails(UnexpectedResponseError, 200),
    "data_null": _says_nothing,
    "ctype_text_html": _fails(UnexpectedResponseError, 200),
    "204_no_length": lambda name: Outcome(status=204),
    "200_empty_jsonapi": _says_nothing,
    "malformed_truncated": _fails(UnexpectedResponseError, 200),
    "id_string": _found(_whole(123)),
    "id_number": _found(_whole(123)),
    "attributes_all_null": _found(CallerResult(id=1)),
    "unknown_attributes": _found(
        _whole(9911, extra={"brand-new": {"x": [1]}, "x": None, "line-id": 77})
    ),
    "snake_case_attributes": _found(_whole(1)),
    "state_'Brand New State'": _found(
        CallerResult(id=9911, virtualq_caller_state="Brand New State")
    ),
    "date_nanos_z": _found(CallerResult(id=9911, created_at=_at(5, 6, 7, 123456))),
    "date_offset": _found(CallerResult(id=9911, created_at=_at(3, 6, 7))),
    "ewt_float": _found(CallerResult(id=9911, ewt=12)),
    "line_null": _found(CallerResult(id=9911)),
    "401_jsonapi_string_status": _fails(AuthenticationError, 401),
    "404_jsonapi_string_status": _not_found,
    "404_html": _fails(NotFoundError, 404),
    "429_jsonapi_string_status": _fails(RateLimitedError, 429),
    "500_html": _fails(ServerError, 500),
    "500_but_body_404": _fails(ServerError, 500),
    "422_multiple_errors": _fails(UnprocessableEntityError, 422),
}


def _answer(service: responses.RequestsMock, case: Dict[str, Any]) -> None:
    function, recorded = FUNCTIONS[case["operation"]], case["response"]
    headers = dict(recorded["headers"])
    media_type = headers.pop("Content-Type", None)
    url = function.url.split("?")[0]
    service.add(
        function.method,
        url,
        body=recorded["body"],
        status=recorded["status"],
        headers=headers,
        content_type=media_type,
    )


@pytest.mark.shared
@pytest.mark.parametrize("case", CASES, ids=title)
def test_recorded_answer_has_its_outcome(
    case: Dict[str, Any], service: responses.RequestsMock, vq: Session
) -> None:
    """The value, the status and `found` are right, or the error is the right one."""
    name = case["operation"]
    expected = EXPECTED[case["case"]](name)
    _answer(service, case)
    if expected.error is not None:
        with pytest.raises(expected.error) as caught:
            call(vq, name)
        assert type(caught.value) is expected.error
        assert vars(caught.value)["status"] == expected.status
        return
    result = call(vq, name)
    callers = expected.callers or []
    if name == "list_callers_waiting":
        assert result.value == callers
    else:
        assert result.value == (callers[0] if callers else None)
    changed_in_silence = expected.callers is None and name not in LOOK_UPS
    assert result.found is bool(callers or changed_in_silence)
    assert (bool(result), result.status, result.attempts) == (result.found, expected.status, 1)
    assert result.reconciled is False


@pytest.mark.parametrize("name", NAMES)
def test_refusal_tells_everything_the_service_said(
    name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """Every error of the document is kept, its first also in attributes of its own."""
    _answer(service, _case(name, "422_multiple_errors"))
    with pytest.raises(APIError) as caught:
        call(vq, name)
    error = caught.value
    assert (error.code, error.title, error.detail) == ("100", "Invalid", "Phone is invalid")
    assert error.pointer == "/data/attributes/phone"
    assert [dict(each)["source"] for each in error.errors] == [
        {"pointer": "/data/attributes/phone"},
        {"pointer": "/data/attributes/channel"},
    ]
    assert error.errors[1]["detail"] == "second"


@pytest.mark.parametrize("name", NAMES)
@again_when_late
def test_retry_after_that_does_not_fit_is_told_at_once(
    name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """Seven seconds do not fit into three: the error comes after one attempt and tells them."""
    _answer(service, _case(name, "429_jsonapi_string_status"))
    with pytest.raises(RateLimitedError) as caught:
        call(vq, name)
    assert (caught.value.retry_after, caught.value.attempts) == (7.0, 1)
    assert_within(0.5, caught.value.elapsed)


def _case(name: str, case: str) -> Dict[str, Any]:
    return next(each for each in CASES if (each["operation"], each["case"]) == (name, case))


def test_every_case_has_an_outcome() -> None:
    """The table names each recorded case, and nothing that was not recorded."""
    assert {case["case"] for case in CASES} == set(EXPECTED)
    assert (len(RECORDED), len(CASES)) == (112, 252)
