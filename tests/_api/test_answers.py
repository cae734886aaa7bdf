"""How an answer is read as a whole, and never as something it does not say."""

from __future__ import annotations

import json

import pytest
import responses

from virtualq import (
    Session,
    UnexpectedResponseError,
)

from ..calls import CHANGES, LISTS, NAMES, PHONE, answer, call, caller, register


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b"{}",
        b'"up"',
        b"true",
        b"0",
        b'{"meta": {}}',
        b'{"errors": []}',
        b'{"data": [null]}',
        b'{"data": 1}',
        b'{"data": "x"}',
        b'{"data": {}}',
        b'{"data": [{}]}',
        b'{"data": [[]]}',
        b'{"data": {"id": "1"}}',
        b'{"data": [{"id": "1", "attributes": null}]}',
        b'{"data": {"id": "1", "attributes": []}}',
        b'{"data": {"id": null, "attributes": {}}}',
        b'{"data": [{"attributes": {"phone": null}}]}',
        b'{"data": {"attributes": {"line": {}}}}',
        b'{"data": [{"id": null, "attributes": {"line": {"id": null, "name": null}}}]}',
        b"<html>Sign in</html>",
        b"up",
        b'{"data": [',
        b'{"data": null} trailing',
        b'{"data": null, "ewt": NaN}',
        b'{"data": null, "ewt": -Infinity}',
        b'{"data": null, "x": "\xff"}',
        b'\xff\xfe{\x00"\x00d\x00',
        b'{"data": null, "x": "\\ud800"}',
        b"[" * 100_000,
        b'{"data": null, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda body: repr(body[:40]),
)
def test_answer_that_is_not_the_api_s_is_never_a_value(
    body: bytes, name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """No JSON, no `data`, no caller in it: an error with the HTTP status, for every function."""
    register(service, name, body=body)
    with pytest.raises(UnexpectedResponseError) as caught:
        call(vq, name)
    assert (caught.value.status, caught.value.attempts) == (200, 1)
    assert caught.value.maybe_applied is (name in CHANGES)


@pytest.mark.parametrize("name", NAMES)
def test_list_and_object_are_not_taken_for_each_other(
    name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """An object where a list belongs, and a list where an object belongs."""
    register(service, name, {"data": caller() if name in LISTS else [caller()]})
    with pytest.raises(UnexpectedResponseError):
        call(vq, name)


@pytest.mark.parametrize("name", LISTS)
def test_one_bad_caller_spoils_the_list(
    name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """A null beside a caller: nobody can say whom it stood for."""
    register(service, name, {"data": [caller(), None]})
    with pytest.raises(UnexpectedResponseError):
        call(vq, name)


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("status", "body"), [(204, ""), (200, ""), (200, " \n"), (202, ""), (200, '{"data": null}')]
)
def test_answer_without_a_value_is_no_failure(
    status: int, body: str, name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """204, an empty body or a null: no value; nobody found by a look-up, a change carried out."""
    register(service, name, body=body, status=status)
    result = call(vq, name)
    assert result.value == ([] if name == "list_callers_waiting" else None)
    assert (result.found, bool(result), result.status) == (name in CHANGES, name in CHANGES, status)


@pytest.mark.shared
@pytest.mark.parametrize(
    "media_type", ["text/html", "text/html; charset=utf-8", "TEXT/HTML", "application/xhtml+xml"]
)
@pytest.mark.parametrize("name", NAMES)
def test_html_is_never_success(
    media_type: str, name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """A 2xx that calls itself HTML is a login page or a proxy's, whatever stands in it."""
    register(service, name, content_type=media_type)
    with pytest.raises(UnexpectedResponseError):
        call(vq, name)


@pytest.mark.parametrize(
    "media_type",
    ["application/vnd.api+json", "application/json", "text/plain; charset=iso-8859-1", ""],
)
def test_json_is_utf_8_whatever_the_charset_says(
    media_type: str, service: responses.RequestsMock, vq: Session
) -> None:
    """RFC 8259; a byte order mark is ignored too."""
    body = json.dumps(answer("get_caller", caller(message="Grüße")), ensure_ascii=False)
    register(
        service, "get_caller", body=b"\xef\xbb\xbf" + body.encode("utf-8"), content_type=media_type
    )
    value = vq.get_caller(3042, PHONE).value
    assert value is not None
    assert value.message == "Grüße"


def test_answer_that_is_too_large_is_refused(service: responses.RequestsMock) -> None:
    """`max_answer_bytes` is a limit: a byte more is not read as an answer."""
    body = json.dumps(answer("get_caller")).encode()
    register(service, "get_caller", body=body)
    register(service, "get_caller", body=body)
    with Session("key", max_answer_bytes=len(body)) as vq:
        assert vq.get_caller(3042, PHONE)
    smaller = Session("key", max_answer_bytes=len(body) - 1)
    with smaller, pytest.raises(UnexpectedResponseError) as caught:
        smaller.get_caller(3042, PHONE)
    assert caught.value.status == 200


@pytest.mark.shared
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304, 300])
@pytest.mark.parametrize("name", NAMES)
def test_redirect_is_refused(
    status: int, name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """The key goes to no other host; a redirected change is not a success."""
    register(service, name, status=status, headers={"Location": "https://example.test/"})
    with pytest.raises(UnexpectedResponseError) as caught:
        call(vq, name)
    assert caught.value.status == status
    assert len(service.calls) == 1


def test_first_caller_of_several_is_the_one_looked_up(
    service: responses.RequestsMock, vq: Session
) -> None:
    """A look-up by line and phone gives one caller; the list gives all of them, in order."""
    document = answer("get_caller", caller("1"), caller("2"))
    for name in LISTS:
        register(service, name, document)
        value = call(vq, name).value
        found = [each.id for each in value] if isinstance(value, list) else value.id
        assert found == ([1, 2] if name == "list_callers_waiting" else 1)
        service.reset()
