"""The example of reports as Celery tasks: two workers on a real Redis, one killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Dict, List

import pytest

pytest.importorskip("celery")
pytest.importorskip("redis")

from redis import Redis  # after the skip

from virtualq import Session
from virtualq.sandbox.server import Sandbox

from ..cli.command import environment
from .programs import LONGEST, needs_redis, redis_server, running, until

pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    needs_redis,
]

REPORTS = Path(__file__).parents[2] / "examples" / "celery_reports"
LINE, CALLERS, LAST = 3042, 12, "+17343305026"


def test_a_worker_is_killed(tmp_path: Path) -> None:
    """Every caller goes all the way, nobody is lined up twice, and a service that fails is no end.

    The worker dies with its children, while each of them waits for an answer.
    """
    phones = [f"+1734330{number:04}" for number in range(5027, 5027 + CALLERS)]
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox())
        port = stack.enter_context(redis_server(tmp_path))
        env = environment(
            PYTHONPATH=str(REPORTS.parents[1]),
            VIRTUALQ_API_KEY=sandbox.api_key,
            VIRTUALQ_BASE_URL=sandbox.url,
            CELERY_BROKER_URL=f"redis://127.0.0.1:{port}/0",
            REPORTS_TAKEN_OVER="8",
        )
        queues = stack.enter_context(closing(Redis(port=port)))
        send(env, "[reports.whole_way(3042, phone) for phone in sys.argv[1:]]", *phones)
        sandbox.fail("notify_caller_connected", status=503, times=4)
        sandbox.fail(latency=0.3)
        worker = (sys.executable, "-m", "celery", "-A", "reports", "worker", "-c", "2")
        first, _second = [
            stack.enter_context(running(*worker, "-n", f"{name}@%h", cwd=REPORTS, env=env))
            for name in "ab"
        ]
        until(lambda: len(_of(sandbox, "notify_caller_connected")) >= 2)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        ended = len(_of(sandbox, "notify_caller_transferred"))
        assert ended < CALLERS, "killed too late to tell anything"
        sandbox.heal()
        with Session(sandbox.api_key, base_url=sandbox.url) as vq:
            until(lambda: all(_state(vq, number) == "Finished" for number in range(1, CALLERS + 1)))
            # What is still to be taken over from the dead must change nothing.
            until(lambda: not queues.exists("celery", "unacked"))
            assert not vq.show_caller(CALLERS + 1)  # nobody has a second place
            assert not vq.list_callers_waiting(24)
            # A task that comes again after the call: its worker died before it could say "done".
            again = "reports.line_up.apply_async((3042, sys.argv[1]), task_id='again')"
            send(env, again, LAST)
            until(lambda: bool(vq.get_caller(LINE, LAST)))
            vq.notify_caller_transferred(LINE, LAST)
            send(env, again, LAST)
            until(lambda: not queues.exists("celery", "unacked"))
            assert not vq.get_caller(LINE, LAST)


def send(env: Dict[str, str], program: str, *arguments: str) -> None:
    """Send tasks as a program of a call center does."""
    command = [sys.executable, "-c", f"import reports, sys; {program}", *arguments]
    subprocess.run(command, cwd=REPORTS, env=env, timeout=LONGEST, check=True)


def _state(vq: Session, caller_id: int) -> str:
    found = vq.show_caller(caller_id)
    return str(found.value.virtualq_caller_state) if found else ""


def _of(sandbox: Sandbox, function: str) -> List[object]:
    return [each for each in sandbox.requests if each.function == function]
