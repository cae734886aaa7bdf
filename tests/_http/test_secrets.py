"""No API key and no phone number gets out: not in errors, not in what hangs on them."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from pathlib import Path
from types import FrameType
from typing import Any, Dict, Iterator, List, Tuple
from urllib.parse import quote, quote_plus

import pytest
import requests
import responses

from virtualq import ConfigurationError, InvalidParameterError, Session, VirtualQError

from ..calls import FUNCTIONS, KEY, NAMES, PHONE, WITH_PHONE, call, register
from ..leaks import leaks
from ..loopback import Loopback

TESTS = str(Path(__file__).resolve().parent.parent)
SPELLINGS = (
    PHONE,
    "17343305027",
    "0017343305027",
    "+1 734 330 5027",
    "+1-734-330-5027",
    "(734) 330-5027",
    "734.330.5027",
    quote(PHONE, safe=""),
    quote_plus("+1 734 330 5027"),
    "\\u002b17343305027",
)


ODD_KEY = 'a/b+c"d\\e%f<g>'


ECHO = " ".join((KEY, KEY.upper(), KEY, *SPELLINGS))


def _all_of(error: BaseException) -> Iterator[str]:
    """Yield every text of an error: its own, its attributes, its pickle and its chain."""
    yield str(error)
    yield repr(error)
    yield repr(error.args)
    yield repr(vars(error))
    yield json.dumps(vars(error), default=str)
    yield pickle.dumps(error).decode("latin-1")
    yield "".join(traceback.format_exception_only(type(error), error))
    for chained in (error.__cause__, error.__context__):
        if chained is not None:
            yield from _all_of(chained)


def _frames_below(error: BaseException) -> List[FrameType]:
    """List the frames of a traceback that are the library's and deeper, the test's own left out."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return [frame for frame in frames if not frame.f_code.co_filename.startswith(TESTS)]


def _shown(value: object, depth: int = 2) -> Iterator[str]:
    """Yield what a crash reporter may record of a variable: repr, str, and what is inside of it."""
    yield repr(value)
    if isinstance(value, bytes):
        yield value.decode("latin-1")
    elif isinstance(value, str):
        yield str.__str__(value)
    elif depth and isinstance(value, dict):
        for name, part in value.items():
            yield from _shown(name, depth - 1)
            yield from _shown(part, depth - 1)
    elif depth and isinstance(value, (list, tuple, set, frozenset)):
        for part in value:
            yield from _shown(part, depth - 1)


def _check(error: BaseException, key: str = KEY, *, knows_phone: bool = True) -> None:
    for text in _all_of(error):
        assert [each for each in leaks(text, key) if knows_phone or each == key] == []
    frames = _frames_below(error)
    assert frames
    for frame in frames:
        for name, value in frame.f_locals.items():
            for text in _shown(value):
                assert key not in text, f"the key is in {name!r} of {frame.f_code.co_name}"


HOSTILE_HEADERS = {
    "X-Request-Id": ECHO,
    "Retry-After": KEY,
    "Location": f"https://example.test/?k={KEY}&p={PHONE}",
    "Server": ECHO,
}


