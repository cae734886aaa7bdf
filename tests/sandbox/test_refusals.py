"""The rule book's bad days: each wrong request gets the status and pointer that say so."""

from __future__ import annotations

from typing import Dict, List, Optional

import pytest

from virtualq._api.operations import BASE_PATH, OPERATIONS
from virtualq.sandbox.rules import Service

from .asking import LINE, PHONE, Asker

COLLECTION = f"{BASE_PATH}/waiters"
GOOD: Dict[str, object] = {
    "line_id": LINE,
    "phone": PHONE,
    "channel": "CallIn",
    "source": "Phone",
}
LOOK_UP = f"{COLLECTION}?active=true&line_id={LINE}&phone=%2B17343305027"


def body(**attributes: object) -> Dict[str, object]:
    """The document of a line-up with other attributes; None takes one away."""
    mixed = {**GOOD, **attributes}
    given = {name: value for name, value in mixed.items() if value is not None}
    return {"data": {"type": "waiters", "attributes": given}}


@pytest.mark.parametrize("key", ["", "wrong", "Sandbox-Key"])
@pytest.mark.parametrize("path", [LOOK_UP, "/sandbox/reported?line_id=1&phone=1"])
def test_wrong_key(ask: Asker, key: str, path: str) -> None:
    """Without the very key everything is refused, the sandbox's own commands too."""
    reply = ask.send("GET", path, headers={"x-api-key": key})
    assert reply.status == 401
    assert reply.document["errors"][0]["code"] == "unauthorized"


def test_key_comes_before_the_body(ask: Asker) -> None:
    """A stranger learns nothing of what is wrong with the request itself."""
    assert ask.send("POST", COLLECTION, b"{", headers={"x-api-key": "wrong"}).status == 401


@pytest.mark.parametrize(
    "path",
    ["/", "/waiters", "/api/v1/waiters", f"{COLLECTION}/", f"{COLLECTION}/1/x", "/sandbox/x"],
)
def test_unknown_path_has_no_error_document(ask: Asker, path: str) -> None:
    """A wrong address is a plain 404: with an error document it would mean "no such caller"."""
    reply = ask.send("GET", path)
    assert (reply.status, reply.document) == (404, b"no such path\n")


@pytest.mark.parametrize("identifier", ["x", "1.5", "%31", "9" * 31, "null,null"])
def test_an_id_that_is_no_number(ask: Asker, identifier: str) -> None:
    """The address is right, the id is not: that is said, and is not "no such caller"."""
    reply = ask.send("GET", f"{COLLECTION}/{identifier}")
    assert (reply.status, reply.document["errors"][0]["source"]) == (400, {"parameter": "id"})


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", COLLECTION, "GET, POST"),
        ("HEAD", COLLECTION, "GET, POST"),
        ("POST", f"{COLLECTION}/0", "DELETE, GET, PUT"),
        ("GET", "/sandbox/notify", "POST"),
    ],
)
def test_wrong_method(ask: Asker, method: str, path: str, allow: str) -> None:
    """A path that is there names the methods it knows."""
    reply = ask.send(method, path)
    assert (reply.status, reply.headers["Allow"]) == (405, allow)


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("", 415),
        ("application/json", 415),
        ("application/vnd.api+json; charset=latin-1", 415),
        ("application/vnd.api+json", 201),
        ("Application/vnd.api+json;charset=UTF-8", 201),
        ('application/vnd.api+json; charset="utf-8"', 201),
    ],
)
def test_media_type(ask: Asker, media_type: str, status: int) -> None:
    """A body must be JSON:API in UTF-8, as the vendor's client sends it."""
    headers = {"content-type": media_type}
    assert ask.send("POST", COLLECTION, body(), headers=headers).status == status


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b'{"data": NaN}',
        b'{"data": "\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 101 + b"1" + b"}" * 101,
        b'{"data": ' + b"1" * 5000 + b"}",
    ],
    ids=["empty", "cut", "bytes", "NaN", "surrogate", "endless", "deep", "long number"],
)
def test_malformed_json(ask: Asker, content: bytes) -> None:
    """What is not strict JSON in UTF-8, or absurd, is one 400."""
    reply = ask.send("POST", COLLECTION, content)
    # Only Python before 3.11 reads a number of 5,000 digits; what it stands for is no object.
    assert reply.status in (400, 422)
    assert reply.status == 400 or content.endswith(b"1}")


@pytest.mark.parametrize(
    ("document", "status", "pointer"),
    [
        ([], 422, ""),
        ({}, 422, "/data"),
        ({"data": [body()["data"]]}, 422, "/data"),
        ({"data": {"type": "callers", "attributes": GOOD}}, 409, "/data/type"),
        ({"data": {"attributes": GOOD}}, 409, "/data/type"),
        ({"data": {"type": "waiters"}}, 422, "/data/attributes"),
        (body(phone=None), 422, "/data/attributes/phone"),
        (body(phone=17343305027), 422, "/data/attributes/phone"),
        (body(phone=" "), 422, "/data/attributes/phone"),
        (body(line_id="3042"), 422, "/data/attributes/line_id"),
        (body(line_id=True), 422, "/data/attributes/line_id"),
        (body(line_id=2**63), 422, "/data/attributes/line_id"),
        (body(channel=""), 422, "/data/attributes/channel"),
        (body(source=["Phone"]), 422, "/data/attributes/source"),
        (body(lang=1), 422, "/data/attributes/lang"),
        (body(skills="Skill1"), 422, "/data/attributes/skills"),
        (body(skills=[1]), 422, "/data/attributes/skills"),
        (body(properties=[]), 422, "/data/attributes/properties"),
    ],
)
def test_wrong_document(ask: Asker, document: object, status: int, pointer: str) -> None:
    """Each wrong part of a document is pointed at, and nobody is lined up."""
    reply = ask.send("POST", COLLECTION, document)
    (error,) = reply.document["errors"]
    assert (reply.status, error["status"]) == (status, str(status))
    assert error["source"] == {"pointer": pointer}
    assert ask.send("GET", LOOK_UP).document == {"data": []}


