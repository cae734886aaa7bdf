"""What stands on stdout, byte for byte, in both forms."""

from __future__ import annotations

import json
from typing import Any, Dict, List

import pytest

from virtualq.cli.options import CALLS

from ..calls import CHANGES, LINE, PHONE, answer, caller, error_document
from ..faults import modes
from ..faults.server import FaultServer
from ..loopback import Loopback
from .command import CALLER, run, service_at

WHOLE = caller(
    phone=PHONE,
    virtualq_waiter_state="Notified",
    line={"id": LINE, "name": 'Sales \x1b[31m\n"VIP"'},
    created_at="2022-05-03T10:00:00+02:00",
    ewt=0,
    skills=["Skill1", "Skill2"],
    properties={"MyObjectProp": {"Id": 5, "Value": "Zoë"}},
    token="a-secret",
    brand_new="\u202e\x9b",
)
AS_TEXT = f"""\
id: 9911
created_at: 2022-05-03T08:00:00Z
ewt: 0
line_id: {LINE}
line_name: Sales \\x1b[31m\\n"VIP"
phone: {PHONE}
properties: {{"MyObjectProp": {{"Id": 5, "Value": "Zoë"}}}}
skills: ["Skill1", "Skill2"]
virtualq_caller_state: Notified
extra.brand-new: \\u202e\\x9b
"""
REQUIRED = {
    "line-up": (*CALLER, "--channel", "CallIn", "--source", "Phone"),
    "list": ("--call-center-id", "24"),
    "update": (*CALLER, "--ewt", "50"),
}
COMMANDS = {
    "line_up_caller": "line-up",
    "verify_caller": "verify",
    "get_caller": "get",
    "notify_caller_connected": "connected",
    "notify_caller_transferred": "transferred",
    "update_caller_information": "update",
    "list_callers_waiting": "list",
}

NOBODY = b'{"status": 404, "found": false, "attempts": 1, "reconciled": false, "value": null}\n'
NONE = b'{"status": 200, "found": false, "attempts": 1, "reconciled": false, "value": []}\n'


def ask(loopback: Loopback, command: str, *more: str, document: Any, status: int = 200) -> Any:
    """Run a command against one answer of the service."""
    loopback.steps = [(status, document)]
    return run(command, *REQUIRED.get(command, CALLER), *more, env=service_at(loopback.url))


@pytest.mark.parametrize(
    ("found", "code", "printed"), [([WHOLE], 0, b"up\n"), ([], 1, b"not up\n")]
)
def test_verify_says_whether_they_are_up(
    loopback: Loopback, found: List[Any], code: int, printed: bytes
) -> None:
    """Two words and nothing else, with the exit code to match."""
    assert ask(loopback, "verify", document={"data": found}) == (code, printed, b"")


def test_get_prints_a_line_for_each_thing_that_is_known(loopback: Loopback) -> None:
    """Names as in Python; no token, nothing that is not known, no control character as it is."""
    assert ask(loopback, "get", document={"data": [WHOLE]}) == (0, AS_TEXT.encode(), b"")


@pytest.mark.parametrize("name", sorted(set(CHANGES) & set(COMMANDS)))
def test_a_change_prints_the_caller_as_get_does(loopback: Loopback, name: str) -> None:
    """A report answers with the caller it was about."""
    ended = ask(loopback, COMMANDS[name], document=answer(name))
    expected = f"id: 9911\nphone: {PHONE}\nvirtualq_caller_state: Notified\n"
    assert ended == (0, expected.encode(), b"")


@pytest.mark.parametrize("name", sorted(set(CHANGES) & set(COMMANDS)))
def test_a_change_without_a_document_is_done(loopback: Loopback, name: str) -> None:
    """204 is success too."""
    ended = ask(loopback, COMMANDS[name], document=None, status=204)
    assert ended == (0, b"done\n", b"")


@pytest.mark.parametrize(
    ("as_json", "printed"),
    [
        ((), b"not found\n"),
        (
            ("--json",),
            NOBODY,
        ),
    ],
)
@pytest.mark.parametrize("command", ["get", "connected"])
def test_nobody_is_found(loopback: Loopback, command: str, as_json: Any, printed: bytes) -> None:
    """A caller who is not in the line is an answer, with code 1."""
    ended = ask(loopback, command, *as_json, document=error_document(), status=404)
    assert ended == (1, printed, b"")


