"""Delivers what is stored: in order for each caller, at least once; between store and reports.

Which reports wait is known by id alone, read from the store: after a commit, at the start, and now
and then for what `virtualq gateway outbox` has put there. Of each caller one is under way at most.
"""

from __future__ import annotations

import heapq
import logging
import threading
from collections import deque
from contextlib import contextmanager
from typing import Callable, Deque, Dict, Generator, List, Mapping, NamedTuple, Optional, Tuple

from virtualq.gateway.store import Counts, Report, Store, StoreError
from virtualq.gateway.ticking import Time

_log = logging.getLogger("virtualq.gateway")
_DAY = 86400.0
_WORKERS = 8
_HOUSEKEEPING = 5.0
# Writing what became of a report may take longer than a caller would wait.
_PATIENCE = 10.0
_UNWRITTEN = 5.0
_LONGEST_PAUSE = 60.0


class Verdict(NamedTuple):
    """What became of an attempt to deliver a report; `reason` is empty when it was delivered."""

    reason: str = ""
    dead: bool = False
    """Whether trying again is no use."""
    missing: bool = False
    """Whether the service does not know the caller, or not yet."""
    retry_after: float = 0.0
    """Seconds that the service asked to wait."""


class Limits(NamedTuple):
    """For how long, in seconds, and how many."""

    give_up: float = _DAY
    forget: float = 7 * _DAY
    missing: float = 60.0
    most_waiting: int = 100_000
    most_dead: int = 100_000


class _Line:
    """The reports of one caller that wait, the first of them first."""

    def __init__(self) -> None:
        self.numbers: Deque[int] = deque()
        self.due: Optional[float] = None  # None while it is under way, or held back
        self.busy = False
        self.start_over()

    def start_over(self) -> None:
        """Forget the attempts: another report is the first now."""
        self.tries = 0
        self.missing_since: Optional[float] = None
        self.outcome: Optional[Verdict] = None  # known, but not yet written


