"""Runs `virtualq gateway` as a process of its own, and asks it as a telephone system does."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Type
from urllib.parse import quote, urlencode

from virtualq.sandbox.server import Sandbox

ROOT = Path(__file__).resolve().parents[2]
LINE, PHONE = 3042, "+17343305027"
WHO = f"line_id={LINE}&phone={quote(PHONE)}"


class Said(NamedTuple):
    """An answer of the gateway."""

    status: int
    headers: Dict[str, str]
    body: str

    @property
    def word(self) -> str:
        """The word in a text answer."""
        assert self.status == 200, self
        assert self.body.endswith("\n"), self
        return self.body[:-1]

    @property
    def reason(self) -> Optional[str]:
        """Why it is `queue`."""
        return self.headers.get("x-virtualq-reason")

    @property
    def json(self) -> Any:
        """The document."""
        return json.loads(self.body)


def environ(sandbox: Sandbox, **more: str) -> Dict[str, str]:
    """Return an environment with the sandbox as the service, and nothing else of virtualQ."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIRTUALQ_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "VIRTUALQ_BASE_URL": sandbox.url,
        "VIRTUALQ_API_KEY": sandbox.api_key,
        **more,
    }


class Gateway:
    """A gateway that runs; `log` is the file of its stderr."""

    def __init__(self, sandbox: Sandbox, folder: Path, *options: str, **more: str) -> None:
        self.log = folder / "gateway.log"
        self.state = folder / "gateway.sqlite"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-W", "error", "-m", "virtualq", "gateway"),
                    *("--state", str(self.state), *options),
                ],
                env=environ(sandbox, **more),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        if not self.line.endswith("\n"):
            self.process.communicate(timeout=60)  # else a later test would be told of it
            raise AssertionError(self.log.read_text())
        self.url = self.line.strip()

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: Optional[bytes] = None,
        **headers: str,
    ) -> Said:
        """Ask over a new connection; an underscore in a header's name is a hyphen."""
        connection = http.client.HTTPConnection(self.url[len("http://") :], timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        said = answer.read().decode()
        connection.close()
        return Said(
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            said,
        )

    def word(self, name: str, **parameters: object) -> str:
        """Return the word for a caller, by default the one of WHO."""
        return self.ask(f"/v1/{name}?{_query(parameters)}").word

    def outbox(self) -> Dict[str, float]:
        """Return what is in the outbox."""
        found: Dict[str, float] = self.ask("/v1/outbox").json
        return found

    def delivered(self, many: int) -> None:
        """Wait until so many reports were delivered, and none waits."""
        until(lambda: (self.outbox()["delivered"], self.outbox()["pending"]) == (many, 0))

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End the process; return its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def __enter__(self) -> Gateway:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if self.process.poll() is None:
            self.stop(signal.SIGKILL)


def _query(parameters: Dict[str, object]) -> str:
    return urlencode({"line_id": LINE, "phone": PHONE, **parameters}, doseq=True)


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something holds; fail after a time that only a fault takes."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


def told(sandbox: Sandbox, function: str) -> List[Dict[str, Any]]:
    """Return the attributes of each request of a function that the service has seen."""
    return [seen.attributes for seen in sandbox.requests if seen.function == function]
