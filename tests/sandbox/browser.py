"""Drives a headless Chromium by its DevTools protocol: as much as a test of one page needs."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Dict, List, Optional, Type

from websockets.sync.client import connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    *("--remote-debugging-port=0", "--lang=en"),
)
_LONGEST = 60.0


class Refused(Exception):
    """The browser says that it cannot do what it was told."""


class Browser:
    """A browser with one page; `complaints` are the errors and warnings that it has logged.

    Not what it logs for information: whether a field took the focus before or after a script did
    is no fault of a page, and depends on how busy the machine is.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        assert CHROMIUM is not None
        command = [CHROMIUM, *_OPTIONS, *options, f"--user-data-dir={folder}", "about:blank"]
        self._open = ExitStack()
        process = self._open.enter_context(
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        )
        self._open.callback(process.terminate)
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        found = next(filter(None, (re.search(r"listening on (\S+)", line) for line in lines)))
        self._socket = self._open.enter_context(
            connect(found.group(1), max_size=None, open_timeout=_LONGEST, proxy=None)
        )
        self._numbers = itertools.count(1)
        self._session: Optional[str] = None
        self.complaints: List[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: object) -> Dict[str, Any]:
        """Call a method of the protocol and return its result."""
        number = next(self._numbers)
        message: Dict[str, object] = {"id": number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            came: Dict[str, Any] = json.loads(self._socket.recv(timeout=_LONGEST))
            if came.get("id") == number:
                if "error" in came:
                    raise Refused(f"{method}: {came['error']}")
                return dict(came["result"])
            if _is_complaint(came):
                self.complaints.append(json.dumps(came["params"])[:500])

    def open(self, url: str) -> None:
        """Go to a page."""
        self.call("Page.navigate", url=url)

    def ask(self, expression: str) -> Any:
        """Return what an expression is worth in the page, awaited; None when it fails.

        It fails too when the page goes to another one while it is asked.
        """
        try:
            result = self.call(
                "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
            )
        except Refused:
            return None
        return result["result"].get("value")

    def wait(self, expression: str) -> None:
        """Wait until a page has come, with its style, and an expression is true in it."""
        until = time.monotonic() + _LONGEST
        while self.ask(f"document.readyState === 'complete' && ({expression})") is not True:
            assert time.monotonic() < until, (expression, self.complaints)
            time.sleep(0.05)

    def click(self, selector: str, text: str = "") -> None:
        """Click the first element that fits, with this text in it, once it is there."""
        find = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".find(node => node.textContent.includes({json.dumps(text)}))"
        )
        self.wait(f"{find} != null")
        self.ask(f"{find}.click()")

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self._open.close()


def _is_complaint(came: Dict[str, Any]) -> bool:
    """Whether a message of the browser is an exception, an error or a warning of the page."""
    if came.get("method") == "Log.entryAdded":
        return came["params"]["entry"]["level"] in ("error", "warning")
    return came.get("method") == "Runtime.exceptionThrown"
