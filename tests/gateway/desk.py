"""An outbox on a real file, with a service that does as a test says and a clock that goes fast."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Callable, Dict, List

import pytest

from virtualq.gateway.outbox import Limits, Outbox, Verdict
from virtualq.gateway.store import Report, Store

from .stepped import SteppedTime

PHONE = "+17343305027"
LIMITS = Limits()


class Desk:
    """An outbox whose service does as a test says; `arrived` is what it got, by caller."""

    def __init__(self, path: Path, limits: Limits = LIMITS) -> None:
        self.path = path
        self.time = SteppedTime()
        self.tries: List[float] = []
        self.arrived: Dict[str, List[int]] = defaultdict(list)
        self.answer: Callable[[Report], Verdict] = lambda report: Verdict()
        self.resting = False
        self.limits = limits
        self.open()

    def open(self) -> None:
        """Start, as after a restart."""
        self.store = Store(str(self.path), exclusive=True)
        self.outbox = Outbox(
            self.store,
            self._deliver,
            resting=lambda: self.resting,
            limits=self.limits,
            time=self.time,
        )
        self.outbox.start()

    def close(self) -> None:
        """End."""
        self.outbox.close(10.0)
        self.store.close()

    def _deliver(self, report: Report) -> Verdict:
        self.tries.append(self.time.now())
        verdict = self.answer(report)
        if not verdict.reason:
            self.arrived[report.caller].append(int(str(report.given["ewt"])))
        return verdict

    def report(self, number: int = 0, caller: str = PHONE) -> None:
        """Report something."""
        given = {"line_id": 1, "phone": caller, "ewt": number}
        self.outbox.accept(caller, "update_caller_information", given, 60.0)

    def settle(self, holds: Callable[[], bool], step: float = 0.5, most: int = 20_000) -> None:
        """Let time pass until something holds."""
        for _ in range(most):
            if holds():
                return
            self.time.step(step)
        pytest.fail("it never came true")

    def on_disk(self) -> bytes:
        """Return every byte of the state."""
        return b"".join(path.read_bytes() for path in self.path.parent.iterdir())
