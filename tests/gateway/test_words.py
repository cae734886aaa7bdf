"""What a dialplan hears: the word for each situation, whatever happens."""

from __future__ import annotations

import json
import subprocess
from typing import Any, Dict, Tuple
from xml.etree import ElementTree

import pytest

from virtualq.sandbox.server import Sandbox

from ..leaks import last_digits
from ..programs import needed
from .process import LINE, PHONE, WHO, Gateway, told


def test_journey(sandbox: Sandbox, gateway: Gateway) -> None:
    """A caller's whole way: offered, lined up, waiting, up, and with an agent in the end."""
    assert gateway.word("arrive") == "offer"
    skills = ["german", "billing"]
    said = {"language": "de", "skills": skills, "properties": '{"Vip": true}'}
    assert gateway.word("line-up", **said) == "lined-up"
    assert told(sandbox, "line_up_caller") == [
        {
            "line_id": LINE,
            "phone": PHONE,
            "channel": "CallIn",
            "source": "Phone",
            "lang": "de",
            "skills": skills,
            "properties": {"Vip": True},
        }
    ]
    assert gateway.word("arrive") == "waiting"
    sandbox.close_line(LINE)
    assert gateway.word("arrive") == "waiting"
    sandbox.notify(LINE, PHONE)
    assert gateway.word("arrive") == "up"
    gateway.delivered(1)
    assert gateway.word("transferred", agent_id="7042", wait_time_when_up=5) == "accepted"
    gateway.delivered(2)
    reported = sandbox.reported(LINE, PHONE)
    assert reported["agent_id"] == "7042"
    assert reported["wait_time_when_up"] == 5
    assert gateway.ask(f"/v1/arrive?{WHO}").reason == "inactive"


def test_update_and_abandoned(sandbox: Sandbox, gateway: Gateway) -> None:
    """Every figure of the Session's function can be reported; who hangs up is Canceled."""
    assert gateway.word("line-up") == "lined-up"
    told_of = {"ewt": 0, "skills": "a,b", "talk_time": 9, "properties": '{"x": []}'}
    assert gateway.word("update", **told_of, agent_id="") == "accepted"
    assert gateway.word("abandoned") == "accepted"
    gateway.delivered(2)
    who = {"line_id": LINE, "phone": PHONE}
    assert told(sandbox, "update_caller_information") == [
        {
            **who,
            "service_waiter_ewt": 0,
            "skills": ["a,b"],
            "talk_time": 9,
            "properties": {"x": []},
        },
        {**who, "service_waiter_state": "Canceled"},
    ]


def test_more_than_a_word(sandbox: Sandbox, gateway: Gateway) -> None:
    """Line, skills and wait are there as JSON or XML, by the path or by Accept."""
    gateway.word("line-up", skills=["a", 'q"<&'])
    found = gateway.ask(f"/v1/arrive.json?{WHO}&language=de")
    assert found.headers["content-type"] == "application/json; charset=utf-8"
    assert found.json == {
        "word": "waiting",
        "reason": None,
        "line_name": "Sales",
        "skills": ["a", 'q"<&'],
        "ewt": found.json["ewt"],
        "wait": found.json["wait"],
    }
    assert found.json["wait"].startswith("etwa")
    assert gateway.ask(f"/v1/arrive?{WHO}", Accept="application/json").json["word"] == "waiting"
    for said in (
        gateway.ask(f"/v1/arrive.xml?{WHO}"),
        gateway.ask(f"/v1/arrive?{WHO}", Accept="text/xml, */*;q=0.1"),
    ):
        assert said.headers["content-type"] == "application/xml; charset=utf-8"
        element = ElementTree.fromstring(said.body)
        assert (element.tag, element.get("word")) == ("virtualq", "waiting")
        assert (element.get("line_name"), element.get("skills")) == ("Sales", 'a,q"<&')
    assert gateway.ask(f"/v1/arrive?{WHO}", Accept="image/png").word == "waiting"
    refused = gateway.ask("/v1/arrive.json")
    assert (refused.status, refused.json["word"]) == (200, "queue")
    assert refused.json["reason"] == refused.reason == "parameter"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"line_id=3042&phone=+17343305027&skills=a&skills=b"),
        (
            "application/x-www-form-urlencoded",
            b"phone=%2B17343305027&line_id=3042&skills=a&skills=b",
        ),
        (
            "application/json",
            json.dumps({"line_id": LINE, "phone": PHONE, "skills": ["a", "b"]}).encode(),
        ),
        (
            "application/x-www-form-urlencoded",  # what libcurl says by itself
            json.dumps({"line_id": LINE, "phone": PHONE, "skills": ["a", "b"]}).encode(),
        ),
    ],
)
def test_posted(shared: Tuple[Sandbox, Gateway], content_type: str, body: bytes) -> None:
    """Parameters come as a form or as JSON as well."""
    sandbox, gateway = shared
    sandbox.reset()
    said = gateway.ask("/v1/line-up", method="POST", body=body, Content_Type=content_type)
    assert said.word == "lined-up"
    (attributes,) = told(sandbox, "line_up_caller")
    assert attributes["phone"] == PHONE
    assert attributes["skills"] == ["a", "b"]


