"""The rule book's good days: one caller's life, what answers show, and what each report changes."""

from __future__ import annotations

from typing import Dict

import pytest

from virtualq._api.operations import (
    BASE_PATH,
    GET_CALLER,
    LINE_UP_CALLER,
    LIST_CALLERS_WAITING,
    NOTIFY_CALLER_CONNECTED,
    NOTIFY_CALLER_TRANSFERRED,
    UPDATE_CALLER_INFORMATION,
    VERIFY_CALLER,
)
from virtualq.models import ServiceState, VirtualQCallerState
from virtualq.sandbox import life
from virtualq.sandbox.rules import Service

from .asking import (
    CENTER,
    LINE,
    OTHER_CENTER,
    OTHER_LINE,
    OTHER_PHONE,
    PHONE,
    Asker,
    HandClock,
    Reply,
)

WHO = {"line_id": LINE, "phone": PHONE}
STATE = "virtualq-waiter-state"


def line_up(ask: Asker, line_id: int = LINE, phone: str = PHONE, **given: object) -> Reply:
    """Line somebody up."""
    return ask.call(
        LINE_UP_CALLER, line_id=line_id, phone=phone, channel="CallIn", source="Phone", **given
    )


def test_line_up_shows_the_caller_as_given(ask: Asker) -> None:
    """A new caller waits, and every attribute is as given or as the line has it."""
    properties = {"MyProp": {"a-b": [1, None]}, "c_d": "ü"}
    reply = line_up(ask, language="de", skills=["Skill1"], properties=properties)
    assert (reply.status, reply.headers["Content-Type"]) == (201, "application/vnd.api+json")
    assert (reply.document["data"]["id"], reply.document["data"]["type"]) == ("1", "waiters")
    assert reply.attributes == {
        STATE: "Waiting",
        "phone": PHONE,
        "channel": "CallIn",
        "source": "Phone",
        "skills": ["Skill1"],
        "properties": properties,
        "line": {"id": LINE, "name": "Sales"},
        "ewt": 120,
        "wait-time": 0,
        "waiting-time-in-seconds": 0,
        "created-at": "2021-03-04T05:00:00Z",
        "updated-at": "2021-03-04T05:00:00Z",
        "estimated-up-time-at": "2021-03-04T05:02:00Z",
    }


def test_keys_format_underscore(ask: Asker) -> None:
    """With X-Keys-Format: underscore attribute names are snake_case, keys of properties stay."""
    line_up(ask, properties={"a-b": 1})
    target = f"{BASE_PATH}/waiters?active=true&line_id={LINE}&phone=%2B17343305027"
    reply = ask.send("GET", target, headers={"x-keys-format": "underscore"})
    attributes = reply.document["data"][0]["attributes"]
    assert attributes["virtualq_waiter_state"] == "Waiting"
    assert attributes["properties"] == {"a-b": 1}
    assert not [name for name in attributes if "-" in name]


def test_lining_up_again_is_the_same_caller(ask: Asker, service: Service) -> None:
    """Who waits, is up or is connected is not lined up twice; who is through is lined up anew."""
    assert line_up(ask).status == 201
    again = line_up(ask, language="de")
    assert (again.status, again.document["data"]["id"]) == (200, "1")
    service.queue.move(life.TIME_OUT, LINE, PHONE)
    anew = line_up(ask)
    assert (anew.status, anew.document["data"]["id"]) == (201, "2")


def test_the_whole_journey(ask: Asker, service: Service, clock: HandClock) -> None:
    """Waiting, Notified, Connected, Finished: each step is seen by the look-ups, with its time."""
    assert ask.call(VERIFY_CALLER, **WHO).document == {"data": []}
    line_up(ask)
    assert ask.call(VERIFY_CALLER, **WHO).callers == []
    assert ask.call(GET_CALLER, **WHO).callers == ["1"]
    clock.turn(100)
    service.queue.move(life.NOTIFY, LINE, PHONE)
    clock.turn(7)
    up = ask.call(VERIFY_CALLER, **WHO).document["data"][0]["attributes"]
    assert (up[STATE], up["notified-at"]) == ("Notified", "2021-03-04T05:01:40Z")
    assert (up["wait-time"], up["ewt"]) == (100, 0)
    connected = ask.call(NOTIFY_CALLER_CONNECTED, **WHO)
    assert connected.attributes[STATE] == "Connected"
    assert connected.attributes["connected-at"] == "2021-03-04T05:01:47Z"
    assert ask.call(VERIFY_CALLER, **WHO).callers == []
    assert ask.call(LIST_CALLERS_WAITING, call_center_id=CENTER).callers == ["1"]
    clock.turn(30)
    finished = ask.call(NOTIFY_CALLER_TRANSFERRED, **WHO, agent_id="A345")
    assert finished.attributes[STATE] == "Finished"
    assert service.queue.reported(LINE, PHONE)["wait_time_when_up"] == 30
    assert ask.call(GET_CALLER, **WHO).callers == []
    assert ask.call(LIST_CALLERS_WAITING, call_center_id=CENTER).callers == []


