"""The page about FreeSWITCH: dialplan, Lua and the event socket, against the gateway."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any, Dict
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from virtualq.sandbox.server import Sandbox

from ..programs import needed
from .pages import blocks
from .process import PHONE, ROOT, Gateway, told

# What is tried is their XML, Lua and commands; test_words.py has the gateway on each Python.
pytestmark = pytest.mark.once


def freeswitch() -> ElementTree.Element:
    """Return the dialplan of the page that uses mod_curl."""
    text, _ = blocks("ivr-freeswitch.md", "xml")
    return ElementTree.fromstring(f"<context>{text}</context>")


def destination(dialplan: ElementTree.Element, number: str) -> str:
    """Return the name of the first extension that takes a destination, as FreeSWITCH does."""
    for extension in dialplan:
        condition = extension.find("condition[@field='destination_number']")
        if condition is not None and re.search(condition.attrib["expression"], number):
            return extension.attrib["name"]
    raise AssertionError("nobody takes it")


def test_freeswitch(gateway: Gateway) -> None:
    """Digits alone get into the URL; the word leads to the right extension, or to the queue."""
    dialplan = freeswitch()
    condition = dialplan.findall("extension[@name='support']/condition")[1]
    expression = condition.attrib["expression"]
    hostile = (f"{PHONE}&line_id=7|", f"{PHONE} get|", "anonymous|", "|", f"{PHONE}|true")
    assert [number for number in hostile if re.search(expression, number)] == []
    action = condition.find("action[@application='curl']")
    assert action is not None
    for number in (f"{PHONE}|false", f"{PHONE}|"):
        matched = re.search(expression, number)
        assert matched is not None
        url = action.attrib["data"].split()[0].replace("$1", matched[1])
        said = subprocess.run(
            [needed("curl"), "-sS", url.replace("http://127.0.0.1:8080", gateway.url)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert destination(dialplan, f"support_{said.stdout}") == "support_offer"
    assert destination(dialplan, "support_up\n") == "support_up"
    for word in ("queue\n", "waiting\n", "", "anything"):
        assert destination(dialplan, f"support_{word}") == "support_queue"


_LUA = """
session, freeswitch = {}, {}
function session:getVariable() return arg[1] end
function session:playAndGetDigits() return arg[2] end
function session:execute(name) print(name) end
function session:hangup() print("hangup") end
function session:transfer(to) print(to) end
function freeswitch.API() return freeswitch end
function freeswitch:execute(_, text)
  local url = text:match("^%S+"):gsub("http://127.0.0.1:8080", arg[3])
  return io.popen("curl -sS '" .. url .. "' 2>/dev/null"):read("a")
end
dofile(arg[4])
"""


@pytest.mark.skipif(shutil.which("lua5.4") is None, reason="SKIPPED: needs lua5.4")
def test_freeswitch_lua(sandbox: Sandbox, gateway: Gateway, tmp_path: Path) -> None:
    """Who presses 1 is told goodbye when they are lined up, and not otherwise."""
    needed("curl")
    (tmp_path / "stand_in.lua").write_text(_LUA)
    script = str(ROOT / "examples" / "freeswitch" / "virtualq_offer.lua")

    def run(number: str, key: str, url: str) -> str:
        command = ["lua5.4", str(tmp_path / "stand_in.lua"), number, key, url, script]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert run(PHONE, "", gateway.url) == "support_queue\n"
    assert run(f"{PHONE} x", "1", gateway.url) == "support_queue\n"
    assert run(PHONE, "1", "http://127.0.0.1:9") == "support_queue\n"
    assert sandbox.requests == []
    assert run(PHONE, "1", gateway.url) == "playback\nhangup\n"
    assert len(told(sandbox, "line_up_caller")) == 1


_EVENTS = """\
Content-Type: auth/request

Content-Type: command/reply
Reply-Text: +OK accepted

"""


def test_freeswitch_events(sandbox: Sandbox, gateway: Gateway) -> None:
    """The program on the event socket reports the agent who takes a call, and nothing else."""
    assert gateway.word("line-up") == "lined-up"
    page: Dict[str, Any] = {}
    exec(blocks("ivr-freeswitch.md", "python")[0], page)
    page["GATEWAY"] = gateway.url
    events = _EVENTS
    for action, number in (
        ("agent-offering", PHONE),
        ("bridge-agent-start", "anonymous"),
        ("bridge-agent-start", PHONE),
    ):
        body = f"CC-Action: {action}\nCC-Member-CID-Number: {quote(number)}\n"
        body += "CC-Agent: 7042%40default\n\n"
        events += f"Content-Length: {len(body)}\nContent-Type: text/event-plain\n\n{body}"
    with socket.create_server(("127.0.0.1", 0)) as server:
        following = threading.Thread(
            target=page["follow"], args=(server.getsockname(), "ClueCon"), daemon=True
        )
        following.start()
        connection, _ = server.accept()
        with connection:
            connection.sendall(events.encode())
            connection.shutdown(socket.SHUT_WR)
            following.join(60)
            assert not following.is_alive()
            assert connection.recv(4096).startswith(b"auth ClueCon\n\nevent plain CUSTOM")
    gateway.delivered(1)
    (finished,) = told(sandbox, "notify_caller_transferred")
    assert finished["agent_id"] == "7042@default"
