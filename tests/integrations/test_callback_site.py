"""The example site as people meet it: its own tests, `make site`, and two journeys in a browser."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple
from urllib.request import urlopen

import pytest

pytest.importorskip("django")
pytest.importorskip("phonenumbers")

from virtualq import Channel, Session, Source
from virtualq.sandbox.clock import utc_now
from virtualq.sandbox.server import Sandbox

from ..cli.command import environment
from ..sandbox.browser import Browser
from ..sandbox.test_page import needs_chromium

pytestmark = pytest.mark.once

SITE = Path(__file__).parents[2] / "examples" / "callback_site"
LINE, PHONE, OTHER = 3042, "+4917111112233", "+17343305027"
SECONDS = """async url => {
  const began = performance.now();
  await (await fetch(url)).text();
  return (performance.now() - began) / 1000;
}"""


class Started(NamedTuple):
    """A site that answers, with what it printed."""

    process: subprocess.Popen[str]
    lines: List[str]

    @property
    def url(self) -> str:
        return re.findall(r"http\S+", self.lines[0])[0]


@contextmanager
def started(*command: str, **settings: str) -> Iterator[Started]:
    """Start the site on a free port."""
    env = environment(PYTHONPATH=os.pathsep.join((str(SITE), str(SITE.parents[1]))), **settings)
    with subprocess.Popen(
        [sys.executable, *command], cwd=SITE, env=env, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield Started(process, [process.stdout.readline() for _ in range(3)])
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox whose clock stands until it is stepped."""
    with Sandbox(speed=0, clock=utc_now) as running:
        yield running


@pytest.fixture
def site(sandbox: Sandbox, tmp_path: Path) -> Iterator[str]:
    """The address of a site that asks the sandbox."""
    settings: Dict[str, str] = {
        "DJANGO_SETTINGS_MODULE": "website.settings",
        "SITE_DEBUG": "1",
        "SITE_DATABASE": str(tmp_path / "site.sqlite3"),
        "VIRTUALQ_API_KEY": sandbox.api_key,
        "VIRTUALQ_BASE_URL": sandbox.url,
    }
    start = "from django.conf import settings as s; s.STALE = 5; import start; start.serve(0, '')"
    with started("-c", start, **settings) as running:
        yield running.url


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A browser."""
    with Browser(tmp_path / "profile") as running:
        yield running


@pytest.mark.parametrize("command", [["test"], ["check", "--deploy", "--fail-level", "WARNING"]])
def test_its_own_commands(command: List[str], tmp_path: Path) -> None:
    """Its tests pass without a key and with each warning an error; it is fit to be deployed."""
    more = {"SITE_DEBUG": "1"} if command == ["test"] else {"VIRTUALQ_API_KEY": "key"}
    more.update(SITE_SECRET_KEY="".join(map(chr, range(40, 120))), SITE_HOSTS="example.com")
    done = subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *command],
        cwd=SITE,
        env=environment(PYTHONPATH=str(SITE.parents[1]), **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_make_site() -> None:
    """What `make site` starts prints addresses that answer, has people who wait, and ends."""
    with started("start.py", "0") as running:
        names = [line.split()[0] for line in running.lines]
        assert names == ["visitors", "staff", "sandbox"]
        for url in re.findall(r"http\S+", "".join(running.lines)):
            with urlopen(url, timeout=30) as page:
                assert page.status == 200
        with urlopen(running.url, timeout=30) as page:
            assert "Sales" in page.read().decode()
    assert running.process.returncode == 0


@pytest.mark.parametrize("port", ["abc", "99999", "-1", ""])
def test_a_port_that_is_none(port: str) -> None:
    """What was typed, what it must be, and no traceback."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(SITE / "start.py"), port],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"port {port!r}: must be a number")
    assert len(done.stderr.splitlines()) == 1


def fill(browser: Browser, **typed: str) -> None:
    """Type into the fields of a form."""
    for name, text in typed.items():
        browser.ask(f"document.querySelector('#id_{name}').focus()")
        browser.call("Input.insertText", text=text)


def figures(browser: Browser, *expected: str) -> None:
    """Wait until the big figures of the page are these."""
    browser.wait(
        "[...document.querySelectorAll('dd')].map(each => each.textContent.trim()).join()"
        f" === {','.join(expected)!r}"
    )


@needs_chromium
def test_a_visitor(site: str, sandbox: Sandbox, browser: Browser) -> None:
    """They ask without JavaScript, see the place change by itself with it, and leave the line."""
    with Session(sandbox.api_key, base_url=sandbox.url) as vq:
        vq.line_up_caller(LINE, OTHER, channel=Channel.CALL_IN, source=Source.PHONE)
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(site)
    browser.click("input[type=radio]")
    fill(browser, phone="12")
    browser.click(".primary")
    browser.wait("document.querySelector('#phone-error') !== null")
    browser.ask("document.querySelector('#id_phone').value = ''")
    fill(browser, phone="0171 1111 22 33")
    browser.click(".primary")
    figures(browser, "2", "in 4 min")
    assert browser.ask("document.querySelector('meta[http-equiv=refresh]') !== null") is True
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    browser.open(f"{site}place")
    sandbox.step(130)
    figures(browser, "1", "in 2 min")
    sandbox.fail(status=503)
    browser.wait("document.querySelector('[data-trouble]')?.textContent.includes('by itself')")
    figures(browser, "1", "in 2 min")  # the last that is known
    sandbox.heal()
    sandbox.fail(timeout=True)  # a deadline of two seconds, and what a page takes on a busy day
    assert browser.ask(f"({SECONDS})('/place')") < 2.0 + 20.0
    sandbox.heal()
    sandbox.step(120)
    browser.wait("document.querySelector('.place.notified') !== null")
    browser.wait("document.querySelector('[data-trouble]').hidden")
    browser.click(".danger")
    browser.wait("document.querySelector('.success') !== null")
    with Session(sandbox.api_key, base_url=sandbox.url) as vq:
        assert not vq.get_caller(LINE, PHONE)


@needs_chromium
def test_staff(site: str, sandbox: Sandbox, browser: Browser) -> None:
    """They see states in colour and a chart, filter, and read it all on a phone and by night."""
    browser.resize(320)
    with Session(sandbox.api_key, base_url=sandbox.url) as vq:
        for phone in (PHONE, OTHER):
            vq.line_up_caller(LINE, phone, channel=Channel.CALL_BACK, source=Source.PHONE)
    sandbox.step(130)
    browser.open(site)
    browser.wait("document.querySelectorAll('.choice').length === 2")
    assert browser.faults() == []
    browser.open(f"{site}staff/")
    browser.wait("document.querySelector('#id_password') !== null")
    fill(browser, username="demo", password="demo")
    browser.click(".primary")
    browser.wait("document.querySelectorAll('tbody tr').length === 2")
    assert browser.faults() == []
    colours = "[...document.querySelectorAll('.state')].map(n => getComputedStyle(n).color)"
    assert len(set(browser.ask(colours))) == 2
    assert "2-5: 1" in browser.ask("document.querySelector('desc').textContent")
    sandbox.step(120)  # the page comes anew by itself
    browser.wait("document.querySelectorAll('.state.notified').length === 2")
    browser.ask("document.querySelector('#id_state').value = 'Waiting'")
    browser.click(".filters .primary")
    browser.wait("document.querySelector('tbody').textContent.includes('Nobody waits')")
    assert browser.complaints == []
