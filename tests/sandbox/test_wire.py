"""The wire as clients of other makes write it: curl, Node, Perl, PHP, .NET, HTTP/1.0, pipelined."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from typing import Any, Dict, Iterator, List, Tuple
from urllib.parse import quote

import pytest

from virtualq._api.operations import BASE_PATH
from virtualq.sandbox.server import Sandbox
from virtualq.session import Session

from ..recordings import read_sample, title
from .asking import LINE, PHONE, Asker

COLLECTION = f"{BASE_PATH}/waiters"
RAW_LOOK_UP = f"{COLLECTION}?currently_up=true&phone={PHONE}&line_id={LINE}"
BODY = json.dumps(
    {
        "data": {
            "type": "waiters",
            "attributes": {"line_id": LINE, "phone": PHONE, "channel": "CallIn", "source": "Phone"},
        }
    }
)
MEDIA_TYPE = "application/vnd.api+json; charset=utf-8"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox in which our caller is up."""
    with Sandbox() as running:
        with Session(running.api_key, base_url=running.url) as vq:
            vq.line_up_caller(LINE, PHONE, channel="CallIn", source="Phone")
        running.notify(LINE, PHONE)
        yield running


def talk(sandbox: Sandbox, sent: bytes) -> bytes:
    """Send bytes, half-close, and return all that came back."""
    address = ("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        parts = iter(lambda: client.recv(65536), b"")
        return b"".join(parts)


def head(method: str, target: str, *lines: str, version: str = "1.1") -> bytes:
    """Write the head of a request with the key."""
    fields = [f"{method} {target} HTTP/{version}", "Host: x", "X-Api-Key: sandbox-key", *lines]
    return "\r\n".join([*fields, "", ""]).encode()


def test_a_raw_plus_finds_the_caller(sandbox: Sandbox) -> None:
    """The vendor's client escapes nothing: a raw plus, a space as %20, and True for true."""
    for target in (
        RAW_LOOK_UP,
        RAW_LOOK_UP.replace("true", "True"),
        f"{COLLECTION}?call_center_id=24&updated=True&active=true",
        f"{COLLECTION}?updated=False",
        COLLECTION,
    ):
        answer = talk(sandbox, head("GET", target, "Connection: close"))
        assert answer.startswith(b"HTTP/1.1 200 "), target
        assert PHONE.encode() in answer, target


def test_expect_is_answered_at_once(sandbox: Sandbox) -> None:
    """A strict client sends no byte of its body before it is told to, .NET with POST and PUT."""
    address = ("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
    with socket.create_connection(address, timeout=10) as client:
        length, kind = f"Content-Length: {len(BODY)}", f"Content-Type: {MEDIA_TYPE}"
        client.sendall(head("POST", COLLECTION, "Expect: 100-continue", length, kind))
        assert client.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(BODY.encode())
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_http_1_0(sandbox: Sandbox) -> None:
    """An old client gets its answer and the end of the connection, or keeps it when it asks to."""
    assert talk(sandbox, head("GET", RAW_LOOK_UP, version="1.0")).count(b"HTTP/1.1 200") == 1
    kept = head("GET", RAW_LOOK_UP, "Connection: keep-alive", version="1.0")
    answers = talk(sandbox, kept * 2)
    assert answers.count(b"HTTP/1.1 200") == 2
    assert answers.count(b"Connection: keep-alive") == 2


def test_pipelining(sandbox: Sandbox) -> None:
    """Requests that come in one breath are answered in their order, bodies and all."""
    post = head("POST", COLLECTION, f"Content-Length: {len(BODY)}", f"Content-Type: {MEDIA_TYPE}")
    chunks = head("POST", COLLECTION, "Transfer-Encoding: chunked", f"Content-Type: {MEDIA_TYPE}")
    half = len(BODY) // 2
    parts = "".join(f"{len(part):x}\r\n{part}\r\n" for part in (BODY[:half], BODY[half:]))
    sent = post + BODY.encode() + head("GET", RAW_LOOK_UP) + chunks + f"{parts}0\r\n\r\n".encode()
    answers = talk(sandbox, sent + head("GET", "/nowhere"))
    statuses = [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [200, 200, 200, 404]


CURL = ["curl", "-s", "-S", "-m", "20", "-H", "X-Api-Key: sandbox-key"]
NODE = """
const [url, key, body] = process.argv.slice(1);
const headers = {"X-Api-Key": key, "Content-Type": "application/vnd.api+json; charset=utf-8"};
const sent = {method: "POST", headers, body};
fetch(url, sent).then(r => r.text()).then(text => process.stdout.write(text));
"""
PERL = """
use HTTP::Tiny; my ($url, $key, $body) = @ARGV;
my $type = "application/vnd.api+json; charset=utf-8";
my $headers = {"X-Api-Key" => $key, "Content-Type" => $type};
print HTTP::Tiny->new->post($url, {headers => $headers, content => $body})->{content};
"""
PHP = """
[, $url, $key, $body] = $argv;
$headers = ["X-Api-Key: $key", "Content-Type: application/vnd.api+json; charset=utf-8"];
$http = ["method" => "POST", "header" => $headers, "content" => $body, "protocol_version" => 1.1];
echo file_get_contents($url, false, stream_context_create(["http" => $http]));
"""


def other_makes(url: str) -> Dict[str, List[str]]:
    """Return the commands that send our line-up with a client of another make."""
    return {
        "curl": [*CURL, "-H", f"Content-Type: {MEDIA_TYPE}", "-d", BODY, url],
        "curl that expects": [
            *CURL,
            # It would wait for the word to go on for longer than it may take in all (-m).
            *("-H", f"Content-Type: {MEDIA_TYPE}", "-H", "Expect: 100-continue", "-d", BODY, url),
            *("--expect100-timeout", "60"),
        ],
        "node": ["node", "-e", NODE, url, "sandbox-key", BODY],
        "perl": ["perl", "-e", PERL, url, "sandbox-key", BODY],
        "php": ["php", "-n", "-r", PHP, url, "sandbox-key", BODY],
    }


@pytest.mark.parametrize("make", list(other_makes("")))
def test_clients_of_other_makes(sandbox: Sandbox, make: str) -> None:
    """Each reads the caller it sent, and none waits for the word to go on."""
    command = other_makes(sandbox.url + COLLECTION)[make]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    ran = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert json.loads(ran.stdout)["data"]["attributes"]["phone"] == PHONE, ran.stderr


RECORDED = read_sample("recorded_requests.json")
RECORDED_LINES = read_sample("recorded_lines_requests.json")
# What that client does not escape is what these two are there to show: it asks for something else.
_SPOILT = ("phone_ampersand_injection", "phone_hash_clir")


def as_the_vendor_writes(case: Dict[str, Any]) -> Tuple[str, str, bytes]:
    """Return method, target and body of a recorded request as they were on the wire."""
    request = case["request"]
    pairs = request["query_pairs"] or []
    query = "&".join(f"{name}={quote(value, safe=chr(43) + '%&#/?')}" for name, value in pairs)
    target = request["path"] + (f"?{query.partition('#')[0]}" if query else "")
    body = b"" if request["body"] is None else json.dumps(request["body"]).encode()
    return request["method"], target, body


@pytest.mark.shared
@pytest.mark.parametrize("case", RECORDED, ids=title)
def test_the_vendor_s_requests_are_taken(ask: Asker, case: Dict[str, Any]) -> None:
    """Each recorded request is answered with what was asked for, or 404 where there is nobody."""
    method, target, body = as_the_vendor_writes(case)
    for number in ("+17343305027", "+40 171 1111 22 33"):
        for line in (3042, 3384, 2600):
            asked = {"line_id": line, "phone": number, "channel": "CallIn", "source": "Phone"}
            ask.send("POST", COLLECTION, {"data": {"type": "waiters", "attributes": asked}})
    reply = ask.send(method, target, body)
    if case["case"] in _SPOILT:
        assert reply.status == 400
    elif case["parameters"].get("line_id") == 0:
        assert (reply.status, reply.document["errors"][0]["code"]) == (404, "not-found")
    else:
        assert reply.status in (200, 201)
        if method == "GET" and case["case"] != "phone_percent_hex" and "currently" not in target:
            assert reply.document["data"]


@pytest.mark.shared
@pytest.mark.parametrize("case", RECORDED_LINES, ids=title)
def test_the_vendor_s_requests_for_lines_are_taken(ask: Asker, case: Dict[str, Any]) -> None:
    """Nothing that its client can send is refused for how it is written."""
    method, target, body = as_the_vendor_writes(case)
    target = target.replace("/prefix", "")
    asked = case["parameters"]
    known = {"call_center_id": (0, 24, None), "line_group_id": (7, None), "line_id": ()}
    is_there = all(asked.get(name) in ids for name, ids in known.items() if name in asked)
    reply = ask.send(method, target, body)
    if case["operation"] == "update_line_group_collection":
        is_there = {one["id"] for one in case["request"]["body"]["data"]} == {7}
    if case["operation"] in ("get_call_center", "update_call_center"):
        is_there = "/call_centers/24" in target
    assert reply.status == (200 if is_there else 404), reply
    if not is_there:
        assert reply.document["errors"][0]["code"] == "not-found"
