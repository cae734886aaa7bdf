"""A site under the servers that sites run on: gunicorn with threads and gevent, uvicorn."""

from __future__ import annotations

import importlib.util
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List, Tuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

pytest.importorskip("django")

from virtualq import Channel, Session, Source
from virtualq.sandbox.server import Sandbox

from ..cli.command import environment

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]
PHONE = "+17343305027"
# One after the other takes 36 seconds: twelve beside each other took 13 at a load of 25, of which
# the latency was 1.
AT_ONCE, LATENCY = 12, 3.0
APP = "tests.integrations.serving"
GUNICORN = ("gunicorn", "--preload", f"{APP}:application", "--log-level", "warning")
SERVERS = {
    "threads": (*GUNICORN, "--workers", "2", "--threads", "8", "--bind", "fd://{fd}"),
    "gevent": (*GUNICORN, "--workers", "1", "-k", "gevent", "--bind", "fd://{fd}"),
    "uvicorn": ("uvicorn", f"{APP}:asgi", "--log-level", "warning", "--fd", "{fd}"),
}


@contextmanager
def serving(name: str, sandbox: Sandbox) -> Iterator[Tuple[str, List[str]]]:
    """Run a server; yield its address, and at the end what it wrote."""
    for needed in (SERVERS[name][0], "gevent" if name == "gevent" else "django"):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"{needed} is not installed")
    wrote: List[str] = []
    env = environment(
        PYTHONPATH=str(ROOT), VIRTUALQ_API_KEY=sandbox.api_key, VIRTUALQ_BASE_URL=sandbox.url
    )
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        given = listening.fileno()
        command = [sys.executable, "-m", *(part.format(fd=given) for part in SERVERS[name])]
        with subprocess.Popen(
            command, cwd=ROOT, env=env, pass_fds=[given], stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                yield f"http://127.0.0.1:{listening.getsockname()[1]}", wrote
            finally:
                process.send_signal(signal.SIGTERM)
                wrote += process.communicate(timeout=60)[1].splitlines()
    # gunicorn and uvicorn both end by the signal, or tell that they have ended well.
    assert process.returncode in (0, -signal.SIGTERM)


def get(url: str) -> Tuple[int, str]:
    try:
        with urlopen(Request(url, headers={"Accept-Language": "en"}), timeout=60) as page:
            return page.status, page.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize(
    ("name", "path"), [("threads", "place"), ("gevent", "place"), ("uvicorn", "async")]
)
def test_a_site_is_served(name: str, path: str) -> None:
    """Many at once are answered right, each beside the others, and an outage is a friendly page."""
    with Sandbox() as sandbox:
        with Session(sandbox.api_key, base_url=sandbox.url) as vq:
            vq.line_up_caller(3042, PHONE, channel=Channel.CALL_IN, source=Source.PHONE)
        with serving(name, sandbox) as (url, wrote):
            asked = f"{url}/{path}?phone={PHONE.replace('+', '%2B')}"
            assert get(asked)[0] == 200  # once it has started
            sandbox.fail("get_caller", latency=LATENCY)
            began = time.monotonic()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                answers = list(pool.map(get, [asked] * AT_ONCE))
            took = time.monotonic() - began
            sandbox.heal()
            sandbox.fail(status=503)
            outage = get(asked)
    assert set(answers) == {(200, "True")}
    assert took < AT_ONCE * LATENCY, "one after the other"
    assert (outage[0], "cannot be reached" in outage[1]) == (503, True)
    assert not [line for line in wrote if re.search("Traceback|Error", line)], wrote
