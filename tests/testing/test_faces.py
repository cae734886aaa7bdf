"""What holds whichever face is asked: over HTTP and in process, by a Session and on order."""

from __future__ import annotations

import json
import threading
from typing import Dict, List, Union

import pytest

from virtualq._api.operations import BASE_PATH
from virtualq.errors import (
    AuthenticationError,
    InvalidParameterError,
    NotFoundError,
    UnprocessableEntityError,
)
from virtualq.sandbox.face import Face
from virtualq.sandbox.server import Sandbox
from virtualq.session import Session
from virtualq.testing.in_process import InProcessSandbox

LINE, CENTER, PHONE = 3042, 24, "+17343305027"
WHO = (LINE, PHONE)
LINING_UP = {"channel": "CallIn", "source": "Phone"}


def test_a_session_s_calls(sandbox: Face) -> None:
    """A caller's life through a real Session: every function gives what its contract says."""
    who = (LINE, PHONE)
    with Session(sandbox.api_key, base_url=sandbox.url) as vq:
        assert not vq.verify_caller(*who)
        new = vq.line_up_caller(*who, channel="CallIn", source="Phone", properties={"a": {"b": 1}})
        assert (new.status, new.value and new.value.properties) == (201, {"a": {"b": 1}})
        assert vq.get_caller(*who)
        assert [caller.phone for caller in vq.list_callers_waiting(CENTER).value] == [PHONE]
        assert sandbox.notify(*who).virtualq_caller_state == "Notified"
        assert vq.verify_caller(*who)
        assert vq.notify_caller_connected(*who)
        assert vq.update_caller_information(*who, skills=["Skill4"], talk_time=518)
        assert vq.notify_caller_transferred(*who, agent_id="A345")
        assert vq.list_callers_waiting(CENTER, line_id=LINE, updated=True).value == []
        assert vq.notify_caller_connected(*who).value is None
        with pytest.raises(NotFoundError) as caught:
            vq.line_up_caller(1, PHONE, channel="CallIn", source="Phone")
    assert (caught.value.status, caught.value.code) == (404, "not-found")
    assert sandbox.reported(*who)["agent_id"] == "A345"
    with Session("wrong", base_url=sandbox.url) as stranger, pytest.raises(AuthenticationError):
        stranger.verify_caller(*who)


def test_telling_of_nobody(sandbox: Face) -> None:
    """Moving a caller who is not there is a LookupError that says so."""
    for tell in (sandbox.notify, sandbox.time_out, sandbox.reported):
        with pytest.raises(LookupError, match="No such caller"):
            tell(LINE, PHONE)


@pytest.mark.parametrize(
    ("order", "given", "parameter"),
    [
        ("fail", {"status": "500"}, "status"),
        ("fail", {"lost": True, "times": 1.5}, "times"),
        ("fail", {"timeout": "yes"}, "timeout"),
        ("fail", {"latency": None}, "latency"),
        ("step", {"seconds": float("nan")}, "seconds"),
        ("step", {"seconds": "3"}, "seconds"),
        ("step", {"seconds": -1}, "seconds"),
        ("notify", {"line_id": "3042", "phone": PHONE}, "line_id"),
        ("reported", {"line_id": LINE, "phone": 17343305027}, "phone"),
        ("add_line", {"line_id": 2**63, "name": "Night"}, "line_id"),
        ("open_line", {"line_id": None}, "line_id"),
    ],
    ids=str,
)
def test_a_value_of_another_kind(
    sandbox: Face, order: str, given: Dict[str, object], parameter: str
) -> None:
    """It is refused as the parameters of a Session are, and nothing comes of it."""
    with pytest.raises(InvalidParameterError, match=f"^{parameter}: ") as caught:
        getattr(sandbox, order)(**given)
    assert caught.value.parameter == parameter
    assert sandbox.status()["failing"] == []


def test_used_after_its_end(sandbox: Union[Sandbox, InProcessSandbox]) -> None:
    """What was seen can still be read; all else says that it is over, and so does a second with."""
    with Session(sandbox.api_key, base_url=sandbox.url) as vq:
        vq.verify_caller(*WHO)
    sandbox.close()
    assert [seen.function for seen in sandbox.requests] == ["verify_caller"]
    for use in (sandbox.status, sandbox.reset, sandbox.heal, sandbox.__enter__):
        with pytest.raises(RuntimeError, match="the sandbox is closed"):
            use()
    with pytest.raises(RuntimeError, match="the sandbox is closed"):
        sandbox.notify(*WHO)
    with pytest.raises(RuntimeError, match="the sandbox is closed"):
        sandbox.fail(lost=True)


def test_requests_seen_and_reset(sandbox: Face) -> None:
    """A test can look at what was asked, and start from nothing again."""
    with Session(sandbox.api_key, base_url=sandbox.url) as vq:
        vq.line_up_caller(LINE, PHONE, channel="CallIn", source="Phone")
        (seen,) = sandbox.requests
        assert (seen.method, seen.path, seen.query) == ("POST", f"{BASE_PATH}/waiters", [])
        assert json.loads(seen.body)["data"]["attributes"]["phone"] == PHONE
        sandbox.reset()
        assert sandbox.requests == []
        assert not vq.get_caller(LINE, PHONE)


def test_a_line_of_one_s_own(sandbox: Face) -> None:
    """A line that is added takes callers; adding one that is there changes it."""
    with Session(sandbox.api_key, base_url=sandbox.url) as vq:
        sandbox.add_line(3042, "Sales", call_center_id=24)
        sandbox.add_line(9, "Night", call_center_id=77, talk_time=20)
        night = vq.line_up_caller(9, PHONE, **LINING_UP).value
        assert night is not None
        assert (night.line_name, night.ewt) == ("Night", 10)
        assert len(vq.list_callers_waiting(77).value) == 1
        assert vq.line_up_caller(*WHO, **LINING_UP).value.line_name == "Sales"


def test_closed_opened_and_healed(sandbox: Face) -> None:
    """Each order has its end: a closed line is opened again, and all that was to fail is not."""
    with Session(sandbox.api_key, base_url=sandbox.url) as vq:
        sandbox.close_line(LINE)
        assert not vq.is_virtualq_active(LINE)
        sandbox.open_line(LINE)
        sandbox.fail("is_virtualq_active", status=422)
        with pytest.raises(UnprocessableEntityError):
            vq.is_virtualq_active(LINE)
        sandbox.heal()
        assert vq.is_virtualq_active(LINE)
        with pytest.raises(ValueError, match="talk_time must be at least 1"):
            sandbox.add_line(9, "Night", talk_time=0)


def test_threads_share_it(sandbox: Face) -> None:
    """Sixteen threads, each with a Session: a hundred journeys end right."""
    ended: List[str] = []

    def live(number: int) -> None:
        with Session(sandbox.api_key, base_url=sandbox.url, deadline=20) as vq:
            for turn in range(7):
                who = (LINE, f"+4917111112{number:02}{turn}")
                vq.line_up_caller(*who, **LINING_UP)
                sandbox.notify(*who)
                assert vq.verify_caller(*who)
                vq.notify_caller_connected(*who)
                ended.append(str(vq.notify_caller_transferred(*who).value))

    threads = [threading.Thread(target=live, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(ended) == 16 * 7
    assert all("FINISHED" in one or "Finished" in one for one in ended)
    with Session(sandbox.api_key, base_url=sandbox.url, deadline=20) as vq:
        assert vq.list_callers_waiting(CENTER).value == []
