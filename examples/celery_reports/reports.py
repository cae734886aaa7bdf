"""What a call center tells of its callers, as Celery tasks on Redis; above integrations.celery.

    celery -A reports worker              any number of them, anywhere
    python reports.py +17343305027        a caller's whole way, for a try

VIRTUALQ_API_KEY and VIRTUALQ_BASE_URL are the account, CELERY_BROKER_URL is Redis. Needs
`pip install "virtualq[celery]" "celery[redis]"`.

A worker may be killed at any moment: what it had not finished is run again by another one. So each
task may run twice, and is written so that this is the same as once.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, Optional

from celery import Celery, chain, shared_task
from redis import Redis

from virtualq import Channel, NotFoundError, Session, Source
from virtualq.integrations.celery import retrying

if TYPE_CHECKING:
    from celery.app.task import Task

REDIS = os.environ.get("CELERY_BROKER_URL", "redis://127.0.0.1:6379/0")
DAY = 24 * 3600

app = Celery("reports", broker=REDIS)
app.conf.update(
    # A task leaves Redis when it has ended, not when it begins.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    # Nobody holds tasks back that another worker could begin.
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    broker_transport_options={
        # After so many seconds another worker takes what a killed one had begun. Celery's own hour
        # is long for somebody who waits. A retry that is planned for later than this runs twice.
        "visibility_timeout": int(os.environ.get("REPORTS_TAKEN_OVER", "300")),
        # Each worker looks for that every five seconds; by itself it does so every hundred.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    },
    broker_connection_retry_on_startup=True,
)


@cache
def service() -> Session:
    """Return the Session of this process, made with the first task; forks are no matter to it."""
    return Session.from_env()


@cache
def marks() -> Redis:
    """Return where tasks leave their marks; a connection of its own in each process."""
    return Redis.from_url(REDIS)


@shared_task(bind=True, max_retries=8)
def line_up(self: Task[Any, Any], line_id: int, phone: str) -> None:
    """Line a caller up, once.

    Who waits already was lined up before, perhaps by this very task. Who does not wait any more may
    have been, too, had their call and be gone: that is why a task that has done it leaves a mark.
    """
    mark = f"reports:lined-up:{self.request.id}"
    if marks().exists(mark):
        return
    with retrying(self, idempotent=True):
        if not service().get_caller(line_id, phone):
            service().line_up_caller(line_id, phone, channel=Channel.CALL_BACK, source=Source.PHONE)
    marks().set(mark, 1, ex=DAY)


@shared_task(bind=True, max_retries=8)
def connected(self: Task[Any, Any], line_id: int, phone: str) -> None:
    """Report that the call was received; nothing happens to who is not in the line any more."""
    with retrying(self, idempotent=True):
        service().notify_caller_connected(line_id, phone)


@shared_task(bind=True, max_retries=8)
def transferred(
    self: Task[Any, Any], line_id: int, phone: str, agent_id: Optional[str] = None
) -> None:
    """Report that an agent has taken the call."""
    with retrying(self, idempotent=True):
        try:
            service().notify_caller_transferred(line_id, phone, agent_id=agent_id)
        except NotFoundError:
            pass  # reported before


def whole_way(line_id: int, phone: str) -> None:
    """Let a caller go all the way: each report waits for the one before."""
    who = (line_id, phone)
    chain(line_up.si(*who), connected.si(*who), transferred.si(*who, agent_id="a1")).delay()


if __name__ == "__main__":
    whole_way(3042, sys.argv[1])
