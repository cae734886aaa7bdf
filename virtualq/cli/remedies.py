"""What is to be done about a fault that doctor has found: by what it is, and then by where it was.

Each kind of fault has a remedy of its own, and names the setting that somebody has to change.
"""

from __future__ import annotations

import os
import ssl
from typing import Mapping, Optional

from virtualq._http.connection import ProxyRefused
from virtualq.errors import (
    APIError,
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    DeadlineExceededError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
    UnexpectedResponseError,
    VirtualQError,
)

# Verification results of OpenSSL (x509_vfy.h): not yet valid, expired, another host's name.
_NOT_YET, _EXPIRED, _OTHER_HOST, _OTHER_ADDRESS = 9, 10, 62, 64
_LOGIN_WANTED = 407


def remedy(
    check: str, error: VirtualQError, cause: Optional[Exception], proxy: Optional[str]
) -> str:
    """Return what to do about the error of a check.

    `cause` is what it was on the connection, if it was there; `proxy` is where the proxy is.
    """
    found = None
    if isinstance(error, ConfigurationError):
        found = _of_settings(str(error))
    elif isinstance(error, (ConnectError, DeadlineExceededError)):
        found = _of_connection(check, error, cause, proxy)
    elif check in ("clock", "key"):
        found = _of_answer(check, error)
    return found or _REMEDIES[check]


def _of_settings(said: str) -> Optional[str]:
    if "certificates" in said:
        name = _named("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
        return f"correct {name}: it must name a file of certificates (PEM), or be unset"
    if "the proxy" in said:
        return f"correct {_proxy_variable()}: an address such as http://proxy:3128"
    return None


def _of_connection(
    check: str, error: VirtualQError, cause: Optional[Exception], proxy: Optional[str]
) -> Optional[str]:
    if isinstance(cause, ProxyRefused):
        return _of_proxy(cause)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _of_certificate(cause.verify_code)
    if check == "name" and proxy is not None:
        return f"correct {_proxy_variable()}, or the name servers in /etc/resolv.conf"
    if check == "connection" and proxy is not None:
        return (
            f"correct {_proxy_variable()}, or start that proxy: no connection through {proxy}; "
            "NO_PROXY names hosts that need none"
        )
    if check in ("clock", "key") and isinstance(error, DeadlineExceededError):
        return "wait: the service takes what is sent and does not answer; the settings are right"
    return None


def _of_proxy(refused: ProxyRefused) -> str:
    if refused.status == _LOGIN_WANTED:
        return _to_log_in()
    name = _proxy_variable()
    return f"ask whoever runs the proxy to allow the host in VIRTUALQ_BASE_URL, or correct {name}"


def _to_log_in() -> str:
    name = _proxy_variable()
    return f"put the user and password that it wants into {name}: http://USER:PASSWORD@HOST:PORT"


def _of_certificate(code: int) -> str:
    if code in (_NOT_YET, _EXPIRED):
        return (
            "set the clock of this machine if it is wrong, else tell whoever runs the server to "
            "renew its certificate"
        )
    if code in (_OTHER_HOST, _OTHER_ADDRESS):
        return "correct VIRTUALQ_BASE_URL: the server there is another one's"
    name = _named("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
    if os.environ.get(name):
        return f"add to {name} the authority that signed it, or unset it: nothing else is trusted"
    return (
        "set REQUESTS_CA_BUNDLE to a file with the authority that signed it, such as that of your "
        "own proxy"
    )


def _of_answer(check: str, error: VirtualQError) -> Optional[str]:
    if isinstance(error, RateLimitedError):
        wait = "" if error.retry_after is None else f" for {error.retry_after:.0f} s"
        return f"wait{wait}, and ask less often: the settings are right"
    if isinstance(error, ServerError):
        return "wait: the service, or a proxy before it, is down; the settings are right"
    if isinstance(error, NotFoundError):
        return "correct VIRTUALQ_BASE_URL: this host has no virtualQ under this path"
    if isinstance(error, ConnectionLostError):
        return "look for a firewall or a proxy that cuts connections, and try again"
    if isinstance(error, (AuthenticationError, PermissionDeniedError)):
        return None
    status = 0
    if isinstance(error, (APIError, UnexpectedResponseError)):
        status = error.status or 0
    if status == _LOGIN_WANTED:
        return _to_log_in()
    if status // 100 == 3:
        return (
            "set VIRTUALQ_BASE_URL to the address itself: a redirect is not followed; if it leads "
            "to a login page, log this machine in to its network"
        )
    if check == "key":
        return (
            "a login page or a proxy answers in place of virtualQ: log this machine in to its "
            "network, or correct VIRTUALQ_BASE_URL or HTTPS_PROXY"
        )
    return None


def _proxy_variable() -> str:
    """Return the name of the variable that names the proxy, as settings reads them."""
    return _named("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", otherwise="HTTPS_PROXY")


def _named(*names: str, otherwise: str = "") -> str:
    return next((name for name in names if os.environ.get(name)), otherwise or names[0])


_REMEDIES: Mapping[str, str] = {
    "settings": "see `virtualq --help` for the settings and where they come from",
    "name": "check VIRTUALQ_BASE_URL (or HTTPS_PROXY) and the name servers in /etc/resolv.conf",
    "connection": "let the firewall pass it, or set HTTPS_PROXY; check the host and the port in "
    "VIRTUALQ_BASE_URL",
    "clock": "check that VIRTUALQ_BASE_URL is the address of virtualQ, and that no proxy answers",
    "time": "find what is slow in the lines above, or raise VIRTUALQ_DEADLINE: a person waits",
    "key": "check VIRTUALQ_API_KEY, and that it is a key for the host in VIRTUALQ_BASE_URL",
}
"""By the check, for a fault that has no remedy of its own."""
TO_SPEED_UP = _REMEDIES["time"]
