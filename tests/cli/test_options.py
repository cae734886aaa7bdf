"""What is typed becomes what is sent; what cannot be understood is said without repeating it."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any, Dict

import pytest

from virtualq import Session, cli
from virtualq._api.operations import OPERATIONS
from virtualq.cli import options

from ..calls import KEY, PHONE, answer
from ..loopback import Loopback
from .command import CALLER
from .test_answers import REQUIRED


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, loopback: Loopback) -> None:
    """Call a service that answers anything with a caller."""
    monkeypatch.setenv("VIRTUALQ_BASE_URL", loopback.url)
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    loopback.steps = [(200, answer("line_up_caller"))]


@pytest.mark.usefixtures("settings")
def test_every_option_of_line_up_is_sent(loopback: Loopback) -> None:
    """Values go as they were typed; several skills; properties as JSON."""
    properties = {"MyArrayProp": [45, 25, 78], "a b": None}
    given = [*REQUIRED["line-up"], "--language", "en", "--skills", "a", "b,c", "--skills", "d"]
    assert cli.run(["line-up", *given, "--properties", json.dumps(properties)]) == 0
    assert loopback.asked[0].attributes == {
        "line_id": 3042,
        "phone": PHONE,
        "channel": "CallIn",
        "source": "Phone",
        "lang": "en",
        "skills": ["a", "b,c", "d"],
        "properties": properties,
    }


@pytest.mark.usefixtures("settings")
def test_country(loopback: Loopback) -> None:
    """A number is sent in E.164, whatever the way in which a trunk of the country wrote it."""
    given = ["--line-id", "3042", "--phone", "7343305027", "--country", "us"]
    assert cli.run(["line-up", *given, "--channel", "CallIn", "--source", "Phone"]) == 0
    assert loopback.asked[0].attributes["phone"] == PHONE


@pytest.mark.parametrize(
    ("phone", "country", "option"),
    [("3305027", "US", "--phone"), ("", "US", "--phone"), ("7343305027", "USA", "--country")],
)
@pytest.mark.usefixtures("settings")
def test_country_and_phone_that_do_not_fit(
    loopback: Loopback, capsys: pytest.CaptureFixture[str], phone: str, country: str, option: str
) -> None:
    """The option that was typed is named, and nothing is sent."""
    given = ["--line-id", "3042", "--phone", phone, "--country", country]
    assert cli.run(["verify", *given]) == 2
    assert capsys.readouterr().err.startswith(f"virtualq verify: {option}: ")
    assert loopback.asked == []


@pytest.mark.usefixtures("settings")
def test_nothing_and_none_at_all_differ(loopback: Loopback) -> None:
    """`--skills` alone, 0, an empty text and {} are sent; what is not typed is not."""
    words = ["--skills", "--ewt", "0", "--agent-id", "", "--properties", "{}"]
    assert cli.run(["update", *CALLER, *words]) == 0
    sent = loopback.asked[0].attributes
    assert {**sent, "line_id": 3042, "phone": PHONE} == {
        "line_id": 3042,
        "phone": PHONE,
        "skills": [],
        "service_waiter_ewt": 0,
        "agent_id": "",
        "properties": {},
    }


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("--updated", "true"),
        ("--no-updated", "false"),
        ("--updated True", "true"),
        ("--updated=false", "false"),
    ],
)
def test_a_flag_can_be_said_both_ways(loopback: Loopback, typed: str, sent: str) -> None:
    """`--no-updated` sends false, which is not the same as nothing."""
    loopback.steps = [(200, {"data": []})]
    assert cli.run(["list", "--call-center-id", "24", *typed.split()]) == 0
    assert f"updated={sent}" in loopback.asked[0].target


@pytest.mark.usefixtures("settings")
def test_the_key_may_stand_in_a_file(loopback: Loopback, tmp_path: Path) -> None:
    """A file wins over the environment; blanks and the line break around the key do not count."""
    file = tmp_path / "key"
    file.write_text(" from-a-file\n")
    assert cli.run(["connected", *CALLER, "--api-key-file", str(file)]) == 0
    assert loopback.asked[0].headers["x-api-key"] == "from-a-file"


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_parameter_of_a_function_has_its_option(name: str) -> None:
    """Each keyword of the Session function can be typed; what the Session lacks of the spec, the
    drift tests tell.
    """
    keywords = set(inspect.signature(getattr(Session, name)).parameters) - {"self", "deadline"}
    assert {item.name for item in OPERATIONS[name].keywords} >= keywords
    assert name in {operation.name for operation in options.CALLS.values()}


WRONG: Dict[str, Any] = {
    "no command": ([], "virtualq: the first argument must be a command"),
    "unknown command": ([PHONE], "virtualq: the first argument must be a command"),
    "missing option": (["verify", "--line-id", "3042"], "required: --phone"),
    "missing value": (["verify", "--line-id"], "--line-id: expected one argument"),
    "number": (["verify", "--line-id", PHONE, "--phone", PHONE], "--line-id: must be a whole"),
    "fullwidth digits": (
        ["verify", "--line-id", "\uff13", "--phone", "1"],
        "must be a whole number",
    ),
    "too large": (["verify", "--line-id", "9" * 25, "--phone", PHONE], "line_id: must fit"),
    "blank phone": (["verify", "--line-id", "3042", "--phone", " "], "phone: must not be blank"),
    "line break": (["verify", "--line-id", "3042", "--phone", f"{PHONE}\n"], "control character"),
    "bytes": (["verify", "--line-id", "3042", "--phone", "\udcff"], "phone: must not"),
    "no flag": (["list", "--call-center-id", "24", "--updated", "maybe"], "must be true or false"),
    "two flags": (["list", "--call-center-id", "24", "--no-updated=true"], "takes no value"),
    "no such member": (
        ["update-line-groups", "--groups", '[{"id": 7, "service_ew": 30}]'],
        "--line-groups[0] has service_ew, which is not known",
    ),
    "no such time": (
        ["update-call-center", "--call-center-id", "24", "--connector-last-restart-time", "now"],
        "such as 2021-03-04T05:06:07Z",
    ),
    "surplus": (["verify", *CALLER, PHONE], "there is an argument too many"),
    "unknown option": (["verify", *CALLER, "--colour"], "there is no option --colour"),
    "shortened": (["verify", "--line", "3042", "--phone", PHONE], "there is no option --line;"),
    "value of a flag": (["verify", *CALLER, f"--json={PHONE}"], "ignored explicit argument '***'"),
    "key as argument": (["verify", *CALLER, "--api-key", KEY], "never from an argument"),
    "key as argument, too": (["verify", *CALLER, f"--api-key={KEY}"], "never from an argument"),
    "properties": (["update", *CALLER, "--properties", "{"], "must be a JSON object"),
    "list of properties": (["update", *CALLER, "--properties", "[]"], "must be a JSON object"),
    "NaN": (["update", *CALLER, "--properties", '{"a": NaN}'], "properties.a: must be finite"),
    "deadline": (["verify", *CALLER, "--deadline", "soon"], "--deadline: must be a number"),
    "no time": (["verify", *CALLER, "--deadline", "0"], "deadline: must be a finite number"),
    "endless": (["verify", *CALLER, "--deadline", "inf"], "deadline: must be a finite number"),
    "no key file": (["verify", *CALLER, "--api-key-file", "/nowhere"], "No such file"),
    "key is a folder": (["verify", *CALLER, "--api-key-file", "/"], "Is a directory"),
}


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("case", sorted(WRONG))
def test_wrong_usage_is_code_2_and_one_line(
    case: str, loopback: Loopback, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names what is wrong and repeats neither the phone number nor the key; nothing is sent."""
    arguments, said = WRONG[case]
    assert cli.run(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert said in printed.err
    assert PHONE not in printed.err
    assert KEY not in printed.err
    assert loopback.asked == []


def test_a_key_that_is_not_text_is_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that holds anything else is refused as such."""
    file = tmp_path / "key"
    file.write_bytes(b"\xff\xfe")
    assert cli.run(["verify", *CALLER, "--api-key-file", str(file)]) == 2
    assert "--api-key-file cannot be read: it is not ASCII text" in capsys.readouterr().err


def test_a_missing_key_says_how_to_give_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Both ways are named."""
    assert cli.run(["verify", *CALLER]) == 2
    assert capsys.readouterr().err == (
        "virtualq verify: there is no API key: set VIRTUALQ_API_KEY or VIRTUALQ_API_KEY_FILE, "
        "or give --api-key-file FILE\n"
    )