@pytest.mark.parametrize(
    "request_",
    [
        {"path": f"/v1/arrive?line_id={LINE}"},
        {"path": f"/v1/arrive?line_id=sales&phone={PHONE}"},
        {"path": f"/v1/arrive?line_id={LINE}&line_id={LINE}&phone={PHONE}"},
        {"path": f"/v1/arrive?line_id={LINE}&phone=anonymous"},
        {"path": f"/v1/arrive?line_id={LINE}&phone=7042"},
        {"path": f"/v1/arrive?line_id={'9' * 19}&phone={PHONE}"},
        {"path": f"/v1/arrive?line_id={LINE}&phone={PHONE}&deadline=0"},
        {"path": f"/v1/line-up?{WHO}&chanel=CallIn"},
        {"path": f"/v1/line-up?{WHO}&properties=%7B"},
        {"path": f"/v1/connected?line_id={LINE}&phone=%0A"},
        {"path": f"/v1/update?{WHO}&ewt=soon"},
        {"path": f"/v1/transferred?{WHO}&agent_id=%00"},
        {"path": "/v1/arrive", "method": "POST", "body": b"[]", "Content_Type": "application/json"},
        {
            "path": "/v1/arrive",
            "method": "POST",
            "body": b'{"line_id": 3041, "line_id": 3042, "phone": "+17343305027"}',
            "Content_Type": "application/json",
        },
        {"path": "/v1/arrive", "method": "POST", "body": b"x", "Content_Type": "text/plain"},
        {"path": "/v1/arrive", "method": "POST", "body": b"phone=" + b"1" * 100_000},
        {"path": f"/v1/connected?{WHO}", "method": "DELETE"},
    ],
)
def test_wrong_parameter(shared: Tuple[Sandbox, Gateway], request_: Dict[str, Any]) -> None:
    """What is wrong is `queue`, says so, costs no call of the service, and is in the log."""
    sandbox, gateway = shared
    sandbox.reset()
    before = gateway.log.read_text()
    said = gateway.ask(**request_)
    assert (said.word, said.reason) == ("queue", "parameter")
    assert sandbox.requests == []
    assert gateway.outbox()["pending"] == 0
    log = gateway.log.read_text()[len(before) :]
    assert log.count("\n") == 1
    assert last_digits(log) == []


@pytest.mark.parametrize(
    ("bad_day", "reason"),
    [
        ({"status": 401}, "settings"),
        ({"status": 403}, "refused"),
        ({"status": 422}, "refused"),
        ({"status": 429, "retry_after": 60}, "refused"),
        ({"status": 500}, "unreachable"),
        ({"status": 503}, "unreachable"),
        ({"html": True}, "unreachable"),
        ({"lost": True}, "unreachable"),
        ({"timeout": True}, "deadline"),
        ({"drip": 0.2}, "deadline"),
    ],
)
@pytest.mark.parametrize("function", ["verify_caller", "is_virtualq_active"])
def test_bad_day(
    shared: Tuple[Sandbox, Gateway], function: str, bad_day: Dict[str, Any], reason: str
) -> None:
    """Whatever the service does, at the first or the last call of it, the word is `queue`."""
    sandbox, gateway = shared
    sandbox.reset()
    sandbox.fail(function, **bad_day)
    patience = 1 if reason == "deadline" else 3
    said = gateway.ask(f"/v1/arrive?{WHO}&deadline={patience}")
    assert (said.word, said.reason) == ("queue", reason)
    assert last_digits(gateway.log.read_text()) == []


