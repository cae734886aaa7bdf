#!/opt/virtualq/bin/python
"""Asks the gateway for the calls that `Stasis(virtualq,arrive,3042)` hands over, and hands back.

The word is in VIRTUALQ_STATUS when the dialplan goes on; `queue` whatever happens. Settings:
ARI_URL (http://127.0.0.1:8088/ari), ARI_USER (user:password), VIRTUALQ_GATEWAY.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any, Dict, Set
from urllib.parse import quote

import aiohttp

_ARI = os.environ.get("ARI_URL", "http://127.0.0.1:8088/ari")
_USER, _, _PASSWORD = os.environ.get("ARI_USER", "virtualq:secret").partition(":")
_GATEWAY = os.environ.get("VIRTUALQ_GATEWAY", "http://127.0.0.1:8080")
# A second more than the gateway's own deadline.
_LONGEST = aiohttp.ClientTimeout(total=4.0)
_WORDS = ("up", "offer", "waiting", "lined-up", "accepted")


async def ask(session: aiohttp.ClientSession, path: str, line_id: str, phone: str) -> str:
    """Return the gateway's word, `queue` for anything that is none."""
    parameters = {"line_id": line_id, "phone": phone}
    try:
        async with session.post(f"{_GATEWAY}/v1/{path}", data=parameters, timeout=_LONGEST) as said:
            word = (await said.text()).strip()
    except (aiohttp.ClientError, asyncio.TimeoutError):
        return "queue"
    return word if word in _WORDS else "queue"


async def serve(ari: aiohttp.ClientSession, asking: aiohttp.ClientSession, event: Any) -> None:
    """Ask for one call, and let its dialplan go on."""
    channel = f"{_ARI}/channels/{quote(event['channel']['id'], safe='')}"
    path, line_id = [*event["args"], "", ""][:2]
    word = await ask(asking, path, line_id, event["channel"]["caller"]["number"])
    status: Dict[str, str] = {"variable": "VIRTUALQ_STATUS", "value": word}
    async with ari.post(f"{channel}/variable", params=status):
        pass
    async with ari.post(f"{channel}/continue"):
        pass


async def main() -> None:
    """Serve calls until Asterisk closes the connection; systemd starts it again then."""
    user = aiohttp.BasicAuth(_USER, _PASSWORD)
    running: Set[asyncio.Task[None]] = set()
    async with aiohttp.ClientSession(auth=user) as ari, aiohttp.ClientSession() as asking:
        address = f"{_ARI}/events?app=virtualq"
        async with ari.ws_connect(address, heartbeat=30.0) as events:
            async for message in events:
                event = message.json()
                if event["type"] == "StasisStart":
                    task = asyncio.create_task(serve(ari, asking, event))
                    running.add(task)
                    task.add_done_callback(running.discard)


if __name__ == "__main__":
    asyncio.run(main())
