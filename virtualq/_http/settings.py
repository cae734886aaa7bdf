"""Checks the settings of a Session that are not its address and key, and reads the environment."""

from __future__ import annotations

import os
import stat
from typing import Callable, Mapping, Optional, TypeVar, cast
from urllib.parse import urlsplit

from virtualq._api import late, parameters
from virtualq.errors import ConfigurationError, InvalidParameterError

Function = TypeVar("Function", bound=Callable[..., object])

# Far longer than any key; a file of another kind is told from it.
_LONGEST_KEY_FILE = 4096


def seconds(name: str, value: object) -> float:
    """Return a time limit in seconds, a finite number above 0."""
    try:
        return parameters.check_seconds(name, value)
    except InvalidParameterError as error:
        fault = str(error)
    raise ConfigurationError(fault)


def count(name: str, value: object, *, least: int) -> int:
    """Return a number of things, `least` or more."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= least:
        return value
    raise ConfigurationError(f"{name} must be an int, {least} or more")


def bundle(ca_bundle: object, name: str = "ca_bundle") -> Optional[str]:
    """Return the path of the certificates to trust, None for those of certifi."""
    if ca_bundle is None:
        return None
    known = isinstance(ca_bundle, (str, os.PathLike))
    path = os.fspath(cast("os.PathLike[str]", ca_bundle)) if known else None
    if path is not None and os.path.exists(path):
        return path
    raise ConfigurationError(f"{name} must be a file or directory of certificates")


def function(name: str, value: Optional[Function]) -> Optional[Function]:
    """Return something that can be called, None when it is None."""
    if value is None or callable(value):
        return value
    raise ConfigurationError(f"{name} must be a function")


def key_from_env() -> str:
    """Return VIRTUALQ_API_KEY, or what is in the file VIRTUALQ_API_KEY_FILE; empty without both."""
    key = os.environ.get("VIRTUALQ_API_KEY", "")
    path = os.environ.get("VIRTUALQ_API_KEY_FILE", "")
    if key.strip() and path:
        raise ConfigurationError("set VIRTUALQ_API_KEY or VIRTUALQ_API_KEY_FILE, not both")
    return read_key_file("VIRTUALQ_API_KEY_FILE", path) if path else key


def read_key_file(name: str, path: str) -> str:
    """Return the text of a file that holds a key; `name` is the setting that has its path."""
    fault = ""
    content = b""
    try:
        # Not blocking: to open a FIFO would wait for somebody who writes.
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            kind = os.fstat(file).st_mode
            if stat.S_ISREG(kind) or stat.S_ISDIR(kind):  # of a directory the read says what it is
                content = os.read(file, _LONGEST_KEY_FILE + 1)
            else:
                fault = "it is no ordinary file"
        finally:
            os.close(file)
    except OSError as error:
        fault = error.strerror or type(error).__name__
    if len(content) > _LONGEST_KEY_FILE:
        fault = "it is too large to be a key"
    elif not content.isascii():
        fault = "it is not ASCII text"
    elif not fault and not content.strip():
        fault = "it is empty"
    if fault:
        raise ConfigurationError(f"{name} cannot be read: {fault}")
    return content.decode("ascii")


def key_for_command(path: Optional[str]) -> Optional[str]:
    """Return the key in --api-key-file, None for that of the environment, where there is one.

    Raises ConfigurationError in the words of the command line.
    """
    if path is not None:
        return read_key_file("--api-key-file", path)
    if key_from_env().strip():
        return None
    raise ConfigurationError(
        "there is no API key: set VIRTUALQ_API_KEY or VIRTUALQ_API_KEY_FILE, "
        "or give --api-key-file FILE"
    )


def deadline_from_env() -> float:
    """Return VIRTUALQ_DEADLINE in seconds, 3.0 when it is not set."""
    text = os.environ.get("VIRTUALQ_DEADLINE", "").strip() or "3.0"
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if 0 < number < float("inf"):
        return number
    raise ConfigurationError("VIRTUALQ_DEADLINE must be a number of seconds such as 3.0")


def bundle_from_env() -> Optional[str]:
    """Return the path in REQUESTS_CA_BUNDLE, else in SSL_CERT_FILE; None without both."""
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        path = os.environ.get(name)
        if path:
            return bundle(path, name)
    return None


def proxies_from_env(base_url: str) -> Mapping[str, str]:
    """Return what HTTPS_PROXY says, or ALL_PROXY, unless NO_PROXY has the host of the address.

    As requests reads them, without loading it: the name in lower case counts first, and one that is
    empty counts as none. HTTP_PROXY is not asked: http:// goes to this machine alone, where no
    proxy belongs.
    """
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return {}  # an address that Session refuses
    proxy = _variable("https_proxy") or _variable("all_proxy")
    if not proxy or not host or _is_excepted(host, port, os.environ):
        return {}
    return {"https": proxy}


def _variable(name: str) -> str:
    return os.environ.get(name, os.environ.get(name.upper(), ""))


def _is_excepted(host: str, port: Optional[int], environ: Mapping[str, str]) -> bool:
    """Say whether NO_PROXY has a host: `*`, a name or the end of one, an address or a network."""
    text = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    full = f"{host}:{port}" if port else host
    for entry in text.lower().replace(" ", "").split(","):
        name = entry.lstrip(".")
        if name and any(f".{said}".endswith(f".{name}") for said in (host, full)):
            return True
        if entry == "*" or ("/" in entry and _is_in(host, entry)):
            return True
    return False


def _is_in(host: str, network: str) -> bool:
    late.load("ipaddress")
    from ipaddress import ip_address, ip_network

    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False  # a name, or no network