def test_wait_time_when_up_that_was_given_stands(ask: Asker, service: Service) -> None:
    """The service works the time out only where the call center did not give it."""
    line_up(ask)
    ask.call(NOTIFY_CALLER_CONNECTED, **WHO)
    ask.call(NOTIFY_CALLER_TRANSFERRED, **WHO, wait_time_when_up=0)
    assert service.queue.reported(LINE, PHONE)["wait_time_when_up"] == 0


def test_wait_time_when_up_needs_a_connection(ask: Asker, service: Service) -> None:
    """Without a report of the connection there is nothing to work out."""
    line_up(ask)
    ask.call(NOTIFY_CALLER_TRANSFERRED, **WHO)
    assert "wait_time_when_up" not in service.queue.reported(LINE, PHONE)


def test_estimate_is_place_times_the_line_s_pace(ask: Asker, service: Service) -> None:
    """Each waiting caller of a line counts, those of other lines and those who are up do not."""
    for number in range(3):
        line_up(ask, phone=f"{PHONE}{number}")
    line_up(ask, OTHER_LINE)
    listed = ask.call(LIST_CALLERS_WAITING, call_center_id=CENTER).document["data"]
    assert [one["attributes"]["ewt"] for one in listed] == [120, 240, 360, 60]
    service.queue.move(life.NOTIFY, LINE, PHONE + "0")
    listed = ask.call(LIST_CALLERS_WAITING, call_center_id=CENTER).document["data"]
    assert [one["attributes"]["ewt"] for one in listed] == [0, 120, 240, 60]


def test_the_time_of_the_turn_does_not_drift(ask: Asker, clock: HandClock) -> None:
    """Whoever looks again sees the same time, until it is there."""
    shown = [line_up(ask).attributes["estimated-up-time-at"]]
    for seconds in (0.4, 70.3):
        clock.turn(seconds)
        found = ask.call(GET_CALLER, **WHO).document["data"]
        shown += [one["attributes"]["estimated-up-time-at"] for one in found]
    assert shown == ["2021-03-04T05:02:00Z"] * 3
    clock.turn(60)
    (late,) = ask.call(GET_CALLER, **WHO).document["data"]
    assert late["attributes"]["estimated-up-time-at"] == "2021-03-04T05:02:10.700000Z"


def test_estimate_of_the_call_center_stands(ask: Asker) -> None:
    """A reported estimate is shown instead of the sandbox's own, and moves the expected time."""
    line_up(ask)
    reply = ask.call(UPDATE_CALLER_INFORMATION, **WHO, ewt=50)
    assert reply.attributes["ewt"] == 50
    assert reply.attributes["estimated-up-time-at"] == "2021-03-04T05:00:50Z"
    far = ask.call(UPDATE_CALLER_INFORMATION, **WHO, ewt=2**62)
    assert (far.status, far.attributes["ewt"]) == (200, 2**62)


def test_information_is_replaced_and_kept(ask: Asker, service: Service, clock: HandClock) -> None:
    """An update replaces skills and properties, keeps the rest, and is remembered as told."""
    line_up(ask, skills=["Skill1"], properties={"a": 1})
    clock.turn(1)
    reply = ask.call(UPDATE_CALLER_INFORMATION, **WHO, skills=[], talk_time=518, agent_id="A345")
    assert (reply.attributes["skills"], reply.attributes["properties"]) == ([], {"a": 1})
    assert reply.attributes["updated-at"] == "2021-03-04T05:00:01Z"
    told: Dict[str, object] = {
        "channel": "CallIn",
        "source": "Phone",
        "skills": [],
        "properties": {"a": 1},
    }
    assert service.queue.reported(LINE, PHONE) == {**told, "talk_time": 518, "agent_id": "A345"}


