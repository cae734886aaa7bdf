"""No API key and no phone number gets out: not in errors, not in what hangs on them."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from typing import Any, Callable, Dict, List, Tuple
from urllib.parse import quote, quote_plus

import pytest
import requests
import responses

from virtualq import ConfigurationError, InvalidParameterError, Session, VirtualQError

from ..calls import FUNCTIONS, KEY, NAMES, PHONE, WITH_PHONE, answer, call, register
from ..leaks import leaks, texts_of, texts_of_frames
from ..loopback import Loopback

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


def _check(error: BaseException, key: str = KEY, *, knows_phone: bool = True) -> None:
    """Look for the secrets in all that an error, its chain and its frames show."""
    shown = list(texts_of(error))
    assert any(True for _ in texts_of_frames(error))
    found = [(where, leak) for where, text in shown for leak in leaks(text, key)]
    assert [(where, leak) for where, leak in found if knows_phone or leak == key] == []


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


def _told(document: str) -> str:
    told = DOCUMENTS[document]
    return told if isinstance(told, str) else json.dumps(told)


# Each way through the reading of an answer once: every document, every status, every function.
ECHOES: List[Tuple[str, int, str]] = [
    *(("get_caller", 422, document) for document in DOCUMENTS),
    *(("get_caller", status, "detail") for status in (200, 302, 400, 401, 429, 500, 503)),
    ("get_caller", 200, "html"),
    ("get_caller", 404, "html"),
    ("notify_caller_transferred", 404, "detail"),
    *((name, 422, "detail") for name in WITH_PHONE),
    *((name, 503, "html") for name in WITH_PHONE),
]


@pytest.mark.parametrize(("name", "status", "document"), ECHOES)
def test_service_that_repeats_secrets_leaks_none(
    name: str,
    status: int,
    document: str,
    service: responses.RequestsMock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever the answer echoes, wherever: the error and the log are free of it."""
    service.assert_all_requests_are_fired = False
    register(service, name, status=status, body=_told(document), headers=HOSTILE_HEADERS)
    register(service, "get_caller", {"data": []})
    with (
        caplog.at_level(logging.DEBUG),
        Session(KEY, retries=0) as vq,
        pytest.raises(VirtualQError) as caught,
    ):
        call(vq, name)
    _check(caught.value)
    assert [record.name for record in caplog.records][:1] == ["virtualq"]
    for record in caplog.records:
        assert leaks(record.getMessage() + repr(record.args) + str(vars(record))) == []


@pytest.mark.parametrize("name", ["verify_caller", "get_caller", "notify_caller_connected"])
def test_answer_that_means_nobody_leaks_nothing_to_the_log(
    name: str, service: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    """A 404 with an error document is an answer to these: there is no error, but a record."""
    register(service, name, status=404, body=_told("detail"), headers=HOSTILE_HEADERS)
    with caplog.at_level(logging.DEBUG), Session(KEY) as vq:
        assert not call(vq, name)
    (record,) = (record for record in caplog.records if record.name == "virtualq")
    assert leaks(record.getMessage() + str(vars(record))) == []


FAILURES: Dict[str, Exception] = {
    "refused": requests.ConnectionError(f"GET https://x/?k={KEY}&p={PHONE}"),
    "timed out": requests.ReadTimeout(f"{KEY} {PHONE}"),
    "broke off": requests.exceptions.ChunkedEncodingError(f"{KEY} {PHONE}"),
    "OSError": OSError(f"{KEY} {PHONE}"),
}


@pytest.mark.parametrize(
    ("name", "failure", "key"),
    [
        *(("get_caller", failure, KEY) for failure in FAILURES),
        *((name, "OSError", KEY) for name in NAMES),
        *(("get_caller", "OSError", key) for key in (ODD_KEY, "x")),
    ],
)
def test_failure_below_leaks_nothing(
    name: str,
    failure: str,
    key: str,
    service: responses.RequestsMock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Exceptions of requests keep the request, key included: none is chained or quoted."""
    service.assert_all_requests_are_fired = False
    register(service, name, body=FAILURES[failure])
    with caplog.at_level(logging.DEBUG), Session(key) as vq, pytest.raises(VirtualQError) as caught:
        call(vq, name)
    error = caught.value
    assert (error.__cause__, error.__context__) == (None, None)
    # A list is not asked for by phone: nothing tells which digits would be one. A key of one letter
    # is in every text.
    knows_phone, shown_key = name in WITH_PHONE, key if len(key) > 1 else ""
    _check(error, shown_key, knows_phone=knows_phone)
    assert [each for each in leaks(caplog.text, shown_key) if knows_phone or each == key] == []


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
    assert "virtualq" in {record.name for record in caplog.records}
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


@pytest.mark.parametrize(
    ("way", "setting"),
    [
        *(("Session", setting) for setting in BAD_SETTINGS),
        ("from_env", "deadline"),
        ("environment", "deadline"),
    ],
)
def test_refused_setting_leaks_no_key(
    way: str, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A right key beside a wrong setting is nowhere in the traceback; all of it can be shown."""
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY if way == "environment" else "another")
    given: Dict[str, Any] = {setting: BAD_SETTINGS[setting]}
    with pytest.raises(ConfigurationError) as caught:
        _make(way, KEY, **given)
    _check(caught.value)


@pytest.mark.parametrize("address", ["https://user:pa55word@x.test", "http://x:pa55word@[::1"])
def test_password_in_an_address_is_in_no_frame(address: str) -> None:
    """It is refused, and was typed by somebody: crash reporters would keep it."""
    for given in ({"base_url": address}, {"proxies": {"https": address + ":0"}}):
        with pytest.raises(ConfigurationError) as caught:
            Session(KEY, **given)  # type: ignore[arg-type]
        assert [where for where, text in texts_of(caught.value) if "pa55word" in text] == []


@pytest.mark.parametrize("key", ["two words of a key", "schlüssel-k3y", "k3y\nof-two-lines"])
@pytest.mark.parametrize("way", ["Session", "environment"])
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


@pytest.mark.parametrize("name", WITH_PHONE)
def test_refused_phone_is_not_repeated(name: str) -> None:
    """Not as it was given, not as it stands in the function's own variable."""
    with Session(KEY) as vq, pytest.raises(InvalidParameterError) as caught:
        call(vq, name, phone=PHONE + "\n")
    _check(caught.value)


@pytest.mark.parametrize("used", [False, True], ids=["unused", "used"])
@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.copy, copy.deepcopy])
def test_session_is_not_pickled_or_copied(
    used: bool, duplicate: Callable[[object], object], loopback: Loopback
) -> None:
    """The key would be in the pickle; used or not, it is refused in the same words."""
    loopback.steps = [(200, answer("get_caller"))]
    with Session(KEY, base_url=loopback.url) as vq:
        if used:
            call(vq, "get_caller")
        with pytest.raises(TypeError, match="a Session cannot be pickled or copied"):
            duplicate(vq)


def test_search_for_secrets_finds_them() -> None:
    """The tests above would see a leak: each spelling is found in a text."""
    for spelling in SPELLINGS:
        assert leaks(f"no such caller {spelling}.") == [PHONE]
    assert leaks(f"a {KEY} b") == [KEY]
    assert leaks("nothing here 12345") == []
    assert set(FUNCTIONS) == set(NAMES)
