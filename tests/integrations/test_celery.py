"""A task is run again when that is safe, and a line-up is never made twice."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import List

import pytest

pytest.importorskip("celery")

from celery import Celery  # after the skip

from virtualq import errors
from virtualq.integrations.celery import retrying

LOST = errors.ConnectionLostError("lost", maybe_applied=True, operation="notify_caller_connected")
LINED_UP = errors.ConnectionLostError("lost", maybe_applied=True, operation="line_up_caller")
OFFERED = errors.ConnectionLostError("lost", maybe_applied=True, operation="new_call_offered")
REFUSED = errors.ConnectError("refused", operation="line_up_caller")


def _runs(error: errors.VirtualQError, idempotent: bool) -> int:
    """Return how often a task runs that always fails, and may be retried twice."""
    app = Celery(broker="memory://", set_as_current=False)
    app.conf.update(task_always_eager=True)
    runs: List[int] = []

    @app.task(bind=True, max_retries=2)
    def report(self):  # type: ignore[no-untyped-def]
        runs.append(1)
        with retrying(self, idempotent=idempotent):
            raise error

    result = report.apply()
    assert result.result == error
    return len(runs)


@pytest.mark.parametrize(
    ("error", "idempotent", "runs"),
    [
        (LOST, True, 3),
        (LOST, False, 1),
        (LINED_UP, True, 1),
        (OFFERED, True, 1),
        (REFUSED, False, 3),
        (errors.RateLimitedError(status=429, retry_after=7.0), False, 3),
        (errors.UnprocessableEntityError(status=422), True, 1),
        (errors.ConfigurationError("no key"), True, 1),
    ],
)
def test_what_runs_again(error: errors.VirtualQError, idempotent: bool, runs: int) -> None:
    """What may have been carried out needs the word of the caller; a line-up gets none."""
    assert _runs(error, idempotent) == runs


def test_results_in_json() -> None:
    """Who waits for a result gets the error of the worker, through Celery's own JSON."""
    backend = Celery(backend="cache+memory://", set_as_current=False).backend
    error = errors.RateLimitedError("slow down", status=429, retry_after=7.0, maybe_applied=False)
    sent = json.dumps(backend.prepare_exception(error, serializer="json"))
    back = backend.exception_to_python(json.loads(sent))
    assert (type(back), back, back.retry_after) == (type(error), error, 7.0)


class Task:
    """What retrying() needs of a task."""

    def __init__(self, retries: int) -> None:
        self.request = SimpleNamespace(retries=retries)

    def retry(self, exc: Exception, countdown: float) -> Exception:
        return RuntimeError(countdown)


def _pause(error: errors.VirtualQError, retries: int) -> float:
    with pytest.raises(RuntimeError) as told, retrying(Task(retries), idempotent=False):
        raise error
    seconds: float = told.value.args[0]
    return seconds


def test_pause_is_what_the_service_asks() -> None:
    """Retry-After is obeyed."""
    assert _pause(errors.RateLimitedError(status=429, retry_after=7.0), 3) == 7.0


@pytest.mark.parametrize(("retries", "longest"), [(0, 1), (5, 32), (9, 512), (40, 600)])
def test_pauses_grow(retries: int, longest: int) -> None:
    """From a second, twice as long each time, to ten minutes; no two tasks keep step."""
    pauses = {_pause(REFUSED, retries) for _ in range(20)}
    assert longest / 2 <= min(pauses) < max(pauses) <= longest