@pytest.mark.parametrize(("name", "named"), [("chanel", True), ("x17343305027", False)])
def test_misspelt_parameter(shared: Tuple[Sandbox, Gateway], name: str, named: bool) -> None:
    """The log names it, unless the name may be a number of somebody's."""
    _, gateway = shared
    before = gateway.log.read_text()
    assert gateway.ask(f"/v1/line-up?{WHO}&{name}=CallIn").word == "queue"
    log = gateway.log.read_text()[len(before) :]
    assert (f"{name}: there is none of such a name" in log) == named
    assert last_digits(log) == []


def test_unknown_line(shared: Tuple[Sandbox, Gateway]) -> None:
    """A line that is not there is not found."""
    sandbox, gateway = shared
    sandbox.reset()
    said = gateway.ask(f"/v1/arrive?line_id=9999&phone={PHONE}")
    assert (said.word, said.reason) == ("queue", "not-found")


def test_line_up_fails(sandbox: Sandbox, gateway: Gateway) -> None:
    """Who is not surely lined up hears nothing of it."""
    sandbox.fail("line_up_caller", status=503)
    assert gateway.ask(f"/v1/line-up?{WHO}").reason == "unreachable"


@pytest.mark.parametrize(("connected", "word"), [(False, "lined-up"), (True, "queue")])
def test_line_up_whose_answer_is_lost(
    sandbox: Sandbox, gateway: Gateway, connected: bool, word: str
) -> None:
    """The caller is looked up: in the line they are told so, after an older visit they are not."""
    if connected:
        gateway.word("line-up")
        gateway.word("connected")
        gateway.delivered(1)
    sandbox.fail("line_up_caller", lost=True, applied=not connected, times=1)
    assert gateway.word("line-up") == word


@pytest.mark.parametrize("state", ["notified", "connected"])
def test_who_is_not_waiting_is_not_lined_up(sandbox: Sandbox, gateway: Gateway, state: str) -> None:
    """Who was up, dropped off and calls again is found by the service, and told no more."""
    assert gateway.word("line-up") == "lined-up"
    sandbox.notify(LINE, PHONE)
    if state == "connected":
        gateway.word("connected")
        gateway.delivered(1)
    said = gateway.ask(f"/v1/line-up?{WHO}")
    assert (said.word, said.reason) == ("queue", "refused")
    assert "(refused)" in gateway.log.read_text()


def test_unknown_path(shared: Tuple[Sandbox, Gateway]) -> None:
    """A mistyped path is 404: nothing that a dialplan could take for a word."""
    _, gateway = shared
    for path in ("/", "/v1/", "/v1/arrive.txt", "/v2/arrive", "/arrive"):
        assert gateway.ask(f"{path}?{WHO}").status == 404


def test_metrics(gateway: Gateway) -> None:
    """Prometheus sees answers by word, their time, the outbox and whether calls rest."""
    gateway.word("arrive")
    gateway.word("connected")
    gateway.ask("/v1/arrive")
    text = gateway.ask("/metrics").body
    for line in (
        'virtualq_gateway_answers_total{path="arrive",reason="",word="offer"} 1.0',
        'virtualq_gateway_answers_total{path="arrive",reason="parameter",word="queue"} 1.0',
        'virtualq_gateway_answer_seconds_count{path="arrive"} 2.0',
        "virtualq_gateway_outbox_pending ",
        "virtualq_gateway_resting 0.0",
    ):
        assert line in text
    assert gateway.ask("/health").json == {"status": "ok"}


@pytest.mark.once  # it is the clients that differ
def test_curl_and_node(gateway: Gateway) -> None:
    """What dialplans and programs really use gets the word, also with a raw plus in the query."""
    url = f"{gateway.url}/v1/arrive?line_id={LINE}&phone={PHONE}"
    curl = subprocess.run([needed("curl"), "-sS", url], capture_output=True, text=True, check=True)
    assert curl.stdout == "offer\n"
    program = f"fetch({json.dumps(url)}).then((r) => r.text()).then((t) => console.log(t.trim()))"
    command = [needed("node"), "-e", program]
    node = subprocess.run(command, capture_output=True, text=True, check=True)
    assert node.stdout == "offer\n"
