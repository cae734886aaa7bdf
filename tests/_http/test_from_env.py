"""What is read from the environment, by from_env alone and once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict, List

import certifi
import pytest
import responses

from virtualq import ConfigurationError, ConnectError, Session

from ..calls import BASE, KEY, LINE, PHONE, answer, call
from ..loopback import Loopback


def test_from_env_reads_key_address_and_deadline(
    monkeypatch: pytest.MonkeyPatch, service: responses.RequestsMock
) -> None:
    """The three variables of our own."""
    monkeypatch.setenv("VIRTUALQ_API_KEY", f" {KEY} ")
    monkeypatch.setenv("VIRTUALQ_BASE_URL", "https://example.test/x")
    monkeypatch.setenv("VIRTUALQ_DEADLINE", "1.5")
    service.get("https://example.test/x/waiters", json={"data": []})
    with Session.from_env() as vq:
        vq.verify_caller(LINE, PHONE)
        assert "1.5" in repr(vq)
    assert service.calls[0].request.headers["X-Api-Key"] == KEY


def test_from_env_needs_the_key_alone(
    monkeypatch: pytest.MonkeyPatch, service: responses.RequestsMock
) -> None:
    """Empty variables count as unset; what is not set has the default of Session."""
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    for name in (
        "VIRTUALQ_BASE_URL",
        "VIRTUALQ_DEADLINE",
        "HTTPS_PROXY",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_FILE",
    ):
        monkeypatch.setenv(name, "")
    service.get(f"{BASE}/waiters", json={"data": []})
    with Session.from_env() as vq:
        vq.verify_caller(LINE, PHONE)
        assert repr(vq) == repr(Session(KEY))


def test_from_env_without_a_key_says_how_to_give_one() -> None:
    """The most likely first mistake."""
    with pytest.raises(ConfigurationError, match="VIRTUALQ_API_KEY"):
        Session.from_env()


def test_key_may_come_from_a_file(
    monkeypatch: pytest.MonkeyPatch, service: responses.RequestsMock, tmp_path: Path
) -> None:
    """As container platforms hand secrets over; editors end the line. Read once."""
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    monkeypatch.setenv("VIRTUALQ_API_KEY_FILE", str(file))
    monkeypatch.setenv("VIRTUALQ_API_KEY", "")
    service.get(f"{BASE}/waiters", json={"data": []})
    with Session.from_env() as vq:
        file.write_text("another")
        vq.verify_caller(LINE, PHONE)
    assert service.calls[0].request.headers["X-Api-Key"] == KEY


def test_key_that_is_given_counts_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is not even looked at."""
    monkeypatch.setenv("VIRTUALQ_API_KEY_FILE", "/nowhere/at/all")
    Session.from_env(api_key=KEY).close()


