"""Where requests is loaded, calls pass through HTTPAdapter.send: mocks answer, fail and look on."""

from __future__ import annotations

import copy
import json
import socket
import sys
from io import BytesIO
from typing import Any, List, Optional

import pytest
import requests
import responses
import urllib3
from requests.adapters import HTTPAdapter

from virtualq import (
    ConnectError,
    ConnectionLostError,
    DeadlineExceededError,
    Session,
    VirtualQError,
)

from ..calls import KEY, LINE, PHONE, answer, call, caller, register
from ..loopback import Loopback

ABORTED = urllib3.exceptions.ProtocolError(
    "Connection aborted.", ConnectionResetError(104, "Connection reset by peer")
)
NOWHERE: Any = None
READ_TIMED_OUT = urllib3.exceptions.MaxRetryError(
    NOWHERE, "/waiters", urllib3.exceptions.ReadTimeoutError(NOWHERE, "/waiters", "Read timed out.")
)
NOT_SENT = (ConnectError, False)
LOST = (ConnectionLostError, True)
LATE = (DeadlineExceededError, True)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (requests.ReadTimeout("Read timed out."), LATE),
        (requests.Timeout(), LATE),
        (socket.timeout("timed out"), LATE),
        (requests.ConnectTimeout("timed out"), (DeadlineExceededError, False)),
        (requests.ConnectionError("aborted"), LOST),
        (requests.ConnectionError(ABORTED), LOST),
        (requests.exceptions.ChunkedEncodingError("IncompleteRead"), LOST),
        (ABORTED, LOST),
        (ConnectionResetError(104, "Connection reset by peer"), LOST),
        (requests.ConnectionError("refused"), NOT_SENT),
        (requests.exceptions.ProxyError("Connection aborted by the proxy"), NOT_SENT),
        (requests.exceptions.SSLError("certificate verify failed"), NOT_SENT),
        (requests.exceptions.ContentDecodingError("not gzip"), LOST),
        (urllib3.exceptions.ProtocolError("odd"), LOST),
        (requests.ConnectionError(READ_TIMED_OUT), LOST),
        (urllib3.exceptions.NewConnectionError(NOWHERE, "refused"), NOT_SENT),
        (ConnectionRefusedError(111, "Connection refused"), NOT_SENT),
    ],
    ids=lambda value: ascii(value)[:50],
)
def test_what_a_mock_raises(
    service: responses.RequestsMock, raised: Exception, expected: Any
) -> None:
    """A test of an application reaches the branch where a change may have happened."""
    register(service, "notify_caller_connected", body=raised)
    with Session(KEY, retries=0) as vq, pytest.raises(VirtualQError) as caught:
        call(vq, "notify_caller_connected")
    assert (type(caught.value), caught.value.maybe_applied) == expected


def test_a_line_up_that_a_mock_loses_is_looked_up(service: responses.RequestsMock) -> None:
    """Not sent again: the caller is found, and the Result says how."""
    register(service, "line_up_caller", body=requests.ReadTimeout())
    register(service, "get_caller")
    with Session(KEY) as vq:
        assert call(vq, "line_up_caller").reconciled
    assert [sent.request.method for sent in service.calls] == ["POST", "GET"]


def test_no_text_of_a_mock_comes_out(service: responses.RequestsMock) -> None:
    """What requests says quotes the URL, and the phone with it."""
    register(service, "verify_caller", body=requests.ConnectionError(f"aborted: {PHONE} {KEY}"))
    with Session(KEY) as vq, pytest.raises(ConnectionLostError) as caught:
        call(vq, "verify_caller")
    assert PHONE not in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("raw", [True, False], ids=["raw", "content"])
def test_a_response_made_by_hand(monkeypatch: pytest.MonkeyPatch, raw: bool) -> None:
    """Whatever stands for HTTPAdapter.send, its Response is read as an answer."""
    response = requests.Response()
    response.status_code = 200
    body = json.dumps(answer("get_caller", caller(line={"id": LINE}))).encode()
    if raw:
        response.raw = urllib3.HTTPResponse(BytesIO(body), preload_content=False)
    else:
        response._content = body
    monkeypatch.setattr(HTTPAdapter, "send", lambda *args, **kwargs: response)
    with Session(KEY) as vq:
        assert call(vq, "get_caller").value.line_id == LINE


@pytest.mark.parametrize("name", ["get_caller", "notify_caller_connected"])
def test_who_looks_on_sees_request_and_response(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A tool that wraps HTTPAdapter.send finds what it finds of any other call of requests."""
    loopback.steps = [(200, answer(name))]
    send, seen = HTTPAdapter.send, []

    def look_on(self: HTTPAdapter, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        response = send(self, request, *args, **kwargs)
        sent: Optional[bytes] = request.body
        headers = (request.headers["X-Api-Key"], response.headers["Content-Type"])
        seen.append((request.method, sent, *headers, response.status_code, response.json()))
        assert copy.copy(request).url == response.url == request.url
        assert response.request is request
        assert response.ok
        assert not hasattr(request, "nothing")
        assert not hasattr(response, "nothing")
        return response

    monkeypatch.setattr(HTTPAdapter, "send", look_on)
    with Session(KEY, base_url=loopback.url) as vq:
        assert call(vq, name).value
    ((method, body, key, media_type, status, document),) = seen
    asked = loopback.asked[0]
    assert (method, body or b"", key) == (asked.method, asked.body, KEY)
    assert (media_type, status, document) == ("application/vnd.api+json", 200, answer(name))


def test_requests_that_come_later_are_seen(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same Session goes straight while requests is not loaded, and past it afterwards."""

    loopback.steps = [(200, answer("get_caller"))]
    passed: List[str] = []
    send = HTTPAdapter.send

    def note(self: HTTPAdapter, *args: Any, **kwargs: Any) -> requests.Response:
        passed.append("through requests")
        return send(self, *args, **kwargs)

    monkeypatch.setattr(HTTPAdapter, "send", note)
    with Session(KEY, base_url=loopback.url) as vq:
        with monkeypatch.context() as without:
            without.delitem(sys.modules, "requests.adapters")
            assert call(vq, "get_caller").found
        assert passed == []
        assert call(vq, "get_caller").found
    assert passed == ["through requests"]
    assert len(loopback.asked) == 2
