"""The pages for platforms that can do HTTP alone: what stands there is run against the gateway."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import subprocess
import sys
from typing import Dict, List, Tuple

import pytest

from virtualq.sandbox.server import Sandbox

from .dialplan import Dialplan
from .process import LINE, PHONE, ROOT, Gateway, told, until

DOCS = ROOT / "docs"


def blocks(page: str, language: str) -> List[str]:
    """Return the code of one language on a page."""
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


def asterisk(gateway_url: str, **variables: str) -> Dialplan:
    """Return the dialplan of the page, for a caller."""
    (text,) = blocks("ivr-asterisk-curl.md", "ini")
    caller = {"CALLERID(num)": PHONE, "CALLERID(num-pres)": "allowed_not_screened"}
    return Dialplan(
        text,
        **{"VIRTUALQ": f"{gateway_url}/v1", "CHANNEL(language)": "en", **caller, **variables},
    )


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


NODE = ["node", "--experimental-websocket", "--no-warnings"]
PROGRAMS = {
    "python": [sys.executable, str(ROOT / "examples" / "ari" / "virtualq_ari.py")],
    "node": [*NODE, str(ROOT / "examples" / "ari" / "virtualq_ari.mjs")],
}


@pytest.mark.skipif(importlib.util.find_spec("aiohttp") is None, reason="SKIPPED: needs aiohttp")
@pytest.mark.parametrize("language", sorted(PROGRAMS))
def test_ari(gateway: Gateway, language: str) -> None:
    """The call goes back to its dialplan with the word, and with `queue` without a gateway."""
    for url, word in ((gateway.url, "offer"), ("http://127.0.0.1:9", "queue")):
        posts = asyncio.run(_one_call(PROGRAMS[language], url))
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
