"""Where the service is and how it is reached: checks a Session's settings. No I/O."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Dict, Mapping, NamedTuple, Optional, Tuple, cast
from urllib.parse import SplitResult, unquote, urlsplit

from virtualq._api import operations
from virtualq._api.refusals import kind_of
from virtualq._http.redact import Secret
from virtualq.errors import ConfigurationError

_LOOPBACK = r"(.+\.)?localhost|127(\.[0-9]{1,3}){3}|::1|(0{1,4}:){7}0{0,3}1"
_PORTS = {"https": 443, "http": 80}


class Endpoint(NamedTuple):
    """The address of the API: `url` is all of it, `authority` what the Host header says."""

    scheme: str
    host: str
    port: int
    authority: str
    path: str

    @property
    def tunnel(self) -> str:
        """What a proxy is asked to connect to."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"{name}:{self.port}"

    @property
    def url(self) -> str:
        """The address every request starts with, without a slash at its end."""
        return f"{self.scheme}://{self.authority}{self.path}"


class Proxy(NamedTuple):
    """An HTTP proxy: where it is, and the headers it wants."""

    host: str
    port: int
    headers: Mapping[str, str]


def is_loopback(host: str) -> bool:
    """Say whether a name or an address is this machine's own, as it is written: nothing is looked
    up. Brackets, a zone, a dot at the end and capitals make no difference (RFC 6761, RFC 4291).
    """
    name = host.strip("[]").partition("%")[0].lower()
    return re.fullmatch(_LOOPBACK, name[:-1] if name.endswith(".") else name) is not None


def parse_base_url(base_url: object) -> Endpoint:
    """Return the endpoint of a base_url; raise ConfigurationError saying what is wrong with it."""
    parts = _split("base_url", base_url)
    host = parts.hostname or ""
    if "@" in parts.netloc:
        raise ConfigurationError("base_url must not have a user or a password in it")
    if parts.scheme not in _PORTS or not host:
        raise ConfigurationError("base_url must look like 'https://api.virtualq.io'")
    if parts.query or parts.fragment:
        raise ConfigurationError("base_url must not have a query or a fragment")
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigurationError("base_url must be https://; http:// is for this machine alone")
    default = _PORTS[parts.scheme]
    name = f"[{host}]" if ":" in host else host
    authority = name if parts.port in (None, default) else f"{name}:{parts.port}"
    path = parts.path.rstrip("/") or operations.BASE_PATH
    return Endpoint(parts.scheme, host, parts.port or default, authority, path)


def choose_proxy(proxies: object, endpoint: Endpoint) -> Optional[Proxy]:
    """Return the proxy for an endpoint, None for a direct connection.

    The mapping is that of requests: a scheme, `scheme://host` or `all` to the proxy's address.
    """
    if proxies is None:
        return None
    if not isinstance(proxies, Mapping):
        raise ConfigurationError("proxies must be a mapping such as {'https': 'http://proxy:3128'}")
    scheme, host = endpoint.scheme, endpoint.host
    names = (f"{scheme}://{host}", scheme, f"all://{host}", "all")
    given = cast("Mapping[str, object]", proxies)
    address = next((given[name] for name in names if given.get(name)), None)
    if address is None:
        return None
    if isinstance(address, str) and "://" not in address:
        address = f"http://{address}"
    parts = _split("the address of the proxy", address)
    if parts.scheme != "http" or not parts.hostname:
        raise ConfigurationError("the address of the proxy must look like 'http://proxy:3128'")
    headers: Dict[str, str] = {}
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        headers["Proxy-Authorization"] = Secret("Basic " + b64encode(user).decode("ascii"))
    return Proxy(parts.hostname, parts.port or _PORTS["http"], headers)


def _split(what: str, url: object) -> SplitResult:
    """Return the parts of a URL; raise ConfigurationError, without the URL, when it is none."""
    text = url.strip() if isinstance(url, str) else ""
    fault = f"{what} must be a URL of ASCII characters, without blanks"
    if not text or not text.isascii() or not text.isprintable() or set(text) & set(" \\"):
        raise ConfigurationError(fault)
    try:
        parts = urlsplit(text)
        usable = parts.port != 0
    except ValueError:  # a port that is no number, brackets that do not close
        parts, usable = SplitResult("", "", "", "", ""), False
    if not usable:
        raise ConfigurationError(f"{what} has a host or a port that cannot be")
    return parts


def read_key(api_key: object) -> Tuple[Secret, Optional[str]]:
    """Return the API key without blanks around it, and what is wrong with it if anything is.

    Nothing is raised here: a traceback would keep the variables of this frame.
    """
    if api_key is not None and not isinstance(api_key, str):
        return Secret(), f"the API key must be a str, not {kind_of(api_key)}"
    key = (api_key or "").strip()
    if not key:
        return Secret(), (
            "there is no API key: give Session(...) the key of your virtualQ account, "
            "or set VIRTUALQ_API_KEY and use Session.from_env()"
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        return Secret(), "the API key must be ASCII, without blanks inside"
    return Secret(key), None