def test_two_keys_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Which of them is the old one, nobody can know."""
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    monkeypatch.setenv("VIRTUALQ_API_KEY_FILE", str(tmp_path))
    with pytest.raises(ConfigurationError, match="not both"):
        Session.from_env()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


BAD_KEY_FILES: Dict[str, Any] = {
    "not there": (lambda path: None, "No such file"),
    "directory": (lambda path: path.mkdir(), "Is a directory"),
    "pipe nobody writes to": (_pipe, "no ordinary file"),
    "empty": (lambda path: path.write_text(""), "empty"),
    "blank": (lambda path: path.write_text(" \n"), "empty"),
    "too large": (lambda path: path.write_text(KEY + "\n" * 100_000), "too large"),
    "not text": (lambda path: path.write_bytes(KEY.encode() + b"\xff\x00"), "not ASCII"),
    "two lines": (lambda path: path.write_text(f"{KEY}\n{KEY}\n"), "without blanks"),
}


@pytest.mark.parametrize("fault", BAD_KEY_FILES)
def test_key_file_that_cannot_be_one_is_refused(
    fault: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """At once, on one line that says why, without a word of what is in it."""
    make, said = BAD_KEY_FILES[fault]
    path = tmp_path / "k"
    make(path)
    monkeypatch.setenv("VIRTUALQ_API_KEY_FILE", str(path))
    with pytest.raises(ConfigurationError) as caught:
        Session.from_env()
    text = str(caught.value)
    assert said in text
    assert KEY not in text
    assert len(text.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_key_file_of_somebody_else_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The most likely fault of a deployment."""
    path = tmp_path / "k"
    path.write_text(KEY)
    path.chmod(0)
    monkeypatch.setenv("VIRTUALQ_API_KEY_FILE", str(path))
    with pytest.raises(ConfigurationError, match="Permission denied"):
        Session.from_env()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VIRTUALQ_API_KEY", "two words"),
        ("VIRTUALQ_BASE_URL", "http://example.test"),
        ("VIRTUALQ_BASE_URL", "nonsense"),
        ("VIRTUALQ_BASE_URL", "https://user:pa55@example.test"),
        ("VIRTUALQ_DEADLINE", "soon"),
        ("VIRTUALQ_DEADLINE", "0"),
        ("VIRTUALQ_DEADLINE", "-1"),
        ("VIRTUALQ_DEADLINE", "nan"),
        ("VIRTUALQ_DEADLINE", "inf"),
        ("VIRTUALQ_DEADLINE", "3 s"),
        ("VIRTUALQ_DEADLINE", "9" * 5000),
        ("HTTPS_PROXY", "socks5://user:pa55@proxy"),
        ("HTTPS_PROXY", "http://:pa55@:3128"),
        ("REQUESTS_CA_BUNDLE", "/nowhere/at/all.pem"),
        ("SSL_CERT_FILE", "/nowhere/at/all.pem"),
    ],
)
def test_variable_that_cannot_work_is_refused(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the setting had been given to Session; who made no setting is told of the variable."""
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    monkeypatch.setenv(name, value)
    told = {"VIRTUALQ_API_KEY": "API key", "VIRTUALQ_BASE_URL": "base_url", "HTTPS_PROXY": "proxy"}
    with pytest.raises(ConfigurationError, match=told.get(name, name)) as caught:
        Session.from_env()
    assert "pa55" not in str(caught.value)
    assert KEY not in str(caught.value)


def test_what_is_given_counts_before_the_environment(
    monkeypatch: pytest.MonkeyPatch, service: responses.RequestsMock
) -> None:
    """`from_env(deadline=...)` overrides one setting and keeps the rest."""
    hostile = {"API_KEY": "other", "BASE_URL": "nonsense", "DEADLINE": "soon"}
    for name, value in hostile.items():
        monkeypatch.setenv(f"VIRTUALQ_{name}", value)
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    service.get("https://example.test/api/v2/waiters", json={"data": []})
    with Session.from_env(
        api_key=KEY,
        base_url="https://example.test",
        deadline=2.5,
        retries=0,
        proxies={},
        ca_bundle=certifi.where(),
        max_answer_bytes=1000,
    ) as vq:
        vq.verify_caller(LINE, PHONE)
        assert "2.5" in repr(vq)
    assert service.calls[0].request.headers["X-Api-Key"] == KEY


PROXIED: List[Any] = [
    ({}, False),
    ({"HTTPS_PROXY": "{proxy}"}, True),
    ({"https_proxy": "{proxy}"}, True),
    ({"ALL_PROXY": "{proxy}"}, True),
    ({"HTTP_PROXY": "{proxy}"}, False),
    ({"HTTPS_PROXY": "{proxy}", "NO_PROXY": "nowhere.invalid"}, False),
    ({"HTTPS_PROXY": "{proxy}", "no_proxy": ".invalid"}, False),
    ({"HTTPS_PROXY": "{proxy}", "NO_PROXY": "*"}, False),
    ({"HTTPS_PROXY": "{proxy}", "NO_PROXY": "example.test, nowhere.invalid"}, False),
    ({"HTTPS_PROXY": "{proxy}", "NO_PROXY": "example.test"}, True),
    ({"HTTPS_PROXY": "{proxy}", "NO_PROXY": ""}, True),
]


@pytest.mark.parametrize(("variables", "proxied"), PROXIED, ids=str)
def test_from_env_takes_the_proxy_that_others_take(
    variables: Dict[str, str], proxied: bool, monkeypatch: pytest.MonkeyPatch, loopback: Loopback
) -> None:
    """HTTPS_PROXY, unless NO_PROXY names the host: a tunnel is asked for, or it is not."""
    loopback.steps = [(403, None)]
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(proxy=loopback.url))
    with (
        Session.from_env(base_url="https://nowhere.invalid", retries=0) as vq,
        pytest.raises(ConnectError),
    ):
        vq.verify_caller(LINE, PHONE)
    assert [asked.method for asked in loopback.asked] == (["CONNECT"] if proxied else [])
    assert all(KEY not in str(asked) for asked in loopback.asked)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_no_proxy_stands_before_this_machine(
    variable: str, monkeypatch: pytest.MonkeyPatch, loopback: Loopback
) -> None:
    """The sandbox is reached directly, whatever the variables say of the world outside."""
    loopback.steps = [(200, answer("verify_caller"))]
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    monkeypatch.setenv(variable, "http://127.0.0.1:1")
    with Session.from_env(base_url=loopback.url) as vq:
        assert vq.verify_caller(LINE, PHONE)
    assert [asked.method for asked in loopback.asked] == ["GET"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_session_itself_reads_no_environment(
    when: str, monkeypatch: pytest.MonkeyPatch, loopback: Loopback, tmp_path: Path
) -> None:
    """Hostile variables and a .netrc change nothing, whether they come before it or later."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login evil password evil\n")
    netrc.chmod(0o600)
    hostile = {
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "ALL_PROXY": "http://127.0.0.1:1",
        "REQUESTS_CA_BUNDLE": "/nowhere",
        "CURL_CA_BUNDLE": "/nowhere",
        "SSL_CERT_FILE": "/nowhere",
        "SSLKEYLOGFILE": str(tmp_path / "keys"),
        "NETRC": str(netrc),
        "HOME": str(tmp_path),
        "VIRTUALQ_API_KEY": "other",
        "VIRTUALQ_BASE_URL": "https://example.test",
        "VIRTUALQ_DEADLINE": "0.000001",
    }
    loopback.steps = [(200, answer("get_caller"))]
    settings = dict(hostile)
    if when == "before":
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
    with Session(KEY, base_url=loopback.url) as vq:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        assert call(vq, "get_caller")
        vq.close()
        assert call(vq, "get_caller")
    headers = loopback.asked[0].headers
    assert headers["x-api-key"] == KEY
    assert "authorization" not in headers
    assert os.listdir(tmp_path) == [".netrc"]


def test_environment_is_read_once(monkeypatch: pytest.MonkeyPatch, loopback: Loopback) -> None:
    """What changes after from_env changes nothing."""
    loopback.steps = [(200, answer("get_caller"))]
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    monkeypatch.setenv("VIRTUALQ_BASE_URL", loopback.url)
    with Session.from_env() as vq:
        monkeypatch.setenv("VIRTUALQ_API_KEY", "other")
        monkeypatch.setenv("VIRTUALQ_BASE_URL", "https://example.test")
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        assert call(vq, "get_caller")
    assert loopback.asked[0].headers["x-api-key"] == KEY


def test_cookies_are_neither_kept_nor_sent(service: responses.RequestsMock) -> None:
    """One caller's cookie would go with the next caller's request."""
    for _ in range(2):
        service.get(f"{BASE}/waiters", json={"data": []}, headers={"Set-Cookie": "a=1; Path=/"})
    with Session(KEY) as vq:
        vq.verify_caller(LINE, PHONE)
        vq.verify_caller(LINE, PHONE)
    assert "Cookie" not in service.calls[1].request.headers
