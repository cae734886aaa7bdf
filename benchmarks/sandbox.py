"""How many requests the sandbox answers a second, and whether its memory stays flat.

    python -m benchmarks.sandbox 100000

Four connections that are kept ask a `virtualq sandbox` of its own: half look-ups, half line-ups and
reports, of 200 callers. docs/sandbox.md tells what came out. Linux alone: it reads /proc.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Dict, Tuple

from virtualq._api.operations import BASE_PATH, KEY_HEADER, REQUEST_MEDIA_TYPE

CONNECTIONS = 4
CALLERS = 200
PARTS = 10


def question(number: int) -> Tuple[str, str, bytes]:
    """Return method, target and body of a request."""
    phone = f"+1734330{number % CALLERS:04}"
    collection = f"{BASE_PATH}/waiters"
    if number % 2:
        return "GET", f"{collection}?active=true&phone=%2B{phone[1:]}&line_id=3042", b""
    attributes: Dict[str, object] = {"line_id": 3042, "phone": phone}
    if number % 4:
        attributes["service_waiter_ewt"] = number % 600
    else:
        attributes.update(channel="CallIn", source="Phone", properties={"number": number})
    document = {"data": {"type": "waiters", "attributes": attributes}}
    target = f"{collection}/0" if number % 4 else collection
    return "PUT" if number % 4 else "POST", target, json.dumps(document).encode()


def ask(host: str, headers: Dict[str, str], first: int, count: int) -> None:
    """Send some requests over one connection, and read the answers."""
    connection = HTTPConnection(host, timeout=60)
    for number in range(first, first + count):
        method, target, body = question(number)
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        answer.read()
        # The report of a caller whom another connection has yet to line up is 404.
        assert answer.status in (200, 201, 404), (answer.status, method, target)
    connection.close()


def resident(process: int) -> float:
    """Return how much memory a process holds, in MiB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    (size,) = re.findall(r"VmRSS:\s+(\d+) kB", status)
    return int(size) / 1024


def main(total: int) -> None:
    """Ask, and print a line for each tenth of it."""
    command = [sys.executable, "-m", "virtualq", "sandbox"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url, key = (process.stdout.readline().strip() for _ in range(2))
        headers = {KEY_HEADER: key, "Content-Type": REQUEST_MEDIA_TYPE}
        print(f"{total} requests, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}")
        share = total // PARTS // CONNECTIONS
        for part in range(PARTS):
            started = time.monotonic()
            threads = [
                threading.Thread(
                    target=ask,
                    args=(url.rpartition("/")[2], headers, (part * 7 + each) * share, share),
                )
                for each in range(CONNECTIONS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            rate = share * CONNECTIONS / (time.monotonic() - started)
            print(
                f"{(part + 1) * share * CONNECTIONS:7} {rate:6.0f} a second"
                f" {resident(process.pid):6.1f} MiB",
                flush=True,
            )
        process.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
