"""The queue that lives: people of the demo, drawn from a seed, by a clock that is stepped."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, List, Tuple

from virtualq.sandbox.clock import Clock
from virtualq.sandbox.rules import Service

START = datetime(2021, 3, 4, 5, 0, tzinfo=timezone.utc)


def run(seed: int, steps: List[float]) -> Tuple[Any, Any]:
    """Let people call for some steps; return who is in which state, and the counts."""
    service = Service(clock=Clock(lambda: START, speed=0), demo=seed)
    for seconds in steps:
        service.step(seconds)
    with service.store.transaction():
        waiters = service.store.find()
        counts = service.store.count()
    service.close()
    ended = [(w.caller.phone, str(w.caller.virtualq_caller_state)) for w in waiters]
    return [*ended, *(w.caller.updated_at for w in waiters)], counts


def test_two_runs_are_equal() -> None:
    """One seed gives one day, however it is stepped; another seed gives another."""
    once = run(7, [7200.0])
    assert once == run(7, [600.0] * 12) == run(7, [1.0, 7198.5, 0.5])
    assert once != run(8, [7200.0])


def test_a_day_has_everything() -> None:
    """In two hours lines are busy and free: some wait, most are through, some did not come."""
    _, counts = run(7, [7200.0])
    states = {state for _, state in counts}
    assert {"Waiting", "Finished", "TimeOut"} <= states
    finished = sum(number for (_, state), number in counts.items() if state == "Finished")
    stayed_away = sum(number for (_, state), number in counts.items() if state == "TimeOut")
    assert finished > 5 * stayed_away > 0
    assert len({line for line, _ in counts}) == 4


def test_without_it_nothing_moves() -> None:
    """Who waits in a plain sandbox waits on, however long the clock runs."""
    now = [START]
    service = Service(clock=Clock(lambda: now[0]))
    service.queue.line_up({"line_id": 3042, "phone": "1", "channel": "CallIn", "source": "App"})
    now[0] = START.replace(hour=23)
    (caller,) = service.queue.find(list(type(service.queue.show(1).virtualq_caller_state)))
    assert (str(caller.virtualq_caller_state), caller.ewt) == ("Waiting", 0)
    service.close()
