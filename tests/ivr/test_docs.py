"""The pages about IVRs: what stands there to be copied is tried, with the real sh and Python."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any, Dict, List
from xml.etree import ElementTree

import pytest

from virtualq import Session

from ..bad_days import BAD_DAYS, service_on
from ..calls import KEY, LINE, PHONE
from ..cli.command import service_at
from ..faults.server import FaultServer
from .agi import EXAMPLES, LONGEST
from .programs import with_program

pytestmark = pytest.mark.once

DOCS = EXAMPLES.parent / "docs"
PAGES = sorted(DOCS.glob("ivr-*.md"))
ROUTE = str(EXAMPLES / "sh" / "virtualq-route.sh")
VXML = "{http://www.w3.org/2001/vxml}"


def blocks(page: str, language: str) -> List[str]:
    """Return the code of one language on a page."""
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_says_how_long_and_what_then(page: Path) -> None:
    """Each kind of IVR has its time budget and its fallback rule, and its links lead somewhere."""
    text = page.read_text()
    assert "## The fallback rule\n" in text
    assert "## Time\n" in text
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert (DOCS / link).is_file()
    for example in re.findall(r"`(examples/[\w./-]+)`", text):
        assert (DOCS.parent / example).exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_setting_on_a_page_is_read_somewhere(page: Path) -> None:
    """A variable that nothing reads or sets would be a promise that nobody keeps."""
    code = "".join(
        path.read_text()
        for folder in (EXAMPLES, EXAMPLES.parent / "virtualq")
        for path in folder.rglob("*")
        if path.suffix in (".py", ".sh", ".agi", ".conf")
    )
    set_by_name = {"VIRTUALQ_" + name for name in re.findall(r'\.set\("(\w+)"', code)}
    documented = set(re.findall(r"VIRTUALQ_[A-Z_]+", page.read_text())) - {"VIRTUALQ_ROUTE"}
    assert {name for name in documented - set_by_name if name not in code} == set()


def test_freeswitch_lets_digits_through_alone(tmp_path: Path) -> None:
    """The expression keeps a hostile number out of the shell; the command gives a word."""
    _, text = blocks("ivr-freeswitch.md", "xml")
    dialplan = ElementTree.fromstring(f"<context>{text}</context>")
    condition = dialplan.findall(".//condition[@field='caller_id_number']")[0]
    (action,) = condition.findall("action[@application='set']")
    command = re.fullmatch(r"virtualq_status=\$\{system\((.*)\)\}", action.attrib["data"])
    expression = condition.attrib["expression"]
    assert command is not None
    for hostile in (f"{PHONE};id", "$(id)", f"{PHONE}`id`", "anonymous", "", f"{PHONE}|x"):
        assert re.search(expression, hostile) is None
    matched = re.search(expression, PHONE)
    assert matched is not None
    line = command[1].replace("$1", matched[1]).replace("/opt/virtualq/virtualq-route.sh", ROUTE)
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        env = with_program(tmp_path, service_at(server.listen().url))
        word = subprocess.check_output(["sh", "-c", line], env=env, timeout=LONGEST)
    assert word == b"up\n"


def test_the_voicexml_dialogue_is_well_formed() -> None:
    """Every way through it ends in one of its forms."""
    (text,) = blocks("ivr-voicexml-cgi.md", "xml")
    document = ElementTree.fromstring(text)
    forms = {form.attrib["id"] for form in document.iter(f"{VXML}form")}
    ways = {goto.attrib["next"].lstrip("#") for goto in document.iter(f"{VXML}goto")}
    assert ways == {"first", "queue"} == forms - {"arrive"}


def cgi(folder: Path, env: Dict[str, str], query: str) -> str:
    """Run the CGI script of the page; return the status in the document it prints."""
    script = folder / "virtualq.cgi"
    script.write_text(blocks("ivr-voicexml-cgi.md", "sh")[0])
    printed = subprocess.check_output(
        ["sh", str(script)],
        env={**with_program(folder, env), "VIRTUALQ_ROUTE": ROUTE, "QUERY_STRING": query},
        text=True,
        timeout=LONGEST,
    )
    head, _, body = printed.partition("\n\n")
    assert "Content-Type: application/voicexml+xml" in head.splitlines()
    variable = ElementTree.fromstring(body).find(f".//{VXML}var[@name='status']")
    assert variable is not None
    return variable.attrib["expr"].strip("'")


@pytest.mark.parametrize("query", ["caller=tel%3A%2B17343305027", "caller=%2b17343305027"])
def test_the_cgi_script_finds_who_is_up(query: str, tmp_path: Path) -> None:
    """With or without the scheme in front of the number."""
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        assert cgi(tmp_path, service_at(server.listen().url), query) == "up"
        assert server.requests[0].query["phone"] == PHONE


@pytest.mark.parametrize(
    "query",
    ["", "caller=", "caller=sip%3Azoe%40pbx", "caller=%2B1;id", "caller=%2B17343305027%27%2F%3E"],
)
def test_the_cgi_script_takes_digits_alone(query: str, tmp_path: Path) -> None:
    """Anything else is the ordinary queue, and nothing is sent."""
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        assert cgi(tmp_path, service_at(server.listen().url), query) == "queue"
        assert server.requests == []


@pytest.mark.parametrize("name", ["down", "slow", "page of a proxy"])
def test_the_cgi_script_on_a_bad_day(name: str, tmp_path: Path) -> None:
    """A whole document with `queue` in it."""
    with service_on(BAD_DAYS[name]) as server:
        env = service_at(server.url, VIRTUALQ_DEADLINE="0.3")
        assert cgi(tmp_path, env, "caller=%2B17343305027") == "queue"


def test_the_function_for_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """One Session for the process; up, not up, and a service that is gone."""
    (code,) = blocks("ivr-voicexml-cgi.md", "python")
    with FaultServer() as server:
        monkeypatch.setenv("VIRTUALQ_BASE_URL", server.listen().url)
        monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
        page: Dict[str, Any] = {}
        exec(code, page)
        session: Session = page["session"]
        with session:
            server.service.seed(LINE, PHONE)
            assert page["status"](LINE, PHONE) == "up"
            assert page["status"](LINE + 1, PHONE) == "queue"
            server.hang_up()
            assert page["status"](LINE, PHONE) == "queue"
