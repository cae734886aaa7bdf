"""The page at `/`: in a browser, by keyboard and for screen readers, and against other sites."""

from __future__ import annotations

import http.client
import json
import re
import urllib.request
from pathlib import Path
from typing import Dict, Iterator, Tuple

import pytest

from virtualq.sandbox.clock import utc_now
from virtualq.sandbox.server import Sandbox
from virtualq.session import Session

from .asking import LINE, PHONE
from .browser import CHROMIUM, Browser

pytestmark = pytest.mark.once

FOLDER = Path(__file__).parents[2] / "virtualq" / "sandbox" / "page"
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium is not installed (Debian: apt-get install chromium)"
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox on a free port, whose clock stands until it is stepped."""
    with Sandbox(speed=0, clock=utc_now) as running:
        yield running


def get(sandbox: Sandbox, path: str, method: str = "GET", **headers: str) -> Tuple[int, str]:
    """Return status and text of a path."""
    connection = http.client.HTTPConnection(sandbox.url.rpartition("/")[2], timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_it_stands_alone(sandbox: Sandbox) -> None:
    """Every file it names is served here, and none comes from anywhere else."""
    status, page = get(sandbox, "/")
    assert status == 200
    named = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    for path in named:
        status, text = get(sandbox, path)
        assert status == 200
        named += [f"/sandbox/{name}" for name in re.findall(r'from "\./([^"]+)"', text) if name]
    served = {path.rpartition("/")[2] for path in named} | {"page.html"}
    assert served == {
        path.name for path in FOLDER.iterdir() if path.suffix in (".html", ".css", ".js")
    }
    everything = "".join(path.read_text() for path in FOLDER.glob("*.*s")) + page
    assert set(re.findall(r"https?://[^/'\" ]+", everything)) <= {"http://www.w3.org"}


def test_both_languages_say_the_same_things() -> None:
    """No word is missing in one of them, and none that the page asks for in both."""
    text = (FOLDER / "words.js").read_text()
    english, german = text.partition("\n  de: {")[::2]
    names = [set(re.findall(r"[{,\s](\w+): \"", part)) for part in (english, german)]
    assert names[0] == names[1]
    asked = "".join(path.read_text() for path in FOLDER.glob("*.*"))
    used = set(re.findall(r'data-(?:word|label)="(\w+)"|speak\("(\w+)"', asked))
    assert {first or second for first, second in used} <= names[0]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "{url}", "Sec_Fetch_Site": "same-origin"}, 200),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Host": "elsewhere.example"}, 403),
        ({"Host": "elsewhere.example:80", "Origin": "http://elsewhere.example:80"}, 403),
        ({"Host": "localhost:1"}, 200),
        ({"Host": "LocalHost.:1"}, 200),
        ({"Host": "[::1]:1"}, 200),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/sandbox/status", "/"])
def test_no_other_site_drives_it(
    sandbox: Sandbox, path: str, headers: Dict[str, str], status: int
) -> None:
    """What another site sends is refused, and what comes under a name that is rebound."""
    sent = {name: value.replace("{url}", sandbox.url) for name, value in headers.items()}
    assert get(sandbox, path, X_Api_Key="sandbox-key", **sent)[0] == status


def test_a_link_is_followed(sandbox: Sandbox) -> None:
    """Who comes by a link sees the page; a frame and a script of another site do not."""
    for target, status in (("document", 200), ("iframe", 403), ("script", 403)):
        sent = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Dest": target}
        assert get(sandbox, "/", **sent)[0] == status


def test_a_browser_elsewhere_reaches_no_caller(sandbox: Sandbox) -> None:
    """The API itself is closed to a browser on another site, though that has the known key."""
    path = "/api/v2/waiters"
    assert get(sandbox, path, X_Api_Key="sandbox-key")[0] == 200
    sent = {"Origin": "https://elsewhere.example", "X_Api_Key": "sandbox-key"}
    assert get(sandbox, path, **sent)[0] == 403
    assert get(sandbox, path, "OPTIONS", Origin="https://elsewhere.example")[0] == 403


def test_the_events_need_the_key(sandbox: Sandbox) -> None:
    """Nobody watches without the key; who has it gets what there is, and what comes."""
    assert get(sandbox, "/sandbox/events")[0] == 401
    request = urllib.request.Request(
        sandbox.url + "/sandbox/events", headers={"X-Api-Key": "sandbox-key"}
    )
    with urllib.request.urlopen(request, timeout=20) as stream:
        assert stream.readline() == b"event: state\n"
        first = json.loads(stream.readline()[len("data: ") :])
        assert [line["name"] for line in first["lines"]] == [
            "Sales",
            "Service",
            "Support",
            "Orders",
        ]
        with Session(sandbox.api_key, base_url=sandbox.url) as vq:
            vq.line_up_caller(LINE, PHONE, channel="CallIn", source="Phone")
        while not first["requests"]:
            line = stream.readline()
            first = json.loads(line[len("data: ") :]) if line.startswith(b"data") else first
        assert first["lines"][0]["queue"][0]["phone"] == PHONE
        assert first["requests"][0]["function"] == "line_up_caller"


def test_two_thousand_callers(sandbox: Sandbox) -> None:
    """However many stand in a line, an event stays small enough to be read twice a second."""
    for number in range(2000):
        given = {"line_id": LINE, "phone": f"+1{number:010}", "channel": "CallIn", "source": "App"}
        sandbox._service.queue.line_up(given)
    shown = sandbox.status()["lines"]
    assert isinstance(shown, list)
    assert (shown[0]["counts"]["Waiting"], len(shown[0]["queue"])) == (2000, 100)
    assert len(json.dumps(shown)) < 60_000


@needs_chromium
def test_in_a_browser(sandbox: Sandbox, tmp_path: Path) -> None:
    """A colleague lines a caller up, lets time pass, brings them to an agent, orders a bad day."""
    with Browser(tmp_path) as browser:
        browser.open(sandbox.url)
        browser.wait("document.querySelectorAll('.card').length === 4")
        browser.click("#lineup")
        browser.click("#lineup-form .primary")
        browser.wait(
            "document.querySelector('.caller.Waiting .phone')?.textContent === '+17 ••• 27'"
        )
        assert PHONE not in browser.ask("document.body.innerText")
        browser.click(".caller .phone")
        browser.wait(f"document.querySelector('.caller .phone').textContent === '{PHONE}'")
        browser.click("[data-step]", "+5")
        browser.click(".caller.Notified .moves button", "Connect")
        browser.click(".caller.Connected .moves button", "To an agent")
        browser.wait("document.querySelector('.stage.Finished b').textContent === '1'")
        assert sandbox.reported(LINE, PHONE)["wait_time_when_up"] == 0
        browser.click("#bad .primary")
        browser.wait("document.querySelectorAll('#failing li').length === 1")
        browser.click(".card .gate", "Close line")
        browser.wait("document.querySelectorAll('.pill.off').length === 1")
        browser.click("#language")
        browser.wait("document.documentElement.lang === 'de'")
        assert "Niemand muss" in browser.ask("document.body.innerText")
        browser.click("#heal")
        browser.wait("document.querySelectorAll('#failing li').length === 0")
        assert browser.complaints == []


@needs_chromium
@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1440])
def test_for_everybody(sandbox: Sandbox, tmp_path: Path, width: int) -> None:
    """On each width everything fits, has a name for a screen reader and is reached by keyboard."""
    with Session(sandbox.api_key, base_url=sandbox.url) as vq:
        for number in range(9):
            vq.line_up_caller(LINE, f"{PHONE}{number}", channel="CallIn", source="Phone")
    with Browser(tmp_path) as browser:
        browser.resize(width)
        browser.open(sandbox.url)
        browser.wait("document.querySelectorAll('.caller').length === 6")
        assert browser.faults() == []
        browser.ask("document.querySelector('.caller .moves button').focus()")
        sandbox.step(1)  # an update leaves the focus where it is
        browser.wait("document.querySelector('.caller .times').textContent.includes('1:59')")
        assert browser.ask("document.activeElement.closest('.moves') !== null") is True
        browser.click("#language")  # its words are longer
        sandbox.notify(LINE, f"{PHONE}0")
        browser.click(".caller.Notified .moves button", "Verbinden")
        browser.wait("document.querySelector('.caller.Connected .moves') !== null")
        assert browser.faults() == []
        assert browser.complaints == []
