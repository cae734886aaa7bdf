"""Keeps the connections of one Session, for all its threads; used by transport.

Without a lock: close() may come from a signal handler, in the middle of anything that is done here.
Each step on a list or dictionary is one that CPython does whole.
"""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Dict, List, Optional, Set, Tuple
from weakref import ReferenceType, ref

from virtualq._api import late
from virtualq._http import seam
from virtualq._http.clock import Clock, now
from virtualq._http.connection import Connection
from virtualq._http.endpoint import Endpoint, Proxy

if TYPE_CHECKING:
    from ssl import SSLContext

# Servers and balancers close idle connections, some after 5 s; a request sent just then is lost.
_LONGEST_IDLE = 3.0


class _Kept:
    """The connections of one process: those nobody uses, and all there are."""

    def __init__(self) -> None:
        self.idle: List[Tuple[Connection, float]] = []
        # Weak: one that is lost, when a signal handler raises between two lines, closes itself.
        self.all: Set[ReferenceType[Connection]] = set()


class Pool:
    """Connections to one endpoint: a call takes one, and gives it back to be used again."""

    def __init__(
        self, endpoint: Endpoint, proxy: Optional[Proxy], ca_bundle: Optional[str]
    ) -> None:
        self._endpoint = endpoint
        self._proxy = proxy
        self._processes: Dict[int, _Kept] = {}
        self._numbers = itertools.count(1)
        self.closings = 0
        """Changes with every close(): a call that it cut short is not to be repeated."""
        self._context: Optional[SSLContext] = None
        if ca_bundle and endpoint.scheme == "https":
            # A bundle of the user's own is loaded at once, to be refused at once.
            self._context = _context(ca_bundle)

    def take(self, clock: Clock) -> Connection:
        """Return a connection, the one used last if it is still good, else a new one."""
        # A kept connection too: an earlier test may have been allowed to call out.
        self._check_hosts()
        connection = self._reuse()
        # Not within the handler of an exception: Python 3.9 loses what is returned from there when
        # a signal handler raises, and the descriptor with it.
        return self._connect(clock) if connection is None else connection

    def _reuse(self) -> Optional[Connection]:
        idle = self._kept.idle
        while True:
            try:
                connection, since = idle.pop()
            except IndexError:
                return None
            if now() - since <= _LONGEST_IDLE and not connection.stale:
                return connection
            self.discard(connection)

    @property
    def _kept(self) -> _Kept:
        """The connections of this process; after a fork the parent's are left to it, once."""
        process = os.getpid()
        kept = self._processes.get(process)
        if kept is None:
            kept = self._processes.setdefault(process, _Kept())
            for other in [number for number in list(self._processes) if number != process]:
                left = self._processes.pop(other, None)
                for reference in list(left.all) if left else ():
                    connection = reference()
                    if connection is not None:
                        connection.leave()
        return kept

    def _connect(self, clock: Clock) -> Connection:
        endpoint, proxy = self._endpoint, self._proxy
        address = proxy or endpoint
        connection = Connection()
        # Before it is opened: close() reaches a call that is still looking up or connecting.
        every = self._kept.all
        every.add(ref(connection, every.discard))
        try:
            connection.open(address.host, address.port, clock)
            if endpoint.scheme == "https":
                if proxy:
                    connection.tunnel(endpoint.tunnel, proxy.headers, clock)
                connection.secure(self._tls(), endpoint.host, clock)
        except BaseException:
            self.discard(connection)
            raise
        return connection

    def _check_hosts(self) -> None:
        if seam.guard is None:
            return
        # Both: a proxy on this machine may lead to any host.
        for host in {self._endpoint.host, (self._proxy or self._endpoint).host}:
            seam.guard(host)

    def _tls(self) -> SSLContext:
        # Loading the certificates takes 20 ms: once for a Session, and not before it is needed.
        if self._context is None:
            self._context = _context(None)
        return self._context

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next call, unless close() came meanwhile."""
        kept, entry = self._kept, (connection, now())
        if ref(connection) not in kept.all:
            connection.leave()  # made before a fork in the middle of its call
            return
        kept.idle.append(entry)
        if connection.aborted:
            try:
                kept.idle.remove(entry)
            except ValueError:
                return  # close() was here
            self.discard(connection)

    def discard(self, connection: Connection) -> None:
        """Close a connection for good; only for the thread that has taken it."""
        self._kept.all.discard(ref(connection))
        connection.close()

    def close(self) -> None:
        """Close what is idle, and end every call that runs, whose own thread closes the rest."""
        kept = self._kept
        self.closings = next(self._numbers)
        for reference in list(kept.all):
            connection = reference()
            if connection is not None:
                connection.abort()
        while kept.idle:
            try:
                connection, _ = kept.idle.pop()
            except IndexError:
                return
            self.discard(connection)


def _context(bundle: Optional[str]) -> SSLContext:
    """Return what TLS starts from, with the certificates of a bundle, None for those of certifi."""
    late.load("virtualq._http.tls")
    from virtualq._http import tls

    return tls.make_context(bundle or tls.bundle_of_certifi())
