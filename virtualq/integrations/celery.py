"""Retries a Celery task whose call failed, where that is safe; above errors.

    @app.task(bind=True, max_retries=5)
    def connected(self, line_id, phone):
        with retrying(self, idempotent=True):
            session.notify_caller_connected(line_id, phone)

Needs the extra `celery`. Errors survive Celery's JSON results and pickle as they are.
"""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generator

from virtualq.errors import RateLimitedError, ServerError, TransportError, VirtualQError

if TYPE_CHECKING:
    from celery.app.task import Task

__all__ = ["retrying"]

_PASSING = (TransportError, ServerError, RateLimitedError)
# Twice is two callers, or two calls counted: no caller of retrying() can know better.
_NEVER_TWICE = frozenset(("line_up_caller", "new_call_offered"))
_FIRST, _LONGEST = 1.0, 600.0


@contextmanager
def retrying(task: Task[Any, Any], *, idempotent: bool) -> Generator[None, None, None]:
    """Let the task be run again when what is within fails for a reason that passes.

    `idempotent` says whether the whole task may run twice. False: it is only retried when nothing
    can have been carried out (`maybe_applied` is false). A line-up that may have been carried out
    is never retried. The pause is what the service asked for (`retry_after`), else it doubles from
    a second to ten minutes. How often is the task's `max_retries`; then the error is raised.
    """
    try:
        yield
    except VirtualQError as error:
        if not isinstance(error, _PASSING) or _must_not(error, idempotent):
            raise
        raise task.retry(exc=error, countdown=_pause(error, task)) from error


def _must_not(error: VirtualQError, idempotent: bool) -> bool:
    return error.maybe_applied and (not idempotent or error.operation in _NEVER_TWICE)


def _pause(error: VirtualQError, task: Task[Any, Any]) -> float:
    asked = getattr(error, "retry_after", None)
    if asked is not None:
        return float(asked)
    retries: int = task.request.retries or 0
    # Spread, so that what failed together does not come back together.
    return min(_LONGEST, _FIRST * 2.0 ** min(retries, 20)) * random.uniform(0.5, 1.0)