class Outbox:
    """The reports of a gateway on their way; `deliver` sends one and says how that went."""

    def __init__(
        self,
        store: Store,
        deliver: Callable[[Report], Verdict],
        *,
        resting: Callable[[], bool] = lambda: False,
        limits: Limits = Limits(),  # noqa: B008 -- immutable
        time: Time = Time(),  # noqa: B008 -- it has no state
    ) -> None:
        self._store, self._deliver, self._resting = store, deliver, resting
        self._limits, self._time = limits, time
        self._changed = threading.Condition()
        self._lines: Dict[str, _Line] = {}
        self._heap: List[Tuple[float, str]] = []
        self._lining_up: Dict[str, int] = {}
        self._last = self._waiting = 0
        self._closing = False
        self._threads = [
            threading.Thread(target=target, name=f"virtualq-{target.__name__}", daemon=True)
            for target in [*[self._work] * _WORKERS, self._keep_house]
        ]

    def start(self) -> None:
        """Begin to deliver, with what an earlier run has left; raises StoreError."""
        self._tidy()
        for thread in self._threads:
            thread.start()

    def close(self, patience: float) -> None:
        """Stop; a report that is under way is given `patience` seconds, and stays stored."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        end = self._time.now() + patience
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(end - self._time.now(), 0.0))

    def accept(
        self, caller: str, function: str, given: Mapping[str, object], patience: float
    ) -> None:
        """Store a report for delivery; raises StoreError when it is not safely on the disk."""
        if self._waiting >= self._limits.most_waiting:
            raise StoreError("too many reports wait")
        self._store.add(Report(0, caller, function, given, self._time.date()), patience)
        try:
            self._look()
        except StoreError:  # it is safe, and housekeeping finds it
            return

    def wake(self) -> None:
        """Look again, because the service rests or answers again."""
        with self._changed:
            self._changed.notify_all()

    @contextmanager
    def lining_up(self, caller: str) -> Generator[None, None, None]:
        """Hold the reports of a caller back while they are being lined up."""
        with self._changed:
            self._lining_up[caller] = self._lining_up.get(caller, 0) + 1
        try:
            yield
        finally:
            with self._changed:
                self._lining_up[caller] -= 1
                if not self._lining_up[caller]:
                    del self._lining_up[caller]
                    line = self._lines.get(caller)
                    if line is not None and not line.busy:
                        self._schedule(caller, line, self._time.now())

    def counts(self) -> Counts:
        """Return how many reports there are; raises StoreError."""
        return self._store.counts()

    def oldest_seconds(self, counts: Counts) -> float:
        """Return for how long the oldest report has waited, 0 when none waits."""
        return 0.0 if counts.oldest is None else max(self._time.date() - counts.oldest, 0.0)

    def _look(self) -> None:
        """Take note of what the store has got since."""
        with self._changed:
            for number, caller in self._store.waiting_after(self._last):
                line = self._lines.setdefault(caller, _Line())
                line.numbers.append(number)
                self._last, self._waiting = number, self._waiting + 1
                if len(line.numbers) == 1:
                    self._schedule(caller, line, self._time.now())

    def _schedule(self, caller: str, line: _Line, due: float) -> None:
        line.due = due
        heapq.heappush(self._heap, (due, caller))
        self._changed.notify_all()

    def _next(self) -> Optional[Tuple[str, _Line]]:
        """Return a caller whose first report is due."""
        while self._heap and self._heap[0][0] <= self._time.now():
            due, caller = heapq.heappop(self._heap)
            line = self._lines.get(caller)
            if line is None or line.due != due:
                continue  # put off or brought forward since
            line.due = None
            if caller not in self._lining_up:  # else it is due when that has ended
                line.busy = True
                return caller, line
        return None

    def _take(self) -> Optional[Tuple[str, _Line]]:
        """Wait for a caller whose first report is due; None at the end."""
        with self._changed:
            while not self._closing:
                rest = self._resting()
                found = None if rest else self._next()
                if found is not None:
                    return found
                due = None if rest or not self._heap else self._heap[0][0]
                self._time.wait(self._changed, due and max(due - self._time.now(), 0.0))
        return None

    def _work(self) -> None:
        while True:
            found = self._take()
            if found is None:
                return
            caller, line = found
            try:
                pause = self._advance(line)
            except StoreError as error:
                _log.error("a report cannot be read or written: %s", error)
                pause = _UNWRITTEN
            except Exception as error:  # its text may be anything
                _log.error("a fault of this program: %s", type(error).__name__)
                pause = _LONGEST_PAUSE
            self._put_back(caller, line, pause)

    def _put_back(self, caller: str, line: _Line, pause: Optional[float]) -> None:
        with self._changed:
            line.busy = False
            if pause is None:
                line.numbers.popleft()
                line.start_over()
                self._waiting -= 1
            if line.numbers:
                self._schedule(caller, line, self._time.now() + (pause or 0.0))
            else:
                del self._lines[caller]
            idle = not self._waiting
        if idle:
            self._store.compact()

    def _advance(self, line: _Line) -> Optional[float]:
        """Try the first report; return the seconds until it may be tried again, None when done."""
        report = self._store.read(line.numbers[0])
        if report is None:
            return None  # too old, or gone
        verdict = line.outcome or self._deliver(report)
        pause = self._judge(line, report, verdict)
        if pause is not None:
            return pause
        line.outcome = verdict  # should the disk be full: it is not sent once more
        if not verdict.reason:
            self._store.erase(report.id, _PATIENCE)
            return None
        _log.error("report %d (%s) is given up: %s", report.id, report.function, verdict.reason)
        self._store.bury(report.id, verdict.reason, self._time.date(), _PATIENCE)
        return None

    def _judge(self, line: _Line, report: Report, verdict: Verdict) -> Optional[float]:
        """Return the pause before another attempt, None when there is to be none."""
        if not verdict.reason or verdict.dead:
            return None
        now, longest = self._time.now(), _LONGEST_PAUSE
        if verdict.missing:
            if line.missing_since is None:
                line.missing_since = now
            left = line.missing_since + self._limits.missing - now
            if left <= 0:
                return None
            longest = min(left, _LONGEST_PAUSE / 12)
        else:
            line.missing_since = None
        if self._time.date() - report.stored >= self._limits.give_up:
            return None
        line.tries += 1
        pause = min(0.5 * 2.0 ** min(line.tries, 16), longest)
        return max(pause, verdict.retry_after)

    def _keep_house(self) -> None:
        """Forget what is old, and take up what a person has put back."""
        while True:
            with self._changed:
                if not self._closing:
                    self._time.wait(self._changed, _HOUSEKEEPING)
                if self._closing:
                    return
            try:
                self._tidy()
            except StoreError as error:
                _log.error("the state file cannot be tidied: %s", error)

    def _tidy(self) -> None:
        limits = self._limits
        self._store.tidy(
            self._time.date(),
            give_up=limits.give_up,
            forget=limits.forget,
            most_dead=limits.most_dead,
        )
        self._look()