def test_talk_time_comes_after_the_end(ask: Asker) -> None:
    """Information, unlike a state, is taken of a caller who is through: talk time is known then."""
    line_up(ask)
    ask.call(NOTIFY_CALLER_TRANSFERRED, **WHO)
    reply = ask.call(UPDATE_CALLER_INFORMATION, **WHO, talk_time=518)
    assert (reply.status, reply.attributes[STATE]) == (200, "Finished")


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (ServiceState.CONNECTED, VirtualQCallerState.CONNECTED),
        (ServiceState.FINISHED, VirtualQCallerState.FINISHED),
        (ServiceState.TRANSFERRED, VirtualQCallerState.FINISHED),
        (ServiceState.CANCELED, VirtualQCallerState.TIME_OUT),
        (ServiceState.TIMEOUT, VirtualQCallerState.TIME_OUT),
        (ServiceState.DEFERRED, VirtualQCallerState.NOTIFIED),
        (ServiceState.WAITING, VirtualQCallerState.NOTIFIED),
        ("a state of their own", VirtualQCallerState.NOTIFIED),
    ],
)
def test_reported_states(ask: Asker, service: Service, state: str, after: str) -> None:
    """Each state of the call center moves a notified caller as it says, unknown ones do not."""
    line_up(ask)
    service.queue.move(life.NOTIFY, LINE, PHONE)
    for _ in range(2):  # a client repeats a report whose answer it lost
        reply = ask.call(UPDATE_CALLER_INFORMATION, **WHO, service_state=state)
        assert (reply.status, reply.attributes[STATE]) == (200, after)
    assert service.queue.reported(LINE, PHONE)["service_state"] == state


@pytest.mark.parametrize("state", [ServiceState.CONNECTED, ServiceState.CANCELED])
def test_who_is_through_stays_through(ask: Asker, state: str) -> None:
    """A finished caller is neither connected nor cancelled: 404, and they stay as they are."""
    line_up(ask)
    ask.call(NOTIFY_CALLER_TRANSFERRED, **WHO)
    assert ask.call(UPDATE_CALLER_INFORMATION, **WHO, service_state=state).status == 404
    assert ask.call(UPDATE_CALLER_INFORMATION, **WHO).attributes[STATE] == "Finished"


def test_look_ups_filter(ask: Asker, service: Service) -> None:
    """Line, phone, call center and the two flags each narrow a look-up; they combine."""
    line_up(ask)
    line_up(ask, phone=OTHER_PHONE)
    line_up(ask, OTHER_LINE)
    service.queue.move(life.TIME_OUT, LINE, OTHER_PHONE)

    def found(query: str) -> object:
        return ask.send("GET", f"{BASE_PATH}/waiters?{query}").callers

    who = "phone=%2B49%20171%201111%2022%2033&line_id=3042"
    assert found(who) == ["2"]
    assert found(f"{who}&active=false") == ["2"]
    assert found(f"{who}&active=true") == []
    assert found("call_center_id=24") == ["1", "2", "3"]
    assert found("call_center_id=24&active=true&updated=true") == ["1", "3"]
    assert found("call_center_id=24&line_id=3384") == ["3"]
    assert found("call_center_id=25") == found("call_center_id=25&line_id=3042") == []
    assert ask.call(LIST_CALLERS_WAITING, call_center_id=OTHER_CENTER).callers == []


def test_update_by_id(ask: Asker) -> None:
    """An update under an id is about that caller, and 404 when line or phone are another's."""
    line_up(ask)
    line_up(ask, OTHER_LINE)
    data = {"type": "waiters", "attributes": {"line_id": LINE, "phone": PHONE}}
    assert ask.send("PUT", f"{BASE_PATH}/waiters/1", {"data": data}).document["data"]["id"] == "1"
    assert ask.send("PUT", f"{BASE_PATH}/waiters/2", {"data": data}).status == 404


def test_unknown_attributes_are_ignored(ask: Asker) -> None:
    """What the spec does not have is neither refused nor kept."""
    attributes = {**WHO, "channel": "callbackext", "source": "Phone", "novel": 1}
    body = {"data": {"type": "waiters", "attributes": attributes}}
    reply = ask.send("POST", f"{BASE_PATH}/waiters", body)
    assert (reply.status, reply.attributes["channel"]) == (201, "callbackext")
    assert "novel" not in reply.attributes


def test_commands_move_the_state(ask: Asker) -> None:
    """Programs in any language tell the service to move by POST, and read what was reported."""
    line_up(ask)
    assert ask.send("POST", "/sandbox/notify", WHO).attributes[STATE] == "Notified"
    assert ask.send("POST", "/sandbox/time-out", WHO).attributes[STATE] == "TimeOut"
    assert ask.send("POST", "/sandbox/notify", WHO).status == 404
    reported = ask.send("GET", f"/sandbox/reported?line_id={LINE}&phone=%2B17343305027")
    assert reported.document == {"channel": "CallIn", "source": "Phone"}
    assert ask.send("POST", "/sandbox/reset").status == 204
    assert ask.call(LIST_CALLERS_WAITING, call_center_id=CENTER).callers == []
