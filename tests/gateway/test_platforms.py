"""The pages for platforms that can do HTTP alone: what stands there is run against the gateway."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple
from xml.etree import ElementTree

import pytest

from virtualq.sandbox.server import Sandbox

from ..programs import needed
from .dialplan import Dialplan
from .pages import blocks
from .process import LINE, PHONE, ROOT, Gateway, told, until


def asterisk(gateway_url: str, **variables: str) -> Dialplan:
    """Return the dialplan of the page, for a caller."""
    (text,) = blocks("ivr-asterisk-curl.md", "ini")
    caller = {"CALLERID(num)": PHONE, "CALLERID(num-pres)": "allowed_not_screened"}
    return Dialplan(
        text,
        **{"VIRTUALQ": f"{gateway_url}/v1", "CHANNEL(language)": "en", **caller, **variables},
    )


@pytest.mark.once
def test_asterisk(sandbox: Sandbox, gateway: Gateway) -> None:
    """Offered, lined up, waiting, up, with an agent: and abandoned when there is none."""
    first = asterisk(gateway.url)
    first.key = "1"
    first.run("support")
    assert first.done == ["Playback virtualq/we-will-text-you"]
    again = asterisk(gateway.url)
    again.run("support")
    assert again.done == ["Playback virtualq/you-keep-your-place", "Queue support"]
    sandbox.notify(LINE, PHONE)
    up = asterisk(gateway.url)
    up.run("support")
    assert (up.done, up.variables["QUEUE_PRIO"]) == (["Queue support"], "10")
    up.variables["MEMBERINTERFACE"] = "PJSIP/agent-7"
    up.run("virtualq-transferred")
    up.run("support", "h")
    gateway.delivered(2)
    (finished,) = told(sandbox, "notify_caller_transferred")
    assert finished["agent_id"] == "PJSIP/agent-7"
    up.variables["MEMBERINTERFACE"] = ""
    up.run("support", "h")
    until(lambda: gateway.outbox()["pending"] + gateway.outbox()["dead"] == 1)


@pytest.mark.once
@pytest.mark.parametrize(
    "caller",
    [
        {"CALLERID(num-pres)": "prohib_not_screened"},
        {"CALLERID(num)": f"{PHONE}&line_id=7"},
        {"CALLERID(num)": ""},
        {"VIRTUALQ": "http://127.0.0.1:9/v1"},
    ],
)
def test_asterisk_falls_back(shared: Tuple[Sandbox, Gateway], caller: Dict[str, str]) -> None:
    """Hidden, hostile, unknown, no gateway: the ordinary queue, and nothing is sent."""
    sandbox, gateway = shared
    sandbox.reset()
    dialplan = asterisk(gateway.url, **caller)
    dialplan.run("support")
    dialplan.run("support", "h")
    assert dialplan.done == ["Queue support"]
    assert sandbox.requests == []


VXML = "{http://www.w3.org/2001/vxml}"
# Stands in for the browser: the variables of the page, and DOM of an answer.
_BROWSER = """
const [uri, gateway, expressions, word] = JSON.parse(process.argv[1]);
const session = {connection: {remote: {uri}}};
const said = {documentElement: {getAttribute: (name) => ({word})[name]}};
const who = eval(expressions.who);
console.log(JSON.stringify(eval(expressions.ask)));
"""


def evaluate(uri: str, gateway: str, word: str, **expressions: str) -> Any:
    """Return the value of an expression of the page, as a browser has it."""
    given = json.dumps([uri, gateway, expressions, word])
    done = subprocess.run([needed("node"), "-e", _BROWSER, given], capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.once
@pytest.mark.parametrize(
    ("uri", "word"),
    [
        (f"tel:{PHONE}", "offer"),
        ("sip:+17343305027@pbx.example;transport=tcp", "offer"),
        ("sip:anonymous@anonymous.invalid", "queue"),
        (f"tel:{PHONE}&line_id=7", "queue"),
    ],
)
def test_voicexml(shared: Tuple[Sandbox, Gateway], uri: str, word: str) -> None:
    """`<data>` gets XML for the caller that the platform knows, and each word has its form."""
    sandbox, gateway = shared
    sandbox.reset()
    document = ElementTree.fromstring(blocks("ivr-voicexml-data.md", "xml")[0])
    forms = {form.attrib["id"] for form in document.iter(f"{VXML}form")}
    ways = {goto.attrib["next"].lstrip("#") for goto in document.iter(f"{VXML}goto")}
    assert ways | {"arrive"} == forms
    variables = {var.attrib["name"]: var.attrib["expr"] for var in document.iter(f"{VXML}var")}
    ask = next(document.iter(f"{VXML}data")).attrib["srcexpr"]
    url = evaluate(uri, f"{gateway.url}/v1/", "", who=variables["who"], ask=ask)
    said = ElementTree.fromstring(gateway.ask(url[len(gateway.url) :]).body)
    assert said.get("word") == word
    assigned = next(document.iter(f"{VXML}assign")).attrib["expr"]
    assert evaluate(uri, "", word, who="''", ask=assigned) == word
    conditions = [
        element.attrib["cond"]
        for element in document.iter()
        if element.tag in (f"{VXML}if", f"{VXML}elseif") and "word ==" in element.attrib["cond"]
    ]
    assert conditions == ["word == 'up'", "word == 'offer'"]


@pytest.mark.once
def test_cisco(shared: Tuple[Sandbox, Gateway]) -> None:
    """UCCX gets its word by the XPath from XML, CVP by the path from JSON."""
    sandbox, gateway = shared
    sandbox.reset()
    url, xpath, json_path = (text.strip() for text in blocks("ivr-cisco.md", r" *text"))
    (pattern,) = re.findall(r'matches\("([^"]+)"', blocks("ivr-cisco.md", " *java")[0])
    assert re.fullmatch(pattern, PHONE)
    assert not re.fullmatch(pattern, f"{PHONE}&x=")
    path = url.split("8080", 1)[1].partition('"')[0] + PHONE
    document = ElementTree.fromstring(gateway.ask(path).body)
    tag, _, attribute = xpath.strip("/").partition("/@")
    assert (document.tag, document.get(attribute)) == (tag, "offer")
    said = gateway.ask(path.replace(".xml", ".json")).json
    assert said[json_path.rpartition(".")[2]] == "offer"


@pytest.mark.once
def test_anything_else(sandbox: Sandbox, tmp_path: Path) -> None:
    """The request of the general page, with a token; and the fallback without a gateway."""
    (tmp_path / "token").write_text("t0ken")
    needed("curl")
    (command,) = blocks("ivr-genesys-avaya.md", "sh")
    with Gateway(sandbox, tmp_path, "--token-file", str(tmp_path / "token")) as gateway:
        for url, word in ((gateway.url, "offer"), ("http://127.0.0.1:9", "queue")):
            env = {**os.environ, "TOKEN": "t0ken", "CALLER": PHONE, "GATEWAY": url}
            done = subprocess.run(["sh", "-c", command], env=env, capture_output=True, check=True)
            assert json.loads(done.stdout)["word"] == word


NODE = ["node", "--experimental-websocket", "--no-warnings"]
PROGRAMS = {
    "python": [sys.executable, str(ROOT / "examples" / "ari" / "virtualq_ari.py")],
    "node": [*NODE, str(ROOT / "examples" / "ari" / "virtualq_ari.mjs")],
}


@pytest.mark.skipif(importlib.util.find_spec("aiohttp") is None, reason="SKIPPED: needs aiohttp")
@pytest.mark.parametrize("language", ["python", pytest.param("node", marks=pytest.mark.once)])
def test_ari(gateway: Gateway, language: str) -> None:
    """The call goes back to its dialplan with the word, and with `queue` without a gateway."""
    program, *options = PROGRAMS[language]
    command = [needed(program), *options]
    for url, word in ((gateway.url, "offer"), ("http://127.0.0.1:9", "queue")):
        posts = asyncio.run(_one_call(command, url))
        assert posts == [
            ("/ari/channels/1.5/variable", {"variable": "VIRTUALQ_STATUS", "value": word}),
            ("/ari/channels/1.5/continue", {}),
        ]


async def _one_call(command: List[str], gateway: str) -> List[Tuple[str, Dict[str, str]]]:
    """Play ARI for one call; return what it was told."""
    from aiohttp import web

    posts: List[Tuple[str, Dict[str, str]]] = []
    gone = asyncio.Event()
    event = {"type": "StasisStart", "args": ["arrive", str(LINE)]}
    channel = {"id": "1.5", "caller": {"name": "", "number": PHONE}}

    async def events(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({**event, "channel": channel})
        await gone.wait()
        await socket.close()
        return socket

    async def post(request: web.Request) -> web.Response:
        posts.append((request.path, dict(request.query)))
        if request.path.endswith("/continue"):
            gone.set()
        return web.Response(status=204)

    app = web.Application()
    app.add_routes([web.get("/ari/events", events), web.post("/ari/channels/{rest:.*}", post)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    env = {**os.environ, "ARI_URL": f"http://127.0.0.1:{port}/ari", "VIRTUALQ_GATEWAY": gateway}
    program = await asyncio.create_subprocess_exec(
        *command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        await asyncio.wait_for(gone.wait(), 60)
        await asyncio.wait_for(program.communicate(), 60)
    finally:
        if program.returncode is None:
            program.kill()
            await program.communicate()
        await runner.cleanup()
    return posts
