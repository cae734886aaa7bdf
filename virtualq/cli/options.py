"""What can be typed after `virtualq`: read for cli, made from operations so that the spec decides.

A function or an attribute that the spec gets has its command and its option with it. Only two
things cannot come from there: the words of the help, and the example values in it.
"""

from __future__ import annotations

import argparse
import json
import re
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, NoReturn, Optional, cast

from virtualq._api.operation import Item, Operation
from virtualq._api.operations import OPERATIONS
from virtualq.errors import ConfigurationError

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,30}")
# Digits enough to be a phone number, written as people do.
_NUMBER_OF_A_PERSON = re.compile(r"\+?\d(?:[\s().\-/]{0,2}\d){5,}")


class Asked(NamedTuple):
    """What was typed: the command, and what it was given."""

    command: str
    operation: Optional[Operation] = None
    """None for `sandbox`, `doctor` and `gateway`."""
    given: Mapping[str, object] = {}
    """The keywords of the Session function."""
    deadline: Optional[float] = None
    """Seconds, None for what the environment says."""
    key_file: Optional[str] = None
    as_json: bool = False
    line_id: int = 0
    """The line in which `doctor` looks."""
    sandbox: Optional[argparse.Namespace] = None
    """What `sandbox` was given; the package has its own options."""
    gateway: Optional[argparse.Namespace] = None
    """What `gateway` was given; the package has its own options."""

    def read_key(self) -> Optional[str]:
        """Return the key in --api-key-file, None for VIRTUALQ_API_KEY; raise ConfigurationError."""
        from virtualq._http import settings

        if self.key_file is not None:
            return settings.read_key_file("--api-key-file", self.key_file)
        if settings.key_from_env().strip():
            return None
        raise ConfigurationError(
            "there is no API key: set VIRTUALQ_API_KEY, or give --api-key-file FILE"
        )


def _short(name: str) -> str:
    """Return the command for a Session function: `line-up` for line_up_caller."""
    if name.startswith("notify_caller_"):
        name = name[len("notify_caller_") :]
    return name.partition("_caller")[0].replace("_", "-")


CALLS: Dict[str, Operation] = {_short(name): operation for name, operation in OPERATIONS.items()}
COMMANDS = (*CALLS, "doctor", "gateway", "sandbox")


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that raises, and repeats no value: it may be a phone number or a key."""

    def error(self, message: str) -> NoReturn:
        """Raise ConfigurationError, one line that says where the help is."""
        said = _NUMBER_OF_A_PERSON.sub("***", message)
        raise ConfigurationError(f"{said}; see {self.prog} --help")


def read(arguments: List[str]) -> Asked:
    """Return what was typed; raise ConfigurationError when it cannot be understood."""
    command = arguments[0] if arguments else ""
    if command not in COMMANDS:
        from virtualq.cli.help import overview

        overview().parse_args(arguments[:1])  # ends here for --help, --version and anything else
        return Asked(command)
    parser = Parser(prog=f"virtualq {command}", allow_abbrev=False)
    actions = add_options(parser, command)
    if "-h" in arguments or "--help" in arguments:
        from virtualq.cli.help import document

        document(parser, command, actions)
    known, unknown = parser.parse_known_args(arguments[1:])
    if unknown:
        parser.error(_say_unknown(unknown))
    given = vars(known)
    if command == "sandbox":
        return Asked(command, sandbox=known)
    if command == "gateway":
        return Asked(command, key_file=given.pop("key_file"), gateway=known)
    operation = CALLS.get(command)
    if operation is None:
        return Asked(command, **given)
    names = [item.name for item in operation.items if item.name]
    parameters = {name: given.pop(name) for name in names}
    wanted = {name: value for name, value in parameters.items() if value is not None}
    return Asked(command, operation, wanted, **given)


def _say_unknown(arguments: List[str]) -> str:
    name = arguments[0].partition("=")[0]
    if not re.fullmatch(r"-{1,2}[a-z][a-z-]{0,30}", name):
        return "there is an argument too many"
    if name == "--api-key":
        return "the key comes from VIRTUALQ_API_KEY or --api-key-file, never from an argument"
    return f"there is no option {name}"


def add_options(parser: argparse.ArgumentParser, command: str) -> List[argparse.Action]:
    """Give a parser the options of a command, named as the Session function's keywords."""
    add = parser.add_argument
    if command == "sandbox":
        from virtualq import sandbox

        return sandbox.add_options(parser)
    if command == "gateway":
        from virtualq import gateway

        key_file = add("--api-key-file", dest="key_file", metavar="FILE")
        return [*gateway.add_options(parser), key_file]
    operation = CALLS.get(command)
    actions = [
        add("--" + item.name.replace("_", "-"), required=item.required, **_reading(item))
        for item in (operation.items if operation else ())
        if item.name is not None
    ]
    if command == "doctor":
        actions.append(add("--line-id", type=_whole_number, default=0, metavar="N"))
    return [
        *actions,
        add("--deadline", type=_number, metavar="S"),
        add("--api-key-file", dest="key_file", metavar="FILE"),
        add("--json", action="store_true", dest="as_json"),
    ]


def _whole_number(text: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(text):
        raise argparse.ArgumentTypeError("must be a whole number")
    return int(text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a number") from None


def _object(text: str) -> Dict[str, object]:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError("must be a JSON object such as '{\"Vip\": true}'")
    return cast("Dict[str, object]", value)


_READERS: Mapping[str, Callable[[str], object]] = {
    "integer": _whole_number,
    "number": _number,
    "object": _object,
}
_METAVARS = {"integer": "N", "number": "N", "object": "JSON"}


def _reading(item: Item) -> Dict[str, Any]:
    """Return how argparse reads an item; whether the value is right is for the Session to say."""
    if item.kind == "boolean":
        return {"action": argparse.BooleanOptionalAction}
    if item.kind == "texts":
        # A skill may hold any character, so none can part them; alone, the option means "none".
        return {"nargs": "*", "action": "extend", "metavar": "TEXT"}
    metavar = _METAVARS.get(item.kind, "TEXT")
    return {"type": _READERS.get(item.kind, str), "metavar": metavar}
