"""Pictures of the sandbox's page and of the site, on a screen and on a phone, light and dark.

    python docs/_site/screenshots.py

Needs Chromium and the site in build/docs. docs/images gets what README.md shows; build/screenshots
gets everything, for a person to look at.
"""

from __future__ import annotations

import base64
import shutil
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Iterator, Tuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.sandbox.browser import Browser  # noqa: E402  # found through the path above
from virtualq import Session  # noqa: E402  # as above
from virtualq.sandbox.server import Sandbox  # noqa: E402  # as above

EVERYTHING, SHOWN = ROOT / "build" / "screenshots", ROOT / "docs" / "images"
SCREENS = {"desktop": (1280, 860, False), "phone": (390, 844, True)}
SCHEMES = ("light", "dark")
SITE = ("index", "python", "sandbox", "reference/session", "reference/models", "reference/settings")
A_DAY = datetime(2026, 11, 27, 9, 0, tzinfo=timezone.utc)


def pages(sandbox: Sandbox) -> Iterator[Tuple[str, str, str]]:
    """Yield name and address of each page, and what is true of it when it can be looked at."""
    yield "sandbox-page", sandbox.url, "document.querySelectorAll('.caller').length > 5"
    for name in SITE:
        page = ROOT / "build" / "docs" / f"{name}.html"
        yield f"site-{name.replace('/', '-')}", page.as_uri(), "document.readyState === 'complete'"


def let_people_call(sandbox: Sandbox) -> None:
    """Let an hour pass in which people call, and a program ask."""
    sandbox.step(3600)
    with Session(sandbox.api_key, base_url=sandbox.url) as vq:
        for last in range(3):
            phone = f"+1734330502{last}"
            vq.verify_caller(3042, phone)
            vq.line_up_caller(3042, phone, channel="CallIn", source="Phone", skills=["billing"])
        sandbox.fail("list_lines", status=503, times=1)
        vq.is_virtualq_active(3042)
        vq.list_lines(24)
    for _ in range(40):
        sandbox.step(15)
        time.sleep(0.3)  # the page's charts show what was so for a quarter of a second


def take(browser: Browser, url: str, ready: str, screen: str, scheme: str, to: Path) -> None:
    """Take a picture of a page as it looks on a screen in a colour scheme."""
    width, height, mobile = SCREENS[screen]
    browser.call(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=height,
        deviceScaleFactor=1,
        mobile=mobile,
    )
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.call("Emulation.setEmulatedMedia", features=[feature])
    browser.open(url)
    browser.wait(f"document.body !== null && {ready}")
    browser.ask("new Promise(done => setTimeout(done, 500))")  # what fades in has faded in
    to.write_bytes(base64.b64decode(browser.call("Page.captureScreenshot", format="png")["data"]))


def main() -> None:
    """Take every picture, and name those that README.md shows."""
    shutil.rmtree(EVERYTHING, ignore_errors=True)
    for folder in (EVERYTHING, SHOWN):
        folder.mkdir(parents=True, exist_ok=True)
    with (
        # Parts of Chromium may still write when it has ended.
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        Sandbox(speed=0, demo=7, clock=lambda: A_DAY) as sandbox,
    ):
        let_people_call(sandbox)
        with Browser(Path(profile)) as browser:
            for name, url, ready in pages(sandbox):
                for screen in SCREENS:
                    for scheme in SCHEMES:
                        to = EVERYTHING / f"{name}-{screen}-{scheme}.png"
                        take(browser, url, ready, screen, scheme, to)
            assert browser.complaints == [], browser.complaints
    for scheme in SCHEMES:
        picture = EVERYTHING / f"sandbox-page-desktop-{scheme}.png"
        shutil.copy(picture, SHOWN / f"sandbox-{scheme}.png")
    sys.stdout.write(f"{EVERYTHING}, {SHOWN}\n")


if __name__ == "__main__":
    main()
