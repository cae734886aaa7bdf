"""The same look-up on a kept connection, by each contestant; warm times it, once counts it."""

from __future__ import annotations

from typing import Callable, Dict

from benchmarks.documents import LINE, PHONE

Call = Callable[[], object]
_HEADERS = {"X-Api-Key": "key", "Accept": "application/vnd.api+json"}
_ASKED = {"currently_up": "true", "phone": PHONE, "line_id": str(LINE)}


def plain(url: str) -> Call:
    """Return a call as written by hand on a requests.Session."""
    import requests

    session = requests.Session()
    address = url + "/api/v2/waiters"
    return lambda: session.get(address, params=_ASKED, headers=_HEADERS, timeout=3).json()["data"]


def virtualq(url: str) -> Call:
    """Return a call of verify_caller."""
    from virtualq import Session

    session = Session("key", base_url=url)
    return lambda: session.verify_caller(LINE, PHONE)


def virtualq_value(url: str) -> Call:
    """Return a call of get_caller whose value is made into a CallerResult."""
    from virtualq import Session

    session = Session("key", base_url=url)
    return lambda: session.get_caller(LINE, PHONE).value


def stdlib(url: str) -> Call:
    """Return a call as written by hand on an http.client connection that is kept."""
    import http.client
    import json
    from urllib.parse import urlencode, urlsplit

    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=3)

    def call() -> object:
        target = f"/api/v2/waiters?{urlencode(_ASKED)}"
        connection.request("GET", target, headers=_HEADERS)
        return json.loads(connection.getresponse().read())["data"]

    return call


def httpx(url: str) -> Call:
    """Return a call as written by hand on an httpx.Client."""
    import httpx

    client = httpx.Client(timeout=3)
    address = url + "/api/v2/waiters"
    return lambda: client.get(address, params=_ASKED, headers=_HEADERS).json()["data"]


def generated(url: str) -> Call:
    """Return a call of the client that openapi-python-client made, models included."""
    from generated_client import AuthenticatedClient  # type: ignore[import-not-found]
    from generated_client.api.callers import list_waiters  # type: ignore[import-not-found]

    client = AuthenticatedClient(
        base_url=url + "/api/v2", token="key", prefix="", auth_header_name="X-Api-Key"
    )
    asked = {"currently_up": True, "phone": PHONE, "line_id": LINE}
    return lambda: list_waiters.sync(client=client, **asked).data


CALLS: Dict[str, Callable[[str], Call]] = {
    "plain": plain,
    "virtualq": virtualq,
    "virtualq_value": virtualq_value,
    "stdlib": stdlib,
    "httpx": httpx,
    "generated": generated,
}
