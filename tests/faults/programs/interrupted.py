"""Lets a signal handler strike between any two bytecodes of a call, and prints what came of it.

A trace function stands for the handler: it runs in the thread of the call, between the same
bytecodes. It raises, as Ctrl-C and the time limits of RQ and Celery do, or it closes the Session.
"""

from __future__ import annotations

import dis
import faulthandler
import json
import os
import sys
import warnings
from types import FrameType
from typing import Any, Callable, List, Optional, Tuple

from virtualq import Session, VirtualQError

from ..privacy import KEY
from ..service import NEXT_LINE, NEXT_PHONE

_FILES = ("resolver.py", "connection.py", "pool.py", "tls.py", "transport.py", "seam.py")


class Interrupt(BaseException):
    """What a handler raises."""


class Striker:
    """Does something at the n-th bytecode of a call that runs in our files."""

    def __init__(self, number: int, strike: Callable[[], None]) -> None:
        self.left = number
        self._strike = strike

    def __call__(self, frame: FrameType, event: str, _: Any) -> Optional[Callable[..., Any]]:
        if os.path.basename(frame.f_code.co_filename) not in _FILES:
            return None
        frame.f_trace_opcodes = True
        # Never at a return, where no signal is looked for.
        if event == "opcode" and "RETURN" not in dis.opname[frame.f_code.co_code[frame.f_lasti]]:
            self.left -= 1
            if self.left == 0:
                self._strike()
        return self


def strike_everywhere(
    session: Session, what: str, fresh: bool, first: int, stride: int
) -> Tuple[int, List[str]]:
    """Strike at every so many bytecodes; count them, and list what was wrong afterwards."""

    def interrupt() -> None:
        raise Interrupt

    wrong: List[str] = []
    number, struck = first, True
    while struck:
        if fresh:
            session.close()
        striker = Striker(number, interrupt if what == "raise" else session.close)
        came = "a result"
        # Python 3.12 looks at it when tracing begins: without, the first run would see no opcode.
        sys._getframe().f_trace_opcodes = True
        sys.settrace(striker)
        try:
            session.get_caller(NEXT_LINE, NEXT_PHONE)
        except Interrupt:
            came = "the interrupt"
        except VirtualQError as error:
            came = type(error).__name__
        except BaseException as error:
            wrong.append(f"at {number}: {error!r}")
        finally:
            sys.settrace(None)
        struck = striker.left <= 0
        if came == "the interrupt" and what != "raise":
            wrong.append(f"at {number}: {came}")
        found = session.get_caller(NEXT_LINE, NEXT_PHONE).value
        if found is None or found.line_id != NEXT_LINE:
            wrong.append(f"at {number}: the next call found {found}")
        number += stride
    return (number - first) // stride, wrong


def descriptors() -> int:
    """Count the descriptors of this process."""
    return len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0


def main(
    base_url: str,
    what: str,
    fresh: str,
    first: str,
    stride: str,
    ca_bundle: Optional[str] = None,
) -> None:
    """Print how often it struck, how many descriptors are left, and all that was wrong."""
    # Between making a socket and keeping it there is a bytecode; Python ignores this unless told.
    warnings.simplefilter("ignore", ResourceWarning)
    faulthandler.dump_traceback_later(100, exit=True)
    session = Session(KEY, base_url=base_url, ca_bundle=ca_bundle, deadline=20, retries=0)
    session.get_caller(NEXT_LINE, NEXT_PHONE)
    session.close()
    before = descriptors()
    strikes, wrong = strike_everywhere(session, what, fresh == "fresh", int(first), int(stride))
    session.close()
    left = descriptors() - before
    print(json.dumps({"wrong": wrong, "strikes": strikes, "descriptors": left}))


if __name__ == "__main__":
    main(*sys.argv[1:])
