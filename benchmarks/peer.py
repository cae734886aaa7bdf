"""The service as far as a measurement needs it: a process of its own, so that its time is not ours.

Plain sockets, TCP_NODELAY and one write per answer: a server that writes headers and body apart
shows 40 ms that are neither client's. `call_center_id=N` asks for N callers, anything else for one.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Dict, Iterator

from benchmarks.documents import document

ROOT = Path(__file__).resolve().parent.parent
_COUNT = re.compile(rb"call_center_id=(\d+)")


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Start the peer and hand out its address, without a path; stop it at the end."""
    command = [sys.executable, "-m", "benchmarks.peer"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()  # which the peer takes as the end
            process.wait(10)


def _answer(count: int) -> bytes:
    body = document(count)
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.api+json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _serve(connection: socket.socket, answers: Dict[int, bytes]) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = b""
    with connection:
        while True:
            part = connection.recv(65536)
            if not part:
                return
            request += part
            if not request.endswith(b"\r\n\r\n"):
                continue
            asked = _COUNT.search(request)
            count = int(asked.group(1)) if asked else 1
            if count not in answers:
                answers[count] = _answer(count)
            connection.sendall(answers[count])
            request = b""


def main() -> None:
    """Serve on a free port, which is printed, until stdin ends."""
    server = socket.create_server(("127.0.0.1", 0), backlog=128)
    answers = {1: _answer(1)}

    def accept() -> None:
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_serve, args=(connection, answers), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    print(server.getsockname()[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
