"""Writes the manual page of `virtualq` from its parser, as --help does; it is in the package.

python docs/_site/man.py FILE           writes it
python docs/_site/man.py --check FILE   exit code 1 when it is not what would be written
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Iterator, List

sys.path.insert(0, str(Path(__file__).parents[2]))

from virtualq import __version__  # found through the path above
from virtualq.cli.help import overview

# What nearly every command has is told once.
_COMMON = ("--deadline", "--api-key-file", "--json", "--field", "--country")
_NAME = "call virtualQ, a virtual waiting queue, from a shell or a dialplan"


def page() -> str:
    """Return the page in the man macros of roff."""
    return "".join(f"{line}\n" for line in _page(overview()))


def _page(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f'.TH VIRTUALQ 1 "" "virtualq {__version__}" "User Commands"'
    yield from (".SH NAME", rf"virtualq \- {_NAME}")
    yield from (".SH SYNOPSIS", ".B virtualq", r"\fICOMMAND\fR [\fIOPTION\fR ...]")
    yield from (".SH DESCRIPTION", _text(str(parser.description)))
    yield _text("The answer is on stdout, one line about a failure on stderr.")
    yield ".SH COMMANDS"
    commands = _commands(parser)
    for command in commands:
        yield from _command(command)
    yield ".SH COMMON OPTIONS"
    longest = max(commands, key=lambda each: len(_named(each, *_COMMON)))
    for action in _named(longest, *_COMMON):
        yield from _option(action)
    ends = re.split(r"^(?=settings: )", str(parser.epilog), flags=re.MULTILINE)
    for title, text in zip(("EXIT STATUS", "ENVIRONMENT"), ends):
        yield from (f".SH {title}", _text(text.partition(": ")[2]))


def _commands(parser: argparse.ArgumentParser) -> List[argparse.ArgumentParser]:
    found: List[argparse.ArgumentParser] = []
    for action in parser._actions:  # argparse has no other way to see them
        if isinstance(action, argparse._SubParsersAction):
            found += action.choices.values()
    return found


def _named(parser: argparse.ArgumentParser, *names: str) -> List[argparse.Action]:
    return [action for action in parser._actions if set(names) & set(action.option_strings)]


def _command(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f".SS {_escaped(parser.prog)}"
    yield _text(str(parser.description or ""))
    for action in parser._actions:
        hidden = action.help == argparse.SUPPRESS or isinstance(action, argparse._HelpAction)
        is_common = action in _named(parser, *_COMMON)
        if not (hidden or is_common or isinstance(action, argparse._SubParsersAction)):
            yield from _option(action)
    example = re.match("example: (.*)", parser.epilog or "")
    if example:
        yield from (".PP", "Example:", ".PP", ".nf", ".RS", _escaped(example[1]), ".RE", ".fi")
    for each in _commands(parser):
        yield from _command(each)


def _option(action: argparse.Action) -> Iterator[str]:
    names = ", ".join(rf"\fB{_escaped(name)}\fR" for name in action.option_strings)
    value = "" if action.nargs == 0 else _value(action)
    yield from (".TP", f"{names} {value}".strip(), _text(action.help or ""))


def _value(action: argparse.Action) -> str:
    several = " ..." if action.nargs in ("*", "+") else ""
    choices = "|".join(map(str, action.choices or ()))
    name = action.metavar if isinstance(action.metavar, str) else choices or action.dest.upper()
    return rf"\fI{_escaped(name)}\fR{several}"


def _text(text: str) -> str:
    return _escaped(" ".join(text.replace("%%", "%").split()))


def _escaped(text: str) -> str:
    r"""Return text for roff: a line that begins with a dot or a quote would be a command."""
    line = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{line}" if line.startswith((".", "'")) else line


def main(words: List[str]) -> int:
    """Write the page, or compare it; return the exit code."""
    path = Path(words[-1])
    if words[0] != "--check":
        path.write_text(page(), encoding="utf-8")
        return 0
    if path.read_text(encoding="utf-8") == page():
        return 0
    sys.exit(f"{path} is not what the commands say: make man")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
