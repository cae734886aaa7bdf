"""Every request of samples/recorded_requests.json, sent by the vendor's client, is sent too."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, Dict
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses

from virtualq import Session

from ..calls import BASE, KEY, answer
from ..recordings import given, read_sample, title

CASES = read_sample("recorded_requests.json")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,6})?\d*(Z|[+-]\d\d:\d\d)")


def _with_instants(value: Any) -> Any:
    """Turn texts that are times into instants: Python has six digits, the recording seven."""
    if isinstance(value, list):
        return [_with_instants(part) for part in value]
    if isinstance(value, dict):
        return {name: _with_instants(part) for name, part in value.items()}
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    second, fraction, offset = found.groups()
    text = f"{second}{(fraction or '.').ljust(7, '0')}{'+00:00' if offset == 'Z' else offset}"
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("case", CASES, ids=title)
def test_recorded_request_is_reproduced(
    case: Dict[str, Any], service: responses.RequestsMock
) -> None:
    """Method, path, decoded query, media type and body are those of the recording."""
    recorded, name = case["request"], case["operation"]
    service.add(recorded["method"], "https://api.virtualq.io" + recorded["path"], json=answer(name))
    with Session(KEY) as vq:
        getattr(vq, name)(**given(case["parameters"]))
    sent = service.calls[0].request
    assert sent.url is not None
    assert sent.url.startswith(BASE)
    address = urlsplit(sent.url)
    assert (sent.method, address.path) == (recorded["method"], recorded["path"])
    pairs = [
        list(pair)
        for pair in parse_qsl(
            address.query, keep_blank_values=True, strict_parsing=bool(address.query)
        )
    ]
    assert pairs == (recorded["query_pairs"] or [])
    assert sent.headers.get("Content-Type") == recorded["content_type"]
    body = None if sent.body is None else json.loads(sent.body)
    assert _with_instants(body) == _with_instants(recorded["body"])


def test_times_of_the_recordings_are_compared_as_instants() -> None:
    """Two spellings of one instant are equal for the comparison above, two instants are not."""
    assert _with_instants("2021-03-04T05:06:07.1234567Z") == _with_instants(
        "2021-03-04T05:06:07.123456+00:00"
    )
    assert _with_instants("2021-03-04T05:06:07Z") != _with_instants("2021-03-04T05:06:08Z")
    assert _with_instants("2021-03-04T05:06:07+01:00") != _with_instants("2021-03-04T05:06:07Z")


def test_every_function_was_recorded() -> None:
    """The recordings cover all seven functions, so that none goes unchecked."""
    assert len(CASES) == 42
    assert {case["operation"] for case in CASES} == {
        "line_up_caller",
        "verify_caller",
        "get_caller",
        "notify_caller_connected",
        "notify_caller_transferred",
        "update_caller_information",
        "list_callers_waiting",
    }