DOCUMENTS: Dict[str, Any] = {
    "detail": {"errors": [{"detail": ECHO}]},
    "title": {"errors": [{"title": ECHO, "detail": "d"}]},
    "code": {"errors": [{"code": ECHO}]},
    "numbers": {"errors": [{"code": 17343305027, "detail": "d", "meta": 17343305027}]},
    "pointer": {"errors": [{"title": "t", "source": {"pointer": f"/data/{PHONE}/{KEY}"}}]},
    "nested": {"errors": [{"title": "t", "meta": {"a": [{"b": ECHO}]}}]},
    "names": {"errors": [{"title": "t", KEY: 1, PHONE: {PHONE: KEY}}]},
    "second": {"errors": [{"title": "t"}, {"detail": ECHO}]},
    "long": {"errors": [{"detail": "x" * 985 + PHONE}, {"detail": "y" * 990 + KEY}]},
    "html": f"<html>{ECHO}</html>",
}


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 422, 429, 500, 503])
@pytest.mark.parametrize("name", WITH_PHONE)
def test_service_that_repeats_secrets_leaks_none(
    name: str,
    status: int,
    document: str,
    service: responses.RequestsMock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever the answer echoes, wherever: the error and the log are free of it."""
    service.assert_all_requests_are_fired = False
    told = DOCUMENTS[document]
    body = told if isinstance(told, str) else json.dumps(told)
    register(service, name, status=status, body=body, headers=HOSTILE_HEADERS)
    register(service, "get_caller", {"data": []})
    with caplog.at_level(logging.DEBUG), Session(KEY, retries=0) as vq:
        if (name, status, document) in _SILENT:
            assert not call(vq, name)
            return
        with pytest.raises(VirtualQError) as caught:
            call(vq, name)
    _check(caught.value)
    for record in caplog.records:
        assert leaks(record.getMessage() + repr(record.args) + str(vars(record))) == []


# A 404 with an error document is an answer to these.
_SILENT: List[Tuple[str, int, str]] = [
    (name, 404, document)
    for name in ("verify_caller", "get_caller", "notify_caller_connected")
    for document in DOCUMENTS
    if document != "html"
]


@pytest.mark.parametrize("key", [KEY, ODD_KEY, "x"])
@pytest.mark.parametrize(
    "failure",
    [
        requests.ConnectionError(f"GET https://x/?k={KEY}&p={PHONE}"),
        requests.ReadTimeout(f"{KEY} {PHONE}"),
        requests.exceptions.ChunkedEncodingError(f"{KEY} {PHONE}"),
        OSError(f"{KEY} {PHONE}"),
    ],
    ids=lambda failure: type(failure).__name__,
)
@pytest.mark.parametrize("name", NAMES)
def test_failure_below_leaks_nothing(
    name: str,
    failure: Exception,
    key: str,
    service: responses.RequestsMock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Exceptions of requests keep the request, key included: none is chained or quoted."""
    service.assert_all_requests_are_fired = False
    register(service, name, body=failure)
    with caplog.at_level(logging.DEBUG), Session(key) as vq, pytest.raises(VirtualQError) as caught:
        call(vq, name)
    error = caught.value
    assert (error.__cause__, error.__context__) == (None, None)
    if len(key) > 1:
        _check(error, key, knows_phone=name in WITH_PHONE)
        assert key not in caplog.text
    # A list is not asked for by phone: nothing tells which digits would be one.
    assert name not in WITH_PHONE or leaks(" ".join(_all_of(error)), "") == []
    assert name not in WITH_PHONE or leaks(caplog.text, "") == []


@pytest.mark.parametrize("name", NAMES)
def test_real_failures_leak_nothing(
    name: str, loopback: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    """Over a real socket: refused, lost and wrong answers; urllib3's log records count too."""
    closed = "http://127.0.0.1:1"
    steps: List[Any] = [None, (500, DOCUMENTS["detail"]), (200, [ECHO]), (302, None)]
    for base_url, step in [(closed, None), *((loopback.url, step) for step in steps)]:
        loopback.steps = [step]
        session = Session(KEY, base_url=base_url)
        with caplog.at_level(logging.DEBUG), session as vq, pytest.raises(VirtualQError) as caught:
            call(vq, name)
        _check(caught.value, knows_phone=name in WITH_PHONE)
    for record in caplog.records:
        assert leaks(record.getMessage() + repr(record.args)) == []


@pytest.mark.parametrize("name", NAMES)
def test_interrupt_leaks_no_key(name: str, service: responses.RequestsMock) -> None:
    """Ctrl-C passes through, and a crash reporter that sees it does not see the key."""

    def interrupt(request: requests.PreparedRequest) -> Any:
        raise KeyboardInterrupt

    function = FUNCTIONS[name]
    service.add_callback(function.method, function.url.split("?")[0], interrupt)
    with Session(KEY) as vq, pytest.raises(KeyboardInterrupt) as caught:
        call(vq, name)
    _check(caught.value)


def _make(way: str, key: str, **given: Any) -> Session:
    if way == "Session":
        return Session(key, **given)
    return Session.from_env(api_key=key if way == "from_env" else None, **given)


BAD_SETTINGS: Dict[str, Any] = {
    "base_url": "http://example.test",
    "deadline": 0,
    "retries": -1,
    "proxies": {"https": "ftp://u:p@x"},
    "ca_bundle": "/nowhere",
    "max_answer_bytes": 0,
}


@pytest.mark.parametrize("setting", BAD_SETTINGS)
@pytest.mark.parametrize("way", ["Session", "from_env", "environment"])
def test_refused_setting_leaks_no_key(
    way: str, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A right key beside a wrong setting is nowhere in the traceback; all of it can be shown."""
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY if way == "environment" else "another")
    given: Dict[str, Any] = {setting: BAD_SETTINGS[setting]}
    with pytest.raises(ConfigurationError) as caught:
        _make(way, KEY, **given)
    _check(caught.value)


@pytest.mark.parametrize("key", ["two words of a key", "schlüssel-k3y", "k3y\nof-two-lines"])
@pytest.mark.parametrize("way", ["Session", "from_env", "environment"])
def test_refused_key_is_not_repeated(way: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be the right key with one character too many."""
    monkeypatch.setenv("VIRTUALQ_API_KEY", key)
    with pytest.raises(ConfigurationError) as caught:
        _make(way, key)
    _check(caught.value, key)


@pytest.mark.parametrize("name", NAMES)
def test_refused_parameter_leaks_no_key(name: str) -> None:
    """The traceback of a programming mistake is the one that crash reporters see most."""
    with Session(KEY) as vq, pytest.raises(InvalidParameterError) as caught:
        call(vq, name, deadline=0)
    _check(caught.value)


def test_search_for_secrets_finds_them() -> None:
    """The tests above would see a leak: each spelling is found in a text."""
    for spelling in SPELLINGS:
        assert leaks(f"no such caller {spelling}.") == [PHONE]
    assert leaks(f"a {KEY} b") == [KEY]
    assert leaks("nothing here 12345") == []
    assert set(FUNCTIONS) == set(NAMES)
