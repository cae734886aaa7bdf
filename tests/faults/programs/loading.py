"""Forks while other threads make their first calls, and prints which children got stuck.

The first look at a value loads the models: a child forked in that moment would inherit the import
lock of a module that nobody in it will ever finish loading.
"""

from __future__ import annotations

import json
import os
import select
import sys
import threading
from typing import List

from virtualq import Session, VirtualQError

from ..privacy import KEY
from ..service import NEXT_LINE, NEXT_PHONE

CHILDREN, THREADS, PATIENCE = 12, 4, 20.0


def ask(session: Session, found: List[object]) -> None:
    """Look a caller up, and at their line."""
    try:
        value = session.get_caller(NEXT_LINE, NEXT_PHONE, deadline=15).value
        found.append(value and value.line_id)
    except VirtualQError as error:
        found.append(repr(error))


def start_child(session: Session) -> int:
    """Fork a child whose threads all call at once; return where it tells that it is done."""
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        return reading
    os.close(reading)
    found: List[object] = []
    threads = [threading.Thread(target=ask, args=(session, found)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.write(writing, json.dumps(found).encode())
    os._exit(0)


def main(base_url: str) -> None:
    """Print what each child found, None for one that never came back, and the parent's."""
    seen: List[object] = []
    with Session(KEY, base_url=base_url) as session:
        found: List[object] = []
        threads = [threading.Thread(target=ask, args=(session, found)) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        children = [start_child(session) for _ in range(CHILDREN)]
        for reading in children:
            ready = select.select([reading], [], [], PATIENCE)[0]
            seen.append(json.loads(os.read(reading, 1000)) if ready else None)
        for thread in threads:
            thread.join()
        ask(session, found)
    print(json.dumps({"children": seen, "parent": found}))


if __name__ == "__main__":
    main(*sys.argv[1:])
