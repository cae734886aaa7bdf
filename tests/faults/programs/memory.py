"""Makes a call on a good day and one on a bad, and prints what the second added to the peak."""

from __future__ import annotations

import json
import sys

from virtualq import Session, VirtualQError

from ..clients import call
from ..leaks import peak_memory
from ..privacy import KEY
from ..service import NEXT_LINE, NEXT_PHONE


def main(base_url: str, name: str, deadline: str) -> None:
    """Print the growth, and what the bad day ended with."""
    with Session(KEY, base_url=base_url) as session:
        call(session, "get_caller", NEXT_LINE, NEXT_PHONE)
        before = peak_memory()
        try:
            call(session, name, deadline=float(deadline))
            ended = "value"
        except VirtualQError as error:
            ended = type(error).__name__
    print(json.dumps({"ended": ended, "growth": peak_memory() - before}))


if __name__ == "__main__":
    main(*sys.argv[1:])
