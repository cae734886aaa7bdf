"""Who may ask: no page in somebody's browser, and beyond this machine only who has the token.

A browser on this machine reaches the gateway too, and any page in it can send a GET or a form.
"""

from __future__ import annotations

import hmac
from typing import Callable, Optional
from urllib.parse import urlsplit

from werkzeug.wrappers import Request

from virtualq._http import settings
from virtualq._http.endpoint import is_loopback
from virtualq.errors import ConfigurationError

# Fetch Metadata: "none" is a person who typed the address.
_OWN_SITES = (None, "none", "same-origin")


class Access:
    """Decides on each request; `any_host` is for a listener that goes by many names."""

    def __init__(self, *, any_host: bool, token: Optional[str]) -> None:
        self._any_host = any_host
        # Crash reporters record the attributes of what a frame holds.
        self._is_token: Callable[[str], bool] = lambda given: token is None or _same(given, token)

    def is_foreign(self, request: Request) -> bool:
        """Say whether a page of another site sent it, or a name that was bent to point here."""
        headers = request.headers
        host = headers.get("Host")
        if host is not None and not self._any_host:
            name = _host(host)
            if name is None or not is_loopback(name):
                return True
        origin = headers.get("Origin")
        if origin is not None and origin.lower() != f"http://{host}".lower():
            return True
        return headers.get("Sec-Fetch-Site") not in _OWN_SITES

    def has_token(self, request: Request) -> bool:
        """Say whether the token is there, where one is needed."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        return self._is_token(given.strip() if scheme.lower() == "bearer" else "")


def _same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())


def _host(header: str) -> Optional[str]:
    try:
        return urlsplit(f"//{header}").hostname
    except ValueError:
        return None


def read_token(path: Optional[str]) -> Optional[str]:
    """Return the token in a file, None without a file; raise ConfigurationError."""
    if path is None:
        return None
    token = settings.read_key_file("--token-file", path).strip()
    if any(char.isspace() for char in token):
        raise ConfigurationError("--token-file must hold one word, the token")
    return token
