"""A stranger's proxy stands between client and sandbox, and holds both to the spec."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Callable, Iterator, List

import pytest

from virtualq import (
    AuthenticationError,
    Channel,
    LineGroupUpdate,
    NotFoundError,
    ServerError,
    ServiceState,
    Session,
    Source,
)
from virtualq._api.operations import BASE_PATH, OPERATIONS
from virtualq.sandbox.server import Sandbox

from ..calls import answer, caller
from ..loopback import Loopback
from .prism import Prism, why_not

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(why_not() is not None, reason=str(why_not())),
]
LINE, CENTER, GROUP, PHONE = 3042, 24, 7, "+17343305027"
WHO = (LINE, PHONE)
A_TIME = datetime(2021, 3, 4, 5, 6, 7, tzinfo=timezone.utc)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The sandbox behind the proxy."""
    with Sandbox(speed=0) as running:  # what is read twice is compared
        yield running


def callers(vq: Session, sandbox: Sandbox) -> None:
    """Go through the life of two callers, with every parameter that there is."""
    assert not vq.verify_caller(*WHO)
    lined_up = vq.line_up_caller(
        *WHO,
        channel=Channel.CALL_BACK,
        source=Source.PHONE,
        language="en",
        skills=["Skill1", "Skill2"],
        properties={"n": 1.5, "a": [1, None, {"b": True}], "at": A_TIME},
        appointment=True,
        appointment_time=1614834367,
        service_phone_to_call="+49 171 1111 22 33",
    )
    assert lined_up.status == 201
    assert vq.get_caller(*WHO).value == lined_up.value
    assert len(vq.list_callers_waiting(CENTER, line_id=LINE, updated=True)) == 1
    sandbox.notify(*WHO)
    assert vq.verify_caller(*WHO)
    assert vq.notify_caller_connected(*WHO)
    updated = vq.update_caller_information(
        *WHO,
        skills=["Skill4"],
        properties={},
        ewt=50,
        service_state=ServiceState.DEFERRED,
        wait_time_when_up=3,
        talk_time=4,
        agent_id="A345",
    )
    assert updated.value is not None
    assert vq.notify_caller_transferred(*WHO, wait_time_when_up=30, agent_id="A345")
    second = vq.line_up_caller(*WHO, channel="Carrier pigeon", source="Roof").value
    assert second is not None
    assert second.id is not None
    assert vq.show_caller(second.id)
    assert vq.cancel_caller(second.id)


def lines(vq: Session) -> None:
    """Ask for lines, groups and call centers, and tell them all that they can be told."""
    assert vq.is_virtualq_active(LINE)
    vq.new_call_offered(LINE)
    assert len(vq.list_lines(CENTER, line_group_id=GROUP, query="Sal")) == 1
    assert len(vq.list_lines()) == 4
    assert len(vq.list_line_groups(CENTER)) == 1
    figures: Any = {
        "service_agents_count": 3,
        "service_agents_idle_count": 1,
        "service_average_talk_time": 200,
        "service_ewt": 90,
        "service_open": True,
        "service_callers_count": 4,
        "service_calls_per_hour": 20,
        "service_agent_list": ["A1", "A2"],
    }
    assert vq.update_line_group(GROUP, **figures)
    told = vq.update_line_group_collection([LineGroupUpdate(id=GROUP, **figures)])
    assert [group.id for group in told] == [GROUP]
    assert len(vq.list_call_centers()) == 2
    assert vq.get_call_center(CENTER)
    assert vq.update_call_center(
        CENTER,
        connector_version="1.2",
        connector_last_restart_time=A_TIME,
        connector_connection_status="Connected",
    )


def nothing_there(vq: Session) -> None:
    """Ask for whom and what nobody has."""
    asked: List[Callable[[], object]] = [
        lambda: vq.is_virtualq_active(1),
        lambda: vq.new_call_offered(1),
        lambda: vq.update_line_group(1, service_ewt=1),
        lambda: vq.update_line_group_collection([LineGroupUpdate(id=1, service_ewt=1)]),
        lambda: vq.update_call_center(1, connector_version="1"),
        lambda: vq.notify_caller_transferred(LINE, "+49 171 1111 22 33"),
        lambda: vq.cancel_caller(999),
        lambda: vq.list_callers_waiting(1),
        lambda: vq.list_lines(1),
        lambda: vq.list_line_groups(1),
    ]
    for ask in asked:
        with pytest.raises(NotFoundError):
            ask()
    assert not vq.get_call_center(1)
    assert not vq.show_caller(999)


def test_a_whole_journey(sandbox: Sandbox) -> None:
    """Every function with every parameter, and what is refused: nothing violates the spec."""
    with Prism(upstream=sandbox.url + BASE_PATH) as proxy:
        with Session(sandbox.api_key, base_url=proxy.base_url, deadline=20, retries=0) as vq:
            callers(vq, sandbox)
            lines(vq)
            nothing_there(vq)
        with Session("wrong", base_url=proxy.base_url, deadline=20, retries=0) as stranger:
            with pytest.raises(AuthenticationError):
                stranger.list_call_centers()
            with pytest.raises(AuthenticationError):
                stranger.line_up_caller(*WHO, channel="CallIn", source="Phone")
    assert {seen.function for seen in sandbox.requests} == set(OPERATIONS)
    assert {seen.status for seen in sandbox.requests} == {200, 201, 401, 404}


def test_the_proxy_does_check(loopback: Loopback) -> None:
    """An answer that the spec does not allow is an error: passing means something."""
    nobody = {"data": [{"id": "1", "type": "waiters"}]}
    wrong = (answer("get_caller", caller(phone=5)), nobody, {"data": caller()})
    with Prism(upstream=loopback.url) as proxy, Session("key", base_url=proxy.base_url) as vq:
        for document in wrong:
            loopback.steps = [(200, document)]
            with pytest.raises(ServerError):
                vq.get_caller(*WHO, deadline=20)
        loopback.steps = [(200, answer("get_caller"))]
        assert vq.get_caller(*WHO, deadline=20)
