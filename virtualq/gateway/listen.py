"""The socket that a gateway listens on: an address of this machine, or a file; used by main."""

from __future__ import annotations

import errno
import os
import socket
import stat
from contextlib import suppress
from typing import NamedTuple, Tuple

from virtualq._http.endpoint import is_loopback
from virtualq.errors import ConfigurationError

_UNIX = "unix:"
# Owner and group: telephone system and gateway are different users of one group.
_PERMISSIONS = 0o660
_BACKLOG = 1024
_PORTS = range(65536)


class Listener(NamedTuple):
    """A socket that listens, and what is printed of it."""

    socket: socket.socket
    title: str
    is_loopback: bool
    """Whether it is an address of this machine alone; a file is no address."""

    def stop(self) -> None:
        """Listen no more: who comes later is refused at once, and does not wait in silence."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        if self.title.startswith(_UNIX):
            with suppress(OSError):
                os.unlink(self.title[len(_UNIX) :])


def listen(address: str, *, has_token: bool) -> Listener:
    """Listen on `HOST:PORT`, on `[IPV6]:PORT` or on `unix:PATH`; port 0 is a free one.

    Raises ConfigurationError for what cannot be listened on, and for an address that others reach
    when there is no token.
    """
    path = address[len(_UNIX) :] if address.startswith(_UNIX) else ""
    if path:
        return Listener(_bound_to_file(path), f"{_UNIX}{path}", is_loopback=False)
    host, port = _parse(address)
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, kind, protocol, _, where = found[0]
        local = is_loopback(str(where[0]))
        if not local and not has_token:
            raise ConfigurationError("--listen beyond this machine needs --token-file")
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(where)
        bound.listen(_BACKLOG)
    except OSError as error:
        fault = error.strerror or "it cannot be used"
    else:
        host, port = bound.getsockname()[:2]
        title = f"[{host}]" if ":" in host else host
        return Listener(bound, f"http://{title}:{port}", local)
    raise ConfigurationError(f"--listen {address}: {fault}")


def _parse(address: str) -> Tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not port.isascii() or not port.isdecimal() or int(port) not in _PORTS:
        raise ConfigurationError("--listen must be HOST:PORT or unix:PATH")
    return host.strip("[]") or ("127.0.0.1" if ":" not in address else ""), int(port)


def _bound_to_file(path: str) -> socket.socket:
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _remove_left_over(path)
        mask = os.umask(0o777 & ~_PERMISSIONS)
        try:
            bound.bind(path)
        finally:
            os.umask(mask)
        bound.listen(_BACKLOG)
    except OSError as error:
        fault = error.strerror or str(error)  # "AF_UNIX path too long" has no number
    else:
        return bound
    bound.close()
    raise ConfigurationError(f"--listen {_UNIX}{path}: {fault}")


def _remove_left_over(path: str) -> None:
    """Remove a socket that nobody listens on any more; raise OSError for any other file."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise OSError(0, "there is a file, and it is no socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        if probe.connect_ex(path) != errno.ECONNREFUSED:
            raise OSError(0, "another program listens there")
    os.unlink(path)
