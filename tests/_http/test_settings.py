"""The settings of a Session: what is refused before anything is sent."""

from __future__ import annotations

import gzip
import json
import pickle
import sys
from pathlib import Path
from typing import Any, List

import certifi
import pytest
import responses

from virtualq import ConfigurationError, Session, TransportError

from ..calls import BASE, KEY, LINE, PHONE, answer, call, shown
from ..loopback import Loopback


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
    assert isinstance(key, (str, type(None))) or "must be a str" in str(error)
    if isinstance(key, str) and len(key.strip()) > 3:
        assert key.strip() not in f"{error!s}{error!r}"


def test_missing_key_says_how_to_give_one() -> None:
    """Someone who starts here learns both ways."""
    for error in (_refused(api_key=""), _refused(api_key=None)):
        assert "Session(" in str(error)
        assert "VIRTUALQ_API_KEY" in str(error)


def test_blanks_around_the_key_are_stripped(service: responses.RequestsMock) -> None:
    """A key read from a file ends in a line break."""
    service.get(f"{BASE}/waiters", json={"data": []})
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
        "http://[::ffff:127.0.0.1]",
        "http://localhostess",
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


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        ("http://127.0.0.1:1", "http://127.0.0.1:1/api/v2"),
        ("http://127.9.9.9/", "http://127.9.9.9/api/v2"),
        ("http://localhost", "http://localhost/api/v2"),
        ("http://vq.localhost:8080/x/", "http://vq.localhost:8080/x"),
        ("http://[::1]:80", "http://[::1]/api/v2"),
        ("http://LocalHost.", "http://localhost./api/v2"),
        ("HTTPS://API.virtualq.io", "https://api.virtualq.io/api/v2"),
        (" https://api.virtualq.io ", "https://api.virtualq.io/api/v2"),
    ],
)
def test_loopback_may_be_http(base_url: str, address: str, service: responses.RequestsMock) -> None:
    """The sandbox runs on this machine; a scheme and a host may be in capitals."""
    service.get(f"{address}/waiters", json=answer("get_caller"))
    with Session(KEY, base_url=base_url) as vq:
        assert call(vq, "get_caller")
    assert (service.calls[0].request.url or "").startswith(f"{address}/waiters?")


BAD_SECONDS: List[Any] = [
    0,
    0.0,
    -1,
    float("nan"),
    float("inf"),
    -float("inf"),
    None,
    "3",
    "",
    True,
    False,
    [3],
    10**5000,
    3j,
    b"3",
    _Hostile(),
]


@pytest.mark.parametrize("deadline", [5e-324, 2**70, 1e300])
def test_deadline_may_be_any_finite_number_above_0(deadline: float) -> None:
    """One that no socket takes as a timeout ends a call as it should all the same."""
    with (
        Session(KEY, base_url="http://127.0.0.1:1", deadline=deadline, retries=0) as vq,
        pytest.raises(TransportError),
    ):
        vq.get_caller(3042, "+17343305027")


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


def test_limit_may_be_as_large_as_a_number_can_be(service: responses.RequestsMock) -> None:
    """`sys.maxsize` means "no limit": one more than it is no number that zlib takes."""
    packed = gzip.compress(json.dumps(answer("get_caller")).encode())
    service.get(f"{BASE}/waiters", body=packed, headers={"Content-Encoding": "gzip"})
    for limit in (sys.maxsize, 10**30):
        with Session(KEY, max_answer_bytes=limit) as vq:
            assert call(vq, "get_caller")


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
        Session(KEY, BASE)  # type: ignore[misc]  # pyright: ignore[reportCallIssue]


def test_repr_shows_the_host_and_never_the_key() -> None:
    """Safe to log."""
    with Session(
        KEY, base_url="https://example.test:8443/x", proxies={"https": "http://u:pa55@proxy"}
    ) as vq:
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
