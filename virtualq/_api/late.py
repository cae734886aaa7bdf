"""Loads modules when they are first needed, and lets no fork come in between.

A process that forks while another of its threads imports a module leaves that module's import lock
held in the child for ever: the child's first use of it would never come back.
"""

from __future__ import annotations

import os
import threading
from importlib import import_module
from types import ModuleType
from typing import List

# A thread that forks out of an import of its own may hold what the other one waits for.
_LONGEST_WAIT = 5.0
_lock = threading.RLock()
_held: List[bool] = []


def load(name: str) -> ModuleType:
    """Return a module, imported unless it is loaded; a fork in another thread waits for it."""
    with _lock:
        return import_module(name)


def _before_fork() -> None:
    _held.append(_lock.acquire(timeout=_LONGEST_WAIT))


def _after_fork() -> None:
    if _held.pop():
        _lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork
    )
