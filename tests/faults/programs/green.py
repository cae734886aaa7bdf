"""Calls under gevent or eventlet, by a Session made before or after they replaced the sockets."""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Callable, Dict, List, Tuple

from virtualq import DeadlineExceededError, Session

from ..privacy import KEY
from ..service import NEXT_LINE, NEXT_PHONE

DEADLINE = 0.5


def patched(kind: str) -> Tuple[Callable[..., Any], Callable[[float], None]]:
    """Replace what the library replaces; return how to start something, and how to wait."""
    if kind == "gevent":
        from gevent import monkey, sleep, spawn

        monkey.patch_all()
        return spawn, sleep
    import eventlet

    eventlet.monkey_patch()
    return eventlet.spawn, eventlet.sleep


def late(url: str, ca_bundle: str) -> float:
    """Return how long a call took that could not end in time."""
    session = Session(KEY, base_url=url, ca_bundle=ca_bundle, deadline=DEADLINE, retries=0)
    start = time.monotonic()
    try:
        session.get_caller(NEXT_LINE, NEXT_PHONE)
    except DeadlineExceededError:
        return time.monotonic() - start
    return -1.0


def main(kind: str, when: str, well: str, dripping: str, silent: str, ca_bundle: str) -> None:
    """Print who was found, how often others ran meanwhile, and how long late calls took."""
    session = None
    if when == "before":
        session = Session(KEY, base_url=well, ca_bundle=ca_bundle, deadline=20)
        session.get_caller(NEXT_LINE, NEXT_PHONE)
    spawn, wait = patched(kind)
    session = session or Session(KEY, base_url=well, ca_bundle=ca_bundle, deadline=20)
    found: List[int] = []
    ticks = [0]

    def ask() -> None:
        value = session.get_caller(NEXT_LINE, NEXT_PHONE).value
        found.append(value.line_id if value and value.line_id else 0)

    def tick() -> None:
        while True:
            ticks[0] += 1
            wait(0.01)

    spawn(tick)
    for _ in range(8):
        spawn(ask)
    end = time.monotonic() + 20
    while len(found) < 8 and time.monotonic() < end:
        wait(0.01)
    before = ticks[0]
    spent: Dict[str, float] = {"handshake": late(dripping, ca_bundle)}
    spent["answer"] = late(silent, ca_bundle)
    session.close()
    print(json.dumps({"found": found, "ticks": ticks[0] - before, "spent": spent}))


if __name__ == "__main__":
    main(*sys.argv[1:])
