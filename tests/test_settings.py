"""A Session's settings: what is refused before anything is sent, and what is read from the environment."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any, Dict, List

import certifi
import pytest
import responses

from virtualq import ConfigurationError, ConnectError, Session

from .calls import KEY, LINE, PHONE, answer, call, shown
from .loopback import Loopback

HOST = "https://api.virtualq.io"
WAITERS = "/api/v2/waiters"


class _Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("hostile")

    __str__ = __repr__


def _refused(**settings: Any) -> ConfigurationError:
    """Make a Session that cannot be made."""
    key = settings.pop("api_key", KEY)
    with pytest.raises(ConfigurationError) as caught:
        Session(key, **settings)
    error = caught.value
    assert isinstance(error, ValueError)
    assert (error.operation, error.attempts, error.maybe_applied) == (None, 0, False)
    assert (error.__cause__, error.__context__) == (None, None)
    assert 0 < len(str(error)) < 400
    assert str(error).isprintable()
    assert pickle.loads(pickle.dumps(error)) == error
    return error


@pytest.mark.parametrize(
    "key",
    [
        "",
        " ",
        "\n\t",
        None,
        5,
        True,
        b"key",
        ["key"],
        _Hostile(),
        "two words",
        "tab\tinside",
        "line\nbreak",
        "line\r\nX-Evil: 1",
        "nul\x00",
        "escape\x1b",
        "schlüssel",
        "ke\u00a0y",
        "\ufeffkey",
        "k\u200bey",
        "\ud800",
        "\x7fkey",
    ],
    ids=shown,
)
def test_key_that_cannot_be_one_is_refused(key: Any) -> None:
    """Empty, not ASCII, or with blanks inside; and the error never repeats it."""
    error = _refused(api_key=key)
    assert "API key" in str(error)
    if isinstance(key, str) and len(key.strip()) > 3:
        assert key.strip() not in f"{error!s}{error!r}"


def test_missing_key_says_how_to_give_one() -> None:
    """Someone who starts here learns both ways."""
    for error in (_refused(api_key=""), _refused(api_key=None)):
        assert "Session(" in str(error)
        assert "VIRTUALQ_API_KEY" in str(error)


def test_blanks_around_the_key_are_stripped(service: responses.RequestsMock) -> None:
    """A key read from a file ends in a line break."""
    service.get(HOST + WAITERS, json={"data": []})
    with Session(f"  {KEY}\r\n") as vq:
        vq.verify_caller(LINE, PHONE)
    assert service.calls[0].request.headers["X-Api-Key"] == KEY


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        " ",
        None,
        5,
        b"https://api.virtualq.io",
        "api.virtualq.io",
        "//api.virtualq.io",
        "/api/v2",
        "ftp://api.virtualq.io",
        "file:///etc/passwd",
        "https://",
        "https:///api",
        "https://:443",
        "http://api.virtualq.io",
        "http://example.test",
        "http://10.0.0.1",
        "http://192.168.1.1",
        "http://128.0.0.1",
        "http://0.0.0.0",
        "http://localhost.example.test",
        "http://127.0.0.1.example.test",
        "http://127.0.0.1@example.test",
        "http://127.example.test",
        "http://[::2]",
        "https://user@api.virtualq.io",
        "https://user:password@api.virtualq.io",
        "https://:password@api.virtualq.io",
        "https://@api.virtualq.io",
        "https://api.virtualq.io:0",
        "https://api.virtualq.io:65536",
        "https://api.virtualq.io:port",
        "https://api.virtualq.io:-1",
        "https://[::1",
        "https://api.virtualq.io/a b",
        "https://api.virtualq.io/\n",
        "https://api.virtualq.io\r\nX-Evil: 1",
        "https://api.virtualq.io\\@example.test",
        "https://api virtualq.io",
        "https://api.virtualq.io?key=1",
        "https://api.virtualq.io/#part",
        "\ud800",
        _Hostile(),
    ],
    ids=shown,
)
def test_base_url_that_cannot_be_one_is_refused(base_url: Any) -> None:
    """No http:// but to this machine, no user or password, nothing that is no address."""
    if isinstance(base_url, str) and base_url.endswith("/\n"):
        base_url = base_url.replace("/\n", "/\nx")
    error = _refused(base_url=base_url)
    assert "base_url" in str(error)
    assert "password@" not in str(error)


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:1", "http://127.9.9.9", "http://localhost", "http://[::1]:80", "HTTPS://API.virtualq.io", " https://api.virtualq.io "])
def test_loopback_may_be_http(base_url: str) -> None:
    """The sandbox runs on this machine; a scheme and a host may be in capitals."""
    with Session(KEY, base_url=base_url) as vq:
        assert "api" in repr(vq) or "127" in repr(vq) or "localhost" in repr(vq) or "::1" in repr(vq)


BAD_SECONDS: List[Any] = [0, 0.0, -1, float("nan"), float("inf"), -float("inf"), None, "3", "", True, False, [3], 10**5000, 3j, b"3", _Hostile()]
BAD_COUNTS: List[Any] = [-1, 1.0, "1", None, True, [1], float("nan"), _Hostile()]


@pytest.mark.parametrize("deadline", BAD_SECONDS, ids=lambda value: type(value).__name__)
def test_deadline_is_a_finite_number_above_0(deadline: Any) -> None:
    """A Session without an end would leave a caller in silence."""
    assert "deadline" in str(_refused(deadline=deadline))


