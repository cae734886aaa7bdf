"""Lines, line groups and call centers: what is asked, what is told, and what it does to waits."""

from __future__ import annotations

from typing import Any, Dict, Optional

import pytest

from virtualq._api.operations import BASE_PATH, LINE_UP_CALLER

from .asking import LINE, OTHER_LINE, PHONE, Asker, HandClock

LINES, GROUPS, CENTERS = (
    f"{BASE_PATH}/{name}" for name in ("lines", "line_groups", "call_centers")
)


def line_up(ask: Asker, phone: str = PHONE, line_id: int = LINE) -> Any:
    """Line somebody up and return their attributes."""
    given = {"line_id": line_id, "phone": phone, "channel": "CallIn", "source": "Phone"}
    return ask.call(LINE_UP_CALLER, **given).attributes


def tell(ask: Asker, group: int = 7, **figures: object) -> Any:
    """Tell a group its figures."""
    data = {"type": "line_groups", "attributes": figures}
    return ask.send("PUT", f"{GROUPS}/{group}", {"data": data})


def test_a_line_as_it_is_shown(ask: Asker) -> None:
    """Names in kebab-case, those of its group in snake_case, and the wait of a newcomer."""
    line_up(ask)
    reply = ask.send("GET", f"{LINES}/{LINE}?check_active=true")
    assert reply.document["data"] == {
        "id": str(LINE),
        "type": "lines",
        "attributes": {
            "name": "Sales",
            "direct": False,
            "virtualq-line-state": "Active",
            "virtualq-line-state-mode": "Auto",
            "line-group": {
                "id": 7,
                "name": "Front office",
                "allow_callback": True,
                "allow_sms": True,
                "service_waiters_count": 0,
                "virtualq_waiters_count": 1,
                "virtualq_ewt": 240,
            },
        },
    }
    snake = ask.send("GET", f"{LINES}/{LINE}", headers={"x-keys-format": "underscore"})
    assert snake.attributes["virtualq_line_state"] == "Active"
    assert snake.attributes["line_group"]["virtualq_ewt"] == 240


def test_active_follows_the_line_and_its_group(ask: Asker) -> None:
    """Closed by hand, or by what the call center says of its group."""

    def active() -> str:
        return str(
            ask.send("GET", f"{LINES}/{LINE}?check_active=True").attributes["virtualq-line-state"]
        )

    assert active() == "Active"
    assert ask.send("POST", "/sandbox/close-line", {"line_id": LINE}).status == 204
    assert active() == "Inactive"
    ask.send("POST", "/sandbox/open-line", {"line_id": LINE})
    tell(ask, service_open=False)
    assert active() == "Inactive"
    assert "ewt" not in line_up(ask)
    tell(ask, service_open=True)
    assert active() == "Active"
    (line,) = [
        one for one in ask.send("GET", "/sandbox/status").document["lines"] if one["id"] == LINE
    ]
    assert (line["asked"], line["offered"]) == (4, 0)


def test_offered_calls_are_counted(ask: Asker) -> None:
    """Each call that is offered counts, at its own line."""
    data = {"type": "lines", "attributes": {"line_id": LINE}}
    for _ in range(3):
        assert ask.send("POST", f"{LINES}/{LINE}/log_call_offered", {"data": data}).status == 200
    assert ask.send("POST", f"{LINES}/{OTHER_LINE}/log_call_offered", {"data": data}).status == 409
    counts = {
        one["id"]: one["offered"] for one in ask.send("GET", "/sandbox/status").document["lines"]
    }
    assert (counts[LINE], counts[OTHER_LINE]) == (3, 0)


@pytest.mark.parametrize(
    ("figures", "waits"),
    [
        ({}, [120, 240]),
        ({"service_agents_count": 4}, [60, 120]),
        ({"service_average_talk_time": 30}, [15, 30]),
        ({"service_agents_count": 3, "service_average_talk_time": 90}, [30, 60]),
        ({"service_ewt": 600}, [600, 720]),
        ({"service_ewt": 0}, [0, 120]),
        ({"service_agents_count": 0}, [None, None]),
        ({"service_open": False}, [None, None]),
        ({"service_idle_agents_count": 2, "service_agent_list": ["A", "B"]}, [120, 240]),
    ],
    ids=str,
)
def test_what_a_group_is_told_shapes_the_waits(
    ask: Asker, figures: Dict[str, object], waits: list[Optional[int]]
) -> None:
    """Agents, talk time, open and wait go into the formula of docs/sandbox.md."""
    assert tell(ask, **figures).status == 200
    found = [line_up(ask, phone=f"{PHONE}{number}").get("ewt") for number in range(2)]
    assert found == waits


