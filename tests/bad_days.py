"""Bad days of the service as an IVR meets them, played on the fault server to whole programs."""

from __future__ import annotations

import contextlib
from typing import Callable, Dict, Iterator, NamedTuple

from .faults import modes
from .faults.server import FaultServer, Mode
from .faults.service import LINE, PHONE

_PAGE = b"<html><body>Please log in</body></html>"
_WRONG_KEY = {"errors": [{"status": "401", "title": "Unauthorized", "detail": 'Key?\nSET "\x1b'}]}


class BadDay(NamedTuple):
    """What is wrong, and the exit code it has; `late` when it takes the whole deadline."""

    play: Callable[[], Mode]
    exit_code: int
    late: bool = False


BAD_DAYS: Dict[str, BadDay] = {
    "down": BadDay(lambda: modes.dropped_at_once, 4),
    "slow": BadDay(lambda: modes.silent, 4, late=True),
    "dripping": BadDay(
        lambda: modes.says("drip", modes.first_then_drip(b"HTTP"), pause=modes.DRIP), 4, late=True
    ),
    "out of order": BadDay(lambda: modes.answers("503", 503, body=_PAGE), 3),
    "wrong key": BadDay(lambda: modes.answers("401", 401, _WRONG_KEY), 3),
    "page of a proxy": BadDay(lambda: modes.answers("page", 200, body=_PAGE), 4),
    "page not found": BadDay(lambda: modes.answers("404", 404, body=_PAGE), 3),
    "cut off": BadDay(lambda: modes.says("cut", modes.cut(b'"data"'), modes.CLOSE), 4),
}


@contextlib.contextmanager
def service_on(day: BadDay) -> Iterator[FaultServer]:
    """Start a service that knows the caller of the tests and has such a day."""
    with FaultServer([day.play()]) as server:
        server.service.seed(LINE, PHONE)
        yield server.listen()
    assert server.mistakes == []
