"""Proxies for the tests: one made of the fault server, and Debian's tinyproxy as a stranger's."""

from __future__ import annotations

import contextlib
import select
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Iterator

from ..ports import kept_port, listens
from .leaks import wait_until
from .server import Mode, Peer

TINYPROXY = shutil.which("tinyproxy")
LONGEST = 60.0
"""What a loaded machine may take to start a program, in seconds."""
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


def relays(port: int) -> Mode:
    """Make the mode of a proxy that does its work, whatever host it is asked for."""

    def act(peer: Peer) -> None:
        with socket.create_connection(("127.0.0.1", port)) as far:
            peer.send(ESTABLISHED)
            _pump(peer.sock, far)
        peer.close()

    return Mode("relays", act, carries_out=False)


def _pump(near: socket.socket, far: socket.socket) -> None:
    other = {near: far, far: near}
    while True:
        for ready in select.select([near, far], [], [])[0]:
            got = ready.recv(65_536)
            if not got:
                return
            other[ready].sendall(got)


@contextlib.contextmanager
def tinyproxy(folder: Path) -> Iterator[str]:
    """Run tinyproxy on loopback and give its address; its log is in the folder."""
    assert TINYPROXY is not None
    settings = folder / "tinyproxy.conf"
    with kept_port() as port:
        lines = [f"Port {port}", "Listen 127.0.0.1", "Allow 127.0.0.1", "MaxClients 20"]
        lines += [f'LogFile "{folder / "log"}"', "LogLevel Connect", ""]
        settings.write_text("\n".join(lines))
        command = [TINYPROXY, "-d", "-c", str(settings)]
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                assert wait_until(lambda: listens(port), LONGEST), "tinyproxy does not start"
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()