@pytest.mark.parametrize("value", BAD_COUNTS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("setting", ["retries", "max_answer_bytes"])
def test_counts_are_whole_numbers(setting: str, value: Any) -> None:
    """No text, no float, no bool, and not below what makes sense."""
    assert setting in str(_refused(**{setting: value}))


def test_nothing_can_be_read_in_no_bytes() -> None:
    """A limit of 0 bytes would refuse every answer."""
    assert "max_answer_bytes" in str(_refused(max_answer_bytes=0))


@pytest.mark.parametrize(
    "proxies",
    [
        "http://proxy:3128",
        5,
        [("https", "http://proxy:3128")],
        {"https": 5},
        {"https": "ftp://proxy"},
        {"https": "http://"},
        {"https": "http://pro xy"},
        {"https": "http://proxy:port"},
        {"https": "http://user:pa55@proxy:0"},
        {"https": "http://pröxy"},
        {"all": "socks5://user:pa55@proxy"},
    ],
    ids=shown,
)
def test_proxies_that_cannot_be_are_refused(proxies: Any) -> None:
    """Told at once and without the proxy's password, not with the first call."""
    error = _refused(proxies=proxies)
    assert "prox" in str(error)
    assert "pa55" not in f"{error!s}{error!r}"


@pytest.mark.parametrize("ca_bundle", ["", "/nowhere/at/all.pem", 5, b"x", _Hostile()], ids=shown)
def test_ca_bundle_that_is_not_there_is_refused(ca_bundle: Any) -> None:
    """Told at once, not with the first call."""
    assert "ca_bundle" in str(_refused(ca_bundle=ca_bundle))


def test_ca_bundle_may_be_a_file_or_a_directory(tmp_path: Path) -> None:
    """As for OpenSSL and requests."""
    for bundle in (certifi.where(), str(tmp_path)):
        with Session(KEY, ca_bundle=bundle) as vq:
            assert "api.virtualq.io" in repr(vq)


def test_settings_but_the_key_go_by_keyword() -> None:
    """`Session("key", "https://...")` would be read wrong sooner or later."""
    with pytest.raises(TypeError):
        Session(KEY, HOST)  # type: ignore[misc]  # pyright: ignore[reportCallIssue]


def test_repr_shows_the_host_and_never_the_key() -> None:
    """Safe to log."""
    with Session(KEY, base_url="https://example.test:8443/x", proxies={"https": "http://u:pa55@proxy"}) as vq:
        for shown in (repr(vq), str(vq), f"{vq}"):
            assert "example.test" in shown
            assert KEY not in shown
            assert "pa55" not in shown


def test_session_is_a_context_manager_that_goes_on_after_close(loopback: Loopback) -> None:
    """`close` may be called twice, and a later call opens what it needs."""
    loopback.steps = [(200, answer("get_caller"))]
    with Session(KEY, base_url=loopback.url) as vq:
        assert isinstance(vq, Session)
        assert call(vq, "get_caller")
    vq.close()
    assert call(vq, "get_caller")
    vq.close()


def test_exception_in_the_block_comes_through() -> None:
    """Leaving the block closes the Session and hides nothing."""
    with pytest.raises(KeyError, match="mine"), Session(KEY):
        raise KeyError("mine")


# --- the environment ---


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


def test_from_env_needs_the_key_alone(monkeypatch: pytest.MonkeyPatch, service: responses.RequestsMock) -> None:
    """Empty variables count as unset; what is not set has the default of Session."""
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    for name in ("VIRTUALQ_BASE_URL", "VIRTUALQ_DEADLINE", "HTTPS_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, "")
    service.get(HOST + WAITERS, json={"data": []})
    with Session.from_env() as vq:
        vq.verify_caller(LINE, PHONE)
        assert repr(vq) == repr(Session(KEY))


def test_from_env_without_a_key_says_how_to_give_one() -> None:
    """The most likely first mistake."""
    with pytest.raises(ConfigurationError, match="VIRTUALQ_API_KEY"):
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
def test_variable_that_cannot_work_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the setting had been given to Session."""
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
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
    """HTTPS_PROXY, unless NO_PROXY names the host: the proxy is asked for a tunnel, or it is not."""
    loopback.steps = [(403, None)]
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(proxy=loopback.url))
    with Session.from_env(base_url="https://nowhere.invalid", retries=0) as vq, pytest.raises(ConnectError):
        vq.verify_caller(LINE, PHONE)
    assert [asked.method for asked in loopback.asked] == (["CONNECT"] if proxied else [])
    assert all(KEY not in str(asked) for asked in loopback.asked)


@pytest.mark.parametrize("when", ["before", "after"])
def test_session_itself_reads_no_environment(
    when: str, monkeypatch: pytest.MonkeyPatch, loopback: Loopback, tmp_path: Path
) -> None:
    """Hostile variables and a .netrc change nothing, whether they are there before the Session or come later."""
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
        service.get(HOST + WAITERS, json={"data": []}, headers={"Set-Cookie": "a=1; Path=/"})
    with Session(KEY) as vq:
        vq.verify_caller(LINE, PHONE)
        vq.verify_caller(LINE, PHONE)
    assert "Cookie" not in service.calls[1].request.headers
