"""What `--help` says and what a shell completes; options asks for it, and only then.

The words come from where the thing itself is: the docstring of the Session function, the known
values from models.
"""

from __future__ import annotations

import argparse
import inspect
import re
from enum import Enum
from typing import Any, List, Optional, Type

from virtualq import models
from virtualq._api.kinds import KINDS
from virtualq._api.operation import Item
from virtualq._http.version import __version__
from virtualq.cli.options import CALLS, COMMANDS, FROM_FILE, Parser, add_options
from virtualq.cli.output import fields_of
from virtualq.errors import ConfigurationError
from virtualq.session import Session

_EXAMPLES = {
    "line_id": "3042",
    "call_center_id": "24",
    "caller_id": "9911",
    "line_group_id": "7",
    "line_groups": '\'[{"id": 7, "service_ewt": 240}]\'',
    "phone": "+17343305027",
    "channel": "CallIn",
    "source": "Phone",
}
# Where the required parameters only say who is meant, the example also has one of these.
_TOLD = {"ewt": "240", "service_ewt": "240", "connector_version": "'VCC 1.5'"}
_LOCAL = {
    "doctor": "Check settings, name look-up, TLS, clock, time and key, and say what to do.",
    "gateway": "Answer telephone systems over HTTP, and deliver their reports.",
    "examples": "Copy the examples into a folder: telephone systems, a site, a journey.",
    "sandbox": "Run the service on this machine and print its URL and key, or tell a running one.",
}
_OPTIONS = {
    "deadline": "hard limit of the call in seconds (default: VIRTUALQ_DEADLINE, else 3)",
    "key_file": "a file that holds the API key (default: the key in VIRTUALQ_API_KEY)",
    "as_json": "print one JSON document; errors too, on stderr",
    "country": "read --phone as people of this country write it (DE), with the extra phone",
    "field": "print this field of the answer alone",
    "line_id": "the line to look in for nobody (default: 0, which shows as much of the key)",
}
_EXIT_CODES = """\
exit codes: 0 done or found, 1 not found, not up, not active, 2 usage or settings,
  3 the service refused, 4 no usable answer, 130 interrupted
settings: VIRTUALQ_API_KEY (or _FILE), VIRTUALQ_BASE_URL, VIRTUALQ_DEADLINE, HTTPS_PROXY, NO_PROXY,
  REQUESTS_CA_BUNDLE or SSL_CERT_FILE"""


class _Overview(Parser):
    """The parser of `virtualq` itself, which knows every command."""

    def error(self, message: str) -> Any:
        """Raise ConfigurationError, without what was typed in place of a command."""
        super().error(f"the first argument must be a command: {', '.join(COMMANDS)}")


class _KnownValues:
    """Completes an option with values without refusing others, as argparse's `choices` would."""

    def __init__(self, values: List[str]) -> None:
        self._values = values

    def __call__(self, **_: object) -> List[str]:
        return self._values

    def attach(self, action: Any) -> None:
        """Put this where argcomplete looks for it."""
        action.completer = self


def overview() -> argparse.ArgumentParser:
    """Return a parser that knows every command and option, for the help and for completion."""
    parser = _Overview(
        prog="virtualq",
        description="Calls of the virtualQ API, one at a time.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"virtualq {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    for name in COMMANDS:
        command = commands.add_parser(name, help=_purpose(name), allow_abbrev=False)
        document(command, name, add_options(command, name))
    return parser


def document(parser: argparse.ArgumentParser, command: str, actions: List[argparse.Action]) -> None:
    """Give a command's parser its help: what it does, each option, an example, the exit codes."""
    parser.description = _purpose(command)
    parser.epilog = f"example: {_example(command)}\n\n{_EXIT_CODES}"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    items = {item.name: item for item in CALLS[command].keywords} if command in CALLS else {}
    for action in actions:
        item = items.get(action.dest)
        if item is not None:
            values = _known_values(item)
            known = f"; known: {', '.join(values)}, others are sent as they are" if values else ""
            file = ", or @FILE with it" if item.kind in FROM_FILE else ""
            action.help = KINDS[item.kind].said + file + known
            _KnownValues(values).attach(action)
            continue
        action.help = action.help or _OPTIONS[action.dest]
        if action.dest == "field":
            _KnownValues(fields_of(CALLS[command])).attach(action)


def complete() -> None:
    """Answer a shell that completes, and end the process.

    Raises ConfigurationError when argcomplete, the extra `completion`, is not installed.
    """
    try:
        from argcomplete import autocomplete
    except ImportError:
        raise ConfigurationError('completion needs: pip install "virtualq[completion]"') from None
    autocomplete(overview())


def _purpose(command: str) -> str:
    if command in _LOCAL:
        return _LOCAL[command]
    text = inspect.getdoc(getattr(Session, CALLS[command].name, None)) or command
    # What follows is for readers of Python: what the value is, what None means.
    return re.split(r"[;:.]", " ".join(text.split()))[0] + "."


def _example(command: str) -> str:
    words = ["virtualq", command, *(["virtualq-examples"] if command == "examples" else [])]
    for item in CALLS[command].keywords if command in CALLS else ():
        if item.name is not None and (item.required or item.name in _TOLD):
            value = {**_EXAMPLES, **_TOLD}.get(item.name, "1")
            words += ["--" + item.name.replace("_", "-"), value]
    return " ".join(words)


def _known_values(item: Item) -> List[str]:
    """Return the values that the spec knows for an open enumeration, none for anything else."""
    name = (item.name or "").title().replace("_", "")
    kind: Optional[Type[Enum]] = vars(models).get(name)
    if kind is None or item.kind != "text":
        return []
    return [str(member.value) for member in kind]
