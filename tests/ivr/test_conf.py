"""The configuration of Asterisk that comes with the AGI scripts: what it names is there."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from typing import List

import pytest

from .agi import EXAMPLES

pytestmark = pytest.mark.once

AGI = EXAMPLES / "agi"


def steps() -> List[str]:
    """Return the applications of the dialplan in order, without the comments."""
    lines = (AGI / "extensions.conf").read_text(encoding="utf-8").splitlines()
    return [line.partition(",")[2] for line in lines if re.match(r"(exten| same) =>", line)]


def queues() -> configparser.RawConfigParser:
    """Return queues.conf as Asterisk reads it, as far as it goes: sections, `name=value`."""
    parser = configparser.RawConfigParser(comment_prefixes=(";",))
    parser.read(AGI / "queues.conf", encoding="utf-8")
    return parser


def test_the_queue_says_which_agent_takes_the_call() -> None:
    """Without setinterfacevar there is no MEMBERINTERFACE, and every call would be abandoned."""
    names = {name for step in steps() for name in re.findall(r"Queue\((\w+)", step)}
    assert names
    for name in names:
        assert queues().getboolean(name, "setinterfacevar") is True
    assert "MEMBERINTERFACE" in (AGI / "virtualq_calls.py").read_text(encoding="utf-8")


def test_every_script_of_the_dialplan_is_there() -> None:
    """Each name is that of a file which Asterisk can start, in `h` the report of who has left."""
    named = [name for step in steps() for name in re.findall(r"virtualq_\w+\.py", step)]
    assert named == ["virtualq_arrive.py", "virtualq_transferred.py", "virtualq_abandoned.py"]
    for name in named:
        assert Path(AGI / name).stat().st_mode & 0o111, f"{name} cannot be started"
        assert (AGI / name).read_text(encoding="utf-8").startswith("#!/opt/virtualq/bin/python\n")


def test_every_word_that_is_none_is_the_ordinary_queue() -> None:
    """The dialplan leaves the way to it for two words, and both are compared whole."""
    text = (AGI / "extensions.conf").read_text(encoding="utf-8")
    main = text.partition("exten => h,")[0]
    assert re.findall(r'GotoIf\(\$\["\$\{VIRTUALQ_STATUS\}" = "([\w-]+)"\]', main) == [
        "up",
        "lined-up",
    ]
    after = main.partition("?goodbye)\n")[2]
    assert after.startswith(" same => n,Queue(support)\n")


def test_names_that_collide_with_nothing() -> None:
    """Every file that is copied into the agi-bin of others begins with our name."""
    names = [path.name for path in AGI.glob("*.py")]
    assert [name for name in names if not name.startswith("virtualq_")] == []
