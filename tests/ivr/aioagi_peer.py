"""Asterisk's side of one FastAGI call as aioagi plays it; run as a program, prints what it got.

    python aioagi_peer.py agi://127.0.0.1:4573/arrive KEY NAME=VALUE...

In a process of its own, as it brings an event loop and warnings that are not ours.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, Dict, List

from aioagi.client import AGIClientSession
from aioagi.parser import AGICode, AGIMessage


async def call(address: str, key: str, said: Dict[str, str]) -> List[Any]:
    """Hold one dialogue; return each command with its arguments."""
    got: List[Any] = []
    loop = asyncio.get_running_loop()
    session = AGIClientSession(headers=said, loop=loop)
    async with session, session.local(address) as response:
        async for message in response:
            name = getattr(message.command, "value", str(message.command))
            got.append([name, list(message.args)])
            result = key if name == "GET DATA" else "1"
            await response.send(AGIMessage(AGICode.OK, result, {}))
    return got


if __name__ == "__main__":
    _, where, pressed, *pairs = sys.argv
    about = dict(pair.split("=", 1) for pair in pairs)
    print(json.dumps(asyncio.run(call(where, pressed, about))))
