"""A free port for a server that must be told one: nobody else on this machine is given it."""

from __future__ import annotations

import contextlib
import socket
from typing import Iterator


@contextlib.contextmanager
def kept_port() -> Iterator[int]:
    """Yield a port of 127.0.0.1 on which a server may listen until the end, and nobody else does.

    It stays bound here: the system gives it to no connection and to nobody who asks for any port.
    Who sets SO_REUSEADDR, as servers do, may bind it all the same, for nobody listens (socket(7)).
    """
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        yield int(kept.getsockname()[1])


def listens(port: int) -> bool:
    """Say whether somebody takes connections on a port of 127.0.0.1."""
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0
