"""What becomes of reports: the outbox on a real file, with a clock that goes fast."""

from __future__ import annotations

import resource
import threading
from pathlib import Path

import pytest

from virtualq.gateway.outbox import Limits, Verdict
from virtualq.gateway.store import Store, StoreError

from .desk import PHONE, Desk
from .process import until


def test_nothing_personal_stays(desk: Desk) -> None:
    """After the delivery the number is in none of the files; before it, it is."""
    desk.resting = True
    desk.report()
    assert PHONE.encode() in desk.on_disk()
    desk.resting = False
    desk.outbox.wake()
    until(lambda: desk.outbox.counts().delivered == 1)
    until(lambda: PHONE.encode() not in desk.on_disk())


def test_order_and_pauses(desk: Desk) -> None:
    """A caller's second report waits for the first; the pauses grow, and obey Retry-After."""
    verdicts = [Verdict("down"), Verdict("down"), Verdict("down", retry_after=600.0)]
    desk.answer = lambda report: verdicts.pop(0) if verdicts else Verdict()
    desk.report(1)
    desk.report(2)
    desk.settle(lambda: desk.arrived[PHONE] == [1, 2])
    first, second, third, fourth = desk.tries[:4]
    assert first < second < third < fourth
    assert third - second > second - first
    assert fourth - third >= 600.0


@pytest.mark.parametrize(
    ("verdict", "after", "at_most"),
    [
        (Verdict("UnprocessableEntityError 422", dead=True), 0.0, 1.0),
        (Verdict("the caller is not in the line", missing=True), 59.0, 75.0),
        (Verdict("ServerError 503"), 86_000.0, 87_000.0),
    ],
)
def test_given_up(desk: Desk, verdict: Verdict, after: float, at_most: float) -> None:
    """What cannot be delivered is given up after its time, and the caller's next one comes."""
    desk.answer = lambda report: verdict if report.given["ewt"] == 1 else Verdict()
    desk.report(1)
    step = max(at_most / 400, 0.1)
    desk.settle(lambda: desk.outbox.counts().dead == 1, step)
    assert after <= desk.time.now() <= at_most
    (dead,) = desk.store.dead()
    assert dead.reason in (verdict.reason, "too old")
    desk.report(2)
    desk.settle(lambda: desk.arrived[PHONE] == [2])
    desk.settle(lambda: desk.outbox.counts().dead == 0, 7200.0)
    until(lambda: PHONE.encode() not in desk.on_disk())


def test_too_old_while_resting(desk: Desk) -> None:
    """An outage of days leaves no reports of yesterday behind."""
    desk.resting = True
    desk.report()
    desk.settle(lambda: desk.outbox.counts().dead == 1, 3600.0)
    assert desk.tries == []


def test_report_that_overtook_its_line_up(desk: Desk) -> None:
    """A report comes while the caller is being lined up: it is tried right after."""
    with desk.outbox.lining_up(PHONE):
        desk.report()
        desk.time.step(1.0)
        assert desk.tries == []
    until(lambda: desk.arrived[PHONE] == [0])


def test_sent_again(desk: Desk) -> None:
    """What a person puts back, from another process, is taken up and delivered."""
    desk.answer = lambda report: Verdict("422", dead=True)
    desk.report(7)
    until(lambda: desk.outbox.counts().dead == 1)
    desk.answer = lambda report: Verdict()
    other = Store(str(desk.path), exclusive=False)
    assert other.revive([other.dead()[0].id, 999], desk.time.date()) == 1
    other.close()
    desk.settle(lambda: desk.outbox.counts()[:3] == (0, 1, 0))
    assert desk.arrived[PHONE] == [7]


def test_restart(desk: Desk) -> None:
    """What waited is delivered after a restart; two gateways never share a file."""
    desk.resting = True
    for number in range(3):
        desk.report(number)
    with pytest.raises(ValueError, match="in use by another gateway"):
        Store(str(desk.path), exclusive=True)
    desk.close()
    desk.resting = False
    desk.open()
    until(lambda: desk.arrived[PHONE] == [0, 1, 2])


def test_too_many(tmp_path: Path) -> None:
    """A service that never comes back does not fill the disk."""
    desk = Desk(tmp_path / "state.sqlite", Limits(most_waiting=3))
    desk.resting = True
    for number in range(3):
        desk.report(number)
    with pytest.raises(StoreError, match="too many"):
        desk.report(4)
    desk.close()


def test_disk_full(desk: Desk) -> None:
    """When nothing more fits, a report is refused, what was accepted stays, and is delivered."""
    desk.resting = True
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    try:
        for accepted in range(10_000):
            if not _fits(desk, accepted):
                break
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert 0 < accepted < 9_999
    desk.resting = False
    desk.outbox.wake()
    desk.settle(lambda: desk.arrived[PHONE] == list(range(accepted)))


def _fits(desk: Desk, number: int) -> bool:
    try:
        desk.report(number)
    except StoreError:
        return False
    return True


def test_delivered_once_though_the_disk_is_full(desk: Desk) -> None:
    """A delivery that cannot be noted is not made again and again."""
    faults = [StoreError("disk is full")] * 3
    erase = desk.store.erase

    def broken(number: int, patience: float) -> None:
        if faults:
            raise faults.pop()
        erase(number, patience)

    desk.store.erase = broken  # type: ignore[method-assign]
    desk.report(1)
    desk.settle(lambda: desk.outbox.counts().delivered == 1)
    assert desk.arrived[PHONE] == [1]


def test_many_at_once_share_a_transaction(desk: Desk) -> None:
    """Reports that come while the disk is busy are all stored, each exactly once."""
    desk.resting = True
    threads = [threading.Thread(target=desk.report, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.resting = False
    desk.outbox.wake()
    until(lambda: sorted(desk.arrived[PHONE]) == list(range(100)))


@pytest.mark.parametrize("content", [b"no database at all, and long enough to be one" * 9, None])
def test_another_file(tmp_path: Path, content: object) -> None:
    """A file of another program is refused, and left as it is."""
    import sqlite3

    path = tmp_path / "state"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE theirs (a)")
        other.close()
    before = path.read_bytes()
    with pytest.raises(ValueError, match="--state cannot be used"):
        Store(str(path), exclusive=True)
    assert path.read_bytes() == before
