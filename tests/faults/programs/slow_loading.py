"""Forks while another thread is in the middle of loading a module, and prints what the child found.

Loads nothing of the tests: the module must not be there yet.
"""

from __future__ import annotations

import importlib.util
import os
import select
import signal
import sys
import threading
import time
from typing import Any, Callable, Dict

from virtualq import APIError, Session

LINE, PHONE = 3042, "+17343305027"
SLOW, PATIENCE = 0.4, 20.0


def ask(session: Session) -> str:
    """Look at a caller; say what came."""
    try:
        return str(session.show_caller(5).value is not None)
    except APIError as error:
        return f"{error.status}, wait {error.retry_after is not None}"


CALLS: Dict[str, Callable[[Session], str]] = {
    "ask": ask,
    "tell": lambda session: str(
        session.update_caller_information(LINE, PHONE, properties={"a": 1}).found
    ),
}


class Slowly:
    """Takes its time to load one module, and says when it has begun."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.began = threading.Event()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Return the spec of the module, with a loader that is slow."""
        if name != self.name:
            return None
        sys.meta_path.remove(self)  # type: ignore[arg-type]
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.loader is not None
        load = spec.loader.exec_module

        def exec_module(module: Any) -> None:
            self.began.set()
            time.sleep(SLOW)
            load(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def main(base_url: str, call: str, name: str) -> None:
    """Print what the child found, as JSON; null when it never came back."""
    assert name not in sys.modules
    slowly = Slowly(name)
    sys.meta_path.insert(0, slowly)  # type: ignore[arg-type]
    session = Session("key", base_url=base_url, deadline=PATIENCE / 2, retries=0)
    other = threading.Thread(target=CALLS[call], args=(session,))
    other.start()
    assert slowly.began.wait(PATIENCE), f"nothing loads {name}"
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, CALLS[call](session).encode())
        os._exit(0)
    ready = select.select([reading], [], [], PATIENCE)[0]
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    other.join()
    print(f'"{os.read(reading, 100).decode()}"' if ready else "null")


if __name__ == "__main__":
    main(*sys.argv[1:])
