"""The public interface as a user writes against it; read by mypy and pyright, never run."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Dict, List, Optional, Union

from typing_extensions import assert_type

from virtualq import (
    APIError,
    Attempt,
    CallerResult,
    Channel,
    DeadlineExceededError,
    InvalidParameterError,
    NotFoundError,
    Result,
    ServiceState,
    Session,
    Source,
    TransportError,
    UnexpectedResponseError,
    VirtualQCallerState,
    VirtualQError,
    __version__,
)

PHONE = "+17343305027"


def offer_callback(vq: Session, line: int, phone: str) -> bool:
    """Line a caller up with everything there is."""
    result = vq.line_up_caller(
        line,
        phone,
        channel=Channel.CALL_IN,
        source="Fax",
        language="en",
        skills=("Skill1", "Skill2"),
        properties={
            "when": datetime.now(timezone.utc),
            "price": Decimal("1.10"),
            "list": [1, {"a": None}],
        },
        deadline=1,
    )
    assert_type(result, Result[Optional[CallerResult]])
    assert_type(result.reconciled, bool)
    return bool(result)


def is_up(vq: Session, line: int, phone: str) -> Optional[int]:
    """Ask whether it is the caller's turn, and look at the fields."""
    result = vq.verify_caller(line, phone)
    assert_type(result.value, Optional[CallerResult])
    assert_type(result.status, int)
    assert_type(result.attempts, int)
    assert_type(result.elapsed, float)
    assert_type(result.found, bool)
    if not result:
        return None
    caller = result.value
    assert_type(caller.id, Optional[int])
    assert_type(caller.phone, Optional[str])
    assert_type(caller.created_at, Optional[datetime])
    assert_type(caller.channel, Union[Channel, str, None])
    assert_type(caller.source, Union[Source, str, None])
    assert_type(caller.virtualq_caller_state, Union[VirtualQCallerState, str, None])
    assert_type(caller.skills, Optional[List[str]])
    assert_type(caller.properties, Optional[Dict[str, object]])
    assert_type(caller.extra, Dict[str, object])
    if caller.virtualq_caller_state == VirtualQCallerState.NOTIFIED:
        vq.notify_caller_connected(line, phone)
    return caller.ewt


def report(vq: Session, line_id: int, phone: str) -> None:
    """Report what became of a caller, by keyword alone."""
    vq.notify_caller_transferred(
        line_id=line_id, phone=phone, wait_time_when_up=30, agent_id="A345"
    )
    vq.update_caller_information(
        line_id=line_id,
        phone=phone,
        skills={"Skill4"},
        properties={},
        ewt=0,
        service_state=ServiceState.DEFERRED,
        wait_time_when_up=None,
        talk_time=518,
        agent_id="A345",
        deadline=2.5,
    )
    vq.update_caller_information(line_id, phone, service_state="Brand New")


def waiting(vq: Session, call_center_id: int) -> List[str]:
    """List callers; the value is never None."""
    result = vq.list_callers_waiting(call_center_id, line_id=None, updated=True)
    assert_type(result, Result[List[CallerResult]])
    if len(result) > 1:
        assert_type(result[0], CallerResult)
        assert_type(result[1:], List[CallerResult])
    return [caller.line_name or "?" for caller in result]


def wait_of(vq: Session, caller_id: int) -> Optional[int]:
    """Look up: a Result that is true has a value, without another question."""
    if vq.verify_caller(3042, PHONE):
        return 0
    found = vq.show_caller(caller_id)
    if not found:
        return None
    assert_type(found.value.line_name, Optional[str])
    if result := vq.get_caller(3042, PHONE):
        return result.value.ewt
    return _wait(found)


def _wait(result: Result[Optional[CallerResult]]) -> Optional[int]:
    return None if result.value is None else result.value.ewt


class Metrics:
    """Hears of every attempt."""

    def __init__(self) -> None:
        self.seen: List[Attempt] = []

    def hear(self, attempt: Attempt) -> None:
        """Count by what there are few of."""
        assert_type(attempt.operation, str)
        assert_type(attempt.template, str)
        assert_type(attempt.seconds, float)
        assert_type(attempt.status, Optional[int])
        assert_type(attempt.error, Optional[str])
        assert_type(attempt.found, bool)
        self.seen.append(attempt)


def raised_by_a_stand_in() -> VirtualQError:
    """Make an error for a test, with all that it may say."""
    return NotFoundError(
        "gone", status=404, operation="get_caller", attempts=1, maybe_applied=False
    )


def ask(line: int) -> str:
    """Meet every kind of error."""
    try:
        with Session.from_env(deadline=1.5) as vq:
            return repr(vq.get_caller(line, PHONE).value)
    except NotFoundError as error:
        assert_type(error.code, Optional[str])
        return error.code or __version__
    except APIError as error:
        assert_type(error.status, int)
        assert_type(error.retry_after, Optional[float])
        assert_type(error.request_id, Optional[str])
        return f"{error.status} {error.title} {error.detail} {error.pointer} {len(error.errors)}"
    except DeadlineExceededError as error:
        late: TimeoutError = error
        return str(late)
    except (TransportError, UnexpectedResponseError) as error:
        assert_type(error.maybe_applied, bool)
        assert_type(error.attempts, int)
        assert_type(error.elapsed, float)
        return error.operation or ""
    except InvalidParameterError as error:
        wrong: ValueError = error
        return f"{error.parameter} {wrong}"
    except VirtualQError as error:
        return str(error)


def settings() -> Session:
    """Give every setting."""
    return Session(
        "key",
        base_url="https://api.virtualq.tech",
        deadline=3,
        retries=0,
        proxies={"https": "http://proxy:3128"},
        ca_bundle="/etc/ssl/ca.pem",
        max_answer_bytes=1024,
        on_attempt=Metrics().hear,
    )