def test_list_parts_the_callers_by_an_empty_line(loopback: Loopback) -> None:
    """A block of lines for each caller."""
    document = answer("list_callers_waiting", caller("1"), caller("2"))
    block = f"phone: {PHONE}\nvirtualq_caller_state: Notified\n"
    expected = f"id: 1\n{block}\nid: 2\n{block}".encode()
    assert ask(loopback, "list", document=document) == (0, expected, b"")


@pytest.mark.parametrize(
    ("more", "printed"),
    [
        ((), b"no callers\n"),
        (
            ("--json",),
            NONE,
        ),
    ],
)
def test_list_finds_nobody(loopback: Loopback, more: Any, printed: bytes) -> None:
    """An empty list is an answer like any other: a job that looks every minute must not fail."""
    assert ask(loopback, "list", *more, document={"data": []}) == (0, printed, b"")


def as_json(ended: Any) -> Any:
    """Return the one document on stdout, which must be ASCII on one line."""
    assert (ended.code, ended.stderr) == (0, b"")
    assert ended.stdout.count(b"\n") == 1
    return json.loads(ended.stdout.decode("ascii"))["value"]


def test_json_has_every_name_of_python(loopback: Loopback) -> None:
    """Every field but the token, null where nothing is known, times as ISO 8601, extra included."""
    found: Dict[str, Any] = as_json(ask(loopback, "get", "--json", document={"data": [WHOLE]}))
    known = {name: value for name, value in found.items() if value is not None}
    assert "token" not in found
    assert "wait_time" in found
    assert known == {
        "id": 9911,
        "created_at": "2022-05-03T08:00:00Z",
        "ewt": 0,
        "line_id": LINE,
        "line_name": 'Sales \x1b[31m\n"VIP"',
        "phone": PHONE,
        "properties": {"MyObjectProp": {"Id": 5, "Value": "Zoë"}},
        "skills": ["Skill1", "Skill2"],
        "virtualq_caller_state": "Notified",
        "extra": {"brand-new": "\u202e\x9b"},
    }


def test_json_leaves_out_a_token_that_does_not_fit(loopback: Loopback) -> None:
    """A secret is one even where the service sends it as something else than text."""
    ended = ask(loopback, "get", "--json", document={"data": [caller(token=[12345], ewt=1)]})
    assert as_json(ended)["extra"] == {}


def test_json_of_a_list_is_a_list(loopback: Loopback) -> None:
    """Each caller as get prints them."""
    document = answer("list_callers_waiting", caller("1"), caller("2"))
    found = as_json(ask(loopback, "list", "--json", document=document))
    assert [entry["id"] for entry in found] == [1, 2]


def test_the_commands_are_those_of_the_contract() -> None:
    """The short names are made of the functions' names; scripts rely on them."""
    assert {CALLS[command].name: command for command in COMMANDS.values()} == COMMANDS


def test_a_caller_is_shown_and_canceled_by_id() -> None:
    """The id is the one that every command prints; a caller who is gone is not found."""
    script = [
        modes.answers("shown", 200, {"data": caller()}),
        modes.says("done", b"HTTP/1.1 204 No Content\r\n\r\n", carries_out=False),
        modes.answers("gone", 404, error_document()),
    ]
    shown = f"id: 9911\nphone: {PHONE}\nvirtualq_caller_state: Notified\n".encode()
    with FaultServer(script) as server:
        env = service_at(server.listen().url)
        assert run("show", "--caller-id", "9911", env=env) == (0, shown, b"")
        assert run("cancel", "--caller-id", "9911", env=env) == (0, b"done\n", b"")
        assert run("show", "--caller-id", "9911", env=env) == (1, b"not found\n", b"")
        asked = [(request.method, request.target) for request in server.requests]
    path = "/api/v2/waiters/9911"
    assert asked == [("GET", path), ("DELETE", path), ("GET", path)]
