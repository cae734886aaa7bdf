"""Uses a Session, forks, and lets parent and children call at once, from several threads each."""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import List, Optional, Tuple

from virtualq import Session, VirtualQError

from ..privacy import KEY
from ..service import PHONE

CHILDREN, THREADS, CALLS = 4, 4, 10


def ask(session: Session, line_id: int) -> str:
    """Look the caller of a line up and say what was wrong, nothing when all was right."""
    try:
        value = session.get_caller(line_id, PHONE, deadline=20).value
    except VirtualQError as error:
        return f"line {line_id}: {error}"
    return (
        ""
        if value and value.line_id == line_id
        else f"line {line_id}: the answer is for {value and value.line_id}"
    )


def ask_for_all(session: Session, first: int) -> List[str]:
    """Look the callers of a process's own lines up, from several threads at once."""
    lines = range(first, first + THREADS * CALLS)
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda line_id: ask(session, line_id), lines))


def start_child(session: Session, first: int, go: int) -> Tuple[int, int]:
    """Fork a child that calls when `go` is closed, and give its process id and where it reports."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    os.read(go, 1)
    with open(writing, "w", encoding="utf-8") as report:
        json.dump(ask_for_all(session, first), report)
    os._exit(0)


def main(base_url: str, ca_bundle: Optional[str] = None) -> None:
    """Print what each process saw; the first list is the parent's."""
    ready, go = os.pipe()
    with Session(KEY, base_url=base_url, ca_bundle=ca_bundle) as session:
        assert not ask(session, 1)
        children = []
        for number in range(1, CHILDREN + 1):
            children.append(start_child(session, 1 + number * 1000, ready))
        os.write(go, b"x" * CHILDREN)
        seen = [ask_for_all(session, 1)]
        for child, report in children:
            with open(report, encoding="utf-8") as told:
                seen.append(json.load(told))
            os.waitpid(child, 0)
        seen.append([ask(session, 1)])
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
