"""A stranger's mock server on the spec accepts what the client sends, and is understood."""

from __future__ import annotations

import copy
import json
import logging
from typing import Any, Dict, Iterator

import pytest
import requests
import responses

from virtualq import APIError, CallerResult, Session
from virtualq._api.operations import KEY_HEADER, REQUEST_MEDIA_TYPE

from ..calls import BASE, FUNCTIONS, KEY, NAMES, call
from ..recordings import given, read_sample, title
from .prism import Prism, why_not

CASES = read_sample("recorded_requests.json")

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(why_not() is not None, reason=str(why_not())),
]


@pytest.fixture(scope="module")
def prism() -> Iterator[Prism]:
    """Prism with the examples of the spec."""
    with Prism() as running:
        yield running


@pytest.fixture(scope="module")
def random_prism() -> Iterator[Prism]:
    """Prism with random documents that fit the spec."""
    with Prism(dynamic=True) as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=title)
def test_every_recorded_request_is_accepted(prism: Prism, case: Dict[str, Any]) -> None:
    """Each recorded case is answered with the example caller, and that is read whole."""
    with Session(KEY, base_url=prism.base_url, deadline=10) as vq:
        result = getattr(vq, case["operation"])(**given(case["parameters"]))
    (caller,) = result.value if isinstance(result.value, list) else [result.value]
    assert (result.status, caller.id, caller.virtualq_caller_state) == (200, 9911, "Connected")
    assert (caller.line_id, caller.ewt, caller.properties["n"], caller.extra) == (3042, 120, 1, {})


@pytest.mark.parametrize("name", NAMES)
def test_every_document_of_the_spec_is_read(
    random_prism: Prism, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever fits the spec is read into models, and no value is set aside as a misfit."""
    caplog.set_level(logging.WARNING)
    with Session(KEY, base_url=random_prism.base_url, deadline=10) as vq:
        for _ in range(10):
            value = call(vq, name).value
            callers = value if isinstance(value, list) else [value]
            assert all(isinstance(caller, CallerResult) for caller in callers if caller is not None)
    assert caplog.messages == []


@pytest.mark.parametrize("status", [401, 404, 422])
@pytest.mark.parametrize(
    "name", ["line_up_caller", "list_callers_waiting", "notify_caller_transferred"]
)
def test_every_error_document_is_read(
    prism: Prism, service: responses.RequestsMock, name: str, status: int
) -> None:
    """The error documents of the spec's examples become errors with their code and text."""
    function = FUNCTIONS[name]
    service.add_passthru(prism.address)
    headers = {KEY_HEADER: KEY, "Content-Type": REQUEST_MEDIA_TYPE, "Prefer": f"code={status}"}
    url, body = prism.address + function.target, json.dumps(function.body)
    document = requests.request(function.method, url, data=body, headers=headers, timeout=10).json()
    service.add(function.method, BASE + function.target, json=document, status=status)
    with Session(KEY) as vq, pytest.raises(APIError) as caught:
        call(vq, name)
    first = document["errors"][0]
    assert (caught.value.status, caught.value.code) == (status, first["code"])
    assert (caught.value.title, caught.value.detail) == (first["title"], first["detail"])


@pytest.mark.parametrize("part", ["key", "type", "attribute"])
def test_prism_does_check(prism: Prism, part: str) -> None:
    """A request that the spec does not allow is refused: being accepted means something."""
    document = copy.deepcopy(FUNCTIONS["line_up_caller"].body)
    assert document is not None
    headers = {"Content-Type": REQUEST_MEDIA_TYPE}
    if part != "key":
        headers[KEY_HEADER] = KEY
    if part == "type":
        document["data"]["type"] = "callers"
    if part == "attribute":
        del document["data"]["attributes"]["phone"]
    url, body = f"{prism.address}/waiters", json.dumps(document)
    answer = requests.post(url, data=body, headers=headers, timeout=10)
    assert answer.status_code == (401 if part == "key" else 422)
