"""Loading late, while signals strike and processes fork: no other thread may hang."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from types import FrameType
from typing import Any, Optional

import pytest

from virtualq._api import late

NAME = "colorsys"  # of the standard library, and nobody else's
LONGEST = 30.0


class Struck(BaseException):
    """What a signal handler raises."""


def _strike(at: int) -> bool:
    """Load a module, with an exception at the given instruction; say whether there was one."""
    seen = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Optional[Any]:
        nonlocal seen
        if frame.f_code.co_filename != late.__file__:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            seen += 1
            if seen == at:
                raise Struck
        return trace

    sys.modules.pop(NAME, None)
    # Python 3.12 looks at it when tracing begins: without, the first run would see no opcode.
    sys._getframe().f_trace_opcodes = True
    sys.settrace(trace)
    try:
        late.load(NAME)
    except Struck:
        return True
    finally:
        sys.settrace(None)
    return False


def _loads_in_time() -> bool:
    sys.modules.pop(NAME, None)
    thread = threading.Thread(target=late.load, args=(NAME,), daemon=True)
    thread.start()
    thread.join(LONGEST)
    return not thread.is_alive()


def test_a_signal_at_any_instruction_hangs_no_other_thread() -> None:
    """A lock that was left held would: each of our other threads would wait in its first call."""
    at = 1
    while _strike(at):
        assert _loads_in_time(), f"after an exception at instruction {at}"
        at += 1
    assert at > 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="SKIPPED: no fork here")
def test_a_fork_after_a_signal_works() -> None:
    """What the exception has left behind costs a wait at most, and the child can load."""
    at = 1
    while _strike(at):
        at += 7
    with warnings.catch_warnings():  # Python 3.12 warns of what is tested here
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os._exit(0 if _loads_in_time() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
