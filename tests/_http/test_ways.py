"""The way a Session is told to take: which proxy, with which login, and past which hosts."""

from __future__ import annotations

import base64
from typing import Dict, Optional

import pytest
from requests.utils import get_environ_proxies

from virtualq import ConnectError, Session
from virtualq._http.endpoint import choose_proxy, parse_base_url
from virtualq._http.settings import proxies_from_env

from ..calls import KEY, call
from ..loopback import Loopback

PROXY = "http://proxy.invalid:3128"
SERVICE = parse_base_url("https://api.virtualq.io")


@pytest.mark.parametrize(
    ("proxies", "host"),
    [
        ({"https://api.virtualq.io": "a:1", "https": "b:1", "all": "d:1"}, "a"),
        ({"https": "b:1", "all://api.virtualq.io": "c:1", "all": "d:1"}, "b"),
        ({"all": "d:1", "all://api.virtualq.io": "c:1"}, "c"),
        ({"http": "e:1", "all": "d:1"}, "d"),
        ({"http": "e:1"}, None),
        ({"https": "", "all": "d:1"}, "d"),
    ],
)
def test_the_key_that_is_nearest_counts(proxies: Dict[str, str], host: Optional[str]) -> None:
    """Scheme and host, scheme, host, all: in this order, whatever the order of the mapping."""
    proxy = choose_proxy(proxies, SERVICE)
    assert (proxy and proxy.host) == host


def test_a_login_is_percent_encoded() -> None:
    """A password may hold what a URL may not."""
    proxy = choose_proxy({"https": "http://us%40er:p%3Ass%2F@proxy:3128"}, SERVICE)
    assert proxy is not None
    login = base64.b64decode(proxy.headers["Proxy-Authorization"].split()[1])
    assert login == b"us@er:p:ss/"
    assert "p:ss" not in repr(proxy)


@pytest.mark.parametrize(
    ("base_url", "target"),
    [
        ("https://[2001:db8::1]:8443", "[2001:db8::1]:8443"),
        ("https://[2001:db8::1]", "[2001:db8::1]:443"),
        ("https://api.virtualq.io", "api.virtualq.io:443"),
    ],
)
def test_what_a_proxy_is_asked_for(base_url: str, target: str) -> None:
    """A number of IPv6 stands in brackets, and the port is always there."""
    assert parse_base_url(base_url).tunnel == target


@pytest.mark.parametrize("status", [403, 407, 502])
def test_the_status_of_a_proxy_is_told(loopback: Loopback, status: int) -> None:
    """It is the one thing that helps, and asking again is not: the second would say the same."""
    loopback.steps = [(status, None)]
    proxies = {"https": loopback.url}
    with Session(KEY, proxies=proxies, retries=3) as vq, pytest.raises(ConnectError) as caught:
        call(vq, "get_caller")
    assert f"the proxy answered {status}" in str(caught.value)
    assert (caught.value.attempts, len(loopback.asked)) == (1, 1)


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"HTTPS_PROXY": PROXY},
        {"https_proxy": PROXY, "HTTPS_PROXY": "http://other.invalid"},
        {"https_proxy": "", "HTTPS_PROXY": PROXY},
        {"ALL_PROXY": PROXY},
        {"HTTP_PROXY": PROXY},
        *(
            {"HTTPS_PROXY": PROXY, "NO_PROXY": exceptions}
            for exceptions in (
                "*",
                "api.virtualq.io",
                "virtualq.io",
                ".virtualq.io",
                "API.virtualq.io",
                "other.io, api.virtualq.io",
                "api.virtualq.io:8443",
                "api.virtualq.io:443",
                "10.0.0.0/8",
                "10.1.2.3",
                "10.1.2",
                "10.0.0.0/33",
                "",
            )
        ),
        {"HTTPS_PROXY": PROXY, "no_proxy": "virtualq.io", "NO_PROXY": "other.io"},
        {"HTTPS_PROXY": PROXY, "no_proxy": "", "NO_PROXY": "virtualq.io"},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "base_url", ["https://api.virtualq.io", "https://api.virtualq.io:8443", "https://10.1.2.3"]
)
def test_the_environment_means_what_it_means_to_requests(
    monkeypatch: pytest.MonkeyPatch, environ: Dict[str, str], base_url: str
) -> None:
    """Read without requests, with the same outcome."""
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        for spelling in (name, name.lower()):
            monkeypatch.delenv(spelling, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    theirs = get_environ_proxies(base_url, no_proxy=None)
    proxy = theirs.get("https") or theirs.get("all")
    assert proxies_from_env(base_url) == ({"https": proxy} if proxy else {})


def test_no_proxy_has_whole_parts_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """`tualq.io` is another host's domain; requests 2.32 takes it for the end of ours."""
    for name in ("https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", "tualq.io")
    assert proxies_from_env("https://api.virtualq.io") == {"https": PROXY}


def test_the_bundle_of_requests_counts_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """REQUESTS_CA_BUNDLE, and only without it SSL_CERT_FILE."""
    monkeypatch.setenv("SSL_CERT_FILE", __file__)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/at/all.pem")
    with pytest.raises(ValueError, match="must be a file"):
        Session.from_env(api_key=KEY)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(ValueError, match="no certificates"):
        Session.from_env(api_key=KEY)
