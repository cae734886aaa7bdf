"""Lines, line groups and call centers: what the vendor's client sent, and what it was answered."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, Dict, List, Optional, Tuple, Type
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses

from virtualq import (
    APIError,
    InvalidParameterError,
    LineGroupUpdate,
    NotFoundError,
    ServerError,
    Session,
    UnexpectedResponseError,
    VirtualQError,
)
from virtualq._api.operations import OPERATIONS

from ..recordings import given, read_sample, title

SENT = read_sample("recorded_lines_requests.json")
ANSWERED = read_sample("recorded_lines_answers.json")
# The vendor's client sends a missing id as 0, a time without offset, and reads its address oddly.
_OWN_WAY = {"vendor_does_not_validate", "date_without_offset", "base_address_handling"}
REPRODUCED = [case for case in SENT if not _OWN_WAY & set(case["vendor_quirks"])]
PLAIN: Dict[str, Dict[str, Any]] = {
    "is_virtualq_active": {"line_id": 3042},
    "new_call_offered": {"line_id": 3042},
    "list_lines": {},
    "list_line_groups": {},
    "update_line_group": {"line_group_id": 7},
    "update_line_group_collection": {"line_groups": [LineGroupUpdate(id=7)]},
    "list_call_centers": {},
    "get_call_center": {"call_center_id": 24},
    "update_call_center": {"call_center_id": 24},
}
# Not the API's, whatever function was answered.
_UNEXPECTED = {
    "200_html",
    "200_malformed",
    "200_single_quotes",
    "array_null_and_one",
    "attributes_null",
    "attributes_array",
    "bare_array",
    "bare_resource",
    "body_null",
    "data_missing",
    "data_missing_meta_only",
    "data_text",
    "scalar",
}


def _parameters(case: Dict[str, Any]) -> Dict[str, Any]:
    """Return what a user of Python would give; parameters that the vendor never sends are left."""
    parameters: Dict[str, Any] = given(case["parameters"])
    if case["operation"] in ("get_call_center", "update_call_center", "list_call_centers"):
        identifier = parameters.pop("id", None)
        if case["operation"] != "list_call_centers":
            parameters["call_center_id"] = identifier
    if "line_groups" in parameters:
        parameters.pop("call_center_id", None)
        parameters["line_groups"] = [LineGroupUpdate(**each) for each in parameters["line_groups"]]
    return parameters


@pytest.mark.parametrize("case", REPRODUCED, ids=title)
def test_recorded_request_is_reproduced(
    case: Dict[str, Any], service: responses.RequestsMock, vq: Session
) -> None:
    """Method, path, decoded query, media type and body are those of the recording."""
    recorded, name = case["request"], case["operation"]
    service.add(recorded["method"], "https://api.virtualq.io" + recorded["path"], status=204)
    parameters = _parameters(case)
    if "\x00" in str(parameters.get("connector_connection_status")):
        service.reset()
        with pytest.raises(InvalidParameterError, match="control character"):
            getattr(vq, name)(**parameters)
        return
    getattr(vq, name)(**parameters)
    sent = service.calls[0].request
    address = urlsplit(str(sent.url))
    assert (sent.method, address.path) == (recorded["method"], recorded["path"])
    pairs = parse_qsl(address.query, keep_blank_values=True, strict_parsing=bool(address.query))
    assert [list(pair) for pair in pairs] == (recorded["query_pairs"] or [])
    assert sent.headers.get("Content-Type") == recorded["content_type"]
    assert (None if sent.body is None else json.loads(sent.body)) == _in_utc(recorded["body"])


def _in_utc(value: Any) -> Any:
    """Write the times of the recording with six digits, as Python does."""
    if isinstance(value, dict):
        return {name: _in_utc(part) for name, part in value.items()}
    if isinstance(value, str) and value.startswith("2021-03-04T") and value.endswith("Z"):
        moment = datetime.fromisoformat(value[:-1].ljust(26, "0") if "." in value else value[:-1])
        return moment.replace(tzinfo=timezone.utc).isoformat().replace("+00:00", "Z")
    return [_in_utc(part) for part in value] if isinstance(value, list) else value


def _expected(case: Dict[str, Any]) -> Tuple[Optional[Type[VirtualQError]], bool]:
    """Return the error that an answer is, None for none, and whether something is found."""
    name, status, kind = case["operation"], case["response"]["status"], case["case"]
    operation = OPERATIONS[name]
    if status >= 400:
        is_document = '"errors": [' in case["response"]["body"]
        if status == 404 and is_document and name == "get_call_center":
            return None, False
        error = NotFoundError if status == 404 else ServerError if status >= 500 else APIError
        return error, False
    if kind in _UNEXPECTED:
        return UnexpectedResponseError, False
    body = case["response"]["body"].strip()
    data = json.loads(body)["data"] if body else None
    is_other = isinstance(data, list) != (operation.answer == "many")
    if data is not None and is_other and operation.answer in ("one", "many"):
        return UnexpectedResponseError, False
    if name == "is_virtualq_active":
        state = data["attributes"].get("virtualq-line-state") if data else None
        return None, isinstance(state, str) and state.lower() == "active"
    return None, bool(data) or operation.method != "GET"


@pytest.mark.shared
@pytest.mark.parametrize("case", ANSWERED, ids=title)
def test_recorded_answer_has_its_outcome(
    case: Dict[str, Any], service: responses.RequestsMock, vq: Session
) -> None:
    """An error of the right class, or a Result that says what the answer says."""
    name, recorded = case["operation"], case["response"]
    headers = dict(recorded["headers"])
    operation = OPERATIONS[name]
    path = operation.path.replace("{id}", str(next(iter(PLAIN[name].values()), "")))
    service.add(
        operation.method,
        f"https://api.virtualq.io/api/v2{path}",
        body=recorded["body"],
        status=recorded["status"],
        content_type=headers.pop("Content-Type", None),
        headers=headers,
    )
    error, found = _expected(case)
    if error is not None:
        with pytest.raises(error) as caught:
            getattr(vq, name)(**PLAIN[name], deadline=0.04 if recorded["status"] > 500 else 3)
        assert vars(caught.value)["status"] == recorded["status"]
        return
    result = getattr(vq, name)(**PLAIN[name])
    assert (result.found, result.status) == (found, recorded["status"])
    assert bool(result) is found
    _check_value(case, result.value)


def _check_value(case: Dict[str, Any], value: Any) -> None:
    """Each attribute is in its field, or in `extra` under its own name; none is lost."""
    records: List[Any] = value if isinstance(value, list) else [] if value is None else [value]
    body = case["response"]["body"].strip()
    data = json.loads(body).get("data") if body and case["response"]["status"] < 300 else None
    resources = data if isinstance(data, list) else [] if data is None else [data]
    if OPERATIONS[case["operation"]].answer == "nothing":
        assert value is None
        return
    assert len(records) == len(resources)
    for record, resource in zip(records, resources):
        fields = {attribute.metadata.get("wire"): attribute.name for attribute in _fields(record)}
        for wire, said in resource["attributes"].items():
            field = fields.get(wire.replace("_", "-")) or fields.get(wire)
            read = None if field is None else getattr(record, field)
            kept = wire in record.extra or said is None or read is not None
            # Objects that are lifted, and the names that the vendor mistyped, are fields as well.
            assert kept or isinstance(said, dict) or "hourt" in wire or "triger" in wire, wire


def _fields(record: Any) -> Any:
    import attrs

    return attrs.fields(type(record))


def test_every_function_was_recorded() -> None:
    """The recordings cover all nine functions; of the question itself the answers alone."""
    assert {case["operation"] for case in SENT} == set(PLAIN) - {"is_virtualq_active"}
    assert {case["operation"] for case in ANSWERED} == set(PLAIN)
    assert (len(SENT), len(ANSWERED)) == (55, 171)
    assert len(REPRODUCED) > 40


def test_active_is_asked_as_the_vendor_asks(service: responses.RequestsMock, vq: Session) -> None:
    """The question counts as usage; ids are read from numbers and texts, nested ones too."""
    attributes = {"line_group": {"id": "7"}, "virtualq_line_state": "ACTIVE"}
    line = {"id": "3042", "type": "lines", "attributes": attributes}
    service.add("GET", "https://api.virtualq.io/api/v2/lines/3042", json={"data": line})
    result = vq.is_virtualq_active(3042)
    assert service.calls[0].request.url == (
        "https://api.virtualq.io/api/v2/lines/3042?check_active=true"
    )
    assert result
    assert (result.value.id, result.value.line_group_id) == (3042, 7)


def test_offered_call_is_never_sent_twice(service: responses.RequestsMock, vq: Session) -> None:
    """The service counts: after an answer that may be lost nobody knows, and nothing is sent."""
    url = "https://api.virtualq.io/api/v2/lines/3042/log_call_offered"
    service.add("POST", url, status=503, json={"errors": [{"title": "down"}]})
    with pytest.raises(ServerError) as caught:
        vq.new_call_offered(3042)
    assert (len(service.calls), caught.value.maybe_applied) == (1, True)


@pytest.mark.parametrize(
    ("groups", "parameter"),
    [
        ([], "line_groups"),
        ([LineGroupUpdate(id=1), LineGroupUpdate(service_ewt=1)], "line_groups[1].id"),
        ([LineGroupUpdate(id=1, service_ewt=True)], "line_groups[0].service_ewt"),
        ([{"id": 1}], "line_groups[0]"),
        ("ab", "line_groups"),
    ],
)
def test_fault_of_a_line_group_is_told_with_its_place(
    groups: Any, parameter: str, service: responses.RequestsMock, vq: Session
) -> None:
    """Nothing is sent, not even the groups that are right."""
    with pytest.raises(InvalidParameterError) as caught:
        vq.update_line_group_collection(groups)
    assert caught.value.parameter == parameter
    assert len(service.calls) == 0


@pytest.mark.parametrize("order", [1, -1])
def test_the_right_name_wins_over_other_spellings(
    order: int, service: responses.RequestsMock, vq: Session
) -> None:
    """In whatever order they come; what lost is kept in `extra` under its own name."""
    said = [("service-calls-per-hourt", 1), ("service_calls_per_hour", 2)]
    group = {"id": 7, "type": "line_groups", "attributes": dict(said[::order])}
    service.add("GET", "https://api.virtualq.io/api/v2/line_groups", json={"data": [group]})
    (found,) = vq.list_line_groups()
    assert found.service_calls_per_hour == 2
    assert found.extra == {"service-calls-per-hourt": 1}
