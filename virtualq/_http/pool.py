"""Keeps the connections of one Session, for all its threads; used by transport."""

from __future__ import annotations

import os
import ssl
import threading
from time import monotonic
from typing import List, Optional, Set, Tuple

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from virtualq._http import seam
from virtualq._http.clock import Clock
from virtualq._http.connection import Connection, connect
from virtualq._http.endpoint import Endpoint, Proxy
from virtualq.errors import ConfigurationError

# Servers and balancers close idle connections, some after 5 s; a request sent just then is lost.
_LONGEST_IDLE = 3.0


class Pool:
    """Connections to one endpoint: a call takes one, and gives it back to be used again."""

    def __init__(
        self, endpoint: Endpoint, proxy: Optional[Proxy], ca_bundle: Optional[str]
    ) -> None:
        self._endpoint = endpoint
        self._proxy = proxy
        # A bundle of the user's own is loaded at once, to be refused at once.
        own = ca_bundle if endpoint.scheme == "https" else None
        self._context = _tls_context(own) if own else None
        self.closings = 0
        """How often close() was called: a call that it cut short is not to be repeated."""
        self._start()

    def _start(self) -> None:
        self._lock = threading.Lock()
        self._idle: List[Tuple[Connection, float]] = []
        self._all: Set[Connection] = set()
        self._process = os.getpid()

    def take(self, clock: Clock) -> Connection:
        """Return a connection, the one used last if it is still good, else a new one."""
        if self._process != os.getpid():
            self._leave_to_parent()
        while True:
            with self._lock:
                if not self._idle:
                    break
                connection, since = self._idle.pop()
            if monotonic() - since <= _LONGEST_IDLE and not connection.stale:
                return connection
            self.discard(connection)
        return self._connect(clock)

    def _leave_to_parent(self) -> None:
        """After a fork: the sockets are the parent's, and a lock may be held by a thread of its."""
        inherited = list(self._all)
        self._start()
        for connection in inherited:
            connection.close()  # this process's copy of the descriptor alone

    def _connect(self, clock: Clock) -> Connection:
        endpoint, proxy = self._endpoint, self._proxy
        address = proxy or endpoint
        closings = self.closings
        for host in {endpoint.host, address.host}:  # behind a proxy of this machine is the world
            seam.check_host(host)
        connection = connect(address.host, address.port, clock)
        with self._lock:
            closed = closings != self.closings
            if not closed:
                self._all.add(connection)
        if closed:
            connection.close()
            raise OSError("the session was closed")
        try:
            if endpoint.scheme == "https":
                if proxy:
                    connection.tunnel(endpoint.tunnel, proxy.headers, clock)
                connection.secure(self._tls(), endpoint.host, clock)
        except BaseException:
            self.discard(connection)
            raise
        return connection

    def _tls(self) -> ssl.SSLContext:
        # Loading the certificates takes 20 ms: once for a Session, and not before it is needed.
        if self._context is None:
            self._context = _tls_context(DEFAULT_CA_BUNDLE_PATH)
        return self._context

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next call, unless close() came meanwhile."""
        with self._lock:
            known = connection in self._all
            if known:
                self._idle.append((connection, monotonic()))
        if not known:
            connection.close()

    def discard(self, connection: Connection) -> None:
        """Close a connection for good."""
        with self._lock:
            self._all.discard(connection)
        connection.close()

    def close(self) -> None:
        """Close every connection at once; a call that runs in another thread loses its own."""
        if self._process != os.getpid():
            self._leave_to_parent()
        with self._lock:
            self.closings += 1
            connections = list(self._all)
            self._all.clear()
            self._idle.clear()
        for connection in connections:
            connection.abort()

    def __del__(self) -> None:
        for connection in self._all:
            connection.close()


def _tls_context(bundle: str) -> ssl.SSLContext:
    """Return a context that trusts the certificates of a file or directory.

    Made by hand: the helpers of ssl and urllib3 read SSLKEYLOGFILE from the environment.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        if os.path.isdir(bundle):
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(cafile=bundle)
    except OSError:
        fault = ConfigurationError("the CA bundle has no certificates that can be read")
    else:
        return context
    raise fault
