"""The service in process: the same rules as over a socket, and nothing that leaves the process."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timezone
from typing import List, Tuple

import pytest
import requests

import virtualq.testing
from virtualq._api.operations import BASE_PATH, KEY_HEADER, REQUEST_MEDIA_TYPE
from virtualq.errors import AuthenticationError
from virtualq.sandbox.face import Face
from virtualq.sandbox.server import Sandbox
from virtualq.session import Session
from virtualq.testing.in_process import InProcessSandbox

LINE, CENTER, PHONE = 3042, 24, "+17343305027"


def five_o_clock() -> datetime:
    """A clock that stands, so that two services say the same times."""
    return datetime(2021, 3, 4, 5, 0, tzinfo=timezone.utc)


def test_a_caller_s_journey() -> None:
    """A Session talks to it under the real service's address, and it moves when told."""
    who = (LINE, PHONE)
    with virtualq.testing.sandbox() as sandbox, Session(sandbox.api_key) as vq:
        assert sandbox.url == "https://api.virtualq.io"
        assert not vq.verify_caller(*who)
        assert vq.line_up_caller(*who, channel="CallIn", source="Phone").status == 201
        sandbox.notify(*who)
        assert vq.verify_caller(*who)
        assert vq.notify_caller_transferred(*who, agent_id="A345")
        assert vq.list_callers_waiting(CENTER).value == []
        assert sandbox.reported(*who)["agent_id"] == "A345"
        assert [seen.method for seen in sandbox.requests] == ["GET", "POST", "GET", "PUT", "GET"]


def test_a_wrong_key() -> None:
    """A wrong key is the typed error it would be."""
    with virtualq.testing.sandbox(), Session("wrong") as vq, pytest.raises(AuthenticationError):
        vq.verify_caller(LINE, PHONE)


def test_nothing_leaves_the_process() -> None:
    """Inside of the block another address is refused; after it requests works as before."""
    with virtualq.testing.sandbox(), pytest.raises(requests.ConnectionError, match="refused by"):
        requests.get("https://example.com/", timeout=5)


def test_both_faces_answer_alike() -> None:
    """One rule book: over a socket and in process every answer has the same status and bytes."""
    with Sandbox(clock=five_o_clock) as over_http:
        answers = conversation(over_http)
    with InProcessSandbox(clock=five_o_clock) as in_process:
        assert conversation(in_process) == answers
    assert [status for status, _ in answers] == [200, 201, 422, 401, 404, 405, 404]


def conversation(face: Face) -> List[Tuple[int, bytes]]:
    """Ask good and bad things, and return status and body of each answer."""
    collection = f"{BASE_PATH}/waiters"
    who = {"line_id": LINE, "phone": PHONE}
    good = {
        "data": {"type": "waiters", "attributes": {**who, "channel": "CallIn", "source": "Phone"}}
    }
    bad = {"data": {"type": "waiters", "attributes": who}}
    look_up = f"{collection}?active=true&line_id={LINE}&phone=%2B17343305027"
    asked: List[Tuple[str, str, object, str]] = [
        ("GET", look_up, None, face.api_key),
        ("POST", collection, good, face.api_key),
        ("POST", collection, bad, face.api_key),
        ("GET", look_up, None, "wrong"),
        ("PUT", f"{collection}/99", good, face.api_key),
        ("PATCH", collection, None, face.api_key),
        ("GET", "/api/v1/waiters", None, face.api_key),
    ]
    answers: List[Tuple[int, bytes]] = []
    for method, target, document, key in asked:
        body = None if document is None else json.dumps(document)
        headers = {KEY_HEADER: key, "Content-Type": REQUEST_MEDIA_TYPE}
        reply = requests.request(method, face.url + target, data=body, headers=headers, timeout=5)
        answers.append((reply.status_code, reply.content))
    return answers


def test_importing_costs_nothing() -> None:
    """pytest imports the plugin in every run: that loads no HTTP, no models and no sandbox."""
    code = "import sys, pytest; before = set(sys.modules); import virtualq.testing.plugin;"
    code += "print(*sorted(set(sys.modules) - before))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(run.stdout.split())
    assert "virtualq.testing.plugin" in loaded
    assert not loaded & {"requests", "responses", "attr", "cattrs", "sqlite3", "virtualq.models"}


def test_without_responses_it_says_what_to_install() -> None:
    """Where the extra is missing, the error has the command that mends it."""
    code = "import sys; sys.modules['responses'] = None; import virtualq.testing as t; t.sandbox()"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 1
    last = run.stderr.splitlines()[-1]
    assert last.endswith('needs the package responses: pip install "virtualq[test]"')
    assert "ConfigurationError" in last