def test_every_fault_at_once(ask: Asker) -> None:
    """A person who integrates sees all that is wrong, not one thing a try."""
    reply = ask.send("POST", COLLECTION, {"data": {"type": "waiters", "attributes": {"lang": 1}}})
    assert reply.status == 422
    pointers = {error["source"]["pointer"].rpartition("/")[2] for error in reply.document["errors"]}
    assert pointers == {"line_id", "phone", "channel", "source", "lang"}
    missing = reply.document["errors"][0]
    assert (missing["code"], missing["detail"]) == ("unprocessable-entity", "line_id is missing.")


def test_update_checks_its_attributes(ask: Asker) -> None:
    """An update is checked by its own list of attributes."""
    attributes = {"line_id": LINE, "service_waiter_ewt": "50", "talk_time": 1.5}
    data = {"type": "waiters", "attributes": attributes}
    reply = ask.send("PUT", f"{COLLECTION}/0", {"data": data})
    pointers = [error["source"]["pointer"].rpartition("/")[2] for error in reply.document["errors"]]
    assert reply.status == 422
    assert sorted(pointers) == ["phone", "service_waiter_ewt", "talk_time"]


@pytest.mark.parametrize(
    ("method", "target", "document", "detail"),
    [
        ("POST", COLLECTION, body(line_id=1), "No such line."),
        ("GET", LOOK_UP.replace("3042", "1"), None, "No such line."),
        ("GET", f"{COLLECTION}?call_center_id=1", None, "No such call center."),
        ("PUT", f"{COLLECTION}/0", body(), "No such caller in this line."),
        ("PUT", f"{COLLECTION}/0", body(line_id=1), "No such line."),
        (
            "POST",
            "/sandbox/notify",
            {"line_id": LINE, "phone": PHONE},
            "No such caller in this line.",
        ),
    ],
)
def test_not_found(
    ask: Asker, method: str, target: str, document: Optional[object], detail: str
) -> None:
    """An unknown line, call center or caller is 404 with an error document and its code."""
    reply = ask.send(method, target, document or b"")
    (error,) = reply.document["errors"]
    assert (reply.status, error["code"], error["detail"]) == (404, "not-found", detail)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("phone=1&line_id=x", "line_id"),
        ("phone=1&line_id=1.5", "line_id"),
        ("phone=1&line_id=", "line_id"),
        ("phone=&line_id=3042", "phone"),
        ("call_center_id=24&active=yes", "active"),
        ("call_center_id=24&updated=1", "updated"),
        ("call_center_id=24&call_center_id=24", "call_center_id"),
        ("call_center_id=24&novel=1", "novel"),
        ("phone=%FF&line_id=3042", None),
    ],
)
def test_wrong_query(ask: Asker, query: str, parameter: Optional[str]) -> None:
    """A query that no look-up sends is 400 and names the parameter where it is one."""
    reply = ask.send("GET", f"{COLLECTION}?{query}")
    sources: List[object] = [error.get("source") for error in reply.document["errors"]]
    assert reply.status == 400
    assert sources == [{"parameter": parameter} if parameter else None]


def test_a_slip_in_an_order(ask: Asker, service: Service) -> None:
    """A word that no order has is said, and nothing is ordered: `times` would be for ever."""
    reply = ask.send("POST", "/sandbox/fail", {"status": 503, "time": 1})
    (error,) = reply.document["errors"]
    assert (reply.status, error["source"]) == (422, {"pointer": "/time"})
    assert service.faults.ordered == []


def test_every_operation_of_the_spec_is_served(ask: Asker) -> None:
    """An operation that the spec gains is not answered with "no such path" or 405 for long."""
    paths = {(op.method, op.path.replace("{id}", "1")) for op in OPERATIONS.values()}
    missing = [
        (method, path)
        for method, path in sorted(paths)
        if ask.send(method, BASE_PATH + path).document == b"no such path\n"
        or ask.send(method, BASE_PATH + path).status == 405
    ]
    assert missing == []


def test_a_refused_change_changes_nothing(ask: Asker, service: Service) -> None:
    """What fails half-way leaves the state as it was."""
    ask.send("POST", COLLECTION, body())
    attributes = {"line_id": LINE, "phone": PHONE, "skills": ["new"], "talk_time": "long"}
    data = {"type": "waiters", "attributes": attributes}
    assert ask.send("PUT", f"{COLLECTION}/0", {"data": data}).status == 422
    assert "skills" not in service.queue.reported(LINE, PHONE)
