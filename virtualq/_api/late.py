"""Loads modules when they are first needed, and lets no fork come in between; nor while a name is
looked up.

A process that forks while another of its threads imports a module leaves that module's import lock
held in the child for ever: the child's first use of it would never come back. The same goes for
locks of the C library that getaddrinfo takes. No lock is used here:
an exception out of a signal handler may come between any two instructions, and a lock that it left
held would hang every other thread. What it may leave behind instead is seen for what it is: the
thread that made a note is somewhere else.
"""

from __future__ import annotations

import _thread
import os
import sys
import threading
from contextlib import suppress
from importlib import import_module
from time import sleep
from types import FrameType, FunctionType, ModuleType
from typing import Callable, Optional, Set, TypeVar, cast

T = TypeVar("T")

_PAUSE = 0.002
# 30 s: an import on a very busy machine takes many seconds. Not for ever: a thread that forks out
# of an import may hold what we wait for.
_LOOKS_FOR_A_LOAD = 15_000
# 1 s: the C library takes its locks at the start; what takes longer is waiting for a name server.
_LOOKS_FOR_A_LOOK_UP = 500
_LOOKS_FOR_A_FORK = 2_500  # 5 s
_LOST = 0.1  # seconds after which the main thread looks whether the thread it waits for exists
_loading: Set[int] = set()
"""The threads that import something here now."""
_looking_up: Set[int] = set()
"""The threads that look a name up now."""
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
    if me == threading.main_thread().ident:
        _load_beside(name)
    else:
        _load(name)
    # Not by import_module, which takes the lock of all imports on Python 3.9 even then.
    return sys.modules.get(name) or import_module(name)


def _load_beside(name: str) -> None:
    """Load a module in a thread of its own, for the main thread, in which signal handlers run.

    An exception out of one may come just after importlib has taken the lock of all imports and
    before its ``try`` (_get_module_lock in importlib/_bootstrap.py): the main thread would keep it,
    and every import of the other threads would hang.
    """
    over = _thread.allocate_lock()
    over.acquire()

    def work() -> None:
        """Load it, and let the main thread go on: what fails here fails there again."""
        with suppress(BaseException):
            _load(name, over.release)

    process = os.getpid()
    try:
        _thread.start_new_thread(work, ())
    except RuntimeError:  # none can be started: too many, or Python shuts down
        _load(name)
        return
    # In a child that a signal handler has forked just here the thread does not exist.
    while not over.acquire(timeout=_LOST) and os.getpid() == process:
        pass


def _load(name: str, then: Callable[[], object] = bool) -> None:
    """Load a module while forks wait, and do something more before they go on."""
    me = threading.get_ident()
    try:
        _note(_loading, me)
        import_module(name)
    finally:
        then()
        _loading.discard(me)


def look_up(work: Callable[[], T]) -> T:
    """Return what the look-up of a name returns; a fork in another thread waits, up to 1 s."""
    me = threading.get_ident()
    try:
        _note(_looking_up, me)
        return work()
    finally:
        _looking_up.discard(me)


def _note(threads: Set[int], me: int) -> None:
    """Note this thread among those that a fork waits for, once no other thread forks."""
    # Noted first and then asked: a fork does it the other way round, so that one of us sees it.
    threads.add(me)
    if _forking - {me}:
        threads.discard(me)
        _wait_while(lambda: _any_in(_before_fork, _forking - {me}), _LOOKS_FOR_A_LOAD)
        _wait_while(lambda: bool(_forking - {me}), _LOOKS_FOR_A_FORK)
        threads.add(me)


def _wait_while(condition: Callable[[], bool], most: int) -> None:
    for _ in range(most):
        if not condition():
            return
        sleep(_PAUSE)


def _any_in(function: Callable[..., object], threads: Set[int]) -> bool:
    """Say whether any of some threads runs a function, or what that has called."""
    code = cast(FunctionType, function).__code__
    # There is no other way to ask. Our own frame is left out: it would hold itself through this
    # dictionary, and all the others with it.
    frames = sys._current_frames() if threads else {}  # pyright: ignore[reportPrivateUsage]
    frames = {thread: frame for thread, frame in frames.items() if thread in threads}
    for top in frames.values():
        frame: Optional[FrameType] = top
        while frame is not None:
            if frame.f_code is code:
                return True
            frame = frame.f_back
    return False


def _before_fork() -> None:
    _forking.add(threading.get_ident())
    _let_end(_load, _loading, _LOOKS_FOR_A_LOAD)
    _let_end(look_up, _looking_up, _LOOKS_FOR_A_LOOK_UP)


def _let_end(function: Callable[..., object], threads: Set[int], most: int) -> None:
    """Wait for the other threads that run a function."""
    seen = threads - {threading.get_ident()}
    if seen:
        _wait_while(lambda: _any_in(function, seen & threads), most)
        # One that is still noted was interrupted before it could take its note back, or takes long.
        threads.difference_update(seen)


def _after_fork_in_parent() -> None:
    _forking.discard(threading.get_ident())


def _after_fork_in_child() -> None:
    for threads in (_forking, _loading, _looking_up):
        threads.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
