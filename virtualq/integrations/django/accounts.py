"""The Sessions of a site, one a process and account, made when first used; options say how.

`sessions["eu"]` may stand at the top of a module: it reads the settings with the first call.
"""

from __future__ import annotations

import atexit
import os
import threading
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Optional, Tuple, cast

from django.core.signals import setting_changed
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from virtualq.integrations.django import options
from virtualq.session import Session

if TYPE_CHECKING:
    from virtualq.integrations.django.cached import Cached


Adapt = Callable[[str, Dict[str, Any]], Dict[str, Any]]


class _Made:
    """The Sessions of this process; a forked child has none yet."""

    def __init__(self) -> None:
        self.adapt: Optional[Adapt] = None
        self.forget()

    def forget(self) -> None:
        """Begin anew, without closing what another process may use."""
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._sessions: Dict[str, Session] = {}
        self.fingerprints: Dict[str, str] = {}

    def session(self, alias: str) -> Session:
        """Return the Session of an account, made now if need be."""
        if self._pid != os.getpid():  # a fork that did not go through os.fork, as uWSGI's
            self.forget()
        found = self._sessions.get(alias)
        if found is not None:
            return found
        with self._lock:
            if alias not in self._sessions:
                given = self._parameters(alias)
                about = f"{alias} {given['api_key']} {given.get('base_url')}"
                # Keyed with the site's own secret: it ends in the cache.
                self.fingerprints[alias] = salted_hmac(
                    "virtualq.cached", about, algorithm="sha256"
                ).hexdigest()
                self._sessions[alias] = Session(**given)
            return self._sessions[alias]

    def _parameters(self, alias: str) -> Dict[str, Any]:
        if self.adapt:
            return self.adapt(alias, options.session_options(alias))
        return options.parameters(alias)

    def close(self) -> None:
        """Close every Session; the next call makes new ones."""
        if self._pid != os.getpid():
            return
        with self._lock:
            sessions: List[Session] = list(self._sessions.values())
            self._sessions.clear()
        for session in sessions:
            session.close()


_made = _Made()
atexit.register(_made.close)
if hasattr(os, "register_at_fork"):
    # Right after the fork, while the child has one thread: later a second one might forget what the
    # first has just made.
    os.register_at_fork(after_in_child=_made.forget)


class LazySession:
    """Stands for the Session of an account, which the first use makes.

    A `with` leaves the Session open: other threads of the site use it too.
    """

    def __init__(self, alias: str) -> None:
        self._alias = alias

    @cached_property
    def cached(self) -> Cached:
        """The look-ups that may be answered from Django's cache."""
        from virtualq.integrations.django.cached import Cached

        alias = self._alias
        return Cached(lambda: _made.session(alias), lambda: fingerprint(alias))

    def __getattr__(self, name: str) -> Any:
        # copy, pickle, doctest and mock ask for such names of whatever they see.
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_made.session(self._alias), name)

    def __enter__(self) -> LazySession:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __reduce__(self) -> Tuple[Any, ...]:
        return _lazy, (self._alias,)

    def __repr__(self) -> str:
        return f"sessions[{self._alias!r}]"


if TYPE_CHECKING:

    class SiteSession(Session):
        """A Session with what the site adds, as type checkers see it."""

        cached: Cached


class Sessions:
    """The Sessions of a site by account: `sessions["default"]`; it goes through the aliases."""

    def __init__(self) -> None:
        self._lazy: Dict[str, LazySession] = {}

    def __getitem__(self, alias: str) -> SiteSession:
        """Return what stands for an account's Session; the settings are read when it is used."""
        return cast("SiteSession", self._lazy.setdefault(alias, LazySession(alias)))

    def __iter__(self) -> Iterator[str]:
        # Without it `"eu" in sessions` would ask for sessions[0], sessions[1] and so on, for ever.
        return iter(options.accounts())

    def close(self) -> None:
        """Close the Sessions of this process; the next call makes new ones."""
        _made.close()


sessions: Sessions = Sessions()
"""Every part of the site shares these."""


def _lazy(alias: str) -> SiteSession:
    return sessions[alias]


def _changed(*, setting: str, **_: object) -> None:
    if setting == options.SETTING:
        _made.close()


# Sent by override_settings; without it a test would talk with the Session of the one before.
setting_changed.connect(_changed, dispatch_uid="virtualq.sessions")


def stand_in(adapt: Optional[Adapt]) -> None:
    """Let a test change the parameters of every Session that is made from here on."""
    _made.close()
    _made.adapt = adapt


def fingerprint(alias: str) -> str:
    """Return what differs between two Sessions that may get different answers."""
    _made.session(alias)
    return _made.fingerprints[alias]
