"""Makes a call while the interpreter shuts down, and prints the line of whom it found."""

from __future__ import annotations

import atexit
import json
import sys

from virtualq import Session

from ..privacy import KEY
from ..service import NEXT_LINE, NEXT_PHONE


def main(base_url: str, used: str) -> None:
    """Register the call; make one before, too, when told so."""
    session = Session(KEY, base_url=base_url)

    def last_call() -> None:
        value = session.get_caller(NEXT_LINE, NEXT_PHONE).value
        session.close()
        print(json.dumps(value and value.line_id))

    atexit.register(last_call)
    if used == "used":
        session.get_caller(NEXT_LINE, NEXT_PHONE)


if __name__ == "__main__":
    main(*sys.argv[1:])
