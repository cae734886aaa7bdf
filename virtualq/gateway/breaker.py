"""Lets calls rest while the service does not answer: nobody waits for it in silence; used by calls.

After a few failures in a row no call is tried. A thread asks the service now and then, one
look-up at a time, so that no caller has to find out whether it is back.
"""

from __future__ import annotations

import logging
import threading
from typing import Callable

from virtualq.gateway.ticking import Time

_log = logging.getLogger("virtualq.gateway")
_FAILURES = 3
_SHORTEST_REST, _LONGEST_REST = 1.0, 5.0


class Breaker:
    """Whether calls of the service are tried.

    `probe` asks the service and says whether it answers; `changed` is called with each change.
    """

    def __init__(
        self,
        probe: Callable[[], bool],
        changed: Callable[[], None] = lambda: None,
        time: Time = Time(),  # noqa: B008 -- it has no state
    ) -> None:
        self._probe = probe
        self._told = changed
        self._time = time
        self._changed = threading.Condition()
        self._failures = self._probes = 0
        self._resting_since = 0.0
        self._resting = self._closing = False
        self._thread = threading.Thread(target=self._watch, name="virtualq-probe", daemon=True)
        self._thread.start()

    @property
    def resting(self) -> bool:
        """Whether the service is left alone for now."""
        return self._resting

    def count(self, *, failed: bool) -> None:
        """Take note of a call that the service answered, or that failed for lack of an answer."""
        with self._changed:
            self._failures = self._failures + 1 if failed else 0
            rests = failed and self._failures >= _FAILURES
            if rests == self._resting or (failed and not rests):
                return
            self._resting = rests
            if rests:
                self._resting_since, self._probes = self._time.now(), 0
            spent = self._time.now() - self._resting_since
            self._changed.notify_all()
        if rests:
            _log.error("the service does not answer: calls rest, callers go to the queue at once")
        else:
            _log.warning("the service answers again, after %.0f s: calls are tried", spent)
        self._told()

    def close(self) -> None:
        """Stop asking."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout=1.0)

    def _watch(self) -> None:
        while self._wait_for_turn():
            self.count(failed=not self._probe())

    def _wait_for_turn(self) -> bool:
        """Wait until a probe is due; return false at the end."""
        with self._changed:
            while not self._closing:
                if not self._resting:
                    self._time.wait(self._changed, None)
                    continue
                rest = _SHORTEST_REST * 2 ** min(self._probes, 8)
                self._probes += 1
                due = self._time.now() + min(rest, _LONGEST_REST)
                while self._resting and not self._closing and self._time.now() < due:
                    self._time.wait(self._changed, due - self._time.now())
                if self._resting and not self._closing:
                    return True
        return False
