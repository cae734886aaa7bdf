"""Drives a headless Chromium by its DevTools protocol: as much as a test of one page needs."""

from __future__ import annotations

import itertools
import json
import os
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
# What a screen reader, a keyboard or a narrow screen cannot use of a page.
_ACCESSIBLE = """(() => {
  const faults = [];
  for (const node of document.querySelectorAll("button, input, select, summary, [role=img]")) {
    if (!node.checkVisibility()) continue;
    const label = node.labels?.[0]?.textContent;
    if (!(node.getAttribute("aria-label") ?? label ?? node.textContent).trim()) {
      faults.push(node.outerHTML.slice(0, 80));
    }
    if (node.tabIndex < 0 && node.tagName !== "svg") faults.push("no keyboard: " + node.outerHTML);
  }
  const levels = [...document.querySelectorAll("h1, h2, h3")].map(node => +node.tagName[1]);
  const jumps = levels.filter((level, place) => place && level - levels[place - 1] > 1);
  faults.push(...jumps);
  if (document.documentElement.scrollWidth > WIDTH) faults.push("wider than the screen");
  for (const moves of document.querySelectorAll(".caller .moves")) {
    const ours = moves.getBoundingClientRect();
    for (const text of moves.parentNode.querySelectorAll(".phone, .tag, .times")) {
      const theirs = text.getBoundingClientRect();
      const row = theirs.bottom > ours.top && theirs.top < ours.bottom;
      if (row && theirs.right > ours.left) faults.push(`buttons over "${text.textContent}"`);
    }
  }
  return faults;
})()"""
# What a text and its ground differ by, in every text of a page (WCAG 2.2, 1.4.3).
_CONTRAST = """(() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = parts => parts.slice(0, 3).map(part => part / 255)
    .map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [.2126, .7152, .0722][place], 0);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const parts = rgb(getComputedStyle(node).backgroundColor);
      if (parts.length === 3 || parts[3] === 1) return parts;
    }
    return [255, 255, 255];
  };
  const faults = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some(each => each.nodeType === 3 && each.data.trim());
    if (!own || !node.checkVisibility() || node.closest(".skip, select")) continue;
    const style = getComputedStyle(node);
    const pair = [light(rgb(node.closest("svg") ? style.fill : style.color)), light(ground(node))];
    const ratio = (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
    if (ratio < 4.5) faults.push([node.textContent.trim(), ratio]);
  }
  return faults;
})()"""


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
        self._numbers = itertools.count(1)
        self._session: Optional[str] = None
        self.complaints: List[str] = []
        with ExitStack() as opened:
            self._socket = opened.enter_context(
                connect(_start(command, opened), max_size=None, open_timeout=_LONGEST, proxy=None)
            )
            target = self.call("Target.createTarget", url="about:blank")["targetId"]
            attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
            self._session = attached["sessionId"]
            for domain in ("Page", "Runtime", "Log"):
                self.call(f"{domain}.enable")
            self._open = opened.pop_all()

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

    def resize(self, width: int, height: int = 800) -> None:
        """Show the page as a screen of this size does, a narrow one as a phone."""
        self._width = width
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.call("Emulation.setDeviceMetricsOverride", **size)

    def faults(self) -> List[str]:
        """Return what somebody cannot use or read, by day and by night."""
        self.wait("true")
        # On a phone innerWidth grows with what is too wide.
        width = "innerWidth" if self._width is None else str(self._width)
        found: List[str] = self.ask(_ACCESSIBLE.replace("WIDTH", width))
        for scheme in ("light", "dark"):
            # No colour is on its way from one scheme to the other while it is read.
            wanted = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
            features = [{"name": name, "value": value} for name, value in wanted.items()]
            self.call("Emulation.setEmulatedMedia", features=features)
            self.wait(f"matchMedia('(prefers-color-scheme: {scheme})').matches")
            found += self.ask(_CONTRAST)
        return found

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


def _start(command: List[str], opened: ExitStack) -> str:
    """Start a browser, which ends with the stack; return where it listens."""
    process = opened.enter_context(
        subprocess.Popen(
            command,
            # It has a socket in there, whose path has at most 107 bytes (unix(7)).
            env={**os.environ, "TMPDIR": "/tmp"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
    )
    opened.callback(process.terminate)
    assert process.stderr is not None
    lines: List[str] = []
    for line in iter(process.stderr.readline, ""):
        found = re.search(r"listening on (\S+)", line)
        if found:
            return found.group(1)
        lines.append(line)
    raise AssertionError(f"the browser does not start: {''.join(lines)}")


def _is_complaint(came: Dict[str, Any]) -> bool:
    """Whether a message of the browser is an exception, an error or a warning of the page."""
    if came.get("method") == "Log.entryAdded":
        return came["params"]["entry"]["level"] in ("error", "warning")
    return came.get("method") == "Runtime.exceptionThrown"
