"""The ways by which the same call reaches our scripts: AGI, FastAGI, AGI in Perl, a shell.

Each plays a whole call for the tests that hold for all of them: what the caller hears, and where
the dialplan sends them.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Callable, Dict, Mapping

import pytest

from ..calls import LINE
from .agi import EXAMPLES, LONGEST, run, script
from .asterisk import Asterisk
from .fastagi import daemon
from .programs import with_program

Door = Callable[[Asterisk, Dict[str, str], Path], None]
ROUTE = str(EXAMPLES / "sh" / "virtualq-route.sh")
PERL = str(EXAMPLES / "perl" / "virtualq.agi")


def has_asterisk_agi() -> bool:
    """Say whether there is a perl with Debian's Asterisk::AGI."""
    if shutil.which("perl") is None:
        return False
    look = ["perl", "-MAsterisk::AGI", "-e1"]
    return subprocess.run(look, stderr=subprocess.DEVNULL, check=False).returncode == 0


def _agi(asterisk: Asterisk, env: Dict[str, str], folder: Path) -> None:
    assert run(script("arrive"), asterisk, env).code == 0


def _fastagi(asterisk: Asterisk, env: Dict[str, str], folder: Path) -> None:
    with daemon(env) as there:
        there.call(asterisk.over_network("arrive"))
        assert there.end() == 0


def _perl(asterisk: Asterisk, env: Dict[str, str], folder: Path) -> None:
    assert run(["perl", "-w", PERL], asterisk, with_program(folder, env)).code == 0


def _shell(asterisk: Asterisk, env: Dict[str, str], folder: Path) -> None:
    """Do as a dialplan does with the words, and note in the peer what the caller hears."""

    def word(command: str) -> str:
        line = ["sh", ROUTE, command, str(LINE), asterisk.caller]
        done = subprocess.run(
            line,
            env=with_program(folder, env),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=LONGEST,
            check=True,
        )
        return done.stdout.rstrip("\n")

    status = word("arrive")
    if status == "offer":
        asterisk.commands.append(["GET DATA"])
        status = word("line-up") if asterisk.key == "1" else "queue"
    asterisk.variables["VIRTUALQ_STATUS"] = status


def _needs(module: str) -> pytest.MarkDecorator:
    import importlib.util

    missing = importlib.util.find_spec(module) is None
    return pytest.mark.skipif(missing, reason=f"SKIPPED: needs {module}")


DOORS: Mapping[str, Door] = {"agi": _agi, "fastagi": _fastagi, "perl": _perl, "shell": _shell}
NEEDS = {
    "agi": _needs("pystrix"),
    "fastagi": _needs("pystrix"),
    "perl": pytest.mark.skipif(
        not has_asterisk_agi(), reason="SKIPPED: needs perl and libasterisk-agi-perl"
    ),
}


def each_door() -> pytest.MarkDecorator:
    """Run a test once for each door, as `door`; those that cannot be tried here say why."""
    doors = [
        pytest.param(door, id=name, marks=[NEEDS[name]] if name in NEEDS else [])
        for name, door in DOORS.items()
    ]
    return pytest.mark.parametrize("door", doors)
