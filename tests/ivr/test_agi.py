"""The AGI scripts in whole dialogues on good days: what caller, dialplan and service get."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Dict, Sequence

import pytest

from ..calls import LINE, PHONE, answer, caller
from ..cli.command import environment, service_at
from ..faults.server import FaultServer
from ..loopback import Loopback
from .agi import LONGEST, run, script
from .asterisk import BUFFER, Asterisk
from .sharing import HARMLESS, HOSTILE, TRANSFER, arrive, asked_for, hang_up_when_asked

CHANNEL = "1669118400.1"

pytest.importorskip("pystrix", reason="SKIPPED: needs pystrix")


def test_a_caller_who_is_up_is_served_first() -> None:
    """They are verified and reported as connected; the dialplan learns it, in this order."""
    asterisk = Asterisk()
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        ended = arrive(asterisk, service_at(server.listen().url))
        assert asked_for(server) == ["verify", "Connected"]
    assert asterisk.variables == {
        "VIRTUALQ_STATUS": "up",
        "VIRTUALQ_LINE_ID": str(LINE),
        "VIRTUALQ_PHONE": PHONE,
        "VIRTUALQ_LINE_NAME": "Sales",
        "VIRTUALQ_SKILLS": "",
    }
    assert asterisk.commands[0] == ["SET VARIABLE", "VIRTUALQ_STATUS", "queue"]
    assert asterisk.commands[-1] == ["SET VARIABLE", "VIRTUALQ_STATUS", "up"]
    assert ended.stderr == ""


def test_a_caller_who_presses_1_is_lined_up(loopback: Loopback) -> None:
    """The service gets number and language; the dialplan gets how long it will take."""
    found = answer("line_up_caller", caller(ewt=120, virtualq_waiter_state="Waiting"))
    active = {"data": {"id": LINE, "attributes": {"virtualq-line-state": "active"}}}
    loopback.steps = [(200, {"data": []}), (200, active), (204, None), (201, found)]
    asterisk = Asterisk(key="1", said={"agi_language": "de_AT"})
    assert arrive(asterisk, service_at(loopback.url)).stderr == ""
    assert loopback.asked[3].attributes == {
        "line_id": LINE,
        "phone": PHONE,
        "channel": "CallIn",
        "source": "Phone",
        "lang": "de",
    }
    assert asterisk.variables["VIRTUALQ_STATUS"] == "lined-up"
    assert asterisk.variables["VIRTUALQ_EWT"] == "120"
    offer = ["GET DATA", "virtualq/press-1-to-keep-your-place", "5000", "1"]
    assert offer in asterisk.commands


@pytest.mark.shared
@pytest.mark.parametrize("key", ["", "2", "#"])
def test_a_caller_who_does_not_want_it_waits(key: str) -> None:
    """No key, or another one: nobody is lined up."""
    asterisk = Asterisk(key=key)
    with FaultServer() as server:
        arrive(asterisk, service_at(server.listen().url))
        assert asked_for(server) == ["verify", "active", "offered"]
    assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("number", "presentation"),
    [
        ("unknown", "67"),
        ("anonymous", "0"),
        ("", "0"),
        ("Zoë <sip:zoe@pbx.test>", "0"),
        ("204", "0"),
        (PHONE, "32"),
        (PHONE * 2, "0"),
        (f"{PHONE}\udceb", "0"),
    ],
)
def test_a_caller_without_a_number_waits(number: str, presentation: str) -> None:
    """Hidden, unknown, an extension, no number at all: nobody is asked, nothing is sent."""
    asterisk = Asterisk(caller=number, said={"agi_callingpres": presentation})
    with FaultServer() as server:
        arrive(asterisk, service_at(server.listen().url))
        assert server.requests == []
    assert asterisk.variables == {"VIRTUALQ_STATUS": "queue"}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("country", "number", "known_as"),
    [
        ("DE", "0171 1111 22 33", "+491711111 2233"),
        ("DE", "491711111 2233", "+491711111 2233"),
        ("CH", "41791234567", "+41791234567"),
        ("DE", "0017343305027", PHONE),
        ("US", "7343305027", PHONE),
        ("US", "011491711111 2233", "+491711111 2233"),
        ("", "001 734 330 5027", PHONE),
    ],
)
def test_a_national_number_is_made_international(country: str, number: str, known_as: str) -> None:
    """The service knows numbers with their country code alone."""
    asterisk = Asterisk(caller=number)
    with FaultServer() as server:
        env = service_at(server.listen().url, VIRTUALQ_COUNTRY=country)
        arrive(asterisk, env)
        assert server.requests[0].query["phone"] == known_as.replace(" ", "")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("text", "arrives_as"),
    [
        (HOSTILE, HARMLESS),
        ('"\n', '" '),
        ("\\", "\\"),
        ("x" * 3 * BUFFER, "x" * 400),
        ("\U0001f4de" * BUFFER, "\U0001f4de" * 400),
        ('"' * BUFFER, '"' * 400),
    ],
)
def test_text_of_the_service_is_never_a_command(
    loopback: Loopback, text: str, arrives_as: str
) -> None:
    """Quotes and backslashes arrive as they are, line breaks as blanks, never more than 2 kB."""
    found = caller(line={"id": LINE, "name": text}, skills=[text[:9]])
    loopback.steps = [(200, {"data": [found]}), (200, {"data": found})]
    asterisk = Asterisk()
    arrive(asterisk, service_at(loopback.url))
    assert asterisk.variables["VIRTUALQ_LINE_NAME"] == arrives_as
    assert asterisk.variables["VIRTUALQ_STATUS"] == "up"


def test_who_hangs_up_while_asked_is_left_alone() -> None:
    """SIGHUP during the prompt: the script ends by itself, and nobody is lined up."""
    asterisk = Asterisk(key="1")
    asterisk.at["GET DATA"] = asterisk.hang_up
    with FaultServer() as server:
        ended = arrive(asterisk, service_at(server.listen().url))
        assert asked_for(server) == ["verify", "active", "offered"]
    assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"
    assert ended.stderr == ""


def test_who_presses_1_and_hangs_up_is_lined_up() -> None:
    """The way most people do it: the signal must not kill the line-up half-way."""
    asterisk = Asterisk(key="1")
    with FaultServer() as server:
        thread = hang_up_when_asked(asterisk, server, before=3)
        env = service_at(server.listen().url, VIRTUALQ_DEADLINE=str(LONGEST))
        ended = arrive(asterisk, env)
        thread.join()
        assert server.service.created == [(LINE, PHONE)]
    assert ended.stderr == f"virtualq: {CHANNEL}: the caller has hung up\n"


def test_who_hangs_up_before_they_are_known_to_be_up_is_not_connected() -> None:
    """They are not here any more: reporting them as connected would be wrong."""
    asterisk = Asterisk()
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        thread = hang_up_when_asked(asterisk, server, before=0)
        env = service_at(server.listen().url, VIRTUALQ_DEADLINE=str(LONGEST))
        arrive(asterisk, env)
        thread.join()
        assert asked_for(server) == ["verify"]
    assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"


def test_asterisk_that_goes_away_ends_the_script() -> None:
    """A stream that ends where a call should begin: no traceback, no loop."""
    asterisk = Asterisk()
    asterisk.converse = lambda *_: None  # type: ignore[method-assign]
    ended = run(
        ["sh", "-c", 'exec "$@" </dev/null', "sh", *script("arrive")], asterisk, environment()
    )
    assert (ended.code, ended.stderr) == (0, "virtualq: AGISIGPIPEHangup\n")


def test_no_stray_byte_reaches_asterisk(tmp_path: Path) -> None:
    """Whatever a library prints, from Python or past it, does not become a command."""
    noise = "import os, sys\ndef shout(event, _):\n"
    noise += "    if event == 'socket.connect':\n"
    noise += "        print('HANGUP', flush=True)\n        os.write(1, b'HANGUP\\n')\n"
    (tmp_path / "sitecustomize.py").write_text(f"{noise}sys.addaudithook(shout)\n")
    asterisk = Asterisk()
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        env = service_at(server.listen().url)
        env["PYTHONPATH"] = f"{tmp_path}:{env['PYTHONPATH']}"
        ended = arrive(asterisk, env)
    assert asterisk.variables["VIRTUALQ_STATUS"] == "up"
    assert ended.stderr.count("HANGUP\n") >= 2


def test_an_agent_takes_the_call() -> None:
    """Line, phone and agent come from the channel that arrive() has prepared."""
    asterisk = Asterisk(variables=TRANSFER, arguments=())
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        ended = run(script("transferred"), asterisk, service_at(server.listen().url))
        assert server.requests[0].attributes == {
            "line_id": LINE,
            "phone": PHONE,
            "service_waiter_state": "Finished",
            "agent_id": "PJSIP/agent-7",
        }
    assert (ended.code, ended.stderr, asterisk.faults) == (0, "", [])
    assert asterisk.variables == TRANSFER


def test_who_was_up_and_hangs_up_has_abandoned_the_call() -> None:
    """The extension h, on a channel that is dead already: Canceled, and nothing for others."""
    with_agent = {**TRANSFER, "VIRTUALQ_STATUS": "up"}
    up = {**with_agent, "MEMBERINTERFACE": ""}
    others = [
        with_agent,
        {**up, "VIRTUALQ_TRANSFERRED": "1"},
        {**up, "VIRTUALQ_STATUS": "queue"},
        {},
    ]
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        env = service_at(server.listen().url)
        for variables in (up, *others):
            asterisk = Asterisk(variables=variables, arguments=())
            asterisk.dead = True
            ended = run(script("abandoned"), asterisk, env)
            assert (ended.code, ended.stderr, asterisk.faults) == (0, "", [])
        assert asked_for(server) == ["Canceled"]


def test_an_answer_without_a_caller_promises_nothing(loopback: Loopback) -> None:
    """204, or a line-up that the service does not describe: they wait."""
    active = {"data": {"id": LINE, "attributes": {"virtualq-line-state": "active"}}}
    loopback.steps = [(200, {"data": []}), (200, active), (204, None), (204, None)]
    asterisk = Asterisk(key="1")
    assert arrive(asterisk, service_at(loopback.url)).stderr == ""
    assert len(loopback.asked) == 4
    assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("arguments", "setting", "said"),
    [
        ((), {}, "the dialplan must give the line's id: AGI(virtualq_arrive.py,3042)"),
        (("sales",), {}, "the dialplan must give the line's id: AGI(virtualq_arrive.py,3042)"),
        (
            ("3042",),
            {"VIRTUALQ_DEADLINE": "1,5"},
            "VIRTUALQ_DEADLINE must be a number of seconds such as 1.5",
        ),
        (
            ("3042",),
            {"VIRTUALQ_COUNTRY": "Germany"},
            "country: must be the two letter code of a country, such as 'DE'",
        ),
    ],
)
def test_a_wrong_setting_is_told_in_words(
    arguments: Sequence[str], setting: Dict[str, str], said: str
) -> None:
    """Whoever set it up reads on Asterisk's console what to mend, and for which call."""
    asterisk = Asterisk(arguments=arguments, caller="0171 1111 22 33" if setting else PHONE)
    env = service_at("http://127.0.0.1:9", **{"VIRTUALQ_COUNTRY": "DE", **setting})
    ended = arrive(asterisk, env)
    assert ended.stderr.endswith(f"{said}\n")
    assert ended.stderr.startswith(f"virtualq: {CHANNEL}: ")
    assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"


def test_a_number_that_cannot_be_decided_waits() -> None:
    """Another country's code without a plus, and a number without its trunk prefix."""
    with FaultServer() as server:
        env = service_at(server.listen().url, VIRTUALQ_COUNTRY="DE")
        for number in ("41791234567", "1711111 2233"):
            asterisk = Asterisk(caller=number)
            arrive(asterisk, env)
            assert asterisk.variables == {"VIRTUALQ_STATUS": "queue"}
        assert server.requests == []


def test_a_call_that_never_was_in_a_line_is_not_reported() -> None:
    """The queue serves ordinary callers too."""
    asterisk = Asterisk(arguments=())
    with FaultServer() as server:
        ended = run(script("transferred"), asterisk, service_at(server.listen().url))
        assert server.requests == []
    assert (ended.code, ended.stderr, asterisk.faults) == (0, "", [])


def test_sighup_is_what_asterisk_sends() -> None:
    """Without its handler Python dies of it, so that the tests above would fail."""
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL
