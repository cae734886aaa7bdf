"""Bad hours as a whole: the service away, the disk full; the clock goes fast where it must."""

from __future__ import annotations

import resource
from collections import Counter
from typing import List, Optional, Tuple

from virtualq import Attempt, Session
from virtualq.gateway.breaker import Breaker
from virtualq.gateway.calls import Calls
from virtualq.gateway.outbox import Verdict
from virtualq.gateway.reports import Probe
from virtualq.gateway.store import Report
from virtualq.sandbox.server import Sandbox

from .desk import Desk
from .process import LINE, PHONE, WHO, Gateway, told, until


def test_an_hour_of_outage(desk: Desk) -> None:
    """No caller waits, all reports arrive afterwards in order, and memory and file are bounded."""
    down = True
    attempts: List[Attempt] = []
    heard: Counter[Tuple[str, Optional[str]]] = Counter()
    breaker = Breaker(lambda: not down, desk.outbox.wake, desk.time)
    desk.outbox._resting = lambda: breaker.resting

    def answer(report: Report) -> Verdict:
        breaker.count(failed=down)
        return Verdict("ServerError 503") if down else Verdict()

    desk.answer = answer
    session = Session("a-key", base_url="http://127.0.0.1:9", on_attempt=attempts.append)
    calls = Calls(session, breaker, desk.outbox, Probe(session, 3.0), 3.0, 8)
    callers = [f"+1734330{number:04}" for number in range(50)]
    sent = 0
    for second in range(3600):
        desk.time.seconds += 1.0
        if second % 4 == 0:
            desk.report(sent // len(callers), callers[sent % len(callers)])
            sent += 1
            said = calls.arrive({"line_id": 1, "phone": callers[0]})
            heard[said.word, said.reason] += 1
        if second % 60 == 0:
            desk.time.step(0.0)
            assert second < 60 or breaker.resting
    assert desk.outbox.counts().pending == sent
    # Workers that were at it may each have failed once; while it rests nothing is tried.
    assert len(desk.tries) <= 40
    assert len(desk.on_disk()) < 3_000_000
    # The first callers find it out; for the others nothing is even tried.
    assert set(heard) <= {("queue", "unreachable"), ("queue", "resting")}
    assert heard["queue", "unreachable"] <= 3
    assert heard["queue", "resting"] >= sent - 3
    assert len(attempts) <= 2 * 3
    session.close()
    down = False
    desk.settle(lambda: desk.outbox.counts().delivered == sent, 1.0)
    assert not breaker.resting
    assert desk.arrived == {caller: list(range(sent // 50)) for caller in callers}
    until(lambda: desk.outbox._lines == {})
    breaker.close()


def test_a_full_disk(sandbox: Sandbox, gateway: Gateway) -> None:
    """`queue` and why, to whoever cannot be stored; what was accepted arrives when there is room.

    Whoever is up is not told so either: their "connected" could not be kept.
    """
    with Session(sandbox.api_key, base_url=sandbox.url) as session:
        session.line_up_caller(LINE, PHONE, channel="CallIn", source="Phone")
    sandbox.notify(LINE, PHONE)
    sandbox.fail("update_caller_information", status=503, retry_after=1)
    pid, size = gateway.process.pid, resource.RLIMIT_FSIZE
    before = resource.prlimit(pid, size)
    resource.prlimit(pid, size, (150_000, before[1]))
    accepted = 0
    while (said := gateway.ask(f"/v1/update?{WHO}&ewt={accepted}")).word == "accepted":
        accepted += 1
        assert accepted < 5_000
    assert (said.word, said.reason) == ("queue", "settings")
    assert accepted > 0
    assert gateway.ask(f"/v1/arrive?{WHO}").word == "queue"
    assert gateway.ask("/health").status == 200
    assert "the state file cannot be written" in gateway.log.read_text()
    resource.prlimit(pid, size, before)
    sandbox.heal()
    until(lambda: gateway.outbox()["pending"] == 0)
    numbers = [given["service_waiter_ewt"] for given in told(sandbox, "update_caller_information")]
    arrived = list(dict.fromkeys(numbers))
    assert arrived == sorted(arrived)
    assert arrived[:accepted] == list(range(accepted))
    assert gateway.word("update", ewt=1) == "accepted"
