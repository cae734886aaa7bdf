"""Loads modules when they are first needed, and lets no fork come in between.

A process that forks while another of its threads imports a module leaves that module's import lock
held in the child for ever: the child's first use of it would never come back. No lock is used here:
an exception out of a signal handler may come between any two instructions, and a lock that it left
held would hang every other thread. What it may leave behind instead costs one fork a bounded wait.
"""

from __future__ import annotations

import os
import sys
import threading
from importlib import import_module
from time import sleep
from types import ModuleType
from typing import Callable, Set

_WAITS, _WAIT = 2500, 0.002  # 5 s; a thread that forks out of an import may hold what we wait for
_loading: Set[int] = set()
"""The threads that import something here now."""
_forking: Set[int] = set()
"""The threads that are about to fork, or do."""


def load(name: str) -> ModuleType:
    """Return a module, imported unless it is loaded; a fork in another thread waits for it."""
    module = sys.modules.get(name)
    if module is not None and not getattr(module.__spec__, "_initializing", False):
        return module
    me = threading.get_ident()
    if me in _loading:
        return import_module(name)
    try:
        # Noted first and then asked: a fork does it the other way round, so that one of us sees it.
        _loading.add(me)
        if _forking - {me}:
            _loading.discard(me)
            _wait(lambda: not _forking - {me})
            _loading.add(me)
        return import_module(name)
    finally:
        _loading.discard(me)


def _wait(until: Callable[[], bool]) -> None:
    for _ in range(_WAITS):
        if until():
            return
        sleep(_WAIT)


def _before_fork() -> None:
    me = threading.get_ident()
    _forking.add(me)
    seen = _loading - {me}
    if seen:
        _wait(lambda: not seen & _loading)
        # A thread that is still noted was interrupted before it could take its note back.
        _loading.difference_update(seen)


def _after_fork_in_parent() -> None:
    _forking.discard(threading.get_ident())


def _after_fork_in_child() -> None:
    _forking.clear()
    _loading.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