def test_a_told_wait_counts_from_when_it_was_told(ask: Asker, clock: HandClock) -> None:
    """Who waits already waits on for as long as the call center now says."""
    line_up(ask)
    clock.turn(100)
    tell(ask, service_ewt=300)
    assert ask.send("GET", f"{BASE_PATH}/waiters").document["data"][0]["attributes"]["ewt"] == 300
    clock.turn(250)
    assert ask.send("GET", f"{BASE_PATH}/waiters").document["data"][0]["attributes"]["ewt"] == 50
    ask.send("POST", "/sandbox/step", {"seconds": 50})
    states = [
        c["attributes"]["virtualq-waiter-state"]
        for c in ask.send("GET", f"{BASE_PATH}/waiters").document["data"]
    ]
    assert states == ["Notified"]


def test_a_collection_is_told_whole_or_not_at_all(ask: Asker) -> None:
    """Each fault has its place, and one unknown group leaves the others as they were."""

    def collection(*groups: object) -> Any:
        return ask.send("PUT", f"{GROUPS}/updated", {"data": list(groups)})

    def group(number: object, **figures: object) -> Dict[str, object]:
        return {"id": number, "type": "line_groups", "attributes": figures}

    good = collection(group(7, service_waiters_count=3), group("8", service_calls_per_hour=40))
    assert [one["id"] for one in good.document["data"]] == ["7", "8"]
    assert good.document["data"][0]["attributes"]["service-waiters-count"] == 3
    assert collection(group(7, service_waiters_count=9), group(99)).status == 404
    assert collection().status == 422
    shown = ask.send("GET", GROUPS).document["data"][0]["attributes"]
    assert shown["service-waiters-count"] == 3
    assert shown["call-center"]["id"] == 24
    for groups, pointer in (
        ([group(7, service_open=1)], "/data/0/attributes/service_open"),
        ([group(7), group("x")], "/data/1/id"),
        ([group(7), {"type": "lines"}], "/data/1/type"),
    ):
        wrong = collection(*groups)
        assert wrong.document["errors"][0]["source"] == {"pointer": pointer}


def test_lists_are_narrowed(ask: Asker) -> None:
    """By call center, by group, by part of a name; call center 0 is none, an unknown one 404."""

    def found(query: str) -> object:
        return ask.send("GET", f"{LINES}?{query}").callers

    assert found("") == found("call_center_id=0") == ["2600", "3042", "3384", "3534"]
    assert found("call_center_id=25") == ["2600", "3534"]
    assert found("line_group_id=7") == ["3042", "3384"]
    assert found("q=SALE") == ["3042"]
    assert found("q=3042&call_center_id=24") == ["3042"]
    assert found("q=304") == []
    assert ask.send("GET", f"{GROUPS}?call_center_id=25").callers == ["8"]
    for path in (
        f"{LINES}?call_center_id=1",
        f"{LINES}?line_group_id=1",
        f"{GROUPS}?call_center_id=1",
    ):
        assert ask.send("GET", path).status == 404


def test_a_call_center_shows_what_it_was_told(ask: Asker) -> None:
    """Its connector reports; the times are UTC; what is unknown is 404 with an error document."""
    told = {
        "id": 24,
        "connector_version": "1.2",
        "connector_last_restart_at": "2021-03-04T06:06:07+01:00",
    }
    data = {"type": "call_centers", "attributes": told}
    reply = ask.send("PUT", f"{CENTERS}/24", {"data": data})
    assert reply.attributes["connector-version"] == "1.2"
    assert reply.attributes["connector-last-restart-at"] == "2021-03-04T05:06:07Z"
    assert "id" not in reply.attributes
    assert ask.send("GET", f"{CENTERS}/24").attributes == reply.attributes
    assert ask.send("GET", CENTERS).callers == ["24", "25"]
    for path in (
        f"{CENTERS}/1",
        f"{LINES}/1?check_active=true",
        f"{CENTERS}/{10**25}",
        f"{LINES}/-1",
    ):
        refused = ask.send("GET", path)
        assert (refused.status, refused.document["errors"][0]["code"]) == (404, "not-found")
    wrong = {"data": {**data, "attributes": {"connector_last_restart_at": "yesterday"}}}
    assert ask.send("PUT", f"{CENTERS}/24", wrong).status == 422
