"""A resolver with bad days: stands in for `socket.getaddrinfo` for names below virtualq.test."""

from __future__ import annotations

import socket
import threading
from typing import Any, Dict, List, Tuple

from .row import STALLED, Lookup

DOMAIN = ".virtualq.test"
_real = socket.getaddrinfo


class Names:
    """Answers look-ups by a script for each name, the last entry for all that follow."""

    def __init__(self) -> None:
        self.asked: Dict[str, int] = {}
        self.waiting: List[threading.Thread] = []
        self._released: Dict[str, threading.Event] = {}
        self._scripts: Dict[str, List[Lookup]] = {}
        self._lock = threading.Lock()

    def give(self, host: str, lookups: Tuple[Lookup, ...]) -> None:
        """Script a name."""
        with self._lock:
            self._scripts[host] = list(lookups)
            self._released.setdefault(host, threading.Event())

    def release(self, host: str) -> None:
        """Let the stalled look-ups of a name end, without an address."""
        if host in self._released:
            self._released[host].set()

    def getaddrinfo(self, host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        """Look a name up by its script."""
        name = host.decode() if isinstance(host, bytes) else str(host)
        if not name.endswith(DOMAIN):
            return _real(host, port, *args, **kwargs)
        lookup = self._next(name)
        if lookup == STALLED:
            self.waiting.append(threading.current_thread())
            self._released[name].wait()
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        if isinstance(lookup, BaseException):
            raise lookup
        return [_address(address, port) for address in lookup]

    def _next(self, name: str) -> Lookup:
        with self._lock:
            self.asked[name] = self.asked.get(name, 0) + 1
            script = self._scripts[name]
            return script.pop(0) if len(script) > 1 else script[0]


def _address(address: str, port: Any) -> Tuple[int, int, int, str, Tuple[Any, ...]]:
    number = int(port or 0)
    if ":" in address:
        return socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, number, 0, 0)
    return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, number)
