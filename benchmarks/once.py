"""Does one contestant's job a number of times and nothing else: what valgrind counts.

python -m benchmarks.once call NAME TIMES URL
python -m benchmarks.once read NAME TIMES
"""

from __future__ import annotations

import gc
import sys
from typing import List

_CALLERS = 200


def main(arguments: List[str]) -> None:
    """Call, or read a list of 200 callers, so many times."""
    gc.disable()  # a collection that one of two runs just misses would look like a cost of the job
    what, name, times = arguments[0], arguments[1], int(arguments[2])
    if what == "call":
        from benchmarks.calls import CALLS

        call = CALLS[name](arguments[3])
        found = [call() for _ in range(times)]
        assert all(found)
        return
    from benchmarks.documents import callers
    from benchmarks.readers import READERS

    read, resources = READERS[name](), callers(_CALLERS)
    for _ in range(times):
        read(resources)


if __name__ == "__main__":
    main(sys.argv[1:])
