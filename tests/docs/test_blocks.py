"""Every block of README.md and docs is run, with what it prints compared, or read as what it is."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Tuple
from xml.etree import ElementTree

import pytest
from ruamel.yaml import YAML

from virtualq.sandbox.server import Sandbox

from ..cli.command import environment
from ..ivr.programs import with_program
from .blocks import BLOCKS, PAGES, ROOT, Block, name_of

pytestmark = pytest.mark.once

LONGEST = 300.0
THEIRS = "http://127.0.0.1:40713"
"""Where the pages have the sandbox."""
_ORDERS = "notify|time-out|fail|heal|step|status|reset"
_HARMLESS = re.compile(
    rf"""(
        export(\ VIRTUALQ_[A-Z_]+=[\w.:/-]+)+
        | echo\ \$\?
        | virtualq\ (sandbox\ ({_ORDERS})|(?!sandbox|gateway)[\w-]+)[\w +'-]*
        | virtualq-route\.sh\ [\w +-]+(\#.*)?
        | curl\ -s\ [^;&|$`\n]*\ {re.escape(THEIRS)}/sandbox/({_ORDERS})
    )\n""",
    re.VERBOSE,
)


def of(*languages: str) -> List[Block]:
    """Return the blocks in these languages that are to be run here."""
    return [b for b in BLOCKS if b.language in languages and not b.why and not b.by]


@pytest.fixture
def env(tmp_path: Path) -> Iterator[Dict[str, str]]:
    """The environment of somebody who has virtualq installed, and a sandbox for a service."""
    with Sandbox(speed=0) as sandbox:  # pages show how long somebody waits
        more = {"VIRTUALQ_BASE_URL": sandbox.url, "VIRTUALQ_API_KEY": sandbox.api_key}
        found = with_program(tmp_path, environment(**more))
        folders = (str(tmp_path), str(ROOT / "examples" / "sh"), os.environ["PATH"])
        yield {**found, "PATH": os.pathsep.join(folders)}


@pytest.mark.parametrize("block", of("python"), ids=name_of)
def test_python(block: Block, env: Dict[str, str], tmp_path: Path) -> None:
    """It runs as it stands, or inside what stands around it; each warning is an error."""
    key = re.search(r'Session\("([^"]*)"', block.code)
    program = tmp_path / "block.py"
    program.write_text(block.code, encoding="utf-8")
    # A block that starts a sandbox of its own must meet that one.
    service = "with t.sandbox(api_key=sys.argv.pop()):" if "sandbox" not in block.code else "if t:"
    start = f"import runpy, sys, virtualq.testing as t\n{service}"
    done = subprocess.run(
        [
            *(sys.executable, "-W", "error", "-c", f"{start} runpy.run_path(sys.argv.pop(1))"),
            *([str(ROOT / block.around)] if block.around else []),
            str(program),
            key[1] if key else env["VIRTUALQ_API_KEY"],
        ],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def commands_of(code: str) -> Iterator[Tuple[str, str]]:
    """Give each command of a console with what it prints."""
    for part in re.split(r"^\$ ", code, flags=re.MULTILINE)[1:]:
        lines = part.splitlines(keepends=True)
        command = [lines.pop(0)]
        while command[-1].endswith("\\\n"):
            command.append(lines.pop(0))
        yield "".join(command), "".join(lines)


@pytest.mark.parametrize("page", sorted({block.page for block in of("console")}))
def test_console(page: str, env: Dict[str, str], tmp_path: Path) -> None:
    """Each command of a page, one after another, prints what stands below it."""
    consoles = [block.code for block in of("console") if block.page == page]
    ran = [found for code in consoles for found in commands_of(code)]
    assert all(map(list, map(commands_of, consoles))), "no command: each begins with `$ `"
    # A page may tell its reader to change a machine. A test must never do so, nor start a server.
    strange = [command for command, _ in ran if not _HARMLESS.fullmatch(command)]
    assert not strange, f"not run by a test, so say why before the block: {strange}"
    missing = [program for program in _programs(ran) if shutil.which(program) is None]
    if missing:
        pytest.skip(f"SKIPPED: {missing[0]} is not installed")
    done = subprocess.run(
        ["sh", "-c", _script(ran).replace(THEIRS, env["VIRTUALQ_BASE_URL"])],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    printed = dict(re.findall(r"== (\d+)\n(.*?)(?=== \d|\Z)", done.stdout, re.DOTALL))
    assert done.stderr == ""
    for number, (command, expected) in enumerate(ran):
        if not command.startswith("export VIRTUALQ_") and expected:
            assert (command, printed[str(number)]) == (command, expected)


def _programs(ran: List[Tuple[str, str]]) -> List[str]:
    return ["curl"] if any(command.startswith("curl ") for command, _ in ran) else []


def _script(ran: List[Tuple[str, str]]) -> str:
    """Return the commands as one script, without the settings, which are those of the reader."""
    script = "".join(
        f"echo '== {number}'\n{command}" if not command.startswith("export VIRTUALQ_") else ""
        for number, (command, _) in enumerate(ran)
    )
    # `$?` is that of the command before, not of our echo.
    script = script.replace("echo $?", "echo $code")
    return re.sub(r"^(virtualq .*)$", r"\1; code=$?", script, flags=re.MULTILINE)


def _xml(code: str) -> None:
    ElementTree.fromstring(f"<page>{re.sub(r'<[?]xml.*?[?]>', '', code)}</page>")


def _ini(code: str) -> None:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    parser.read_string(code if code.lstrip().startswith("[") else f"[page]\n{code}")


def _sh(code: str) -> None:
    done = subprocess.run(["sh", "-n"], input=code, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


READERS: Dict[str, Callable[[str], object]] = {
    "xml": _xml,
    "ini": _ini,
    "sh": _sh,
    "json": json.loads,
    "yaml": YAML(typ="safe").load,
}


@pytest.mark.parametrize("block", of(*READERS), ids=name_of)
def test_what_other_programs_read(block: Block) -> None:
    """XML, configuration, shell, JSON and YAML are what they are said to be."""
    READERS[block.language](block.code)


def test_no_block_is_left_out() -> None:
    """The collector sees each fence; each block is run, or read, or says why not, and few do."""
    fences = sum(page.read_text(encoding="utf-8").count("\n```") for page in PAGES)
    assert len(BLOCKS) * 2 == fences
    known = {"python", "console", "text", *READERS}
    assert [
        name_of(block) for block in BLOCKS if not block.why and block.language not in known
    ] == []
    assert [
        each for b in BLOCKS for each in (b.by, b.around) if each and not (ROOT / each).is_file()
    ] == []
    assert sum(bool(block.why) for block in BLOCKS) <= len(BLOCKS) / 6
